"use strict";

// node autobahn-rounds.js ws://127.0.0.1:8080/ws cbor: a method of the router's application in two rounds, by Autobahn|JS. Needs the realm of AutobahnRoundsTests.cs.

const { report } = require("./report");
const { peers, failure } = require("./autobahn-peers");

report(async ([url, mine]) => {
  const { join, leaveAll } = peers(url);
  try {
    const asked = [];
    const { session, details } = await logIn("s3cret", "123456", asked);
    return {
      asked,
      welcome: [details.authid, details.authrole, details.authmethod, details.authprovider],
      authextra: details.authextra,
      isSessionTheOneOfTheChallenge: asked.every(([, extra]) => extra.session === session.id),
      wrongPassword: (await failure(logIn("wrong", "123456", []))).error,
      wrongCode: (await failure(logIn("s3cret", "000000", []))).error,
    };
  } finally {
    leaveAll();
  }

  function logIn(password, code, asked) {
    return join(mine, "realm1", {
      authid: "ada",
      authmethods: ["password-and-code"],
      authextra: { device: "tablet" },
      onchallenge: (session, method, extra) => {
        asked.push([method, extra]);
        return extra.ask === "code" ? [code, { attempt: 1 }] : password;
      },
    });
  }
});
