"use strict";

// Serves the page and Autobahn|JS, and nothing else: npm start [-- port], 8081 if not given, 0 for any free one.
// The router is another server: the page connects to ws://127.0.0.1:8080/ws, or to what ?router=ws://… says; where no WebSocket comes through,
// to /lp beside it by long-poll, or to what ?longpoll=http://… says.

const { createServer } = require("node:http");
const { createReadStream } = require("node:fs");
const { join } = require("node:path");

const files = {
  "/": ["public/index.html", "text/html; charset=utf-8"],
  "/app.js": ["public/app.js", "text/javascript; charset=utf-8"],
  "/style.css": ["public/style.css", "text/css; charset=utf-8"],
  "/autobahn.min.js": ["node_modules/autobahn-browser/autobahn.min.js", "text/javascript; charset=utf-8"],
};

const headers = {
  "Content-Security-Policy": "default-src 'self'; connect-src ws: wss: http: https:; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "Cache-Control": "no-cache",
  "X-Content-Type-Options": "nosniff",
};

const server = createServer((request, response) => {
  const file = files[new URL(request.url, "http://localhost").pathname];
  if (!file || !["GET", "HEAD"].includes(request.method)) {
    response.writeHead(404).end();
    return;
  }

  const [path, type] = file;
  createReadStream(join(__dirname, path))
    .on("open", () => response.writeHead(200, { ...headers, "Content-Type": type }))
    .on("error", error => response.writeHead(500).end(`${error.message}: npm ci?`))
    .pipe(response);
});

server.listen(Number(process.argv[2] ?? 8081), "127.0.0.1", () => {
  console.log(`The page is at http://127.0.0.1:${server.address().port}/`);
});
