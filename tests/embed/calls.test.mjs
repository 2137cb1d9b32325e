// Calls, views and elements around a program. The whole one is there from the beginning; `handover.test.mjs` is about the one in front.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Element, page, settled } from "./bed.mjs";

/** What the program was given, and what it answers. */
let opened;
let closes;
let asked;
const program = {
  openable: (address) => asked.push(address) && !address.includes("odd"),
  open(host, options) {
    opened = { host, ...options };
    return 1;
  },
  mount: () => 1,
  update() {},
  unmount() {},
  close: () => new Promise((resolve) => closes.push(resolve)),
};
const { createCalls: create, MeetCallStage, mount, setCalls } = await page({}, program);
/** With the whole program from the beginning. */
const createCalls = (host, options) => create(host, { wasmUrl: "program.wasm", ...options });
beforeEach(() => ([closes, asked] = [[], []]));

/** The least that these modules ask of a host. */
const host = () => ({ subscribe: () => () => {}, getRoom: (id) => ({ id }) });

/** Whether a promise is settled by now. */
async function isSettled(promise) {
  let is = false;
  promise.finally(() => (is = true));
  await settled();
  return is;
}

test("a host that is frozen, or a function, is taken as what it is", async () => {
  const options = { wrapperUrl: "calls/jitsi.html?a#b", language: "de" };
  for (const given of [Object.freeze(host()), Object.assign(() => {}, host())]) {
    await createCalls(given, options);
    assert.deepEqual(opened.host.getRoom("!a"), { id: "!a" });
    const { wrapper_url: address } = opened.host.getConfiguration().meet_in_chat;
    assert.equal(address, "https://chat.example.org/app/calls/jitsi.html?a#b");
    assert.equal(opened.host.getLanguage(), "de");
    assert.equal(opened.host.isDark, undefined);
  }
  for (const odd of [null, undefined, "host"]) {
    await createCalls(odd);
    assert.equal(opened.host, odd, "the program says what is wrong with it");
  }
});

test("the language that is asked for is that of the conferences too, and without it the host's", async () => {
  await createCalls({ ...host(), getLanguage: () => "fr" }, { language: "de" });
  assert.equal(opened.host.getLanguage(), "de");
  await createCalls({ ...host(), getLanguage: () => "fr" });
  assert.equal(opened.host.getLanguage(), "fr");
  await createCalls(host());
  assert.equal(opened.host.getLanguage, undefined);
});

test("a language that is null or empty is none", async () => {
  for (const language of [null, ""]) {
    await createCalls({ ...host(), getLanguage: () => "fr" }, { language });
    assert.equal(opened.host.getLanguage(), "fr");
  }
});

// What is one the program decides (`settings::openable`), which would take another in its place without a word.
test("a wrapper that the program would not name is refused by name", async () => {
  for (const [wrapperUrl, is] of [["odd.html", "https://chat.example.org/app/odd.html"], ["http://[odd", "http://[odd"]]) {
    opened = undefined;
    await assert.rejects(createCalls(host(), { wrapperUrl }), { name: "TypeError", message: /wrapperUrl.*https.*localhost.*odd/ });
    assert.deepEqual([asked.at(-1), opened], [is, undefined]);
  }
  await createCalls(host(), { wrapperUrl: new URL("https://a.example/j") });
  assert.equal(opened.host.getConfiguration().meet_in_chat.own_wrapper_url, "https://a.example/j");
  asked = [];
  await createCalls(host(), { wrapperUrl: null });
  assert.deepEqual([asked, opened.host.getConfiguration()], [[], {}]);
});

test("a configuration that is promised is handed on for the program to complain", async () => {
  const given = Promise.resolve({ meet_in_chat: {} });
  for (const configuration of [given, "words"]) {
    await createCalls({ ...host(), getConfiguration: () => configuration }, { wrapperUrl: "jitsi.html" });
    assert.equal(opened.host.getConfiguration(), configuration);
  }
});

test("an element hears what a close ends", async () => {
  const calls = await createCalls(host());
  const [element, other] = [new MeetCallStage(), new MeetCallStage()];
  const heard = [];
  for (const [at, where] of [element, other, document].entries()) where.addEventListener("call-ended", () => heard.push(at));
  for (const [one, roomId] of [[element, "!a"], [other, "!b"]]) {
    Object.assign(one, { calls, roomId, isConnected: true });
    one.connectedCallback();
  }
  const closing = calls.close();
  opened.onEvent("call-ended", { roomId: "!a" });
  assert.deepEqual(heard, [0]);
  // What is no longer in the page shows no room.
  element.isConnected = false;
  element.disconnectedCallback();
  await Promise.resolve();
  opened.onEvent("call-ended", { roomId: "!a" });
  assert.deepEqual(heard, [0, 2]);
  closes.forEach((resolve) => resolve());
  await closing;
});

test("who closes again waits as long as who closed first", async () => {
  const calls = await createCalls(host());
  const others = [];
  calls.addEventListener("closed", () => others.push(calls.close()));
  const first = calls.close();
  others.push(calls.close());
  assert.deepEqual([calls.closed, await Promise.all(others.map(isSettled))], [true, [false, false]]);
  closes.forEach((resolve) => resolve());
  await Promise.all([first, ...others]);
  assert.equal(closes.length, 1);
});

test("a part that there is not, and calls that are none, are refused before anything is different", async () => {
  assert.throws(() => mount(null, { part: "button" }), { name: "TypeError", message: /no part button, there are buttons, / });
  const place = new Element();
  assert.throws(() => mount(place, { calls: {} }), { name: "TypeError", message: /createCalls/ });
  assert.deepEqual(place.children, []);
  const calls = await createCalls(host());
  const element = new MeetCallStage();
  element.calls = calls;
  assert.equal(element.calls, calls);
  for (const odd of ["calls", 7, {}, () => {}]) {
    assert.throws(() => (element.calls = odd), { name: "TypeError", message: /createCalls/ });
  }
  assert.equal(element.calls, calls);
  element.calls = null;
  assert.equal(element.calls, null);
  setCalls(calls);
  assert.equal(element.calls, calls, "those of the page");
  setCalls(null);
});

test("a flag that React 18 wrote as a word is what the word says", () => {
  const element = new MeetCallStage();
  for (const [written, is] of [["", true], ["true", true], ["false", false]]) {
    element.setAttribute("layouts", written);
    assert.equal(element.layouts, is, written);
  }
  element.layouts = true;
  assert.equal(element.getAttribute("layouts"), "");
  element.layouts = false;
  assert.equal(element.getAttribute("layouts"), null);
});

// The last one: no calls can be made afterwards.
test("a program that crashes while it closes keeps nobody waiting", async () => {
  const calls = await createCalls(host());
  const closing = calls.close();
  assert.equal(await isSettled(closing), false);
  opened.onEvent("crashed", {});
  await closing;
  assert.equal(calls.crashed, true);
  await calls.close();
});
