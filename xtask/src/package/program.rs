//! The WebAssembly of the package and its glue: cargo, wasm-bindgen, `wasm-opt`. No bundler.

use std::fs;

use anyhow::{Context, Result};

use super::Files;
use crate::pages::finish;
use crate::setup::BuildTools;
use crate::{pages, process, workspace};

/// The program in the package, and its glue.
pub(super) const PROGRAM: &str = "meet-in-chat_bg.wasm";
const GLUE: &str = "meet-in-chat.js";
const TARGET: &str = "wasm32-unknown-unknown";

/// Builds both, optimised.
pub(super) fn built(tools: &BuildTools) -> Result<Files> {
    let mut cargo = process::cargo();
    cargo.args(["build", "--release", "--locked", "--target", TARGET]);
    cargo.args(["--package", "meet-in-chat", "--no-default-features", "--features", "embed", "--bin", "embed"]);
    // Of this target alone: cargo would build xtask anew with other flags.
    process::run(cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", pages::flags()))
        .context("the package's program could not be built; see above")?;

    let target = workspace::root().join("target");
    let staging = target.join("package");
    fs::create_dir_all(&staging).with_context(|| format!("{} can't be made", staging.display()))?;
    let program = target.join(TARGET).join("release/embed.wasm");
    let mut bindgen = process::command("wasm-bindgen");
    bindgen.args(["--target", "web", "--no-typescript", "--out-name", "meet-in-chat", "--out-dir"]);
    process::run(bindgen.arg(&staging).arg(&program).env("PATH", &tools.path))?;

    finish::optimise(&staging, PROGRAM).context("the package's program could not be optimised")?;
    let mut files = finish::read(&staging)?;
    files.retain(|name, _| [PROGRAM, GLUE].contains(&name.as_str()));
    finish::slim(&mut files);
    Ok(files)
}
