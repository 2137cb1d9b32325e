// matrix-js-sdk in the version under test, and clients of it. One process has one version: the SDK refuses to be there twice.
//
//   npm ci --ignore-scripts && MEET_SDK_MAJOR=43 MEET_HOMESERVER=http://127.0.0.1:8008 npm test

import { webcrypto } from "node:crypto";

import { indexedDB } from "fake-indexeddb";

import { Link } from "./link.mjs";

// The SDK wants Node.js 22, which has these.
globalThis.crypto ??= webcrypto;
Promise.withResolvers ??= function () {
  let resolve, reject;
  const promise = new Promise((...both) => ([resolve, reject] = both));
  return { promise, resolve, reject };
};

// What the SDK and its encryption tell of themselves would hide what the tests say.
Object.assign(console, { log() {}, debug() {}, info() {} });

const major = process.env.MEET_SDK_MAJOR;
if (!major) throw new Error("MEET_SDK_MAJOR names the SDK's major version");
export const MAJOR = Number(major);
export const sdk = await import(`matrix-js-sdk-${major}`);

const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, getChild: () => silent };
const running = new Set();

/**
 * A signed-in client of `account`, which has synced unless `start` is false. `client.link` is its way to the homeserver.
 * `kept` names a store that outlives the client.
 */
export async function clientOf(account, { crypto = true, start = true, kept, startOptions = {}, ...options } = {}) {
  const link = new Link();
  const client = sdk.createClient({
    baseUrl: account.homeserver,
    userId: account.userId,
    accessToken: account.accessToken,
    deviceId: account.deviceId,
    fetchFn: (url, request) => link.fetch(url, request),
    logger: silent,
    disableVoip: true,
    ...(kept && { store: new sdk.IndexedDBStore({ indexedDB, dbName: kept }) }),
    ...options,
  });
  client.link = link;
  running.add(client);
  if (kept) await client.store.startup();
  if (crypto) {
    await client.initRustCrypto({ useIndexedDB: false });
    client.getCrypto().globalBlacklistUnverifiedDevices = false;
  }
  if (start) await begin(client, startOptions);
  return client;
}

/** Starts a client, and waits for its first sync with the homeserver. */
export async function begin(client, options = {}) {
  const synced = new Promise((resolve) => {
    client.on("sync", (state, _, data) => ["PREPARED", "SYNCING"].includes(state) && !data?.fromCache && resolve());
  });
  await client.startClient({ initialSyncLimit: 20, pollTimeout: 400, ...options });
  await synced;
}

/** Stops every client of this process, and the process soon after: the SDK leaves timers behind that run for a minute. */
export function stopAll() {
  for (const client of running) client.stopClient();
  running.clear();
  setTimeout(() => process.exit(), 500);
}

/** The room, once this client knows it and `is` holds of it. */
export async function roomOf(client, roomId, is = (room) => room.getMyMembership() === "join") {
  return eventually(() => {
    const room = client.getRoom(roomId);
    return room && is(room) && room;
  }, `a room of ${client.getUserId()}`);
}

/** What `look` gives once it gives something. */
export async function eventually(look, what, patience = 60_000) {
  for (const until = Date.now() + patience; ; ) {
    const found = await look();
    if (found) return found;
    if (Date.now() > until) throw new Error(`this did not happen: ${what}`);
    await sleep(20);
  }
}

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
