//! The JavaScript that wasm-bindgen writes, for a release: Trunk 0.21 can't minify it, and a fourth of it is comments and
//! indentation.

/// The same program without comments of whole lines, blank lines and indentation. Only for what wasm-bindgen writes: there, no
/// text or pattern goes over a line's end, and no line begins inside of one.
pub(super) fn slimmed(glue: &str) -> String {
    let mut in_comment = false;
    let mut slim = String::with_capacity(glue.len());
    for line in glue.lines().map(str::trim) {
        let begins = line.starts_with("/*");
        let is_code = !(in_comment || begins || line.starts_with("//") || line.is_empty());
        in_comment = (in_comment || begins) && !line.ends_with("*/");
        if is_code {
            slim.push_str(line);
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
}
