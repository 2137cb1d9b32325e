// Builds the pages against a built package, as pages do that have it from npm:
//
//   npm ci --ignore-scripts && node build.mjs <out folder> <package folder>
//
// `vite/`: React 19 and Vue 3; `esbuild-18/` and `esbuild-19/`: React; all with their tool as it comes, and what `docs/embedding.md` says.
// Before that the package is imported as a server does, and its types are used in JSX.

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import vue from "@vitejs/plugin-vue";
import * as esbuild from "esbuild";
import * as vite from "vite";

const here = dirname(fileURLToPath(import.meta.url));
const [to, given] = process.argv.slice(2);
if (!given || !to) throw new Error("usage: node build.mjs <out folder> <package folder>");
const out = resolve(to);
// Where npm puts it. Copied, since bundlers follow links to where other rules hold.
const installed = join(here, "node_modules/meet-in-chat");
rmSync(installed, { recursive: true, force: true });
cpSync(resolve(given), installed, { recursive: true });
rmSync(out, { recursive: true, force: true });

// What a server does with a page that it renders: the import is no crash, and calls say where they belong.
const served = await import("meet-in-chat");
const refusal = await served.createCalls({}).catch((error) => error);
if (!/browser/.test(refusal?.message)) throw new Error(`on a server createCalls gave ${refusal}`);

execFileSync(process.execPath, [join(here, "node_modules/typescript/bin/tsc"), "-p", join(here, "types")], { stdio: "inherit" });

await vite.build({
  root: join(here, "pages"),
  base: "./",
  logLevel: "warn",
  configFile: false,
  plugins: [vue({ template: { compilerOptions: { isCustomElement: (tag) => tag.startsWith("meet-call-") } } })],
  build: {
    outDir: join(out, "vite"),
    emptyOutDir: true,
    target: "es2022",
    rollupOptions: { input: ["react", "vue"].map((name) => join(here, `pages/${name}.html`)) },
  },
});

for (const version of ["18", "19"]) {
  const folder = join(out, `esbuild-${version}`);
  mkdirSync(folder, { recursive: true });
  await esbuild.build({
    entryPoints: [join(here, "pages/react.jsx")],
    outfile: join(folder, "react.jsx"),
    bundle: true,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    alias: version === "18" ? { react: "react-18", "react-dom": "react-dom-18" } : {},
    define: { "process.env.NODE_ENV": '"development"' },
    logLevel: "warning",
  });
  cpSync(join(here, "pages/react.html"), join(folder, "react.html"));
  // esbuild leaves `new URL(…, import.meta.url)` as it is: the wasm lies beside the bundle as it lay beside its module.
  for (const program of ["buttons_bg.wasm", "meet-in-chat_bg.wasm"]) cpSync(join(installed, program), join(folder, program));
}
