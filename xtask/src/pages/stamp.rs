//! Whether the pages in `dist/` are still what the sources make: a note of the last finished build, with a hash of all that went
//! into it and of each file that came out.
//!
//! Commands that only use the pages look here first, so that the second start of the demo takes seconds. A note that does not
//! fit, or is not there, costs a build and nothing else.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::digest::short;
use super::rewrite::Files;
use crate::workspace;

/// What the pages are made of, files and folders. The code that finishes them is part of it.
const SOURCES: [&str; 12] = [
    ".cargo/config.toml",
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.check.toml",
    "Trunk.jitsi.toml",
    "Trunk.toml",
    "assets",
    "check.html",
    "index.html",
    "jitsi.html",
    "src",
    "xtask/src/pages",
];

/// A hash of the sources, and of what the build is told besides (`circumstances`: profile, versions of tools, flags).
pub(super) fn inputs(circumstances: &[String]) -> Result<String> {
    let mut files = Files::new();
    for source in SOURCES {
        read(workspace::root(), source, &mut files)?;
    }
    Ok(hash_of(circumstances, &files))
}

/// Notes that a build of these inputs is finished.
pub(super) fn keep(inputs: &str) -> Result<()> {
    let path = place();
    fs::write(&path, written(inputs, &built()?)).with_context(|| format!("{} can't be written", path.display()))
}

/// Forgets the last build, before another begins.
pub(super) fn forget() -> Result<()> {
    match fs::remove_file(place()) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).context("the note of the last build can't be removed")
        }
        _ => Ok(()),
    }
}

/// Whether `dist/` still holds what the last build made, and a build of these inputs would make the same.
pub(super) fn is_current(inputs: &str) -> bool {
    let note = fs::read_to_string(place());
    note.is_ok_and(|note| built().is_ok_and(|files| fits(&note, inputs, &files)))
}

fn place() -> std::path::PathBuf {
    workspace::root().join("target/pages.stamp")
}

fn built() -> Result<Files> {
    let mut files = Files::new();
    read(workspace::root(), "dist", &mut files)?;
    Ok(files)
}

/// One line for the inputs, then one for each file.
fn written(inputs: &str, built: &Files) -> String {
    let lines = built.iter().map(|(name, content)| format!("{} {name}\n", short(content)));
    std::iter::once(format!("{inputs}\n")).chain(lines).collect()
}

/// Files that the build did not make, such as an operator's `config.json`, do not count.
fn fits(note: &str, inputs: &str, built: &Files) -> bool {
    let mut lines = note.lines();
    let same = |line: &str| {
        line.split_once(' ').and_then(|(hash, name)| Some(short(built.get(name)?) == hash)).unwrap_or(false)
    };
    // A note without files is one that was cut short.
    lines.next() == Some(inputs) && note.lines().count() > 1 && lines.all(same)
}

fn hash_of(circumstances: &[String], sources: &Files) -> String {
    let lines = sources.iter().map(|(name, content)| format!("{name}\0{}\n", short(content)));
    let all: String = circumstances.iter().map(|one| format!("{one}\n")).chain(lines).collect();
    short(all.as_bytes())
}

/// Reads a file, or all below a folder, under names relative to `root`. What is not there is left out.
fn read(root: &Path, name: &str, files: &mut Files) -> Result<()> {
    let path = root.join(name);
    let unreadable = || format!("{} can't be read", path.display());
    if path.is_dir() {
        for entry in fs::read_dir(&path).with_context(unreadable)? {
            let below = entry.with_context(unreadable)?.file_name();
            read(root, &format!("{name}/{}", below.to_string_lossy()), files)?;
        }
    } else if path.is_file() {
        files.insert(name.to_owned(), fs::read(&path).with_context(unreadable)?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(all: &[(&str, &str)]) -> Files {
        all.iter().map(|(name, content)| ((*name).to_owned(), content.as_bytes().to_vec())).collect()
    }

    #[test]
    fn a_build_is_current_until_something_it_is_made_of_changes() {
        let release = ["release".to_owned()];
        let sources = files(&[("src/a.rs", "1"), ("src/b.rs", "2")]);
        let hash = hash_of(&release, &sources);
        assert_eq!(hash, hash_of(&release, &sources.clone()));
        for (circumstances, sources) in [
            ("debug", &sources),
            ("release", &files(&[("src/a.rs", "1"), ("src/b.rs", "3")])),
            ("release", &files(&[("src/a.rs", "1"), ("src/c.rs", "2")])),
            ("release", &files(&[("src/a.rs", "1")])),
            ("release", &files(&[("src/a.rs", "2"), ("src/b.rs", "1")])),
        ] {
            assert_ne!(hash_of(&[circumstances.to_owned()], sources), hash);
        }
    }

    #[test]
    fn a_page_that_was_changed_or_lost_since_is_built_again() {
        let built = files(&[("dist/index.html", "<p>"), ("dist/locales/de.json", "{}")]);
        let note = written("hash", &built);
        assert!(fits(&note, "hash", &built));
        assert!(!fits(&note, "other", &built));
        assert!(!fits(&note, "hash", &files(&[("dist/index.html", "<p>")])));
        assert!(!fits(&note, "hash", &files(&[("dist/index.html", "<b>"), ("dist/locales/de.json", "{}")])));
    }

    #[test]
    fn what_an_operator_puts_beside_the_pages_costs_no_build() {
        let mut built = files(&[("dist/index.html", "<p>")]);
        let note = written("hash", &built);
        built.extend(files(&[("dist/config.json", "{}")]));
        assert!(fits(&note, "hash", &built));
    }

    #[test]
    fn a_note_that_was_cut_short_is_none() {
        let built = files(&[("dist/index.html", "<p>")]);
        for note in ["", "hash", "hash\n", "hash\nrubbish\n"] {
            assert!(!fits(note, "hash", &built), "{note:?}");
        }
    }

    #[test]
    fn every_source_is_where_it_is_looked_for() {
        for source in SOURCES {
            assert!(workspace::root().join(source).exists(), "{source}");
        }
    }
}
