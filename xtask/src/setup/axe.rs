//! axe-core (`tests/axe`): finds in a page what keeps people from using it.

use std::path::PathBuf;

use anyhow::Result;

use super::report::Report;
use super::{npm, system};
use crate::workspace;

const PART: &str = "axe-core";

/// Its script, for a page under test.
pub(super) fn ready(report: Report) -> Result<PathBuf> {
    system::node(Report::OnlyWork)?;
    let folder = workspace::root().join("tests/axe");
    if !npm::is_installed(&folder) {
        report.work(PART, "installing it with npm", || npm::install(&folder))?;
    }
    let script = folder.join("node_modules/axe-core/axe.min.js");
    report.ready(PART, script.display());
    Ok(script)
}
