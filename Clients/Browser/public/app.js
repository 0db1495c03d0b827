"use strict";

// A page on Autobahn|JS: logs in with a ticket, shows what sensors publish, calls procedures. `autobahn` comes from autobahn.min.js.

const sensors = ["temperature", "humidity", "pressure"];
const $ = id => document.getElementById(id);
const [firstDelay, longestDelay] = [1000, 10_000];      // milliseconds before the page connects again
let connection = null;      // the latest; null once the user has left
let session = null;         // while joined
let attempt = 0;            // how often it was tried to come back
let retry = 0;              // the timer until the next attempt; 0: none

const parameters = new URLSearchParams(location.search);
$("router").value = parameters.get("router") ?? "ws://127.0.0.1:8080/ws";

$("login").addEventListener("submit", event => {
  event.preventDefault();
  giveUp();
  connect();
});

$("leave").addEventListener("click", () => {
  giveUp();
  setConnected(false);
  show("status", "Not connected");
});

$("call").addEventListener("submit", async event => {
  event.preventDefault();
  try {
    const args = readArguments();
    show("result", "…");
    const result = await session.call($("procedure").value.trim(), args);
    show("result", JSON.stringify(result, null, 2));
  } catch (error) {
    show("result", describe(error), true);
  }
});

/**
 * Connects. Autobahn takes the first transport that the browser has; where it has WebSocket and something on the way lets none through, the page tries
 * again without.
 */
function connect(withoutWebSocket = false) {
  retry = 0;
  const url = $("router").value.trim();
  const longPoll = { type: "longpoll", url: parameters.get("longpoll") ?? url.replace(/^ws/, "http").replace(/\/[^/]*$/, "/lp") };
  const mine = connection = new autobahn.Connection({
    transports: withoutWebSocket ? [longPoll] : [{ type: "websocket", url }, longPoll],
    realm: $("realm").value.trim(),
    authmethods: ["ticket"],
    authid: $("authid").value.trim(),
    onchallenge: () => $("ticket").value,
  });

  mine.onopen = async (joined, details) => {
    [session, attempt] = [joined, 0];
    setConnected(true);
    show("status", `In realm ${joined.realm} as ${details.authid}, role ${details.authrole}${details.transport.type === "longpoll" ? ", over long-poll" : ""}`);
    try {
      await Promise.all(sensors.map(sensor => joined.subscribe(`com.example.sensors.${sensor}`, ([reading]) => showReading(reading))));
    } catch (error) {
      show("status", `Cannot subscribe: ${describe(error)}`, true);
    }
  };

  mine.onclose = (how, { reason, message }) => {
    if (connection === mine && how === "unreachable" && !reason && !withoutWebSocket) {
      connect(true);
    } else if (connection === mine) {
      closed(url, how, reason, message);
    }

    return true;            // Autobahn is not to come back by itself: it would after Leave too
  };

  $("connect").disabled = true;
  $("leave").disabled = false;
  show("status", `Connecting to ${url}…`);
  mine.open();
}

/** A connection that is gone comes back; what the router refused does not, unless it only goes away for a while. */
function closed(url, how, reason, message) {
  session = null;
  setConnected(false);
  if (how === "unsupported" || (reason && reason !== "wamp.close.system_shutdown")) {
    show("status", `Not connected: ${[reason ?? how, message].filter(Boolean).join(": ")}`, true);
    return;
  }

  const delay = Math.min(longestDelay, firstDelay * 2 ** attempt++);
  retry = setTimeout(() => connect(), delay);
  $("leave").disabled = false;
  const what = reason ? "is shutting down" : how === "unreachable" ? "cannot be reached" : "is gone";
  show("status", `Not connected: ${url} ${what}; trying again in ${delay / 1000} s`, true);
}

/** Ends what there is, for good. */
function giveUp() {
  clearTimeout(retry);
  const last = connection;
  [connection, session, attempt, retry] = [null, null, 0, 0];
  if (last?.isConnected) {
    last.close();
  }
}

/** The JSON list of the field. */
function readArguments() {
  const text = $("args").value.trim();
  let args;
  try {
    args = text ? JSON.parse(text) : [];
  } catch { /* undefined is no list either */ }
  if (!Array.isArray(args)) {
    throw new Error('Arguments must be a JSON list, such as ["temperature"]');
  }

  return args;
}

function setConnected(isConnected) {
  $("call").querySelector("button").disabled = !isConnected;
  $("connect").disabled = isConnected;
  $("leave").disabled = !isConnected;
}

/** One row a sensor: { sensor, value, unit, measuredAt }. */
function showReading(reading) {
  const row = $(`reading-${reading.sensor}`) ?? addRow(reading.sensor);
  const [, value, at, count] = row.cells;
  value.textContent = `${reading.value} ${reading.unit}`;
  at.textContent = new Date(reading.measuredAt).toLocaleTimeString([], { hour12: false });
  count.textContent = Number(count.textContent) + 1;
}

function addRow(sensor) {
  const row = $("readings").insertRow();
  row.id = `reading-${sensor}`;
  for (const text of [sensor, "", "", "0"]) {
    row.insertCell().textContent = text;
  }

  return row;
}

/** What an error of Autobahn, or any other, says. */
function describe(error) {
  return error.error ? [error.error, ...(error.args ?? [])].join(": ") : error.message ?? String(error);
}

function show(id, text, failed = false) {
  $(id).textContent = text;
  $(id).classList.toggle("bad", failed);
}
