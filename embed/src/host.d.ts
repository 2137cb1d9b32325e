/**
 * The chat, as the calls see it: the one object that a page gives to them. `fromMatrixClient` makes one from a matrix-js-sdk client.
 *
 * What is called `MatrixEvent` here is the JSON of an event in the client format, decrypted, never an object of a library. Methods are
 * called as methods of the object, so that it may be an instance of a class. Each may throw, and every promise may be rejected, with
 * anything; see {@link HostFailure} for what is understood. A promise that is not settled within 45 seconds counts as a homeserver
 * that does not answer. What a method gives is copied as `JSON.stringify` writes it; what that can't write is read as nothing, or
 * as no answer of the homeserver where it was promised, and the console says so, once for each method.
 */
export interface Host {
  /** My user id. */
  readonly userId: string;
  /** This session's device id. */
  readonly deviceId: string;

  /** A room as the chat knows it now, or `null` for one that it does not know. Nobody is called in a room that can't be read. */
  getRoom(roomId: string): Room | null;
  /**
   * A user's `m.room.member` event in a room. Without this method it is looked for in what `getRoom` gives, for every name that is
   * shown.
   */
  getMember?(roomId: string, userId: string): MatrixEvent | null;

  /**
   * Calls `listener` with everything that changes, until the function that it returns is called. Called once, however many call
   * buttons a page has; the listener may be called at any time, at once too, and never throws.
   */
  subscribe(listener: (event: HostEvent) => void): () => void;

  /** Sends a state event and gives its event id. Never repeats it silently. */
  sendStateEvent(roomId: string, type: string, stateKey: string, content: JsonObject): Promise<string>;
  /**
   * Sends a room event and gives its event id: encrypted in an encrypted room, and never in clear there. The same `transactionId` is the
   * same event, however often it is sent. Never repeats it silently, and leaves nothing in a queue after it failed.
   *
   * Not called for an encrypted room where `canEncrypt` does not say `true`.
   */
  sendEvent(roomId: string, type: string, content: JsonObject, transactionId: string): Promise<string>;
  /** The same while the page goes away: begins at once, with `keepalive` where it can, and nobody waits for the answer. */
  sendLastWord(roomId: string, type: string, content: JsonObject, transactionId: string): void;

  /** The answer of `POST /user/{userId}/openid/request_token`. Asked for only when the person agreed to show who they are. */
  getOpenIdToken(): Promise<object>;
  /** The answer of `GET /voip/turnServer`. */
  getTurnServer(): Promise<object>;
  /**
   * The events of a room's timeline after `eventId`, oldest first, as far back as a few pages reach; with `null`, those of the newest
   * page. Nothing else brings them again, so the host repeats a request that failed; it may take three minutes.
   */
  getEventsSince(roomId: string, eventId: string | null): Promise<LiveEvents>;

  /** Whether the chat can encrypt events. Without this method it can't, and nobody is called in an encrypted room. */
  canEncrypt?(): boolean;
  /** Somebody is about to call in an encrypted room: the time to share keys. Without this method they are shared with the first event. */
  prepareToEncrypt?(roomId: string): void;

  /**
   * Whether a call may ring on this device: push rule `.m.rule.call` is on and has a sound, and the device is not silenced. Without this
   * method that is read from what `getAccountData` gives for `m.push_rules` and
   * `org.matrix.msc3890.local_notification_settings.` with the device's id. Rings where this throws.
   */
  isRingAllowed?(): boolean;
  /**
   * Whether a call may ring in this room: I am in it, and not everybody may join it. Asked for every call event. Without this method the
   * room is read instead.
   */
  mayRingIn?(roomId: string): boolean;
  /**
   * Whether my push rules notify of a conference in this room, by a rule of the room or by `.im.vector.jitsi`: it rings there. Without
   * this method that is read from what `getAccountData` gives for `m.push_rules`.
   */
  notifiesIn?(roomId: string): boolean;
  /** Whether I ignore this user. Where this throws, I don't. */
  isIgnored(userId: string): boolean;

  /** The content of my account data of a type, as the syncs have it; `null` without any. */
  getAccountData(type: string): object | null;
  /**
   * The same as the homeserver has it now; `null`, or a rejection with `M_NOT_FOUND` and 404, without any. Without this method
   * `getAccountData` has to do, and what another device wrote in the same moment may be lost.
   */
  fetchAccountData?(type: string): Promise<object | null>;
  /** Replaces the content of my account data of a type as a whole. */
  setAccountData(type: string, content: JsonObject): Promise<unknown>;
  /**
   * The content of my account data of a type in a room, as the homeserver has it now, as with `fetchAccountData`. Without this method and
   * the next one, consent to calls of another kind is kept in the account alone, where Chat Web does not see it.
   */
  fetchRoomAccountData?(roomId: string, type: string): Promise<object | null>;
  /** Replaces it as a whole. */
  setRoomAccountData?(roomId: string, type: string, content: JsonObject): Promise<unknown>;

