//! The JavaScript that wasm-bindgen writes, for a release: it names what it hands to its program and takes from it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, ensure};
use serde::Deserialize;

/// The names at the border of a program and its glue, as `wasm-opt --minify-imports-and-exports-and-modules` tells them.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Names {
    /// Module, name before, name after.
    imports: Vec<(String, String, String)>,
    /// Name before, name after.
    exports: Vec<(String, String)>,
}

/// The one module that the short imports come from.
const MODULE: &str = "a";

/// The glue of a program whose names at the border were shortened: half of each is a hash, which no server can compress.
///
/// # Errors
/// When the glue lacks an import of the program.
pub(super) fn renamed(glue: &str, names: &Names) -> Result<String> {
    let modules: BTreeSet<_> = names.imports.iter().map(|(module, ..)| format!("\"{module}\"")).collect();
    ensure!(modules.len() <= 1, "it imports from several modules, of which wasm-opt makes one: {modules:?}");
    let imports: BTreeMap<&str, &str> = names.imports.iter().map(|(_, old, new)| (&**old, &**new)).collect();
    let exports: BTreeMap<&str, &str> = names.exports.iter().map(|(old, new)| (&**old, &**new)).collect();
    // Of the exports, the glue uses those that it needs.
    let mut missing: BTreeSet<&str> = imports.keys().copied().collect();
    let mut renamed = String::with_capacity(glue.len());
    for word in words(glue) {
        let new = match renamed.strip_suffix("wasm.") {
            Some(_) => exports.get(word),
            None => imports.get(word),
        };
        if new.is_some() {
            missing.remove(word);
        }
        renamed.push_str(new.unwrap_or(&word));
    }
    ensure!(missing.is_empty(), "the glue lacks imports of the program: {missing:?}");
    Ok(modules.iter().fold(renamed, |glue, module| glue.replace(module, &format!("\"{MODULE}\""))))
}

/// The text in pieces, each name of JavaScript in one of its own.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = rest.find(|c| is_word(c) != is_word(first)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        serde_json::from_str(
            r#"{"imports": [["./jitsi_bg.js", "__wbg_get_0a", "A"], ["./jitsi_bg.js", "__wbg_get_1b", "$"]],
                "exports": [["memory", "B"], ["main", "C"]]}"#,
        )
        .expect("names as wasm-opt prints them")
    }

    #[test]
    fn the_glue_takes_on_the_short_names_of_its_program() {
        let glue = "const import0 = {\n__wbg_get_0a: function(arg0) { return wasm.memory; },\n__wbg_get_1b: main,\n};\n\
                    return {\n\"./jitsi_bg.js\": import0,\n};\nfunction main(memory) { wasm.main(__wbg_get_0abc); }";
        let short = "const import0 = {\nA: function(arg0) { return wasm.B; },\n$: main,\n};\n\
                     return {\n\"a\": import0,\n};\nfunction main(memory) { wasm.C(__wbg_get_0abc); }";
        assert_eq!(renamed(glue, &names()).expect("renamed"), short);
    }

    #[test]
    fn glue_that_lacks_a_name_is_another_programs() {
        let error = renamed("A: wasm.memory, wasm.main, __wbg_get_0a", &names()).expect_err("no __wbg_get_1b");
        assert!(error.to_string().contains("__wbg_get_1b"), "{error}");
    }

    #[test]
    fn imports_of_several_modules_are_not_thrown_together() {
        let mut names = names();
        names.imports.push(("./snippet.js".to_owned(), "f".to_owned(), "D".to_owned()));
        assert!(renamed("", &names).is_err());
    }
}
