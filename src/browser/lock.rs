//! One at a time among the pages of an origin: a Web Lock. The browser takes it from a page that goes away.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::spawn_local;

use crate::browser::crash::{self, Entry};
use crate::browser::js;

/// How long anybody waits, in milliseconds: a page whose request never ends must not keep all others from theirs.
const PATIENCE: u32 = 10_000;

/// Ends the promise for whose life the lock is held; none where it is not.
type Release = Rc<RefCell<Option<Function>>>;

/// The lock. Dropping it gives it up.
#[must_use = "dropping a lock gives it up"]
pub struct Lock {
    release: Release,
    _entry: Entry,
}

/// Waits for the lock of this name, for 10 s at most, and goes on without it then, as where the browser lends none.
pub async fn hold(name: &str) -> Lock {
    let release = Release::default();
    let of_crash = Rc::downgrade(&release);
    let entry = crash::enter(move || {
        if let Some(release) = of_crash.upgrade() {
            give_up(&release);
        }
    });
    let weak = Rc::downgrade(&release);
    let granted = Promise::new(&mut |granted, _| {
        let (weak, lent) = (weak.clone(), granted.clone());
        let lend = Closure::once_into_js(move |_lock: JsValue| -> JsValue {
            // Given up before it came.
            let Some(release) = weak.upgrade() else { return JsValue::UNDEFINED };
            let held = Promise::new(&mut |done, _| *release.borrow_mut() = Some(done));
            let _ = lent.call0(&JsValue::UNDEFINED);
            held.into()
        });
        let request = js::call(&js::get(&js::navigator(), "locks"), "request", &[&name.into(), &lend]);
        let refused = granted.clone();
        // Ends with the lock, or at once where there is none to have.
        spawn_local(async move {
            if let Ok(request) = request {
                let _ = js::settled(request).await;
            }
            let _ = refused.call0(&JsValue::UNDEFINED);
        });
        spawn_local(async move {
            TimeoutFuture::new(PATIENCE).await;
            let _ = granted.call0(&JsValue::UNDEFINED);
        });
    });
    let _ = js::settled(granted.into()).await;
    Lock { release, _entry: entry }
}

fn give_up(release: &Release) {
    let done = release.try_borrow_mut().ok().and_then(|mut release| release.take());
    if let Some(done) = done {
        let _ = done.call0(&JsValue::UNDEFINED);
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        give_up(&self.release);
    }
}
