//! Which language the page speaks.

/// The languages that have a file `locales/wrapper.<name>.json`, besides English, which is compiled in.
const TRANSLATED: [&str; 1] = ["de"];

/// The translation to fetch for a BCP 47 tag; `None` is English.
pub fn translation_for(tag: &str) -> Option<&'static str> {
    let language = tag.split(['-', '_']).next().unwrap_or(tag);
    TRANSLATED.into_iter().find(|translated| language.eq_ignore_ascii_case(translated))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_does_not_hide_its_language() {
        assert_eq!(translation_for("de-AT"), Some("de"));
        assert_eq!(translation_for("DE_de"), Some("de"));
    }

    #[test]
    fn what_is_not_translated_is_english() {
        for tag in ["en-GB", "den", "", "../de"] {
            assert_eq!(translation_for(tag), None, "{tag}");
        }
    }
}
