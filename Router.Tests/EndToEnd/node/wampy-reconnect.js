"use strict";

// node wampy-reconnect.js ws://127.0.0.1:8080/ws ws://127.0.0.1:8081/ws ws://127.0.0.1:8082/ws: wampy while its router goes away and another is there, as autobahn-reconnect.js
// has it. wampy takes every GOODBYE for final, and registers again by itself after a loss.

const ws = require("ws");
const { Wampy } = require("wampy");
const { report, deferred } = require("./report");
const { relay } = require("./relay");

const procedure = "com.example.test.restart";

report(async routers => {
  const url = await relay(routers);
  let lost, rejoined;
  const ended = deferred();
  const wampy = new Wampy(url, {
    realm: "realm1",
    ws,
    autoReconnect: true,
    reconnectInterval: 100,
    maxRetries: 100,
    onReconnect: () => lost.resolve(),
    onReconnectSuccess: details => rejoined.resolve(details),
    onClose: () => ended.resolve(),
  });
  await wampy.connect();
  const sessions = [wampy.getSessionId()];
  const heard = [];
  await wampy.register(procedure, ({ argsList }) => ({ argsList }));

  await comeBack();
  await comeBack();
  console.log("joined 3");
  await ended.promise;
  return { heard, sessions: new Set(sessions).size, closed: true };

  async function comeBack() {
    [lost, rejoined] = [deferred(), deferred()];
    console.log(`joined ${sessions.length}`);
    await lost.promise;
    routers.shift();
    await rejoined.promise;
    sessions.push(wampy.getSessionId());
    heard.push(await callOnceRegistered(`in session ${sessions.length}`));
  }

  /** It registers again some time after it has told of its return. */
  async function callOnceRegistered(text) {
    while (true) {
      try {
        return (await wampy.call(procedure, [text])).argsList[0];
      } catch (error) {
        if (error.errorUri !== "wamp.error.no_such_procedure") {
          throw error;
        }
      }
    }
  }
});
