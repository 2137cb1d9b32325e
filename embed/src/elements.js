// The custom elements. What they show is a view; here are attributes, properties, and coming and going.

import { inside } from "./calls.js";
import { common, View, setCommon } from "./view.js";

/** A server has no elements; there the classes are never made. */
const Base = globalThis.HTMLElement ?? class {};

/** The element that was put into the page for a page that has none of its own. */
let automatic = null;

class CallElement extends Base {
  /** What of the program it shows. */
  static part = "";
  /** By attribute: the property, and its kind. */
  static properties = {};
  /** Properties without an attribute. */
  static plain = ["calls"];

  static get observedAttributes() {
    return Object.keys(this.properties);
  }

  #view = new View(this, this.constructor.part);
  #given = {};

  get calls() {
    return this.#given.calls ?? common;
  }

  set calls(calls) {
    // Refuses what are none before anything is different.
    inside(calls);
    this.#given.calls = calls ?? null;
    if (this.isConnected) this.#show();
  }

  /** `dark`, `light`, or nothing: as the chat is. */
  get theme() {
    return this.getAttribute("theme") ?? "";
  }

  set theme(theme) {
    if (theme) this.setAttribute("theme", theme);
    else this.removeAttribute("theme");
  }

  connectedCallback() {
    // What was said to it before it was an element of this kind hides what understands it.
    const { plain, properties } = this.constructor;
    for (const name of ["theme", ...plain, ...Object.values(properties).map(([property]) => property)]) {
      if (Object.hasOwn(this, name)) {
        const value = this[name];
        delete this[name];
        this[name] = value;
      }
    }
    this.#show();
  }

  disconnectedCallback() {
    // What is moved comes back at once.
    queueMicrotask(() => {
      if (!this.isConnected) this.#view.hide();
    });
  }

  connectedMoveCallback() {}

  attributeChangedCallback() {
    if (this.isConnected) this.#show();
  }

  /** Says what else the view is to know. */
  give(name, value) {
    this.#given[name] = value;
    if (this.isConnected) this.#show();
  }

  given(name) {
    return this.#given[name];
  }

  #show() {
    const options = { ...this.#given };
    for (const [property] of Object.values(this.constructor.properties)) options[property] = this[property];
    this.#view.show(options);
  }
}

/** Gives a class the properties that stand for its attributes. */
function reflecting(element) {
  for (const [attribute, [property, kind]] of Object.entries(element.properties)) {
    const flag = kind === Boolean;
    Object.defineProperty(element.prototype, property, {
      configurable: true,
      enumerable: true,
      get() {
        const value = this.getAttribute(attribute);
        // React 18 writes what is false as a word.
        return flag ? value !== null && value !== "false" : (value ?? "");
      },
      set(value) {
        if (flag ? !value : value === null || value === undefined) this.removeAttribute(attribute);
        else this.setAttribute(attribute, flag ? "" : value);
      },
    });
  }
  return element;
}

const ROOM = { "room-id": ["roomId", String] };

export const MeetCallButtons = reflecting(
  class extends CallElement {
    static part = "buttons";
    static properties = ROOM;
  },
);

export const MeetCallStage = reflecting(
  class extends CallElement {
    static part = "stage";
    static properties = { ...ROOM, layouts: ["layouts", Boolean] };
  },
);

export const MeetCallTile = reflecting(
  class extends CallElement {
    static part = "tile";
    static properties = { ...ROOM, "event-id": ["eventId", String] };
    static plain = ["calls", "event"];

    get event() {
      return this.given("event") ?? null;
    }

    set event(event) {
      this.give("event", event ?? undefined);
    }
  },
);

export const MeetCallToasts = reflecting(
  class extends CallElement {
    static part = "toasts";

    connectedCallback() {
      super.connectedCallback();
      if (automatic && automatic !== this) {
        automatic.remove();
        automatic = null;
      }
    }
  },
);

export const MeetCallSettings = reflecting(
  class extends CallElement {
    static part = "settings";
    static properties = ROOM;
  },
);

const ELEMENTS = {
  "meet-call-buttons": MeetCallButtons,
  "meet-call-stage": MeetCallStage,
  "meet-call-tile": MeetCallTile,
  "meet-call-toasts": MeetCallToasts,
  "meet-call-settings": MeetCallSettings,
};

/** Makes the elements known to the page; nothing on a server, and nothing that is known already. */
export function define() {
  if (!globalThis.customElements) return;
  for (const [name, element] of Object.entries(ELEMENTS)) {
    if (!customElements.get(name)) customElements.define(name, element);
  }
}

/** Gives all elements that have no calls of their own these, or none. */
export function setCalls(calls) {
  setCommon(calls ?? null);
}

/** What rings has to be seen: puts `<meet-call-toasts>` at the page's end unless there is one. */
export function ensureToasts() {
  if (document.querySelector("meet-call-toasts")) return;
  automatic = document.createElement("meet-call-toasts");
  document.body.append(automatic);
}
