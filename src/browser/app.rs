//! What the browser says of the machine, and its sheet to share with.

use crate::browser::js;
use crate::meet::ways::Phone;

/// The phone that the page is shown on, if it is one.
pub fn phone() -> Option<Phone> {
    let navigator = web_sys::window()?.navigator();
    let touch_points = u32::try_from(navigator.max_touch_points()).unwrap_or_default();
    Phone::read(&navigator.user_agent().ok()?, touch_points)
}

/// Whether the browser has a sheet to share with, and a person who shares by touch.
pub fn shares() -> bool {
    js::has(&js::navigator(), "share") && phone().is_some()
}

/// Opens the share sheet. Whether the link was taken care of: calling it off is that, too.
pub async fn share(title: &str, url: &str) -> bool {
    let what = js::object(&[("title", &title.into()), ("url", &url.into())]);
    match js::called(&js::navigator(), "share", &[&what]).await {
        Ok(_) => true,
        Err(error) => js::text(&error, "name").as_deref() == Some("AbortError"),
    }
}
