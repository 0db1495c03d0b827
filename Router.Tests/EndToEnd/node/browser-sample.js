"use strict";

// node browser-sample.js http://127.0.0.1:8081/ ws://127.0.0.1:8080/ws: logs in on the sample page, waits for readings of the sensor service, and
// calls the statistics service.

const { report } = require("./report");
const { withPage, textOf, screenshot } = require("./chromium");

report(([url, router]) => withPage(async page => {
  await page.goto(`${url}?router=${encodeURIComponent(router)}`);
  await page.fill("#router", " ws://127.0.0.1:9/ws ");
  const unreachable = await logIn("guess", /trying again/);
  await page.click("#leave");
  const gaveUp = await textOf(page, "#status", /^Not connected$/);
  await page.fill("#router", router);
  const wrongTicket = await logIn("guess", /Not connected:/);
  const loggedIn = await logIn("browser-demo", /In realm/);

  const canConnectTwice = await page.locator("#connect").isEnabled();

  const readings = {};
  for (const sensor of ["temperature", "humidity", "pressure"]) {
    await textOf(page, `#reading-${sensor} td:last-child`, /^([3-9]|\d\d+)$/);      // the third reading, or a later one
    readings[sensor] = await page.locator(`#reading-${sensor}`).innerText();
  }

  const summary = await call("com.example.statistics.summary", ["temperature"], /"mean"/);
  const mean = await call("com.example.statistics.mean", [[1, 2, 6]], /^\d+$/);
  const caller = await call("com.example.statistics.whoami", [], /browser/);
  const error = await call("com.example.statistics.summary", ["voltage"], /no_readings/);
  const refused = await call("org.example.elsewhere", [], /not_authorized/);
  await page.fill("#args", "temperature");
  await page.click("#call button");
  const noList = await textOf(page, "#result", /must be/);
  await call("com.example.statistics.summary", ["temperature"], /"mean"/);
  await screenshot(page, "browser-sample");
  await page.click("#leave");
  const left = await textOf(page, "#status", /^Not connected$/);
  const canConnectAgain = await page.locator("#connect").isEnabled();
  return { unreachable, gaveUp, canConnectTwice, noList, left, canConnectAgain, wrongTicket, loggedIn, readings, summary: JSON.parse(summary), mean, caller, error, refused };

  async function logIn(ticket, status) {
    await page.fill("#ticket", ticket);
    await page.click("#login button");
    return textOf(page, "#status", status);
  }

  async function call(procedure, args, result) {
    await page.fill("#procedure", procedure);
    await page.fill("#args", JSON.stringify(args));
    await page.click("#call button");
    return textOf(page, "#result", result);
  }
}));
