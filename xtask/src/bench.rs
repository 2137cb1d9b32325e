//! `cargo xtask bench`: figures of the release pages. What is measured, and how, is in `tests/bench`, a program of its own
//! because it drives a browser as the end-to-end tests do.

use anyhow::{Context, Result};

use crate::pages::{self, Profile};
use crate::process;
use crate::setup::{self, Report};

/// What to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Benchmark {
    /// From reload to a room list and a call button that take a click, in an account of 200 rooms.
    Start,
}

/// Builds, measures, prints. The figures themselves never make it fail: they depend on the machine.
pub fn run(benchmark: Benchmark) -> Result<()> {
    let dist = pages::build(Profile::Release)?;
    setup::bed_tools(Report::OnlyWork)?;
    let browser = setup::browser_tools(Report::OnlyWork)?;
    let mut program = process::cargo();
    program
        .args(["test", "--package", "xtask", "--test", "bench"])
        .env("MEET_IN_CHAT_DIST", dist)
        .env("CHROMIUM", browser.chromium)
        .env("CHROMEDRIVER", browser.chromedriver);
    match benchmark {
        Benchmark::Start => process::run(&mut program).context("nothing was measured; see above"),
    }
}
