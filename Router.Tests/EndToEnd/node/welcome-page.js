"use strict";

// node welcome-page.js http://127.0.0.1:8080/: does by mouse and keyboard what a user does on the router's own page.

const { report } = require("./report");
const { withPage, textOf, screenshot } = require("./chromium");

report(([url]) => withPage(async (page, context) => {
  await page.goto(url);
  const joined = await textOf(page, "#status.open", /realm1/);
  const greeting = await textOf(page, "#events li", /opened this page/);

  await page.click("#call button");
  const result = await textOf(page, "#result", /ms\)/);
  await page.fill("#call-kwargs", '{"unit": ');
  await page.click("#call button");
  const mistake = await textOf(page, "#result.bad", /must be/);
  await page.fill("#call-kwargs", "");
  await page.fill("#procedure", "com.example.page.missing");
  await page.click("#call button");
  const noProcedure = await textOf(page, "#result.bad", /wamp\.error/);

  const neighbour = await context.newPage();
  await neighbour.goto(url);
  await textOf(neighbour, "#status.open", /realm1/);
  await neighbour.fill("#topic", "com.example.test.news");
  await neighbour.click("#subscribe button");
  await textOf(neighbour, "#subscriptions li", /com\.example\.test\.news/);
  const neighbourNotes = await textOf(neighbour, "#notes", /procedure_already_exists/);
  await page.fill("#publish-topic", "com.example.test.news");
  await page.fill("#publish-kwargs", '{"degrees": 21.5}');
  await page.click("#publish button");
  const event = await textOf(neighbour, "#events li", /com\.example\.test\.news/);
  const published = await textOf(page, "#published", /Published/);
  await neighbour.close();
  await screenshot(page, "welcome-page");
  await page.emulateMedia({ colorScheme: "dark" });
  await screenshot(page, "welcome-page-dark");
  const wire = await page.locator("#wire li b").allInnerTexts();

  await page.click("#leave");
  const left = await textOf(page, "#status", /left/);
  const wrongTicket = await logIn("guess", "#status.failed", /wamp\.error/);
  const loggedIn = await logIn("browser-demo", "#status.open", /secured/);
  const notPermitted = await textOf(page, "#notes", /not_authorized/);
  const wireText = await page.locator("#wire").innerText();
  const showsTicket = wireText.includes("browser-demo");

  return { joined, greeting, result, mistake, noProcedure, neighbourNotes, event, published, wire, left, wrongTicket, loggedIn, notPermitted, showsTicket };

  async function logIn(ticket, status, pattern) {
    await page.fill("#realm", "secured");
    await page.selectOption("#method", "ticket");
    await page.fill("#authid", "browser");
    await page.fill("#ticket", ticket);
    await page.click("#join");
    return textOf(page, status, pattern);
  }
}));
