// The local camera, microphone and screen. Each is opened when it is first needed: one that starts muted stays closed.

/** Owns the local tracks; `stop()` ends them all. `onChange(kind, track|null)` tells what is sent from now on. */
export class Devices {
  #tracks = { audio: null, video: null, screen: null };
  /** Every track that was ever got and has not been seen to end, whether it was used or not. */
  #got = new Set();
  #wanted = { audio: undefined, video: undefined };
  #onChange;
  #onError;
  #stopped = false;

  constructor(onChange, onError) {
    this.#onChange = onChange;
    this.#onError = onError;
  }

  /** Labels of the devices to open, as `devices.audioInput` and `devices.videoInput` name them. */
  prefer({ audioInput, videoInput } = {}) {
    this.#wanted = { audio: audioInput, video: videoInput };
  }

  track(kind) {
    return this.#tracks[kind];
  }

  /** Muted is a microphone that is closed or disabled, or a camera that is closed. */
  muted(kind) {
    return !this.#tracks[kind]?.enabled;
  }

  /** A muted microphone stays open but silent; a muted camera is closed, so that its light goes out. */
  mute(kind) {
    if (kind === "audio") {
      if (this.#tracks.audio) this.#tracks.audio.enabled = false;
    } else {
      this.#drop(kind);
    }
  }

  /** Opens what is needed. Resolves to whether it can be heard or seen now; a failure was reported. */
  async unmute(kind) {
    if (this.#tracks[kind]) this.#tracks[kind].enabled = true;
    else await this.open([kind]);
    return !this.muted(kind);
  }

  /** Opens "audio", "video" or both with one question. When both fail, each is tried alone. */
  async open(kinds) {
    let stream;
    try {
      const wishes = await Promise.all(kinds.map(async (kind) => [kind, await this.#wish(kind)]));
      stream = await navigator.mediaDevices.getUserMedia(Object.fromEntries(wishes));
    } catch (error) {
      if (kinds.length === 1) this.#onError(kinds[0], error);
      else for (const kind of kinds) await this.open([kind]);
      return;
    }
    for (const track of stream.getTracks()) this.#adopt(track.kind, track);
  }

  /** Lets the person choose a screen. */
  async share() {
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia({ video: true });
      this.#adopt("screen", stream.getTracks()[0]);
    } catch (error) {
      this.#onError("screen", error);
    }
  }

  unshare() {
    this.#drop("screen");
  }

  /** What is live, for tests. */
  live() {
    return Object.values(this.#tracks).filter((track) => track?.readyState === "live");
  }

  /** How many tracks that this page ever got are live, also such as were forgotten. */
  leftOpen() {
    return [...this.#got].filter((track) => track.readyState === "live").length;
  }

  stop() {
    this.#stopped = true;
    for (const kind of Object.keys(this.#tracks)) this.#drop(kind);
  }

  #adopt(kind, track) {
    for (const old of this.#got) if (old.readyState === "ended") this.#got.delete(old);
    this.#got.add(track);
    // Hung up, or opened twice, while the person was being asked.
    if (this.#stopped || this.#tracks[kind]) {
      track.stop();
      return;
    }
    track.onended = () => this.#drop(kind);
    this.#tracks[kind] = track;
    this.#onChange(kind, track);
  }

  #drop(kind) {
    const track = this.#tracks[kind];
    if (!track) return;
    track.onended = null;
    track.stop();
    this.#tracks[kind] = null;
    this.#onChange(kind, null);
  }

  async #wish(kind) {
    const wish = kind === "video" ? { width: { ideal: 1280 }, height: { ideal: 720 } } : {};
    const label = this.#wanted[kind];
    if (!label) return wish;
    const devices = await navigator.mediaDevices.enumerateDevices();
    const deviceId = devices.find((device) => device.kind === `${kind}input` && device.label === label)?.deviceId;
    return deviceId ? { ...wish, deviceId } : wish;
  }
}
