"use strict";

// node autobahn-reconnect.js ws://127.0.0.1:8080/ws ws://127.0.0.1:8081/ws: Autobahn|JS while its router is restarted. There is one address for the
// client, a relay to the first router and, once that is gone, to the second. Prints "joined first", then "joined second" when the first is killed,
// and the report when the second ends. Needs the realms of LabRealm.cs.

const net = require("net");
const { report, deferred } = require("./report");
const { logins, peers } = require("./autobahn-peers");

const topic = "com.example.lab.restart";

report(async routers => {
  const address = await relay(() => Number(new URL(routers[0]).port));
  const { join } = peers(address);
  const { connection, session } = await join("msgpack", "lab", { ...logins.ada, max_retries: 5, initial_retry_delay: 0.1 });
  const first = session.id;
  const [lost, rejoined] = [closing(connection), deferred()];
  connection.onopen = again => rejoined.resolve(again);
  await session.subscribe(topic, () => { });
  console.log("joined first");

  const loss = await lost;
  routers.shift();
  const again = await rejoined.promise;
  const second = again.id;
  const event = deferred();
  await again.subscribe(topic, args => event.resolve(args[0]));
  again.publish(topic, ["after the restart"], {}, { exclude_me: false });
  const heard = await event.promise;
  const ended = closing(connection);
  console.log("joined second");

  return { lost: loss, isAnotherSession: first !== second, heard, ended: await ended };
});

/** How the connection is closed the next time. */
function closing(connection) {
  const { promise, resolve } = deferred();
  connection.onclose = (how, { reason, will_retry }) => resolve({ how, reason, willRetry: will_retry });
  return promise;
}

/** Listens and passes every connection on; returns the address to connect to. */
async function relay(portOfRouter) {
  const server = net.createServer(client => {
    const router = net.connect(portOfRouter(), "127.0.0.1");
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
