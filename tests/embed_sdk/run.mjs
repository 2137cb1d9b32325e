// Runs the tests, one program after the other: each has people and rooms of its own, and one copy of the SDK.

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const programs = readdirSync(here).filter((name) => name.endsWith(".test.mjs"));
const failed = programs.filter((program) => spawnSync(process.execPath, [program], { cwd: here, stdio: "inherit" }).status !== 0);
if (failed.length > 0) console.error(`failed: ${failed.join(", ")}`);
process.exit(failed.length > 0 ? 1 : 0);
