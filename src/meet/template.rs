//! Widget URL templates: `$name` variables, percent-encoding, and reading parameters back (`chat-web.md` 3.4).

/// Replaces every `$name` for which `values` has an entry, each value percent-encoded as `encodeURIComponent` does. The longest
/// matching name wins, replaced text is never searched again, and an unknown `$name` stays.
pub fn expand(template: &str, values: &[(&str, &str)]) -> String {
    let _ = (template, values);
    todo!()
}

/// Percent-encodes as JavaScript's `encodeURIComponent`.
pub fn encode_component(text: &str) -> String {
    let _ = text;
    todo!()
}

/// Reads `a=b&c=d` (a query or fragment without its `?` or `#`). Values are percent-decoded, `+` stays a plus sign in both halves, what is not
/// UTF-8 after decoding is replaced, and a part without `=` has an empty value.
pub fn read_parameters(text: &str) -> Vec<(String, String)> {
    let _ = text;
    todo!()
}
