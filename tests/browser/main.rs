//! Tests of the shell that need a real browser: `cargo xtask test browser`.
#![cfg(target_arch = "wasm32")]

mod body;
mod call_views;
mod calls_around;
mod calls_capture;
mod calls_engine;
mod calls_host;
mod calls_odd;
mod calls_peer;
mod calls_stage;
mod calls_unseen;
mod consents;
mod embed;
mod embed_front;
mod frames;
mod host_javascript;
mod layouts;
mod letters;
mod matrix;
mod offers;
mod settings;
mod sharing;
mod storage;
mod waiting;
mod wrapper;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
