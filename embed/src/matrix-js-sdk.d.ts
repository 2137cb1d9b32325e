/**
 * Calls in a chat on matrix-js-sdk 41, 42 or 43.
 *
 * ```js
 * import { connect } from "meet-in-chat";
 * import { fromMatrixClient } from "meet-in-chat/matrix-js-sdk";
 * await connect(fromMatrixClient(client, { openRoom: (roomId) => router.go(roomId) }));
 * ```
 *
 * Nothing of the SDK is imported: the client that the page has is asked. Make it with `disableVoip: true`, or every call rings twice; the
 * console says so once where it does. With `initRustCrypto()` calls work in encrypted rooms too, and without it nobody is called there.
 */
import type { Host } from "./host";

/**
 * Makes a host out of a matrix-js-sdk client that is signed in, started or not yet. It listens to the client while calls listen to it.
 * Stopping the client is the end of the session.
 *
 * @throws TypeError when it is no such client, or nobody is signed in; the message names what is missing.
 */
export function fromMatrixClient(client: MatrixClientLike, options?: MatrixClientOptions): Host;

/** What a client does not know of its page. */
export interface MatrixClientOptions {
  /** Shows a room: the person pressed a call that belongs to it. */
  openRoom?(roomId: string): void;
  /** The site's `config.json`, as Chat Web has it; our own keys are in `meet_in_chat`. */
  configuration?: object;
  /** The chat's language as a BCP 47 tag. Without this the page's `lang`, else the browser's. */
  getLanguage?(): string;
  /** Whether the chat is dark at the moment. Without this as the system is. */
  isDark?(): boolean;
  /** Calls `changed` whenever what `isDark` says is different, until the function that it returns is called. */
  watchLook?(changed: () => void): () => void;
}

/**
 * A `MatrixClient` of matrix-js-sdk, by what no version of it lacks. What else is used is looked for: without `http.authedRequest`,
 * `createMessagesRequest` or `getEventMapper` what needs them is rejected as a `NotSupportedError` that names them, and without
 * `getCrypto`, `mxcUrlToHttp`, `getClientWellKnown` and others it is done without.
 */
export interface MatrixClientLike {
  // The SDK's own names and types of events are narrower than any that could stand here.
  on(...parameters: never[]): unknown;
  off(...parameters: never[]): unknown;
  getUserId(): string | null;
  getDeviceId(): string | null;
  getRoom(roomId: string | undefined): object | null;
  sendEvent(...parameters: never[]): Promise<object>;
  sendStateEvent(...parameters: never[]): Promise<object>;
  turnServer(): Promise<object>;
  getOpenIdToken(): Promise<object>;
}
