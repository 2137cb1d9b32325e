//! Other programs: finding them, asking them something, running them in sight of the user.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::workspace;

/// How long a program may be silent before we say that it still works.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// A program to run in the project's root.
///
/// `cargo run` tells this process about the package `xtask` in variables that build scripts watch; a nested cargo would
/// see them change and compile things anew, so they are not passed on.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(workspace::root());
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(describes_our_package) {
            command.env_remove(name);
        }
    }
    command
}

fn describes_our_package(name: &str) -> bool {
    name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") || name == "CARGO_BIN_NAME"
}

/// The cargo that runs us, else the one on PATH.
pub fn cargo() -> Command {
    command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs a program with its output in sight; an error where it can't start or fails.
pub fn run(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    let status = command.status().with_context(|| format!("`{shown}` can't be started"))?;
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

/// As [`run`], with what the program prints to its standard output.
pub fn output(command: &mut Command) -> Result<String> {
    let shown = shown(command);
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("`{shown}` can't be started"))?;
    if !output.status.success() {
        bail!("`{shown}` failed ({})", output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{shown}` did not print UTF-8"))
}

/// As [`run`], for programs that are silent for long: a line now and then says that it still works.
pub fn run_with_heartbeat(command: &mut Command, what: &str) -> Result<()> {
    let started = Instant::now();
    let (done, ended) = channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            while ended.recv_timeout(HEARTBEAT) == Err(RecvTimeoutError::Timeout) {
                eprintln!("  still at {what}, {} s", started.elapsed().as_secs());
            }
        });
        let result = run(command);
        drop(done);
        result
    })
}

/// What a program prints to its standard output, or `None` where it can't start or fails.
pub fn answer(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether a program ends well; nothing of it is seen.
pub fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The first of these programs on PATH.
pub fn find(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    names.iter().find_map(|name| env::split_paths(&path).find_map(|folder| program_in(&folder, name)))
}

/// The program of this name in a folder.
pub fn program_in(folder: &Path, name: &str) -> Option<PathBuf> {
    let program = folder.join(format!("{name}{}", env::consts::EXE_SUFFIX));
    program.is_file().then_some(program)
}

/// PATH with these folders first.
pub fn path_with(folders: &[PathBuf]) -> Result<OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    let all = folders.iter().cloned().chain(env::split_paths(&path));
    env::join_paths(all).context("a folder of the tools has a `:` in its name; set MEET_IN_CHAT_CACHE to one without")
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let program = program.file_name().unwrap_or(program.as_os_str());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_command_that_failed() {
        let Err(error) = run(command("cargo").args(["no-such-command", "x"]).stderr(Stdio::null())) else {
            panic!("an unknown command of cargo succeeds");
        };
        assert!(error.to_string().starts_with("`cargo no-such-command x` failed"), "{error}");
    }

    #[test]
    fn a_program_that_does_not_exist_answers_nothing() {
        assert_eq!(answer(&mut command("no-such-program-anywhere")), None);
        assert_eq!(find(&["no-such-program-anywhere"]), None);
    }

    #[test]
    fn the_first_name_that_exists_is_found() {
        let found = find(&["no-such-program-anywhere", "cargo"]);
        assert!(found.is_some_and(|path| path.is_file()));
    }

    #[test]
    fn a_nested_cargo_does_not_learn_which_package_we_are() {
        assert!(describes_our_package("CARGO_PKG_NAME"));
        assert!(describes_our_package("CARGO_MANIFEST_DIR"));
        assert!(!describes_our_package("CARGO_HOME"));
        assert!(!describes_our_package("CARGO_TARGET_DIR"));
    }
}
