// A room: its name, its calls, its messages, and where one writes.

import { callButtons, callStage } from "./calls.js";
import { byId, element } from "./dom.js";
import { timeline } from "./timeline.js";

let stop = () => {};

/** Shows a room in place of the one before. `close` goes back to the list. */
export function showRoom(client, room, { close }) {
  stop();
  const isInvited = room.getMyMembership() === "invite";
  const name = element("h2", { id: "room-name", tabIndex: -1 }, room.name);
  const renamed = () => (name.textContent = room.name);
  room.on("Room.name", renamed);
  const back = element("button", { type: "button", id: "back", onclick: close, "aria-label": "Back to the rooms" }, "←");
  const about = element("p", {}, room.hasEncryptionStateEvent() ? "End-to-end encrypted" : "Not encrypted");
  const header = element("header", {}, back, element("div", {}, name, isInvited ? null : about));

  const messages = isInvited ? null : timeline(client, room);
  const body = isInvited
    ? [invitation(client, room, close)]
    : [callStage(room.roomId), messages.log, composer(client, room)];
  byId("room").replaceChildren(header, ...body);
  stop = () => {
    room.off("Room.name", renamed);
    messages?.stop();
  };
  return name;
}

/** Shows no room. */
export function hideRoom() {
  stop();
  stop = () => {};
  byId("room").replaceChildren();
}

function composer(client, room) {
  const text = element("textarea", { name: "text", rows: 1, placeholder: "Message", "aria-label": "Message" });
  const send = () => {
    const body = text.value.trim();
    if (!body) return;
    text.value = "";
    // What fails stays in the timeline and says so.
    client.sendTextMessage(room.roomId, body).catch((error) => console.warn(error));
  };
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
  const submit = (event) => {
    event.preventDefault();
    send();
    text.focus();
  };
  return element("form", { id: "composer", onsubmit: submit }, text, element("button", {}, "Send"), callButtons(room.roomId));
}

function invitation(client, room, close) {
  const alert = element("p", { role: "alert" });
  const answer = (promise) => promise.catch((error) => (alert.textContent = error.data?.error ?? error.message));
  const join = element("button", { type: "button", className: "main", onclick: () => answer(client.joinRoom(room.roomId)) }, "Join");
  const leave = () => answer(client.leave(room.roomId).then(close));
  const decline = element("button", { type: "button", onclick: leave }, "Decline");
  return element("div", { id: "invitation", className: "row" }, element("p", {}, "You are invited."), join, decline, alert);
}
