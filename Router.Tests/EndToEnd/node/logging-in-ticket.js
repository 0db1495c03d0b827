const autobahn = require("autobahn");

const connection = new autobahn.Connection({
  url: process.argv[2] ?? "ws://127.0.0.1:8080/ws",
  realm: "shop",
  authmethods: ["ticket"],
  authid: "web",
  onchallenge: () => "web-demo-ticket",
});
connection.onopen = async (session, details) => {
  console.log(`${details.authid} is in as ${details.authrole} by ${details.authmethod}`);
  console.log(await session.call("com.shop.stock", ["tea"]));
  await session.publish("com.shop.sold", ["tea"], {}, { acknowledge: true });
  connection.close();
};
connection.onclose = (reason, details) => console.log(reason, details.reason, details.message ?? "");
connection.open();
