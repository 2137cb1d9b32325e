// The calls of one account: an engine of the program over the page's host, what it tells, and what it shows.

import { Handover } from "./handover.js";
import { translation } from "./locales.js";
import { crash, crashed, hasCrashed, load, loadFirst } from "./program.js";
import { seen, spoken, withoutUser, wrapperAddress } from "./seen.js";
import { sheets } from "./styles.js";
import { announce, refresh, shownFor, View } from "./view.js";

let make;
let engineOf;

/** How long a press may wait for the program: who has given up is not to call all the same. */
const PRESSED = 30 * 1000;
/** All calls that stand on the program in front. */
const waiting = new Set();

/** @type {import("./index").Calls} */
export class Calls extends EventTarget {
  #program;
  #engine = 0;
  /** As long as the program is the one in front. */
  #handover = null;
  /** What was pressed and waits for the whole program. */
  #pressed = null;
  #options;
  #host;
  #over = false;
  #closing = Promise.resolve();
  #crashed = false;
  #look;
  #sheets = [];
  #language;

  static {
    make = async (host, options) => {
      const calls = new Calls(secret);
      await calls.#open(host, options);
      return calls;
    };
    engineOf = (calls) => {
      if (typeof calls !== "object" || !(#engine in calls)) throw new TypeError("meet-in-chat: what is given as `calls` was not made by createCalls() of this copy of the package");
      return calls.#inside();
    };
  }

  constructor(key) {
    super();
    if (key !== secret) throw new TypeError("Calls are made with createCalls(host)");
  }

  /** Whether they are closed or have crashed. */
  get closed() {
    return this.#over;
  }

  get crashed() {
    return this.#crashed;
  }

  mount(part, element, options = {}) {
    return mount(element, { ...options, part, calls: this });
  }

  close() {
    if (!this.#over) {
      this.#over = true;
      this.#stopWaiting();
      // A program that crashes meanwhile says nothing more.
      const crash = new Promise((crashed) => this.addEventListener("crashed", crashed));
      this.#closing = Promise.race([this.#program.close(this.#engine), crash]).then(() => {});
      this.dispatchEvent(new Event("closed"));
    }
    return this.#closing;
  }

  async #open(host, options) {
    const wrapper = wrapperAddress(options.wrapperUrl);
    const handover = new Handover(
      () => load(options.wasmUrl),
      (program) => this.#takeOver(program),
      (error) => this.#notLoaded(error),
    );
    this.#host = seen(host, {
      wrapper,
      language: options.language,
      looked: () => this.#dress(),
      heard: (event, mayRing) => this.#heard(event, mayRing),
      missed: () => handover.take(),
    });
    const [[program, isWhole], translated] = await Promise.all([loadFirst(options), translation(spoken(this.#host))]);
    if (hasCrashed()) throw crash();
    // In its place the program would name another one without a word.
    if (wrapper !== undefined && !program.openable(wrapper)) {
      throw new TypeError(`meet-in-chat: wrapperUrl must be a plain address by https, or on localhost, and it is ${withoutUser(wrapper)}`);
    }
    this.#language = translated.language;
    this.#options = {
      texts: { ...translated.texts, ...options.texts },
      onEvent: (name, detail) => this.#told(name, detail),
    };
    // Before it opens: a host may tell something while it is being listened to.
    if (!isWhole) {
      this.#handover = handover;
      waiting.add(this);
    }
    try {
      this.#begin(program);
    } catch (error) {
      this.#stopWaiting();
      throw error;
    }
    this.#look = new CSSStyleSheet();
    this.#sheets = [...sheets(), this.#look, ...own(options.styleSheet)];
    this.#dress();
  }

  #begin(program) {
    this.#engine = program.open(this.#host, this.#options);
    this.#program = program;
  }

  /** What the program in front was told and can't heed. */
  #heard(event, mayRing) {
    if (!this.#handover) return;
    if (event?.type === "signed-out") {
      // Nothing of it is this session's any more.
      this.#unpress();
      this.#handover.forget();
    } else if (mayRing) {
      this.#handover.keep(event);
      this.#handover.need();
    } else if (event?.type === "live") {
      this.#handover.keepGaps(event);
    }
  }

  /** From here on the whole program has the calls; it listens before the one in front ends. */
  #takeOver(program) {
    const [front, engine] = [this.#program, this.#engine];
    try {
      this.#begin(program);
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      this.#crash(program);
      return;
    }
    const pressed = this.#pressed;
    this.#stopWaiting();
    if (this.#over) {
      // The host has closed them while it was asked something.
      program.close(this.#engine);
      return;
    }
    try {
      refresh(this);
    } finally {
      front.close(engine);
    }
    if (pressed && !this.#over && this.#stillMeant(pressed)) {
      program.press(this.#engine, pressed.roomId, pressed.kind, pressed.act);
    }
  }

  /** Who has gone to another room meanwhile is not called from this one. */
  #stillMeant({ roomId, since, until }) {
    return Date.now() < until && shownFor(this, "buttons", roomId).some((shown) => since.includes(shown));
  }

  #notLoaded(error) {
    console.warn("meet-in-chat: the calls could not be loaded, and will be asked for again", error);
    this.#tooLate();
  }

  /** A press comes to nothing, and the page may say so in its own way. */
  #tooLate() {
    this.#failPress();
    this.dispatchEvent(new Event("not-loaded"));
  }

