//! The example chat (`embed/example`), built on the package `embed/dist` or another one.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::report::Report;
use super::{npm, system};
use crate::{process, workspace};

const PART: &str = "the example chat";

/// What it is built with.
pub(super) fn ready(report: Report) -> Result<PathBuf> {
    system::node(Report::OnlyWork)?;
    let folder = workspace::root().join("embed/example");
    if !npm::is_installed(&folder) {
        report.work(PART, "installing matrix-js-sdk and esbuild with npm", || npm::install(&folder))?;
    }
    report.ready(PART, folder.display());
    Ok(folder)
}

/// Builds it anew, which takes seconds, and gives its folder.
pub(super) fn built(package: &Path, report: Report) -> Result<PathBuf> {
    let folder = ready(report)?;
    let out = workspace::root().join("target/embed_example");
    report.work(PART, "building it with esbuild", || {
        let mut build = process::command("node");
        build.arg("build.mjs").args([&*out, package]).current_dir(&folder);
        process::run(&mut build).context("the package is what `cargo xtask package` makes")
    })?;
    Ok(out)
}
