// Meet's inner request names, each with its answer.

import { release } from "./release.js";

/** @param {import("./conference.js").Conference} conference */
export function requests(conference) {
  const known = all(conference);
  for (const name of release.lacks) delete known[name];
  return known;
}

function all(conference) {
  return {
    "is-audio-muted": () => conference.muted("audio"),
    "is-video-muted": () => conference.muted("video"),
    "is-audio-available": () => conference.available.audio,
    "is-video-available": () => conference.available.video,
    "is-audio-disabled": () => false,
    "is-sharing-screen": () => conference.sharing,
    "is-start-silent": () => false,
    "is-participants-pane-open": () => false,
    "get-p2p-status": () => conference.others.all().length === 1,
    "get-content-sharing-participants": () => ({ sharingParticipantIds: sharing(conference) }),
    "list-breakout-rooms": () => ({}),
    "rooms-info": () => ({ rooms: [room(conference)] }),
    "session-id": () => (conference.joined ? conference.sessionId : ""),
    "deployment-info": () => ({}),
    isDeviceListAvailable: () => true,
    isDeviceChangeAvailable: () => false,
    isMultipleAudioInputSupported: () => false,
    getAvailableDevices: () => availableDevices(),
    getCurrentDevices: () => currentDevices(conference),
  };
}

function sharing(conference) {
  return conference.others.all().filter((other) => other.sharing).map((other) => other.id);
}

function room({ me, others }) {
  const describe = ({ id, moderator, displayName, avatarURL, avatarUrl }) => ({
    id, displayName, avatarUrl: avatarURL ?? avatarUrl, role: moderator ? "moderator" : "participant",
  });
  return { isMainRoom: true, id: me.room, jid: me.room, participants: [me, ...others.all()].map(describe) };
}

async function availableDevices() {
  const devices = { audioInput: [], audioOutput: [], videoInput: [] };
  for (const device of await navigator.mediaDevices.enumerateDevices()) {
    devices[groupOf(device.kind)].push(device.toJSON());
  }
  return devices;
}

async function currentDevices(conference) {
  const used = conference.liveTracks().map((track) => track.getSettings().deviceId);
  const current = {};
  for (const device of await navigator.mediaDevices.enumerateDevices()) {
    if (used.includes(device.deviceId)) current[groupOf(device.kind)] = device.toJSON();
  }
  return current;
}

function groupOf(kind) {
  return { audioinput: "audioInput", audiooutput: "audioOutput", videoinput: "videoInput" }[kind];
}
