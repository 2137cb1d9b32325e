//! The program of the package `embed/` that stands in for the whole one (`embed`) until that is needed: its exports. The modules in
//! `embed/src` load both, and hand over from the one to the other.

#[cfg(target_arch = "wasm32")]
#[expect(unreachable_pub, reason = "what is exported to JavaScript has to be public, and nothing else reaches it")]
mod exports {
    use std::rc::Rc;

    use js_sys::TypeError;
    use meet_in_chat::embed::{front_engines, mounted};
    use meet_in_chat::host::javascript::JavaScriptHost;
    use meet_in_chat::meet::settings;
    use wasm_bindgen::prelude::*;
    use web_sys::Element;

    /// A tenth of the standard one's code.
    #[global_allocator]
    static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

    /// Stands in front of the calls of a chat's host object, and gives a number. Throws a `TypeError` that names what the object lacks.
    #[wasm_bindgen]
    pub fn open(host: &JsValue, options: &JsValue) -> Result<u32, JsValue> {
        let host = JavaScriptHost::check(host).map_err(|problem| TypeError::new(&problem.to_string()))?;
        Ok(front_engines::open(Rc::new(host), options))
    }

    /// Whether events may name this address as the one of the wrapper.
    #[wasm_bindgen]
    pub fn openable(address: &str) -> bool {
        settings::openable(address).is_some()
    }

    /// Shows the buttons in an element or a shadow root, and nothing of another part, and gives the view's number; 0 where there is no such
    /// engine or part.
    #[wasm_bindgen]
    pub fn mount(engine: u32, part: &str, root: &Element, options: &JsValue) -> u32 {
        front_engines::mount(engine, part, root, options)
    }

    /// Lets a view show something else.
    #[wasm_bindgen]
    pub fn update(view: u32, options: &JsValue) {
        mounted::update(view, options);
    }

    /// Takes a view away.
    #[wasm_bindgen]
    pub fn unmount(view: u32) {
        mounted::unmount(view);
    }

    /// Says to whoever has pressed that the whole program could not be loaded.
    #[wasm_bindgen]
    pub fn failed(engine: u32) {
        front_engines::failed(engine);
    }

    /// Takes everything of a number away.
    #[wasm_bindgen]
    pub fn close(engine: u32) {
        front_engines::close(engine);
    }
}

#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("This program is a part of the package `embed/`; build it with `cargo xtask package`.");
}
