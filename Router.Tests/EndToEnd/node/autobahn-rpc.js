"use strict";

// node autobahn-rpc.js ws://127.0.0.1:8080/ws cbor json: all that Autobahn|JS can do with procedures. Needs the realms of LabRealm.cs.

const { report, deferred } = require("./report");
const { autobahn, codes, logins, peers, failure, refusal, binary, readable } = require("./autobahn-peers");

const root = "com.example.lab";
const burst = 300;
const rounds = 5;
const manyCalls = 50;           // in so many calls chance does not leave out one of two
const largeBytes = 300_000;
const timeoutMilliseconds = 50;

report(async ([url, mine, others]) => {
  const { join, leaveAll } = peers(url);
  const me = await join(mine, "lab", logins.ada);
  const neighbour = await join(others, "lab", logins.bob);
  const guest = await join(mine, "lab", logins.gus);
  try {
    return {
      ...await matchPatterns(),
      ...await share(),
      unavailable: await refuse(),
      ...await progress(),
      ...await loseCallerInProgress(),
      ...await disclose(),
      ...await timeOut(),
      cancelled: await cancelKill(),
      ...await cancelOtherwise(),
      ...await loseCallee(),
      ...await takeOver(),
      ...await limitConcurrency(),
      ...await revoke(),
      ...await errors(),
      ...await results(),
      ...await manyAndLarge(),
      ...await leaveUnderFire(),
      interrupts: [me, neighbour, guest].flatMap(peer => peer.received).filter(message => message[0] === codes.INTERRUPT).length,
      isStillOpen: [me, neighbour, guest].every(peer => peer.session.isOpen),
    };
  } finally {
    leaveAll();
  }

  async function matchPatterns() {
    const answer = name => (args, kwargs, details) => `${name} ${details.procedure}`;
    await neighbour.session.register(`${root}.math.`, answer("prefix"), { match: "prefix" });
    await neighbour.session.register(`${root}..sum`, answer("wildcard"), { match: "wildcard" });
    await neighbour.session.register(`${root}.math.sum`, answer("exact"));
    const called = [];
    for (const procedure of ["math.sum", "math.product", "geometry.sum"]) {
      called.push(await me.session.call(`${root}.${procedure}`));
    }

    me.session.prefix("lab", root);
    const abbreviated = await me.session.call("lab:math.sum");
    return { patterns: called, abbreviated };
  }

  async function share() {
    const offer = async (policy, ...sessions) => {
      for (const [index, session] of sessions.entries()) {
        await session.register(`${root}.${policy}`, () => index, { invoke: policy });
      }

      const served = [];
      for (let call = 0; call < (policy === "random" ? manyCalls : 6); call++) {
        served.push(await me.session.call(`${root}.${policy}`));
      }

      return served;
    };
    const shared = {};
    for (const policy of ["roundrobin", "first", "last", "random"]) {
      shared[policy] = await offer(policy, neighbour.session, guest.session);
    }

    return {
      shared: { ...shared, random: [...new Set(shared.random)].sort() },
      otherPolicy: await refusal(me.session.register(`${root}.first`, () => null, { invoke: "last" })),
      secondSingle: await refusal(me.session.register(`${root}.math.sum`, () => null)),
    };
  }

  /** A callee that has no time: a router tries the next only for callees that announce call_reroute. */
  async function refuse() {
    await neighbour.session.register(`${root}.busy`, () => { throw new autobahn.Error("wamp.error.unavailable"); }, { invoke: "roundrobin" });
    await guest.session.register(`${root}.busy`, () => "free", { invoke: "roundrobin" });
    const { error } = await failure(me.session.call(`${root}.busy`));
    return [error, await me.session.call(`${root}.busy`)];
  }

  async function progress() {
    const procedure = `${root}.count`;
    await neighbour.session.register(procedure, (args, kwargs, details) => {
      if (!details.progress) {
        return "without progress";
      }

      for (let step = 1; step <= args[0]; step++) {
        details.progress([step, "of"], { of: args[0] });
      }

      details.progress();
      return "done";
    });
    const pieces = [];
    const call = me.session.call(procedure, [3], {}, { receive_progress: true });
    const final = await call.then(undefined, undefined, piece => pieces.push(piece === null ? null : [...piece.args, piece.kwargs.of]));
    return { pieces, final, withoutProgress: await me.session.call(procedure, [3]), forbiddenProgress: await progressInDiscreetRealm() };
  }

  /** There callees must be interruptible to be asked for progress. */
  async function progressInDiscreetRealm() {
    const [callee, caller] = [await join(others, "discreet"), await join(mine, "discreet")];
    await callee.session.register(`${root}.count`, (args, kwargs, details) => [details.progress]);
    return caller.session.call(`${root}.count`, [], {}, { receive_progress: true });
  }

  /** Autobahn cannot be interrupted, so the callee goes on telling of its progress to nobody. */
  async function loseCallerInProgress() {
    const [began, left, ended] = [deferred(), deferred(), deferred()];
    await neighbour.session.register(`${root}.abandoned`, async (args, kwargs, details) => {
      details.progress(["first"]);
      began.resolve();
      await left.promise;
      details.progress(["second"]);
      ended.resolve();
      return "to nobody";
    });
    const caller = await join(mine, "lab", logins.ada);
    const { id } = caller.session;
    await neighbour.session.subscribe("wamp.session.on_leave", ([leaver]) => leaver === id && left.resolve());
    caller.session.call(`${root}.abandoned`, [], {}, { receive_progress: true });
    await began.promise;
    caller.connection.close();
    await ended.promise;
    return { afterAbandonedCall: await me.session.call(`${root}.count`) };
  }

  async function disclose() {
    const who = (args, kwargs, { caller, caller_authid, caller_authrole }) =>
      new autobahn.Result([caller === me.session.id ? "me" : caller ?? null, caller_authid ?? null, caller_authrole ?? null]);
    await neighbour.session.register(`${root}.who`, who);
    await neighbour.session.register(`${root}.curious`, who, { disclose_caller: true });
    const call = async (procedure, options) => (await me.session.call(`${root}.${procedure}`, [], {}, options)).args;
    const callers = { silent: await call("who"), asked: await call("who", { disclose_me: true }), curious: await call("curious") };
    me.session.caller_disclose_me = true;
    callers.always = await call("who");
    me.session.caller_disclose_me = false;
    const discreet = await join(mine, "discreet");
    const invocation = neighbour.received.findLast(message => message[0] === codes.INVOCATION);
    return {
      callers,
      trustLevelOnWire: invocation[3].trustlevel,
      disclosureForbidden: await refusal(discreet.session.call(`${root}.who`, [], {}, { disclose_me: true })),
    };
  }

  async function timeOut() {
    const late = deferred();
    await neighbour.session.register(`${root}.slow`, () => late.promise);
    const timedOut = await failure(me.session.call(`${root}.slow`, [], {}, { timeout: timeoutMilliseconds }));
    late.resolve("too late");
    return {
      timedOut: timedOut.error,
      afterTimeout: await me.session.call(`${root}.slow`, [], {}, { timeout: 60_000 }),
      negativeTimeout: await refusal(me.session.call(`${root}.slow`, [], {}, { timeout: -1 })),
    };
  }

  async function cancelKill() {
    const { began, release } = await endless(`${root}.endless_kill`);
    const call = me.session.call(`${root}.endless_kill`);
    await began;
    call.cancel({ mode: "kill" });
    const cancelled = (await failure(call)).error;
    release();
    return cancelled;
  }

  /** In every other mode Autobahn forgets the call at once, and takes the router's ERROR, which is to follow, for a violation. */
  async function cancelOtherwise() {
    const cancelled = {};
    for (const options of [undefined, { mode: "skip" }, { mode: "killnowait" }]) {
      const name = options?.mode ?? "none";
      const { began, release } = await endless(`${root}.endless_${name}`);
      const caller = await join(mine, "lab", logins.ada);
      const call = caller.session.call(`${root}.endless_${name}`);
      await began;
      call.cancel(options);
      const { error } = await failure(call);
      const { how, reason } = await caller.closed;
      const answer = caller.received.find(message => message[0] === codes.ERROR);
      cancelled[name] = { error, how, reason, answer: answer?.[4] };
      release();
    }

    return { cancelledOtherwise: cancelled };
  }

  async function endless(procedure) {
    const [began, over] = [deferred(), deferred()];
    await neighbour.session.register(procedure, () => {
      began.resolve();
      return over.promise;
    });
    return { began: began.promise, release: () => over.resolve("to nobody") };
  }

  async function loseCallee() {
    const callee = await join(others, "lab", logins.bob);
    await callee.session.register(`${root}.leaves`, () => {
      callee.connection.close();
      return deferred().promise;
    });
    return { calleeLeft: await refusal(me.session.call(`${root}.leaves`)) };
  }

  async function takeOver() {
    const procedure = `${root}.taken_over`;
    const old = await neighbour.session.register(procedure, () => "old");
    await guest.session.register(procedure, () => "new", { force_reregister: true });
    return {
      takenOver: typeof await old.on_unregister,
      isTakenOverActive: old.active,
      answerAfterTakeOver: await me.session.call(procedure),
    };
  }

  async function limitConcurrency() {
    let [running, most] = [0, 0];
    const two = deferred();
    await neighbour.session.register(`${root}.limited`, async ([number]) => {
      most = Math.max(most, ++running);
      if (running === 2) {
        two.resolve();
      }

      await two.promise;
      await neighbour.session.call("wamp.session.count");       // its result comes after any third call that was sent too early
      running--;
      return number;
    }, { concurrency: 2 });
    const served = await Promise.all([1, 2, 3, 4, 5, 6].map(number => me.session.call(`${root}.limited`, [number])));
    return { servedConcurrently: served, mostAtATime: most };
  }

  async function revoke() {
    const registration = await neighbour.session.register(`${root}.revoked`, () => "served");
    await me.session.call("wamp.registration.remove_callee", [registration.id, neighbour.session.id, "com.example.lab.closing"]);
    const reason = await registration.on_unregister;
    const gone = await refusal(me.session.call(`${root}.revoked`));
    const again = await neighbour.session.register(`${root}.revoked`, () => "served again");
    const answer = await me.session.call(`${root}.revoked`);
    const before = neighbour.session.registrations.length;
    await again.unregister();
    return {
      revokedFor: reason,
      isRevokedActive: registration.active,
      callOfRevoked: gone,
      callOfNew: answer,
      registrationsGone: before - neighbour.session.registrations.length,
    };
  }

  async function errors() {
    const throwable = {
      text: "a text",
      native: new Error("a text"),
      error: new autobahn.Error("com.example.lab.error.broken", ["part"], { of: "it" }),
      bare: new autobahn.Error("com.example.lab.error.bare"),
    };
    await neighbour.session.register(`${root}.throws`, ([what]) => {
      throw throwable[what];
    });
    const thrown = {};
    for (const what of Object.keys(throwable)) {
      thrown[what] = await failure(me.session.call(`${root}.throws`, [what]));
    }

    return {
      thrown,
      noSuchProcedure: await refusal(me.session.call(`${root}.nobody_serves_this`)),
      badProcedure: await refusal(me.session.call("not..a uri")),
      callNotPermitted: await refusal(guest.session.call(`${root}.forbidden.x`)),
      registrationNotPermitted: await refusal(guest.session.register(`${root}.forbidden.x`, () => null)),
    };
  }

  async function results() {
    const results = {
      nothing: others === "msgpack" ? null : undefined,     // an undefined result Autobahn fails to encode in MessagePack, and never answers
      one: 1,
      list: [1, 2],
      many: new autobahn.Result([1, 2]),
      keywords: new autobahn.Result([], { a: 1 }),
      empty: new autobahn.Result(),
      binary: binary(others, Buffer.from([0, 255])),
    };
    await neighbour.session.register(`${root}.returns`, ([name]) => results[name]);
    await neighbour.session.register(`${root}.defers`, ([name]) => {
      const answer = neighbour.session.defer();
      setImmediate(() => answer.resolve(name));
      return answer.promise;
    });
    await me.session.register(`${root}.mine`, () => "my own");
    const returned = {};
    for (const name of Object.keys(results)) {
      const result = await me.session.call(`${root}.returns`, [name]);
      returned[name] = readable(result instanceof autobahn.Result ? { args: result.args, kwargs: result.kwargs } : result ?? null);
    }

    return { returned, deferredResult: await me.session.call(`${root}.defers`, ["later"]), ownProcedure: await me.session.call(`${root}.mine`) };
  }

  async function manyAndLarge() {
    const order = [];
    await neighbour.session.register(`${root}.number`, ([number]) => {
      order.push(number);
      return number;
    });
    const numbers = await Promise.all(Array.from({ length: burst }, (_, number) => me.session.call(`${root}.number`, [number])));
    await neighbour.session.register(`${root}.echo`, ([text, bytes]) => new autobahn.Result([text, bytes]));
    const bytes = Buffer.alloc(largeBytes, "0123456789");
    const { args: [text, copy] } = await me.session.call(`${root}.echo`, ["x".repeat(largeBytes), binary(mine, bytes)]);
    return {
      burstAnswered: numbers.every((number, index) => number === index),
      burstInOrder: order.every((number, index) => number === index),
      largeText: text.length,
      isLargeBinarySame: readable(copy) === readable(bytes),
    };
  }

  /** Autobahn closes its connection for a call of a registration it has given up or lost. */
  async function leaveUnderFire() {
    const procedure = `${root}.fire`;
    const errors = new Set();
    let answered = 0;
    for (let round = 0; round < rounds; round++) {
      const hit = deferred();
      const registration = await neighbour.session.register(procedure, () => {
        hit.resolve();
        return "served";
      });
      const calls = Array.from({ length: burst }, () => failure(me.session.call(procedure, ["fire"])));
      await hit.promise;
      const ending = round % 2 === 0 ? registration.unregister() : guest.session.register(procedure, () => "taken over", { force_reregister: true });
      for (const { error } of await Promise.all(calls)) {
        answered++;
        errors.add(error ?? null);
      }

      const takenOver = await ending;
      await takenOver?.unregister();
    }

    errors.delete(null);
    return { survivedCalls: answered === rounds * burst, errorsUnderFire: [...errors] };
  }
});
