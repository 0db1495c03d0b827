"use strict";

const net = require("net");

/** One address for a client whose router changes: listens, and passes every connection on to the first of `routers`, a list of URLs. Resolves with the address. */
async function relay(routers) {
  const server = net.createServer(client => {
    const router = net.connect(Number(new URL(routers[0]).port), "127.0.0.1");
    client.pipe(router).pipe(client);
    for (const [end, other] of [[client, router], [router, client]]) {
      end.on("error", () => { });
      end.on("close", () => other.destroy());
    }
  });
  await new Promise(resolve => server.listen(0, "127.0.0.1", resolve));
  server.unref();
  return `ws://127.0.0.1:${server.address().port}/ws`;
}

module.exports = { relay };
