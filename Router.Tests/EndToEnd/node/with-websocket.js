"use strict";

// node --require ./with-websocket.js …: gives scripts the WebSocket that browsers and Node 22 have by themselves.

globalThis.WebSocket ??= require("ws");
