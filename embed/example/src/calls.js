// All that this chat has to do with calls.

import { connect } from "meet-in-chat";
import { fromMatrixClient } from "meet-in-chat/matrix-js-sdk";

/**
 * Lets all elements of the page work for this client. `openRoom` shows a room.
 *
 * @returns {Promise<{ close(): Promise<void> }>} what ends everything: call it before the session ends
 */
export function startCalls(client, { openRoom, configuration }) {
  return connect(fromMatrixClient(client, { openRoom, configuration }), { wrapperUrl: "calls/jitsi.html" });
}

/** The buttons of a room. */
export function callButtons(roomId) {
  return Object.assign(document.createElement("meet-call-buttons"), { roomId });
}

/** Where a room's calls and its conference show. */
export function callStage(roomId) {
  return Object.assign(document.createElement("meet-call-stage"), { roomId });
}

/** Lets the page's settings be those of a room too, or of none. */
export function settingsFor(roomId) {
  document.querySelector("meet-call-settings").roomId = roomId;
}

/** Whether an event of the SDK stands in the timeline as a conference. */
export function isConference(event) {
  return event.isState() && ["im.vector.modular.widgets", "m.widget"].includes(event.getType());
}

/** A conference in the timeline: nothing for an event that began none. */
export function conferenceTile(event) {
  return Object.assign(document.createElement("meet-call-tile"), { roomId: event.getRoomId(), eventId: event.getId() });
}
