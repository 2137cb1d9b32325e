//! The WebAssembly of the package and its glue: cargo, wasm-bindgen, `wasm-opt`. No bundler.

use std::fs;
use std::path::PathBuf;

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
    let staging = bound(tools)?;
    finish::optimise(&staging, PROGRAM).context("the package's program could not be optimised")?;
    let mut files = finish::read(&staging)?;
    files.retain(|name, _| [PROGRAM, GLUE].contains(&name.as_str()));
    finish::slim(&mut files);
    Ok(files)
}

/// The program that was built last, optimised alike but with the names of its functions.
pub(super) fn named(tools: &BuildTools) -> Result<Vec<u8>> {
    let path = bound(tools)?.join(PROGRAM);
    let wasm_opt = tools.wasm_opt.as_ref().context("wasm-opt is missing; see `cargo xtask setup`")?;
    process::run(process::command(wasm_opt).args(finish::SMALLER).args(["-g", "-o"]).args([&path, &path]))?;
    fs::read(&path).with_context(|| format!("{} can't be read", path.display()))
}

/// The folder with what wasm-bindgen makes of the compiled program.
fn bound(tools: &BuildTools) -> Result<PathBuf> {
    let target = workspace::root().join("target");
    let staging = target.join("package");
    fs::create_dir_all(&staging).with_context(|| format!("{} can't be made", staging.display()))?;
    let mut bindgen = process::command("wasm-bindgen");
    bindgen.args(["--target", "web", "--no-typescript", "--out-name", "meet-in-chat", "--out-dir"]);
    let program = target.join(TARGET).join("release/embed.wasm");
    process::run(bindgen.arg(&staging).arg(&program).env("PATH", &tools.path))?;
    Ok(staging)
}
