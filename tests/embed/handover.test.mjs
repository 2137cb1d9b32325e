// From the program in front, which draws buttons, to the whole one: what brings it, and that nothing is lost meanwhile.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Element, network, page, settled } from "./bed.mjs";

/** What the programs were asked, in order. */
let did;
/** What they tell: the front one, and the whole one. */
let told;
let listened;
/** What a program does when it is opened, by its name, and whom it is opened for. */
let broken;
let users;

/** Gives itself out for a program: it listens to the host, and finds calls in what is marked so. */
function program(name) {
  const number = name === "front" ? 1 : 2;
  return {
    openable: () => true,
    open(host, options) {
      did.push(`${name} opens`);
      broken[name]?.();
      told[name] = options.onEvent;
      users.push(host.userId);
      const end = host.subscribe((event) => {
        listened.push([name, event]);
        return event.ofCalls === true;
      });
      this.end = end;
      return number;
    },
    mount(engine, part, _, options) {
      did.push(`${name} shows ${part} of ${options.roomId}`);
      broken[`${name} shows`]?.();
      return engine * 10;
    },
    update() {},
    unmount: () => did.push(`${name} takes away`),
    press: (_, room, kind, act) => did.push(`${name} presses ${kind} in ${room}, to ${act}`),
    failed: () => did.push(`${name} says that it failed`),
    close() {
      did.push(`${name} closes`);
      this.end();
    },
  };
}

/** A page with its programs. Glue takes functions, which lose their object. */
async function opened(options, host = new Host()) {
  const [front, whole] = ["front", "whole"].map((name) => {
    const one = program(name);
    return Object.fromEntries(Object.entries(one).map(([key, value]) => [key, value.bind(one)]));
  });
  const made = await page(front, whole);
  const calls = await made.createCalls(host, options);
  return { ...made, calls, host };
}

/** It has one place for a listener, as simple chats do. */
class Host {
  #listener = null;
  subscriptions = 0;

  subscribe(listener) {
    this.subscriptions += 1;
    this.#listener = listener;
    return () => (this.#listener = null);
  }

  tell(event) {
    this.#listener?.(event);
  }

  get isHeard() {
    return this.#listener !== null;
  }
}

const FRONT = "buttons_bg.wasm";
const WHOLE = "meet-in-chat_bg.wasm";

beforeEach((t) => {
  [did, told, listened, broken, users] = [[], {}, [], {}, []];
  [network.asked, network.there] = [[], true];
  t.mock?.timers?.reset();
});

test("buttons alone need the program in front alone", async () => {
  const { calls, host } = await opened();
  calls.mount("buttons", new Element(), { roomId: "!a" });
  host.tell({ type: "state-changed", roomId: "!a", events: [] });
  host.tell({ type: "live", events: [] });
  await settled();
  assert.deepEqual(network.asked, [FRONT]);
  assert.deepEqual(did, ["front opens", "front shows buttons of !a"]);
});

test("a press brings the whole program, which takes everything over and presses", async () => {
  const { calls, host } = await opened();
  calls.mount("buttons", new Element(), { roomId: "!a" });
  calls.mount("stage", new Element(), { roomId: "!a" });
  did = [];
  told.front("needed", { roomId: "!a", kind: "video", act: "call" });
  await settled();
  assert.deepEqual(network.asked, [FRONT, WHOLE]);
  assert.deepEqual(did, [
    "whole opens",
    "front takes away",
    "whole shows buttons of !a",
    "front takes away",
    "whole shows stage of !a",
    "front closes",
    "whole presses video in !a, to call",
  ]);
  // The chat was listened to all the time, and once.
  assert.deepEqual([host.subscriptions, host.isHeard], [1, true]);
  host.tell({ type: "account-changed" });
  assert.deepEqual(listened.map(([name]) => name), ["whole"]);
  // What the one in front wanted too late is nothing any more.
  told.front("needed", { roomId: "!a", kind: "voice", act: "call" });
  await settled();
  assert.equal(did.length, 7);
});

test("nobody is called from a room that is left before the program is there", async () => {
  const { calls } = await opened();
  const shown = calls.mount("buttons", new Element(), { roomId: "!a" });
  told.front("needed", { roomId: "!a", kind: "video", act: "call" });
  shown.update({ roomId: "!b" });
  await settled();
  assert.deepEqual(did.slice(-2), ["whole shows buttons of !b", "front closes"]);
});

test("the last of several presses counts", async () => {
  const { calls } = await opened();
  calls.mount("buttons", new Element(), { roomId: "!a" });
  told.front("needed", { roomId: "!a", kind: "voice", act: "call" });
  told.front("needed", { roomId: "!a", kind: "video", act: "call" });
  await settled();
  assert.deepEqual(did.filter((one) => one.includes("presses")), ["whole presses video in !a, to call"]);
});

test("what may ring brings the program, which hears it as it was and when it came", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 5_000 });
  const { host } = await opened();
  const invite = { type: "live", ofCalls: true, events: [{ roomId: "!a", event: { type: "m.call.invite" } }] };
  host.tell(invite);
  // The page may use the object again.
  invite.events[0].event.type = "m.call.hangup";
  host.tell({ type: "live", ofCalls: true, events: [{ roomId: "!a", event: { type: "m.call.candidates" }, receivedAt: 4_000 }] });
  t.mock.timers.setTime(6_000);
  await settled();
  const whole = listened.filter(([name]) => name === "whole").flatMap(([, event]) => event.events);
  assert.deepEqual(whole, [
    { roomId: "!a", event: { type: "m.call.invite" }, receivedAt: 5_000 },
    { roomId: "!a", event: { type: "m.call.candidates" }, receivedAt: 4_000 },
  ]);
  assert.deepEqual(did, ["front opens", "whole opens", "front closes"]);
  host.tell({ type: "live", ofCalls: true, events: [] });
  assert.equal(listened.length, 5, "it is not told twice");
});

