"use strict";

// As much of a browser's XMLHttpRequest as Autobahn|JS uses for long-poll: node has none.

const http = require("http");

const agent = new http.Agent({ keepAlive: true });

globalThis.XMLHttpRequest ??= class {
  #method; #url; #headers = { Accept: "*/*" };      // which the standard wants
  readyState = 0;
  status = 0;
  statusText = "";
  responseText = "";
  timeout = 0;
  onreadystatechange = () => { };
  ontimeout = () => { };

  open(method, url) {
    [this.#method, this.#url] = [method, url];
  }

  setRequestHeader(name, value) {
    this.#headers[name] = value;
  }

  send(body = "") {
    const request = http.request(this.#url, { method: this.#method, agent, headers: { ...this.#headers, "Content-Length": Buffer.byteLength(body) } }, response => {
      const parts = [];
      response.on("data", part => parts.push(part));
      response.on("end", () => this.#end(response.statusCode, response.statusMessage, Buffer.concat(parts).toString()));
    });
    request.on("error", () => this.#end(0, "", ""));
    if (this.timeout) {
      request.setTimeout(this.timeout, () => {
        this.ontimeout();
        request.destroy();
      });
    }

    request.end(body);
  }

  #end(status, statusText, text) {
    [this.readyState, this.status, this.statusText, this.responseText] = [4, status, statusText, text];
    this.onreadystatechange();
  }
};
