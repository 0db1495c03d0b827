"use strict";

// node event-source.js http://127.0.0.1:8080/ CODE COUNT: runs CODE, the example of docs/http.md, in a page of the router. Prints "listening" when its EventSource is open, and each first argument that it logs.
// Ends when COUNT of them were logged.

const { report, deferred } = require("./report");
const { withPage } = require("./chromium");

report(([url, code, count]) => withPage(async page => {
  const numbers = [];
  const others = [];
  const all = deferred();
  page.on("console", async message => {
    const values = await Promise.all(message.args().map(argument => argument.jsonValue()));
    const event = values.find(value => value?.args);
    if (event) {
      numbers.push(event.args[0]);
      console.log(`event ${event.args[0]}`);
    } else if (message.type() === "log") {
      others.push(values);
    }
    if (numbers.length === Number(count)) {
      all.resolve();
    }
  });
  await page.goto(`${url}api/openapi.json`);
  await page.addScriptTag({ content: code });
  await page.waitForFunction(() => events.readyState === EventSource.OPEN);
  console.log("listening");
  await all.promise;
  return { numbers, others };
}));
