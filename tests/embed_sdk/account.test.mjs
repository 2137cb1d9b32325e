// My account data: what the homeserver has now.

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

test("what is said of ringing is there to be read, and a change of it is told", async () => {
  assert.deepEqual([host.isRingAllowed, host.notifiesIn], [undefined, undefined], "the calls read it themselves");
  const underride = (id) => host.getAccountData("m.push_rules").global.underride.find(({ rule_id }) => rule_id === id);
  assert.equal(underride(".m.rule.call").enabled, true);
  told.forget();
  await alice.call("PUT", `${rule("underride", ".m.rule.call")}/enabled`, { enabled: false });
  await told.until(({ type }) => type === "account-changed", "it was told");
  assert.equal(underride(".m.rule.call").enabled, false);
  const silence = `org.matrix.msc3890.local_notification_settings.${alice.deviceId}`;
  told.forget();
  await alice.call("PUT", data(silence), { is_silenced: true });
  await told.until(({ type }) => type === "account-changed", "it was told");
  assert.deepEqual(host.getAccountData(silence), { is_silenced: true });
});

test("a client that can't ask the homeserver says what it lacks", async () => {
  const { authedRequest } = client.http;
  client.http.authedRequest = undefined;
  const lacks = { name: "NotSupportedError", message: /http\.authedRequest/ };
  await assert.rejects(host.setAccountData(WIDGETS, {}), lacks);
  await assert.rejects(host.fetchRoomAccountData(room, WIDGETS), lacks);
  client.http.authedRequest = authedRequest;
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
