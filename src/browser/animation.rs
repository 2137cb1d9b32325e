//! Doing something before every repaint. The browser pauses this for pages that nobody sees.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

type Step = Closure<dyn FnMut()>;

/// Runs a step before every repaint until dropped.
#[must_use = "dropping the loop ends it"]
pub struct AnimationLoop {
    step: Rc<RefCell<Option<Step>>>,
    request: Rc<RefCell<Option<i32>>>,
}

fn request(step: &Step) -> Option<i32> {
    web_sys::window()?.request_animation_frame(step.as_ref().unchecked_ref()).ok()
}

impl AnimationLoop {
    /// Starts with the next repaint.
    pub fn start(mut act: impl FnMut() + 'static) -> Self {
        let step: Rc<RefCell<Option<Step>>> = Rc::default();
        let pending: Rc<RefCell<Option<i32>>> = Rc::default();
        let (weak, next) = (Rc::downgrade(&step), pending.clone());
        let closure = Closure::new(move || {
            act();
            if let Some(step) = weak.upgrade() {
                *next.borrow_mut() = step.borrow().as_ref().and_then(request);
            }
        });
        *pending.borrow_mut() = request(&closure);
        *step.borrow_mut() = Some(closure);
        Self { step, request: pending }
    }
}

impl Drop for AnimationLoop {
    fn drop(&mut self) {
        if let (Some(window), Some(request)) = (web_sys::window(), self.request.borrow_mut().take()) {
            let _ = window.cancel_animation_frame(request);
        }
        // The step may be running right now (it dropped us); a closure must not be freed under its own feet.
        if let Some(step) = self.step.borrow_mut().take() {
            wasm_bindgen_futures::spawn_local(async move { drop(step) });
        }
    }
}
