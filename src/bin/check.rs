//! The page of checks, `check.html`.

#[cfg(target_arch = "wasm32")]
fn main() {
    meet_in_chat::check::page::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("This program is a web page; build it with `cargo xtask build`.");
}
