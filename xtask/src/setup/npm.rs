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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace;

    /// Of each the folder, below the project's.
    fn lock_files() -> Vec<String> {
        let mut git = process::command("git");
        git.args(["ls-files", "*package-lock.json"]).current_dir(workspace::root());
        let listed = process::output(&mut git).expect("git lists files");
        listed.lines().filter_map(|path| path.strip_suffix("/package-lock.json")).map(str::to_owned).collect()
    }

    #[test]
    fn no_lock_file_holds_the_address_of_a_registry_and_none_will() {
        let folders = lock_files();
        assert!(folders.len() > 5, "{folders:?}");
        for folder in folders {
            let read = |file: &str| fs::read_to_string(workspace::root().join(&folder).join(file));
            let lock = read("package-lock.json").expect("a lock file");
            assert!(!lock.contains("\"resolved\": \"http"), "{folder}");
            let settings = read(".npmrc").unwrap_or_default();
            assert!(settings.contains("omit-lockfile-registry-resolved=true"), "{folder}");
        }
    }
}
