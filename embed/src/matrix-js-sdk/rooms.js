// Rooms as calls see them.

import { eventJson, MEMBER, WIDGETS } from "./events.js";

/** In rooms with more joined members than this nobody is called alone, and their member events are left out. */
const MOST_LISTED = 100;
/** The most events of a type that are given. Whoever may write widgets could write any number of them. */
const MOST_OF_A_TYPE = 500;
/** How large my picture is for a conference, in pixels. */
const MY_PICTURE = 96;
const FUNCTIONAL = "io.element.functional_members";
const ENCRYPTION = "m.room.encryption";
/** Types with one event that counts, that of the empty state key. */
const SINGLE = [
  "m.room.create",
  "m.room.name",
  "m.room.canonical_alias",
  "m.room.power_levels",
  "m.room.join_rules",
  ENCRYPTION,
  "m.room.history_visibility",
  FUNCTIONAL,
];
/** Types with an event for each of several state keys. */
const KEYED = [...WIDGETS, "io.element.video.member"];

/** Whether calls heed this state of a room. */
export function isHeeded(room, type, stateKey) {
  if (type === MEMBER) return !isCrowd(room) || bots(room).includes(stateKey);
  return KEYED.includes(type) || (SINGLE.includes(type) && stateKey === "");
}

/** A room's newest event of a type and state key. */
export function stateEvent(room, type, stateKey) {
  return room.currentState.getStateEvents(type, stateKey) ?? null;
}

/**
 * A room as `Host.getRoom` gives it. Where members are missing that calls need, they are asked for, and `changed` is called with the
 * room when they came.
 */
export function roomJson(client, roomId, changed) {
  const room = client.getRoom(roomId);
  if (!room) return null;
  const me = client.getUserId();
  const my = room.getMember(me);
  askForMembers(room, changed);
  return {
    room_id: room.roomId,
    membership: room.getMyMembership(),
    joined_member_count: room.getJoinedMemberCount(),
    name: room.name,
    my_name: my?.name ?? me,
    // The address without a token: the only one that another page can load, where the server still has it.
    my_avatar_url: thumbnail(client, my?.getMxcAvatarUrl(), MY_PICTURE, false) ?? "",
    state: heeded(room, me).map(eventJson),
  };
}

/** A user's member event in a room. */
export function memberEvent(client, roomId, userId) {
  const room = client.getRoom(roomId);
  const event = room && stateEvent(room, MEMBER, userId);
  return event ? eventJson(event) : null;
}

/** Whether a call may ring in a room: I am in it, its events can be read and answered, and not everybody may join it. */
export function mayRingIn(client, roomId) {
  const room = client.getRoom(roomId);
  if (room?.getMyMembership() !== "join" || room.getJoinRule() === "public") return false;
  return !isEncrypted(room) || Boolean(client.getCrypto?.());
}

/** Whether the room's state says that it is encrypted. Nothing can switch that off again. */
export function isEncrypted(room) {
  return stateEvent(room, ENCRYPTION, "") !== null;
}

/** The address of a picture's thumbnail, `null` for what is none of a Matrix server. */
export function thumbnail(client, mxc, size, authenticated) {
  if (typeof mxc !== "string" || !mxc.startsWith("mxc://")) return null;
  return client.mxcUrlToHttp?.(mxc, size, size, "crop", false, authenticated, authenticated) || null;
}

function heeded(room, me) {
  const single = SINGLE.map((type) => stateEvent(room, type, ""));
  const keyed = KEYED.flatMap((type) => room.currentState.getStateEvents(type).slice(0, MOST_OF_A_TYPE));
  return [...single, ...keyed, ...members(room, me)].filter((event) => event !== null);
}

function members(room, me) {
  if (isCrowd(room)) return [me, ...bots(room)].map((user) => stateEvent(room, MEMBER, user));
  const isHere = (event) =>
    event.getStateKey() === me || ["join", "invite"].includes(event.getContent().membership);
  return room.currentState.getStateEvents(MEMBER).filter(isHere);
}

function isCrowd(room) {
  return room.getJoinedMemberCount() > MOST_LISTED;
}

/** Members who are no people (MSC4171). */
function bots(room) {
  const listed = stateEvent(room, FUNCTIONAL, "")?.getContent().service_members;
  return Array.isArray(listed) ? listed.filter((user) => typeof user === "string").slice(0, MOST_LISTED) : [];
}

/** Lazy loading brings those who spoke. Two people, or a bot, may not have. */
function askForMembers(room, changed) {
  if (room.getMyMembership() !== "join" || (room.membersLoaded?.() ?? true)) return;
  const lacksBot = bots(room).some((user) => stateEvent(room, MEMBER, user) === null);
  const lacksSomebody = !isCrowd(room) && room.getJoinedMembers().length < room.getJoinedMemberCount();
  if (!lacksBot && !lacksSomebody) return;
  // The SDK asks once for all who ask, and again after a failure.
  const loaded = room.loadMembersIfNeeded();
  loaded.then((news) => news && changed(room)).catch(() => {});
}
