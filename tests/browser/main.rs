//! Tests of the shell that need a real browser: `cargo xtask test browser`.
#![cfg(target_arch = "wasm32")]

mod frames;
mod matrix;
mod storage;
mod wrapper;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
