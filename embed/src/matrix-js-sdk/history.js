// What happened in a room since an event, asked of the homeserver.

import { decrypt, isCall, isUnread, liveEvent, mayBeOfCall } from "./events.js";
import { asHost, isPassing, unsupported } from "./failures.js";

/** How many pages are asked for. With so many events each they reach further back than a call between two leaves behind in an hour. */
const MOST_PAGES = 4;
const PAGE = 50;
/** How often a page is asked for again. */
const MOST_RETRIES = 3;
/** How long it may take altogether, in milliseconds: a little less than the calls wait for it. */
const PATIENCE = 170_000;

/**
 * The call events of a room after `eventId`, oldest first; without one those of the newest page. What can't be decrypted yet is told by
 * `live` once it can.
 */
export async function eventsSince(client, roomId, eventId, live) {
  for (const method of ["createMessagesRequest", "getEventMapper"]) {
    if (!client[method]) throw unsupported(`this client lacks ${method}`);
  }
  const until = Date.now() + PATIENCE;
  const newestFirst = [];
  let from = null;
  for (let pages = eventId === null ? 1 : MOST_PAGES; pages > 0; pages -= 1) {
    const answer = await page(client, roomId, from, (wait) => live.isHeard && Date.now() + wait < until);
    const chunk = Array.isArray(answer.chunk) ? answer.chunk : [];
    const known = eventId === null ? -1 : chunk.findIndex((event) => event?.event_id === eventId);
    newestFirst.push(...(known < 0 ? chunk : chunk.slice(0, known)));
    // A server that stands still is at its end too.
    if (known >= 0 || typeof answer.end !== "string" || answer.end === from) break;
    from = answer.end;
  }
  const receivedAt = Date.now();
  const events = newestFirst.reverse().flatMap((json) => read(client, roomId, json)).filter(mayBeOfCall);
  await Promise.all(events.map((event) => decrypt(client, event)));
  events.filter(isUnread).forEach((event) => live.waitFor(event, receivedAt));
  const calls = events.filter((event) => !isUnread(event) && isCall(event));
  return { events: calls.map((event) => liveEvent(event, receivedAt)) };
}

/** An event of the SDK's own class, none for what makes no sense. */
function read(client, roomId, json) {
  try {
    // Re-emitted, so that the client tells when it can be decrypted.
    const event = client.getEventMapper({ decrypt: false })({ ...json, room_id: roomId });
    return event.getId() && event.getSender() ? [event] : [];
  } catch {
    return [];
  }
}

/** A page, asked for again after a failure that can pass, as long as `mayWait` for so many milliseconds. */
async function page(client, roomId, from, mayWait) {
  for (let failures = 1; ; failures += 1) {
    try {
      return await asHost(client.createMessagesRequest(roomId, from, PAGE, "b"));
    } catch (error) {
      const wait = Math.max(Number(error.data?.retry_after_ms) || 0, 1000 * 2 ** (failures - 1));
      if (failures > MOST_RETRIES || !isPassing(error) || !mayWait(wait)) throw error;
      await new Promise((resolve) => setTimeout(resolve, wait));
      if (!mayWait(0)) throw error;
    }
  }
}
