// Bundles matrix-js-sdk and the page's own scripts into one file.
//
//   npm ci --ignore-scripts && node build.mjs <out.js>

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const [out] = process.argv.slice(2);
if (!out) throw new Error("usage: node build.mjs <out.js>");

await build({
  entryPoints: [join(here, "page/peer.js")],
  outfile: out,
  bundle: true,
  // A module, as the SDK's encryption asks for `import.meta`. It is never started here.
  format: "esm",
  target: "es2022",
  define: { global: "globalThis" },
  logLevel: "warning",
});
