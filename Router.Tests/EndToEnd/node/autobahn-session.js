"use strict";

// node autobahn-session.js ws://127.0.0.1:8080/ws cbor json: how sessions of Autobahn|JS begin and end. Needs the realms of LabRealm.cs.

const { report, deferred } = require("./report");
const { autobahn, codes, logins, peers, tapped, failure, refusal } = require("./autobahn-peers");

const root = "com.example.lab";
const tooLargeBytes = 2 * 1024 * 1024;

report(async ([url, mine, others]) => {
  const { join, leaveAll } = peers(url);
  const witness = await join(others, "lab", logins.bob);
  try {
    return {
      ...await announce(),
      ...await leaveAndReopen(),
      ...await joinTwiceOnOneConnection(),
      ...await challenge(),
      ...await chooseMethod(),
      ...await sign(),
      ...await useDefaults(),
      ...await violate(),
      tooLarge: await sendTooLarge(),
      isStillOpen: witness.session.isOpen,
    };
  } finally {
    leaveAll();
  }

  async function announce() {
    const { session, details, sent } = await join(mine, "lab", logins.ada);
    const { roles, transport, agent, ...welcome } = details;
    return {
      hello: sent.find(message => message[0] === codes.HELLO)[2].roles,
      features: session.features,
      welcome,
      isAgentNamed: agent.startsWith("WampRouter"),
      offers: Object.keys(roles),
    };
  }

  async function leaveAndReopen() {
    const { connection, session, closed } = await join(mine, "lab", logins.ada);
    const first = session.id;
    connection.close("com.example.lab.lunch", "back soon");
    const left = await closed;
    const reopened = deferred();
    connection.onopen = again => reopened.resolve(again);
    connection.open();
    const again = await reopened.promise;
    return { left, isReopenedAnotherSession: again.id !== first, reopenedWorks: await again.call("wamp.session.count", [["guest"]]) };
  }

  /** Autobahn's Connection closes the transport with the session; the Session itself can join again. */
  async function joinTwiceOnOneConnection() {
    const { serializer, received } = tapped(mine);
    const Factory = autobahn.transports.get("websocket");
    const transport = new Factory({ url, serializers: [serializer] }).create();
    const session = new autobahn.Session(transport, autobahn.when.defer, () => "ada-ticket");
    const ids = [];
    const realms = [];
    transport.onopen = () => session.join("lab", ["ticket"], "ada");
    for (const realm of ["lab", "discreet"]) {
      const [joined, left] = [deferred(), deferred()];
      session.onjoin = details => joined.resolve(details);
      session.onleave = reason => left.resolve(reason);
      if (ids.length > 0) {
        session.join(realm);
      }

      const details = await joined.promise;
      realms.push(`${details.realm} as ${details.authrole}`);
      ids.push(session.id);
      await session.publish(`${root}.alive`, [], {}, { acknowledge: true });
      session.leave();
      await left.promise;
    }

    transport.close();
    return {
      realmsOfOneConnection: realms,
      areSessionsOfOneConnectionDifferent: new Set(ids).size === ids.length,
      goodbyes: received.filter(message => message[0] === codes.GOODBYE).map(message => message[2]),
    };
  }

  async function challenge() {
    const logIn = (onchallenge, options) => join(mine, "lab", { authid: "ada", authmethods: ["ticket"], onchallenge, ...options });
    const asked = [];
    const { connection } = await logIn((session, method, extra) => {
      asked.push(method, extra);
      return Promise.resolve(["ada-ticket", { note: "extra of the client" }]);
    }, { authextra: { device: "tablet" } });
    connection.close();
    return {
      challenge: asked,
      brokenChallengeHandler: await failure(logIn(() => { throw new Error("no ticket at hand"); })),
      noChallengeHandler: await failure(logIn(undefined)),
      afterBrokenChallenge: (await logIn(() => "ada-ticket")).details.authid,
    };
  }

  async function chooseMethod() {
    const key = autobahn.nacl.sign.keyPair();
    const cryptosign = {
      authmethods: ["cryptosign"],
      authextra: { pubkey: autobahn.auth_cryptosign.public_key(key) },
      onchallenge: (session, method, extra) => autobahn.auth_cryptosign.sign_challenge(key, extra),
    };
    const errorOf = async options => (await failure(join(mine, "lab", { authid: "ada", ...options }))).error;
    return {
      cryptosign: await errorOf(cryptosign),
      firstKnownMethod: (await join(mine, "lab", { ...logins.ada, authmethods: ["cryptosign", "scram", "ticket"] })).details.authmethod,
      anonymousUnasked: (await join(mine, "discreet")).details.authmethod,
    };
  }

  /** WAMP-CRA by Autobahn's own functions, as its documentation has it. */
  async function sign() {
    const { derive_key: derive, sign: signature } = autobahn.auth_cra;
    const logIn = (authid, secret) => join(mine, "lab", {
      authid,
      authmethods: ["wampcra"],
      onchallenge: (session, method, extra) => signature(extra.salt ? derive(secret, extra.salt, extra.iterations, extra.keylen) : secret, extra.challenge),
    });
    const roleOf = async (authid, secret) => {
      const { details: { authid: name, authrole, authmethod } } = await logIn(authid, secret);
      return `${name} as ${authrole} by ${authmethod}`;
    };
    return {
      signed: [await roleOf("cleo", "cleo-secret"), await roleOf("dora", "dora-password")],
      signedWrong: (await failure(logIn("cleo", "wrong"))).error,
      signedByNobody: (await failure(logIn("nobody", "wrong"))).error,
    };
  }

  /** Nothing but URL and realm, and promises of JavaScript instead of Autobahn's. */
  async function useDefaults() {
    const { promise, resolve } = deferred();
    const connection = new autobahn.Connection({ url, realm: "discreet", max_retries: 0, use_es6_promises: true });
    connection.onopen = (session, details) => resolve([session, details.transport]);
    connection.open();
    const [session, transport] = await promise;
    await session.register(`${root}.default`, args => args);
    const result = await session.call(`${root}.default`, [1, 2]);
    connection.close();
    return { defaultProtocol: transport.protocol, defaultResult: result };
  }

  /** What Autobahn passes on without knowing it, though it has not announced it. */
  async function violate() {
    const violations = {
      ppt_scheme: session => session.publish(`${root}.sealed`, ["secret"], {}, { ppt_scheme: "x_lab" }),
      progress: session => session.call(`${root}.pieces`, [1], {}, { progress: true }),
      match: session => session.subscribe(`${root}.x`, () => { }, { match: "regex" }),
    };
    const aborted = {};
    for (const [name, violation] of Object.entries(violations)) {
      const peer = await join(mine, "lab", logins.ada);
      violation(peer.session);
      const { how, reason } = await peer.closed;
      const [, details, uri] = peer.received.find(message => message[0] === codes.ABORT) ?? [];
      aborted[name] = { how, reason, uri, isExplained: Boolean(details?.message) };
    }

    return { aborted };
  }

  async function sendTooLarge() {
    const { session } = await join(mine, "lab", logins.ada);
    const refused = await refusal(session.publish(`${root}.large`, ["x".repeat(tooLargeBytes)], {}, { acknowledge: true }));
    return { ...refused, isStillOpen: session.isOpen };
  }
});
