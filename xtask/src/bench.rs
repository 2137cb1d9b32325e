//! `cargo xtask bench`: figures of the release pages. What is measured, and how, is in `tests/bench`, a program of its own
//! because it drives a browser as the end-to-end tests do.

use anyhow::{Context, Result};

use crate::pages::{self, Profile};
use crate::setup::{self, Report};
use crate::{package, process};

/// What to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Benchmark {
    /// From reload to a room list and a call button that take a click, in an account of 200 rooms.
    Start,
    /// From the press to the ring and from the answer to the first frame, beside matrix-js-sdk.
    Call,
    /// The package in a page: from the page's script to usable buttons, and the buttons of 200 rooms at once.
    Embed,
    /// What a sync batch costs in a room that calls look at, however large the room is.
    Room,
    /// From navigation to Meet's first request: bytes, requests and time, also on a slow processor and a slow link.
    Wrapper,
}

/// Builds, measures, prints. The figures themselves never make it fail: they depend on the machine.
pub fn run(benchmark: Benchmark) -> Result<()> {
    if benchmark == Benchmark::Room {
        let mut program = process::cargo();
        program.args(["bench", "--package", "meet-in-chat", "--bench", "room"]);
        return process::run(&mut program).context("nothing was measured; see above");
    }
    let dist = pages::build(Profile::Release)?;
    let browser = setup::browser_tools(Report::OnlyWork)?;
    let mut program = process::cargo();
    program
        .args(["test", "--package", "xtask", "--test", "bench"])
        .env("MEET_IN_CHAT_DIST", &dist)
        .env("CHROMIUM", browser.chromium)
        .env("CHROMEDRIVER", browser.chromedriver);
    let name = match benchmark {
        Benchmark::Room | Benchmark::Start => {
            setup::bed_tools(Report::OnlyWork)?;
            "start"
        }
        Benchmark::Call => {
            setup::bed_tools(Report::OnlyWork)?;
            setup::js_sdk(Report::OnlyWork)?;
            "call"
        }
        Benchmark::Embed => {
            package::run(Some(dist.clone()))?;
            "embed"
        }
        Benchmark::Wrapper => {
            setup::widget_api(Report::OnlyWork)?;
            "wrapper"
        }
    };
    process::run(program.args(["--", name])).context("nothing was measured; see above")
}
