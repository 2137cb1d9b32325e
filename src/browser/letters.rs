//! Upper and lower case, by the browser: it has the tables of Unicode that would be a thirtieth of the whole page.

use js_sys::JsString;

/// In lower case.
pub fn lower(text: &str) -> String {
    JsString::from(text).to_lower_case().into()
}

/// In upper case.
pub fn upper(text: &str) -> String {
    JsString::from(text).to_upper_case().into()
}
