// Members' pictures as object URLs: what is behind authenticated media (MSC3916) an `<img>` can't load by itself.

import { fetchOf } from "./sending.js";
import { thumbnail } from "./rooms.js";

/** The most pictures that are kept: at about 10 KB each this is 2 MB. The one unused for longest goes first; an image that shows it stays. */
const MOST = 200;
/** Sizes in pixels that are asked for, so that servers scale once for all who ask. */
const SIZES = [32, 64, 96, 128, 256, 512];
/** The largest thumbnail that is taken, in bytes. */
const LARGEST = 4 << 20;
/** The version of the Client-Server API that has authenticated media. */
const AUTHENTICATED = "v1.11";

export class Pictures {
  #client;
  /** By address and size, the one used last at the end: a promise of an object URL or `null`. */
  #kept = new Map();

  constructor(client) {
    this.#client = client;
  }

  /** A member's picture, `null` without one. */
  async avatar(roomId, userId, size) {
    const member = this.#client.getRoom(roomId)?.getMember(userId);
    const mxc = member?.getMxcAvatarUrl() ?? this.#client.getUser?.(userId)?.avatarUrl;
    const wanted = size * (globalThis.devicePixelRatio ?? 1);
    const pixels = SIZES.find((pixels) => pixels >= wanted) ?? SIZES.at(-1);
    if (!thumbnail(this.#client, mxc, pixels, false)) return null;
    return this.#keep(`${pixels} ${mxc}`, () => this.#load(mxc, pixels));
  }

  /** Ends every address that was given. */
  clear() {
    [...this.#kept.keys()].forEach((key) => this.#drop(key));
  }

  #keep(key, load) {
    const kept = this.#kept.get(key) ?? load();
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    // Another time it may work.
    kept.catch(() => this.#kept.get(key) === kept && this.#kept.delete(key));
    if (this.#kept.size > MOST) this.#drop(this.#kept.keys().next().value);
    return kept;
  }

  #drop(key) {
    const kept = this.#kept.get(key);
    this.#kept.delete(key);
    kept?.then((url) => url && URL.revokeObjectURL(url)).catch(() => {});
  }

  async #load(mxc, pixels) {
    // A version of the SDK without this question is younger than the old way.
    const authenticated = (await this.#client.isVersionSupported?.(AUTHENTICATED)) ?? true;
    const token = authenticated ? this.#client.getAccessToken?.() : null;
    const headers = token ? { Authorization: `Bearer ${token}` } : {};
    const answer = await fetchOf(this.#client)(thumbnail(this.#client, mxc, pixels, authenticated), { headers });
    // The server is there and has no such picture, or none that is shown.
    if ([400, 403, 404].includes(answer.status)) return null;
    if (!answer.ok) throw Object.assign(new Error("the picture did not come"), { httpStatus: answer.status });
    const picture = await answer.blob();
    // A drawing may hold programs, which would run in the page's name where somebody opens it alone.
    const isPicture = /^image\/(png|jpeg|gif|webp|avif)$/.test(picture.type.split(";", 1)[0]);
    return isPicture && picture.size <= LARGEST ? URL.createObjectURL(picture) : null;
  }
}
