// The meeting: who is in it, what is sent, and what the embedding page hears of it, in Meet's order.

import { Devices } from "./devices.js";
import { escapeName, formatLocal, normalizeName } from "./names.js";
import { Others } from "./others.js";
import { release, showsPrejoin } from "./release.js";
import { Signalling } from "./signalling.js";

/** After a fatal error Meet counts down and loads itself again. */
const RELOAD_SECONDS = 10;
/** After `video-ready-to-close` Meet stays for half a second and then goes to its close page. */
const CLOSE_AFTER_MS = 500;

/** What is shown about an error that leaves one waiting, or outside. */
const NOTICES = {
  "connection.passwordRequired": "Authentication failed.",
  "conference.authenticationRequired": "Waiting for an authenticated user.",
  "conference.connectionError.accessDenied": "A moderator did not let you in.",
  "conference.connectionError.membersOnly": "Waiting for a moderator to let you in.",
  "conference.connectionError.notAllowed": "You are not allowed to join this meeting.",
  "conference.max_users": "The meeting is full.",
  "conference.passwordRequired": "This meeting has a password.",
};

export class Conference {
  /** @type {Others} */
  others;
  available = { audio: true, video: true };
  tileView = true;
  /** The keys of what is streamed. */
  streams = [];
  /** Does nothing about a hang-up, as a page that hangs does. */
  deaf = false;
  sessionId = crypto.randomUUID();
  #address;
  #view;
  #api;
  #signalling;
  #devices;
  #reloading = false;
  /** "starting", "prejoin", "joining", "joined" or "left"; each only follows the ones before it */
  #phase = "starting";
  // Toggles wait for one another: the second of two must see what the first one did.
  #toggles = Promise.resolve();

  constructor(address, view) {
    this.#address = address;
    this.#view = view;
    const name = address.token?.context?.user?.name ?? escapeName(String(address.userInfo.displayName ?? ""));
    this.me = {
      id: "local",
      room: address.room,
      moderator: false,
      displayName: normalizeName(name),
      avatarURL: address.token?.context?.user?.avatar || undefined,
      email: address.userInfo.email,
    };
    this.#devices = new Devices((kind, track) => this.#trackChanged(kind, track), (...error) => this.#deviceError(...error));
    this.#devices.prefer(address.devices);
  }

  get phase() {
    return this.#phase;
  }

  get joined() {
    return this.#phase === "joined";
  }

