// What of Meet's releases an embedding page notices, each line seen in the release's own source (`modules/API/API.js`,
// `base/jwt/functions.ts`, `base/config/configWhitelist.ts` and `reducer.ts`, `prejoin/functions`).

/**
 * @typedef {object} Release
 * @property {boolean} saysReady whether there is an event `ready`
 * @property {boolean} tokenInFragment whether the token is looked for in the fragment, and only then in the query; else in the
 *   query alone
 * @property {boolean} oldPrejoinKey whether `prejoinPageEnabled` still counts where `prejoinConfig.enabled` is not set
 * @property {boolean} prejoin whether there is a pre-join page when nothing is said about it
 * @property {string[]} lacks requests that it does not know yet
 */

/** @type {Record<string, Release>} */
const RELEASES = {
  "1.0.3": {
    saysReady: false, tokenInFragment: false, oldPrejoinKey: true, prejoin: false, lacks: ["session-id"],
  },
  "11.6.3": {
    saysReady: true, tokenInFragment: true, oldPrejoinKey: false, prejoin: true, lacks: [],
  },
  "13.2.0": {
    saysReady: true, tokenInFragment: true, oldPrejoinKey: false, prejoin: true, lacks: [],
  },
};

/** The release that this page is of: the server wrote its number into it. */
export const release = RELEASES[document.documentElement.dataset.release];

/** Whether the pre-join page comes before the meeting. */
export function showsPrejoin({ prejoinConfig, prejoinPageEnabled }) {
  return prejoinConfig?.enabled ?? (release.oldPrejoinKey ? prejoinPageEnabled : undefined) ?? release.prejoin;
}
