// The other participants: a peer connection, a tile and the events of each.

import { formatRemote } from "./names.js";
import { Peer } from "./peer.js";

const KINDS = ["audio", "video", "screen"];

export class Others {
  /** @type {Map<string, {id: string, moderator: boolean, peer: Peer} & object>} */
  #all = new Map();
  #me;
  #view;
  #api;
  #devices;
  #signalling;
  #sharers = "";

  /** `me` is asked for its id and whether it shares a screen; the rest is used as it is. */
  constructor({ me, view, api, devices, signalling }) {
    this.#me = me;
    this.#view = view;
    this.#api = api;
    this.#devices = devices;
    this.#signalling = signalling;
  }

  all() {
    return [...this.#all.values()];
  }

  /** Somebody is here. The one who joined later makes the offer. */
  add(participant, offers) {
    const { id, displayName } = participant;
    const peer = new Peer({
      offers,
      tracks: Object.fromEntries(KINDS.map((kind) => [kind, this.#devices.track(kind)])),
      send: (signal) => this.#signalling.send({ type: "signal", to: id, signal }),
      onTrack: (kind, track) => this.#view.showTrack(id, kind, track),
    });
    this.#all.set(id, { ...participant, peer });
    this.#view.showOther(participant);
    this.#api.event("participant-joined", { id, displayName, formattedDisplayName: formatRemote(displayName) });
    this.#roleChanged(participant);
    this.sharersChanged();
  }

  update(participant) {
    const { id, displayName, avatarUrl } = participant;
    const before = this.#all.get(id);
    if (!before) return;
    // Not merged: a field that is absent now was taken back.
    this.#all.set(id, { ...participant, peer: before.peer });
    if (before.displayName !== displayName) {
      const formattedDisplayName = formatRemote(displayName);
      this.#api.event("display-name-change", { id, displayname: displayName, formattedDisplayName });
    }
    if (before.moderator !== participant.moderator) this.#roleChanged(participant);
    if (before.avatarUrl !== avatarUrl) this.#api.event("avatar-changed", { id, avatarURL: avatarUrl });
    this.#view.showOther(participant);
    this.sharersChanged();
  }

  remove(id) {
    this.#all.get(id)?.peer.close();
    if (!this.#all.delete(id)) return;
    this.#view.removeOther(id);
    this.#api.event("participant-left", { id });
    this.sharersChanged();
  }

  /** A description or candidate from one of them. */
  receive(id, signal) {
    this.#all.get(id)?.peer.receive(signal);
  }

  /** Sends another track, or nothing, to everybody. */
  replace(kind, track) {
    for (const { peer } of this.#all.values()) peer.replace(kind, track);
  }

  /** Those who share their screen, oneself included, are reported when they are others than before. */
  sharersChanged() {
    const data = this.all().filter((other) => other.sharing).map((other) => other.id);
    if (this.#me.sharing) data.push(this.#me.me.id);
    if (data.join() === this.#sharers) return;
    this.#sharers = data.join();
    this.#api.event("content-sharing-participants-changed", { data });
  }

  /** Meet takes everybody off its list before it says that one has left oneself. */
  sayGone() {
    for (const id of this.#all.keys()) this.#api.event("participant-left", { id });
  }

  close() {
    for (const { peer } of this.#all.values()) peer.close();
    this.#all.clear();
  }

  #roleChanged({ id, moderator }) {
    this.#api.event("participant-role-changed", { id, role: moderator ? "moderator" : "participant" });
  }
}
