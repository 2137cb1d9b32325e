//! `wasm-opt`, from PATH or from npm's package `binaryen`. Pages work without it and are larger then.

use std::path::PathBuf;

use anyhow::Result;

use super::cache;
use super::report::Report;
use super::version::Version;
use crate::process;

/// Older ones can't read what today's rustc writes (trunk issue 904: 116 fails).
const OLDEST: Version = Version([120, 0, 0]);

/// The npm package `binaryen` in the version that sizes were measured with.
const PACKAGE: &str = "binaryen@132";
const FOLDER: &str = "binaryen-132";

/// Where it is installed.
pub(super) fn find() -> Option<PathBuf> {
    let cached = || Some(cache::tool(FOLDER).ok()?.join("node_modules/.bin/wasm-opt"));
    process::find(&["wasm-opt"]).filter(works).or_else(|| cached().filter(works))
}

/// Makes it ready, or says what is missing and goes on.
pub(super) fn ready(report: Report) -> Option<PathBuf> {
    let found = find().or_else(|| install(report));
    match &found {
        Some(path) => report.ready("wasm-opt", path.display()),
        None => report.notice(
            "wasm-opt",
            "missing: release pages will be up to half as large again. Install npm, or binaryen 120 or later",
        ),
    }
    found
}

fn works(path: &PathBuf) -> bool {
    let version = process::answer(process::command(path).arg("--version"));
    version.as_deref().and_then(Version::in_answer).is_some_and(|version| version >= OLDEST)
}

fn install(report: Report) -> Option<PathBuf> {
    process::find(&["npm"])?;
    let installed =
        cache::lock(FOLDER, report).and_then(|_lock| if find().is_some() { Ok(()) } else { from_npm(report) });
    if let Err(error) = installed {
        report.notice("wasm-opt", &format!("{error:#}"));
    }
    find()
}

fn from_npm(report: Report) -> Result<()> {
    report.work("wasm-opt", "installing binaryen with npm", || {
        cache::fill_whole(FOLDER, |whole, _| {
            let mut npm = process::command("npm");
            npm.args(["install", "--no-audit", "--no-fund", "--prefix"]).arg(whole).arg(PACKAGE).current_dir(whole);
            process::run_with_heartbeat(&mut npm, "npm")
        })
    })
}
