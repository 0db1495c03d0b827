"use strict";

// node autobahn-longpoll.js http://127.0.0.1:8080/lp ws://127.0.0.1:8080/ws: Autobahn|JS over long-poll, and with WebSocket as what it falls back from. Takes longer than a
// request waits, so that some are answered with nothing.

require("./with-xhr");
const { report, deferred } = require("./report");
const { autobahn, failure, inbox, payload, readable } = require("./autobahn-peers");

const burst = 200;

report(async ([url, webSocketUrl]) => {
  const connections = [];
  const me = await join("realm1");
  const neighbour = await join("realm1");
  const overWebSocket = await join("realm1", { transports: [{ type: "websocket", url: webSocketUrl }] });

  const topic = "com.example.test.news";
  const atNeighbour = await inbox(neighbour.session, topic, {}, args => readable(args));
  const atWebSocket = await inbox(overWebSocket.session, topic, {}, args => readable(args));
  await me.session.publish(topic, [payload("json")], {}, { acknowledge: true });
  const event = (await atNeighbour.until(() => true))[0].value;
  const eventOverWebSocket = (await atWebSocket.until(() => true))[0].value;

  await neighbour.session.register("com.example.test.add", ([a, b]) => a + b);
  const sum = await me.session.call("com.example.test.add", [2, 3]);
  const noProcedure = await failure(me.session.call("com.example.test.missing"));
  const sums = await Promise.all(Array.from({ length: burst }, (_, i) => me.session.call("com.example.test.add", [i, i])));

  await new Promise(resolve => setTimeout(resolve, 5000));       // several polls, of a second each
  const afterSilence = await me.session.call("com.example.test.add", [1, 1]);

  const wrongTicket = await failure(join("secured", { authmethods: ["ticket"], authid: "browser", onchallenge: () => "guess" }));
  const loggedIn = (await join("secured", { authmethods: ["ticket"], authid: "browser", onchallenge: () => "browser-demo" })).details.authrole;

  const { WebSocket } = globalThis;
  delete globalThis.WebSocket;
  const withoutWebSocket = (await join("realm1", { transports: [{ type: "websocket", url: webSocketUrl }, { type: "longpoll", url }] })).details.transport.type;
  globalThis.WebSocket = WebSocket;

  me.connection.close();
  const closed = await me.closed;
  connections.forEach(connection => connection.isOpen && connection.close());
  return {
    protocol: me.details.transport.protocol, event, eventOverWebSocket, sum, noProcedure, areSumsRight: sums.every((value, i) => value === 2 * i), afterSilence, wrongTicket, loggedIn, withoutWebSocket, closed,
  };

  function join(realm, options = {}) {
    const { promise, resolve, reject } = deferred();
    const closed = deferred();
    const connection = new autobahn.Connection({ transports: [{ type: "longpoll", url }], realm, max_retries: 0, on_internal_error: () => { }, ...options });
    connection.onopen = (session, details) => resolve({ connection, session, details, closed: closed.promise });
    connection.onclose = (how, { reason, message }) => {
      closed.resolve({ how, reason });
      reject(new autobahn.Error(reason ?? how, [message]));
    };
    connection.open();
    connections.push(connection);
    return promise;
  }
});