test("a program that does not come is asked for again, and what was heard meanwhile is kept for two minutes", async (t) => {
  t.mock.method(console, "warn", () => {});
  t.mock.timers.enable({ apis: ["Date", "setTimeout"], now: 0 });
  const { calls, host } = await opened();
  calls.mount("buttons", new Element(), { roomId: "!a" });
  network.there = false;
  const call = (name) => ({ type: "live", ofCalls: true, events: [{ roomId: "!a", event: { name } }] });
  host.tell(call("old"));
  await settled();
  assert.equal(did.at(-1), "front says that it failed");
  const waits = [5, 10, 20, 40, 60, 60];
  for (const [at, seconds] of waits.entries()) {
    t.mock.timers.tick(seconds * 1000 - 1);
    await settled();
    assert.equal(network.asked.filter((name) => name === WHOLE).length, at + 1);
    t.mock.timers.tick(1);
    await settled();
    assert.equal(network.asked.filter((name) => name === WHOLE).length, at + 2);
  }
  // Nothing that is told makes it ask sooner.
  host.tell(call("new"));
  for (let at = 0; at < 50; at += 1) host.tell({ type: "live", events: [], gaps: ["!a"] });
  await settled();
  assert.equal(network.asked.filter((name) => name === WHOLE).length, waits.length + 1);
  network.there = true;
  t.mock.timers.tick(60_000);
  await settled();
  assert.equal(did.at(-1), "front closes");
  const whole = listened.filter(([name]) => name === "whole").flatMap(([, event]) => event.events);
  assert.deepEqual(whole.map(({ event }) => event.name), ["new"]);
  assert.equal(console.warn.mock.callCount(), waits.length + 1);
});

test("a press that failed is not made up for later, and the next one asks at once", async (t) => {
  t.mock.method(console, "warn", () => {});
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { calls } = await opened();
  calls.mount("buttons", new Element(), { roomId: "!a" });
  network.there = false;
  told.front("needed", { roomId: "!a", kind: "video", act: "call" });
  await settled();
  assert.equal(did.at(-1), "front says that it failed");
  network.there = true;
  told.front("needed", { roomId: "!a", kind: "voice", act: "call" });
  await settled();
  assert.deepEqual(did.filter((one) => one.includes("presses")), ["whole presses voice in !a, to call"]);
  const asked = network.asked.length;
  t.mock.timers.tick(60_000);
  await settled();
  assert.equal(network.asked.length, asked);
});

test("a press that waits too long is none", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { calls } = await opened();
  calls.mount("buttons", new Element(), { roomId: "!a" });
  let arrives;
  globalThis.fetch = (url, options) => {
    assert.ok(options.signal instanceof AbortSignal);
    return new Promise((resolve) => (arrives = () => resolve({ ok: true })));
  };
  let notLoaded = 0;
  calls.addEventListener("not-loaded", () => (notLoaded += 1));
  try {
    told.front("needed", { roomId: "!a", kind: "video", act: "call" });
    t.mock.timers.tick(29_999);
    assert.ok(!did.includes("front says that it failed") && notLoaded === 0);
    t.mock.timers.tick(1);
    assert.equal(did.at(-1), "front says that it failed");
    assert.equal(notLoaded, 1);
    arrives();
    await settled();
  } finally {
    globalThis.fetch = network.fetch;
  }
  assert.equal(did.at(-1), "front closes");
});

