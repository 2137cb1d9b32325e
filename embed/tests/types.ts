// The host's interface as people meet it: what is right compiles, and each line below a `@ts-expect-error` does not. Nothing of it runs.
import type { Host, HostEvent, HostFailure, JsonObject, LiveEvents, MatrixEvent, Room } from "../src/host";

declare const client: {
  userId: string;
  room(id: string): Room | null;
  put(...path: string[]): Promise<{ event_id: string }>;
};

/** The least that is a host. */
const least: Host = {
  userId: client.userId,
  deviceId: "DEVICE",
  getRoom: (id) => client.room(id),
  subscribe: (listener) => {
    listener({ type: "account-changed" });
    return () => {};
  },
  sendStateEvent: async (room, type, key) => (await client.put(room, type, key)).event_id,
  sendEvent: async (room, type, _content, transaction) => (await client.put(room, type, transaction)).event_id,
  sendLastWord: (room, type) => void client.put(room, type),
  getOpenIdToken: async () => ({ access_token: "secret", expires_in: 3600 }),
  getTurnServer: async () => ({}),
  getEventsSince: async () => ({ events: [] }),
  isRingAllowed: () => true,
  isIgnored: () => false,
  getAccountData: () => null,
  setAccountData: async () => {},
  openRoom: () => {},
};

/** Interfaces of a library, which have no index signature. */
interface TurnServer {
  uris: string[];
  ttl: number;
}
interface LibraryEvent {
  event_id: string;
  type: string;
  sender: string;
  content: { body?: string };
  unsigned: { age?: number };
}
declare const turn: TurnServer;
declare const event: LibraryEvent;

/** A class with a state of its own, and every member. */
class Full implements Host {
  readonly #listeners = new Set<(event: HostEvent) => void>();

  get userId(): string {
    return client.userId;
  }
  readonly deviceId = "DEVICE";
  getRoom(id: string): Room | null {
    const state: MatrixEvent[] = [{ type: "m.room.name", state_key: "", sender: "@ann:x", content: { name: "Tea" } }, event];
    return { room_id: id, membership: "join", joined_member_count: 2, name: "Tea", my_name: "Ann", my_avatar_url: "", state };
  }
  getMember(_room: string, user: string): MatrixEvent | null {
    return { type: "m.room.member", state_key: user, content: { membership: "join" } };
  }
  subscribe(listener: (event: HostEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  async sendStateEvent(_room: string, _type: string, _key: string, _content: JsonObject): Promise<string> {
    return "$state";
  }
  async sendEvent(_room: string, _type: string, _content: JsonObject, _transaction: string): Promise<string> {
    const failure: HostFailure = { errcode: "M_LIMIT_EXCEEDED", httpStatus: 429, data: { retry_after_ms: 2000 } };
    throw failure;
  }
  // What is not waited for may be a promise.
  async sendLastWord(_room: string, _type: string, _content: JsonObject, _transaction: string): Promise<void> {}
  async getOpenIdToken(): Promise<object> {
    return {};
  }
  async getTurnServer(): Promise<TurnServer> {
    return turn;
  }
  async getEventsSince(roomId: string, _event: string | null): Promise<LiveEvents> {
    return { events: [{ roomId, event, encrypted: true, receivedAt: Date.now() }], gaps: [roomId] };
  }
  canEncrypt = () => true;
  prepareToEncrypt = async (_room: string) => {};
  isRingAllowed = () => true;
  mayRingIn = (_room: string) => true;
  notifiesIn = (_room: string) => true;
  isIgnored = (user: string) => user === "@mallory:x";
  getAccountData = (_type: string) => ({ allowed: true });
  fetchAccountData = async (_type: string) => null;
  setAccountData = async (_type: string, _content: JsonObject) => ({});
  fetchRoomAccountData = async (_room: string, _type: string) => ({});
  setRoomAccountData = async (_room: string, _type: string, _content: JsonObject) => {};
  getAvatar = async (_room: string, _user: string, size: number) => (size > 0 ? "blob:x" : null);
  getClientWellKnown = () => ({ "io.element.jitsi": { preferredDomain: "meet.example" } });
  getConfiguration = () => ({ meet_in_chat: { approved_domains: ["meet.example"] } });
  isOnline = () => navigator.onLine;
  openRoom = (_room: string) => {};
  getLanguage = () => "de";
  isDark = () => false;
}
const full: Host = new Full();

/** Takes a host with some members replaced. */
declare function host(members: Partial<Host>): void;
host(least);
host(full);

// Something is missing.
const { openRoom: _openRoom, ...withoutNavigation } = least;
// @ts-expect-error openRoom has no default
const _lacks: Host = withoutNavigation;

// Names and types.
// @ts-expect-error a user id is text
host({ userId: 1 });
// @ts-expect-error there is no such member
host({ isInTheDark: () => true });
// @ts-expect-error it says yes or no
host({ isDark: () => "dark" });
// @ts-expect-error it says so at once
host({ isRingAllowed: async () => true });
// @ts-expect-error a room is given at once
host({ getRoom: async () => null });
// @ts-expect-error a room has a state
host({ getRoom: () => ({ membership: "join", name: "Tea", my_name: "Ann", my_avatar_url: "" }) });
// @ts-expect-error sending takes its time
host({ sendEvent: () => "$event" });
// @ts-expect-error the event's id is needed
host({ sendEvent: async () => {} });
// @ts-expect-error the id, not the answer around it
host({ sendStateEvent: (room, type) => client.put(room, type) });
// @ts-expect-error a page of events is a batch
host({ getEventsSince: async () => [event] });
// @ts-expect-error nobody could end it
host({ subscribe: () => {} });
// @ts-expect-error the room's id comes first
host({ getAvatar: async (size: number) => String(size) });
// @ts-expect-error content is an object
host({ getAccountData: () => "no" });
// @ts-expect-error a member that is there is a method
host({ canEncrypt: true });

// What is told.
const told: HostEvent[] = [
  { type: "live", events: [{ roomId: "!a", event, encrypted: false }] },
  { type: "room-changed", roomId: "!a" },
  { type: "state-changed", roomId: "!a", events: [event], joinedMemberCount: 3 },
  { type: "signed-out" },
];
// @ts-expect-error of which room?
told.push({ type: "room-changed" });
// @ts-expect-error whether it came encrypted decides whether it counts
told.push({ type: "live", events: [{ roomId: "!a", event }] });
// @ts-expect-error there is no such news
told.push({ type: "rooms-changed" });

// What the calls give is JSON.
export const content: JsonObject = { call_id: "c", lifetime: 60000, sdp: { type: "offer" } };
// @ts-expect-error a function is none
export const noContent: JsonObject = { answer: () => 42 };
