//! `cargo xtask package`: the npm package for a chat that exists already, into `embed/dist`.
//!
//! `program` builds the WebAssembly and its glue, `contents` puts together what lies around it, `provenance` says what is inside and `notices`
//! what goes along with that, and the whole is weighed against the budget of `docs/design.md`. `parts` weighs what is in the program.

mod contents;
mod notices;
mod parts;
mod program;
mod provenance;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::pages::{self, Files, Profile};
use crate::setup::{self, Report};
use crate::size::{self, KB, Weight};
use crate::workspace;

/// Modules that a visit loads only where the chat asks for them by name.
const APART: [&str; 1] = ["matrix-js-sdk.js"];

/// What one visit of a chat loads of the package may weigh so much, in units of 1024 bytes with brotli at quality 11: until somebody
/// presses, is called, or looks at a room that has a conference; and what comes then.
const FIRST: size::Limit = size::Limit { what: "embeddable package, first", brotli_kb: 180 };
const THEN: size::Limit = size::Limit { what: "embeddable package, then", brotli_kb: 307 };

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
    let crates = provenance::inside()?;
    files.insert("THIRD-PARTY.md".to_owned(), notices::written(&crates)?.into_bytes());
    let provenance = provenance::written(&files, &crates, &tools)?;
    files.insert("PROVENANCE.md".to_owned(), provenance.into_bytes());
    contents::seal(&mut files)?;
    contents::check(&files)?;

    let folder = place();
    replace(&folder, &files).with_context(|| format!("{} can't be written", folder.display()))?;
    eprintln!("package made in {:.1} s: {}", started.elapsed().as_secs_f32(), folder.display());
    weigh(&files)
}

/// Prints what parts of the whole program that was built last weigh.
pub fn weigh_parts(parts: &[String]) -> Result<()> {
    let tools = setup::build_tools(Report::OnlyWork)?;
    print!("{}", parts::table(&program::named(program::WHOLE, &tools)?, parts)?);
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
    for (limit, names) in [(FIRST, loaded_first(files)), (THEN, loaded_then())] {
        let mut total = Weight::default();
        for name in names {
            let weight = size::weigh(&files[&name]).with_context(|| format!("{name} can't be compressed"))?;
            total = total.plus(weight);
            println!("{}", weight.row(&name));
        }
        println!("{}  of {} KB", total.row(limit.what), limit.brotli_kb);
        if total.brotli > limit.brotli_kb * KB {
            bail!(
                "above the budget of docs/design.md by {}; make it smaller, or argue there for more",
                size::kb(total.brotli - limit.brotli_kb * KB)
            );
        }
    }
    Ok(())
}

/// What every visit loads: the program in front, our modules and the glue of both programs, but not what a chat imports for itself, and the
/// heaviest translation.
fn loaded_first(files: &Files) -> Vec<String> {
    let then = loaded_then();
    let is_loaded = |name: &&String| {
        let is_program_or_module = [".js", ".wasm"].iter().any(|end| name.ends_with(end));
        is_program_or_module && !name.contains('/') && !APART.contains(&name.as_str()) && !then.contains(name)
    };
    let translations = files.keys().filter(|name| name.starts_with("locales/") && name.ends_with(".js"));
    let heaviest = translations.max_by_key(|name| files[*name].len());
    files.keys().filter(is_loaded).chain(heaviest).cloned().collect()
}

/// What a visit loads when the whole program is needed.
fn loaded_then() -> Vec<String> {
    vec![program::WHOLE.wasm()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visit_loads_the_program_in_front_the_modules_and_one_language() {
        let names = [
            "LICENSE-MIT",
            "buttons.js",
            "buttons_bg.wasm",
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
        let first = ["buttons.js", "buttons_bg.wasm", "meet-in-chat.js", "program.js", "locales/fr.js"];
        assert_eq!(loaded_first(&files), first);
        assert_eq!(loaded_then(), ["meet-in-chat_bg.wasm"]);
    }

    #[test]
    fn the_budgets_are_those_of_the_design() {
        let design = fs::read_to_string(workspace::root().join("docs/design.md")).expect("the design");
        for limit in [FIRST, THEN] {
            limit.assert_stands_in(&design);
        }
    }
}
