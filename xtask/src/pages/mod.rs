//! Building both pages into `dist/`.
//!
//! Trunk compiles and lays out `index.html`; its `post_build` hook comes back here (`finish`), has Trunk do the same for
//! `jitsi.html` and finishes both. So `trunk build` and `trunk serve` alone give what `cargo xtask build` gives.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::setup::{self, BuildTools, Report};
use crate::{process, workspace};

/// How the pages are compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Quick to build, large, with line numbers in panics.
    Debug,
    /// What people get.
    Release,
}

/// Sets up what is missing, builds both pages and says where they are.
pub fn build(profile: Profile) -> Result<PathBuf> {
    let tools = setup::build_tools(Report::OnlyWork)?;
    process::run(&mut trunk(&tools, profile)).context("the pages could not be built; see above")?;
    Ok(workspace::dist())
}

fn trunk(tools: &BuildTools, profile: Profile) -> std::process::Command {
    let release = if profile == Profile::Release {
        "--release=true"
    } else {
        "--release=false"
    };
    let mut trunk = process::command("trunk");
    trunk
        .args(["build", "--offline", release, "--skip-version-check"])
        .env("PATH", &tools.path);
    trunk
}
