// My account data, and whom they say that I ignore. What they say of ringing the calls read themselves.

import { asHost, unsupported } from "./failures.js";

const IGNORED = "m.ignored_user_list";
const TIMEOUT = 30_000;

export class Account {
  #client;

  constructor(client) {
    this.#client = client;
  }

  /** The content of a type as the syncs have it. */
  known(type) {
    return this.#client.getAccountData?.(type)?.getContent() ?? null;
  }

  /** The same as the homeserver has it now: the SDK's own way gives what the syncs have. */
  async fetch(type, roomId) {
    try {
      return await this.#request("GET", type, roomId);
    } catch (error) {
      if (error?.errcode === "M_NOT_FOUND") return null;
      throw error;
    }
  }

  /** Replaces the content. The SDK's own way waits for a sync, and repeats what failed. */
  replace(type, content, roomId) {
    return this.#request("PUT", type, roomId, content);
  }

  /** Whether I ignore somebody. */
  isIgnored(userId) {
    const ignored = this.known(IGNORED)?.ignored_users;
    return typeof ignored === "object" && ignored !== null && Object.hasOwn(ignored, userId);
  }

  async #request(method, type, roomId, content) {
    if (!this.#client.http?.authedRequest) throw unsupported("this client lacks http.authedRequest");
    const [user, kind] = [this.#client.getUserId(), type].map(encodeURIComponent);
    const room = roomId === undefined ? "" : `/rooms/${encodeURIComponent(roomId)}`;
    const path = `/user/${user}${room}/account_data/${kind}`;
    const options = { localTimeoutMs: TIMEOUT };
    return asHost(this.#client.http.authedRequest(method, path, undefined, content, options));
  }
}
