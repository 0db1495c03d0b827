"use strict";

// ws, the WebSocket of node, with permessage-deflate: echoes by a WAMP call, whole and in fragments, by the parameters that it can offer.
// node compression.js URL: [{ agreed, sizes, bytesRead }], one for each variant

const WebSocket = require("ws");
const { report } = require("./report");

const variants = [
  false,
  { threshold: 0 },
  { threshold: 0, serverNoContextTakeover: true },
  { threshold: 0, clientNoContextTakeover: true },
  { threshold: 0, serverNoContextTakeover: true, clientNoContextTakeover: true },
  { threshold: 0, clientMaxWindowBits: 9 },
  { threshold: 0, serverMaxWindowBits: 15 },
  { threshold: 0, serverMaxWindowBits: 9 },
];
const sizes = [16, 64, 256, 1024, 4096, 8192, 16384, 32768, 65536, 131072];

report(async ([url]) => {
  const seen = [];
  for (const variant of variants) {
    seen.push(await tryOut(url, variant));
  }
  return seen;
});

async function tryOut(url, variant) {
  const socket = new WebSocket(url, "wamp.2.json", { perMessageDeflate: variant });
  let agreed = "";
  socket.once("upgrade", (answer) => (agreed = answer.headers["sec-websocket-extensions"] ?? ""));
  const received = [];
  const waiting = [];
  socket.on("message", (data) => (waiting.shift() ?? ((message) => received.push(message)))(JSON.parse(data)));
  const next = () => (received.length > 0 ? Promise.resolve(received.shift()) : new Promise((resolve) => waiting.push(resolve)));
  const send = (message) => sendInFragments(socket, JSON.stringify(message));
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  socket.send(JSON.stringify([1, "realm1", { roles: { caller: {}, callee: {}, publisher: {}, subscriber: {} } }]));
  await next();
  send([32, 1, {}, "com.lab.compression"]);
  await next();
  const good = [];
  for (const size of sizes) {
    const text = Array.from({ length: size / 8 }, (_, i) => String((i * 7919) % 104729).padStart(7, "0") + ",").join("");
    for (let i = 0; i < 10; i++) {
      send([16, good.length * 10 + i + 2, { exclude_me: false }, "com.lab.compression", [text, i]]);
      const event = await next();
      if (event[0] !== 36 || event[4][0] !== text || event[4][1] !== i) {
        throw new Error(`not the event of ${size} bytes: ${JSON.stringify(event).slice(0, 200)}`);
      }
    }
    good.push(size);
  }
  const bytesRead = socket._socket.bytesRead;
  socket.close();
  await new Promise((resolve) => socket.once("close", resolve));
  return { agreed, sizes: good, bytesRead };
}

function sendInFragments(socket, text) {
  const half = text.length >> 1;
  socket.send(text.slice(0, half), { fin: false });
  socket.send(text.slice(half), { fin: true });
}
