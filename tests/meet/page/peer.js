// One connection to one other participant: always an audio, a camera and a screen section, in this order, so that muting
// and sharing only exchange tracks and never need a new offer.

const KINDS = ["audio", "video", "screen"];

export class Peer {
  #connection = new RTCPeerConnection();
  #send;
  #senders = null;
  #tracks;
  #offers;
  // Descriptions and candidates are applied one after the other, in the order they came.
  #queue = Promise.resolve();

  /**
   * @param {{offers: boolean, tracks: Record<string, MediaStreamTrack|null>, send: (signal: object) => void,
   *   onTrack: (kind: string, track: MediaStreamTrack) => void}} options
   *   `offers`: exactly one of the two does, the one who joined later
   */
  constructor({ offers, tracks, send, onTrack }) {
    this.#send = send;
    this.#offers = offers;
    this.#tracks = { ...tracks };
    this.#connection.onicecandidate = ({ candidate }) => candidate && send({ candidate });
    this.#connection.ontrack = ({ track, transceiver }) => {
      onTrack(KINDS[this.#connection.getTransceivers().indexOf(transceiver)], track);
    };
    this.#connection.onconnectionstatechange = () => {
      if (this.#connection.connectionState === "failed" && offers) this.#offer({ iceRestart: true });
    };
    if (offers) {
      this.#senders = KINDS.map((kind) => {
        const section = this.#connection.addTransceiver(kind === "audio" ? "audio" : "video", { direction: "sendrecv" });
        return section.sender;
      });
      this.#replaceAll();
      this.#offer();
    }
  }

  /** What the other side sent. */
  receive(signal) {
    this.#inOrder(async () => {
      if (signal.candidate) {
        await this.#connection.addIceCandidate(signal.candidate);
      } else if (signal.description) {
        await this.#connection.setRemoteDescription(signal.description);
        if (signal.description.type === "offer") await this.#answer();
      }
    });
  }

  /** Sends another track, or nothing. */
  replace(kind, track) {
    this.#tracks[kind] = track;
    this.#senders?.[KINDS.indexOf(kind)]?.replaceTrack(track).catch((error) => console.warn("replaceTrack", error));
  }

  getStats() {
    return this.#connection.getStats();
  }

  close() {
    this.#connection.close();
  }

  #offer(options) {
    this.#inOrder(async () => {
      await this.#connection.setLocalDescription(await this.#connection.createOffer(options));
      this.#send({ description: this.#connection.localDescription });
    });
  }

  async #answer() {
    if (!this.#senders) {
      const sections = this.#connection.getTransceivers();
      for (const section of sections) section.direction = "sendrecv";
      this.#senders = sections.map((section) => section.sender);
      this.#replaceAll();
    }
    await this.#connection.setLocalDescription();
    this.#send({ description: this.#connection.localDescription });
  }

  #replaceAll() {
    for (const kind of KINDS) this.replace(kind, this.#tracks[kind]);
  }

  #inOrder(step) {
    this.#queue = this.#queue.then(step).catch((error) => {
      if (this.#connection.signalingState !== "closed") console.warn("Peer connection:", error);
    });
  }
}
