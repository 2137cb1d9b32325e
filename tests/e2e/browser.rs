//! One Chromium with a profile of its own, driven by a chromedriver of its own. Both end with the value.
//!
//! ```ignore
//! let alice = Browser::start(Launch::default().name("meet.test")).await?;
//! alice.open("http://127.0.0.1:8080/").await?;
//! alice.page().click("button.video").await?;
//! alice.within(&["iframe.widget"]).click("#join").await?;
//! let people: u64 = alice.innermost().becomes("standIn.participants().length > 1").await?;
//! ```
//!
//! Environment: `MEET_IN_CHAT_VISIBLE=1` shows the windows; `CHROMEDRIVER` and `CHROMIUM` name the programs when they
//! are not on `PATH`.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use thirtyfour::{BrowserLogEntry, Capabilities, WebDriver};
use tokio::process::Child;

mod frame;
mod process;

pub(crate) use self::frame::Frame;
use self::process::Profile;

/// How long a test waits for something that takes well under a second on an idle machine. Long, because a machine that
/// builds something else at the same time is no reason to fail.
pub(crate) const WAIT: Duration = Duration::from_secs(30);

/// What every browser gets: WebRTC over loopback alone, made-up devices granted without a question, and no way out of
/// this machine.
const FLAGS: &[&str] = &[
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
    // Several windows share the screen (or have none): a covered one must not be put to sleep.
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-background-timer-throttling",
];

/// How a browser is started.
#[derive(Debug, Clone)]
pub(crate) struct Launch {
    names: Vec<String>,
    flags: Vec<String>,
    devices: Devices,
}

/// What a page that asks for camera and microphone gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Devices {
    /// A made-up camera and microphone, without a question.
    Granted,
    /// `NotAllowedError`, as when a person says no.
    Denied,
}

impl Default for Launch {
    fn default() -> Self {
        Self { names: Vec::new(), flags: Vec::new(), devices: Devices::Granted }
    }
}

impl Launch {
    /// Makes a host name lead to this machine, and self-signed certificates count. All other names lead nowhere.
    pub(crate) fn name(mut self, host: &str) -> Self {
        self.names.push(host.to_owned());
        self
    }

    /// Adds a command line flag of Chromium.
    pub(crate) fn flag(mut self, flag: &str) -> Self {
        self.flags.push(flag.to_owned());
        self
    }

    /// Sets what a page gets that asks for camera and microphone.
    pub(crate) fn devices(mut self, devices: Devices) -> Self {
        self.devices = devices;
        self
    }

    fn arguments(&self, profile: &Path) -> Vec<String> {
        let mut rules: Vec<String> = self.names.iter().map(|name| format!("MAP {name} 127.0.0.1")).collect();
        rules.extend(["MAP * ~NOTFOUND", "EXCLUDE 127.0.0.1", "EXCLUDE localhost"].map(str::to_owned));
        let mut arguments: Vec<String> = FLAGS.iter().map(|flag| (*flag).to_owned()).collect();
        arguments.push(format!("--host-resolver-rules={}", rules.join(", ")));
        arguments.push(format!("--user-data-dir={}", profile.display()));
        arguments.push("--window-size=1280,900".to_owned());
        arguments.push(match self.devices {
            Devices::Granted => "--use-fake-ui-for-media-stream".to_owned(),
            Devices::Denied => "--use-fake-ui-for-media-stream=deny".to_owned(),
        });
        if !self.names.is_empty() {
            arguments.push("--ignore-certificate-errors".to_owned());
        }
        if std::env::var_os("MEET_IN_CHAT_VISIBLE").is_none() {
            arguments.push("--headless=new".to_owned());
        }
        arguments.extend(self.flags.iter().cloned());
        arguments
    }
}

/// A running browser. Dropping it ends the browser and its chromedriver and removes the profile.
#[derive(Debug)]
pub(crate) struct Browser {
    /// The WebDriver session, for what is not offered here. Leave it in the top page.
    pub(crate) driver: WebDriver,
    // In this order: Chromium ends with its profile, chromedriver is killed when its field is dropped.
    _profile: Profile,
    _chromedriver: Child,
}

