/**
 * Meet in Chat for a web chat that exists already: call buttons, 1:1 calls and conferences.
 *
 * ```js
 * import { connect } from "meet-in-chat";
 * await connect(host);
 * ```
 *
 * From then on every `<meet-call-buttons room-id="…">` of the page works. Importing this makes the elements known to the page; on a
 * server it does nothing.
 */
import type { Host, MatrixEvent } from "./host";

export type { Host, HostEvent, HostFailure, Json, JsonObject, LiveEvent, LiveEvents, MatrixEvent, Room } from "./host";

/**
 * Opens calls over a chat, gives them to all elements of the page, and sees to it that what rings is seen. For a page with one account.
 *
 * @throws TypeError or Error when the host lacks something, with the names of what it lacks; when the program that draws buttons could not be loaded.
 * That of calls is loaded later, see `not-loaded` of {@link CallsEventMap}.
 */
export function connect(host: Host, options?: ConnectOptions): Promise<Calls>;

/**
 * Opens calls over a chat. The first time the program is loaded, one for the page however many calls there are.
 *
 * @throws as {@link connect}
 */
export function createCalls(host: Host, options?: CallsOptions): Promise<Calls>;

/** Gives all elements that have no `calls` of their own these, or takes them away. */
export function setCalls(calls: Calls | null): void;

/**
 * Shows a part, without a name the `buttons`, at the end of an element, without a custom element of one's own. It may be called before
 * there are any calls.
 *
 * @throws TypeError when there is no such part, or `calls` are none; nothing is in the element then.
 */
export function mount(element: Element | ShadowRoot, options?: MountOptions & { part?: Part; calls?: Calls | null }): Mounted;

/** What {@link createCalls} takes. */
export interface CallsOptions {
  /**
   * The address of the wrapper page `jitsi.html` that the package carries in `wrapper/`, or of another one; relative to the page. It
   * stands in the events that start conferences, so that everybody in the room has to be able to open it: by https, or on `localhost`
   * while trying things out. Anything else is refused with a `TypeError`, also an address with a user, or with a path that programs write
   * in different ways. A query or fragment is left out. Comes before `meet_in_chat.wrapper_url` of the host's configuration.
   */
  wrapperUrl?: string | URL;
  /**
   * Where `meet-in-chat_bg.wasm` lies, the program of calls and conferences. Without it beside the package's own modules, as Vite puts it.
   * It is loaded when somebody presses or is about to, is called, sees a stage whose room has a conference, a tile or the settings, or comes
   * back to a call that a reload has cut; at once where this is named without {@link buttonsWasmUrl}.
   */
  wasmUrl?: string | URL;
  /** Where `buttons_bg.wasm` lies, the small program that draws the buttons until then. Without it beside the package's own modules. */
  buttonsWasmUrl?: string | URL;
  /** The language of all texts, and of the conferences, as a BCP 47 tag. Without it the host's, else the page's. English where there is no translation. */
  language?: string;
  /** Other words for single texts, by the keys of `locales/de.js`. */
  texts?: Record<string, string>;
  /** Styles for the inside of all parts, after ours. What {@link https://developer.mozilla.org/docs/Web/CSS/::part | ::part} reaches needs none. */
  styleSheet?: string | CSSStyleSheet | (string | CSSStyleSheet)[];
}

/** What {@link connect} takes. */
export interface ConnectOptions extends CallsOptions {
  /** `false`: the page has a `<meet-call-toasts>` of its own later on. Otherwise one is put at its end where there is none. */
  toasts?: boolean;
}

/** What can be shown. */
export type Part = "buttons" | "stage" | "tile" | "toasts" | "settings";

/** What a part is to show. */
export interface MountOptions {
  /** Needed by `buttons`, `stage` and `tile`; with it `settings` has the choice of when calls ring in that room. */
  roomId?: string;
  /** Of a `tile`: the event that began the conference. */
  eventId?: string;
  /** Of a `tile`: that event itself, for one that is not in the room's state any more. */
  event?: MatrixEvent;
  /** Of a `stage`: the room's styles know all layouts, see {@link MeetCallStage.layouts}. */
  layouts?: boolean;
}

/** A part that is shown. */
export interface Mounted {
  /** Lets it show something else. What is not named stays. */
  update(options: MountOptions): void;
  /** Takes it away. Calls go on. */
  unmount(): void;
}

/** What is told of a 1:1 call. */
export interface CallDetail {
  roomId: string;
  /** The other person. */
  userId: string;
  /** They called. */
  incoming: boolean;
  video: boolean;
  /** Media flows, or has. In `call-ended`: `false` for a call that never came about. */
  connected: boolean;
}

/** What is told of a conference. */
export interface ConferenceDetail {
  roomId: string;
  /** The `state_key` of its widget event. */
  widgetId: string;
}

