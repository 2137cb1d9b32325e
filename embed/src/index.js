// Meet in Chat: call buttons, calls and conferences for a web chat that exists already. See `docs/embedding.md` of the project.

import { Calls, createCalls, mount } from "./calls.js";
import { define, ensureToasts, setCalls } from "./elements.js";

export { Calls, createCalls, mount, setCalls };

/**
 * Opens calls over a chat and gives them to all elements of the page.
 *
 * @param {import("./host").Host} host
 * @param {import("./index").ConnectOptions} [options]
 * @returns {Promise<Calls>}
 */
export async function connect(host, { toasts = true, ...options } = {}) {
  const calls = await createCalls(host, options);
  setCalls(calls);
  if (toasts) ensureToasts();
  return calls;
}

define();
