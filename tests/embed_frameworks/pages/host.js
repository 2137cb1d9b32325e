// A stand-in for a chat: a host after `embed/src/host.d.ts` without any server. What is sent is kept, and state that is sent is there.

const ME = "@alice:localhost";

/** A room with Alice, who may do everything there, and these people. */
export function room(id, name, others) {
  const member = (user) => state("m.room.member", user, { membership: "join", displayname: user.slice(1).split(":")[0] }, user);
  const people = [ME, ...others];
  return {
    room_id: id,
    membership: "join",
    joined_member_count: people.length,
    name,
    my_name: "Alice",
    my_avatar_url: "",
    state: [
      state("m.room.create", "", { room_version: "10" }),
      state("m.room.power_levels", "", { users: { [ME]: 100 } }),
      state("m.room.name", "", { name }),
      ...people.map(member),
    ],
  };
}

let made = 0;

function state(type, stateKey, content, sender = ME) {
  return { type, state_key: stateKey, content, sender, event_id: `$event${(made += 1)}`, origin_server_ts: Date.now() };
}

/** Its methods are those of a class with private fields, which is what a chat's may be. */
export class StandInHost {
  userId = ME;
  deviceId = "STANDIN";
  /** What was sent, as `[room, type, content]`. */
  sent = [];
  opened = [];
  dark = false;
  /** Without one it is the page's. */
  language = null;
  #rooms = new Map();
  #listeners = new Set();
  #account = new Map();
  #configuration;

  /** Rooms, and the domain of the Meet server. */
  constructor(rooms, meet) {
    for (const room of rooms) this.#rooms.set(room.room_id, room);
    this.#configuration = { jitsi: { preferred_domain: meet }, meet_in_chat: { auth: "none" } };
  }

  getRoom(roomId) {
    return this.#rooms.get(roomId) ?? null;
  }

  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** How many listen. */
  get listeners() {
    return this.#listeners.size;
  }

  tell(event) {
    for (const listener of [...this.#listeners]) listener(event);
  }

  async sendStateEvent(roomId, type, stateKey, content) {
    const room = this.#rooms.get(roomId);
    const event = state(type, stateKey, content);
    const before = room.state.find((one) => one.type === type && one.state_key === stateKey);
    if (before) event.unsigned = { prev_content: before.content };
    room.state = [...room.state.filter((one) => one !== before), event];
    this.sent.push([roomId, type, content]);
    setTimeout(() => {
      this.tell({ type: "live", events: [{ roomId, event, encrypted: false }] });
      this.tell({ type: "state-changed", roomId, events: [event] });
    });
    return event.event_id;
  }

  async sendEvent(roomId, type, content) {
    this.sent.push([roomId, type, content]);
    return `$event${(made += 1)}`;
  }

  sendLastWord(roomId, type, content) {
    this.sent.push([roomId, type, content]);
  }

  async getOpenIdToken() {
    return { access_token: "nothing", token_type: "Bearer", matrix_server_name: "localhost", expires_in: 3600 };
  }

  async getTurnServer() {
    return {};
  }

  async getEventsSince() {
    return { events: [] };
  }

  isRingAllowed() {
    return true;
  }

  isIgnored() {
    return false;
  }

  getAccountData(type) {
    return this.#account.get(type) ?? null;
  }

  async setAccountData(type, content) {
    this.#account.set(type, content);
    setTimeout(() => this.tell({ type: "account-changed" }));
  }

  getConfiguration() {
    return this.#configuration;
  }

  openRoom(roomId) {
    this.opened.push(roomId);
  }

  getLanguage() {
    return this.language ?? document.documentElement.lang;
  }

  isDark() {
    return this.dark;
  }
}
