// What is on the screen. It shows what it is told and decides nothing.

/** Tiles by participant ("local" is oneself), a screen that somebody shares being a tile of its own: "<id> screen". */
export class View {
  #document;
  #tiles = new Map();

  constructor(document) {
    this.#document = document;
  }

  /** @param {Record<string, () => void>} actions by button id */
  onPress(actions) {
    for (const [id, action] of Object.entries(actions)) this.#element(id).addEventListener("click", action);
  }

  showPrejoin(name, onJoin) {
    const form = this.#element("prejoin");
    this.#element("prejoin-name").value = name ?? "";
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      form.hidden = true;
      onJoin(this.#element("prejoin-name").value);
    });
  }

  showMeeting(conference) {
    this.#element("message").hidden = true;
    this.#element("prejoin").hidden = true;
    this.#element("toolbar").hidden = false;
    for (const kind of ["audio", "video"]) this.showOwn(conference, kind);
  }

  /** A change of one's own microphone, camera or screen. `track` absent: only the buttons and the name. */
  showOwn(conference, kind, track) {
    const { displayName, avatarURL: avatarUrl } = conference.me;
    const [audioMuted, videoMuted] = [conference.muted("audio"), conference.muted("video")];
    this.#press("microphone", !audioMuted);
    this.#press("camera", !videoMuted);
    this.#press("share", conference.sharing);
    this.#showTile("local", { displayName: displayName ? `${displayName} (me)` : "Me", avatarUrl, audioMuted, videoMuted });
    // One's own voice is not played back, and one's own screen is on the screen already.
    if (kind === "video" && track !== undefined) this.showTrack("local", kind, track);
  }

  showOther({ id, displayName = "Participant", avatarUrl, audioMuted, videoMuted, sharing }) {
    this.#showTile(id, { displayName, avatarUrl, audioMuted, videoMuted });
    if (sharing) this.#showTile(`${id} screen`, { displayName: `${displayName}: screen` });
    this.#tiles.get(`${id} screen`)?.classList.toggle("absent", !sharing);
    this.#arrange();
  }

  removeOther(id) {
    for (const key of [id, `${id} screen`]) {
      this.#tiles.get(key)?.remove();
      this.#tiles.delete(key);
    }
    this.#arrange();
  }

  showTrack(id, kind, track) {
    const screen = kind === "screen";
    const tile = this.#tile(screen ? `${id} screen` : id);
    if (screen && !tile.dataset.name) tile.classList.add("absent");
    const video = tile.querySelector("video");
    const kept = (video.srcObject?.getTracks() ?? []).filter((other) => other.kind !== (kind === "audio" ? "audio" : "video"));
    video.srcObject = new MediaStream(track ? [...kept, track] : kept);
    // Refused when the page may not play by itself yet: the next track, or a press, starts it.
    video.play().catch(() => {});
  }

  showSubject(subject) {
    this.#element("subject").textContent = subject ?? "";
  }

  showLayout(tileView) {
    this.#element("stage").dataset.layout = tileView ? "tiles" : "speaker";
    this.#press("tiles", tileView);
  }

  message(text) {
    const message = this.#element("message");
    message.textContent = text;
    message.hidden = false;
  }

  showLeft() {
    for (const tile of this.#tiles.values()) tile.remove();
    this.#tiles.clear();
    this.#element("toolbar").hidden = true;
    this.#element("prejoin").hidden = true;
    this.message("You have left the meeting.");
  }

  #showTile(key, { displayName, avatarUrl, audioMuted = false, videoMuted = false }) {
    const tile = this.#tile(key);
    tile.dataset.name = displayName;
    tile.classList.toggle("silent", audioMuted);
    tile.classList.toggle("dark", videoMuted);
    tile.querySelector(".name").textContent = displayName;
    tile.querySelector(".muted").hidden = !audioMuted;
    const avatar = tile.querySelector(".avatar");
    avatar.textContent = avatarUrl ? "" : [...displayName][0].toUpperCase();
    // Only an address: a name in quotation marks can't leave the url().
    avatar.style.backgroundImage = avatarUrl ? `url(${JSON.stringify(String(avatarUrl))})` : "";
    this.#arrange();
  }

  #tile(key) {
    const known = this.#tiles.get(key);
    if (known) return known;
    const tile = this.#document.createElement("figure");
    tile.className = "tile";
    tile.dataset.participant = key;
    tile.innerHTML = `<div class="avatar" aria-hidden="true"></div><video autoplay playsinline></video>
      <figcaption><span class="muted" hidden>Muted</span><span class="name"></span></figcaption>`;
    tile.querySelector("video").muted = key === "local";
    this.#tiles.set(key, tile);
    this.#element("stage").append(tile);
    return tile;
  }

  /** In speaker view a shared screen is large, else the first of the others, else oneself. */
  #arrange() {
    const shown = [...this.#tiles].filter(([, tile]) => !tile.classList.contains("absent"));
    const large = shown.find(([key]) => key.endsWith(" screen")) ?? shown.find(([key]) => key !== "local") ?? shown[0];
    for (const [key, tile] of this.#tiles) {
      tile.classList.toggle("large", key === large?.[0]);
      tile.classList.toggle("last", tile === shown.at(-1)?.[1]);
    }
    this.#element("stage").dataset.count = String(shown.length);
  }

  #press(id, pressed) {
    this.#element(id).setAttribute("aria-pressed", String(pressed));
  }

  #element(id) {
    return this.#document.getElementById(id);
  }
}
