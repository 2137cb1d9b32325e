//! Tools that cargo installs: trunk, wasm-bindgen's command line, geckodriver.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::cache;
use super::report::Report;
use super::version::Version;
use crate::{process, workspace};

/// 0.22 needs a newer Rust than the oldest that this project promises to work with.
const TRUNK: Version = Version([0, 21, 14]);

/// The one that the tests were written with; a later patch does too.
const GECKODRIVER: Version = Version([0, 37, 1]);

pub(super) struct CargoTool {
    /// The folder's name in the cache.
    name: &'static str,
    package: &'static str,
    /// What it installs; the first one is asked for its version.
    programs: &'static [&'static str],
    wanted: Version,
    /// Whether only exactly this version serves.
    exact: bool,
    /// Whether to compile it with the versions in its own lock file.
    locked: bool,
}

/// Trunk, which builds the pages.
pub(super) fn trunk() -> CargoTool {
    CargoTool { name: "trunk", package: "trunk", programs: &["trunk"], wanted: TRUNK, exact: false, locked: true }
}

/// What speaks WebDriver for Firefox. Debian has none.
pub(super) fn geckodriver() -> CargoTool {
    CargoTool {
        name: "geckodriver",
        package: "geckodriver",
        programs: &["geckodriver"],
        wanted: GECKODRIVER,
        exact: false,
        locked: true,
    }
}

/// The command line of wasm-bindgen. It must be of exactly the version of the crate. Its own lock file may name crates
/// that a registry does not have (yet), so that one is not used.
pub(super) fn wasm_bindgen() -> Result<CargoTool> {
    let path = workspace::root().join("Cargo.lock");
    let lock = fs::read_to_string(&path).with_context(|| format!("{} can't be read", path.display()))?;
    let wanted = workspace::locked_version(&lock, "wasm-bindgen")
        .and_then(Version::parse)
        .context("Cargo.lock names no version of wasm-bindgen; restore it with `git checkout Cargo.lock`")?;
    Ok(CargoTool {
        name: "wasm-bindgen",
        package: "wasm-bindgen-cli",
        programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
        wanted,
        exact: true,
        locked: false,
    })
}

impl CargoTool {
    /// The program where it is installed.
    pub(super) fn find(&self) -> Option<PathBuf> {
        let program = *self.programs.first()?;
        let on_path = process::find(&[program]).filter(|path| self.is_whole(path.parent()));
        on_path.or_else(|| {
            let folder = cache::tool(&self.folder()).ok()?.join("bin");
            self.is_whole(Some(&folder)).then(|| process::program_in(&folder, program))?
        })
    }

    /// Makes it ready and says which folder has it.
    pub(super) fn ready(&self, report: Report) -> Result<Option<PathBuf>> {
        let part = self.folder();
        let mut found = self.find();
        if found.is_none() {
            let _lock = cache::lock(&part, report)?;
            found = self.find();
            if found.is_none() {
                self.install(report)?;
                found = self.find();
            }
        }
        let Some(program) = found else {
            bail!(
                "{part} was installed but does not start; remove its folder in the cache and run `cargo xtask setup`"
            );
        };
        report.ready(&part, program.display());
        Ok(program.parent().map(Path::to_owned))
    }

    fn folder(&self) -> String {
        format!("{}-{}", self.name, self.wanted)
    }

    /// Whether the folder has every program, in a version that serves.
    fn is_whole(&self, folder: Option<&Path>) -> bool {
        let Some(folder) = folder else { return false };
        let mut programs = self.programs.iter().map(|name| process::program_in(folder, name));
        let Some(Some(first)) = programs.next() else {
            return false;
        };
        let version = process::answer(process::command(&first).arg("--version"));
        let version = version.as_deref().and_then(Version::in_answer);
        programs.all(|program| program.is_some())
            && version.is_some_and(|it| if self.exact { it == self.wanted } else { it.serves_as(self.wanted) })
    }

    fn install(&self, report: Report) -> Result<()> {
        let part = self.folder();
        cache::fill_whole(&part, |whole, scratch| {
            if self.binstall(whole, report) {
                return Ok(());
            }
            report.work(&part, "compiling it, which takes some minutes", || self.compile(whole, scratch))
        })
        .with_context(|| {
            format!(
                "{part} could not be installed; run `cargo install {} --version {}{}` yourself and try again",
                self.package,
                self.wanted,
                if self.locked { " --locked" } else { "" }
            )
        })
    }

    /// A ready-made program, where `cargo binstall` is installed and finds one.
    fn binstall(&self, whole: &Path, report: Report) -> bool {
        if process::find(&["cargo-binstall"]).is_none() {
            return false;
        }
        let part = self.folder();
        let fetched = report.work(&part, "fetching it with `cargo binstall`", || {
            let mut binstall = process::cargo();
            binstall.args(["binstall", "--no-confirm", "--disable-strategies", "compile", "--root"]);
            binstall.arg(whole).arg(format!("{}@={}", self.package, self.wanted));
            process::run_with_heartbeat(&mut binstall, &part)
        });
        let usable = fetched.is_ok() && self.is_whole(Some(&whole.join("bin")));
        if !usable {
            report.notice(&part, "`cargo binstall` has none that works here");
        }
        usable
    }

    /// These are tools that run a few seconds per build: compiling them fast matters more than their last percent.
    fn compile(&self, whole: &Path, scratch: &Path) -> Result<()> {
        let mut install = process::cargo();
        install.args(["install", self.package, "--version"]).arg(format!("={}", self.wanted));
        if self.locked {
            install.arg("--locked");
        }
        install.arg("--root").arg(whole).current_dir(whole);
        install.env("CARGO_TARGET_DIR", scratch);
        install.envs([("CARGO_PROFILE_RELEASE_LTO", "off"), ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")]);
        process::run_with_heartbeat(&mut install, &self.folder())
    }
}
