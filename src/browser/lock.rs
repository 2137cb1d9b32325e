//! One at a time among the pages of an origin: a Web Lock. The browser takes it from a page that goes away.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::spawn_local;

use crate::browser::js;

/// The lock. Dropping it gives it up.
#[must_use = "dropping a lock gives it up"]
#[derive(Default)]
pub struct Lock(Rc<RefCell<Option<Function>>>);

/// Waits for the lock of this name. Where the browser lends none nobody waits for anybody.
pub async fn hold(name: &str) -> Lock {
    let lock = Lock::default();
    let release = lock.0.clone();
    let granted = Promise::new(&mut |granted, _| {
        let (release, lent) = (release.clone(), granted.clone());
        let lend = Closure::once_into_js(move |_lock: JsValue| -> JsValue {
            let held = Promise::new(&mut |done, _| *release.borrow_mut() = Some(done));
            let _ = lent.call0(&JsValue::UNDEFINED);
            held.into()
        });
        let request = js::call(&js::get(&js::navigator(), "locks"), "request", &[&name.into(), &lend]);
        // Ends with the lock, or at once where there is none to have.
        spawn_local(async move {
            if let Ok(request) = request {
                let _ = js::settled(request).await;
            }
            let _ = granted.call0(&JsValue::UNDEFINED);
        });
    });
    let _ = js::settled(granted.into()).await;
    lock
}

impl Drop for Lock {
    fn drop(&mut self) {
        if let Some(release) = self.0.borrow_mut().take() {
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}
