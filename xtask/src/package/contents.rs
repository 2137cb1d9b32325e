//! What lies around the program: our modules and types, the styles, the translations, the wrapper page, and what npm reads.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value};

use super::Files;
use super::program::{FRONT, Program, WHOLE};
use crate::pages::{digest, finish};
use crate::{pages, workspace};
use meet_in_chat::locale::components::OF_THE_PAGE;

/// The folders of our modules, below `embed/src`.
const MODULES: [&str; 2] = ["", "matrix-js-sdk/"];
/// The style sheets of the components, in their order.
const STYLES: [&str; 3] = ["embed/src/base.css", "assets/calls.css", "assets/peer-calls.css"];
/// What is taken as it is, by its name in the package.
const AS_IT_IS: [(&str, &str); 4] = [
    ("README.md", "embed/README.md"),
    ("CHANGELOG.md", "embed/CHANGELOG.md"),
    ("LICENSE-APACHE", "LICENSE-APACHE"),
    ("LICENSE-MIT", "LICENSE-MIT"),
];
/// The pages of the wrapper's folder.
const WRAPPER: [&str; 2] = ["jitsi.html", "check.html"];
/// The locale files of those pages.
const WRAPPER_LOCALES: [&str; 4] = ["wrapper.", "check.", "hosting.", "calls."];

/// Stands in for the styles in the module that makes a sheet of them.
const STYLES_HERE: &str = "\"the styles\"";
/// The module that loads the programs.
const LOADER: &str = "program.js";
/// Stands in for the version.
const NO_VERSION: &str = "\"version\": \"0.0.0\"";

/// Everything but the program and its provenance. `built` is a folder of built pages.
pub(super) fn around(built: &Path) -> Result<Files> {
    let mut files = Files::new();
    for (name, source) in AS_IT_IS {
        files.insert(name.to_owned(), read(source)?.into_bytes());
    }
    for folder in MODULES {
        for (name, content) in finish::read(&workspace::root().join("embed/src").join(folder))? {
            if [".js", ".d.ts"].iter().any(|end| name.ends_with(end)) {
                files.insert(format!("{folder}{name}"), content);
            }
        }
    }
    let styles: String = STYLES.iter().map(|source| read(source)).collect::<Result<Vec<_>>>()?.concat();
    let styles = with_styles(&text(&files, "styles.js")?, &styles)?;
    files.insert("styles.js".to_owned(), styles.into_bytes());
    finish::slim(&mut files);
    files.extend(translations()?);
    files.extend(wrapper(built)?);
    files.insert("package.json".to_owned(), manifest(&read("embed/package.json")?)?.into_bytes());
    Ok(files)
}

/// Writes the digests of the programs into the module that loads them: between glue and wasm of two versions anything can happen.
pub(super) fn seal(files: &mut Files) -> Result<()> {
    let mut module = text(files, LOADER)?;
    for program in [FRONT, WHOLE].map(Program::wasm) {
        let place = format!("the digest of {program}");
        ensure!(module.contains(&place), "embed/src/{LOADER} has no place for a digest: {place}");
        let wasm = files.get(&program).with_context(|| format!("there is no {program}"))?;
        module = module.replace(&place, &digest::integrity(wasm));
    }
    files.insert(LOADER.to_owned(), module.into_bytes());
    Ok(())
}

/// Fails where `package.json` names what is not there.
pub(super) fn check(files: &Files) -> Result<()> {
    let manifest: Value = serde_json::from_str(&text(files, "package.json")?)?;
    let mut named = Vec::new();
    for key in ["exports", "types", "main"] {
        names(manifest.get(key).unwrap_or(&Value::Null), &mut named);
    }
    for name in named {
        let name = name.trim_start_matches("./");
        let is_there = match name.split_once('*') {
            Some((before, after)) => files.keys().any(|file| file.starts_with(before) && file.ends_with(after)),
            None => files.contains_key(name),
        };
        ensure!(is_there, "embed/package.json names {name}, which the package does not have");
    }
    Ok(())
}

fn names<'a>(value: &'a Value, named: &mut Vec<&'a str>) {
    match value {
        Value::String(name) => named.push(name),
        Value::Object(all) => all.values().for_each(|value| names(value, named)),
        Value::Array(all) => all.iter().for_each(|value| names(value, named)),
        _ => {}
    }
}

