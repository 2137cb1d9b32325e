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

/** Whether an event of the SDK stands in the timeline as a conference. Without content it is the end of one, which its tile says. */
export function isConference(event) {
  const isWidget = event.isState() && ["im.vector.modular.widgets", "m.widget"].includes(event.getType());
  return isWidget && Object.keys(event.getContent()).length > 0;
}

/** A conference in the timeline: nothing for an event that began none. The event itself is needed once the conference has ended. */
export function conferenceTile(event) {
  const shows = { roomId: event.getRoomId(), eventId: event.getId(), event: event.getEffectiveEvent() };
  return Object.assign(document.createElement("meet-call-tile"), shows);
}
