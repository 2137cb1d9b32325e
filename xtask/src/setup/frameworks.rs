//! Pages in React and Vue that use the package `embed/dist`, built with Vite and esbuild (`tests/embed_frameworks`).

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::report::Report;
use super::{npm, system};
use crate::{process, workspace};

/// Builds them anew, which takes seconds, and gives their folder.
pub(super) fn built(package: &Path, report: Report) -> Result<PathBuf> {
    system::node(Report::OnlyWork)?;
    let folder = workspace::root().join("tests/embed_frameworks");
    let out = workspace::root().join("target/embed_frameworks");
    report.work("pages in React and Vue", "building them with Vite and esbuild", || {
        npm::install(&folder)?;
        let mut build = process::command("node");
        build.arg("build.mjs").arg(package).arg(&out).current_dir(&folder);
        process::run(&mut build).context("the package is what `cargo xtask package` makes")
    })?;
    Ok(out)
}
