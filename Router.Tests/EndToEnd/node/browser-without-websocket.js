"use strict";

// node browser-without-websocket.js http://127.0.0.1:8081/ http://127.0.0.1:8080/: the sample page, at the first address, and the router's own page, at the second, where the
// browser has no WebSocket, where it does nothing but fail, and where a proxy refuses it.

const { report } = require("./report");
const { refusingProxy } = require("./refusing-proxy");
const { withPage, textOf, screenshot } = require("./chromium");

const ways = {
  missing: { prepare: () => delete window.WebSocket },
  broken: {
    prepare: () => {
      window.WebSocket = class extends EventTarget {
        constructor() {
          super();
          setTimeout(() => this.onclose?.({ code: 1006, reason: "", wasClean: false }));
        }

        close() { }
      };
    },
  },
  refused: { isBehindProxy: true },
};

report(async ([sample, router]) => {
  const seen = {};
  for (const [name, way] of Object.entries(ways)) {
    const origin = way.isBehindProxy ? await refusingProxy(router) : new URL(router).origin;
    const { sample: ofSample, welcome } = await withPage(async page => {
      await page.addInitScript(way.prepare ?? (() => { }));
      return { sample: await useSample(page, sample, origin), welcome: await useWelcomePage(page, `${origin}/`) };
    });
    seen[name] = { sample: ofSample, welcome };
  }

  return seen;
}, 120);

async function useSample(page, url, origin) {
  await page.goto(`${url}?router=${encodeURIComponent(`${origin.replace("http", "ws")}/ws`)}`);
  await logIn("guess");
  const wrongTicket = await textOf(page, "#status", /authentication_/);
  await logIn("browser-demo");
  const loggedIn = await textOf(page, "#status", /In realm/);
  await textOf(page, "#reading-temperature td:last-child", /^([3-9]|\d\d+)$/);
  await page.fill("#procedure", "com.example.statistics.mean");
  await page.fill("#args", "[[1, 2, 6]]");
  await page.click("#call button");
  const mean = await textOf(page, "#result", /^\d+$/);
  await screenshot(page, "browser-sample-longpoll");
  await page.click("#leave");
  return { wrongTicket, loggedIn, mean, left: await textOf(page, "#status", /^Not connected$/) };

  async function logIn(ticket) {
    await page.fill("#ticket", ticket);
    await page.click("#login button");
  }
}

async function useWelcomePage(page, url) {
  await page.goto(url);
  const joined = await textOf(page, "#status.open", /realm1/);
  const greeting = await textOf(page, "#events li", /opened this page/);
  const address = await page.locator("#address").innerText();
  await page.click("#call button");
  const result = await textOf(page, "#result", /ms\)/);
  await screenshot(page, "welcome-page-longpoll");
  await page.click("#leave");
  return { joined, greeting, address, result, left: await textOf(page, "#status", /left/) };
}
