// The homeserver by its own API: accounts, rooms, and what really stands in them.

import { randomBytes } from "node:crypto";

const homeserver = process.env.MEET_HOMESERVER?.replace(/\/$/, "");
if (!homeserver) throw new Error("MEET_HOMESERVER is the homeserver's address");

/** A new account with a device. */
export async function register(name) {
  const username = `${name}-${randomBytes(4).toString("hex")}`;
  const body = { auth: { type: "m.login.dummy" }, username, password: "secret", initial_device_display_name: name };
  const answer = await call(null, "POST", "/register", body);
  return new Account(answer.user_id, answer.access_token, answer.device_id);
}

export class Account {
  homeserver = homeserver;

  constructor(userId, accessToken, deviceId) {
    Object.assign(this, { userId, accessToken, deviceId });
  }

  /** The same person on another device. */
  async onAnotherDevice() {
    const identifier = { type: "m.id.user", user: this.userId };
    const answer = await call(null, "POST", "/login", { type: "m.login.password", identifier, password: "secret" });
    return new Account(answer.user_id, answer.access_token, answer.device_id);
  }

  call(method, path, body) {
    return call(this.accessToken, method, path, body);
  }

  /** A room with these people in it. */
  async createRoom(others = [], { encrypted = false, ...options } = {}) {
    const content = { algorithm: "m.megolm.v1.aes-sha2" };
    const initial_state = encrypted ? [{ type: "m.room.encryption", state_key: "", content }] : [];
    const invite = others.map(({ userId }) => userId);
    const body = { preset: "trusted_private_chat", invite, initial_state, ...options };
    const { room_id: room } = await this.call("POST", "/createRoom", body);
    for (const other of others) await other.call("POST", `/join/${encodeURIComponent(room)}`, {});
    return room;
  }

  async send(room, type, content, transaction = randomBytes(8).toString("hex")) {
    const { event_id: id } = await this.call("PUT", `/rooms/${encodeURIComponent(room)}/send/${type}/${transaction}`, content);
    return id;
  }

  async setState(room, type, key, content) {
    const path = `/rooms/${encodeURIComponent(room)}/state/${type}/${encodeURIComponent(key)}`;
    return (await this.call("PUT", path, content)).event_id;
  }

  /** The events of a room's timeline as the server has them, oldest first. */
  async timeline(room) {
    const { chunk } = await this.call("GET", `/rooms/${encodeURIComponent(room)}/messages?dir=b&limit=100`);
    return chunk.reverse();
  }

  async upload(type, bytes) {
    const answer = await fetch(`${homeserver}/_matrix/media/v3/upload`, {
      method: "POST",
      headers: { Authorization: `Bearer ${this.accessToken}`, "Content-Type": type },
      body: bytes,
    });
    return (await answer.json()).content_uri;
  }
}

async function call(token, method, path, body) {
  const answer = await fetch(`${homeserver}/_matrix/client/v3${path}`, {
    method,
    headers: { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) },
    body: body && JSON.stringify(body),
  });
  const json = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(`${method} ${path}: ${json.errcode} ${json.error}`), json);
  return json;
}
