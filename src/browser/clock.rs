//! What time it is.

use crate::time::Millis;

/// Now, since the Unix epoch.
pub fn now() -> Millis {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "Date.now() is a positive whole number"
    )]
    Millis(js_sys::Date::now() as u64)
}
