//! Reading JSON however deep it is. An event may hold thousands of lists in each other within its 64 KB, and a reader that gives up
//! there would give up the whole sync, or the whole room, for one member's prank.

use serde_json::Value;

/// How deep values may lie in each other: well below the 128 at which serde_json gives up. Nothing that is read here has more than
/// twenty.
const DEEPEST: usize = 100;

/// Parses a text. In one that is too deep for serde_json, what lies deeper than a hundred lists and objects is null, and not looked
/// at: whether that part is JSON is not told. `None` when the rest is none.
pub fn parse(text: &str) -> Option<Value> {
    let deep = |_| serde_json::from_str(&flattened(text));
    serde_json::from_str(text).or_else(deep).ok()
}

/// The text with `null` in place of what lies too deep, whatever that holds between its brackets.
fn flattened(text: &str) -> String {
    let mut flat = String::with_capacity(text.len());
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for letter in text.chars() {
        let opens = !quoted && matches!(letter, '[' | '{');
        if opens {
            depth += 1;
            if depth == DEEPEST + 1 {
                flat.push_str("null");
            }
        }
        if depth <= DEEPEST {
            flat.push(letter);
        }
        if !quoted && matches!(letter, ']' | '}') {
            depth = depth.saturating_sub(1);
        }
        quoted = if quoted { escaped || letter != '"' } else { letter == '"' };
        escaped = quoted && letter == '\\' && !escaped;
    }
    flat
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn nest(depth: usize) -> String {
        ["[".repeat(depth), "]".repeat(depth)].concat()
    }

    #[test]
    fn what_lies_too_deep_is_null_and_its_neighbours_are_read() {
        for depth in [200, 30_000] {
            let text = format!(r#"{{"state":[{{"type":"a","content":{{"x":{}}}}},{{"type":"b"}}]}}"#, nest(depth));
            let value = parse(&text).expect("it is JSON");
            assert_eq!(value["state"][0]["type"], "a");
            assert_eq!(value["state"][1], json!({ "type": "b" }));
        }
    }

    #[test]
    fn brackets_and_quotes_within_text_open_nothing() {
        let text = format!(r#"{{"a":{},"b":"[[{{\"[\\","c":"\\\\\"]"}}"#, nest(300));
        let value = parse(&text).expect("it is JSON");
        assert_eq!((value["b"].as_str(), value["c"].as_str()), (Some(r#"[[{"[\"#), Some(r#"\\"]"#)));
    }

    #[test]
    fn a_text_that_is_no_json_is_none_however_deep() {
        for text in ["", "{", &"[".repeat(500), &"]".repeat(500), &format!("{}x", nest(500)), r#""\"#] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_lies_too_deep_is_not_looked_at() {
        let odd = [&"[".repeat(DEEPEST + 1), "x", &"]".repeat(DEEPEST + 1)].concat();
        assert_eq!(parse(&odd).map(|value| value.to_string()), parse(&nest(200)).map(|value| value.to_string()));
        assert!(parse(&odd).is_some() && parse(&["[", &odd, "x]"].concat()).is_none());
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![Just(Value::Null), any::<i64>().prop_map(Value::from), ".*".prop_map(Value::from)];
        leaf.prop_recursive(8, 64, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec((".*", inner), 0..4)
                    .prop_map(|entries| Value::Object(entries.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_text_that_is_not_deep_stays_as_it_is(value in any_json()) {
            let text = value.to_string();
            prop_assert_eq!(flattened(&text), text);
        }

        #[test]
        fn no_text_is_too_much(text in r#"[\[\]{}",:\\a1 ]{0,300}"#) {
            let _ = parse(&text);
            let _ = flattened(&text);
        }
    }
}
