// Bundles Meet's own outer library ("external_api.js") into one script that defines `JitsiMeetExternalAPI`.
//
//   npm ci --ignore-scripts && node build.mjs <out.js>
//
// The library is published only inside the React Native SDK, whose dependencies are hundreds of megabytes of an app.
// So its tarball is fetched alone, checked against the integrity in package.json, and bundled with the few packages
// that the library really imports.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const { meet } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
const [out] = process.argv.slice(2);
if (!out) throw new Error("usage: node build.mjs <out.js>");

const sdk = join(modules, ".meet", createHash("sha256").update(meet.integrity).digest("hex").slice(0, 16));
if (!existsSync(join(sdk, "package", "package.json"))) fetchSdk();

await build({
  entryPoints: [join(sdk, "package/modules/API/external/index.js")],
  outfile: out,
  bundle: true,
  format: "iife",
  globalName: "JitsiMeetExternalAPI",
  nodePaths: [modules],
  // Of `foo.web.ts` and `foo.native.ts`, the browser's.
  resolveExtensions: [".web.tsx", ".web.ts", ".web.js", ".tsx", ".ts", ".js", ".json"],
  define: { global: "globalThis", "process.env.NODE_ENV": '"production"' },
  logLevel: "warning",
});

function fetchSdk() {
  rmSync(sdk, { recursive: true, force: true });
  mkdirSync(sdk, { recursive: true });
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const packed = execFileSync(npm, ["pack", meet.package, "--json", "--pack-destination", sdk], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [{ filename }] = JSON.parse(packed);
  const tarball = join(sdk, filename.replace("@", "").replace("/", "-"));
  const integrity = `sha512-${createHash("sha512").update(readFileSync(tarball)).digest("base64")}`;
  if (integrity !== meet.integrity) throw new Error(`${meet.package} has integrity ${integrity}, not the expected one`);
  execFileSync("tar", ["xzf", tarball, "-C", sdk, "package/package.json", "package/modules", "package/react/features"]);
  rmSync(tarball);
}
