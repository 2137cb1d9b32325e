// What was said in a room.

import { conferenceTile, isConference } from "./calls.js";
import { element } from "./dom.js";

/** A room's timeline. `stop` ends it. */
export function timeline(client, room) {
  const list = element("ol");
  const log = element("div", { id: "timeline", role: "log", tabIndex: 0, "aria-label": "Messages" }, list);
  const lines = new Map();

  const draw = () => {
    const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    const shown = room.getLiveTimeline().getEvents().filter(isShown);
    const keys = new Set(shown.map(keyOf));
    for (const [key, { item }] of lines) {
      if (keys.has(key)) continue;
      item.remove();
      lines.delete(key);
    }
    // What is there already stays where it is: a conference's tile is not made anew for every message.
    shown.forEach((event, index) => {
      const { item } = lineOf(event);
      if (list.children[index] !== item) list.insertBefore(item, list.children[index] ?? null);
    });
    if (isAtEnd) log.scrollTop = log.scrollHeight;
  };
  const lineOf = (event) => {
    const [key, text] = [keyOf(event), JSON.stringify([wordsOf(event), event.status, senderOf(event)])];
    const known = lines.get(key);
    if (known?.text === text) return known;
    const item = known?.item ?? element("li");
    item.replaceChildren(...line(event));
    lines.set(key, { item, text });
    return lines.get(key);
  };

  const heard = (_, of) => (of === undefined || of?.roomId === room.roomId) && draw();
  const decrypted = (event) => event.getRoomId() === room.roomId && draw();
  const listeners = [
    ["Room.timeline", heard],
    ["Room.timelineReset", draw],
    ["Room.localEchoUpdated", heard],
    ["Room.redaction", heard],
    ["Event.decrypted", decrypted],
  ];
  for (const [name, listener] of listeners) client.on(name, listener);
  client.scrollback(room, 30).then(draw, () => {});
  room.loadMembersIfNeeded().then(draw, () => {});
  queueMicrotask(() => {
    draw();
    log.scrollTop = log.scrollHeight;
  });
  return {
    log,
    stop() {
      for (const [name, listener] of listeners) client.off(name, listener);
    },
  };
}

function line(event) {
  if (isConference(event)) return [conferenceTile(event)];
  const at = new Date(event.getTs());
  const time = element("time", { dateTime: at.toISOString() }, at.toLocaleTimeString([], { timeStyle: "short" }));
  const words = wordsOf(event);
  const isSaid = event.getType() === "m.room.message" && !event.isDecryptionFailure();
  const said = isSaid ? [element("span", { className: "who" }, senderOf(event)), ": ", words] : [`${senderOf(event)} ${words}`];
  const state = event.status === "not_sent" ? " (not sent)" : event.status ? " …" : "";
  return [element("span", { className: isSaid ? "" : "quiet" }, ...said, state), " ", time];
}

function isShown(event) {
  return isConference(event) || wordsOf(event) !== null;
}

/** What an event says, `null` for what is passed over. */
function wordsOf(event) {
  if (event.isRedacted()) return null;
  if (event.isDecryptionFailure()) return "wrote something that can't be read here (yet).";
  const content = event.getContent();
  switch (event.getType()) {
    case "m.room.message":
      return typeof content.body === "string" ? content.body : null;
    case "m.room.encrypted":
      return "wrote …";
    case "m.room.encryption":
      return "turned encryption on.";
    case "m.call.invite":
      return "called.";
    case "m.call.hangup":
      return "ended the call.";
    case "m.call.reject":
      return "declined the call.";
    case "m.room.member":
      return { join: "is here.", leave: "left.", invite: `invited ${event.getStateKey()}.` }[content.membership] ?? null;
    default:
      return null;
  }
}

function senderOf(event) {
  return event.sender?.name ?? event.getSender();
}

/** The same for a message that is being sent and for what comes back of it. */
function keyOf(event) {
  return event.getTxnId?.() ?? event.getUnsigned().transaction_id ?? event.getId();
}
