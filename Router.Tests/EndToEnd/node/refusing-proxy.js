"use strict";

const http = require("http");

/** A proxy that passes HTTP requests on to `origin`, and lets no WebSocket through. Resolves with its own origin. */
async function refusingProxy(origin) {
  const { hostname, port } = new URL(origin);
  const server = http.createServer((request, response) => {
    const passed = http.request({ hostname, port, path: request.url, method: request.method, headers: request.headers }, answer => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    passed.on("error", () => response.destroy());
    response.on("close", () => passed.destroy());
    request.pipe(passed);
  });
  server.on("upgrade", (_, socket) => socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
  await new Promise(resolve => server.listen(0, "127.0.0.1", resolve));
  server.unref();
  return `http://127.0.0.1:${server.address().port}`;
}

module.exports = { refusingProxy };
