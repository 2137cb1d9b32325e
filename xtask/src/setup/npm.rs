//! What npm installs into a folder of ours that has a `package.json` and a lock file.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::process;

/// Installs what the folder's lock file says, unless that is there already.
pub(super) fn install(folder: &Path) -> Result<()> {
    if is_installed(folder) {
        return Ok(());
    }
    let mut npm = process::command("npm");
    npm.args(["ci", "--ignore-scripts", "--loglevel=error"]).current_dir(folder);
    process::run_with_heartbeat(&mut npm, "npm").context("the npm registry is needed the first time")
}

/// Whether npm has installed what the lock file says since that was written.
pub(super) fn is_installed(folder: &Path) -> bool {
    let changed = |file: &str| fs::metadata(folder.join(file)).and_then(|file| file.modified());
    match (changed("package-lock.json"), changed("node_modules/.package-lock.json")) {
        (Ok(locked), Ok(installed)) => installed >= locked,
        _ => false,
    }
}
