//! Values that nobody expects.

use proptest::prelude::{Just, Strategy, any};
use proptest::sample::select;
use proptest::{collection, prop_oneof};
use serde_json::{Value, json};

/// One value of each kind that may do harm. `text` and `key` are ones that mean something where they are put.
pub(crate) fn one_of_each_kind(text: &str, key: &str) -> [Value; 12] {
    [
        json!(null),
        json!(true),
        json!(-1),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1e300),
        json!(""),
        json!(format!("{text}\u{0}\u{202e}💥")),
        json!("é".repeat(60)),
        json!("é".repeat(1000)),
        json!([[], {}, null]),
        json!({ "": {}, key: [] }),
    ]
}

/// Any JSON, with texts and keys among the others that mean something where it is put.
pub(crate) fn arbitrary_json(
    texts: impl Strategy<Value = String> + 'static,
    keys: &'static [&'static str],
) -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        texts.prop_map(Value::from),
        Just(json!("é".repeat(300))),
    ];
    leaf.prop_recursive(3, 16, 4, move |inner| {
        let key = prop_oneof![any::<String>(), select(keys).prop_map(str::to_owned)];
        prop_oneof![
            collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            collection::vec((key, inner), 0..4).prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

/// The JSON pointer of every value inside, the whole included.
pub(crate) fn pointers(value: &Value) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut add = |key: &str, inner: &Value| {
        let key = key.replace('~', "~0").replace('/', "~1");
        found.extend(pointers(inner).into_iter().map(|rest| format!("/{key}{rest}")));
    };
    match value {
        Value::Array(items) => items.iter().enumerate().for_each(|(place, item)| add(&place.to_string(), item)),
        Value::Object(entries) => entries.iter().for_each(|(key, entry)| add(key, entry)),
        _ => {}
    }
    found
}
