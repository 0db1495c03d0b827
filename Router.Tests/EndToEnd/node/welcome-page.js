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
  await page.fill("#procedure", "com.example.page.echo");

  const neighbour = await context.newPage();
  await neighbour.goto(url);
  await textOf(neighbour, "#status.open", /realm1/);
  await neighbour.fill("#topic", "com.example.test.news");
  await neighbour.click("#subscribe button");
  await textOf(neighbour, "#subscriptions li", /com\.example\.test\.news/);
  await neighbour.fill("#topic", "com.example.*");
  await neighbour.click("#subscribe button");
  const asterisk = await textOf(neighbour, "#subscribe-error", /wildcard/);
  await neighbour.fill("#topic", " com.example.other. ");
  await neighbour.selectOption("#match", "prefix");
  await neighbour.click("#subscribe button");
  const pattern = await textOf(neighbour, "#subscriptions li", /prefix/);
  const neighbourNote = await textOf(neighbour, "#echo-note", /page\.echo/);
  await page.fill("#publish-topic", "com.example.other.topic");
  await page.click("#publish button");
  const patternEvent = await textOf(neighbour, "#events li", /com\.example\.other/);
  await page.fill("#publish-topic", " com.example.test.news ");
  await page.fill("#publish-kwargs", '{"degrees": 21.5}');
  await page.click("#publish button");
  const event = await textOf(neighbour, "#events li", /com\.example\.test\.news/);
  const published = await textOf(page, "#published", /Published/);
  const third = await context.newPage();
  await third.goto(url);
  await textOf(third, "#echo-note", /page\.echo/);
  await neighbour.close();
  await third.click("#call button");
  const afterNeighbourLeft = await textOf(third, "#result", /ms\)/);
  await third.close();
  await screenshot(page, "welcome-page");
  await page.emulateMedia({ colorScheme: "dark" });
  await screenshot(page, "welcome-page-dark");
  const wire = await page.locator("#wire li b").allInnerTexts();
  const before = await shown();

  await page.click("#leave");
  const left = await textOf(page, "#status", /left/);
  const wrongTicket = await logIn("guess", "#status.failed", /wamp\.error/);
  const loggedIn = await logIn("browser-demo", "#status.open", /secured/);
  const notPermitted = [await textOf(page, "#echo-note", /not_authorized/), await textOf(page, "#hello-note", /not_authorized/)];
  const preset = await page.inputValue("#procedure");
  const wireText = await page.locator("#wire").innerText();
  const showsTicket = wireText.includes("browser-demo");
  const afterAnother = await shown();
  await page.click("#leave");
  await textOf(page, "#status", /left/);

  const salted = await signIn("alice", "alice-demo-password", "#status.open", /shop/);
  const wireOfSalted = await page.locator("#wire").innerText();
  await page.selectOption("#match", "exact");
  await screenshot(page, "welcome-page-wampcra");
  await page.click("#leave");
  await textOf(page, "#status", /left/);
  const plain = await signIn("gate", "gate-demo-secret", "#status.open", /gate/);
  const wireOfPlain = await page.locator("#wire").innerText();
  await page.click("#leave");
  await textOf(page, "#status", /left/);
  const wrongSecret = await signIn("gate", "wrong", "#status.failed", /wamp\.error/);
  const noSecret = await signIn("gate", "", "#status.failed", /wamp\.error/);
  const wampcra = {
    salted, plain, wrongSecret, noSecret,
    shows: [wireOfSalted, wireOfPlain].map(text => [/AUTHENTICATE[^\n]*\n?\[5,"\(the signature\)",\{\}\]/.test(text), text.includes("demo"), text.includes("secured")]),
    note: await page.locator("#wampcra-note").isVisible(),
  };

  return { joined, greeting, result, mistake, noProcedure, asterisk, pattern, patternEvent, neighbourNote, afterNeighbourLeft, event, published, wire, left, wrongTicket, loggedIn, notPermitted, preset, showsTicket, before, afterAnother, wampcra };

  /** What the page shows of what was done so far. */
  async function shown() {
    return {
      result: await page.locator("#result").innerText(),
      published: await page.locator("#published").innerText(),
      events: (await page.locator("#events li").count()) > 0,
      first: (await page.locator("#wire li code").first().innerText()),
    };
  }

  async function signIn(authid, secret, status, pattern) {
    await page.fill("#realm", "shop");
    await page.selectOption("#method", "wampcra");
    await page.fill("#authid", authid);
    await page.fill("#secret", secret);
    await page.click("#join");
    return textOf(page, status, pattern);
  }

  async function logIn(ticket, status, pattern) {
    await page.fill("#realm", "secured");
    await page.selectOption("#method", "ticket");
    await page.fill("#authid", "browser");
    await page.fill("#ticket", ticket);
    await page.click("#join");
    return textOf(page, status, pattern);
  }
}));
