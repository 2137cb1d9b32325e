//! matrix-js-sdk in the majors that the adapter is made for (`tests/embed_sdk`), which Node.js runs as they are.

use std::path::PathBuf;

use anyhow::Result;

use super::report::Report;
use super::{npm, system};
use crate::workspace;

const PART: &str = "matrix-js-sdk, three majors";

/// The folder with its programs installed.
pub(super) fn ready(report: Report) -> Result<PathBuf> {
    system::node(Report::OnlyWork)?;
    let folder = workspace::root().join("tests/embed_sdk");
    if !npm::is_installed(&folder) {
        report.work(PART, "installing it with npm", || npm::install(&folder))?;
    }
    report.ready(PART, folder.display());
    Ok(folder)
}
