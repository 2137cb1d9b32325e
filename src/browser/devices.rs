//! Which devices there are, and when that changes.

use gloo_events::EventListener;
use wasm_bindgen::{JsCast, JsValue};

use crate::browser::js;
use crate::call::devices::Devices;

fn media_devices() -> JsValue {
    js::get(&js::navigator(), "mediaDevices")
}

/// The devices as they are now; `None` where the browser does not say.
pub async fn list() -> Option<Devices> {
    let list = js::called(&media_devices(), "enumerateDevices", &[]).await.ok()?;
    let mut devices = Devices::default();
    for device in js::list(&list) {
        let word = |name| js::text(&device, name).unwrap_or_default();
        devices.add(&word("kind"), word("deviceId"), word("label"));
    }
    if !can_choose_speaker() {
        devices.speakers.clear();
    }
    Some(devices)
}

/// Calls `changed` when a device comes or goes, until the listener is dropped. `None` where the browser has no devices.
pub fn on_change(changed: impl Fn() + 'static) -> Option<EventListener> {
    let target = media_devices().dyn_into::<web_sys::EventTarget>().ok()?;
    Some(EventListener::new(&target, "devicechange", move |_| changed()))
}

/// Whether elements can play through a loudspeaker of one's choice.
fn can_choose_speaker() -> bool {
    let class = js::get(&js_sys::global(), "HTMLMediaElement");
    js::has(&js::get(&class, "prototype"), "setSinkId")
}

/// Whether this browser can capture a screen.
pub fn can_share_screen() -> bool {
    js::has(&media_devices(), "getDisplayMedia")
}
