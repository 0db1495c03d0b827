const autobahn = require("autobahn");

const [, , url = "ws://127.0.0.1:8080/ws", authid = "alice", password = "alice-demo-password"] = process.argv;

const connection = new autobahn.Connection({
  url,
  realm: "shop",
  authmethods: ["wampcra"],
  authid,
  onchallenge: (session, method, extra) => {
    const { derive_key, sign } = autobahn.auth_cra;
    const key = extra.salt ? derive_key(password, extra.salt, extra.iterations, extra.keylen) : password;
    return sign(key, extra.challenge);
  },
});
connection.onopen = async (session, details) => {
  console.log(`${details.authid} is in as ${details.authrole} by ${details.authmethod}`);
  console.log(await session.call("com.shop.stock", ["tea"]));
  await session.publish("com.shop.sold", ["tea"], {}, { acknowledge: true });
  connection.close();
};
connection.onclose = (reason, details) => console.log(reason, details.reason, details.message ?? "");
connection.open();
