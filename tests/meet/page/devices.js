// The local camera, microphone and screen. Each is opened when it is first needed: one that starts muted stays closed.

/** Owns the local tracks; `stop()` ends them all. `onChange(kind, track|null)` tells what is sent from now on. */
export class Devices {
  #tracks = { audio: null, video: null, screen: null };
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
    if (this.#tracks[kind]) {
      this.#tracks[kind].enabled = true;
      return true;
    }
    return this.#open(kind, async () => {
      const deviceId = await this.#deviceId(kind);
      const wish = kind === "video" ? { width: { ideal: 1280 }, height: { ideal: 720 } } : {};
      return navigator.mediaDevices.getUserMedia({ [kind]: deviceId ? { ...wish, deviceId } : wish });
    });
  }

  /** Lets the person choose a screen. */
  share() {
    return this.#open("screen", () => navigator.mediaDevices.getDisplayMedia({ video: true }));
  }

  unshare() {
    this.#drop("screen");
  }

  /** What is live, for tests. */
  live() {
    return Object.values(this.#tracks).filter((track) => track?.readyState === "live");
  }

  stop() {
    this.#stopped = true;
    for (const kind of Object.keys(this.#tracks)) this.#drop(kind);
  }

  async #open(kind, ask) {
    let stream;
    try {
      stream = await ask();
    } catch (error) {
      this.#onError(kind, error);
      return false;
    }
    const [track] = stream.getTracks();
    // Hung up, or opened twice, while the person was being asked.
    if (this.#stopped || this.#tracks[kind]) {
      track.stop();
      return !this.#stopped;
    }
    track.onended = () => this.#drop(kind);
    this.#tracks[kind] = track;
    this.#onChange(kind, track);
    return true;
  }

  #drop(kind) {
    const track = this.#tracks[kind];
    if (!track) return;
    track.onended = null;
    track.stop();
    this.#tracks[kind] = null;
    this.#onChange(kind, null);
  }

  async #deviceId(kind) {
    const label = this.#wanted[kind];
    if (!label) return undefined;
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.find((device) => device.kind === `${kind}input` && device.label === label)?.deviceId;
  }
}
