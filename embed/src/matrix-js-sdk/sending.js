// What goes out: room events and state events.
//
// Room events do not go through the SDK's queue, but the SDK encrypts them. In that queue one message of the chat that failed keeps
// everything back that comes after it, a hang-up too; a transaction can't be used a second time; and what failed stays in the timeline.

import { asHost, unsupported } from "./failures.js";
import { ENCRYPTED } from "./events.js";
import { isEncrypted } from "./rooms.js";

/** How long a request may take, in milliseconds. */
const TIMEOUT = 30_000;
/** What is never state, whatever it is called with: it would be in clear. */
const NO_STATE = ["m.room.message", ENCRYPTED, "m.sticker", "m.reaction"];

export class Sending {
  #client;
  /** Rooms that were found not to be encrypted: when the page goes away there is no time to look. What their state says comes first. */
  #clear = new Set();

  constructor(client) {
    this.#client = client;
  }

  /** Sends a state event; gives its id. */
  async sendState(roomId, type, stateKey, content) {
    // "Here" and "up" can't stand in a path, however they are encoded.
    if (type.startsWith("m.call.") || NO_STATE.includes(type) || stateKey === "." || stateKey === "..") {
      throw unsupported(`${type} with the key ${JSON.stringify(stateKey)} can't be sent as state`);
    }
    const sent = this.#client.sendStateEvent(roomId, type, content, stateKey, { localTimeoutMs: TIMEOUT });
    return idOf(await asHost(sent));
  }

  /** Sends a room event, encrypted where the room is; gives its id. */
  async send(roomId, type, content, transaction, keepAlive = false) {
    const room = this.#joined(roomId);
    if (!(await this.#encrypts(room))) {
      this.#clear.add(roomId);
      return this.#put(roomId, type, content, transaction, keepAlive);
    }
    this.#clear.delete(roomId);
    const crypto = this.#client.getCrypto?.();
    if (!crypto) throw unsupported("the room is encrypted, and this client was started without encryption");
    if (typeof crypto.encryptEvent !== "function" || !this.#canPut() || !this.#client.getEventMapper) {
      return this.#queue(room, type, content, transaction);
    }
    const event = this.#draft(roomId, type, content, transaction);
    await crypto.encryptEvent(event, room);
    if (event.getWireType() !== ENCRYPTED) throw unsupported("the event could not be encrypted");
    return this.#put(roomId, ENCRYPTED, event.getWireContent(), transaction, keepAlive);
  }

  /** Finds out whether a room is encrypted before there is a last word for it: somebody calls there. */
  async look(roomId) {
    const room = this.#client.getRoom(roomId);
    if (!room || this.#clear.has(roomId)) return;
    try {
      if (!(await this.#encrypts(room))) this.#clear.add(roomId);
    } catch {
      // It is looked for again when something is sent.
    }
  }

  /** The same while the page goes away. */
  lastWord(roomId, type, content, transaction) {
    try {
      const room = this.#client.getRoom(roomId);
      const isClear = this.#clear.has(roomId) && !(room && isEncrypted(room));
      const token = this.#client.getAccessToken?.();
      if (isClear && token) {
        const base = (this.#client.getHomeserverUrl?.() ?? this.#client.baseUrl).replace(/\/$/, "");
        const url = `${base}/_matrix/client/v3${path(roomId, type, transaction)}`;
        const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
        const request = { method: "PUT", headers, body: JSON.stringify(content), keepalive: true };
        Promise.resolve(fetchOf(this.#client)(url, request)).catch(() => {});
        return;
      }
      // To encrypt takes a moment, which the page may not have any more.
      this.send(roomId, type, content, transaction, true).catch(() => {});
    } catch (error) {
      console.warn("meet-in-chat: the last word could not be sent", error);
    }
  }

  #joined(roomId) {
    const room = this.#client.getRoom(roomId);
    // The SDK takes a room that it does not know for one without encryption.
    if (room?.getMyMembership() !== "join") throw unsupported("nothing can be sent to a room that I am not in");
    return room;
  }

  async #encrypts(room) {
    // What encryption keeps of a room outlasts a server that no longer tells of it.
    const isKept = () => this.#client.getCrypto?.()?.isEncryptionEnabledInRoom?.(room.roomId);
    return isEncrypted(room) || Boolean(await isKept()) || isEncrypted(room);
  }

  /** An event of the SDK's own class that stands in no timeline. */
  #draft(roomId, type, content, transaction) {
    const make = this.#client.getEventMapper({ preventReEmit: true, decrypt: false });
    return make({
      type,
      content,
      room_id: roomId,
      event_id: `~${roomId}:${transaction}`,
      sender: this.#client.getUserId(),
      origin_server_ts: Date.now(),
    });
  }

  #canPut() {
    return typeof this.#client.http?.authedRequest === "function";
  }

  async #put(roomId, type, content, transaction, keepAlive) {
    if (!this.#canPut()) return this.#queue(this.#joined(roomId), type, content, transaction);
    const options = { localTimeoutMs: TIMEOUT, keepAlive };
    const sent = this.#client.http.authedRequest("PUT", path(roomId, type, transaction), undefined, content, options);
    return idOf(await asHost(sent));
  }

  /** By the SDK's queue, for a version that can't otherwise. */
  async #queue(room, type, content, transaction) {
    try {
      return idOf(await asHost(this.#client.sendEvent(room.roomId, null, type, content, transaction)));
    } catch (error) {
      this.#forget(room, error?.event ?? room.getEventForTxnId?.(transaction), transaction);
      throw error;
    }
  }

  /** Takes what failed out of the queue, so that nobody sends it again. */
  #forget(room, event, transaction) {
    try {
      if (event?.status) this.#client.cancelPendingEvent(event);
      // Else the transaction counts as one that is under way.
      room.txnToEvent?.delete?.(transaction);
    } catch (error) {
      console.warn("meet-in-chat: what failed could not be taken back", error);
    }
  }
}

/** `fetch` as the client does it: its page may have given it one of its own. */
export function fetchOf(client) {
  return client.http?.fetch ? (url, request) => client.http.fetch(url, request) : (url, request) => fetch(url, request);
}

function path(...segments) {
  const [room, type, transaction] = segments.map(encodeURIComponent);
  return `/rooms/${room}/send/${type}/${transaction}`;
}

function idOf(answer) {
  if (typeof answer?.event_id !== "string") throw new Error("the answer names no event");
  return answer.event_id;
}
