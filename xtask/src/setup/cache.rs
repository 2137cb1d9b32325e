//! The folder of the user's cache where tools live in one folder per version, shared by every clone.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::report::Report;

/// The folder of one tool in one version, whether it is there or not.
pub(super) fn tool(name_and_version: &str) -> Result<PathBuf> {
    Ok(tools()?.join(name_and_version))
}

/// Holds the lock of one tool, so that two clones don't install it at once. Freed when dropped.
pub(super) fn lock(name_and_version: &str, report: Report) -> Result<File> {
    let tools = tools()?;
    fs::create_dir_all(&tools)
        .with_context(|| format!("{} can't be made; set MEET_IN_CHAT_CACHE to a folder that can", tools.display()))?;
    let path = tools.join(format!(".{name_and_version}.lock"));
    let file = File::create(&path).with_context(|| format!("{} can't be written", path.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            report.notice(name_and_version, "is being installed by another set-up; waiting for it");
            file.lock().with_context(|| format!("{} can't be locked", path.display()))?;
        }
        Err(TryLockError::Error(error)) => {
            return Err(error).with_context(|| format!("{} can't be locked", path.display()));
        }
    }
    Ok(file)
}

/// Fills a tool's folder in one step: `fill` works in a folder beside it, which takes the tool's name only when it is
/// whole. The folder `scratch` survives an interrupted run, so that a compilation goes on where it stopped.
pub(super) fn fill_whole(name_and_version: &str, fill: impl FnOnce(&Path, &Path) -> Result<()>) -> Result<()> {
    let folder = tool(name_and_version)?;
    let beside = tool(&format!(".{name_and_version}.unfinished"))?;
    let (whole, scratch) = (beside.join("whole"), beside.join("scratch"));
    remove(&whole)?;
    for made in [&whole, &scratch] {
        fs::create_dir_all(made).with_context(|| format!("{} can't be made", made.display()))?;
    }
    fill(&whole, &scratch)?;
    remove(&folder)?;
    fs::rename(&whole, &folder).with_context(|| format!("{} can't be made", folder.display()))?;
    remove(&beside)
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} can't be removed", folder.display()))
        }
        _ => Ok(()),
    }
}

fn tools() -> Result<PathBuf> {
    let cache = cache(|name| env::var_os(name).filter(|value| !value.is_empty()), cfg!(target_os = "macos"))
        .context("no home folder is known; set MEET_IN_CHAT_CACHE to a folder for the tools")?;
    Ok(cache.join("tools"))
}

/// The XDG base directory rules; on macOS the folder that system has for caches.
fn cache(variable: impl Fn(&str) -> Option<OsString>, macos: bool) -> Option<PathBuf> {
    if let Some(ours) = variable("MEET_IN_CHAT_CACHE") {
        return Some(ours.into());
    }
    let home = || variable("HOME").or_else(|| variable("USERPROFILE")).map(PathBuf::from);
    let caches = match variable("XDG_CACHE_HOME").map(PathBuf::from) {
        Some(folder) if folder.is_absolute() => folder,
        _ if macos => home()?.join("Library/Caches"),
        _ => home()?.join(".cache"),
    };
    Some(caches.join("meet-in-chat"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache_with(variables: &[(&str, &str)], macos: bool) -> Option<String> {
        let find = |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value));
        cache(find, macos)?.to_str().map(str::to_owned)
    }

    #[test]
    fn each_system_has_its_own_place_for_caches() {
        let home = [("HOME", "/home/ann")];
        assert_eq!(cache_with(&home, false).as_deref(), Some("/home/ann/.cache/meet-in-chat"));
        assert_eq!(cache_with(&home, true).as_deref(), Some("/home/ann/Library/Caches/meet-in-chat"));
    }

    #[test]
    fn our_own_variable_beats_the_common_one() {
        let both = [("MEET_IN_CHAT_CACHE", "/a"), ("XDG_CACHE_HOME", "/b"), ("HOME", "/c")];
        assert_eq!(cache_with(&both, false).as_deref(), Some("/a"));
        assert_eq!(cache_with(&both[1..], true).as_deref(), Some("/b/meet-in-chat"));
    }

    #[test]
    fn a_relative_cache_home_is_ignored_as_the_xdg_rules_say() {
        let relative = [("XDG_CACHE_HOME", "caches"), ("HOME", "/c")];
        assert_eq!(cache_with(&relative, false).as_deref(), Some("/c/.cache/meet-in-chat"));
    }

    #[test]
    fn without_a_home_there_is_no_place() {
        assert_eq!(cache_with(&[], false), None);
    }
}
