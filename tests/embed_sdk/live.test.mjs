// What the syncs bring: in batches, in the server's order, once, and nothing that is history.

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { fromMatrixClient } from "../../embed/src/matrix-js-sdk.js";
import { register } from "./bed/homeserver.mjs";
import { json, unreachable } from "./bed/link.mjs";
import { begin, clientOf, eventually, roomOf, sleep, stopAll } from "./bed/sdk.mjs";
import { Told } from "./bed/told.mjs";

const [alice, bob] = [await register("alice"), await register("bob")];
const clear = await alice.createRoom([bob]);
const secret = await alice.createRoom([bob], { encrypted: true });
const client = await clientOf(alice);
const host = fromMatrixClient(client);
const told = new Told(host);
const peer = fromMatrixClient(await clientOf(bob));
await roomOf(client, secret);
await eventually(() => peer.getRoom(secret), "bob knows the room");
after(stopAll);

let count = 0;
const invite = () => ({ call_id: `i${(count += 1)}`, version: "1", party_id: "p", lifetime: 90_000, offer: { type: "offer", sdp: "v=0" } });
const candidates = (call_id) => ({ call_id, version: "1", party_id: "p", candidates: [] });

/** Nothing of a sync that has begun is still to come. */
async function settled() {
  for (let syncs = 0; syncs < 2; syncs += 1) await new Promise((resolve) => client.once("sync", resolve));
  told.forget();
}

test("what one sync brings of calls is one batch in the server's order, with its age", async () => {
  await settled();
  client.link.hold(true);
  // One answer is under way already; the next one has all of it.
  await bob.send(clear, "m.room.message", { msgtype: "m.text", body: "hello" });
  const content = invite();
  const ids = [await bob.send(clear, "m.call.invite", content)];
  for (let n = 0; n < 3; n += 1) ids.push(await bob.send(clear, "m.call.candidates", candidates(content.call_id)));
  ids.push(await bob.send(clear, "org.matrix.call.asserted_identity", { call_id: content.call_id }));
  const before = Date.now();
  client.link.hold(false);
  await told.event(ids.at(-1));
  assert.deepEqual(told.ids(), ids);
  assert.ok(told.batches.length <= 2, `${told.batches.length} batches`);
  for (const { roomId, event, encrypted, receivedAt } of told.live) {
    assert.deepEqual([roomId, event.sender, encrypted], [clear, bob.userId, false]);
    assert.ok(event.unsigned.age >= 0 && event.origin_server_ts > 0);
    assert.ok(receivedAt >= before && receivedAt <= Date.now());
  }
  assert.deepEqual(told.live[0].event.content, content);
});

test("what I send is told where it stands in the room: by this host, by the chat, and by my other devices", async () => {
  await settled();
  const other = await alice.onAnotherDevice();
  const ids = [
    await host.sendEvent(clear, "m.call.answer", { call_id: "own", version: "1", party_id: "p" }, "own"),
    (await client.sendEvent(clear, "m.call.select_answer", { call_id: "own" })).event_id,
    await other.send(clear, "m.call.hangup", { call_id: "own" }),
    await host.sendEvent(secret, "m.call.answer", { call_id: "secret" }, "own secret"),
    (await client.sendEvent(secret, "m.call.select_answer", { call_id: "secret" })).event_id,
  ];
  for (const id of ids) await told.event(id);
  await settled();
  assert.deepEqual(told.all.filter(({ type }) => type === "live"), [], "once");
});

test("an encrypted call comes decrypted, with what a sync brought beside it in order", async () => {
  await settled();
  const content = invite();
  const id = await peer.sendEvent(secret, "m.call.invite", content, "encrypted");
  const after = await bob.send(clear, "m.call.hangup", { call_id: "x" });
  await told.event(after);
  const { event, encrypted } = await told.event(id);
  assert.deepEqual([event.type, event.content, event.sender, encrypted], ["m.call.invite", content, bob.userId, true]);
});

test("an event whose key comes late is told in a batch of its own, as old as it is", async () => {
  const carol = await register("carol");
  const room = await alice.createRoom([bob, carol], { encrypted: true });
  await roomOf(client, room);
  await eventually(() => peer.getRoom(room), "bob knows the room");
  await settled();
  const kept = [];
  client.link.change = (answer) => {
    kept.push(...(answer.to_device?.events ?? []));
    return { ...answer, to_device: { events: [] } };
  };
  const content = invite();
  const id = await peer.sendEvent(room, "m.call.invite", content, "late");
  const later = await bob.send(clear, "m.call.hangup", { call_id: "later" });
  await told.event(later);
  await eventually(() => client.getRoom(room).findEventById(id)?.isDecryptionFailure(), "it can't be read");
  assert.ok(!told.ids().includes(id));

  await sleep(300);
  const received = Date.now();
  client.link.change = (answer) => ({ ...answer, to_device: { events: kept.splice(0) } });
  const { event, encrypted, receivedAt } = await told.event(id);
  client.link.change = (answer) => answer;
  assert.deepEqual([event.content, encrypted], [content, true]);
  assert.ok(receivedAt < received - 200, "received when it came, not when it was read");
  assert.equal(told.batches.find(({ events }) => events.some(({ event }) => event.event_id === id)).events.length, 1);
  await settled();
  assert.deepEqual(told.live, []);
});

