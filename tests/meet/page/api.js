// The inner half of the IFrame API: events go out, commands and requests come in.

import { Postis } from "./postis.js";

/** Without an API id nobody listens, and every call does nothing. */
export class Api {
  #postis;

  /**
   * @param {number|undefined} apiId
   * @param {{commands: Record<string, Function>, requests: Record<string, Function>}} handlers
   */
  constructor(apiId, { commands, requests }) {
    if (apiId === undefined) return;
    this.#postis = new Postis(apiId, window.opener ?? window.parent, (message) => {
      if (message.type === "event") this.#command(commands, message.data);
      else if (message.type === "request") this.#request(requests, message);
    });
  }

  /** Sends an event under its inner name, e.g. `video-conference-joined`. */
  event(name, payload = {}) {
    this.#postis?.send({ type: "event", data: { name, ...payload } });
  }

  #command(commands, data) {
    const command = Object.hasOwn(commands, data?.name) ? commands[data.name] : undefined;
    if (command) command(...(Array.isArray(data.data) ? data.data : []));
    else console.warn("This stand-in does not know the command", data?.name);
  }

  // An unknown request is answered with a *result* that holds an error, as Meet does.
  async #request(requests, { id, data }) {
    const request = Object.hasOwn(requests, data?.name) ? requests[data.name] : undefined;
    const result = request ? await request(data) : { error: {} };
    this.#postis.send({ type: "response", id, result });
  }
}
