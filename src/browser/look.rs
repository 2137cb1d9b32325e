//! How the person's system looks.

use web_sys::MediaQueryList;

/// The question whether the system is dark; `None` in a browser without such questions.
pub fn dark_query() -> Option<MediaQueryList> {
    web_sys::window()?.match_media("(prefers-color-scheme: dark)").ok().flatten()
}
