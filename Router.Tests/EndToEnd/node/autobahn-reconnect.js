"use strict";

// node autobahn-reconnect.js ws://127.0.0.1:8080/ws ws://127.0.0.1:8081/ws ws://127.0.0.1:8082/ws: Autobahn|JS while its router goes away and another is there. The
// client has one address, a relay to the first of them that is left. Prints "joined 1" to "joined 3": the test then kills the first router, restarts the second, and has the
// third say GOODBYE. Needs the realms of LabRealm.cs.

const { report, deferred } = require("./report");
const { relay } = require("./relay");
const { logins, peers } = require("./autobahn-peers");

const topic = "com.example.lab.restart";

report(async routers => {
  const { join } = peers(await relay(routers));
  const { connection, session } = await join("msgpack", "lab", { ...logins.ada, max_retries: 5, initial_retry_delay: 0.1 });
  const sessions = [session.id];
  const heard = [];

  const killed = await comeBack();
  const restarted = await comeBack();
  const ended = closing();
  console.log("joined 3");
  return { killed, restarted, heard, ended: await ended, sessions: new Set(sessions).size };

  /** Waits until the connection is lost and another session begun, and uses that. */
  async function comeBack() {
    const [lost, rejoined, event] = [closing(), deferred(), deferred()];
    connection.onopen = again => rejoined.resolve(again);
    console.log(`joined ${sessions.length}`);
    const loss = await lost;
    routers.shift();
    const again = await rejoined.promise;
    sessions.push(again.id);
    await again.subscribe(topic, args => event.resolve(args[0]));
    again.publish(topic, [`in session ${sessions.length}`], {}, { exclude_me: false });
    heard.push(await event.promise);
    return loss;
  }

  /** How the connection is closed the next time. */
  function closing() {
    const { promise, resolve } = deferred();
    connection.onclose = (how, { reason, will_retry }) => resolve({ how, reason, willRetry: will_retry });
    return promise;
  }
});
