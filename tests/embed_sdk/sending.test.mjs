// What goes out: in clear where the room is, encrypted where it is, once, and nothing is left behind.

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { fromMatrixClient } from "../../embed/src/matrix-js-sdk.js";
import { register } from "./bed/homeserver.mjs";
import { json, unreachable } from "./bed/link.mjs";
import { clientOf, eventually, roomOf, sdk, sleep, stopAll } from "./bed/sdk.mjs";
import { Told } from "./bed/told.mjs";

const [alice, bob] = [await register("alice"), await register("bob")];
const clear = await alice.createRoom([bob]);
const secret = await alice.createRoom([bob], { encrypted: true });
const client = await clientOf(alice, { startOptions: { pendingEventOrdering: sdk.PendingEventOrdering.Detached } });
const host = fromMatrixClient(client);
const peer = await clientOf(bob);
const heard = new Told(fromMatrixClient(peer));
await Promise.all([client, peer].flatMap((one) => [clear, secret].map((room) => roomOf(one, room))));
after(stopAll);

let count = 0;
// No ciphertext holds such a name by chance: base64 has no dash.
const hangup = () => ({ call_id: `a-call-in-clear-${(count += 1)}`, party_id: "p", version: "1", reason: "user_hangup" });
const fails = (method, type, answer) => (request) =>
  request.method === method && request.path.includes(`/send/${type}`) ? answer() : undefined;

async function refusal(promise) {
  return promise.then(() => assert.fail("nothing failed"), (error) => error);
}

