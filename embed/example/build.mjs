// Builds the chat into a folder that any web server can hand out.
//
//   node build.mjs <folder> [<the package meet-in-chat>] [--serve]
//
// The package is `../dist`, as `cargo xtask package` makes it. A chat elsewhere installs it with npm and needs no `alias`.

import { cp, mkdir, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { context } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const [folder, packaged] = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
if (!folder) throw new Error("usage: node build.mjs <folder> [<package>] [--serve]");
const out = resolve(folder);
const calls = packaged ? resolve(packaged) : join(here, "../dist");

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await cp(join(here, "page"), out, { recursive: true });
// Programs that are loaded while the page runs lie where their modules look for them: beside the bundle.
for (const program of ["buttons_bg.wasm", "meet-in-chat_bg.wasm"]) await cp(join(calls, program), join(out, program));
const crypto = "node_modules/@matrix-org/matrix-sdk-crypto-wasm/pkg/matrix_sdk_crypto_wasm_bg.wasm";
await cp(join(here, crypto), join(out, "pkg/matrix_sdk_crypto_wasm_bg.wasm"));
// Conferences open in the wrapper page, here under the chat's own origin.
await cp(join(calls, "wrapper"), join(out, "calls"), { recursive: true });

const build = await context({
  entryPoints: [join(here, "src/main.js")],
  outdir: out,
  alias: { "meet-in-chat": calls },
  bundle: true,
  // Encryption and translations are loaded when they are needed.
  splitting: true,
  format: "esm",
  target: "es2022",
  define: { global: "globalThis" },
  minify: true,
  logLevel: "warning",
});
await build.rebuild();
if (process.argv.includes("--serve")) {
  const { port } = await build.serve({ servedir: out, host: "127.0.0.1" });
  console.log(`http://localhost:${port}/`);
} else {
  await build.dispose();
}
