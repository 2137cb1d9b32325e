// What the syncs bring: batches of live events, what changed in rooms, and the state of the connection.
//
// The SDK tells of each event by itself, and of a sync's end by `sync`; what comes in between is collected. `event` tells what the
// server sent, in its order and nothing else: no local echoes, and nothing that was paged back.

import { ENCRYPTED, decrypt, eventJson, isCall, isUnread, isWidget, liveEvent, mayBeOfCall, MEMBER } from "./events.js";
import { isHeeded, stateEvent } from "./rooms.js";
import { fetchOf } from "./sending.js";

/** How long a batch waits for its events to be decrypted, in milliseconds. What takes longer comes in a batch of its own. */
const PATIENCE = 5_000;
/** How old an event may be that is read when this begins, in milliseconds: no call rings longer, clocks a few minutes apart. */
const RECENT = 300_000;
/** How many of a room's last events are looked at then. A call leaves about eight until it is accepted. */
const MOST_LOOKED_AT = 50;
/** How many unread events are remembered until somebody sends the key: in a busy room without keys there is one for each message. */
const MOST_UNREAD = 500;
/** How many events are remembered as told. More than a sync brings of calls. */
const MOST_TOLD = 2_000;
/** States in which the homeserver answered last time. */
const ONLINE = ["PREPARED", "SYNCING", "CATCHUP"];

export class Live {
  #client;
  #options;
  #listeners = new Set();
  #attached = [];
  #collected = new Collected();
  /** The events of a beginning were told. */
  #hasBegun = false;
  #hasEnded = false;
  #wasOnline = false;
  /** The ids of events that were told. */
  #told = new Set();
  /** When those came that could not be read yet, by id. */
  #unread = new Map();
  /** The last batch that is being decrypted, after which the next one is told. */
  #last = null;
  /** Changes when nobody listens any more: what was under way then is told to nobody. */
  #epoch = 0;
  #wellKnown = null;
  #toldWellKnown = null;
  #asksForWellKnown = false;

  constructor(client, options) {
    this.#client = client;
    this.#options = options;
  }

