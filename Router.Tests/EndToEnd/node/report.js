"use strict";

// Every script here does one thing, prints what it saw as one line of JSON, and lets the NUnit test judge it.

/** Runs `work` and prints what it returns; what goes wrong is printed too, and ends in exit code 1. */
async function report(work, deadlineSeconds = 60) {
  const deadline = setTimeout(() => fail(new Error(`not done after ${deadlineSeconds} s`)), deadlineSeconds * 1000);
  process.on("unhandledRejection", fail);
  try {
    print(await work(process.argv.slice(2)));
    clearTimeout(deadline);
  } catch (error) {
    fail(error);
  }
}

function print(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

function fail(error) {
  print({ failure: error?.stack ?? error ?? "nothing" });       // Autobahn's errors have no stack, but all their parts
  process.exit(1);
}

/** A promise and what settles it. */
function deferred() {
  const result = {};
  result.promise = new Promise((resolve, reject) => Object.assign(result, { resolve, reject }));
  return result;
}

module.exports = { report, deferred };
