//! Names and messages of strangers as text that can be shown in one line.

/// The longest name that is shown; the specification allows 255 bytes for ids and nothing for names.
const LONGEST: usize = 255;

/// A text that can be shown in one line: without control characters, without marks that turn the direction of what follows or
/// that nobody sees (two names that look the same are then the same), with single blanks for white space, not too long; `None`
/// when nothing is left. The joiners U+200C and U+200D stay: scripts and emoji are written with them.
pub fn clean(text: &str) -> Option<String> {
    let turns =
        |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}');
    let unseen = |c: char| matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}' | '\u{2060}'..='\u{2064}' | '\u{feff}');
    let mut blank = true;
    let kept: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !c.is_control() && !turns(*c) && !unseen(*c))
        .filter(|c| {
            let after_blank = std::mem::replace(&mut blank, *c == ' ');
            !(after_blank && blank)
        })
        .take(LONGEST)
        .collect();
    let kept = kept.trim_end();
    let is_blank = kept.chars().all(|c| matches!(c, ' ' | '\u{200c}' | '\u{200d}'));
    (!is_blank).then(|| kept.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_or_hides_text_is_taken_out() {
        assert_eq!(clean("Ann\u{202e} \u{200b}Lee\n").as_deref(), Some("Ann Lee"));
    }

    #[test]
    fn white_space_is_single_blanks_between_words() {
        assert_eq!(clean(" \t Ann \u{200b}\u{a0}\n  Lee\u{3000}").as_deref(), Some("Ann Lee"));
    }

    #[test]
    fn a_text_that_nobody_sees_is_none() {
        for text in ["", "  ", "\u{200b}\u{feff}", "\u{200d}"] {
            assert_eq!(clean(text), None, "{text:?}");
        }
    }
}
