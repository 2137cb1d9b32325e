//! The whole program of the package `embed/`: its exports. `front` stands in for it until it is needed. The modules in `embed/src` give them their shape for people.

#[cfg(target_arch = "wasm32")]
#[expect(unreachable_pub, reason = "what is exported to JavaScript has to be public, and nothing else reaches it")]
mod exports {
    use std::rc::Rc;

    use js_sys::TypeError;
    use meet_in_chat::embed::{engines, mounted};
    use meet_in_chat::host::javascript::JavaScriptHost;
    use meet_in_chat::meet::settings;
    use wasm_bindgen::prelude::*;
    use web_sys::Element;

    /// A tenth of the standard one's code, which is 3 KB of the package.
    #[global_allocator]
    static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

    /// Opens an engine over a chat's host object, and gives its number. Throws a `TypeError` that names what the object lacks.
    #[wasm_bindgen]
    pub fn open(host: &JsValue, options: &JsValue) -> Result<u32, JsValue> {
        let host = JavaScriptHost::check(host).map_err(|problem| TypeError::new(&problem.to_string()))?;
        Ok(engines::open(Rc::new(host), options))
    }

    /// Whether events may name this address as the one of the wrapper.
    #[wasm_bindgen]
    pub fn openable(address: &str) -> bool {
        settings::openable(address).is_some()
    }

    /// Shows a part of an engine in an element or a shadow root, and gives the view's number; 0 where there is no such engine or part.
    #[wasm_bindgen]
    pub fn mount(engine: u32, part: &str, root: &Element, options: &JsValue) -> u32 {
        engines::mount(engine, part, root, options)
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

    /// Presses a button of a room, `voice` or `video`, as the person has pressed it before the program was there; if it still does what it
    /// did then: `call`, `start` or `join`.
    #[wasm_bindgen]
    pub fn press(engine: u32, room: &str, kind: &str, act: &str) {
        engines::press(engine, room, kind, act);
    }

    /// Ends all calls of an engine, and takes its views away.
    #[wasm_bindgen]
    pub async fn close(engine: u32) {
        engines::close(engine).await;
    }
}

#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("This program is a part of the package `embed/`; build it with `cargo xtask package`.");
}
