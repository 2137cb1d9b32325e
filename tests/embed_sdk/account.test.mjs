// My account data: what the homeserver has now, and what it says of ringing.

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { fromMatrixClient } from "../../embed/src/matrix-js-sdk.js";
import { register } from "./bed/homeserver.mjs";
import { unreachable } from "./bed/link.mjs";
import { clientOf, eventually, roomOf, stopAll } from "./bed/sdk.mjs";
import { Told } from "./bed/told.mjs";

const [alice, bob] = [await register("alice"), await register("bob")];
const room = await alice.createRoom([bob]);
const client = await clientOf(alice, { crypto: false });
const host = fromMatrixClient(client);
const told = new Told(host);
await roomOf(client, room);
after(stopAll);

const WIDGETS = "im.vector.setting.allowed_widgets";
const data = (type) => `/user/${encodeURIComponent(alice.userId)}/account_data/${type}`;
const rule = (kind, id) => `/pushrules/global/${kind}/${encodeURIComponent(id)}`;

test("account data are what the homeserver has, also where no sync told of it", async () => {
  assert.deepEqual([host.getAccountData(WIDGETS), await host.fetchAccountData(WIDGETS)], [null, null]);
  await host.setAccountData(WIDGETS, { widgets: { $1: true } });
  await eventually(() => host.getAccountData(WIDGETS)?.widgets.$1, "a sync told of it");
  await told.until(({ type }) => type === "account-changed", "it was told");
  client.link.hold(true);
  await alice.call("PUT", data(WIDGETS), { widgets: { $2: true } });
  assert.deepEqual(await host.fetchAccountData(WIDGETS), { widgets: { $2: true } });
  assert.deepEqual(host.getAccountData(WIDGETS), { widgets: { $1: true } });
  client.link.hold(false);
});

test("what is there already is written again, and what fails is told and not repeated", async () => {
  const written = () => client.link.requests.filter(({ method, path }) => method === "PUT" && path.endsWith(WIDGETS)).length;
  const before = written();
  await host.setAccountData(WIDGETS, { same: 1 });
  await host.setAccountData(WIDGETS, { same: 1 });
  client.link.refuse = ({ method }) => (method === "PUT" ? unreachable() : undefined);
  await assert.rejects(host.setAccountData(WIDGETS, { other: 1 }), { name: "ConnectionError" });
  client.link.refuse = () => undefined;
  assert.equal(written(), before + 3);
});

test("a room has account data of its own", async () => {
  assert.equal(await host.fetchRoomAccountData(room, WIDGETS), null);
  await host.setRoomAccountData(room, WIDGETS, { $1: true });
  assert.deepEqual(await host.fetchRoomAccountData(room, WIDGETS), { $1: true });
});

test("calls ring unless the push rules are against it", async () => {
  assert.equal(host.isRingAllowed(), true);
  for (const [kind, id, quiet, loud] of [
    ["underride", ".m.rule.call", false, true],
    ["override", ".m.rule.master", true, false],
  ]) {
    told.forget();
    await alice.call("PUT", `${rule(kind, id)}/enabled`, { enabled: quiet });
    await told.until(({ type }) => type === "account-changed", "it was told");
    await eventually(() => !host.isRingAllowed(), `${id} keeps it quiet`);
    await alice.call("PUT", `${rule(kind, id)}/enabled`, { enabled: loud });
    await eventually(() => host.isRingAllowed(), `${id} lets it ring`);
  }
  await alice.call("PUT", `${rule("underride", ".m.rule.call")}/actions`, { actions: ["notify"] });
  await eventually(() => !host.isRingAllowed(), "no sound, no ring");
  const actions = ["notify", { set_tweak: "sound", value: "ring" }];
  await alice.call("PUT", `${rule("underride", ".m.rule.call")}/actions`, { actions });
  await eventually(() => host.isRingAllowed(), "it rings");
});

test("a device that is silenced does not ring, and another one's silence is not its own", async () => {
  const silence = `org.matrix.msc3890.local_notification_settings.`;
  await alice.call("PUT", data(`${silence}OTHER`), { is_silenced: true });
  await eventually(() => host.getAccountData(`${silence}OTHER`), "it came");
  assert.equal(host.isRingAllowed(), true);
  await alice.call("PUT", data(silence + alice.deviceId), { is_silenced: true });
  await eventually(() => !host.isRingAllowed(), "silence");
  await alice.call("PUT", data(silence + alice.deviceId), { is_silenced: false });
  await eventually(() => host.isRingAllowed(), "no silence");
});

test("a room with a rule of its own that does not notify is muted", async () => {
  assert.equal(host.notifiesIn(room), true);
  await alice.call("PUT", rule("room", room), { actions: ["dont_notify"] });
  await eventually(() => !host.notifiesIn(room), "mentions only");
  assert.equal(host.notifiesIn("!other"), true);
  await alice.call("DELETE", rule("room", room));
  await eventually(() => host.notifiesIn(room), "everything");
  const conditions = [{ kind: "event_match", key: "room_id", pattern: room }];
  await alice.call("PUT", rule("override", room), { actions: [], conditions });
  await eventually(() => !host.notifiesIn(room), "mute");
  assert.equal(host.notifiesIn("!other"), true);
});

test("rules that make no sense silence nothing", () => {
  const rules = client.pushRules;
  const odd = [{}, { global: 3 }, { global: { underride: [1, null, {}, { rule_id: 2 }], override: "x", room: [{ conditions: [7] }] } }];
  for (const pushRules of odd) {
    client.pushRules = pushRules;
    assert.deepEqual([host.isRingAllowed(), host.notifiesIn(room)], [true, true], JSON.stringify(pushRules));
  }
  client.pushRules = rules;
});

test("whom I ignore is ignored, and nobody else", async () => {
  assert.equal(host.isIgnored(bob.userId), false);
  await alice.call("PUT", data("m.ignored_user_list"), { ignored_users: { [bob.userId]: {} } });
  await eventually(() => host.isIgnored(bob.userId), "bob is ignored");
  assert.deepEqual([host.isIgnored(alice.userId), host.isIgnored("toString")], [false, false]);
});

test("who I am, and the TURN servers, come as the homeserver answers", async () => {
  const token = await host.getOpenIdToken();
  assert.deepEqual(Object.keys(token).sort(), ["access_token", "expires_in", "matrix_server_name", "token_type"]);
  assert.deepEqual(Object.keys(await host.getTurnServer()).sort(), ["password", "ttl", "uris", "username"]);
});