  get sharing() {
    return Boolean(this.#devices.track("screen"));
  }

  muted(kind) {
    return this.#devices.muted(kind);
  }

  liveTracks() {
    return this.#devices.live();
  }

  start(api) {
    this.#api = api;
    api.event("browser-support", { supported: true });
    if (release.saysReady) api.event("ready");
    this.#signalling = new Signalling(this.#address.room, (message) => this.#receive(message), () => this.#lost());
    this.others = new Others({ me: this, view: this.#view, api, devices: this.#devices, signalling: this.#signalling });
    this.#signalling.send({ type: "hello", url: location.href });
  }

  /** Opens the devices that are not to start muted, then asks to be let in. */
  async join() {
    if (this.#phase !== "starting" && this.#phase !== "prejoin") return;
    await this.#openDevices();
    if (this.#phase === "left") return;
    this.#phase = "joining";
    this.#signalling.send({ type: "join", profile: this.#profile(), token: this.#address.jwt });
  }

  toggle(kind) {
    this.#toggles = this.#toggles.then(async () => {
      if (this.#phase === "left") return;
      if (this.#devices.muted(kind)) {
        if (!(await this.#devices.unmute(kind))) return;
      } else {
        this.#devices.mute(kind);
      }
      this.#muteChanged(kind);
    });
    return this.#toggles;
  }

  /** `enable` absent: the other way round. */
  async toggleScreen(enable = !this.sharing) {
    if (enable === this.sharing || !this.joined) return;
    if (enable) await this.#devices.share();
    else this.#devices.unshare();
  }

  setTileView(enabled) {
    if (enabled === this.tileView) return;
    this.tileView = enabled;
    this.#api.event("tile-view-changed", { enabled });
    this.#view.showLayout(enabled);
  }

  setDisplayName(name) {
    const displayName = normalizeName(name);
    if (displayName === this.me.displayName) return;
    this.me.displayName = displayName;
    const formattedDisplayName = formatLocal(displayName);
    this.#api.event("display-name-change", { id: this.me.id, displayname: displayName, formattedDisplayName });
    this.#announce();
  }

  setEmail(email) {
    this.me.email = email;
    this.#api.event("email-change", { id: this.me.id, email });
  }

  setAvatar(avatarURL) {
    this.me.avatarURL = avatarURL;
    this.#api.event("avatar-changed", { id: this.me.id, avatarURL });
    this.#announce();
  }

  /** Moderators alone set it; for others it stays pending, as in Meet. */
  setSubject(subject) {
    this.#address.config.subject = subject;
    if (this.joined && this.me.moderator && subject) this.#signalling.send({ type: "subject", subject });
  }

  setLocalSubject(subject) {
    this.#view.showSubject(subject);
  }

  /** Streams alone, and for moderators: everything else is reported on the console, as in Meet, and the embedding page hears nothing. */
  startRecording({ mode, youtubeStreamKey }) {
    if (!this.joined || !this.me.moderator || mode !== "stream" || !youtubeStreamKey) {
      console.error("no recording was started", mode);
      return;
    }
    this.streams.push(youtubeStreamKey);
    this.#api.event("recording-status-changed", { on: true, mode });
  }

  kick(id) {
    this.#signalling.send({ type: "kick", id });
  }

  end() {
    this.#signalling.send({ type: "end" });
  }

  hangUp() {
    if (this.#phase === "left" || this.deaf) return;
    const { joined } = this;
    // Meet says so just before leaving, and embedders must not take it for the person's wish.
    if (joined && !this.muted("video")) this.#api.event("video-mute-status-changed", { muted: true });
    if (joined) this.others.sayGone();
    this.#leave();
    if (joined) this.#api.event("video-conference-left", { roomName: this.#roomName() });
    this.#api.event("video-ready-to-close");
    setTimeout(() => location.replace("/_stand-in/closed.html"), CLOSE_AFTER_MS);
  }

  /** The page goes away without having hung up. */
  unload() {
    if (this.#phase === "left") return;
    this.#leave();
    this.#api.event("video-conference-left", { roomName: this.#roomName() });
  }

  fail(error) {
    this.#api.event("error-occurred", { error });
    if (error.name === "conference.passwordRequired") this.#api.event("password-required");
    if (NOTICES[error.name]) this.#view.message(NOTICES[error.name]);
    if (!error.isFatal || this.#reloading) return;
    this.#reloading = true;
    let left = RELOAD_SECONDS;
    const tick = () => {
      this.#view.message(`The connection was lost. Loading again in ${left} s.`);
      if (left-- === 0) location.reload();
    };
    tick();
    setInterval(tick, 1000);
  }

  #receive(message) {
    if (this.#phase === "left") return;
    switch (message.type) {
      case "welcome": return this.#welcome(message);
      case "denied": return this.#denied();
      case "joined": return this.#joined(message);
      case "participant-joined": return this.others.add(message.participant, false);
      case "participant-updated": return this.others.update(message.participant);
      case "participant-left": return this.others.remove(message.id);
      case "role": return this.#roleChanged(message.moderator);
      case "signal": return this.others.receive(message.from, message.signal);
      case "subject": return this.#subjectChanged(message.subject);
      case "kicked": return this.#kicked(message);
      case "ended": return this.#ended();
      case "fail": return this.fail(message.error);
    }
  }

  async #welcome({ id, room }) {
    Object.assign(this.me, { id, room });
    const devices = await navigator.mediaDevices.enumerateDevices();
    for (const kind of ["audio", "video"]) {
      this.#setAvailable(kind, devices.some((device) => device.kind === `${kind}input`));
    }
    if (!showsPrejoin(this.#address.config)) return this.join();
    this.#phase = "prejoin";
    const { displayName } = this.me;
    this.#api.event("prejoin-screen-loaded", { id: "local", displayName, formattedDisplayName: formatLocal(displayName) });
    this.#view.showPrejoin(displayName, (name) => {
      this.me.displayName = normalizeName(name);
      this.join();
    });
  }

  async #openDevices() {
    const { startWithAudioMuted, startWithVideoMuted } = this.#address.config;
    const startMuted = { audio: startWithAudioMuted === true, video: startWithVideoMuted === true };
    const kinds = ["audio", "video"].filter((kind) => this.available[kind] && !startMuted[kind]);
    if (kinds.length > 0) await this.#devices.open(kinds);
  }

  #joined({ participants, moderator, subject }) {
    this.#phase = "joined";
    const { id, displayName, avatarURL, email } = this.me;
    this.#view.showMeeting(this);
    // As from XMPP: those who are in come first, oneself last.
    for (const participant of participants) this.others.add(participant, true);
    this.#api.event("video-conference-joined", {
      roomName: this.#roomName(), id, displayName, formattedDisplayName: formatLocal(displayName), avatarURL, email,
      breakoutRoom: false, visitor: false,
    });
    this.#roleChanged(moderator);
    for (const kind of ["audio", "video"]) if (this.muted(kind)) this.#muteChanged(kind);
    if (subject) this.#subjectChanged(subject);
  }

  #denied() {
    this.fail({ name: "conference.connectionError.accessDenied", type: "CONFERENCE", isFatal: false });
  }

  #kicked({ by, name }) {
    const kicked = { id: this.me.id, name: this.me.displayName, local: true };
    this.#api.event("participant-kicked-out", { kicked, kicker: { id: by, name } });
    this.hangUp();
  }

  #ended() {
    this.fail({ name: "conference.destroyed", type: "CONFERENCE", isFatal: false });
    this.hangUp();
  }

  #lost() {
    if (this.#phase === "left") return;
    this.fail({ name: "connection.droppedError", type: "CONNECTION", isFatal: true });
  }

  #roleChanged(moderator) {
    this.me.moderator = moderator;
    this.#api.event("participant-role-changed", { id: this.me.id, role: moderator ? "moderator" : "participant" });
    this.setSubject(this.#address.config.subject);
  }

  #subjectChanged(subject) {
    this.#view.showSubject(subject);
    this.#api.event("subject-change", { subject });
  }

