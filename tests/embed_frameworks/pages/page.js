// What the pages of the tests share: a stand-in host, and eyes that see into shadow roots. Query: `meet` is the Meet server's domain,
// `language` the host's in place of the page's, `wrapper` the address of a wrapper elsewhere.

import { room, StandInHost } from "./host.js";

const asked = new URLSearchParams(location.search);

export const CLUB = "!club:localhost";
export const BOB = "!bob:localhost";
/** As many as a busy chat lists. */
export const MANY = Array.from({ length: 200 }, (_, at) => `!many${at}:localhost`);

const people = (count) => Array.from({ length: count }, (_, at) => `@person${at}:localhost`);

export const host = new StandInHost(
  [
    room(CLUB, "Garden club", people(3)),
    room(BOB, "Bob", ["@bob:localhost"]),
    ...MANY.map((id, at) => room(id, `Room ${at}`, people(1 + (at % 3)))),
  ],
  asked.get("meet") ?? "meet.example.org",
);

host.language = asked.get("language");

export const options = { wrapperUrl: asked.get("wrapper") ?? "/package/wrapper/jitsi.html" };

/** Everything that a selector finds, in shadow roots too. */
function deep(css, root = document) {
  const inner = [...root.querySelectorAll("*")].filter((one) => one.shadowRoot).flatMap((one) => deep(css, one.shadowRoot));
  return [...root.querySelectorAll(css), ...inner];
}

/** All words on the page, in shadow roots too. */
function words(root = document.body) {
  const inner = deep("*", root).filter((one) => one.shadowRoot).map((one) => words(one.shadowRoot));
  return [...(root.children ?? [])].map((one) => one.innerText ?? one.textContent).concat(inner).join("\n");
}

const violations = [];
document.addEventListener("securitypolicyviolation", (event) => violations.push(`${event.violatedDirective}: ${event.blockedURI}`));
const errors = [];
addEventListener("error", (event) => errors.push(String(event.message)));
addEventListener("unhandledrejection", (event) => errors.push(String(event.reason)));

/** For the test: what happened in the page, and what stands there. */
globalThis.page = { host, deep, words, violations, errors, heard: [] };

for (const name of ["call-ringing", "call-started", "call-connected", "call-ended", "conference-joined", "conference-left"]) {
  document.addEventListener(name, (event) => page.heard.push([name, event.target.localName ?? "#document", event.detail.roomId]));
}

/** Says that all is in place. */
export function ready(more) {
  Object.assign(globalThis.page, more, { ready: true });
}