test("a press is none after a sleep in which timers stood still", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 0 });
  const { calls } = await opened();
  calls.mount("buttons", new Element(), { roomId: "!a" });
  let arrives;
  globalThis.fetch = () => new Promise((resolve) => (arrives = () => resolve({ ok: true })));
  try {
    told.front("needed", { roomId: "!a", kind: "video", act: "call" });
    t.mock.timers.setTime(60 * 60 * 1000);
    arrives();
    await settled();
  } finally {
    globalThis.fetch = network.fetch;
  }
  assert.equal(did.at(-1), "front closes");
});

test("one limit counts for all that a program is asked for until it is given up", async (t) => {
  t.mock.method(console, "warn", () => {});
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const signals = new Set();
  await opened();
  globalThis.fetch = async (url, { signal }) => {
    signals.add(signal);
    throw new TypeError("Failed to fetch");
  };
  try {
    told.front("needed", {});
    await settled();
  } finally {
    globalThis.fetch = network.fetch;
  }
  assert.deepEqual([signals.size, did.at(-1)], [1, "front says that it failed"]);
});

test("nobody is called from a room that was left in between", async () => {
  const { calls } = await opened();
  const shown = calls.mount("buttons", new Element(), { roomId: "!a" });
  told.front("needed", { roomId: "!a", kind: "video", act: "call" });
  shown.update({ roomId: "!b" });
  shown.update({ roomId: "!a" });
  await settled();
  assert.deepEqual(did.slice(-2), ["whole shows buttons of !a", "front closes"]);
});

test("who signs out calls nobody, and is not rung", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { calls, host } = await opened();
  calls.mount("buttons", new Element(), { roomId: "!a" });
  host.tell({ type: "live", ofCalls: true, events: [{ roomId: "!a" }] });
  told.front("needed", { roomId: "!a", kind: "video", act: "call" });
  host.tell({ type: "signed-out" });
  await settled();
  t.mock.timers.tick(60_000);
  await settled();
  assert.deepEqual(did, ["front opens", "front shows buttons of !a"]);
  // What comes afterwards is of a session again.
  host.tell({ type: "live", ofCalls: true, events: [{ roomId: "!b" }] });
  await settled();
  const whole = listened.filter(([name]) => name === "whole").flatMap(([, event]) => event.events);
  assert.deepEqual(whole.map((live) => live.roomId), ["!b"]);
});

test("an event that can't be copied takes no other with it, and gaps that follow are told too", async () => {
  const { host } = await opened();
  const deep = { roomId: "!a", event: {} };
  deep.event.itself = deep;
  host.tell({ type: "live", events: [], gaps: ["!before"] });
  host.tell({ type: "live", ofCalls: true, events: [deep, { roomId: "!b", receivedAt: 1 }] });
  host.tell({ type: "live", events: [], gaps: ["!b", 7] });
  host.tell({ type: "room-changed", roomId: "!b" });
  await settled();
  const whole = listened.filter(([name]) => name === "whole").map(([, event]) => event);
  assert.deepEqual(whole, [
    { type: "live", events: [{ roomId: "!b", receivedAt: 1 }], gaps: [] },
    { type: "live", events: [], gaps: ["!b"] },
  ]);
});

test("what is told while the host is being listened to is kept too", async () => {
  const host = new Host();
  const subscribe = host.subscribe;
  host.subscribe = function (listener) {
    listener({ type: "live", ofCalls: true, events: [{ roomId: "!a" }] });
    return subscribe.call(this, listener);
  };
  await opened({}, host);
  await settled();
  const whole = listened.filter(([name]) => name === "whole").flatMap(([, event]) => event.events);
  assert.deepEqual(whole.map((live) => live.roomId), ["!a"]);
});

test("a flood is kept no longer than two hundred batches", async () => {
  const { host } = await opened();
  for (let at = 0; at < 500; at += 1) host.tell({ type: "live", ofCalls: true, events: [{ roomId: `!${at}` }] });
  await settled();
  const whole = listened.filter(([name]) => name === "whole").flatMap(([, event]) => event.events);
  assert.deepEqual([whole.length, whole[0].roomId], [200, "!300"]);
});

