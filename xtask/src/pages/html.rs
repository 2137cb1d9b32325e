//! Just enough of HTML to edit pages that we wrote ourselves: start tags with their attributes and places. Comments and
//! the contents of `script` and `style` are skipped. Everything that is not edited stays as it is, byte for byte.

use std::ops::Range;

/// A start tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tag<'a> {
    /// In lower case.
    pub(crate) name: String,
    /// From `<` to `>`.
    pub(crate) place: Range<usize>,
    /// For `script` and `style`, what stands before the end tag; else empty.
    pub(crate) text: &'a str,
    attributes: Vec<(&'a str, &'a str)>,
}

impl<'a> Tag<'a> {
    /// An attribute's value as written; empty where it has none.
    pub(crate) fn attribute(&self, name: &str) -> Option<&'a str> {
        let found = self.attributes.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| *value)
    }
}

/// The start tags of a page, in order.
pub(crate) fn tags(html: &str) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(found) = html[at..].find('<') {
        let start = at + found;
        let rest = &html[start..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            at = comment.find("-->").map_or(html.len(), |end| start + "<!--".len() + end);
        } else if rest[1..].starts_with(|c: char| c.is_ascii_alphabetic()) {
            let tag = tag(html, start);
            at = tag.place.end + tag.text.len();
            tags.push(tag);
        } else {
            at = start + 1;
        }
    }
    tags
}

fn tag(html: &str, start: usize) -> Tag<'_> {
    let inside = &html[start + 1..];
    let name_end = inside.find(|c: char| c.is_ascii_whitespace() || c == '>' || c == '/').unwrap_or(inside.len());
    let name = inside[..name_end].to_ascii_lowercase();
    let mut attributes = Vec::new();
    let mut rest = &inside[name_end..];
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() || rest.starts_with('>') {
            break;
        }
        let attribute = attribute(rest);
        rest = attribute.2;
        attributes.push((attribute.0, attribute.1));
    }
    let end = (html.len() - rest.len() + 1).min(html.len());
    let text = match name.as_str() {
        "script" | "style" => {
            let close = format!("</{name}");
            html[end..].find(&close).map_or(&html[end..], |length| &html[end..end + length])
        }
        _ => "",
    };
    Tag { name, place: start..end, text, attributes }
}

/// Name, value and what follows. Always takes at least one character.
fn attribute(text: &str) -> (&str, &str, &str) {
    let is_end = |c: char| c.is_ascii_whitespace() || matches!(c, '=' | '>' | '/');
    let first = text.chars().next().map_or(0, char::len_utf8);
    let name_end = text[first..].find(is_end).map_or(text.len(), |length| first + length);
    let (name, rest) = text.split_at(name_end);
    let Some(value) = rest.strip_prefix('=') else {
        return (name, "", rest);
    };
    for quote in ['"', '\''] {
        if let Some(quoted) = value.strip_prefix(quote) {
            let (value, rest) = quoted.split_once(quote).unwrap_or((quoted, ""));
            return (name, value, rest);
        }
    }
    let end = value.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(value.len());
    (name, &value[..end], &value[end..])
}

/// A page with some places replaced. The places must not overlap.
pub(crate) fn edited(html: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
    edits.sort_by_key(|(place, _)| place.start);
    let mut page = html.to_owned();
    for (place, text) in edits.into_iter().rev() {
        page.replace_range(place, &text);
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_come_quoted_bare_and_empty() {
        let page = r#"<link rel=stylesheet href="./a.css" data-x='1 > 0' crossorigin/>"#;
        let found = tags(page);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].attribute("rel"), Some("stylesheet"));
        assert_eq!(found[0].attribute("HREF"), Some("./a.css"));
        assert_eq!(found[0].attribute("data-x"), Some("1 > 0"));
        assert_eq!(found[0].attribute("crossorigin"), Some(""));
        assert_eq!(found[0].attribute("integrity"), None);
        assert_eq!(found[0].place, 0..page.len());
    }

    #[test]
    fn a_tag_inside_a_comment_script_or_style_is_none() {
        let page = "<!doctype html><!-- <a> --><script>if (a<b) '<p>'</script><style>a<b{}</style><i>";
        let names: Vec<_> = tags(page).into_iter().map(|tag| (tag.name, tag.text)).collect();
        assert_eq!(names, [("script".into(), "if (a<b) '<p>'"), ("style".into(), "a<b{}"), ("i".into(), "")]);
    }

    #[test]
    fn a_page_that_breaks_off_anywhere_still_ends() {
        let page = "<!-- é --><p id=\"ö\" = é=1><script src='x'>1 < 2</script><b";
        for end in (0..=page.len()).filter(|end| page.is_char_boundary(*end)) {
            let count = tags(&page[..end]).len();
            assert!(count <= 3, "{end}");
        }
    }

    #[test]
    fn edits_leave_the_rest_alone_in_whatever_order_they_come() {
        assert_eq!(edited("abcdef", vec![(4..5, "E!".into()), (0..1, String::new()), (2..2, "+".into())]), "b+cdE!f");
    }
}
