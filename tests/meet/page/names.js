// How Meet writes people's names.

/** `userInfo.displayName` arrives HTML-escaped in the meeting: "Ann <b>" becomes "Ann &lt;b&gt;". */
export function escapeName(name) {
  const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return name.replace(/[&<>"']/g, (c) => entities[c]);
}

/** A name given by the command `display-name`: trimmed, 50 characters, never escaped. Nothing left: no name. */
export function normalizeName(name) {
  return String(name ?? "").trim().slice(0, 50) || undefined;
}

/** Name shown for oneself. */
export function formatLocal(name) {
  return name ? `${name} (me)` : "me";
}

/** Name shown for others. */
export function formatRemote(name) {
  return name || "Participant";
}
