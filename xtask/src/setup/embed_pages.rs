//! Pages that have the package `embed/dist` or another one, built anew each time, which takes seconds.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::report::Report;
use super::{npm, system};
use crate::{process, workspace};

/// Some pages, and the tools that they are built with.
pub(super) struct EmbedPages {
    /// What people know them as.
    part: &'static str,
    /// Their folder, with a `build.mjs` that takes the folder to build into and the package's.
    folder: &'static str,
    /// The folder that they are built into, below `target/`.
    out: &'static str,
}

/// A small chat on matrix-js-sdk, built with esbuild.
pub(super) const EXAMPLE: EmbedPages =
    EmbedPages { part: "the example chat", folder: "embed/example", out: "embed_example" };

/// Pages in React and Vue, built with Vite and esbuild.
pub(super) const FRAMEWORKS: EmbedPages =
    EmbedPages { part: "pages in React and Vue", folder: "tests/embed_frameworks", out: "embed_frameworks" };

impl EmbedPages {
    /// What they are built with: gives their folder.
    pub(super) fn ready(&self, report: Report) -> Result<PathBuf> {
        system::node(Report::OnlyWork)?;
        let folder = workspace::root().join(self.folder);
        if !npm::is_installed(&folder) {
            report.work(self.part, "installing what builds them with npm", || npm::install(&folder))?;
        }
        report.ready(self.part, folder.display());
        Ok(folder)
    }

    /// The folder to hand out.
    pub(super) fn built(&self, package: &Path, report: Report) -> Result<PathBuf> {
        let folder = self.ready(report)?;
        let out = workspace::root().join("target").join(self.out);
        report.work(self.part, "building them", || {
            let mut build = process::command("node");
            build.arg("build.mjs").args([&*out, package]).current_dir(&folder);
            process::run(&mut build).context("the package is what `cargo xtask package` makes")
        })?;
        Ok(out)
    }
}
