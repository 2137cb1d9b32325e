// A matrix-js-sdk client as the host of calls. Nothing of the SDK is imported: whatever client the page has is asked, and what differs
// between its major versions is looked for. Tried with 41, 42 and 43 (`tests/embed_sdk`).
//
// - `matrix-js-sdk/live.js`: what the syncs bring, in batches; `rooms.js`: rooms as JSON; `sending.js`: what goes out;
// - `matrix-js-sdk/account.js`: account data; `history.js`: paging back; `pictures.js`: avatars.

import { Account } from "./matrix-js-sdk/account.js";
import { eventsSince } from "./matrix-js-sdk/history.js";
import { Live } from "./matrix-js-sdk/live.js";
import { Pictures } from "./matrix-js-sdk/pictures.js";
import { memberEvent, mayRingIn, roomJson } from "./matrix-js-sdk/rooms.js";
import { Sending } from "./matrix-js-sdk/sending.js";

/** What no client of matrix-js-sdk lacks. Without one of these it is something else. */
const METHODS = ["on", "off", "getUserId", "getDeviceId", "getRoom", "sendEvent", "sendStateEvent", "turnServer", "getOpenIdToken"];
/** The event with which the SDK tells of calls by its own VoIP. */
const OWN_CALL = "Call.incoming";

/** Clients that were warned of already. */
const warned = new WeakSet();

/**
 * Makes a host out of a matrix-js-sdk client. Make one for each client and hand it on; its listeners come off when the calls do.
 *
 * @param {import("./matrix-js-sdk").MatrixClientLike} client signed in; started or not yet
 * @param {import("./matrix-js-sdk").MatrixClientOptions} [options]
 * @returns {import("./host").Host}
 * @throws {TypeError} when it is no such client, or nobody is signed in; the message names what is missing
 */
export function fromMatrixClient(client, options = {}) {
  check(client);
  warnOfOwnCalls(client);
  const account = new Account(client);
  const sending = new Sending(client);
  const pictures = new Pictures(client);
  const live = new Live(client, {
    watchLook: options.watchLook,
    calledIn: (roomId) => sending.look(roomId),
    // Object URLs live as long as the page unless somebody ends them.
    ended: () => pictures.clear(),
  });

  const host = {
    get userId() {
      return client.getUserId() ?? "";
    },
    get deviceId() {
      return client.getDeviceId() ?? "";
    },
    getRoom: (roomId) => roomJson(client, roomId, (room) => live.roomChanged(room)),
    getMember: (roomId, userId) => memberEvent(client, roomId, userId),
    subscribe: (listener) => live.subscribe(listener),

    sendStateEvent: (roomId, type, stateKey, content) => sending.sendState(roomId, type, stateKey, content),
    sendEvent: (roomId, type, content, transactionId) => sending.send(roomId, type, content, transactionId),
    sendLastWord: (roomId, type, content, transactionId) => sending.lastWord(roomId, type, content, transactionId),

    getOpenIdToken: () => client.getOpenIdToken(),
    getTurnServer: () => client.turnServer(),
    getEventsSince: (roomId, eventId) => eventsSince(client, roomId, eventId, live),

    canEncrypt: () => Boolean(client.getCrypto?.()),
    prepareToEncrypt(roomId) {
      const room = client.getRoom(roomId);
      if (room) client.getCrypto?.()?.prepareToEncrypt?.(room);
    },

    mayRingIn: (roomId) => mayRingIn(client, roomId),
    isIgnored: (userId) => account.isIgnored(userId),
    getAccountData: (type) => account.known(type),
    fetchAccountData: (type) => account.fetch(type),
    setAccountData: (type, content) => account.replace(type, content),
    fetchRoomAccountData: (roomId, type) => account.fetch(type, roomId),
    setRoomAccountData: (roomId, type, content) => account.replace(type, content, roomId),

    getAvatar: (roomId, userId, size) => pictures.avatar(roomId, userId, size),
    getClientWellKnown: () => live.wellKnown(),
    getConfiguration: () => options.configuration ?? {},
    isOnline: () => live.isOnline(),
    openRoom: (roomId) => options.openRoom?.(roomId),
  };
  // Without these the page itself is asked.
  if (options.getLanguage) host.getLanguage = () => options.getLanguage();
  if (options.isDark) host.isDark = () => options.isDark();
  return host;
}

function check(client) {
  if (client === null || typeof client !== "object") {
    throw new TypeError("fromMatrixClient: a matrix-js-sdk client is needed");
  }
  const lacking = METHODS.filter((method) => typeof client[method] !== "function");
  if (lacking.length > 0) {
    throw new TypeError(`fromMatrixClient: this is no matrix-js-sdk client, it lacks ${lacking.join(", ")}`);
  }
  for (const method of ["getUserId", "getDeviceId"]) {
    if (!client[method]()) throw new TypeError(`fromMatrixClient: nobody is signed in at this client, ${method}() gives nothing`);
  }
}

function warnOfOwnCalls(client) {
  const listens = (client.listenerCount?.(OWN_CALL) ?? 0) > 0;
  if (warned.has(client) || !(listens || client.supportsVoip?.())) return;
  warned.add(client);
  console.warn(
    "meet-in-chat: matrix-js-sdk's own calls are on, and every call would ring twice. " +
      "Turn them off with createClient({ …, disableVoip: true })" +
      (listens ? ` and take away what listens for "${OWN_CALL}".` : "."),
  );
}