test("a gap in a room's timeline is told with what comes after it, and what is paged back is not live", async () => {
  const room = await alice.createRoom([bob]);
  await roomOf(client, room);
  await settled();
  client.link.hold(true);
  const ids = [];
  for (let n = 0; n < 30; n += 1) ids.push(await bob.send(room, "m.call.candidates", candidates(`gap${n}`)));
  client.link.hold(false);
  const batch = await told.until(({ type, gaps }) => type === "live" && gaps.includes(room), "the gap");
  assert.deepEqual(batch.gaps, [room]);
  await told.event(ids.at(-1));
  const news = await told.until(({ type, roomId }) => type === "state-changed" && roomId === room, "the count of members");
  assert.equal(news.joinedMemberCount, 2);
  const live = told.ids().length;
  assert.ok(live < 30, `${live} came`);
  await client.scrollback(client.getRoom(room), 30);
  await sleep(200);
  assert.equal(told.ids().length, live);

  const missed = await host.getEventsSince(room, ids[3]);
  assert.deepEqual(missed.events.map(({ event }) => event.event_id), ids.slice(4));
  assert.ok(missed.events.every(({ event, roomId }) => event.unsigned.age >= 0 && roomId === room));
});

test("what happened since an event is decrypted, and asked for again where the homeserver is ill", async () => {
  const content = invite();
  const id = await peer.sendEvent(secret, "m.call.invite", content, "history");
  const end = await peer.sendEvent(secret, "m.call.hangup", { call_id: content.call_id }, "history end");
  let failures = 0;
  client.link.refuse = ({ path }) => {
    if (!path.endsWith("/messages") || failures === 2) return undefined;
    failures += 1;
    return failures === 1 ? json(502, { errcode: "M_UNKNOWN" }) : unreachable();
  };
  const { events } = await host.getEventsSince(secret, id);
  assert.deepEqual(events.map(({ event, encrypted }) => [event.event_id, event.type, encrypted]), [[end, "m.call.hangup", true]]);
  const newest = await host.getEventsSince(secret, null);
  assert.deepEqual(newest.events.find(({ event }) => event.event_id === id).event.content, content);
  client.link.refuse = ({ path }) => (path.endsWith("/messages") ? json(403, { errcode: "M_FORBIDDEN" }) : undefined);
  await assert.rejects(host.getEventsSince(secret, id), { errcode: "M_FORBIDDEN" });
  client.link.refuse = () => undefined;
});

test("a call that began to ring before anybody listened is told to who listens then", async () => {
  const [first, second] = [invite(), invite()];
  const ids = [
    await bob.send(clear, "m.call.invite", first),
    await peer.sendEvent(secret, "m.call.invite", second, "before"),
  ];
  for (const id of ids) await told.event(id);
  await sleep(300);
  const late = new Told(fromMatrixClient(client));
  for (const [id, content] of [[ids[0], first], [ids[1], second]]) {
    const { event, receivedAt } = await late.event(id);
    assert.deepEqual(event.content, content);
    assert.ok(receivedAt < Date.now() - 200 && receivedAt > Date.now() - 20_000);
  }
  assert.equal(late.batches.length, 1);
  late.unsubscribe();
});

test("a page that starts from what it kept tells of it together with what happened since", async () => {
  const dora = await register("dora");
  const room = await alice.createRoom([dora]);
  const first = await clientOf(dora, { kept: "dora", crypto: false });
  await roomOf(first, room);
  const content = invite();
  const rings = await alice.send(room, "m.call.invite", content);
  await eventually(() => first.getRoom(room).findEventById(rings), "it came");
  await first.store.save(true);
  first.stopClient();
  const ends = await alice.send(room, "m.call.hangup", { call_id: content.call_id });

  const second = await clientOf(dora, { kept: "dora", crypto: false, start: false });
  const of = new Told(fromMatrixClient(second));
  await begin(second);
  await of.event(ends);
  const batch = of.batches.find(({ events }) => events.some(({ event }) => event.event_id === rings));
  assert.deepEqual(batch.events.map(({ event }) => event.event_id).filter((id) => [rings, ends].includes(id)), [rings, ends]);
});

