//! Upper and lower case, and what a letter is, by the browser: it has the tables of Unicode that would be a thirtieth of the whole page.

use js_sys::{JsString, RegExp};

/// In lower case.
pub fn lower(text: &str) -> String {
    JsString::from(text).to_lower_case().into()
}

/// In upper case.
pub fn upper(text: &str) -> String {
    JsString::from(text).to_upper_case().into()
}

/// Whether it is a letter or a digit of any script, as [`char::is_alphanumeric`] has it.
pub fn is_alphanumeric(letter: char) -> bool {
    letter.is_ascii_alphanumeric()
        || !letter.is_ascii() && RegExp::new(r"[\p{Alphabetic}\p{N}]", "u").test(letter.encode_utf8(&mut [0; 4]))
}
