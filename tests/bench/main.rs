//! What `cargo xtask bench` measures: figures and their ratios within one run, never a limit that fails. The figures of one
//! machine are in `docs/performance.md`.
//!
//! `start` is the only one: from the reload of a signed-in page to a room list and a call button that take a click, in an
//! account of 200 rooms.

mod account;
#[path = "../e2e"]
mod e2e {
    #[expect(dead_code, reason = "the end-to-end tests need more of it")]
    pub(crate) mod browser;
}
mod figures;
mod start;
mod watch;

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    match start::measure().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
