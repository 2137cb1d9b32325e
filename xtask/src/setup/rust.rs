//! What the Rust toolchain must have: the WebAssembly target, and the crates on disk.

use std::path::Path;

use anyhow::{Context, Result, bail};

use super::report::Report;
use crate::process;

const TARGET: &str = "wasm32-unknown-unknown";

/// The WebAssembly target of the toolchain in use.
pub(super) fn wasm_target(report: Report) -> Result<()> {
    if !has_target() {
        if process::find(&["rustup"]).is_none() {
            bail!(
                "this Rust has no target {TARGET}, and there is no rustup to add it; \
                 install your system's package for it (Debian: libstd-rust-dev-wasm32), or Rust from https://rustup.rs"
            );
        }
        report.work(TARGET, "adding it with rustup", || {
            process::run_with_heartbeat(process::command("rustup").args(["target", "add", TARGET]), TARGET)
                .context("add it yourself: `rustup target add wasm32-unknown-unknown`")
        })?;
        if !has_target() {
            bail!(
                "rustup added {TARGET}, but not to the rustc on PATH; put rustup's folder (~/.cargo/bin) first on PATH"
            );
        }
    }
    report.ready(TARGET, "in the toolchain");
    Ok(())
}

fn has_target() -> bool {
    process::answer(process::command("rustc").args(["--print", "target-libdir", "--target", TARGET]))
        .is_some_and(|folder| Path::new(&folder).is_dir())
}

/// Every crate that the pages need, so that Trunk works without a network.
pub(super) fn crates(report: Report) -> Result<()> {
    if !process::succeeds(process::cargo().args(["fetch", "--locked", "--offline", "--target", TARGET])) {
        report.work("crates", "downloading them", || {
            process::run(process::cargo().args(["fetch", "--locked", "--target", TARGET]))
                .context("see what cargo says above; a network is needed the first time")
        })?;
    }
    report.ready("crates", "on disk");
    Ok(())
}