test("a host that the whole program refuses is asked again, and one that crashes it has crashed", async (t) => {
  t.mock.method(console, "warn", () => {});
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { calls } = await opened();
  const events = [];
  for (const name of ["not-loaded", "crashed"]) calls.addEventListener(name, () => events.push(name));
  broken.whole = () => {
    throw new TypeError("lacks userId");
  };
  told.front("needed", {});
  await settled();
  assert.deepEqual([events, did.at(-1)], [["not-loaded"], "front says that it failed"]);
  broken.whole = () => {
    throw new WebAssembly.RuntimeError("unreachable");
  };
  t.mock.timers.tick(5_000);
  await settled();
  assert.deepEqual([events, calls.crashed], [["not-loaded", "crashed"], true]);
});

test("a host that is another account's by then is still asked as the one it was", async () => {
  const host = new Host();
  host.userId = "@ann:a.example";
  await opened({}, host);
  host.userId = "@ben:b.example";
  told.front("needed", {});
  await settled();
  assert.deepEqual(users, ["@ann:a.example", "@ann:a.example"]);
});

test("a host that closes the calls while the whole program opens has closed that too", async () => {
  const { calls, host } = await opened();
  broken.whole = () => void calls.close();
  told.front("needed", {});
  await settled();
  assert.deepEqual(did, ["front opens", "whole opens", "front closes", "whole closes"]);
  assert.equal(host.isHeard, false);
});

test("who closes the calls while they are drawn anew calls nobody", async () => {
  const { calls } = await opened();
  calls.mount("buttons", new Element(), { roomId: "!a" });
  broken["whole shows"] = () => void calls.close();
  told.front("needed", { roomId: "!a", kind: "video", act: "call" });
  await settled();
  assert.ok(did.includes("whole closes") && !did.some((one) => one.includes("presses")), did.join());
});

test("a crash of the whole program is one for those who still stand on the one in front", async () => {
  const { calls, createCalls } = await opened();
  const first = told.front;
  const other = await createCalls(new Host());
  first("needed", {});
  await settled();
  told.whole("crashed", {});
  told.whole("crashed", {});
  assert.deepEqual([calls.crashed, other.crashed], [true, true]);
  // That one is whole, and ends as it should.
  assert.equal(did.at(-1), "front closes");
  await assert.rejects(createCalls(new Host()), /crashed; reload/);
});

test("calls that are closed before the program is there stay closed", async (t) => {
  t.mock.method(console, "warn", () => {});
  t.mock.timers.enable({ apis: ["setTimeout"] });
  for (const there of [true, false]) {
    const { calls, host } = await opened();
    network.there = there;
    told.front("needed", {});
    await calls.close();
    await settled();
    t.mock.timers.tick(60_000);
    await settled();
    assert.deepEqual(did, ["front opens", "front closes"]);
    assert.equal(host.isHeard, false);
    [did, network.there] = [[], true];
  }
});

test("whoever comes near a button has the program fetched, and nothing else happens", async () => {
  const { calls } = await opened();
  calls.mount("buttons", new Element(), { roomId: "!a" });
  told.front("soon", {});
  await settled();
  assert.deepEqual(network.asked, [FRONT, WHOLE]);
  told.front("needed", { roomId: "!a", kind: "video", act: "call" });
  await settled();
  assert.deepEqual([network.asked.length, did.at(-1)], [2, "whole presses video in !a, to call"]);
});

test("where the whole program is there it is used at once, also for a second account", async () => {
  const { createCalls } = await opened();
  told.front("needed", {});
  await settled();
  did = [];
  await createCalls(new Host());
  assert.deepEqual(did, ["whole opens"]);
});

test("a page that names only the place of the whole program has that one alone", async () => {
  await opened({ wasmUrl: "https://cdn.example.org/calls.wasm" });
  assert.deepEqual([network.asked, did], [["calls.wasm"], ["whole opens"]]);
});

test("a page may name the places of both", async () => {
  await opened({ wasmUrl: "https://cdn.example.org/calls.wasm", buttonsWasmUrl: "https://cdn.example.org/small.wasm" });
  told.front("needed", {});
  await settled();
  assert.deepEqual([network.asked, did], [["small.wasm", "calls.wasm"], ["front opens", "whole opens", "front closes"]]);
});

test("after a crash of the program in front nothing comes any more", async () => {
  const { calls } = await opened();
  calls.mount("buttons", new Element(), { roomId: "!a" });
  told.front("needed", {});
  told.front("crashed", {});
  await settled();
  assert.deepEqual([calls.crashed, did], [true, ["front opens", "front shows buttons of !a"]]);
});
