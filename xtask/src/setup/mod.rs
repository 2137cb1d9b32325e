//! What a command needs before it can run: found where it already is, else installed. Nothing is done twice; with
//! everything there, each function here takes well under a second.
//!
//! Tools come from PATH in the right version, else from the user's cache (`cache`), else from `cargo binstall`, else
//! they are compiled. Only a Debian package ever needs root. Whatever can't be installed from here is named, with what
//! to do.

mod axe;
mod bundle;
mod cache;
mod cargo_tools;
mod embed;
mod embed_pages;
mod embed_sdk;
mod npm;
mod python;
mod report;
mod rust;
mod system;
mod version;
mod wasm_opt;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process;
use embed_pages::{EXAMPLE, FRAMEWORKS};

pub use report::Report;

/// The command whose needs are set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Purpose {
    /// Building the pages.
    Build,
    /// Every test.
    Test,
    /// `cargo xtask demo`.
    Demo,
}

/// What building the pages needs.
#[derive(Clone, Debug)]
pub struct BuildTools {
    /// PATH for child processes: trunk, wasm-bindgen and its test runner come first, in the right versions.
    pub path: OsString,
    /// `wasm-opt`, which makes release pages smaller; they work without.
    pub wasm_opt: Option<PathBuf>,
}

/// What a Matrix server of our own needs: for the demo and the end-to-end tests.
#[derive(Clone, Debug)]
pub struct BedTools {
    /// The Python of an environment with Synapse: `{synapse_python} -m synapse.app.homeserver`.
    pub synapse_python: PathBuf,
    /// coturn; only calls through a TURN server need it.
    pub turnserver: Option<PathBuf>,
}

/// What people host the pages on.
#[derive(Clone, Debug)]
pub struct WebServers {
    /// nginx, with its module for files that are compressed beforehand.
    pub nginx: PathBuf,
    /// Caddy.
    pub caddy: PathBuf,
}

/// A browser that tests can drive.
#[derive(Clone, Debug)]
pub struct BrowserTools {
    /// Chromium or Chrome.
    pub chromium: PathBuf,
    /// The driver that speaks WebDriver for it.
    pub chromedriver: PathBuf,
}

/// The other browser that tests drive.
#[derive(Clone, Debug)]
pub struct FirefoxTools {
    /// Firefox.
    pub firefox: PathBuf,
    /// The driver that speaks WebDriver for it.
    pub geckodriver: PathBuf,
}

/// Sets up everything that a command needs.
pub fn run(purpose: Purpose, report: Report) -> Result<()> {
    if purpose == Purpose::Test {
        // First: npm brings wasm-opt too.
        node(report)?;
    }
    build_tools(report)?;
    if purpose != Purpose::Build {
        bed_tools(report)?;
    }
    if purpose == Purpose::Test {
        browser_tools(report)?;
        web_servers(report)?;
        firefox_tools(report)?;
        js_sdk(report)?;
        widget_api(report)?;
        axe(report)?;
        embed_tools(report)?;
        embed_sdk(report)?;
        EXAMPLE.ready(report)?;
        FRAMEWORKS.ready(report)?;
    }
    Ok(())
}

/// The WebAssembly target, the crates, trunk, wasm-bindgen and wasm-opt.
pub fn build_tools(report: Report) -> Result<BuildTools> {
    rust::wasm_target(report)?;
    rust::crates(report)?;
    let mut folders = Vec::new();
    for tool in [cargo_tools::wasm_bindgen()?, cargo_tools::trunk()] {
        folders.extend(tool.ready(report)?);
    }
    Ok(BuildTools { path: process::path_with(&folders)?, wasm_opt: wasm_opt::ready(report) })
}

/// Synapse, and coturn where it can be had.
pub fn bed_tools(report: Report) -> Result<BedTools> {
    Ok(BedTools { synapse_python: python::synapse(report)?, turnserver: system::turnserver(report) })
}

/// Chromium and its driver.
pub fn browser_tools(report: Report) -> Result<BrowserTools> {
    system::browser(report)
}

/// nginx and Caddy, on which the end-to-end tests try `docs/hosting.md`.
pub fn web_servers(report: Report) -> Result<WebServers> {
    system::web_servers(report)
}

/// Firefox and its driver.
pub fn firefox_tools(report: Report) -> Result<FirefoxTools> {
    let firefox = system::firefox(report)?;
    let driver = cargo_tools::geckodriver();
    driver.ready(report)?;
    let geckodriver = driver.find().context("geckodriver was there a moment ago")?;
    Ok(FirefoxTools { firefox, geckodriver })
}

/// Node.js and npm, which build Meet's own library for the tests of the stand-in (`tests/meet/oracle`).
pub fn node(report: Report) -> Result<()> {
    system::node(report)
}

/// matrix-js-sdk as the other side of calls, in one script for a page (`tests/js_sdk`).
pub fn js_sdk(report: Report) -> Result<PathBuf> {
    bundle::JS_SDK.ready(report)
}

/// matrix-widget-api as a client and as a widget, in one script for both pages (`tests/widget_api`).
pub fn widget_api(report: Report) -> Result<PathBuf> {
    bundle::WIDGET_API.ready(report)
}

/// Pages in React and Vue that use this built package (`tests/embed_frameworks`): their folder.
pub fn embed_frameworks(package: &Path, report: Report) -> Result<PathBuf> {
    FRAMEWORKS.built(package, report)
}

/// axe-core, in one script for a page under test (`tests/axe`).
pub fn axe(report: Report) -> Result<PathBuf> {
    axe::ready(report)
}

/// matrix-js-sdk in the majors that the adapter is made for (`tests/embed_sdk`): the folder in which they are.
pub fn embed_sdk(report: Report) -> Result<PathBuf> {
    embed_sdk::ready(report)
}

/// The example chat (`embed/example`) on this built package: the folder to hand out.
pub fn embed_example(package: &Path, report: Report) -> Result<PathBuf> {
    EXAMPLE.built(package, report)
}

/// TypeScript's compiler, which checks the types of the npm package (`tests/embed`).
pub fn embed_tools(report: Report) -> Result<PathBuf> {
    embed::ready(report)
}

/// `wasm-opt` where it is already installed; installs nothing.
pub fn installed_wasm_opt() -> Option<PathBuf> {
    wasm_opt::find()
}

/// `trunk` where it is already installed in the right version; installs nothing.
pub fn installed_trunk() -> Option<PathBuf> {
    cargo_tools::trunk().find()
}
