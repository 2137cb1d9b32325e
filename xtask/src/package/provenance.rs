//! What is inside the package: the crates that its program is made of, with versions and licences, and the tools that made it.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::Files;
use super::program::{CRATE, FRONT, Program, WHOLE};
use crate::process;
use crate::setup::BuildTools;

/// Licences that what we ship may have, one of each `OR`. The last three belong to crates of tables and hashes under Leptos, of which the
/// linker leaves next to nothing.
const ALLOWED: [&str; 9] =
    ["MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MPL-2.0", "Zlib", "Unicode-3.0", "BSL-1.0"];

/// Name, version and licence of each.
pub(super) type Crates = BTreeSet<[String; 3]>;

/// The crates that the programs are made of.
///
/// # Errors
/// When a crate has a licence that is not allowed.
pub(super) fn inside() -> Result<Crates> {
    let mut tree = process::cargo();
    tree.arg("tree").args(CRATE).args(["--edges", "normal,no-proc-macro"]);
    tree.args(["--prefix", "none", "--no-dedupe", "--format", "{p}|{l}"]);
    crates(&process::output(&mut tree)?)
}

/// The text of the file that says it.
///
/// # Errors
/// When a program is missing.
pub(super) fn written(files: &Files, crates: &Crates, tools: &BuildTools) -> Result<String> {
    let mut digests = String::new();
    for (name, wasm) in programs(files)? {
        digests += &format!("| `{name}`, SHA-256 | `{}` |\n", HEXLOWER.encode(&Sha256::digest(wasm)));
    }
    let version = |program: &str, argument: &str| {
        let mut ask = process::command(program);
        process::answer(ask.env("PATH", &tools.path).arg(argument)).unwrap_or_else(|| format!("{program}: not there"))
    };
    let wasm_opt = tools.wasm_opt.as_ref().and_then(|path| process::answer(process::command(path).arg("--version")));
    let table: String =
        crates.iter().map(|[name, version, licence]| format!("| {name} | {version} | {licence} |\n")).collect();
    Ok(format!(
        "# What is inside\n\nMade by `cargo xtask package` of the versions in the project's `Cargo.lock`; the same sources, versions and tools make \
         the same programs.\n\n| | |\n|---|---|\n{digests}| rustc | {} |\n| wasm-bindgen | {} |\n| wasm-opt | {} |\n\n\
         ## Crates\n\nThose that the programs are compiled from; the linker keeps of each what is used. The JavaScript is the project's own, and \
         wasm-bindgen's glue.\n\n| crate | version | licence |\n|---|---|---|\n{table}",
        version("rustc", "--version"),
        version("wasm-bindgen", "--version"),
        wasm_opt.as_deref().unwrap_or("none"),
    ))
}

/// The package's own programs, and those of the pages in the wrapper's folder, by their path in the package.
fn programs(files: &Files) -> Result<Vec<(&str, &[u8])>> {
    let own = [FRONT, WHOLE].map(Program::wasm);
    if let Some(name) = own.iter().find(|name| !files.contains_key(*name)) {
        bail!("there is no {name}");
    }
    let is_program = |name: &str| name.ends_with(".wasm");
    Ok(files.iter().filter(|(name, _)| is_program(name)).map(|(name, wasm)| (&**name, &**wasm)).collect())
}

/// Name, version and licence of each crate in what `cargo tree` prints, each once.
fn crates(tree: &str) -> Result<Crates> {
    let mut crates = BTreeSet::new();
    for line in tree.lines().filter(|line| !line.is_empty()) {
        let (package, licence) = line.split_once('|').with_context(|| format!("not a crate: {line}"))?;
        // A path of this machine may follow.
        let mut words = package.split_whitespace();
        let (name, version) = words.next().zip(words.next()).with_context(|| format!("not a crate: {line}"))?;
        if !is_allowed(licence) {
            bail!("{name} {version} is under {licence:?}, which may not be shipped");
        }
        crates.insert([name.to_owned(), version.trim_start_matches('v').to_owned(), licence.replace('/', " OR ")]);
    }
    Ok(crates)
}

/// Whether one of the licences to choose from is allowed, or all that hold at once are.
fn is_allowed(licence: &str) -> bool {
    let is_known = |one: &str| ALLOWED.contains(&one.trim_matches(|c: char| c.is_whitespace() || "()".contains(c)));
    licence.split(" AND ").all(|part| part.replace('/', " OR ").split(" OR ").any(is_known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_crate_is_named_once_without_paths_of_the_machine() {
        let tree = "meet-in-chat v0.1.0 (/home/somebody/it)|MIT OR Apache-2.0\nserde v1.0.1|MIT OR Apache-2.0\n\nserde v1.0.1|MIT OR Apache-2.0\n";
        let crates = crates(tree).expect("crates");
        let lines: Vec<_> = crates.iter().map(|one| one.join(" ")).collect();
        assert_eq!(lines, ["meet-in-chat 0.1.0 MIT OR Apache-2.0", "serde 1.0.1 MIT OR Apache-2.0"]);
    }

    #[test]
    fn all_programs_are_named_those_of_the_wrappers_folder_too() {
        let names = [&FRONT.wasm(), &WHOLE.wasm(), "wrapper/jitsi_bg.wasm", "wrapper/jitsi.html"];
        let mut files: Files = names.iter().map(|name| ((*name).to_owned(), Vec::new())).collect();
        let named: Vec<_> = programs(&files).expect("programs").into_iter().map(|(name, _)| name).collect();
        assert_eq!(named, ["buttons_bg.wasm", "meet-in-chat_bg.wasm", "wrapper/jitsi_bg.wasm"]);
        files.remove(&WHOLE.wasm());
        assert!(programs(&files).is_err());
    }

    #[test]
    fn a_licence_that_may_not_be_shipped_stops_the_package() {
        for allowed in ["MIT", "Unlicense OR MIT", "Unlicense/MIT", "(MIT OR Apache-2.0) AND Unicode-3.0", "Zlib"] {
            assert!(is_allowed(allowed), "{allowed}");
        }
        for other in ["AGPL-3.0", "GPL-2.0 OR AGPL-3.0", "MIT AND GPL-3.0", ""] {
            assert!(!is_allowed(other), "{other}");
        }
        assert!(crates("a v1.0.0|AGPL-3.0").is_err());
    }
}
