// Rooms and people as calls see them, and what else a host gives.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { deflateSync } from "node:zlib";

import { fromMatrixClient } from "../../embed/src/matrix-js-sdk.js";
import { register } from "./bed/homeserver.mjs";
import { json } from "./bed/link.mjs";
import { begin, clientOf, eventually, MAJOR, roomOf, sdk, stopAll } from "./bed/sdk.mjs";
import { Told } from "./bed/told.mjs";

const [alice, bob] = [await register("alice"), await register("bob")];
after(stopAll);

const state = (room, type, key = "") => room.state.find((event) => event.type === type && event.state_key === key);

test("a room says who is in it, what it is called, and its state", async () => {
  const avatar = await alice.upload("image/png", picture());
  await alice.call("PUT", `/profile/${encodeURIComponent(alice.userId)}/displayname`, { displayname: "Alice" });
  await alice.call("PUT", `/profile/${encodeURIComponent(alice.userId)}/avatar_url`, { avatar_url: avatar });
  const id = await alice.createRoom([bob], { encrypted: true, name: "Garden club" });
  await alice.setState(id, "im.vector.modular.widgets", "w", { type: "jitsi" });
  await alice.setState(id, "org.example.other", "", { any: "thing" });
  const client = await clientOf(alice);
  await roomOf(client, id);
  const host = fromMatrixClient(client);

  const room = host.getRoom(id);
  assert.deepEqual(
    [room.room_id, room.membership, room.joined_member_count, room.name, room.my_name],
    [id, "join", 2, "Garden club", "Alice"],
  );
  const [server, media] = avatar.slice("mxc://".length).split("/");
  assert.match(room.my_avatar_url, new RegExp(`/_matrix/media/v3/thumbnail/${server}/${media}\\?`));
  for (const type of ["create", "power_levels", "name", "encryption", "join_rules"]) {
    assert.ok(state(room, `m.room.${type}`)?.event_id, type);
  }
  assert.deepEqual(state(room, "im.vector.modular.widgets", "w").content, { type: "jitsi" });
  assert.equal(state(room, "org.example.other"), undefined);
  assert.equal(JSON.stringify(JSON.parse(JSON.stringify(room))), JSON.stringify(room), "it is JSON");
  assert.equal(host.getMember(id, bob.userId).content.membership, "join");
  assert.deepEqual([host.getMember(id, "@nobody:x"), host.getRoom("!none"), host.getMember("!none", bob.userId)], [null, null, null]);
  assert.deepEqual([host.userId, host.deviceId], [alice.userId, alice.deviceId]);
  assert.equal(host.canEncrypt(), true);
  host.prepareToEncrypt(id);
});

test("members whom lazy loading left out are asked for once, and told", async () => {
  const people = [];
  for (let n = 0; n < 7; n += 1) people.push(await register(`quiet${n}`));
  const id = await alice.createRoom(people);
  // More than the first sync brings, so that nobody's coming is in it.
  for (let n = 0; n < 21; n += 1) await alice.send(id, "m.room.message", { msgtype: "m.text", body: `${n}` });
  const client = await clientOf(await alice.onAnotherDevice(), { startOptions: { lazyLoadMembers: true, initialSyncLimit: 1 } });
  await roomOf(client, id);
  const host = fromMatrixClient(client);
  const told = new Told(host);
  const members = () => host.getRoom(id).state.filter(({ type }) => type === "m.room.member");
  assert.ok(members().length < 8, `${members().length} came by themselves`);
  await told.until(({ type, roomId }) => type === "room-changed" && roomId === id, "the members");
  await eventually(() => members().length === 8, "all members");
  assert.equal(client.link.requests.filter(({ path }) => path.endsWith("/members")).length, 1);
});

test("who has left is no member any more", async () => {
  const id = await alice.createRoom([bob], { name: "Named" });
  const client = await clientOf(await alice.onAnotherDevice(), { crypto: false });
  await roomOf(client, id);
  const host = fromMatrixClient(client);
  const told = new Told(host);
  await bob.call("POST", `/rooms/${encodeURIComponent(id)}/leave`, {});
  const news = await told.until(({ type, roomId }) => type === "state-changed" && roomId === id, "bob left");
  assert.deepEqual(news.events.map(({ content, state_key }) => [content.membership, state_key]), [["leave", bob.userId]]);
  assert.equal(news.joinedMemberCount, 1);
  const members = host.getRoom(id).state.filter(({ type }) => type === "m.room.member");
  assert.deepEqual(members.map(({ state_key }) => state_key), [alice.userId]);
});