/** The client as it would be in a version of the SDK that has only its queue. */
function onlyQueue(client) {
  const crypto = Object.create(client.getCrypto(), { encryptEvent: { value: undefined } });
  return new Proxy(client, {
    get(target, key) {
      if (key === "getCrypto") return () => crypto;
      if (key === "http") return undefined;
      const value = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

test("in a room in the clear an event goes out as it is, and the same transaction is the same event", async () => {
  const content = hangup();
  const id = await host.sendEvent(clear, "m.call.hangup", content, "one");
  assert.equal(await host.sendEvent(clear, "m.call.hangup", content, "one"), id);
  const { event, encrypted, roomId } = await heard.event(id);
  assert.deepEqual([event.content, encrypted, roomId, event.sender], [content, false, clear, alice.userId]);
  assert.equal((await bob.timeline(clear)).filter(({ type }) => type === "m.call.hangup").length, 1);
});

test("in an encrypted room only what is encrypted stands on the server, and the other side reads it", async () => {
  const content = hangup();
  const id = await host.sendEvent(secret, "m.call.hangup", content, "two");
  const { event, encrypted } = await heard.event(id);
  assert.deepEqual([event.type, event.content, encrypted], ["m.call.hangup", content, true]);
  const onServer = (await bob.timeline(secret)).find(({ event_id }) => event_id === id);
  assert.equal(onServer.type, "m.room.encrypted");
  assert.ok(!JSON.stringify(onServer).includes(content.call_id));
});

test("a client without encryption sends nothing to an encrypted room", async () => {
  const plain = await clientOf(await alice.onAnotherDevice(), { crypto: false });
  await roomOf(plain, secret);
  const of = fromMatrixClient(plain);
  assert.equal(of.canEncrypt(), false);
  assert.equal(of.mayRingIn(secret), false);
  const error = await refusal(of.sendEvent(secret, "m.call.hangup", hangup(), "three"));
  assert.equal(error.name, "NotSupportedError");
  of.sendLastWord(secret, "m.call.hangup", hangup(), "four");
  await sleep(300);
  assert.deepEqual(plain.link.requests.filter(({ path }) => path.includes("/send/")), []);
});

test("a room whose encryption the server hides stays encrypted", async () => {
  const room = client.getRoom(secret);
  const hidden = new Proxy(room, {
    get(target, key) {
      if (key === "currentState") return { getStateEvents: (_, stateKey) => (stateKey === undefined ? [] : null) };
      const value = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const getRoom = client.getRoom;
  client.getRoom = (id) => (id === secret ? hidden : getRoom.call(client, id));
  try {
    const id = await host.sendEvent(secret, "m.call.hangup", hangup(), "hidden");
    assert.equal((await bob.timeline(secret)).find(({ event_id }) => event_id === id).type, "m.room.encrypted");
  } finally {
    delete client.getRoom;
  }
});

test("nothing is sent to a room that the client does not know, nor to one that I am only invited to", async () => {
  const invited = await bob.createRoom([], { invite: [alice.userId] });
  await roomOf(client, invited, (room) => room.getMyMembership() === "invite");
  for (const room of ["!elsewhere:example.org", invited]) {
    const error = await refusal(host.sendEvent(room, "m.call.hangup", hangup(), "five"));
    assert.equal(error.name, "NotSupportedError");
  }
});

for (const room of [clear, secret]) {
  const [where, type] = room === clear ? ["a clear", "m.call.hangup"] : ["an encrypted", "m.room.encrypted"];

  test(`what fails in ${where} room is told once, leaves nothing behind, and can be sent again`, async () => {
    const before = client.link.sent(type).length;
    client.link.refuse = fails("PUT", type, () => json(429, { errcode: "M_LIMIT_EXCEEDED", retry_after_ms: 50 }));
    const content = hangup();
    const error = await refusal(host.sendEvent(room, "m.call.hangup", content, `six ${room}`));
    assert.deepEqual(
      [error.errcode, error.httpStatus, error.data.retry_after_ms],
      ["M_LIMIT_EXCEEDED", 429, 50],
    );
    client.link.refuse = fails("PUT", type, unreachable);
    assert.equal((await refusal(host.sendEvent(room, "m.call.hangup", content, `six ${room}`))).name, "ConnectionError");
    client.link.refuse = () => undefined;
    await sleep(1_500);
    assert.equal(client.link.sent(type).length, before + 2, "nobody repeats it");
    assert.deepEqual(client.getRoom(room).getPendingEvents(), []);
    const id = await host.sendEvent(room, "m.call.hangup", content, `six ${room}`);
    assert.deepEqual((await heard.event(id)).event.content, content);
  });

  test(`a message that the chat could not send holds no call back in ${where} room`, async () => {
    const wire = room === clear ? "m.room.message" : "m.room.encrypted";
    client.link.refuse = fails("PUT", wire, () => json(403, { errcode: "M_FORBIDDEN", error: "no" }));
    const message = { msgtype: "m.text", body: "hello" };
    await refusal(client.sendEvent(room, "m.room.message", message));
    client.link.refuse = () => undefined;
    assert.equal(client.getRoom(room).getPendingEvents().length, 1);
    const id = await host.sendEvent(room, "m.call.hangup", hangup(), `seven ${room}`);
    await heard.event(id);
    client.cancelPendingEvent(client.getRoom(room).getPendingEvents()[0]);
  });

  test(`by the SDK's queue what fails in ${where} room leaves nothing behind either`, async () => {
    const queued = fromMatrixClient(onlyQueue(client));
    client.link.refuse = fails("PUT", type, () => json(500, { errcode: "M_UNKNOWN", error: "ill" }));
    const content = hangup();
    const error = await refusal(queued.sendEvent(room, "m.call.hangup", content, `eight ${room}`));
    assert.equal(error.httpStatus, 500);
    assert.deepEqual(client.getRoom(room).getPendingEvents(), []);
    client.link.refuse = () => undefined;
    const id = await queued.sendEvent(room, "m.call.hangup", content, `eight ${room}`);
    const { event, encrypted } = await heard.event(id);
    assert.deepEqual([event.content, encrypted], [content, room === secret]);
  });

  test(`a last word leaves for ${where} room with a request that outlives the page`, async () => {
    const [first, second] = [hangup(), hangup()];
    await host.sendEvent(room, "m.call.answer", first, `nine ${room}`);
    const before = client.link.requests.length;
    host.sendLastWord(room, "m.call.hangup", second, `ten ${room}`);
    if (room === clear) assert.equal(client.link.requests.length, before + 1, "at once");
    const asked = await eventually(() => client.link.requests.find(({ path }) => path.endsWith(`/ten ${room}`)), "it leaves");
    assert.ok(asked.keepalive);
    assert.equal(asked.path.includes(`/send/${type}/`), true);
    const told = await eventually(() => heard.live.find(({ event }) => event.content.call_id === second.call_id), "it comes");
    assert.equal(told.encrypted, room === secret);
  });
}

test("a last word leaves at once for a room where somebody called, though nothing was sent there yet", async () => {
  const room = await bob.createRoom([alice]);
  await roomOf(client, room);
  const told = new Told(host);
  await told.event(await bob.send(room, "m.call.invite", { ...hangup(), lifetime: 90_000 }));
  await sleep(100);
  const before = client.link.requests.length;
  host.sendLastWord(room, "m.call.reject", hangup(), "eleven");
  assert.equal(client.link.requests.length, before + 1);
  assert.ok(client.link.requests.at(-1).keepalive);
  told.unsubscribe();
});

test("state is sent, and a refusal says what the homeserver said", async () => {
  const content = { type: "jitsi", url: "https://example.org" };
  const id = await host.sendStateEvent(clear, "im.vector.modular.widgets", "w/1", content);
  const { event } = await heard.event(id);
  assert.deepEqual([event.state_key, event.content], ["w/1", content]);
  const group = await bob.createRoom([alice], { preset: "public_chat" });
  await roomOf(client, group);
  const error = await refusal(host.sendStateEvent(group, "im.vector.modular.widgets", "w", content));
  assert.deepEqual([error.errcode, error.httpStatus], ["M_FORBIDDEN", 403]);
});

test("what belongs into the timeline, and a key that no request can name, are no state", async () => {
  for (const [type, key] of [["m.call.invite", "x"], ["m.room.message", ""], ["im.vector.modular.widgets", ".."]]) {
    assert.equal((await refusal(host.sendStateEvent(clear, type, key, {}))).name, "NotSupportedError", type);
  }
});
