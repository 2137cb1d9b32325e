// The two programs of a page, each loaded once: the one in front, which draws buttons, when the first calls are made, and the whole one when
// something needs it. The same for all calls that come after.
//
// The glue of both comes with this module: a browser may keep the failure of an `import()` for as long as the page lives, and what is
// fetched later would be of another version after the site has changed.

import * as frontGlue from "./buttons.js";
import * as wholeGlue from "./meet-in-chat.js";

/** How long a program may take, however often it is asked for: requests have no limit of their own, and the next try waits for this one. */
const PATIENCE = 60 * 1000;

class Program {
  #loading;
  #loaded = false;
  #begin;

  /** `begin` takes where the wasm lies, when that is not beside this file. */
  constructor(begin) {
    this.#begin = begin;
  }

  get loaded() {
    return this.#loaded;
  }

  load(url) {
    this.#loading ??= this.#begin(url).then(
      (program) => {
        this.#loaded = true;
        return program;
      },
      (error) => {
        // The next one may have a better network.
        this.#loading = undefined;
        throw error;
      },
    );
    return this.#loading;
  }

  crash() {
    this.#loading = Promise.reject(crash());
    this.#loading.catch(() => {});
  }
}

// Both addresses are written so that bundlers find the file.
const front = new Program(async (url) =>
  started(frontGlue, url ?? new URL("./buttons_bg.wasm", import.meta.url), "the digest of buttons_bg.wasm", "buttonsWasmUrl"),
);
const whole = new Program(async (url) =>
  started(wholeGlue, url ?? new URL("./meet-in-chat_bg.wasm", import.meta.url), "the digest of meet-in-chat_bg.wasm", "wasmUrl"),
);

/** `cargo xtask package` puts the digests in. Another version's program would seem to fit its glue, and do anything. */
async function started(program, url, integrity, option) {
  const signal = AbortSignal.timeout(PATIENCE);
  const ask = (more) => fetch(url, { signal, ...more });
  const answer = await ask({ integrity })
    // A cache may have that of another version.
    .catch(() => ask({ integrity, cache: "reload" }))
    .catch(async (error) => {
      // The page of an error has another digest, too: what the server says is more to the point.
      const there = await ask({ cache: "no-store" });
      there.body?.cancel().catch(() => {});
      if (!there.ok) return there;
      throw new Error(`meet-in-chat: ${there.url} could not be read, or is not the wasm of this version of the package`, { cause: error });
    });
  if (!answer.ok) {
    throw new Error(
      `meet-in-chat: ${answer.url} answered ${answer.status}. Serve the package's wasm there, or name its place with the option ${option}.`,
    );
  }
  await program.default({ module_or_path: answer });
  return program;
}

/**
 * Loads the whole program.
 *
 * @param {string | URL} [url] where the wasm lies, when that is not beside this file
 * @returns {Promise<typeof import("./meet-in-chat.js")>}
 */
export function load(url) {
  return whole.load(url);
}

/**
 * Loads what is to be there first: the program in front; the whole one where that is there already, or the page has named its place alone.
 *
 * @returns {Promise<[program: object, isWhole: boolean]>}
 */
export async function loadFirst({ wasmUrl, buttonsWasmUrl }) {
  const isWhole = whole.loaded || (wasmUrl && !buttonsWasmUrl);
  return [await (isWhole ? whole.load(wasmUrl) : front.load(buttonsWasmUrl)), isWhole];
}

let broken = false;

/** What is said to whoever opens something after a crash. */
export function crash() {
  return new Error("meet-in-chat: the program has crashed; reload the page");
}

export function hasCrashed() {
  return broken;
}

/** Nothing can be opened any more. */
export function crashed() {
  broken = true;
  front.crash();
  whole.crash();
}
