// Bundles matrix-widget-api and the pages' own scripts into one file.
//
//   npm ci --ignore-scripts && node build.mjs <out.js>

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const [out] = process.argv.slice(2);
if (!out) throw new Error("usage: node build.mjs <out.js>");

await build({
  entryPoints: [join(here, "page/main.js")],
  outfile: out,
  bundle: true,
  format: "iife",
  target: "es2022",
  define: { global: "globalThis" },
  logLevel: "warning",
});