test("what changed in a room's state is told by sync, after the live events", async () => {
  await settled();
  const [first, second] = [{ type: "jitsi", data: { conferenceId: "one" } }, { type: "jitsi", data: { conferenceId: "two" } }];
  const id = await alice.setState(clear, "im.vector.modular.widgets", "w", first);
  assert.deepEqual((await told.event(id)).event.content, first);
  const news = await told.until(({ type }) => type === "state-changed", "the news");
  assert.deepEqual([news.roomId, news.events.map(({ content }) => content), news.joinedMemberCount], [clear, [first], 2]);
  assert.ok(told.all.findIndex(({ type }) => type === "live") < told.all.indexOf(news));

  const replaced = await alice.setState(clear, "im.vector.modular.widgets", "w", second);
  assert.deepEqual((await told.event(replaced)).event.unsigned.prev_content, first);
  told.forget();
  await alice.call("PUT", `/rooms/${encodeURIComponent(clear)}/redact/${replaced}/r`, {});
  const redacted = await told.until(({ type }) => type === "state-changed", "the redaction");
  assert.deepEqual(redacted.events.map(({ content }) => content), [{}]);
  told.forget();
  await alice.setState(clear, "org.example.other", "", {});
  await bob.send(clear, "m.room.message", { msgtype: "m.text", body: "nothing" });
  await told.event(await bob.send(clear, "m.call.hangup", { call_id: "other" }));
  assert.deepEqual(told.of("state-changed"), [], "what calls don't heed");
});

test("a room is to be read anew where it is new, or my part in it is another", async () => {
  await settled();
  const room = await bob.createRoom([], { invite: [alice.userId] });
  const of = ({ type, roomId }) => type === "room-changed" && roomId === room;
  await told.until(of, "the invitation");
  assert.equal(host.getRoom(room).membership, "invite");
  await settled();
  await client.joinRoom(room);
  await eventually(() => told.all.some(of) && host.getRoom(room).membership === "join", "joined");
  await settled();
  await alice.call("PUT", `/profile/${encodeURIComponent(alice.userId)}/displayname`, { displayname: "Alice L." });
  await told.until(of, "my name");
  assert.equal(host.getRoom(room).my_name, "Alice L.");
  await settled();
  await client.leave(room);
  await eventually(() => told.all.some(of) && host.getRoom(room).membership === "leave", "left");
});

test("a listener that fails disturbs neither the others nor the sync", async () => {
  const error = console.error;
  const failures = [];
  console.error = (...words) => failures.push(words);
  const unsubscribe = host.subscribe(() => {
    throw new Error("mine");
  });
  const other = new Told(host);
  const id = await bob.send(clear, "m.call.hangup", { call_id: "fails" });
  await other.event(id);
  unsubscribe();
  other.unsubscribe();
  console.error = error;
  assert.ok(failures.length > 0);
});

test("the connection is lost and found again", async () => {
  await settled();
  assert.equal(host.isOnline(), true);
  client.link.refuse = ({ path }) => (path.endsWith("/sync") || path.endsWith("/versions") ? unreachable() : undefined);
  await told.until(({ type }) => type === "connection-changed", "lost");
  assert.equal(host.isOnline(), false);
  told.forget();
  client.link.refuse = () => undefined;
  client.retryImmediately();
  await told.until(({ type }) => type === "connection-changed", "found");
  assert.equal(host.isOnline(), true);
});

test("who listens no more leaves no listener at the client", async () => {
  const fresh = await clientOf(await bob.onAnotherDevice(), { crypto: false });
  const listeners = () => fresh.eventNames().map((name) => [name, fresh.listenerCount(name)]);
  const before = listeners();
  const of = fromMatrixClient(fresh);
  const [one, two] = [new Told(of), new Told(of)];
  one.unsubscribe();
  one.unsubscribe();
  await two.event(await alice.send(clear, "m.call.hangup", { call_id: "two" }));
  two.unsubscribe();
  assert.deepEqual(listeners(), before);
  const again = new Told(of);
  await again.event(await alice.send(clear, "m.call.hangup", { call_id: "again" }));
  again.unsubscribe();
});

test("the end of the session is told once: by the homeserver, or by the chat that stops its client", async () => {
  const [device, other] = [await bob.onAnotherDevice(), await bob.onAnotherDevice()];
  const [ended, stopped] = [await clientOf(device, { crypto: false }), await clientOf(other, { crypto: false })];
  const [first, second] = [new Told(fromMatrixClient(ended)), new Told(fromMatrixClient(stopped))];
  await device.call("POST", "/logout", {});
  await first.until(({ type }) => type === "signed-out", "the homeserver ended it");
  ended.stopClient();
  stopped.stopClient();
  await second.until(({ type }) => type === "signed-out", "the chat stopped");
  await sleep(300);
  assert.deepEqual([first.of("signed-out").length, second.of("signed-out").length], [1, 1]);
});