  #trackChanged(kind, track) {
    this.others.replace(kind, track);
    if (this.#phase === "left") return;
    if (kind === "screen") {
      const sourceType = track?.getSettings().displaySurface === "monitor" ? "screen" : "window";
      this.#api.event("screen-sharing-status-changed", { on: Boolean(track), details: track ? { sourceType } : {} });
      this.#announce();
      this.others.sharersChanged();
    } else if (track === null && kind === "video" && this.joined) {
      this.#announce();
    }
    this.#view.showOwn(this, kind, track);
  }

  #muteChanged(kind) {
    this.#view.showOwn(this, kind, this.#devices.track(kind));
    if (!this.joined) return;
    this.#api.event(`${kind}-mute-status-changed`, { muted: this.muted(kind) });
    this.#announce();
  }

  #setAvailable(kind, available) {
    this.available[kind] = available;
    this.#api.event(`${kind}-availability-changed`, { available });
  }

  #deviceError(kind, { name, message }) {
    const type = { NotAllowedError: "gum.permission_denied", NotFoundError: "gum.not_found" }[name] ?? "gum.general";
    if (kind === "screen") return;
    this.#api.event(kind === "audio" ? "mic-error" : "camera-error", { type, message });
    this.#setAvailable(kind, false);
  }

  #announce() {
    if (this.joined) this.#signalling.send({ type: "update", profile: this.#profile() });
  }

  #profile() {
    const { displayName, avatarURL: avatarUrl } = this.me;
    const [audioMuted, videoMuted] = [this.muted("audio"), this.muted("video")];
    return { displayName, avatarUrl, audioMuted, videoMuted, sharing: this.sharing };
  }

  #leave() {
    this.#phase = "left";
    this.#devices.stop();
    this.others.close();
    // What is still open is told last: a test wants to know, and nobody can ask a page that has gone.
    this.#signalling.send({ type: "leave", live: this.#devices.leftOpen() });
    this.#signalling.close();
    this.#view.showLeft();
  }

  #roomName() {
    return encodeURIComponent(this.me.room);
  }
}