  /**
   * A member's picture, about `size` CSS pixels wide, as an address for an `<img>`; `null` without one. Without this method everybody has
   * a letter.
   */
  getAvatar?(roomId: string, userId: string, size: number): Promise<string | null>;

  /**
   * The last good `/.well-known/matrix/client` of my user id's server; `null` without one. Without this method the server says nothing of
   * calls.
   */
  getClientWellKnown?(): object | null;
  /** The site's `config.json`, as Chat Web has it; our own keys are in `meet_in_chat`. Without this method it is empty. */
  getConfiguration?(): object;

  /** Whether the homeserver answers. Without this method it does. */
  isOnline?(): boolean;
  /** Shows a room: the person pressed a call that belongs to it. */
  openRoom(roomId: string): void;
  /** The chat's language as a BCP 47 tag. Without this method the page's `lang`, else the browser's. */
  getLanguage?(): string;
  /** Whether the chat is dark at the moment. Without this method as the system is, and changes of that are seen. */
  isDark?(): boolean;
}

/** A value that JSON can hold. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
/** An object that JSON can hold. What the calls give to a method is theirs to keep: a copy of its own. */
export interface JsonObject {
  [key: string]: Json | undefined;
}

/** An event in the client format, decrypted where it came encrypted. Further members do no harm. */
export interface MatrixEvent {
  type: string;
  event_id?: string;
  sender?: string;
  origin_server_ts?: number;
  state_key?: string;
  room_id?: string;
  content: object;
  /** With `age` as the homeserver sent it. */
  unsigned?: object;
}

/** What calls need to know of a room. */
export interface Room {
  /** The room's id; the one that was asked for counts. */
  room_id?: string;
  /** Mine: `join`, `invite`, `leave`, … */
  membership: string;
  /** The server's count of joined members. With more than 100 of them, members other than mine may be left out of `state`. */
  joined_member_count?: number;
  /** The room's name as I see it. */
  name: string;
  /** How I am called in this room. */
  my_name: string;
  /** My picture as an HTTP address, or an empty string. */
  my_avatar_url: string;
  /**
   * At least the create, power level, name, canonical alias, encryption, join rules, member, functional member
   * (`io.element.functional_members`) and widget events (`im.vector.modular.widgets`, `m.widget`); in a video room also
   * `io.element.video.member`.
   */
  state: MatrixEvent[];
}

/** Events that are no history, in the order of the server: one batch for each sync. */
export interface LiveEvents {
  events: LiveEvent[];
  /** Rooms whose timeline has a gap before these events. */
  gaps?: string[];
}

/** An event of a room's timeline. */
export interface LiveEvent {
  roomId: string;
  event: MatrixEvent;
  /** It came encrypted. In an encrypted room nothing counts that did not. */
  encrypted: boolean;
  /** When the chat received it, in milliseconds of `Date.now()`. Without it, now. */
  receivedAt?: number;
}

/** What a host tells. */
export type HostEvent =
  /**
   * Live events; what they changed in the rooms' state is told after them, in the same task. One that can be decrypted only later comes
   * in a batch of its own then. Those whose type does not begin with `m.call.` or `org.matrix.call.` may be left out, but for widgets'
   * state events, with `unsigned.prev_content` where they replace another.
   */
  | ({ type: "live" } & LiveEvents)
  /** A room's state, members or my membership changed. */
  | { type: "room-changed"; roomId: string }
  /** Only these state events changed in a room, and not my membership: told in place of `room-changed` by a host that knows. */
  | { type: "state-changed"; roomId: string; events: MatrixEvent[]; joinedMemberCount?: number }
  /** Ignored users, push rules or account data may be different: what was read of these is read again. */
  | { type: "account-changed" }
  /** The client well-known was read again. The configuration is read anew with it, too. */
  | { type: "well-known-changed" }
  /** The connection to the homeserver was lost or found again. */
  | { type: "connection-changed" }
  /** The chat became dark, or light. */
  | { type: "look-changed" }
  /** The session is over: everything ends. */
  | { type: "signed-out" };

/**
 * What a rejection is understood by; everything else is a failure of the chat itself, which is not tried again. matrix-js-sdk's
 * `MatrixError` and `ConnectionError` have this shape already.
 */
export interface HostFailure {
  /**
   * `NotSupportedError`: the chat can't do this. Without a code and a status, `ConnectionError`, `NetworkError`, `TimeoutError`,
   * `AbortError` or a `TypeError` of `fetch`: the homeserver did not answer, and it may be tried again.
   */
  name?: string;
  /** The homeserver refused, with this Matrix error code, */
  errcode?: string;
  /** this HTTP status, */
  httpStatus?: number;
  /** and this answer: `error`, `retry_after_ms`. */
  data?: object;
  /** Without `data.error`, what the person may read under "Details". */
  message?: string;
}