fn with_styles(module: &str, styles: &str) -> Result<String> {
    ensure!(module.contains(STYLES_HERE), "embed/src/styles.js has no place for the styles: {STYLES_HERE}");
    Ok(module.replace(STYLES_HERE, &serde_json::to_string(&pages::slim::slimmed(styles))?))
}

/// The chat's translations as modules, without what only its page says. English is in the program.
fn translations() -> Result<Files> {
    let mut files = Files::new();
    for (name, content) in finish::read(&workspace::root().join("assets/locales"))? {
        let language = name.strip_prefix("chat.").and_then(|name| name.strip_suffix(".json"));
        if let Some(language) = language.filter(|language| *language != "en") {
            let mut words: Map<String, Value> = serde_json::from_slice(&content).with_context(|| name.clone())?;
            words.retain(|key, _| !key.split_once('.').is_some_and(|(section, _)| OF_THE_PAGE.contains(&section)));
            let module = format!("export default {};\n", serde_json::to_string(&words)?);
            files.insert(format!("locales/{language}.js"), module.into_bytes());
        }
    }
    Ok(files)
}

/// The wrapper and the page of checks, with all that they load.
fn wrapper(built: &Path) -> Result<Files> {
    let all = finish::read(built)?;
    let mut files = Files::new();
    let mut queue: Vec<String> = WRAPPER.iter().map(|page| (*page).to_owned()).collect();
    while let Some(name) = queue.pop() {
        let Some(content) = all.get(&name) else {
            bail!("{} has no {name}; make it with `cargo xtask build`", built.display());
        };
        let words = String::from_utf8_lossy(content);
        // A hash in its name makes it a file that a page loads; pages are only led to.
        let leads_to = all.keys().filter(|other| other.contains('-') && words.contains(other.as_str()));
        queue.extend(
            leads_to.filter(|other| !files.contains_key(&format!("wrapper/{other}")) && **other != name).cloned(),
        );
        files.insert(format!("wrapper/{name}"), content.clone());
    }
    for (name, content) in finish::read(&built.join("locales"))? {
        if name.ends_with(".json") && WRAPPER_LOCALES.iter().any(|prefix| name.starts_with(prefix)) {
            files.insert(format!("wrapper/locales/{name}"), content);
        }
    }
    files.insert("wrapper/config.sample.json".to_owned(), read("assets/config.sample.json")?.into_bytes());
    Ok(files)
}

