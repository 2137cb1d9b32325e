//! Text that people read, made smaller for a release: Trunk 0.21 can't minify scripts and style sheets, and a fourth of them is
//! comments and indentation.

/// The same script, style sheet or page without comments of whole lines, blank lines and indentation. Only for what
/// wasm-bindgen writes and for our own: there, no text or pattern goes over a line's end, no line begins inside of one, and blanks at
/// the ends of lines mean nothing.
pub(crate) fn slimmed(text: &str) -> String {
    let mut in_comment = false;
    let mut slim = String::with_capacity(text.len());
    for line in text.lines().map(str::trim) {
        let mut code = line;
        if in_comment || line.starts_with("/*") {
            let after = line.split_once("*/").map(|(_, after)| after.trim_start());
            in_comment = after.is_none();
            code = after.unwrap_or_default();
        }
        let is_comment = code.starts_with("//") || (code.starts_with("<!--") && code.ends_with("-->"));
        if !code.is_empty() && !is_comment {
            slim.push_str(code);
            slim.push('\n');
        }
    }
    slim
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_indentation_go_and_code_stays() {
        let glue = "/* @ts-self-types */\n\nclass A {\n    /**\n     * @returns {any}\n     */\n    b() {\n        // why\n        \
                    return `//c` + 1; // d\n    }\n}\n";
        assert_eq!(slimmed(glue), "class A {\nb() {\nreturn `//c` + 1; // d\n}\n}\n");
    }

    #[test]
    fn what_follows_a_comment_on_its_line_stays() {
        let style = "/* one */ a {\n  b: c; /* two */\n}\n/* three\n   four */ d { }\n";
        assert_eq!(slimmed(style), "a {\nb: c; /* two */\n}\nd { }\n");
    }

    #[test]
    fn a_page_keeps_its_policys_style_and_its_words() {
        let page = "<head>\n  <!-- why -->\n  <style>\n    /* why */\n    a { }\n  </style>\n</head>\n<p>\n  two\n  words\n</p>\n";
        assert_eq!(slimmed(page), "<head>\n<style>\na { }\n</style>\n</head>\n<p>\ntwo\nwords\n</p>\n");
    }
}
