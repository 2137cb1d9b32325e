// Who is signed in: kept in the browser, so that a reload is the same device with the same keys.

import { createClient } from "matrix-js-sdk";

const KEPT = "small-chat-session";

/** The session of the last visit. */
export function keptSession() {
  try {
    return JSON.parse(localStorage.getItem(KEPT));
  } catch {
    return null;
  }
}

/** Signs in with a password; this browser is a new device then. */
export async function signIn(server, user, password) {
  const baseUrl = server.replace(/\/$/, "");
  const answer = await createClient({ baseUrl }).loginRequest({
    type: "m.login.password",
    identifier: { type: "m.id.user", user },
    password,
    initial_device_display_name: "Small chat",
  });
  const session = {
    baseUrl,
    userId: answer.user_id,
    deviceId: answer.device_id,
    accessToken: answer.access_token,
  };
  localStorage.setItem(KEPT, JSON.stringify(session));
  return session;
}

/** A client that has synced once, with end-to-end encryption. */
export async function startClient(session) {
  // The SDK's own calls are off: ours take their place.
  const client = createClient({ ...session, disableVoip: true });
  client.once("Session.logged_out", () => {
    forget();
    location.reload();
  });
  await client.initRustCrypto({ cryptoDatabasePrefix: prefix(session) });
  const synced = new Promise((resolve) => client.on("sync", (state) => state === "PREPARED" && resolve()));
  await client.startClient({ lazyLoadMembers: true, initialSyncLimit: 20, clientWellKnownPollPeriod: 7200 });
  await synced;
  return client;
}

/** Ends the session here and on the homeserver. */
export async function signOut(client) {
  const session = keptSession();
  try {
    await client.logout(true);
  } finally {
    forget();
    await client.clearStores({ cryptoDatabasePrefix: session && prefix(session) });
  }
}

function forget() {
  localStorage.removeItem(KEPT);
}

function prefix({ userId, deviceId }) {
  return `small-chat ${userId} ${deviceId}`;
}
