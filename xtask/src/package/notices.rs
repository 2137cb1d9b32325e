//! The licences whose notice has to go along with a copy, of the crates that the package's programs are made of.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::program::CRATE;
use super::provenance::Crates;
use crate::{pages, process, workspace};

/// Licences that want nothing of who passes on a program, or whose text lies in the package anyway.
const FREE: [&str; 4] = ["Apache-2.0", "Unlicense", "Zlib", "BSL-1.0"];
/// How the files with a licence begin, in capitals.
const NAMES: [&str; 4] = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT"];

/// The text of the file with the notices of these crates.
///
/// # Errors
/// When a notice is to be kept and there is none.
pub(super) fn written(crates: &Crates) -> Result<String> {
    let mut ask = process::cargo();
    ask.args(["metadata", "--format-version", "1", "--locked", "--filter-platform", CRATE[4]]);
    let metadata: Value = serde_json::from_str(&process::output(&mut ask)?).context("cargo's metadata")?;
    let own = fs::read_to_string(workspace::root().join("LICENSE-MIT")).context("LICENSE-MIT can't be read")?;
    // Many crates are of one project, with one text.
    let mut groups = BTreeMap::<String, Vec<String>>::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let word = |key: &str| package[key].as_str().unwrap_or_default();
        let (name, version) = (word("name"), word("version"));
        let Some([_, _, licence]) = crates.iter().find(|[of, at, _]| of == name && at == version) else { continue };
        if is_free(licence) || name == "meet-in-chat" {
            continue;
        }
        let folder = Path::new(word("manifest_path")).parent().context("a crate lies somewhere")?;
        let texts = in_folder(folder).with_context(|| format!("the licence of {name} can't be read"))?;
        let authors: Vec<_> = package["authors"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let text = if texts.is_empty() { in_words(licence, &authors, &own) } else { Ok(texts.join("\n\n")) };
        let text = text.with_context(|| format!("{name} {version} is under {licence} and brings no text of it"))?;
        groups.entry(text).or_default().push(format!("{name} {version}"));
    }
    let mut file = "# Notices\n\nOf the crates in `PROVENANCE.md` those whose licence wants its notice to go along with a copy; all others \
         are also under the licence of `LICENSE-APACHE`, or under one that asks for nothing.\n"
        .to_owned();
    for (text, mut names) in groups {
        names.sort_unstable();
        write!(file, "\n## {}\n\n```\n{text}\n```\n", names.join(", "))?;
    }
    Ok(file)
}

/// Whether nothing has to go along for a licence: of all that hold at once, one to choose from.
fn is_free(licence: &str) -> bool {
    let is_known = |one: &str| FREE.contains(&one.trim_matches(|c: char| c.is_whitespace() || "()".contains(c)));
    licence.split(" AND ").all(|part| part.split(" OR ").any(is_known))
}

/// What a crate's folder says of its licence.
fn in_folder(folder: &Path) -> Result<Vec<String>> {
    let is_licence = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_uppercase();
        // One text of that lies in the package.
        path.is_file() && NAMES.iter().any(|begin| name.starts_with(begin)) && !name.contains("APACHE")
    };
    let files = pages::finish::children(folder)?.into_iter().filter(|path| is_licence(path));
    files.map(|path| Ok(fs::read_to_string(path)?.trim().replace("\r\n", "\n"))).collect()
}

/// The notice of a crate that brings none: the MIT licence, as ours is written, with those who say that they wrote the crate.
fn in_words(licence: &str, authors: &[&str], own: &str) -> Result<String> {
    ensure!(licence == "MIT", "only the text of the MIT licence is known here");
    if authors.is_empty() {
        bail!("nobody is named who wrote it");
    }
    let lines = own.trim().lines().map(|line| match line.strip_prefix("Copyright") {
        Some(_) => format!("Copyright (c) {}", authors.join(", ")),
        None => line.to_owned(),
    });
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_goes_along_where_no_licence_to_choose_does_without() {
        for free in ["MIT OR Apache-2.0", "Unlicense OR MIT", "Zlib", "(MIT OR Apache-2.0) AND Zlib"] {
            assert!(is_free(free), "{free}");
        }
        for bound in ["MIT", "Unicode-3.0", "(MIT OR Apache-2.0) AND Unicode-3.0", ""] {
            assert!(!is_free(bound), "{bound}");
        }
    }

    #[test]
    fn a_crate_without_a_text_is_under_that_of_the_licence_with_its_authors() {
        let own = "MIT License\n\nCopyright (c) 2026 Us\n\nPermission is granted.\n";
        let text = in_words("MIT", &["Ann", "Ben"], own).expect("a text");
        assert_eq!(text, "MIT License\n\nCopyright (c) Ann, Ben\n\nPermission is granted.");
        assert!(in_words("MIT", &[], own).is_err() && in_words("Unicode-3.0", &["Ann"], own).is_err());
    }

    #[test]
    fn the_notices_of_the_programs_crates_are_there() {
        let crates = super::super::provenance::inside().expect("crates");
        let notices = written(&crates).expect("notices");
        let leptos = notices.split("\n## ").find(|part| part.contains("leptos 0.")).expect("leptos");
        assert!(leptos.contains("Copyright (c) Greg Johnston") && leptos.contains("tachys 0."), "{leptos}");
        assert!(!notices.contains("serde_json"), "it is under LICENSE-APACHE");
        assert!(notices.contains("UNICODE LICENSE V3"));
    }
}
