"use strict";

// node welcome-page-restart.js http://127.0.0.1:8080/: the router's own page while the router is restarted at the same address. Prints "joined" and "waiting" when the
// test may stop the router and start it again.

const { report } = require("./report");
const { withPage, textOf, screenshot } = require("./chromium");

report(([url]) => withPage(async page => {
  await page.goto(url);
  await textOf(page, "#status.open", /In realm/);
  const openRealms = await page.locator("#open-realms").innerText();
  const offered = await page.locator("#realms option").evaluateAll(options => options.map(option => option.value));
  await page.fill("#topic", "com.example.test.news");
  await page.click("#subscribe button");
  await textOf(page, "#subscriptions li", /com\.example\.test\.news/);
  console.log("joined");

  const waiting = await textOf(page, "#status.failed", /Trying again/);
  const canGiveUp = await page.locator("#leave").isEnabled();
  await screenshot(page, "welcome-page-waiting");
  console.log("waiting");

  const back = await textOf(page, "#status.open", /In realm/);
  await textOf(page, "#subscriptions li", /com\.example\.test\.news/);
  const kept = await textOf(page, "#events li", /opened this page/);
  await page.fill("#publish-topic", "com.example.test.news");
  await page.click("#publish button");
  const event = await textOf(page, "#events li", /com\.example\.test\.news/);
  return { openRealms, offered, waiting, canGiveUp, back, kept, event };
}));
