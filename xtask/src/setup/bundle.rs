//! Libraries of other clients in pages of our own, each bundled into one script: matrix-js-sdk (`tests/js_sdk`), which our calls
//! are tested against and measured beside, and matrix-widget-api (`tests/widget_api`), the other end of the Widget API.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::report::Report;
use super::{npm, system};
use crate::{process, workspace};

/// A library and the scripts around it.
pub(super) struct Bundle {
    /// What it is called on npm.
    part: &'static str,
    /// Its folder below `tests/`, and below `target/` too.
    folder: &'static str,
    /// The bundle's name, without the digest and the ending.
    script: &'static str,
    /// What the bundle is made of, below its folder.
    sources: &'static [&'static str],
}

/// The other side of calls.
pub(super) const JS_SDK: Bundle = Bundle {
    part: "matrix-js-sdk",
    folder: "js_sdk",
    script: "peer",
    sources: &["package.json", "package-lock.json", "build.mjs", "page/peer.js", "page/calls.js"],
};

/// The other end of the Widget API.
pub(super) const WIDGET_API: Bundle = Bundle {
    part: "matrix-widget-api",
    folder: "widget_api",
    script: "widget-api",
    sources: &["package.json", "package-lock.json", "build.mjs", "page/main.js", "page/client.js", "page/widget.js"],
};

impl Bundle {
    /// The bundled script, made where it is missing or older than what it is made of.
    pub(super) fn ready(&self, report: Report) -> Result<PathBuf> {
        system::node(Report::OnlyWork)?;
        let folder = self.folder();
        let digest = self.digest(&folder)?;
        let made = workspace::root().join("target").join(self.folder);
        let script = made.join(format!("{}-{}.js", self.script, &digest[..16]));
        if !script.is_file() {
            report.work(self.part, "bundling it with npm and esbuild", || make(&folder, &made, &script))?;
        }
        report.ready(self.part, script.display());
        Ok(script)
    }

    fn folder(&self) -> PathBuf {
        workspace::root().join("tests").join(self.folder)
    }

    fn digest(&self, folder: &Path) -> Result<String> {
        let mut digest = Sha256::new();
        for file in self.sources {
            let path = folder.join(file);
            digest.update(fs::read(&path).with_context(|| format!("{} can't be read", path.display()))?);
        }
        Ok(HEXLOWER.encode(&digest.finalize()))
    }
}

fn make(folder: &Path, made: &Path, script: &Path) -> Result<()> {
    let _older = fs::remove_dir_all(made);
    fs::create_dir_all(made).with_context(|| format!("{} can't be made", made.display()))?;
    npm::install(folder)?;
    let beside = script.with_extension("unfinished");
    process::run(process::command("node").arg("build.mjs").arg(&beside).current_dir(folder))?;
    fs::rename(&beside, script).with_context(|| format!("{} can't be made", script.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_of_a_page_is_among_the_sources() {
        for bundle in [JS_SDK, WIDGET_API] {
            for entry in fs::read_dir(bundle.folder().join("page")).unwrap() {
                let name = entry.unwrap().file_name().into_string().unwrap();
                let source = format!("page/{name}");
                assert!(!name.ends_with(".js") || bundle.sources.contains(&source.as_str()), "{source}");
            }
        }
    }
}
