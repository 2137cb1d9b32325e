//! The WebAssembly of the package and its glue: cargo, wasm-bindgen, `wasm-opt`. No bundler.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::Files;
use crate::pages::finish;
use crate::setup::BuildTools;
use crate::{pages, process, workspace};

/// A program in the package.
#[derive(Clone, Copy)]
pub(super) struct Program {
    /// As cargo calls it.
    bin: &'static str,
    /// What its files in the package are called after.
    name: &'static str,
}

/// The one that draws buttons until the whole one is needed.
pub(super) const FRONT: Program = Program { bin: "front", name: "buttons" };
/// All there is.
pub(super) const WHOLE: Program = Program { bin: "embed", name: "meet-in-chat" };

impl Program {
    pub(super) fn wasm(self) -> String {
        format!("{}_bg.wasm", self.name)
    }

    pub(super) fn glue(self) -> String {
        format!("{}.js", self.name)
    }
}

const TARGET: &str = "wasm32-unknown-unknown";
/// The crate as cargo is told to take it.
pub(super) const CRATE: [&str; 8] =
    ["--locked", "--package", "meet-in-chat", "--target", TARGET, "--no-default-features", "--features", "embed"];

/// Builds both with their glue, optimised.
pub(super) fn built(tools: &BuildTools) -> Result<Files> {
    let mut cargo = process::cargo();
    cargo.args(["build", "--release", "--bin", FRONT.bin, "--bin", WHOLE.bin]).args(CRATE);
    // Of this target alone: cargo would build xtask anew with other flags.
    process::run(cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", pages::flags()))
        .context("the package's programs could not be built; see above")?;
    let mut files = Files::new();
    for program in [FRONT, WHOLE] {
        let staging = bound(program, tools)?;
        finish::optimise(&staging, &program.wasm()).context("the package's program could not be optimised")?;
        let made = finish::read(&staging)?;
        files.extend(made.into_iter().filter(|(name, _)| [program.wasm(), program.glue()].contains(name)));
    }
    finish::slim(&mut files);
    Ok(files)
}

/// The program that was built last, optimised alike but with the names of its functions.
pub(super) fn named(program: Program, tools: &BuildTools) -> Result<Vec<u8>> {
    let path = bound(program, tools)?.join(program.wasm());
    let wasm_opt = tools.wasm_opt.as_ref().context("wasm-opt is missing; see `cargo xtask setup`")?;
    process::run(process::command(wasm_opt).args(finish::SMALLER).args(["-g", "-o"]).args([&path, &path]))?;
    fs::read(&path).with_context(|| format!("{} can't be read", path.display()))
}

/// The folder with what wasm-bindgen makes of the compiled program.
fn bound(program: Program, tools: &BuildTools) -> Result<PathBuf> {
    let target = workspace::root().join("target");
    let staging = target.join("package");
    fs::create_dir_all(&staging).with_context(|| format!("{} can't be made", staging.display()))?;
    let mut bindgen = process::command("wasm-bindgen");
    bindgen.args(["--target", "web", "--no-typescript", "--out-name", program.name, "--out-dir"]);
    let compiled = target.join(TARGET).join(format!("release/{}.wasm", program.bin));
    process::run(bindgen.arg(&staging).arg(&compiled).env("PATH", &tools.path))?;
    Ok(staging)
}
