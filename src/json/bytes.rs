//! The text of what a server answers.

/// The text of these bytes, as `Response.text()` has it: a byte order mark, which editors leave in front of a file, is no part of it, and
/// a byte that is no UTF-8 spoils nothing but itself. A proxy's page in Latin-1 has an HTTP status that is worth knowing.
pub fn decoded(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_text() {
        assert_eq!(decoded(b"\xef\xbb\xbf{}"), "{}");
        assert_eq!(decoded("a\u{feff}\u{fc}".as_bytes()), "a\u{feff}\u{fc}");
        assert_eq!(decoded(b""), "");
    }

    #[test]
    fn what_is_no_utf_8_spoils_nothing_but_itself() {
        assert_eq!(decoded(b"f\xfcr"), "f\u{fffd}r");
    }
}