/** By name, what happens. These are told by {@link Calls}, and by the elements that show the room. */
export interface CallEvents {
  /** Somebody calls. */
  "call-ringing": CustomEvent<CallDetail>;
  /** I call, or have accepted. */
  "call-started": CustomEvent<CallDetail>;
  /** Media flows for the first time. */
  "call-connected": CustomEvent<CallDetail>;
  /** It is over, be it one that only rang. */
  "call-ended": CustomEvent<CallDetail>;
  "conference-joined": CustomEvent<ConferenceDetail>;
  "conference-left": CustomEvent<ConferenceDetail>;
}

/** What {@link Calls} tells beside {@link CallEvents}. */
export interface CallsEventMap extends CallEvents {
  /** {@link Calls.close} was called. */
  closed: Event;
  /**
   * The program of calls could not be loaded when it was needed, or not within half a minute of a press, or could not be opened; the console
   * says why. It is asked for again after some seconds, and when somebody presses. Buttons say so by themselves.
   */
  "not-loaded": Event;
  /** The program has crashed: devices are free, nothing works any more, and only a reload of the page helps. */
  crashed: Event;
}

/** The calls and conferences of one account. */
export class Calls extends EventTarget {
  private constructor();
  /** Whether they are closed, or have crashed. */
  readonly closed: boolean;
  /** Whether the program has crashed. */
  readonly crashed: boolean;
  /** Shows a part at the end of an element. */
  mount(part: Part, element: Element | ShadowRoot, options?: MountOptions): Mounted;
  /**
   * Ends everything, and takes everything away that shows it. Done when the other sides have been told, after two seconds at most: call
   * it before the session ends.
   */
  close(): Promise<void>;
  addEventListener<K extends keyof CallsEventMap>(
    type: K,
    listener: (this: Calls, event: CallsEventMap[K]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | AddEventListenerOptions): void;
  removeEventListener<K extends keyof CallsEventMap>(
    type: K,
    listener: (this: Calls, event: CallsEventMap[K]) => void,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | EventListenerOptions): void;
}

/** What all elements have. */
export interface MeetCallElement extends HTMLElement {
  /** Its own calls. Without them, those that {@link connect} or {@link setCalls} gave to the page; `null` to go back to those. */
  get calls(): Calls | null;
  set calls(calls: Calls | null | undefined);
  /** Attribute `theme`. Without it dark or light as the host says, else as the page is (`color-scheme`). */
  theme: "dark" | "light" | "";
  addEventListener<K extends keyof CallEvents>(
    type: K,
    listener: (this: this, event: CallEvents[K]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener<K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (this: HTMLElement, event: HTMLElementEventMap[K]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | AddEventListenerOptions): void;
}

/** An element that belongs to a room. */
export interface MeetCallRoomElement extends MeetCallElement {
  /** Attribute `room-id`. `null` takes it away. */
  get roomId(): string;
  set roomId(roomId: string | null | undefined);
}

/** `<meet-call-buttons>`: the voice and the video button of a room. Slots: `voice-icon`, `video-icon`. */
export type MeetCallButtons = MeetCallRoomElement;

/** `<meet-call-settings>`: the person's settings for calls; with a room those of that room, too. */
export type MeetCallSettings = MeetCallRoomElement;

/** `<meet-call-toasts>`: what rings, the panels of calls, the conference while its room is not on screen. Once per page. */
export type MeetCallToasts = MeetCallElement;

/** `<meet-call-stage>`: where a room's calls and its conference show. As high as what it shows; of no height without. */
export interface MeetCallStage extends MeetCallRoomElement {
  /**
   * Attribute `layouts`: the room's styles know all layouts. The element then says in `data-layout` how it is to lie, `pinned` above the
   * messages, `beside` them or `maximised` in their place, and in `--meet-tile-size` how large.
   */
  layouts: boolean;
}

/** `<meet-call-tile>`: a conference in a timeline, in place of its widget event. */
export interface MeetCallTile extends MeetCallRoomElement {
  /** Attribute `event-id`. */
  get eventId(): string;
  set eventId(eventId: string | null | undefined);
  /** The event itself, for one that is not in the room's state any more. */
  get event(): MatrixEvent | null;
  set event(event: MatrixEvent | null | undefined);
}

/** The elements by their names. */
export interface MeetCallElements {
  "meet-call-buttons": MeetCallButtons;
  "meet-call-stage": MeetCallStage;
  "meet-call-tile": MeetCallTile;
  "meet-call-toasts": MeetCallToasts;
  "meet-call-settings": MeetCallSettings;
}

declare global {
  interface HTMLElementTagNameMap extends MeetCallElements {}
  interface DocumentEventMap extends CallEvents {}
}
