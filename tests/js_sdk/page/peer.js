// matrix-js-sdk as the other side of a call. There is no interface to press: a test calls the functions of `window.peer`, each of
// which does to the SDK what a client's button would, and reads what the SDK says.

import { ClientEvent, createClient, RoomEvent, SyncState } from "matrix-js-sdk";
import { CallEventHandlerEvent } from "matrix-js-sdk/lib/webrtc/callEventHandler.js";
import { CallErrorCode, createNewMatrixCall } from "matrix-js-sdk/lib/webrtc/call.js";

import { Calls } from "./calls.js";

let client;
const calls = new Calls(document.getElementById("remote"));
const seen = [];

window.peer = {
  // `options`: `forceTURN` and `iceCandidatePoolSize`, the SDK's own. Resolves when the first sync is done.
  async signIn(homeserver, userId, accessToken, deviceId, options = {}) {
    client = createClient({ baseUrl: homeserver, userId, accessToken, deviceId, ...options });
    client.on(CallEventHandlerEvent.Incoming, (call) => calls.add(call));
    client.on(RoomEvent.Timeline, (event, _room, toStartOfTimeline) => {
      // The event itself is kept: an echo of ours gets its id later.
      if (!toStartOfTimeline && event.getType().startsWith("m.call.")) seen.push({ at: now(), event });
    });
    const synced = new Promise((resolve) => {
      client.on(ClientEvent.Sync, (state) => state === SyncState.Prepared && resolve());
    });
    await client.startClient({ initialSyncLimit: 10 });
    await synced;
  },

  signOut() {
    client.stopClient();
  },

  // Resolves with the call's id when the offer is being made. Without `invitee` the SDK does not notice that both call at once.
  async place(room, video, { invitee } = {}) {
    const call = createNewMatrixCall(client, room, { invitee });
    if (!call) throw new Error("this browser has no WebRTC");
    calls.add(call, now());
    await (video ? call.placeVideoCall() : call.placeVoiceCall());
    return call.callId;
  },

  async accept(video) {
    const call = calls.ringing();
    calls.note(call, "accept");
    await call.answer(true, video);
  },
  reject: () => calls.ringing().reject(),
  hangup: () => calls.current().hangup(CallErrorCode.UserHangup, false),

  muteMic: (muted) => calls.current().setMicrophoneMuted(muted),
  // Without a camera so far, `muteCamera(false)` turns a voice call into a video call.
  muteCamera: (muted) => calls.current().setLocalVideoMuted(muted),
  upgrade: () => calls.current().setLocalVideoMuted(false),
  // "Remote on hold" is the SDK's name for "I hold it".
  hold: (held) => calls.current().setRemoteOnHold(held),
  screenShare: (shared) => calls.current().setScreensharingEnabled(shared),

  // Of the call that goes on, else of the last one; `null` before there is any.
  state: () => calls.describe(),
  // Of every call so far, oldest first.
  states: () => calls.describeAll(),
  events: () => seen.map(({ at, event }) => ({
    at,
    id: event.getId(),
    type: event.getType(),
    sender: event.getSender(),
    content: event.getContent(),
  })),
  // What the observer reads of the connection, with the times of what the SDK did.
  stats: () => window.observer.media(),
};

// Milliseconds since 1970 by the page's monotonic clock, comparable between pages on one machine.
function now() {
  return performance.timeOrigin + performance.now();
}
