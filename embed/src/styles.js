// The looks of all parts, as one sheet that every shadow root shares: a policy without 'unsafe-inline' allows that.

import css from "./css.js";

let sheet;

/** The sheets of every shadow root, the page's own come after them. */
export function sheets() {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
  }
  return [sheet];
}