  /** A call that comes about by itself later would be a surprise. */
  #failPress() {
    this.#unpress();
    if (this.#handover) this.#program.failed(this.#engine);
  }

  #unpress() {
    clearTimeout(this.#pressed?.limit);
    this.#pressed = null;
  }

  /** They stand on the whole program now, or on none. */
  #stopWaiting() {
    this.#unpress();
    this.#handover?.end();
    this.#handover = null;
    waiting.delete(this);
  }

  /** Dark or light as the chat says; without a word of it as the page is. */
  #dress() {
    let dark;
    try {
      dark = this.#host.isDark?.();
    } catch {
      // The program has said it on the console.
    }
    const scheme = typeof dark === "boolean" ? `:host { color-scheme: ${dark ? "dark" : "light"} }` : "";
    this.#look?.replaceSync(scheme);
  }

  #told(name, detail) {
    if (name === "soon" || name === "needed") {
      this.#wanted(name, detail);
      return;
    }
    if (name === "crashed") {
      this.#crash(this.#program);
      return;
    }
    this.dispatchEvent(new CustomEvent(name, { detail }));
    announce(this, name, detail);
  }

  /** Neither of the two programs can do without the other. */
  #crash(broken) {
    if (this.#crashed) return;
    const front = this.#handover && this.#program;
    this.#over = this.#crashed = true;
    this.#stopWaiting();
    crashed();
    this.dispatchEvent(new Event("crashed"));
    for (const other of [...waiting]) other.#crash(broken);
    if (front && front !== broken) front.close(this.#engine);
  }

  /** The program in front wants the whole one. */
  #wanted(name, detail) {
    if (!this.#handover) return;
    if (name === "soon") {
      this.#handover.warm();
      return;
    }
    if (detail.roomId) {
      this.#unpress();
      const since = shownFor(this, "buttons", detail.roomId);
      // A timer may stand still as long as the machine sleeps.
      const until = Date.now() + PRESSED;
      this.#pressed = { ...detail, since, until, limit: setTimeout(() => this.#tooLate(), PRESSED) };
    }
    this.#handover.need(Boolean(detail.roomId));
  }

  /** What a view needs of it; nothing once it is over. */
  #inside() {
    return this.#over ? null : { program: this.#program, engine: this.#engine, sheets: this.#sheets, language: this.#language };
  }
}

const secret = Symbol();
const PARTS = ["buttons", "stage", "tile", "toasts", "settings"];

/**
 * Opens calls over a chat.
 *
 * @param {import("./host").Host} host
 * @param {import("./index").CallsOptions} [options]
 * @returns {Promise<Calls>}
 */
export async function createCalls(host, options = {}) {
  if (typeof document === "undefined") throw new Error("meet-in-chat: calls need a browser; make them there, not on a server");
  return make(host, options);
}

/** What a view needs of these calls; `null` where there are none any more. */
export function inside(calls) {
  return calls ? engineOf(calls) : null;
}

/** Shows a part in an element of the page; see `mount` in `index.d.ts`. */
export function mount(element, { part = "buttons", calls, ...options } = {}) {
  if (!PARTS.includes(part)) throw new TypeError(`meet-in-chat: there is no part ${part}, there are ${PARTS.join(", ")}`);
  inside(calls);
  const host = document.createElement("div");
  host.dataset.part = part;
  element.append(host);
  const view = new View(host, part);
  view.show({ calls, ...options });
  let gone = false;
  return {
    update(more) {
      if (!gone) view.show(more);
    },
    unmount() {
      gone = true;
      view.hide();
      host.remove();
    },
  };
}

function own(styles = []) {
  return [styles].flat().map((style) => {
    if (style instanceof CSSStyleSheet) return style;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    return sheet;
  });
}
