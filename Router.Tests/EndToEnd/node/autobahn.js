"use strict";

// node autobahn.js ws://127.0.0.1:8080/ws cbor json: everything a client does, with Autobahn|JS speaking the first serializer, to a neighbour who
// speaks the second. Needs a callee of com.example.test.endless, which publishes to com.example.test.endless_began when it is called.

const { report, deferred } = require("./report");
const { autobahn, peers, failure, payload, readable } = require("./autobahn-peers");

const tickets = {
  browser: "browser-demo",
  procedures: "06622f00b2f4b207c10e4dcd7a8d70590f962a863f586de8fe8f20be05f1e519",
};

report(async ([url, mine, others]) => {
  const { join, leaveAll } = peers(url);
  const me = await join(mine, "realm1");
  const neighbour = await join(others, "realm1");
  try {
    return {
      protocol: me.protocol,
      roles: Object.keys(me.details.roles),
      ...await publishAndSubscribe(),
      ...await call(),
      ...await disclose(),
      cancelled: await cancel(),
      ...await logIn(),
    };
  } finally {
    leaveAll();
  }

  async function publishAndSubscribe() {
    const topic = "com.example.test.news";
    const [atNeighbour, atMe] = [[], []];
    const arrived = deferred();
    await neighbour.session.subscribe(topic, (args, kwargs, details) => {
      atNeighbour.push({ args: readable(args), kwargs: readable(kwargs), publication: details.publication });
      if (atNeighbour.length === 2) {
        arrived.resolve();
      }
    });
    const subscription = await me.session.subscribe(topic, args => atMe.push(...args));

    const first = await me.session.publish(topic, [payload(mine)], payload(mine), { acknowledge: true });
    await me.session.publish(topic, ["to me too"], {}, { acknowledge: true, exclude_me: false });
    await arrived.promise;
    await subscription.unsubscribe();
    await me.session.publish(topic, ["after the end"], {}, { acknowledge: true, exclude_me: false });
    const refused = await failure(me.session.publish("not..a uri", [], {}, { acknowledge: true }));
    return {
      event: atNeighbour[0],
      isSamePublication: String(first.id) === String(atNeighbour[0].publication),
      eventsOfMyOwn: atMe,
      publishRefused: refused,
    };
  }

  async function call() {
    const registration = await neighbour.session.register("com.example.test.echo", (args, kwargs) => new autobahn.Result(args, kwargs));
    const result = await me.session.call("com.example.test.echo", [payload(mine), 2], payload(mine));
    const secondOffer = await failure(me.session.register("com.example.test.echo", () => null));
    await neighbour.session.unregister(registration);
    const unregistered = await failure(me.session.call("com.example.test.echo", [1]));

    await neighbour.session.register("com.example.test.fail", args => {
      throw new autobahn.Error("com.example.error.sold_out", ["nothing left", payload(others)], { left: 0, of: args[0] });
    });
    const error = await failure(me.session.call("com.example.test.fail", [7]));
    return { result: { args: readable(result.args), kwargs: readable(result.kwargs) }, secondOffer, unregistered, error };
  }

  async function disclose() {
    const service = await logInAs(others, "procedures");
    const browser = await logInAs(mine, "browser");
    await service.session.register("com.example.test.who", (args, kwargs, details) => [details.caller === browser.session.id, details.caller_authid, details.caller_authrole]);
    await me.session.register("com.example.test.who", (args, kwargs, details) => [typeof details.caller, details.caller_authid ?? null]);
    return {
      disclosed: await browser.session.call("com.example.test.who"),
      undisclosed: await neighbour.session.call("com.example.test.who"),
      notPermitted: await failure(browser.session.publish("com.example.sensors.temperature", [1], {}, { acknowledge: true })),
    };
  }

  async function cancel() {
    const began = deferred();
    await me.session.subscribe("com.example.test.endless_began", () => began.resolve());
    const endless = me.session.call("com.example.test.endless");
    await began.promise;
    endless.cancel({ mode: "kill" });
    return failure(endless);
  }

  async function logIn() {
    const { details } = await logInAs(mine, "browser");
    return {
      loggedIn: { authid: details.authid, authrole: details.authrole, authmethod: details.authmethod },
      wrongTicket: await failure(logInAs(mine, "browser", "guess")),
      unknownUser: await failure(logInAs(mine, "nobody", "guess")),
      noTicket: await failure(join(mine, "secured")),
      unknownRealm: await failure(join(mine, "nowhere")),
    };
  }

  function logInAs(serializer, authid, ticket = tickets[authid]) {
    return join(serializer, "secured", { authid, ticket });
  }
});
