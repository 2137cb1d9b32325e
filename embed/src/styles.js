// The looks of all parts, as one sheet that every shadow root shares: a policy without 'unsafe-inline' allows that.

/** `cargo xtask package` puts base.css, assets/calls.css and assets/peer-calls.css here. */
const TEXT = "the styles";

let sheet;

/** The sheets of every shadow root; the page's own come after them. */
export function sheets() {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(TEXT);
  }
  return [sheet];
}
