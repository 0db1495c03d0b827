"use strict";

// node autobahn-meta.js ws://127.0.0.1:8080/ws cbor json: the router's own procedures and topics, used with Autobahn|JS. Needs the realms of LabRealm.cs.

const { report } = require("./report");
const { logins, peers, inbox, refusal } = require("./autobahn-peers");

const root = "com.example.lab";
const acknowledge = true;

report(async ([url, mine, others]) => {
  const { join, leaveAll } = peers(url);
  const me = await join(mine, "lab", logins.ada);
  const neighbour = await join(others, "lab", logins.bob);
  const call = (procedure, args, kwargs) => me.session.call(`wamp.${procedure}`, args, kwargs);
  try {
    return {
      ...await askForSessions(),
      ...await watchSessions(),
      ...await askForSubscriptions(),
      ...await watchSubscriptions(),
      ...await askForRegistrations(),
      ...await watchRegistrations(),
      ...await leaveTestaments(),
      ...await readHistory(),
      ...await beRefused(),
      ...await killSessions(),
      isStillOpen: me.session.isOpen,
    };
  } finally {
    leaveAll();
  }

  async function askForSessions() {
    const ids = [me.session.id, neighbour.session.id];
    const { session, transport, ...details } = await call("session.get", [neighbour.session.id]);
    return {
      sessionCount: await call("session.count"),
      guestCount: await call("session.count", [["guest"]]),
      isListOfSessionsRight: sameIds(await call("session.list"), ids),
      staffList: (await call("session.list", [["staff"]])).length,
      sessionDetails: details,
      sessionTransport: [transport.type, transport.serializer, transport.secure],
      isSessionOfDetailsRight: session === neighbour.session.id,
    };
  }

  async function watchSessions() {
    const joined = await inbox(me.session, "wamp.session.on_join", undefined, ([details]) => details);
    const left = await inbox(me.session, "wamp.session.on_leave", undefined, args => args);
    const guest = await join(mine, "lab", logins.gus);
    const { id } = guest.session;
    await joined.until(details => details.session === id);
    guest.connection.close();
    await left.until(([leaver]) => leaver === id);
    await Promise.all([joined, left].map(box => box.subscription.unsubscribe()));
    return {
      joined: joined.values().map(details => [details.session === id, details.authid, details.authrole, details.authmethod]),
      left: left.values().map(([leaver, ...who]) => [leaver === id, ...who]),
    };
  }

  async function askForSubscriptions() {
    const topic = `${root}.meta.topic`;
    const { subscription: exact } = await inbox(neighbour.session, topic);
    const { subscription: prefix } = await inbox(neighbour.session, `${root}.meta.`, { match: "prefix" });
    const details = await call("subscription.get", [prefix.id]);
    const list = await call("subscription.list");
    return {
      isSubscriptionListed: list.exact.includes(exact.id) && list.prefix.includes(prefix.id) && Array.isArray(list.wildcard),
      isSubscriptionFound: await call("subscription.lookup", [topic]) === exact.id,
      isPatternOfSubscriptionFound: await call("subscription.lookup", [`${root}.meta.`, { match: "prefix" }]) === prefix.id,
      isSubscriptionMatched: sameIds(await call("subscription.match", [topic]), [exact.id, prefix.id]),
      subscriptionDetails: described(details, prefix.id),
      areSubscribersListed: sameIds(await call("subscription.list_subscribers", [exact.id]), [neighbour.session.id]),
      subscriberCount: await call("subscription.count_subscribers", [exact.id]),
      unknownTopic: await call("subscription.lookup", [`${root}.meta.nobody`]),
    };
  }

  async function watchSubscriptions() {
    const happened = await watch("subscription", ["on_create", "on_subscribe", "on_unsubscribe", "on_delete"]);
    const { subscription } = await inbox(neighbour.session, `${root}.meta.watched`);
    await subscription.unsubscribe();
    return { subscriptionEvents: await happened(neighbour, subscription.id) };
  }

  async function askForRegistrations() {
    const procedure = `${root}.meta.procedure`;
    const exact = await neighbour.session.register(procedure, () => null, { invoke: "roundrobin" });
    const prefix = await neighbour.session.register(`${root}.meta.`, () => null, { match: "prefix" });
    const list = await call("registration.list");
    return {
      isRegistrationListed: list.exact.includes(exact.id) && list.prefix.includes(prefix.id) && Array.isArray(list.wildcard),
      isRegistrationFound: await call("registration.lookup", [procedure]) === exact.id,
      isPatternOfRegistrationFound: await call("registration.lookup", [`${root}.meta.`, { match: "prefix" }]) === prefix.id,
      isRegistrationMatched: await call("registration.match", [procedure]) === exact.id && await call("registration.match", [`${root}.meta.other`]) === prefix.id,
      registrationDetails: described(await call("registration.get", [exact.id]), exact.id),
      areCalleesListed: sameIds(await call("registration.list_callees", [exact.id]), [neighbour.session.id]),
      calleeCount: await call("registration.count_callees", [exact.id]),
      unknownProcedure: await call("registration.lookup", [`${root}.nobody`]),
    };
  }

  async function watchRegistrations() {
    const happened = await watch("registration", ["on_create", "on_register", "on_unregister", "on_delete"]);
    const registration = await neighbour.session.register(`${root}.meta.watched`, () => null);
    await registration.unregister();
    return { registrationEvents: await happened(neighbour, registration.id) };
  }

  /** Subscribes to the events of that kind. The result waits for the last one of them and returns all, in their order. */
  async function watch(kind, names) {
    const order = [];
    const boxes = await Promise.all(names.map(name => inbox(me.session, `wamp.${kind}.${name}`, undefined, ([session, subject]) => {
      order.push([name, session, subject.id ?? subject]);
      return subject.id ?? subject;
    })));
    return async (actor, id) => {
      await boxes.at(-1).until(subject => subject === id);
      await Promise.all(boxes.map(box => box.subscription.unsubscribe()));
      return order.filter(([, session, subject]) => session === actor.session.id && subject === id).map(([name]) => name);
    };
  }

  async function leaveTestaments() {
    const will = await inbox(me.session, `${root}.will`, undefined, (args, kwargs, { publisher_authid }) => [...args, kwargs.left ?? null, publisher_authid ?? null]);
    const ends = { left: peer => peer.connection.close(), lost: peer => peer.socket.terminate() };
    for (const [name, end] of Object.entries(ends)) {
      const mortal = await join(others, "lab", logins.bob);
      const add = (args, kwargs, options) => mortal.session.call("wamp.session.add_testament", [`${root}.will`, args, kwargs], options);
      await add([name, "flushed"], {});
      await mortal.session.call("wamp.session.flush_testaments");
      await add([name, "destroyed"], { left: 7 }, { publish_options: { disclose_me: true } });
      await add([name, "detached"], {}, { scope: "detached" });
      end(mortal);
      await will.until(([which, scope]) => which === name && scope === "destroyed");
    }

    return { wills: will.values() };
  }

  async function readHistory() {
    const [exact, prefix] = [`${root}.history`, `${root}.log.`];
    const { subscription } = await inbox(me.session, exact);
    const { subscription: durable } = await inbox(me.session, prefix, { match: "prefix" });
    const publications = [];
    for (const number of [1, 2, 3, 4]) {
      publications.push((await neighbour.session.publish(exact, [number], { number }, { acknowledge })).id);
    }

    await neighbour.session.publish(`${prefix}doors`, ["open"], {}, { acknowledge, disclose_me: true });
    const read = async (id, kwargs) => (await call("subscription.get_events", [id], kwargs)).map(event => event.args[0]);
    const [stored] = await call("subscription.get_events", [subscription.id], { limit: 1 });
    const [logged] = await call("subscription.get_events", [durable.id]);
    return {
      history: {
        all: await read(subscription.id),
        reverse: await read(subscription.id, { reverse: true, limit: 2 }),
        after: await read(subscription.id, { after_publication: publications[1] }),
        before: await read(subscription.id, { until_publication: publications[2] }),
        fromTime: await read(subscription.id, { from_time: "2999-01-01T00:00:00Z" }),
      },
      storedEvent: {
        ...stored,
        timestamp: typeof stored.timestamp,
        subscription: stored.subscription === subscription.id,
        publication: publications.indexOf(stored.publication),
      },
      loggedEvent: [logged.args, logged.details.topic, logged.details.publisher_authid],
    };
  }

  async function beRefused() {
    const guest = await join(mine, "lab", logins.gus);
    return {
      noSuchSession: await refusal(call("session.get", [1])),
      noSuchSubscription: await refusal(call("subscription.get", [9007199254740991])),
      noSuchRegistration: await refusal(call("registration.get", [9007199254740991])),
      noSuchMetaProcedure: await refusal(call("session.nothing")),
      invalidArgument: await refusal(call("session.get", ["an id"])),
      killOfMyself: await refusal(call("session.kill", [me.session.id])),
      killForNoReason: await refusal(call("session.kill", [guest.session.id], { reason: "not..a uri" })),
      metaNotPermitted: await refusal(guest.session.call("wamp.session.list")),
      metaRegistration: await refusal(neighbour.session.register("wamp.session.mine", () => null)),
      metaPublication: await refusal(neighbour.session.publish("wamp.session.on_join", [], {}, { acknowledge })),
    };
  }

  async function killSessions() {
    const victim = await join(others, "lab", logins.gus);
    await call("session.kill", [victim.session.id], { reason: `${root}.enough`, message: "go home" });
    const plain = await join(others, "lab", logins.gus);
    await call("session.kill", [plain.session.id]);
    const named = [await join(mine, "lab", logins.gus), await join(others, "lab", logins.gus)];
    const namedIds = named.map(peer => peer.session.id);
    const killed = await call("session.kill_by_authid", ["gus"], { reason: `${root}.authid` });
    const guest = await join(others, "lab", logins.gus);
    const ofRole = await call("session.kill_by_authrole", ["guest"], { reason: `${root}.authrole` });
    const rest = await call("session.kill_all", [], { reason: `${root}.all` });
    return {
      killed: await victim.closed,
      killedWithoutReason: await plain.closed,
      killedByAuthId: [namedIds.every(id => killed.includes(id)), ...(await Promise.all(named.map(peer => peer.closed))).map(end => end.reason)],
      killedByRole: [ofRole, (await guest.closed).reason],
      killedAll: [rest, (await neighbour.closed).reason],
    };
  }
});

function sameIds(some, others) {
  return some.length === others.length && others.every(id => some.includes(id));
}

/** A description of a subscription or registration without what is different each time. */
function described({ id, created, ...rest }, expected) {
  return { ...rest, isItself: id === expected, isCreatedRecently: Math.abs(Date.now() - Date.parse(created)) < 60_000 };
}