impl Browser {
    /// Starts chromedriver on a free port and Chromium with a new profile.
    pub(crate) async fn start(launch: Launch) -> anyhow::Result<Self> {
        let (chromedriver, port) = process::start_chromedriver().await?;
        let profile = Profile::new()?;
        let mut options = json!({ "args": launch.arguments(profile.path()) });
        if let Ok(binary) = std::env::var("CHROMIUM") {
            options["binary"] = Value::String(binary);
        }
        let mut capabilities = Capabilities::new();
        capabilities.set("goog:chromeOptions", options)?;
        capabilities.set("goog:loggingPrefs", json!({ "browser": "ALL" }))?;
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities)
            .await
            .context("Chromium could not be started (CHROMIUM names the program)")?;
        Ok(Self { driver, _profile: profile, _chromedriver: chromedriver })
    }

    /// Opens a page in the current tab and waits for its `load`.
    pub(crate) async fn open(&self, url: &str) -> anyhow::Result<()> {
        self.driver.goto(url).await.with_context(|| format!("opening {url}"))
    }

    /// The top page.
    pub(crate) fn page(&self) -> Frame<'_> {
        self.within(&[])
    }

    /// A frame in a frame in the page: one CSS selector for each `iframe` on the way down.
    pub(crate) fn within<'a>(&'a self, path: &'a [&'a str]) -> Frame<'a> {
        Frame::along(&self.driver, path)
    }

    /// The frame that is reached by going down through the first `iframe` of each.
    pub(crate) fn innermost(&self) -> Frame<'_> {
        Frame::innermost(&self.driver)
    }

    /// Runs the body of a function in the top page; a promise that it returns is awaited.
    pub(crate) async fn run<T: DeserializeOwned>(&self, script: &str, arguments: Vec<Value>) -> anyhow::Result<T> {
        self.page().run(script, arguments).await
    }

    /// Waits until an expression of the top page is truthy, and returns it.
    pub(crate) async fn becomes<T: DeserializeOwned>(&self, expression: &str) -> anyhow::Result<T> {
        self.page().becomes(expression).await
    }

    /// Lets the page believe in a viewport of this size (CSS pixels) and in a dark or light colour scheme.
    pub(crate) async fn emulate(&self, width: u32, height: u32, dark: bool) -> anyhow::Result<()> {
        let cdp = self.driver.cdp();
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        cdp.send_raw("Emulation.setDeviceMetricsOverride", metrics).await?;
        let scheme = if dark { "dark" } else { "light" };
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        cdp.send_raw("Emulation.setEmulatedMedia", media).await?;
        Ok(())
    }

    /// Keeps a picture of the window as `target/tmp/screenshots/<name>.png` and says where.
    pub(crate) async fn screenshot(&self, name: &str) -> anyhow::Result<PathBuf> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("screenshots");
        std::fs::create_dir_all(&folder)?;
        let path = folder.join(format!("{name}.png"));
        self.driver.screenshot(&path).await?;
        Ok(path)
    }

    /// What the pages wrote to the console since the last call.
    pub(crate) async fn console(&self) -> anyhow::Result<Vec<BrowserLogEntry>> {
        Ok(self.driver.browser_log().await?)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Elements may still hold the session: it must not be asked to end itself once chromedriver is gone.
        let _already_quit = self.driver.clone().leak();
    }
}

/// Asks again and again until there is an answer. An error of the question counts as "not yet" and is reported only
/// when time is up: a frame that is just being replaced is no failure.
pub(crate) async fn until<T>(
    what: &str,
    limit: Duration,
    mut question: impl AsyncFnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<T> {
    let end = Instant::now() + limit;
    loop {
        let last = match question().await {
            Ok(Some(answer)) => return Ok(answer),
            Ok(None) => None,
            Err(error) => Some(error),
        };
        if Instant::now() > end {
            let waited = format!("waited {limit:?} until {what}");
            return Err(match last {
                Some(error) => error.context(waited),
                None => anyhow::anyhow!(waited),
            });
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
