"use strict";

// A page on Autobahn|JS: logs in with a ticket, shows what sensors publish, calls procedures. `autobahn` comes from autobahn.min.js.

const sensors = ["temperature", "humidity", "pressure"];
const $ = id => document.getElementById(id);
let connection = null;
let session = null;         // while joined

$("router").value = new URLSearchParams(location.search).get("router") ?? "ws://127.0.0.1:8080/ws";

$("login").addEventListener("submit", event => {
  event.preventDefault();
  if (connection?.isOpen || connection?.isRetrying) {
    connection.close();
  }

  connect();
});

$("call").addEventListener("submit", async event => {
  event.preventDefault();
  show("result", "…");
  try {
    const result = await session.call($("procedure").value, JSON.parse($("args").value));
    show("result", JSON.stringify(result, null, 2));
  } catch (error) {
    show("result", describe(error), true);
  }
});

function connect() {
  const mine = connection = new autobahn.Connection({
    url: $("router").value,
    realm: $("realm").value,
    authmethods: ["ticket"],
    authid: $("authid").value,
    onchallenge: () => $("ticket").value,
    max_retries: -1,
    max_retry_delay: 10,
  });

  mine.onopen = async (joined, details) => {
    session = joined;
    setJoined(true);
    show("status", `In realm ${joined.realm} as ${details.authid}, role ${details.authrole}`);
    try {
      await Promise.all(sensors.map(sensor => joined.subscribe(`com.example.sensors.${sensor}`, ([reading]) => showReading(reading))));
    } catch (error) {
      show("status", `Cannot subscribe: ${describe(error)}`, true);
    }
  };

  mine.onclose = (how, { reason, message }) => {
    if (connection !== mine) {
      return;               // replaced by another log-in
    }

    session = null;
    setJoined(false);
    show("status", `Not connected: ${reason ? [reason, message].filter(Boolean).join(": ") : how}`, true);
    if (reason === "wamp.close.system_shutdown") {
      setTimeout(() => connection === mine && connect(), 2000);       // Autobahn returns by itself after a loss, not after a goodbye
    }
  };

  show("status", "Connecting…");
  mine.open();
}

function setJoined(joined) {
  $("call").querySelector("button").disabled = !joined;
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
