"use strict";

// node autobahn-rawsocket.js ws://127.0.0.1:8080/ws cbor /run/wamprouter/router.sock: Autobahn|JS over RawSocket, where it speaks JSON, at the port of the WebSocket address and at a Unix domain socket,
// with a neighbour over WebSocket in another serializer. Needs the realms of LabRealm.cs. Is silent for longer than a router waits that pings after half a second.

const { report, deferred } = require("./report");
const { autobahn, logins, peers, inbox, failure, payload, readable } = require("./autobahn-peers");

const root = "com.example.lab";
const narrowExponent = 12;      // 4,096 bytes
const longBytes = 10_000;
const largeBytes = 300_000;
const tooLargeBytes = 2_000_000;
const burst = 500;

report(async ([url, others, path]) => {
  const { hostname: host, port } = new URL(url);
  const connections = [];
  const { join: joinByWebSocket, leaveAll } = peers(url);
  const me = await join("lab", logins.ada);
  const neighbour = await joinByWebSocket(others, "lab", logins.bob);
  try {
    return {
      transport: me.details.transport,
      loggedIn: [me.details.authid, me.details.authrole, me.details.authmethod],
      ...await refuse(),
      ...await publishAndSubscribe(),
      ...await call(),
      ...await beTooLong(),
      ...await beNarrow(),
      ...await comeByFile(),
      ...await beSilent(),
      ...await leave(),
    };
  } finally {
    leaveAll();
    connections.forEach(connection => connection.isOpen && connection.close());
  }

  async function refuse() {
    return {
      wrongTicket: (await failure(join("lab", { authid: "ada", ticket: "guess" }))).error,
      unknownRealm: (await failure(join("nowhere"))).error,
    };
  }

  async function publishAndSubscribe() {
    const topic = `${root}.news`;
    const read = (args, kwargs) => readable({ args, kwargs });
    const atNeighbour = await inbox(neighbour.session, topic, {}, read);
    const atMe = await inbox(me.session, topic, {}, read);
    await me.session.publish(topic, [payload("json")], payload("json"), { acknowledge: true });
    await neighbour.session.publish(topic, [payload(others)], payload(others), { acknowledge: true });
    await Promise.all([atNeighbour.until(() => true), atMe.until(() => true)]);
    return { eventOfMine: atNeighbour.values(), eventForMe: atMe.values(), refused: (await failure(me.session.publish("not..a uri", [], {}, { acknowledge: true }))).error };
  }

  async function call() {
    const echo = (args, kwargs) => new autobahn.Result(args, kwargs);
    await neighbour.session.register(`${root}.echo`, echo);
    await me.session.register(`${root}.mine`, echo);
    const [mine, theirs] = [await me.session.call(`${root}.echo`, [payload("json"), 2]), await neighbour.session.call(`${root}.mine`, [payload(others), 2])];
    const numbers = await Promise.all(Array.from({ length: burst }, (_, number) => me.session.call(`${root}.echo`, [number])));      // of one argument Autobahn makes no Result
    const large = await me.session.call(`${root}.echo`, ["x".repeat(largeBytes)]);
    return {
      resultForMe: readable(mine.args),
      resultOfMine: readable(theirs.args),
      burstAnswered: numbers.every((result, number) => result === number),
      large: large.length,
      noProcedure: (await failure(me.session.call(`${root}.missing`))).error,
    };
  }

  /** What is longer than the router takes Autobahn does not send. */
  async function beTooLong() {
    let isAnswered = false;
    failure(me.session.call(`${root}.echo`, ["x".repeat(tooLargeBytes)])).then(() => isAnswered = true);
    await me.session.call(`${root}.echo`, [1]);
    return { isTooLongAnswered: isAnswered };
  }

  /** A client that takes 4,096 bytes: what is longer does not come, and costs nothing else. */
  async function beNarrow() {
    const narrow = await join("lab", { ...logins.gus, max: narrowExponent });
    const events = await inbox(narrow.session, `${root}.lengths`, {}, ([text]) => text.length);
    await neighbour.session.register(`${root}.text`, ([length]) => "x".repeat(length));
    const tooLarge = (await failure(narrow.session.call(`${root}.text`, [longBytes]))).error;
    await neighbour.session.publish(`${root}.lengths`, ["x".repeat(longBytes)], {}, { acknowledge: true });
    await neighbour.session.publish(`${root}.lengths`, ["short"], {}, { acknowledge: true });
    await events.until(() => true);
    return { tooLarge, afterTooLarge: (await narrow.session.call(`${root}.text`, [10])).length, lengthsOfEvents: events.values() };
  }

  async function comeByFile() {
    const { session } = await join("lab", { ...logins.bob, endpoint: { path } });
    return { byFile: readable((await session.call(`${root}.echo`, ["by file", 1])).args) };
  }

  /** The router pings, and Autobahn answers. */
  async function beSilent() {
    await new Promise(resolve => setTimeout(resolve, 5000));
    return { afterSilence: await me.session.call(`${root}.text`, [3]) };
  }

  async function leave() {
    me.connection.close("com.example.lab.lunch");
    return { left: await me.closed };
  }

  function join(realm, { ticket, endpoint = { host, port: Number(port) }, max, ...options } = {}) {
    const { promise, resolve, reject } = deferred();
    const closed = deferred();
    const connection = new autobahn.Connection({
      transports: [{ type: "rawsocket", ...endpoint, ...max && { rawsocket_max_len_exp: max } }],
      realm,
      ...ticket && { authmethods: ["ticket"], onchallenge: () => ticket },
      max_retries: 0,
      on_internal_error: () => { },
      ...options,
    });
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
