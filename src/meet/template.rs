//! Widget URL templates: `$name` variables, percent-encoding, and reading parameters back (`chat-web.md` 3.4).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What `encodeURIComponent` encodes (ECMA-262, 19.2.6.4): all but letters, digits and nine marks.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// Replaces every `$name` for which `values` has an entry, each value percent-encoded as `encodeURIComponent` does. The longest
/// matching name wins, replaced text is never searched again, and an unknown `$name` stays.
///
/// As in Chat Web and on phones a name matches as a prefix: with `foo` alone, `$foobar` becomes its value and `bar`.
pub fn expand(template: &str, values: &[(&str, &str)]) -> String {
    let mut expanded = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('$') {
        expanded.push_str(before);
        let longest = values
            .iter()
            .filter(|(name, _)| !name.is_empty())
            .filter_map(|(name, value)| Some((name.len(), value, after.strip_prefix(name)?)))
            .max_by_key(|(length, ..)| *length);
        if let Some((_, value, tail)) = longest {
            expanded.extend(utf8_percent_encode(value, COMPONENT));
            rest = tail;
        } else {
            expanded.push('$');
            rest = after;
        }
    }
    expanded.push_str(rest);
    expanded
}

/// Percent-encodes as JavaScript's `encodeURIComponent`.
pub fn encode_component(text: &str) -> String {
    utf8_percent_encode(text, COMPONENT).collect()
}

/// Reads `a=b&c=d` (a query or fragment without its `?` or `#`). Values are percent-decoded, `+` stays a plus sign in both halves, what is not
/// UTF-8 after decoding is replaced, and a part without `=` has an empty value.
pub fn read_parameters(text: &str) -> Vec<(String, String)> {
    let decode = |part: &str| percent_decode_str(part).decode_utf8_lossy().into_owned();
    text.split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (decode(name), decode(value))
        })
        .collect()
}

/// Writes what [`read_parameters`] reads.
pub fn write_parameters(parameters: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (name, value) in parameters {
        if !text.is_empty() {
            text.push('&');
        }
        text.extend(utf8_percent_encode(name, COMPONENT));
        text.push('=');
        text.extend(utf8_percent_encode(value, COMPONENT));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoding_is_encode_uri_component() {
        assert_eq!(
            encode_component("AZaz09-_.!~*'() \"#$%&+,/:;<=>?@[\\]^`{|}\u{7f}é€😀"),
            "AZaz09-_.!~*'()%20%22%23%24%25%26%2B%2C%2F%3A%3B%3C%3D%3E%3F%40%5B%5C%5D%5E%60%7B%7C%7D%7F%C3%A9%E2%82%AC%F0%9F%98%80"
        );
    }

    #[test]
    fn a_value_smuggles_nothing_into_the_url() {
        let expanded = expand("https://w.test/?a=$one#b=$two&c=$one", &[("one", "x&b=1#$two%24two"), ("two", "2")]);
        assert_eq!(expanded, "https://w.test/?a=x%26b%3D1%23%24two%2524two#b=2&c=x%26b%3D1%23%24two%2524two");
    }

    #[test]
    fn the_longest_name_wins_and_the_unknown_stays() {
        let values = [("theme", "dark"), ("room", "R"), ("roomName", "Team"), ("", "!")];
        assert_eq!(expand("$roomName $roomId $theme $other $ $$theme $", &values), "Team RId dark $other $ $dark $");
    }

    #[test]
    fn parameters_are_read_as_they_were_meant() {
        let read = read_parameters("a=1+1&b=x%3Dy=z&&flag&%61=%ff&=v");
        let expected = [("a", "1+1"), ("b", "x=y=z"), ("flag", ""), ("a", "\u{fffd}"), ("", "v")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(read, expected);
        assert_eq!(read_parameters(""), []);
    }

    #[test]
    fn written_parameters_are_read_back() {
        let written = write_parameters(&[("a b", "1&2"), ("c", "")]);
        assert_eq!(written, "a%20b=1%262&c=");
        assert_eq!(
            read_parameters(&written),
            [("a b", "1&2"), ("c", "")].map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
    }
}
