// Paging back at a homeserver that has too much to do: as long as somebody waits for it, and no longer.

import assert from "node:assert/strict";
import { after, beforeEach, mock, test } from "node:test";

import { eventsSince } from "../../embed/src/matrix-js-sdk/history.js";

const live = { isHeard: true, waitFor() {} };
/** What the homeserver answers each time, how often it was asked, and how long was waited in between. */
let answer;
let asked;
let waits;
const client = {
  createMessagesRequest: async () => {
    asked += 1;
    return answer();
  },
  getEventMapper: () => () => assert.fail("no event came"),
};

// A wait takes no time, and the clock goes on by it.
let now = Date.now();
mock.method(Date, "now", () => now);
mock.method(globalThis, "setTimeout", (done, wait) => {
  now += wait;
  waits.push(wait);
  queueMicrotask(done);
});
after(() => mock.restoreAll());
beforeEach(() => {
  live.isHeard = true;
  [asked, waits] = [0, []];
});

function limited(wait) {
  return Promise.reject(Object.assign(new Error("too many"), { httpStatus: 429, data: { retry_after_ms: wait } }));
}

const since = () => eventsSince(client, "!a", "$1", live);

test("a wait that would be longer than anybody waits for the answer is a failure at once", async () => {
  answer = () => limited(171_000);
  await assert.rejects(since, /too many/);
  assert.deepEqual(waits, []);
});

test("the waits of all pages together have one bound", async () => {
  answer = () => (asked % 2 ? limited(60_000) : { chunk: [], end: `t${asked}` });
  await assert.rejects(since, /too many/);
  assert.deepEqual([waits, asked], [[60_000, 60_000], 5]);
});

test("a wait is as long as the server says", async () => {
  answer = () => (asked < 3 ? limited(50_000) : { chunk: [] });
  assert.deepEqual(await since(), { events: [] });
  assert.deepEqual(waits, [50_000, 50_000]);
});

test("nothing is asked for any more once nobody listens", async () => {
  answer = () => {
    live.isHeard = false;
    return limited(1000);
  };
  await assert.rejects(since, /too many/);
  assert.deepEqual([waits, asked], [[], 1]);
});

test("a client that can't page back says what it lacks", async () => {
  for (const method of ["createMessagesRequest", "getEventMapper"]) {
    const lacks = { name: "NotSupportedError", message: new RegExp(method) };
    await assert.rejects(eventsSince({ ...client, [method]: undefined }, "!a", null, live), lacks);
  }
});
