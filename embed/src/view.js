// What is shown in one place of the page: a shadow root, and in it a part of some calls as long as there are any.

import { inside } from "./calls.js";

/** What `Calls` says when there is nothing to show any more. */
const ENDS = ["closed", "crashed"];
const SIZE = "--meet-tile-size";

/** All that is shown, those that came first first. */
const shown = new Set();
/** The calls of everything that has none of its own. */
export let common = null;

export class View {
  /** @type {Element} */
  host;
  #part;
  #root;
  #own;
  #options = {};
  #on = false;
  /** Of what stands there now: the calls, the number in the program, and how to take it away. */
  #now = null;
  #layout = null;
  #since = {};
  #ended = () => this.refresh();

  /** Of one part, in the shadow root of `host`. */
  constructor(host, part) {
    this.host = host;
    this.#part = part;
    // What had the keyboard outside is asked to take it back as this element.
    this.#root = host.attachShadow({ mode: "open", delegatesFocus: part === "buttons" });
  }

  get calls() {
    return this.#own ?? common;
  }

  get roomId() {
    return this.#options.roomId;
  }

  get part() {
    return this.#part;
  }

  /** Since when it shows its room: the same value as long as it does. */
  get since() {
    return this.#since;
  }

  /** Whether it is of these calls. Nothing stands there any more while a close tells what it ended. */
  isOf(calls) {
    return this.calls === calls;
  }

  /** Shows it from now on, with what is different. Without `calls` of its own those of the page. */
  show({ calls, ...options } = {}) {
    if (calls !== undefined) {
      // Refuses what are none before anything is different.
      inside(calls);
      this.#own = calls;
    }
    const before = this.roomId;
    Object.assign(this.#options, options);
    if (this.roomId !== before) this.#since = {};
    this.#on = true;
    shown.add(this);
    this.refresh();
  }

  hide() {
    this.#on = false;
    this.#since = {};
    shown.delete(this);
    this.refresh();
  }

  /** Does what has to be done for what is wanted now. */
  refresh() {
    const engine = this.#on ? inside(this.calls) : null;
    // Where the program is another one what stands there is drawn anew, and what had the keyboard has it again.
    const focused = this.#root.activeElement?.dataset.kind;
    if (this.#now && (!engine || this.#now.calls !== this.calls || this.#now.program !== engine.program)) this.#takeAway();
    if (!engine) return;
    if (this.#now) {
      engine.program.update(this.#now.number, this.#options);
      this.#follow();
      return;
    }
    const calls = this.calls;
    const place = document.createElement("div");
    place.className = "meet-root";
    place.lang = engine.language;
    this.#root.adoptedStyleSheets = engine.sheets;
    this.#root.append(place);
    const number = engine.program.mount(engine.engine, this.#part, place, this.#options);
    this.#now = { calls, number, place, program: engine.program };
    for (const end of ENDS) calls.addEventListener(end, this.#ended);
    if (focused) place.querySelector(`[data-kind="${focused}"]`)?.focus({ preventScroll: true });
    this.#follow();
  }

  #takeAway() {
    const { calls, number, place, program } = this.#now;
    this.#now = null;
    for (const end of ENDS) calls.removeEventListener(end, this.#ended);
    // A program that has crashed is not to be called again.
    if (!calls.crashed) program.unmount(number);
    place.remove();
    this.#follow();
  }

  /** Says how the stage lies to the room's styles, which can't see into the shadow root; as long as they know layouts. */
  #follow() {
    const place = this.#part === "stage" && this.#options.layouts ? this.#now?.place : null;
    if (place && this.#layout) return;
    this.#layout?.disconnect();
    if (this.#layout) this.#say(null);
    this.#layout = null;
    if (!place) return;
    const say = () => this.#say(place.querySelector(".meet-stage"));
    this.#layout = new MutationObserver(say);
    this.#layout.observe(place, { subtree: true, childList: true, attributeFilter: ["data-layout", "style"] });
    say();
  }

  #say(stage) {
    const layout = stage?.dataset.layout;
    const size = stage?.style.getPropertyValue(SIZE);
    if (layout) this.host.dataset.layout = layout;
    else delete this.host.dataset.layout;
    if (size) this.host.style.setProperty(SIZE, size);
    else this.host.style.removeProperty(SIZE);
  }
}

/** What everything is of that has no calls of its own. */
export function setCommon(calls) {
  common = calls;
  for (const view of [...shown]) view.refresh();
}

/** Lets all views of these calls stand on the program that they have now. */
export function refresh(calls) {
  for (const view of [...shown]) if (view.isOf(calls)) view.refresh();
}

/** Since when each of the views of a part shows a room: values that are the same as long as it goes on showing it. */
export function shownFor(calls, part, roomId) {
  return [...shown].filter((view) => view.isOf(calls) && view.part === part && view.roomId === roomId).map((view) => view.since);
}

/**
 * Tells the page: each view of that room once, of which the first one's event bubbles, so that what lies around several hears it once;
 * where no view shows the room, the document.
 */
export function announce(calls, name, detail) {
  const views = [...shown].filter((view) => view.roomId === detail.roomId && view.isOf(calls));
  for (const [at, view] of views.entries()) {
    view.host.dispatchEvent(new CustomEvent(name, { detail, bubbles: at === 0, composed: true }));
  }
  if (views.length === 0) document.dispatchEvent(new CustomEvent(name, { detail, composed: true }));
}
