// The calls of one account: an engine of the program over the page's host, what it tells, and what it shows.

import { crashed, load } from "./program.js";
import { translation } from "./locales.js";
import { sheets } from "./styles.js";
import { announce, View } from "./view.js";

let make;
let engineOf;

/** @type {import("./index").Calls} */
export class Calls extends EventTarget {
  #program;
  #engine = 0;
  #host;
  #over = false;
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
      if (!(#engine in calls)) throw new TypeError("meet-in-chat: what is given as `calls` was not made by createCalls() of this copy of the package");
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

  async close() {
    if (this.#over) return;
    this.#over = true;
    this.dispatchEvent(new Event("closed"));
    await this.#program.close(this.#engine);
  }

  async #open(host, options) {
    const language = options.language ?? spoken(host);
    const [program, translated] = await Promise.all([load(options.wasmUrl), translation(language)]);
    this.#language = translated.language;
    this.#program = program;
    this.#host = host;
    const texts = { ...translated.texts, ...options.texts };
    this.#engine = program.open(seen(host, options, () => this.#dress()), {
      texts,
      onEvent: (name, detail) => this.#told(name, detail),
    });
    this.#look = new CSSStyleSheet();
    this.#sheets = [...sheets(), this.#look, ...own(options.styleSheet)];
    this.#dress();
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
    if (name === "crashed") {
      this.#over = this.#crashed = true;
      crashed();
      this.dispatchEvent(new Event("crashed"));
      return;
    }
    this.dispatchEvent(new CustomEvent(name, { detail }));
    announce(this, name, detail);
  }

  /** What a view needs of it; nothing once it is over. */
  #inside() {
    return this.#over ? null : { program: this.#program, engine: this.#engine, sheets: this.#sheets, language: this.#language };
  }
}

const secret = Symbol();

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
  const host = document.createElement("div");
  host.dataset.part = part;
  element.append(host);
  const view = new View(host, part);
  view.show({ calls, ...options });
  return {
    update: (more) => view.show(more),
    unmount() {
      view.hide();
      host.remove();
    },
  };
}

/**
 * The host as the program sees it: with `wrapperUrl` in its configuration, and with an ear on its look. A method is called on the
 * host itself, which may have fields that a proxy must not touch.
 */
function seen(host, { wrapperUrl }, looked) {
  const address = wrapperUrl === undefined ? undefined : new URL(wrapperUrl, document.baseURI).href;
  if (host === null || typeof host !== "object") return host;
  const instead = {
    subscribe: (listener) =>
      host.subscribe((event) => {
        if (event?.type === "look-changed") looked();
        listener(event);
      }),
  };
  instead.getConfiguration = () => {
    const given = host.getConfiguration?.() ?? {};
    const named = address ?? given.meet_in_chat?.wrapper_url;
    if (typeof named !== "string" || !URL.canParse(named, document.baseURI)) return given;
    // The one in events is also the one that this page opens: beside the page there is none.
    const url = new URL(named, document.baseURI).href;
    return { ...given, meet_in_chat: { ...given.meet_in_chat, wrapper_url: url, own_wrapper_url: url } };
  };
  return new Proxy(host, {
    get(_, name) {
      const value = host[name];
      const may = typeof value === "function" || (name === "getConfiguration" && value === undefined);
      if (may && Object.hasOwn(instead, name)) return instead[name];
      return typeof value === "function" ? value.bind(host) : value;
    },
  });
}

/** The chat's language, else the page's. */
function spoken(host) {
  let language;
  try {
    language = host?.getLanguage?.();
  } catch {
    // The page's will do.
  }
  return typeof language === "string" && language ? language : document.documentElement.lang || navigator.language;
}

function own(styles = []) {
  return [styles].flat().map((style) => {
    if (style instanceof CSSStyleSheet) return style;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    return sheet;
  });
}