test("of a crowd only I and the bots are listed", async () => {
  const id = await alice.createRoom([bob]);
  await alice.setState(id, "io.element.functional_members", "", { service_members: [bob.userId] });
  const client = await clientOf(await alice.onAnotherDevice(), { crypto: false });
  const room = await roomOf(client, id);
  room.getJoinedMemberCount = () => 101;
  const host = fromMatrixClient(client);
  const members = () => host.getRoom(id).state.filter(({ type }) => type === "m.room.member").map(({ state_key }) => state_key);
  assert.deepEqual(members(), [alice.userId, bob.userId]);
  await alice.setState(id, "io.element.functional_members", "", {});
  await eventually(() => members().length === 1, "bob is a person");
});

test("a call may ring where I am in, and not everybody may come in", async () => {
  const rooms = {
    closed: await alice.createRoom([bob]),
    secret: await alice.createRoom([bob], { encrypted: true }),
    open: await alice.createRoom([bob], { preset: "public_chat" }),
    invited: await bob.createRoom([], { invite: [alice.userId] }),
  };
  const client = await clientOf(await alice.onAnotherDevice());
  await roomOf(client, rooms.invited, () => true);
  const host = fromMatrixClient(client);
  const ring = Object.entries(rooms).map(([name, id]) => [name, host.mayRingIn(id)]);
  assert.deepEqual(Object.fromEntries(ring), { closed: true, secret: true, open: false, invited: false });
  assert.equal(host.mayRingIn("!none"), false);
});

