//! `cargo xtask test`: sets up what a suite needs and has cargo run it, so that the last lines are cargo's own.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::pages::{self, Profile};
use crate::setup::{self, BrowserTools, Report};
use crate::{package, process, workspace};

/// A suite of tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Suite {
    /// The pure core, these commands and the package's types, without a browser: seconds.
    Native,
    /// The shell, inside a headless browser.
    Browser,
    /// The built pages in several browsers against a real homeserver.
    E2e,
}

/// What to run of the suites.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// One suite; without it, all.
    pub suite: Option<Suite>,
    /// Only tests with this in their name.
    pub filter: Option<String>,
    /// Browsers with a window, to watch.
    pub visible: bool,
    /// More for the test programs, e.g. `--nocapture`.
    pub arguments: Vec<String>,
}

/// Runs the selected tests; the first suite that fails ends it.
pub fn run(selection: &Selection) -> Result<()> {
    let all = [Suite::Native, Suite::Browser, Suite::E2e];
    for suite in all.into_iter().filter(|suite| selection.suite.is_none_or(|only| only == *suite)) {
        match suite {
            Suite::Native => native(selection)?,
            Suite::Browser => browser(selection)?,
            Suite::E2e => end_to_end(selection)?,
        }
    }
    Ok(())
}

fn native(selection: &Selection) -> Result<()> {
    setup::embed_tools(Report::OnlyWork)?;
    let mut doc = process::cargo();
    doc.args(["test", "--workspace", "--doc"]);
    finish(doc, selection, &[])?;
    let mut tests = process::cargo();
    tests.args(["test", "--workspace", "--lib", "--test", "native"]);
    finish(tests, selection, &[])
}

fn browser(selection: &Selection) -> Result<()> {
    let tools = setup::build_tools(Report::OnlyWork)?;
    let browser = setup::browser_tools(Report::OnlyWork)?;
    let mut tests = process::cargo();
    tests.args(["test", "--target", "wasm32-unknown-unknown", "--test", "browser"]);
    tests
        .env("PATH", &tools.path)
        // The runner takes whichever driver it finds first.
        .env_remove("GECKODRIVER")
        .env("CHROMEDRIVER", &browser.chromedriver)
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities(&browser)?);
    if selection.visible {
        // The runner then prints an address to open in any browser.
        tests.env("NO_HEADLESS", "1");
    }
    finish(tests, selection, &[])
}

/// The capabilities of `tests/browser/webdriver.json`, with the browser that set-up found: a file's path.
fn capabilities(browser: &BrowserTools) -> Result<PathBuf> {
    let source = workspace::root().join("tests/browser/webdriver.json");
    let text = fs::read_to_string(&source).with_context(|| format!("{} can't be read", source.display()))?;
    let mut json: Value = serde_json::from_str(&text).with_context(|| format!("{} is wrong", source.display()))?;
    json["goog:chromeOptions"]["binary"] = browser.chromium.display().to_string().into();
    let path = workspace::root().join("target/webdriver.json");
    let write =
        || fs::create_dir_all(workspace::root().join("target")).and_then(|()| fs::write(&path, json.to_string()));
    write().with_context(|| format!("{} can't be written", path.display()))?;
    Ok(path)
}

/// Several browsers at once are the test; several tests at once would only slow each other down.
fn end_to_end(selection: &Selection) -> Result<()> {
    setup::node(Report::OnlyWork)?;
    let dist = pages::ready(Profile::Release)?;
    setup::bed_tools(Report::OnlyWork)?;
    let browser = setup::browser_tools(Report::OnlyWork)?;
    let firefox = setup::firefox_tools(Report::OnlyWork)?;
    setup::js_sdk(Report::OnlyWork)?;
    setup::widget_api(Report::OnlyWork)?;
    setup::axe(Report::OnlyWork)?;
    setup::embed_sdk(Report::OnlyWork)?;
    if selection.filter.as_ref().is_none_or(|filter| filter.contains("embed")) {
        package::run(Some(dist.clone()))?;
    }
    let mut tests = process::cargo();
    tests
        .args(["test", "--package", "xtask", "--test", "e2e"])
        .env("CHROMIUM", &browser.chromium)
        .env("CHROMEDRIVER", &browser.chromedriver)
        .env("FIREFOX", &firefox.firefox)
        .env("GECKODRIVER", &firefox.geckodriver)
        .env("MEET_IN_CHAT_DIST", dist);
    if selection.visible {
        tests.env("MEET_IN_CHAT_VISIBLE", "1");
    }
    finish(tests, selection, &["--test-threads=1"])
}

fn finish(mut tests: Command, selection: &Selection, arguments: &[&str]) -> Result<()> {
    tests.current_dir(workspace::root());
    tests.arg("--").args(arguments).args(&selection.filter).args(&selection.arguments);
    process::run(&mut tests).context("tests failed; see above")
}
