// What the page's own address says: the fragment's keys are JSON values, as Meet reads them.

import { release } from "./release.js";

/**
 * @param {Location} location
 * @returns {{apiId: number|undefined, room: string, lang: string, config: object, userInfo: object,
 *   devices: object, jwt: string|undefined, token: object|null}}
 */
export function readAddress(location) {
  const hash = readHash(location.hash);
  const query = new URLSearchParams(location.search);
  const jwt = (release.tokenInFragment && hash.jwt) || query.get("jwt");
  const apiId = hash.jitsi_meet_external_api_id;
  return {
    apiId: typeof apiId === "number" ? apiId : undefined,
    room: decode(location.pathname.slice(1)),
    lang: query.get("lang") ?? "en",
    config: unflatten(hash, "config."),
    userInfo: unflatten(hash, "userInfo."),
    devices: unflatten(hash, "devices."),
    jwt: typeof jwt === "string" ? jwt : undefined,
    token: typeof jwt === "string" ? readToken(jwt) : null,
  };
}

/** `key=<percent-encoded JSON>` pairs; what is no JSON is left out, the word `undefined` too. */
export function readHash(hash) {
  const values = {};
  for (const pair of hash.replace(/^#/, "").split("&")) {
    const end = pair.indexOf("=");
    if (end < 1) continue;
    try {
      values[pair.slice(0, end)] = JSON.parse(decodeURIComponent(pair.slice(end + 1)));
    } catch {
      // Another page's fragment, or a value that was `undefined`.
    }
  }
  return values;
}

/** `{"config.a.b": 1}` with the prefix `config.` gives `{a: {b: 1}}`. */
function unflatten(values, prefix) {
  const result = Object.create(null);
  for (const [key, value] of Object.entries(values)) {
    if (!key.startsWith(prefix)) continue;
    const path = key.slice(prefix.length).split(".");
    const last = path.pop();
    let place = result;
    for (const step of path) {
      if (typeof place[step] !== "object" || place[step] === null) place[step] = Object.create(null);
      place = place[step];
    }
    place[last] = value;
  }
  return result;
}

/** The token's payload, unchecked: that is the server's part. `{}` for a token that can't be read. */
function readToken(jwt) {
  try {
    const payload = jwt.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(payload), (c) => c.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return {};
  }
}

function decode(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
