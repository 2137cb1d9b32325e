//! What the npm package is tried with (`tests/embed`): TypeScript's compiler reads its types as whoever uses them does, and Node.js runs
//! its modules without the program.

use std::path::PathBuf;

use anyhow::Result;

use super::report::Report;
use super::{npm, system};
use crate::workspace;

const PART: &str = "typescript";

/// The compiler, a script for Node.js.
pub(super) fn ready(report: Report) -> Result<PathBuf> {
    system::node(Report::OnlyWork)?;
    let folder = workspace::root().join("tests/embed");
    if !npm::is_installed(&folder) {
        report.work(PART, "installing it with npm", || npm::install(&folder))?;
    }
    report.ready(PART, compiler().display());
    Ok(compiler())
}

fn compiler() -> PathBuf {
    workspace::root().join("tests/embed/node_modules/typescript/bin/tsc")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process;

    /// `embed/tests/types.ts`: what is right compiles, and what is wrong does not.
    #[test]
    fn the_types_of_the_package_are_strict_and_take_what_is_right() {
        let compiler = compiler();
        assert!(compiler.is_file(), "TypeScript is not there: `cargo xtask setup` installs it");
        let mut check = process::command("node");
        check.arg(compiler).args(["--pretty", "false", "--project", "embed/tsconfig.json"]);
        let output = check.output().expect("Node.js starts");
        assert!(output.status.success(), "\n{}", String::from_utf8_lossy(&output.stdout));
    }

    /// `tests/embed/*.test.mjs`.
    #[test]
    fn the_modules_of_the_package_do_around_the_programs_what_they_say() {
        let mut tests = process::command("node");
        let files = ["tests/embed/calls.test.mjs", "tests/embed/handover.test.mjs"];
        let output = tests.arg("--test").args(files).output().expect("Node.js starts");
        assert!(output.status.success(), "\n{}", String::from_utf8_lossy(&output.stdout));
    }
}
