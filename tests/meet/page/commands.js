// Meet's inner command names. A command that is not here is reported on the console and does nothing.

/** @param {import("./conference.js").Conference} conference */
export function commands(conference) {
  return {
    "video-hangup": () => conference.hangUp(),
    "toggle-audio": () => conference.toggle("audio"),
    "toggle-video": () => conference.toggle("video"),
    "toggle-share-screen": (options) => conference.toggleScreen(options?.enable),
    "set-tile-view": (enabled) => conference.setTileView(Boolean(enabled)),
    "toggle-tile-view": () => conference.setTileView(!conference.tileView),
    "display-name": (name) => conference.setDisplayName(name),
    email: (email) => conference.setEmail(email),
    "avatar-url": (url) => conference.setAvatar(url),
    subject: (subject) => conference.setSubject(subject),
    "local-subject": (subject) => conference.setLocalSubject(subject),
    "overwrite-config": (config) => config?.subject !== undefined && conference.setSubject(config.subject),
    "start-recording": (options) => conference.startRecording(options ?? {}),
    "kick-participant": (id) => conference.kick(id),
    "end-conference": () => conference.end(),
    // Picture in picture: heard, and refused as inside a frame of a frame.
    "show-pip": () => {},
    "hide-pip": () => {},
  };
}
