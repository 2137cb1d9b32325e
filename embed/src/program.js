// The one program of a page: loaded when the first calls are made, and the same for all that come after.

let loading;

/**
 * Loads the program, once per page.
 *
 * @param {string | URL} [url] where the wasm lies, when that is not beside this file
 * @returns {Promise<typeof import("./meet-in-chat.js")>}
 */
export function load(url) {
  loading ??= start(url).catch((error) => {
    // The next one may have a better network.
    loading = undefined;
    throw error;
  });
  return loading;
}

/** Nothing can be opened any more. */
export function crashed() {
  loading = Promise.reject(new Error("meet-in-chat: the program has crashed; reload the page"));
  loading.catch(() => {});
}

async function start(url) {
  // Both at once; and written so that bundlers find the file.
  const wasm = fetch(url ?? new URL("./meet-in-chat_bg.wasm", import.meta.url));
  // Without this, a refusal that comes before the glue would count as unheard.
  wasm.catch(() => {});
  const program = await import("./meet-in-chat.js");
  const answer = await wasm;
  if (!answer.ok) {
    throw new Error(
      `meet-in-chat: ${answer.url} answered ${answer.status}. Serve the package's wasm there, or name its place with the option wasmUrl.`,
    );
  }
  await program.default({ module_or_path: answer });
  return program;
}
