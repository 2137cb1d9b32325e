//! What set-up tells the user.

use std::time::Instant;

use anyhow::Result;

/// How much of set-up is told. Work is always told: what is done and how long it took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report {
    /// Also what is already there: for `cargo xtask setup`.
    Everything,
    /// Nothing where nothing is to be done: for the commands that run set-up first.
    OnlyWork,
}

impl Report {
    /// A part that is there.
    pub(super) fn ready(self, part: &str, detail: impl std::fmt::Display) {
        if self == Self::Everything {
            eprintln!("{part:<24} ready: {detail}");
        }
    }

    /// Something the user should know though nothing failed.
    pub(super) fn notice(self, part: &str, text: &str) {
        eprintln!("{part:<24} {text}");
    }

    /// Does a piece of work and says so before and after.
    pub(super) fn work<T>(self, part: &str, doing: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        eprintln!("{part:<24} {doing} …");
        let started = Instant::now();
        let result = work()?;
        eprintln!("{part:<24} done in {:.1} s", started.elapsed().as_secs_f32());
        Ok(result)
    }
}
