// What a test sees of a page's calls from below, whoever made the page: connections, tracks, sounds, notifications, first frames.
// It runs before the page's own scripts, wraps what the browser offers, and hands everything on unchanged.
//
// Times are milliseconds since 1970 by the page's monotonic clock: two pages on one machine can be compared.

(() => {
  if (window.observer) return;
  const now = () => performance.timeOrigin + performance.now();
  const connections = [];
  const tracks = [];
  const requests = [];
  const sounds = [];
  const notifications = [];
  const frames = [];
  const clicks = [];
  const phases = [];

  // Replaces a method by one that also looks at what the original returns.
  function after(prototype, name, look) {
    const original = prototype?.[name];
    if (!original) return;
    prototype[name] = function (...given) {
      const result = original.apply(this, given);
      look.call(this, result, ...given);
      return result;
    };
  }

  // --- connections ---------------------------------------------------------------------------------------------

  window.RTCPeerConnection = new Proxy(window.RTCPeerConnection, {
    construct(target, given, newTarget) {
      const connection = Reflect.construct(target, given, newTarget);
      connections.push({ connection, configurations: [structuredClone(given[0] ?? {})], made: now() });
      return connection;
    },
  });
  after(RTCPeerConnection.prototype, "setConfiguration", function (_, configuration) {
    const known = connections.find((one) => one.connection === this);
    known?.configurations.push(structuredClone(configuration));
  });

  const open = () => connections.filter(({ connection }) => connection.connectionState !== "closed");

  function candidate(report, id) {
    const { candidateType, protocol, relayProtocol, address, port } = report.get(id) ?? {};
    return { type: candidateType ?? null, protocol: protocol ?? null, relayProtocol: relayProtocol ?? null,
      address: address ?? null, port: port ?? null };
  }

  async function measure({ connection, configurations }) {
    const report = await connection.getStats();
    const all = [...report.values()];
    const inbound = (kind) => all.filter((one) => one.type === "inbound-rtp" && one.kind === kind);
    const transport = all.find((one) => one.type === "transport" && one.selectedCandidatePairId);
    const pair = transport
      ? report.get(transport.selectedCandidatePairId)
      : all.find((one) => one.type === "candidate-pair" && one.state === "succeeded" && (one.selected ?? one.nominated));
    return {
      state: connection.connectionState,
      ice: connection.iceConnectionState,
      videos: inbound("video").map((one) => ({ mid: one.mid ?? null, frames: one.framesDecoded ?? 0 })),
      audios: inbound("audio").map((one) => ({ mid: one.mid ?? null, energy: one.totalAudioEnergy ?? 0 })),
      // For the one who reads of a failure.
      outgoing: [...report.values()].filter((one) => one.type === "outbound-rtp").map((one) => ({
        kind: one.kind, ssrc: one.ssrc, active: one.active, frames: one.framesEncoded, bytes: one.bytesSent,
        limited: one.qualityLimitationReason, keyFrames: one.keyFramesEncoded, asked: one.pliCount,
      })),
      flow: pair && { out: pair.availableOutgoingBitrate, sent: pair.bytesSent, received: pair.bytesReceived },
      sends: connection.getSenders().filter(({ track }) => track?.readyState === "live").map(({ track }) => track.kind),
      local: pair ? candidate(report, pair.localCandidateId) : null,
      remote: pair ? candidate(report, pair.remoteCandidateId) : null,
      configurations: configurations.map((one) => ({
        policy: one.iceTransportPolicy ?? "all",
        usernames: (one.iceServers ?? []).map((server) => server.username ?? null),
      })),
    };
  }

  // --- devices -------------------------------------------------------------------------------------------------

  function take(source, stream) {
    for (const track of stream.getTracks()) tracks.push({ track, source });
  }
  const sourceOf = (track) => tracks.find((one) => one.track === track)?.source;

  for (const [name, source] of [["getUserMedia", "user"], ["getDisplayMedia", "screen"]]) {
    after(window.MediaDevices?.prototype, name, (promise, constraints) => {
      const request = { source, at: now(), audio: !!constraints?.audio, video: !!constraints?.video, error: null };
      requests.push(request);
      promise.then((stream) => take(source, stream), (error) => (request.error = error.name));
    });
  }
  after(MediaStreamTrack.prototype, "clone", function (copy) {
    if (sourceOf(this)) tracks.push({ track: copy, source: sourceOf(this) });
  });
  after(MediaStream.prototype, "clone", function (copy) {
    const [first] = this.getTracks();
    if (first && sourceOf(first)) take(sourceOf(first), copy);
  });

  // --- what is heard, shown, pressed ---------------------------------------------------------------------------

  for (const kind of [window.AudioScheduledSourceNode, window.AudioBufferSourceNode]) {
    if (!kind || !Object.hasOwn(kind.prototype, "start")) continue;
    after(kind.prototype, "start", function () {
      sounds.push({ at: now(), context: this.context });
    });
  }

  if (window.Notification) {
    window.Notification = new Proxy(window.Notification, {
      construct(target, given, newTarget) {
        const seen = { at: now(), title: String(given[0]), options: { ...given[1], actions: undefined }, closed: null };
        const notification = Reflect.construct(target, given, newTarget);
        notifications.push({ seen, notification });
        return notification;
      },
    });
    after(window.Notification.prototype, "close", function () {
      const known = notifications.find(({ notification }) => notification === this);
      if (known) known.seen.closed ??= now();
    });
  }

  // The first frame of each stream from the other side that an element shows.
  const srcObject = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "srcObject");
  Object.defineProperty(HTMLMediaElement.prototype, "srcObject", {
    ...srcObject,
    set(stream) {
      srcObject.set.call(this, stream);
      if (!(stream instanceof MediaStream) || !this.requestVideoFrameCallback) return;
      this.requestVideoFrameCallback(() => {
        const mine = stream.getTracks().some((track) => sourceOf(track));
        if (!mine && this.srcObject === stream) frames.push({ at: now(), stream: stream.id });
      });
    },
  });

  addEventListener("click", (event) => {
    const button = event.composedPath().find((one) => one.dataset?.act || one.dataset?.kind);
    if (button) {
      const { act, kind } = button.dataset;
      clicks.push({ at: performance.timeOrigin + event.timeStamp, what: act ?? kind });
    }
  }, true);

  // What our page shows of calls, each time that it changes: "ring", a phase, an ending.
  let shown = "";
  new MutationObserver(() => {
    const is = [...document.querySelectorAll(".meet-ring, .meet-call, .meet-notice")]
      .map((one) => one.dataset.phase ?? one.dataset.ending ?? "ring").join(" ");
    if (is !== shown) phases.push({ at: now(), shown: (shown = is) });
  }).observe(document, { subtree: true, childList: true, attributeFilter: ["data-phase", "data-ending"] });

  // --- what tests ask ------------------------------------------------------------------------------------------

  window.observer = {
    // Of each connection that is not closed.
    media: () => Promise.all(open().map(measure)),
    connections: () => open().map(({ connection }) => connection),
    made: () => connections.length,
    // Camera, microphone and screen that are open.
    live: () => tracks.filter(({ track }) => track.readyState === "live")
      .map(({ track, source }) => ({ kind: track.kind, source, enabled: track.enabled })),
    requests: () => requests,
    // Of those that could be heard.
    sounds: () => sounds.filter(({ context }) => context.state === "running").map(({ at }) => at),
    notifications: () => notifications.map(({ seen }) => seen),
    frames: () => frames,
    clicks: () => clicks,
    phases: () => phases,
  };
})();