  subscribe(listener) {
    // The same function may listen twice.
    const entry = { listener };
    this.#listeners.add(entry);
    if (this.#listeners.size === 1) this.#start();
    return () => {
      if (this.#listeners.delete(entry) && this.#listeners.size === 0) this.#stop();
    };
  }

  isOnline() {
    return ONLINE.includes(this.#client.getSyncState?.());
  }

  /** The last one that said something. */
  wellKnown() {
    const now = this.#client.getClientWellKnown?.();
    if (now && Object.keys(now).length > 0) this.#wellKnown = now;
    return this.#wellKnown;
  }

  /** Whether anybody listens. */
  get isHeard() {
    return this.#listeners.size > 0;
  }

  /** Tells of an event once it can be read. */
  waitFor(event, receivedAt) {
    if (this.isHeard) remember(this.#unread, event.getId(), receivedAt, MOST_UNREAD);
  }

  /** Something of a room is different that no sync said. */
  roomChanged(room) {
    this.#tell({ type: "room-changed", roomId: room.roomId });
  }

  #start() {
    const on = (name, listener) => {
      this.#client.on(name, listener);
      this.#attached.push(() => this.#client.off(name, listener));
    };
    on("sync", (state, _, data) => this.#synced(state, data));
    on("event", (event) => this.#came(event));
    on("Room.timeline", (event, _, toStart, removed, data) => {
      if (data?.liveEvent && !toStart && !removed && isWidget(event)) this.#collected.states.add(event.getId());
    });
    on("Room.timelineReset", (room, timelines) => {
      if (!room || timelines !== room.getUnfilteredTimelineSet()) return;
      this.#collected.gaps.add(room.roomId);
      this.#collected.room(room);
    });
    on("RoomState.events", (event, state) => this.#stateChanged(event, state));
    for (const name of ["Room", "Room.name", "Room.myMembership"]) {
      on(name, (room) => (this.#collected.room(room).whole = true));
    }
    on("deleteRoom", (roomId) => this.#tell({ type: "room-changed", roomId }));
    on("accountData", () => (this.#collected.account = true));
    on("Event.decrypted", (event) => this.#decrypted(event));
    on("Session.logged_out", () => this.#end());
    on("WellKnown.client", () => this.#lookAtWellKnown());
    const stopWatching = this.#options.watchLook?.(() => this.#tell({ type: "look-changed" }));
    if (typeof stopWatching === "function") this.#attached.push(stopWatching);

    this.#wasOnline = this.isOnline();
    if (this.#isSynced()) queueMicrotask(() => this.#flush());
    this.#toldWellKnown = this.wellKnown();
    this.#askForWellKnown();
  }

  #stop() {
    this.#epoch += 1;
    this.#attached.splice(0).forEach((detach) => detach());
    this.#collected = new Collected();
    this.#hasBegun = false;
    this.#last = null;
    this.#unread.clear();
    this.#told.clear();
    this.#options.ended();
  }

  /** Waits for the one that the SDK asks for while it runs. Before version 42 it asked only when it was told how often. */
  async #askForWellKnown() {
    if (this.#asksForWellKnown || this.wellKnown()) return;
    this.#asksForWellKnown = true;
    try {
      const known = await this.#client.waitForClientWellKnown?.();
      if (known === undefined) this.#wellKnown = (await askForWellKnown(this.#client)) ?? this.#wellKnown;
      this.#lookAtWellKnown();
    } catch {
      // A client that was not started yet is asked again at its first sync.
    } finally {
      this.#asksForWellKnown = false;
    }
  }

  #lookAtWellKnown() {
    if (this.wellKnown() === this.#toldWellKnown) return;
    this.#toldWellKnown = this.#wellKnown;
    this.#tell({ type: "well-known-changed" });
  }

  #isSynced() {
    const isOfServer = !this.#client.getSyncStateData?.()?.fromCache;
    return isOfServer && ["PREPARED", "SYNCING"].includes(this.#client.getSyncState?.());
  }

  #synced(state, data) {
    if (state === "STOPPED") {
      this.#end();
      return;
    }
    // What a store kept is told together with what happened since.
    if (["PREPARED", "SYNCING"].includes(state) && !data?.fromCache) this.#flush();
    const isOnline = this.isOnline();
    if (isOnline === this.#wasOnline) return;
    this.#wasOnline = isOnline;
    this.#tell({ type: "connection-changed" });
  }

  #came(event) {
    const isLive = event.getId() && event.getRoomId() && !event.status;
    if (!isLive || !(mayBeOfCall(event) || this.#collected.states.has(event.getId()))) return;
    this.#collected.events.push({ event, receivedAt: Date.now() });
  }

  #stateChanged(event, state) {
    const room = this.#client.getRoom(event.getRoomId());
    // Else it is the state of some time ago, which paging back unrolls.
    if (!room || state !== room.currentState) return;
    const [type, key] = [event.getType(), event.getStateKey() ?? ""];
    if (!isHeeded(room, type, key) && !(type === MEMBER && key === this.#client.getUserId())) return;
    const news = this.#collected.room(room);
    // What I am called, and whether I am in it, is more than an event says.
    if (type === MEMBER && key === this.#client.getUserId()) news.whole = true;
    news.keys.set(`${type} ${key}`, [type, key]);
  }

  /** Tells what was collected, at the end of a sync. */
  #flush() {
    const { events, gaps, rooms, account } = this.#collected;
    this.#collected = new Collected();
    const isFirst = !this.#hasBegun;
    this.#hasBegun = true;
    // A client that was stopped may be started again.
    this.#hasEnded = false;
    if (isFirst) this.#askForWellKnown();
    const entries = isFirst ? this.#beginning(events) : events;
    const fresh = entries.filter(({ event }) => !this.#told.has(event.getId()));
    for (const { event } of fresh) remember(this.#told, event.getId(), null, MOST_TOLD);

    this.#inOrder(fresh, () => {
      this.#tellLive(fresh, [...gaps]);
      for (const [room, news] of rooms) this.#tellRoom(room, news);
      if (account) this.#tell({ type: "account-changed" });
    });
  }

  /** Calls `tell` once these are decrypted and the batch before was told: at once where there is nothing to wait for. */
  #inOrder(entries, tell) {
    const secrets = entries.map(({ event }) => event).filter(isUnread);
    if (secrets.length === 0 && this.#last === null) {
      guarded(tell);
      return;
    }
    const epoch = this.#epoch;
    const decrypted = within(Promise.all(secrets.map((event) => decrypt(this.#client, event))), PATIENCE);
    const batch = Promise.all([decrypted, this.#last]).then(() => {
      if (epoch !== this.#epoch) return;
      if (this.#last === batch) this.#last = null;
      guarded(tell);
    });
    this.#last = batch;
  }

  /**
   * What a first batch holds: of what is encrypted only the newest, as an account with many rooms has thousands of old events; and what
   * came before anybody listened.
   */
  #beginning(events) {
    const isRecent = ({ event }) => !event.isEncrypted() || Date.now() - since(event) < RECENT;
    const ids = new Set(events.map(({ event }) => event.getId()));
    return [...this.#missed().filter(({ event }) => !ids.has(event.getId())), ...events.filter(isRecent)];
  }

  #missed() {
    const rooms = this.#client.getRooms?.() ?? [];
    return rooms.flatMap((room) => {
      if (room.getMyMembership() !== "join") return [];
      const last = room.getLiveTimeline().getEvents().slice(-MOST_LOOKED_AT);
      const recent = last.filter(
        (event) => !event.status && Date.now() - since(event) < RECENT && mayBeOfCall(event),
      );
      return recent.map((event) => ({ event, receivedAt: since(event) + (event.getUnsigned().age ?? 0) }));
    });
  }

  #tellLive(entries, gaps) {
    const isTold = ({ event }) => !isUnread(event) && (isCall(event) || isWidget(event));
    entries.filter(({ event }) => isUnread(event)).forEach(({ event, receivedAt }) => this.waitFor(event, receivedAt));
    const events = entries.filter(isTold).map(({ event, receivedAt }) => liveEvent(event, receivedAt));
    const inClear = events.filter(({ encrypted, event }) => !encrypted && event.state_key === undefined);
    new Set(inClear.map(({ roomId }) => roomId)).forEach((roomId) => this.#options.calledIn(roomId));
    if (events.length > 0 || gaps.length > 0) this.#tell({ type: "live", events, gaps });
  }

  #tellRoom(room, { whole, keys }) {
    if (whole) {
      this.roomChanged(room);
      return;
    }
    const newest = [...keys.values()].map(([type, key]) => stateEvent(room, type, key));
    const events = newest.filter((event) => event !== null).map(eventJson);
    this.#tell({
      type: "state-changed",
      roomId: room.roomId,
      events,
      joinedMemberCount: room.getJoinedMemberCount(),
    });
  }

  #decrypted(event) {
    const receivedAt = this.#unread.get(event.getId());
    if (receivedAt === undefined || isUnread(event) || event.getType() === ENCRYPTED) return;
    this.#unread.delete(event.getId());
    if (isCall(event)) this.#inOrder([], () => this.#tellLive([{ event, receivedAt }], []));
  }

  #end() {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#tell({ type: "signed-out" });
    this.#options.ended();
  }

  #tell(event) {
    for (const { listener } of [...this.#listeners]) guarded(() => listener(event));
  }
}

/** What a sync brought so far. */
class Collected {
  events = [];
  gaps = new Set();
  /** The ids of live state events of widgets: `event` tells of the state at a sync's beginning too. */
  states = new Set();
  rooms = new Map();
  account = false;

  /** What is known to have changed in a room. */
  room(room) {
    const news = this.rooms.get(room) ?? { whole: false, keys: new Map() };
    this.rooms.set(room, news);
    return news;
  }
}

async function askForWellKnown(client) {
  const domain = client.getDomain?.();
  if (!domain) return null;
  const answer = await fetchOf(client)(`https://${domain}/.well-known/matrix/client`, {});
  const json = answer.ok ? await answer.json() : null;
  return typeof json === "object" ? json : null;
}

/** Whatever fails must not stop the client's sync. */
function guarded(tell) {
  try {
    tell();
  } catch (error) {
    console.error("meet-in-chat: what happened could not be told", error);
  }
}

/** When an event happened, by this page's clock as far as the server said how old it is. */
function since(event) {
  return event.localTimestamp ?? event.getTs();
}

/** Adds to a set or a map; of more than `most` the oldest goes. */
function remember(kept, key, value, most) {
  if (kept instanceof Map) kept.set(key, value);
  else kept.add(key);
  if (kept.size > most) kept.delete(kept.keys().next().value);
}

function within(promise, milliseconds) {
  let timer;
  const time = new Promise((resolve) => (timer = setTimeout(resolve, milliseconds)));
  return Promise.race([promise, time]).finally(() => clearTimeout(timer));
}
