// The languages beside English, which is in the program. `cargo xtask package` writes one module for each file `assets/locales/chat.*.json`.

/** @type {Record<string, () => Promise<{ default: Record<string, string> }>>} */
const LOCALES = {
  de: () => import("./locales/de.js"),
};

/**
 * The words of a language, or of the one that it is a kind of. Without any they are English.
 *
 * @param {string} language a BCP 47 tag
 */
export async function translation(language) {
  const tag = String(language).toLowerCase().split("-")[0];
  if (Object.hasOwn(LOCALES, tag)) {
    try {
      return { language: tag, texts: (await LOCALES[tag]()).default };
    } catch (error) {
      console.warn("meet-in-chat: the words in this language could not be loaded", error);
    }
  }
  return { language: "en", texts: {} };
}
