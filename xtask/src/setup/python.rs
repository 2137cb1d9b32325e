//! Synapse in a Python environment of its own, in the user's cache.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::report::Report;
use super::version::Version;
use super::{cache, system};
use crate::process;

const SYNAPSE: &str = "matrix-synapse==1.163.2";
const FOLDER: &str = "synapse-1.163.2";

/// The oldest Python that this Synapse runs on.
const OLDEST: Version = Version([3, 10, 0]);

/// Written last. Environments can't be renamed, so this tells a whole one from an interrupted one.
const FINISHED: &str = ".finished";

/// The environment's Python.
pub(super) fn synapse(report: Report) -> Result<PathBuf> {
    let environment = cache::tool(FOLDER)?;
    let python = environment.join("bin/python");
    if !is_whole(&environment, &python) {
        let _lock = cache::lock(FOLDER, report)?;
        if !is_whole(&environment, &python) {
            let base = base_python(report)?;
            report.work(FOLDER, "installing Synapse from PyPI into an environment of its own", || {
                install(&base, &environment, &python)
            })?;
        }
    }
    report.ready(FOLDER, python.display());
    Ok(python)
}

/// A system upgrade can take away the Python that the environment was made with, so it is started.
fn is_whole(environment: &Path, python: &Path) -> bool {
    environment.join(FINISHED).is_file() && process::succeeds(process::command(python).args(["-I", "-c", ""]))
}

fn install(base: &Path, environment: &Path, python: &Path) -> Result<()> {
    if environment.exists() && !process::succeeds(process::command(python).args(["-I", "-c", "import pip"])) {
        fs::remove_dir_all(environment).with_context(|| format!("{} can't be removed", environment.display()))?;
    }
    process::run(process::command(base).args(["-m", "venv"]).arg(environment))
        .context("Python can't make environments; install its `venv` module (Debian: python3-venv)")?;
    let mut pip = process::command(python);
    pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--only-binary=:all:", SYNAPSE]);
    process::run_with_heartbeat(&mut pip, "pip")
        .context("Synapse could not be installed; see what pip says above, then run `cargo xtask setup --for demo`")?;
    let finished = environment.join(FINISHED);
    fs::write(&finished, "").with_context(|| format!("{} can't be written", finished.display()))
}

/// A Python that is new enough and can make environments.
fn base_python(report: Report) -> Result<PathBuf> {
    if let Some(python) = find_base() {
        return Ok(python);
    }
    system::install_debian(&["python3", "python3-venv"], report);
    match find_base() {
        Some(python) => Ok(python),
        None => bail!(
            "no Python {OLDEST} or later with its `venv` module was found; install it \
             (Debian: `apt-get install python3-venv`, macOS: `brew install python`)"
        ),
    }
}

fn find_base() -> Option<PathBuf> {
    let names = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python"];
    names.into_iter().filter_map(|name| process::find(&[name])).find(|path| can_make_environments(path))
}

fn can_make_environments(python: &Path) -> bool {
    let question = "import ensurepip, venv, sys; print('.'.join(map(str, sys.version_info[:3])))";
    process::answer(process::command(python).args(["-I", "-c", question]))
        .and_then(|version| Version::parse(&version))
        .is_some_and(|version| version >= OLDEST)
}