/// `package.json` with the version of Cargo. As text: the order of its conditions counts.
fn manifest(template: &str) -> Result<String> {
    ensure!(template.contains(NO_VERSION), "embed/package.json has no place for the version: {NO_VERSION}");
    Ok(template.replace(NO_VERSION, &format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"))))
}

fn text(files: &Files, name: &str) -> Result<String> {
    let content = files.get(name).with_context(|| format!("there is no {name}"))?;
    String::from_utf8(content.clone()).with_context(|| format!("{name} is not UTF-8"))
}

fn read(source: &str) -> Result<String> {
    fs::read_to_string(workspace::root().join(source)).with_context(|| format!("{source} can't be read"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::bed::Scratch;

    #[test]
    fn styles_become_one_text_of_a_module() {
        let module =
            with_styles("const text = \"the styles\";\n", "/* why */\na { content: \"b\"; }\n").expect("a module");
        assert_eq!(module, "const text = \"a { content: \\\"b\\\"; }\\n\";\n");
        assert!(with_styles("const text = \"\";", "").is_err());
    }

    #[test]
    fn the_loader_knows_the_digests_of_both_programs() {
        let loader = "'the digest of buttons_bg.wasm' 'the digest of meet-in-chat_bg.wasm'";
        let mut files = Files::from([
            (LOADER.to_owned(), loader.into()),
            (FRONT.wasm(), b"front".to_vec()),
            (WHOLE.wasm(), b"whole".to_vec()),
        ]);
        seal(&mut files).expect("sealed");
        let expected = format!("'{}' '{}'", digest::integrity(b"front"), digest::integrity(b"whole"));
        assert_eq!(files[LOADER], expected.as_bytes());
        assert!(seal(&mut files).is_err(), "there is no place for them any more");
    }

    /// What is written between backquotes and begins with this, in the first column of the tables of the section on looks.
    fn documented(document: &str, begin: &str) -> BTreeSet<String> {
        let looks = document.split("\n## ").find(|section| section.starts_with("Looks\n")).expect("the section");
        let first = looks.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next());
        let names = first.flat_map(|cell| cell.split('`')).filter(|name| name.starts_with(begin));
        names.map(str::to_owned).collect()
    }

    #[test]
    fn the_guide_names_all_properties_that_the_styles_read_and_no_other() {
        let guide = read("docs/embedding.md").expect("the guide");
        let styles: String = STYLES.iter().map(|source| read(source).expect("styles")).collect();
        let is_of_name = |c: char| c.is_ascii_lowercase() || c == '-';
        let read = styles.split("var(").skip(1).filter_map(|rest| rest.split(|c| !is_of_name(c)).next());
        let mut read: BTreeSet<_> = read.filter(|name| name.starts_with("--meet-")).map(str::to_owned).collect();
        // A stage says it of itself, and the page reads it.
        assert!(read.remove("--meet-tile-size"));
        assert_eq!(documented(&guide, "--meet-"), read);
    }

    #[test]
    fn the_parts_that_the_guide_names_are_drawn() {
        fn sources(folder: &Path) -> String {
            let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
            let texts = entries
                .map(|path| if path.is_dir() { sources(&path) } else { fs::read_to_string(path).expect("a source") });
            texts.collect()
        }
        let parts = documented(&read("docs/embedding.md").expect("the guide"), "meet-");
        let drawn = sources(&workspace::root().join("src/ui"));
        assert!(parts.len() > 15, "{parts:?}");
        for part in parts {
            let is_there = drawn.split('"').any(|text| text.split(' ').any(|word| word == part));
            assert!(is_there, "nothing is a {part}");
        }
    }

    #[test]
    fn translations_lack_what_only_the_page_says() {
        let all = translations().expect("translations");
        let german = String::from_utf8(all["locales/de.js"].clone()).expect("UTF-8");
        assert!(german.starts_with("export default {") && german.contains("\"conference.join\""));
        assert!(!german.contains("\"sign_in."));
        assert!(!all.contains_key("locales/en.js"));
    }

    #[test]
    fn the_wrappers_folder_holds_what_its_pages_load_and_nothing_of_the_chats() {
        let scratch = Scratch::new("package").expect("a folder");
        let at = |name: &str| scratch.path().join(name);
        fs::create_dir(at("locales")).expect("a folder");
        for (name, content) in [
            ("index.html", "chat-1.js"),
            ("chat-1.js", ""),
            ("jitsi.html", "<script src=./jitsi-boot-1.js> check.html"),
            ("jitsi-boot-1.js", "'./jitsi-1.wasm'"),
            ("jitsi-1.wasm", ""),
            ("jitsi-1.wasm.br", ""),
            ("check.html", "check-1.js"),
            ("check-1.js", "jitsi.html"),
            ("locales/wrapper.de.json", "{}"),
            ("locales/chat.de.json", "{}"),
        ] {
            fs::write(at(name), content).expect("a file");
        }
        let files = wrapper(scratch.path()).expect("the wrapper");
        let expected = [
            "wrapper/check-1.js",
            "wrapper/check.html",
            "wrapper/config.sample.json",
            "wrapper/jitsi-1.wasm",
            "wrapper/jitsi-boot-1.js",
            "wrapper/jitsi.html",
            "wrapper/locales/wrapper.de.json",
        ];
        assert_eq!(files.keys().map(String::as_str).collect::<Vec<_>>(), expected);
        fs::remove_file(at("jitsi-1.wasm")).expect("removed");
        fs::remove_file(at("jitsi.html")).expect("removed");
        assert!(wrapper(scratch.path()).is_err());
    }

    #[test]
    fn the_version_is_cargos_and_all_that_is_named_is_there() {
        let manifest = manifest(
            r#"{"version": "0.0.0", "exports": {".": {"types": "./a.d.ts"}, "./locales/*": "./locales/*.js"}}"#,
        );
        let manifest = manifest.expect("a manifest");
        assert!(manifest.contains(env!("CARGO_PKG_VERSION")));
        let mut files = Files::from([("package.json".to_owned(), manifest.into_bytes())]);
        assert!(check(&files).is_err());
        files.insert("a.d.ts".to_owned(), Vec::new());
        assert!(check(&files).is_err());
        files.insert("locales/de.js".to_owned(), Vec::new());
        check(&files).expect("all there");
    }
}
