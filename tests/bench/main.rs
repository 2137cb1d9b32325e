//! What `cargo xtask bench` measures: figures and their ratios within one run, never a limit that fails. The figures of one
//! machine are in `docs/performance.md`.
//!
//! - `start`: from the reload of a signed-in page to a room list and a call button that take a click, in an account of 200 rooms;
//! - `call`: from the press to the ring and from the answer to the first frame, beside matrix-js-sdk;
//! - `embed`: from a page's script to buttons that take a click, and the buttons of 200 rooms at once, with the package;
//! - `wrapper`: from the navigation of the wrapper page to the first request to Meet, and what is loaded until then.

mod account;
mod call;
mod embed;
#[path = "../e2e"]
mod e2e {
    #[expect(dead_code, unused_imports, reason = "the end-to-end tests need more of it")]
    pub(crate) mod browser;
    #[expect(dead_code, reason = "the end-to-end tests need more of it")]
    pub(crate) mod calls;
    pub(crate) mod embed_page {
        pub(crate) mod many;
        #[expect(dead_code, reason = "the end-to-end tests need more of it")]
        pub(crate) mod site;
    }
    #[expect(dead_code, reason = "the end-to-end tests need more of it")]
    pub(crate) mod scene;
    pub(crate) mod wrapper {
        #[expect(dead_code, reason = "the end-to-end tests need more of it")]
        pub(crate) mod client;
    }
}
mod figures;
mod link;
mod start;
mod watch;
mod wrapper;

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let measured = match std::env::args().nth(1).as_deref() {
        Some("start") => start::measure().await,
        Some("call") => call::measure().await,
        Some("embed") => embed::measure().await,
        Some("wrapper") => wrapper::measure().await,
        _ => Err(anyhow::anyhow!("say what to measure: start, call, embed or wrapper")),
    };
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
