"use strict";

// node welcome-page-insecure.js http://127.0.0.1:8080/: the router's own page by a name that is no loopback one and without TLS, where browsers have no crypto.subtle.

const { report } = require("./report");
const { withPage, screenshot } = require("./chromium");

report(([url]) => withPage(async page => {
  const elsewhere = new URL(url);
  elsewhere.hostname = "router.test";
  await page.goto(elsewhere.href);
  await page.locator("#wampcra-note").waitFor();
  const seen = {
    isSecure: await page.evaluate(() => isSecureContext),
    note: await page.locator("#wampcra-note").innerText(),
    isOffered: await page.locator("#method option[value=wampcra]").evaluate(option => !option.disabled),
    isTicketOffered: await page.locator("#method option[value=ticket]").evaluate(option => !option.disabled),
  };
  await screenshot(page, "welcome-page-insecure");
  return seen;
}, ["--host-resolver-rules=MAP router.test 127.0.0.1"]));
