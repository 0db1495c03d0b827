"use strict";

const { chromium } = require("playwright-core");

const patience = 20_000;      // milliseconds for anything to show up on a page

/** Runs `work` with a page of a fresh browser, and adds what the browser complained about and fetched to what it returns. */
async function withPage(work, furtherArgs = []) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", ...furtherArgs],
  });
  try {
    const context = await browser.newContext({ viewport: { width: 1200, height: 1100 } });
    context.setDefaultTimeout(patience);
    const complaints = [];
    const fetched = [];
    context.on("page", page => {
      page.on("console", message => ["error", "warning"].includes(message.type()) && complaints.push(message.text()));
      page.on("pageerror", error => complaints.push(String(error)));
      page.on("request", request => fetched.push(request.url()));
    });
    const seen = await work(await context.newPage(), context);
    return { ...seen, complaints, fetched };
  } finally {
    await browser.close();
  }
}

/** The text of an element once it matches. */
async function textOf(page, selector, pattern) {
  const found = page.locator(selector).filter({ hasText: pattern }).first();
  await found.waitFor();
  return found.innerText();
}

/** Keeps a picture of the page if SCREENSHOTS names a directory. */
async function screenshot(page, name) {
  if (process.env.SCREENSHOTS) {
    await page.screenshot({ path: `${process.env.SCREENSHOTS}/${name}.png`, fullPage: true });
  }
}

module.exports = { withPage, textOf, screenshot };
