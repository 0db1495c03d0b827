"use strict";

// Sessions of Autobahn|JS for the scripts beside this file, and what they have in common.

const autobahn = require("autobahn");
const ws = require("ws");
const { deferred } = require("./report");

// Autobahn uses the WebSocket of browsers and of Node 22; this one does on every Node, and it can be cut off.
let newestSocket;
globalThis.WebSocket = class extends ws {
  constructor(...address) {
    super(...address);
    newestSocket = this;
  }
};
autobahn.log.warn = () => { };

const classes = {
  json: autobahn.serializer.JSONSerializer,
  msgpack: autobahn.serializer.MsgpackSerializer,
  cbor: autobahn.serializer.CBORSerializer,
};
const logins = Object.fromEntries(["ada", "bob", "gus"].map(authid => [authid, { authid, ticket: `${authid}-ticket` }]));     // of LabRealm.cs
const codes = { HELLO: 1, ABORT: 3, GOODBYE: 6, ERROR: 8, EVENT: 36, INVOCATION: 68, INTERRUPT: 69 };

/** Joins sessions at one router, and ends them. */
function peers(url) {
  const connections = [];
  return { join, leaveAll };

  /**
   * Opens a connection and resolves with its session.
   * options: what autobahn.Connection takes, and `ticket` to log in with.
   */
  function join(serializer, realm, { ticket, ...options } = {}) {
    const { promise, resolve, reject } = deferred();
    const closed = deferred();
    const wire = tapped(serializer);
    const connection = new autobahn.Connection({
      transports: [{ type: "websocket", url, serializers: [wire.serializer] }],
      realm,
      ...ticket && { authmethods: ["ticket"], onchallenge: () => ticket },
      max_retries: 0,
      on_user_error: () => { },         // errors that handlers throw on purpose
      on_internal_error: () => { },
      ...options,
    });
    connection.onopen = (session, details) => resolve({
      session, details, connection, socket,
      protocol: details.transport.protocol,
      closed: closed.promise,
      sent: wire.sent,
      received: wire.received,
    });
    connection.onclose = (how, { reason, message, will_retry }) => {
      closed.resolve({ how, reason, message, willRetry: will_retry });
      reject(new autobahn.Error(reason ?? how, [message]));
    };
    connection.open();
    const socket = newestSocket;
    connections.push(connection);
    return promise;
  }

  function leaveAll() {
    connections.forEach(connection => connection.isOpen && connection.close());
  }
}

/** Autobahn's serializer, and the messages that went through it. */
function tapped(name) {
  const serializer = new classes[name]();
  const [sent, received] = [[], []];
  const { serialize, unserialize } = serializer;
  serializer.serialize = message => {
    sent.push(message);
    return serialize.call(serializer, message);
  };
  serializer.unserialize = bytes => {
    const message = unserialize.call(serializer, bytes);
    received.push(message);
    return message;
  };
  return { serializer, sent, received };
}

/** Collects the events of a subscription. `until(test)` resolves with all there are once one of them passes. */
async function inbox(session, topic, options, read = args => args[0]) {
  const events = [];
  const waiting = [];
  const subscription = await session.subscribe(topic, (args, kwargs, details) => {
    events.push({ value: read(args, kwargs, details), details });
    waiting.forEach(check => check());
  }, options);
  return { subscription, events, values, until };

  function values() {
    return events.map(event => event.value);
  }

  function until(test) {
    return new Promise(resolve => {
      const check = () => events.some(event => test(event.value)) && resolve(events);
      waiting.push(check);
      check();
    });
  }
}

/** How a promise fails: Autobahn's errors carry a URI and arguments. */
function failure(promise) {
  return promise.then(
    value => ({ succeeded: value }),
    error => ({ error: error.error ?? String(error), args: readable(error.args ?? []), kwargs: readable(error.kwargs ?? {}) }));
}

/** The URI of an error, and whether there is a text for people with it. */
async function refusal(promise) {
  const { error, args, succeeded } = await failure(promise);
  return error ? { error, explained: typeof args[0] === "string" && args[0].length > 0 } : { succeeded };
}

/** Something of everything, binary in the serializer's own way. */
function payload(serializer) {
  return {
    text: "Grüße, 世界 🌍 \"\\/\n\u0001",
    numbers: [0, -1, 255, -32769, 4294967296, 9007199254740991, 1.5, -0.1, 1e300],
    others: [true, false, null, [], {}],
    nested: { a: [{ b: [[1], { c: "d" }] }] },
    binary: binary(serializer, Buffer.from([0, 1, 254, 255])),
  };
}

/** Bytes as the serializer has them: JSON has a text for them. */
function binary(serializer, bytes) {
  return serializer === "json" ? `\0${bytes.toString("base64")}` : bytes;
}

/** The same value with binary as text, however it has arrived. */
function readable(value) {
  if (value instanceof Uint8Array) {
    return `binary ${Buffer.from(value).toString("base64")}`;
  }

  if (typeof value === "string" && value.startsWith("\0")) {
    return `binary ${value.slice(1)}`;
  }

  if (Array.isArray(value)) {
    return value.map(readable);
  }

  return value && typeof value === "object" ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, readable(inner)])) : value;
}

module.exports = { autobahn, codes, logins, peers, tapped, inbox, failure, refusal, payload, binary, readable };
