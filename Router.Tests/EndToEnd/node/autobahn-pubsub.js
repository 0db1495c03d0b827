"use strict";

// node autobahn-pubsub.js ws://127.0.0.1:8080/ws cbor json: all that Autobahn|JS can do with topics. Needs the realms of LabRealm.cs.

const { report, deferred } = require("./report");
const { codes, logins, peers, inbox, refusal, binary, readable } = require("./autobahn-peers");

const root = "com.example.lab";
const acknowledge = true;
const burst = 500;
const rounds = 5;
const largeBytes = 300_000;

report(async ([url, mine, others]) => {
  const { join, leaveAll } = peers(url);
  const me = await join(mine, "lab", logins.ada);
  const neighbour = await join(others, "lab", logins.bob);
  const guest = await join(mine, "lab", logins.gus);
  try {
    return {
      ...await matchPatterns(),
      ...await seeDetails(),
      ...await disclose(),
      receivers: await chooseReceivers(),
      ...await acknowledged(),
      ...await retain(),
      ...await shareSubscription(),
      ...await revoke(),
      ...await payloads(),
      ...await manyAndLarge(),
      ...await leaveUnderFire(),
      ...await abbreviate(),
      isStillOpen: [me, neighbour, guest].every(peer => peer.session.isOpen),
    };
  } finally {
    leaveAll();
  }

  async function matchPatterns() {
    const exact = await inbox(neighbour.session, `${root}.rooms.kitchen.light`, undefined, topicOf);
    const prefix = await inbox(neighbour.session, `${root}.rooms.kit`, { match: "prefix" }, topicOf);
    const wildcard = await inbox(neighbour.session, `${root}.rooms..light`, { match: "wildcard" }, topicOf);
    const publications = [];
    for (const room of ["kitchen.light", "kitchen.heat", "cellar.light"]) {
      publications.push((await me.session.publish(`${root}.rooms.${room}`, [], {}, { acknowledge })).id);
    }

    await wildcard.until(topic => topic.includes("cellar"));
    const seenByAll = [exact, prefix, wildcard].map(box => box.events[0].details.publication);
    return {
      exactTopics: exact.values(),
      prefixTopics: prefix.values(),
      wildcardTopics: wildcard.values(),
      isOnePublicationForAllPatterns: seenByAll.every(id => id === publications[0]),
      isEachPublicationDifferent: new Set(publications).size === publications.length,
    };
  }

  async function seeDetails() {
    const namesOf = details => Object.keys(details).filter(key => details[key] !== undefined).sort();
    const box = await inbox(neighbour.session, `${root}.details`, undefined, (args, kwargs, details) => namesOf(details));
    const { id } = await me.session.publish(`${root}.details`, ["plain"], {}, { acknowledge });
    const [event] = await box.until(() => true);
    const onWire = neighbour.received.find(message => message[0] === codes.EVENT && message[2] === id);
    return { detailsOfEvent: event.value, retainedOfEvent: event.details.retained, detailsOnWire: onWire[3] };
  }

  async function disclose() {
    const topic = `${root}.disclosed`;
    const box = await inbox(neighbour.session, topic, undefined, (args, kwargs, { publisher, publisher_authid, publisher_authrole }) =>
      [args[0], publisher === me.session.id ? "me" : publisher ?? null, publisher_authid ?? null, publisher_authrole ?? null]);
    await me.session.publish(topic, ["silent"], {}, { acknowledge });
    await me.session.publish(topic, ["asked"], {}, { acknowledge, disclose_me: true });
    me.session.publisher_disclose_me = true;
    await me.session.publish(topic, ["always"], {}, { acknowledge });
    await me.session.publish(topic, ["not now"], {}, { acknowledge, disclose_me: false });
    me.session.publisher_disclose_me = false;
    await box.until(([what]) => what === "not now");

    const discreet = await join(mine, "discreet");
    return {
      publishers: box.values(),
      disclosureForbidden: await refusal(discreet.session.publish(topic, [], {}, { acknowledge, disclose_me: true })),
    };
  }

  /** Publishes once with each option; the name of the option is the argument. Returns who has got it. */
  async function chooseReceivers() {
    const topic = `${root}.chosen`;
    const options = {
      nothing: {},
      exclude_me: { exclude_me: false },
      exclude: { exclude: [neighbour.session.id] },
      exclude_authid: { exclude_authid: ["bob", "nobody"] },
      exclude_authrole: { exclude_authrole: ["guest"] },
      eligible: { eligible: [guest.session.id] },
      eligible_authid: { eligible_authid: ["bob"] },
      eligible_authrole: { eligible_authrole: ["guest"] },
      eligible_nobody: { eligible: [] },
      eligible_and_exclude: { eligible_authrole: ["guest", "staff"], exclude_authid: ["gus"] },
    };
    const boxes = { ada: await inbox(me.session, topic), bob: await inbox(neighbour.session, topic), gus: await inbox(guest.session, topic) };
    for (const [name, option] of Object.entries(options)) {
      await me.session.publish(topic, [name], {}, { acknowledge, ...option });
    }

    await me.session.publish(topic, ["end"], {}, { acknowledge, exclude_me: false });
    await Promise.all(Object.values(boxes).map(box => box.until(name => name === "end")));
    return Object.fromEntries(Object.keys(options).map(name => [name, Object.keys(boxes).filter(who => boxes[who].values().includes(name))]));
  }

  async function acknowledged() {
    const promise = me.session.publish(`${root}.unheard`, [1], {}, { acknowledge });
    return {
      unacknowledged: typeof me.session.publish(`${root}.unheard`, [1]),
      unacknowledgedToBadUri: typeof me.session.publish("not..a uri", [1]),
      acknowledgedId: typeof (await promise).id,
      notPermitted: await refusal(guest.session.publish(`${root}.forbidden.x`, [], {}, { acknowledge })),
      subscriptionNotPermitted: await refusal(guest.session.subscribe(`${root}.forbidden.x`, () => { })),
      badTopic: await refusal(me.session.subscribe("not..a uri", () => { })),
    };
  }

  async function retain() {
    const topic = `${root}.retained.door`;
    const live = await inbox(neighbour.session, topic, undefined, retainedOf);
    await me.session.publish(topic, ["open"], { since: 7 }, { acknowledge, retain: true });
    await me.session.publish(topic, ["not kept"], {}, { acknowledge });
    await live.until(([value]) => value === "not kept");
    const late = await inbox(guest.session, topic, { get_retained: true }, retainedOf);
    const uninterested = await inbox(me.session, topic, {}, retainedOf);
    const ofPattern = (args, kwargs, details) => [args[0], details.topic, details.retained];
    const pattern = await inbox(neighbour.session, `${root}.retained.`, { match: "prefix", get_retained: true }, ofPattern);
    await Promise.all([late.until(() => true), pattern.until(() => true)]);
    await neighbour.session.publish(topic, ["closed"], {}, { acknowledge, retain: true });
    await Promise.all([late, uninterested].map(box => box.until(([value]) => value === "closed")));
    return {
      retainedLive: live.values(),
      retainedLate: late.values(),
      retainedUninterested: uninterested.values(),
      retainedByPattern: pattern.values()[0],
    };
  }

  /** Two handlers of one session: Autobahn subscribes twice and gets the same subscription. */
  async function shareSubscription() {
    const topic = `${root}.shared`;
    const [first, second] = [await inbox(neighbour.session, topic), await inbox(neighbour.session, topic)];
    await me.session.publish(topic, ["both"], {}, { acknowledge });
    await second.until(() => true);
    const events = neighbour.received.filter(message => message[0] === codes.EVENT && message[1] === first.subscription.id).length;
    const unsubscribed = [await first.subscription.unsubscribe()];
    await me.session.publish(topic, ["second"], {}, { acknowledge });
    await second.until(value => value === "second");
    unsubscribed.push(await second.subscription.unsubscribe());
    await me.session.publish(topic, ["nobody"], {}, { acknowledge });
    return {
      isOneSubscription: first.subscription.id === second.subscription.id,
      eventsForTwoHandlers: events,
      firstHandler: first.values(),
      secondHandler: second.values(),
      unsubscribed,
    };
  }

  async function revoke() {
    const topic = `${root}.revoked`;
    const box = await inbox(neighbour.session, topic);
    await me.session.publish(topic, ["before"], {}, { acknowledge });
    await me.session.call("wamp.subscription.remove_subscriber", [box.subscription.id, neighbour.session.id, "com.example.lab.closing"]);
    const reason = await box.subscription.on_unsubscribe;
    await me.session.publish(topic, ["after"], {}, { acknowledge });
    const again = await inbox(neighbour.session, topic);
    await me.session.publish(topic, ["again"], {}, { acknowledge });
    await again.until(() => true);
    return {
      revokedFor: reason,
      isRevokedActive: box.subscription.active,
      eventsBeforeRevocation: box.values(),
      eventsAfterRevocation: again.values(),
    };
  }

  async function payloads() {
    const topic = `${root}.shapes`;
    const box = await inbox(neighbour.session, topic, undefined, (args, kwargs) => readable([args, kwargs]));
    const bytes = binary(mine, Buffer.from([0, 255]));
    for (const shape of [[], [[1, "two"]], [undefined, { only: "keywords" }], [[], {}], [[bytes, [bytes]], { bytes }]]) {
      await me.session.publish(topic, ...shape, ...Array(2 - shape.length).fill(undefined), { acknowledge });
    }

    await box.until(([args]) => args.length === 2 && Array.isArray(args[1]));
    return { shapes: box.values() };
  }

  async function manyAndLarge() {
    const box = await inbox(neighbour.session, `${root}.burst`);
    const large = deferred();
    await neighbour.session.subscribe(`${root}.large`, args => large.resolve(args));
    for (let number = 0; number < burst; number++) {
      me.session.publish(`${root}.burst`, [number]);
    }

    await box.until(number => number === burst - 1);
    const bytes = Buffer.alloc(largeBytes, "0123456789");
    await me.session.publish(`${root}.large`, ["x".repeat(largeBytes), binary(mine, bytes)], {}, { acknowledge });
    const [text, copy] = await large.promise;
    return {
      burstInOrder: box.values().every((number, index) => number === index) && box.values().length === burst,
      largeText: text.length,
      isLargeBinarySame: readable(copy) === readable(bytes),
    };
  }

  /** Autobahn closes its connection for an event of a subscription it has given up. */
  async function leaveUnderFire() {
    const topic = `${root}.fire`;
    for (let round = 0; round < rounds; round++) {
      const hit = deferred();
      const subscription = await neighbour.session.subscribe(topic, hit.resolve);
      for (let number = 0; number < burst; number++) {
        me.session.publish(topic, [number]);
      }

      await hit.promise;
      await subscription.unsubscribe();
    }

    await me.session.publish(topic, [], {}, { acknowledge });
    return { survivedEvents: await neighbour.session.call("wamp.subscription.lookup", [topic]) };
  }

  async function abbreviate() {
    me.session.prefix("lab", root);
    const box = await inbox(neighbour.session, `${root}.abbreviated`);
    await me.session.publish("lab:abbreviated", ["short"], {}, { acknowledge });
    await box.until(() => true);
    const resolved = me.session.resolve("lab:abbreviated");
    me.session.prefix("lab", null);
    return { abbreviated: box.values(), resolved, unresolved: me.session.resolve("lab:abbreviated") };
  }
});

function topicOf(args, kwargs, details) {
  return details.topic;
}

function retainedOf(args, kwargs, details) {
  return [args[0], details.retained];
}
