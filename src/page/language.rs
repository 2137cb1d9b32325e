//! Which language a page speaks, and which way it is written.

/// The languages that have files `locales/<page>.<name>.json` besides English, `<page>` being `wrapper`, `check`, `hosting` and `calls`.
const TRANSLATED: [&str; 4] = ["ar", "de", "es", "fr"];

/// The translation to fetch for a BCP 47 tag; `None` is English.
pub fn translation_for(tag: &str) -> Option<&'static str> {
    let language = tag.split(['-', '_']).next().unwrap_or(tag);
    TRANSLATED.into_iter().find(|translated| language.eq_ignore_ascii_case(translated))
}

/// The `dir` of a page in one of these languages.
pub fn direction_of(language: &str) -> &'static str {
    if language == "ar" { "rtl" } else { "ltr" }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use super::*;
    use crate::locale::{CALLS_EN, CHECK_EN, HOSTING_EN, WRAPPER_EN};

    const LOCALES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/locales");

    fn texts(file: &str) -> BTreeMap<String, String> {
        serde_json::from_str(file).expect("a flat object of texts")
    }

    const FILES: [(&str, &str); 4] =
        [("wrapper", WRAPPER_EN), ("check", CHECK_EN), ("hosting", HOSTING_EN), ("calls", CALLS_EN)];

    fn translation(file: &str, language: &str) -> BTreeMap<String, String> {
        let path = Path::new(LOCALES).join(format!("{file}.{language}.json"));
        texts(&std::fs::read_to_string(&path).expect("the file of every language that is offered"))
    }

    /// The `{name}`s of a text, sorted.
    fn gaps(text: &str) -> Vec<&str> {
        let mut gaps: Vec<_> = text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect();
        gaps.sort_unstable();
        gaps
    }

    #[test]
    fn a_region_does_not_hide_its_language() {
        assert_eq!(translation_for("de-AT"), Some("de"));
        assert_eq!(translation_for("DE_de"), Some("de"));
        assert_eq!(translation_for("ar-EG"), Some("ar"));
    }

    #[test]
    fn what_is_not_translated_is_english() {
        for tag in ["en-GB", "den", "", "../de"] {
            assert_eq!(translation_for(tag), None, "{tag}");
        }
    }

    #[test]
    fn every_translation_that_lies_there_is_offered() {
        let files = std::fs::read_dir(LOCALES).expect("the folder");
        let names: Vec<_> =
            files.map(|file| file.expect("a file").file_name().into_string().expect("a name")).collect();
        for (file, _) in FILES {
            let languages: BTreeSet<_> = names
                .iter()
                .filter_map(|name| name.strip_prefix(file)?.strip_prefix('.')?.strip_suffix(".json"))
                .filter(|language| *language != "en")
                .collect();
            assert_eq!(languages, TRANSLATED.into(), "{file}");
        }
    }

    #[test]
    fn every_sentence_is_there_in_every_language_with_the_same_gaps() {
        for (file, english) in FILES {
            let english = texts(english);
            for language in TRANSLATED {
                let translated = translation(file, language);
                assert_eq!(english.keys().collect::<Vec<_>>(), translated.keys().collect::<Vec<_>>(), "{language}");
                for (key, text) in &english {
                    assert_eq!(gaps(text), gaps(&translated[key]), "{language} {key}");
                }
            }
        }
    }

    /// A server's name would else pull the punctuation around it to the wrong side.
    #[test]
    fn what_fills_a_gap_keeps_its_own_direction_in_a_language_written_to_the_left() {
        for language in TRANSLATED.into_iter().filter(|language| direction_of(language) == "rtl") {
            for (key, text) in FILES.into_iter().flat_map(|(file, _)| translation(file, language)) {
                assert_eq!(text.matches('{').count(), text.matches("\u{2068}{").count(), "{language} {key}");
                assert_eq!(text.matches('}').count(), text.matches("}\u{2069}").count(), "{language} {key}");
            }
        }
    }
}
