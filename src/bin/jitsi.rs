//! The wrapper page, `jitsi.html`.

#[cfg(target_arch = "wasm32")]
fn main() {
    meet_in_chat::wrapper::page::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("This program is a web page; build it with `cargo xtask build`.");
}
