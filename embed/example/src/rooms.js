// The list of rooms: the newest first, invitations above.

import { byId, element, onSubmit } from "./dom.js";

/** Shows the list, and keeps it up to date. Gives what marks the room that is open. */
export function showRooms(client, { open }) {
  const list = byId("rooms");
  let current = null;

  const draw = () => {
    const focused = document.activeElement?.dataset.room;
    const rooms = client.getVisibleRooms().filter((room) => ["join", "invite"].includes(room.getMyMembership()));
    rooms.sort((one, other) => isInvited(other) - isInvited(one) || other.getLastActiveTimestamp() - one.getLastActiveTimestamp());
    list.replaceChildren(...rooms.map((room) => element("li", {}, button(room))));
    if (focused) list.querySelector(`[data-room="${CSS.escape(focused)}"]`)?.focus();
  };
  const button = (room) => {
    const made = element("button", { type: "button", onclick: () => open(room.roomId) }, label(room));
    made.dataset.room = room.roomId;
    if (room.roomId === current) made.setAttribute("aria-current", "true");
    return made;
  };

  const soon = oncePerFrame(draw);
  for (const name of ["sync", "Room", "Room.name", "Room.myMembership"]) client.on(name, soon);
  onSubmit(byId("new-chat"), async ({ user }) => open(await startChat(client, user.trim())));
  draw();
  return (roomId) => {
    current = roomId;
    draw();
  };
}

/** A room for two, encrypted; the one that there is, else a new one. */
async function startChat(client, user) {
  const direct = client.getAccountData("m.direct")?.getContent() ?? {};
  const known = (direct[user] ?? []).find((id) => client.getRoom(id)?.getMyMembership() === "join");
  if (known) return known;
  const { room_id: roomId } = await client.createRoom({
    is_direct: true,
    invite: [user],
    preset: "trusted_private_chat",
    initial_state: [{ type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } }],
  });
  await client.setAccountData("m.direct", { ...direct, [user]: [...(direct[user] ?? []), roomId] });
  return roomId;
}

function label(room) {
  return isInvited(room) ? `Invitation: ${room.name}` : room.name;
}

function isInvited(room) {
  return room.getMyMembership() === "invite";
}

/** Calls `draw` once, however often it is asked for until the next frame. */
export function oncePerFrame(draw) {
  let isAsked = false;
  return () => {
    if (isAsked) return;
    isAsked = true;
    // A page in the background has no frames.
    setTimeout(() => {
      isAsked = false;
      draw();
    }, 16);
  };
}
