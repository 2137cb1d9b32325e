//! `cargo xtask package`: the npm package for a chat that exists already, into `embed/dist`.
//!
//! `program` builds the WebAssembly and its glue, `contents` puts together what lies around it, `provenance` says what is inside, and
//! the whole is weighed against the budget of `docs/design.md`. `parts` weighs what is in the program.

mod contents;
mod parts;
mod program;
mod provenance;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::pages::{self, Profile};
use crate::setup::{self, Report};
use crate::size::{self, KB, Weight};
use crate::workspace;

/// Modules that a visit loads only where the chat asks for them by name.
const APART: [&str; 1] = ["matrix-js-sdk.js"];

/// Files by their path in the package, with `/`.
type Files = BTreeMap<String, Vec<u8>>;

/// What one visit of a chat loads of the package may weigh so much, in units of 1024 bytes with brotli at quality 11.
const BUDGET: size::Limit = size::Limit { what: "embeddable package", brotli_kb: 310 };

/// Builds the package, prints what it weighs and fails where that is above the budget. The wrapper page comes from `pages`, a folder that
/// `cargo xtask build` made, else it is built.
pub fn run(pages: Option<PathBuf>) -> Result<()> {
    let started = Instant::now();
    let tools = setup::build_tools(Report::OnlyWork)?;
    let pages = match pages {
        Some(folder) => folder,
        None => pages::ready(Profile::Release)?,
    };
    let mut files = program::built(&tools)?;
    files.extend(contents::around(&pages)?);
    let provenance = provenance::written(&files, &tools)?;
    files.insert("PROVENANCE.md".to_owned(), provenance.into_bytes());
    contents::check(&files)?;

    let folder = place();
    replace(&folder, &files).with_context(|| format!("{} can't be written", folder.display()))?;
    eprintln!("package made in {:.1} s: {}", started.elapsed().as_secs_f32(), folder.display());
    weigh(&files)
}

/// Prints what parts of the program that was built last weigh.
pub fn weigh_parts(parts: &[String]) -> Result<()> {
    let tools = setup::build_tools(Report::OnlyWork)?;
    print!("{}", parts::table(&program::named(&tools)?, parts)?);
    Ok(())
}

fn place() -> PathBuf {
    workspace::root().join("embed/dist")
}

fn replace(folder: &Path, files: &Files) -> std::io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    for (name, content) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(path, content)?;
    }
    Ok(())
}

fn weigh(files: &Files) -> Result<()> {
    println!("KB = {KB} bytes; gzip 9, brotli 11\n{}", size::row("", "raw", "gzip", "brotli"));
    let mut total = Weight::default();
    for name in loaded(files) {
        let weight = size::weigh(&files[name]).with_context(|| format!("{name} can't be compressed"))?;
        total = total.plus(weight);
        println!("{}", weight.row(name));
    }
    println!("{}  of {} KB", total.row(BUDGET.what), BUDGET.brotli_kb);
    if total.brotli > BUDGET.brotli_kb * KB {
        bail!(
            "above the budget of docs/design.md by {}; make it smaller, or argue there for more",
            size::kb(total.brotli - BUDGET.brotli_kb * KB)
        );
    }
    Ok(())
}

/// What a visit loads: the program, our modules but those that a chat imports for itself, and the heaviest translation.
fn loaded(files: &Files) -> Vec<&str> {
    let is_loaded = |name: &&String| {
        let is_program_or_module = [".js", ".wasm"].iter().any(|end| name.ends_with(end));
        is_program_or_module && !name.contains('/') && !APART.contains(&name.as_str())
    };
    let translations = files.keys().filter(|name| name.starts_with("locales/") && name.ends_with(".js"));
    let heaviest = translations.max_by_key(|name| files[*name].len());
    files.keys().filter(is_loaded).chain(heaviest).map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visit_loads_the_program_the_modules_and_one_language() {
        let names = [
            "LICENSE-MIT",
            "locales/de.js",
            "locales/fr.js",
            "matrix-js-sdk.js",
            "meet-in-chat.js",
            "meet-in-chat_bg.wasm",
            "package.json",
            "program.d.ts",
            "program.js",
            "wrapper/jitsi-1.js",
        ];
        let mut files: Files = names.iter().map(|name| ((*name).to_owned(), Vec::new())).collect();
        files.insert("locales/fr.js".to_owned(), b"longer".to_vec());
        assert_eq!(loaded(&files), ["meet-in-chat.js", "meet-in-chat_bg.wasm", "program.js", "locales/fr.js"]);
    }

    #[test]
    fn the_budget_is_that_of_the_design() {
        let design = fs::read_to_string(workspace::root().join("docs/design.md")).expect("the design");
        BUDGET.assert_stands_in(&design);
    }
}
