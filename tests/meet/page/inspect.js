// `window.standIn`: what tests look at, in the frame that holds the meeting.

/** @param {import("./conference.js").Conference} conference */
export function inspect(conference) {
  return {
    joined: () => conference.joined,

    /** How far it is, for whoever reads why a test failed. */
    phase: () => conference.phase,

    /** Oneself first. */
    participants: () =>
      [conference.me, ...conference.others.all()].map(({ id, displayName, audioMuted, videoMuted, sharing }) =>
        id === conference.me.id
          ? { id, displayName, audioMuted: conference.muted("audio"), videoMuted: conference.muted("video"), sharing: conference.sharing }
          : { id, displayName, audioMuted, videoMuted, sharing }),

    /** What arrives from each other participant. `audioEnergy` grows only while the sound is really played. */
    stats: () =>
      Promise.all(conference.others.all().map(async ({ id, peer }) => {
        const result = { id, framesDecoded: 0, screenFramesDecoded: 0, audioEnergy: 0 };
        for (const report of (await peer.getStats()).values()) {
          if (report.type !== "inbound-rtp") continue;
          if (report.mid === "0") result.audioEnergy += report.totalAudioEnergy ?? 0;
          else if (report.mid === "1") result.framesDecoded += report.framesDecoded ?? 0;
          else result.screenFramesDecoded += report.framesDecoded ?? 0;
        }
        return result;
      })),

    /** Whether everybody is shown in tiles. */
    tileView: () => conference.tileView,

    /** The keys of what is streamed. */
    streams: () => conference.streams,

    /** Hang-ups change nothing from now on. */
    ignoreHangUps: () => {
      conference.deaf = true;
    },

    /** Local tracks that are live: "audio" for the microphone, "video" for camera and screen. */
    liveTracks: () => conference.liveTracks().map((track) => track.kind),
  };
}
