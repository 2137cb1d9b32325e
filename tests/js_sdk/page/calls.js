// The SDK's calls: which is the one meant, what it says of itself, and its remote streams in elements that play.

import { CallEvent, CallState } from "matrix-js-sdk/lib/webrtc/call.js";

export class Calls {
  #parent;
  #all = [];
  #notes = new Map();

  constructor(parent) {
    this.#parent = parent;
  }

  // `at`: when it was placed; an incoming one has rung from now on.
  add(call, at = undefined) {
    if (this.#all.includes(call)) return;
    this.#all.push(call);
    this.#notes.set(call, { [at ? "place" : "ring"]: at ?? now(), states: [], error: null });
    // Without a listener for errors, the SDK refuses to call.
    call.on(CallEvent.Error, (error) => (this.#notes.get(call).error = String(error)));
    call.on(CallEvent.Replaced, (other) => this.add(other));
    call.on(CallEvent.State, (state) => {
      this.#notes.get(call).states.push([state, now()]);
      this.#play();
    });
    call.on(CallEvent.FeedsChanged, () => this.#play());
    this.#play();
  }

  note(call, what) {
    this.#notes.get(call)[what] = now();
  }

  ringing() {
    const call = this.#all.find((call) => call.state === CallState.Ringing);
    if (!call) throw new Error(`nothing rings: ${JSON.stringify(this.describeAll())}`);
    return call;
  }

  current() {
    const call = this.#current();
    if (!call) throw new Error("there is no call");
    return call;
  }

  describe() {
    const call = this.#current();
    return call ? this.#describe(call) : null;
  }

  describeAll() {
    return this.#all.map((call) => this.#describe(call));
  }

  #current() {
    return this.#all.findLast((call) => !call.callHasEnded()) ?? this.#all.at(-1);
  }

  #describe(call) {
    return {
      id: call.callId,
      direction: call.direction,
      state: call.state,
      type: call.type,
      microphoneMuted: call.isMicrophoneMuted(),
      cameraMuted: call.isLocalVideoMuted(),
      iHoldIt: call.isRemoteOnHold(),
      theyHoldIt: call.isLocalOnHold(),
      sharesScreen: call.isScreensharing(),
      remoteFeeds: call.getRemoteFeeds().map((feed) => ({
        purpose: feed.purpose,
        audioMuted: feed.isAudioMuted(),
        videoMuted: feed.isVideoMuted(),
        tracks: feed.stream.getTracks().map((track) => track.kind).sort(),
      })),
      hangupParty: call.hangupParty ?? null,
      hangupReason: call.hangupReason ?? null,
      ...this.#notes.get(call),
    };
  }

  // One element for each remote stream of a living call. Sound is part of it: its energy is measured only while it plays.
  #play() {
    const living = this.#all.filter((call) => !call.callHasEnded());
    const streams = new Set(living.flatMap((call) => call.getRemoteFeeds().map((feed) => feed.stream)));
    for (const element of [...this.#parent.children]) {
      if (!streams.delete(element.srcObject)) element.remove();
    }
    for (const stream of streams) {
      const element = document.createElement("video");
      element.autoplay = true;
      element.playsInline = true;
      element.srcObject = stream;
      this.#parent.append(element);
    }
  }
}

function now() {
  return performance.timeOrigin + performance.now();
}