test("a picture behind authenticated media comes as an address for an image, and is kept within bounds", async () => {
  const id = await alice.createRoom([bob]);
  const client = await clientOf(await alice.onAnotherDevice(), { crypto: false });
  await roomOf(client, id);
  const host = fromMatrixClient(client);
  const told = new Told(host);
  const asked = () => client.link.requests.filter(({ path }) => path.includes("/media/"));
  assert.equal(await host.getAvatar(id, bob.userId, 40), null);
  const [first, again] = await Promise.all([host.getAvatar(id, alice.userId, 40), host.getAvatar(id, alice.userId, 40)]);
  assert.match(first, /^blob:/);
  assert.equal(again, first);
  const [{ path, headers, query }, ...others] = asked();
  assert.match(path, /^\/_matrix\/client\/v1\/media\/thumbnail\//);
  assert.equal(headers.Authorization, `Bearer ${client.getAccessToken()}`);
  assert.deepEqual([others.length, query.get("width"), query.get("method")], [0, "64", "crop"]);
  assert.equal((await fetch(first)).headers.get("content-type"), "image/png");

  const member = client.getRoom(id).getMember(bob.userId);
  const media = () => new Response(picture(), { headers: { "Content-Type": "image/png" } });
  client.link.refuse = ({ path }) => (path.includes("/media/") ? media() : undefined);
  for (let n = 0; n < 200; n += 1) {
    member.getMxcAvatarUrl = () => `mxc://x/${n}`;
    await host.getAvatar(id, bob.userId, 40);
  }
  await assert.rejects(fetch(first), "the one unused for longest is gone");
  const last = await host.getAvatar(id, bob.userId, 40);

  member.getMxcAvatarUrl = () => "mxc://x/drawing";
  const drawing = () => new Response("<svg/>", { headers: { "Content-Type": "image/svg+xml" } });
  client.link.refuse = ({ path }) => (path.includes("/media/") ? drawing() : undefined);
  assert.equal(await host.getAvatar(id, bob.userId, 40), null, "no program is taken for a picture");
  member.getMxcAvatarUrl = () => "mxc://x/ill";
  client.link.refuse = ({ path }) => (path.includes("/media/") ? json(502, {}) : undefined);
  await assert.rejects(host.getAvatar(id, bob.userId, 40));
  client.link.refuse = ({ path }) => (path.includes("/media/") ? media() : undefined);
  assert.match(await host.getAvatar(id, bob.userId, 40), /^blob:/, "another time it works");
  member.getMxcAvatarUrl = () => "https://example.org/track.png";
  assert.equal(await host.getAvatar(id, bob.userId, 40), null);

  told.unsubscribe();
  await eventually(() => fetch(last).then(() => false, () => true), "nothing is kept for nobody");
});

test("what the page says of itself is passed on, and without it the page itself is asked", async () => {
  const client = await clientOf(bob, { crypto: false, start: false });
  const bare = fromMatrixClient(client);
  assert.deepEqual([bare.getConfiguration(), bare.getLanguage, bare.isDark, bare.isOnline()], [{}, undefined, undefined, false]);
  bare.openRoom("!a");
  const opened = [];
  let look;
  const host = fromMatrixClient(client, {
    configuration: { meet_in_chat: {} },
    openRoom: (room) => opened.push(room),
    getLanguage: () => "de",
    isDark: () => true,
    watchLook: (changed) => {
      look = changed;
      return () => (look = null);
    },
  });
  host.openRoom("!a");
  assert.deepEqual([host.getConfiguration(), host.getLanguage(), host.isDark(), opened], [{ meet_in_chat: {} }, "de", true, ["!a"]]);
  const told = new Told(host);
  look();
  assert.deepEqual(told.all, [{ type: "look-changed" }]);
  told.unsubscribe();
  assert.equal(look, null);
});

test("of the well-known the last one counts that said something", async () => {
  const client = await clientOf(bob, { crypto: false, start: false });
  let known;
  client.getClientWellKnown = () => known;
  client.waitForClientWellKnown = async () => (known = { "m.homeserver": {} });
  const host = fromMatrixClient(client);
  assert.equal(host.getClientWellKnown(), null);
  const told = new Told(host);
  await told.until(({ type }) => type === "well-known-changed", "it came");
  client.emit("WellKnown.client", (known = {}));
  assert.deepEqual(host.getClientWellKnown(), { "m.homeserver": {} });
});

test("a client that is started later has its well-known asked for", async () => {
  const client = await clientOf(bob, { crypto: false, start: false });
  const known = { "im.vector.riot.jitsi": { preferredDomain: "meet.example.org" } };
  // Versions that ask for it do so by a way of their own.
  sdk.AutoDiscovery.setFetchFn(async () => json(200, known));
  client.link.refuse = ({ path }) => (path === "/.well-known/matrix/client" ? json(200, known) : undefined);
  const host = fromMatrixClient(client);
  const told = new Told(host);
  await begin(client);
  await told.until(({ type }) => type === "well-known-changed", "it came");
  assert.deepEqual(host.getClientWellKnown(), known);
  told.unsubscribe();
  sdk.AutoDiscovery.setFetchFn(undefined);
});

test("a version that does not ask for the well-known has it asked for", { skip: MAJOR > 41 }, async () => {
  const client = await clientOf(bob, { crypto: false, start: false });
  const known = { "im.vector.riot.jitsi": { preferredDomain: "meet.example.org" } };
  client.link.refuse = ({ path }) => (path === "/.well-known/matrix/client" ? json(200, known) : undefined);
  await begin(client);
  const host = fromMatrixClient(client);
  const told = new Told(host);
  await told.until(({ type }) => type === "well-known-changed", "it came");
  assert.deepEqual(host.getClientWellKnown(), known);
  told.unsubscribe();
});

test("a client that rings by itself is warned of once, and the warning says what turns it off", async () => {
  const { warn } = console;
  const warnings = [];
  console.warn = (...words) => warnings.push(words.join(" "));
  try {
    const [quiet, listens, able] = await Promise.all([1, 2, 3].map(() => clientOf(bob, { crypto: false, start: false })));
    listens.on("Call.incoming", () => {});
    able.supportsVoip = () => true;
    fromMatrixClient(quiet);
    assert.deepEqual(warnings, []);
    for (const client of [listens, listens, able]) fromMatrixClient(client);
  } finally {
    console.warn = warn;
  }
  assert.equal(warnings.length, 2);
  assert.ok(warnings.every((warning) => warning.includes("disableVoip: true")));
  assert.match(warnings[0], /Call\.incoming/);
});

test("what is no client is refused, and what it lacks is named", async () => {
  const client = await clientOf(bob, { crypto: false, start: false });
  for (const odd of [undefined, null, "client"]) assert.throws(() => fromMatrixClient(odd), TypeError);
  assert.throws(() => fromMatrixClient({ on() {}, off() {} }), /getUserId, getDeviceId, getRoom, sendEvent/);
  for (const method of ["getUserId", "getDeviceId"]) {
    const signedIn = client[method];
    client[method] = () => null;
    assert.throws(() => fromMatrixClient(client), new RegExp(`nobody is signed in.* ${method}`));
    client[method] = signedIn;
  }
  fromMatrixClient(client);
});

/** The check sum of a part of a PNG. */
function crc32(bytes) {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}

/** A picture of one colour, 64 pixels wide. */
function picture() {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.from([0, 0, 0, 64, 0, 0, 0, 64, 8, 0, 0, 0, 0]);
  const rows = deflateSync(Buffer.alloc(65 * 64));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", rows), chunk("IEND", Buffer.alloc(0))]);
}
