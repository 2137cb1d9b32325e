// The package's modules around programs that are not there: stand-ins note what they are asked. What they draw is tried in browsers.

import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = mkdtempSync(join(tmpdir(), "meet-in-chat-"));
after(() => rmSync(root, { recursive: true }));

globalThis.CSSStyleSheet = class {
  replaceSync() {}
};
/** Of an element as much as these modules touch. */
export class Element extends EventTarget {
  attributes = new Map();
  children = [];
  dataset = {};
  isConnected = false;
  append = (child) => this.children.push(child);
  attachShadow = () => new Element();
  remove() {}
  getAttribute = (name) => this.attributes.get(name) ?? null;
  setAttribute = (name, value) => this.attributes.set(name, String(value));
  removeAttribute = (name) => this.attributes.delete(name);
}
globalThis.HTMLElement = Element;
globalThis.document = Object.assign(new EventTarget(), {
  baseURI: "https://chat.example.org/app/",
  documentElement: { lang: "en" },
  createElement: () => new Element(),
});

/** The files that are asked for, and whether they are there. */
export const network = {
  asked: [],
  there: true,
  async fetch(url, { cache }) {
    // Each time it is asked for past the cache too, and then what is there.
    if (!cache) network.asked.push(String(url).split("/").at(-1));
    if (!network.there) throw new TypeError("Failed to fetch");
    return { ok: true };
  },
};
globalThis.fetch = network.fetch;

globalThis.programs = [];
const EXPORTS = "openable, open, mount, update, unmount, close, press, failed";

/** A page of its own: the modules, loaded anew, around these two programs. */
export async function page(front, whole) {
  const number = globalThis.programs.push({ front, whole }) - 1;
  const folder = join(root, String(number));
  cpSync(fileURLToPath(new URL("../../embed/src", import.meta.url)), folder, { recursive: true });
  mkdirSync(join(folder, "locales"));
  writeFileSync(join(folder, "locales/de.js"), "export default {};");
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  for (const [file, program] of [["buttons.js", "front"], ["meet-in-chat.js", "whole"]]) {
    const module = `export default async () => {};\nexport const { ${EXPORTS} } = globalThis.programs[${number}].${program};`;
    writeFileSync(join(folder, file), module);
  }
  const load = (name) => import(pathToFileURL(join(folder, name)));
  // Read here, so that no test waits for a disk.
  for (const file of ["buttons.js", "meet-in-chat.js", "locales/de.js"]) await load(file);
  return { ...(await load("index.js")), ...(await load("elements.js")) };
}

/** Lets all that is ready happen. */
export async function settled() {
  for (let round = 0; round < 5; round += 1) await new Promise((resolve) => setImmediate(resolve));
}
