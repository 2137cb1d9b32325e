//! One Chromium or Firefox with a profile of its own, through a driver of its own. Both end with the value.
//!
//! ```ignore
//! let alice = Browser::start(Launch::default().name("meet.test")).await?;
//! alice.open("http://127.0.0.1:8080/").await?;
//! alice.page().click("button.video").await?;
//! alice.within(&["iframe.widget"]).click("#join").await?;
//! let people: u64 = alice.innermost().becomes("standIn.participants().length > 1").await?;
//! ```
//!
//! Environment: `MEET_IN_CHAT_VISIBLE=1` shows the windows; `CHROMEDRIVER` and `CHROMIUM`, `GECKODRIVER` and `FIREFOX` name the
//! programs when they are not on `PATH`.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use thirtyfour::{BrowserLogEntry, Capabilities, Key, WebDriver, WindowHandle};
use tokio::process::Child;

mod capture;
mod frame;
mod launch;
mod process;

pub(crate) use self::frame::Frame;
pub(crate) use self::launch::{Devices, Launch, Program};
use self::process::Profile;

/// How long a test waits for something that takes well under a second on an idle machine. Long, because a machine that
/// builds something else at the same time is no reason to fail.
pub(crate) const WAIT: Duration = Duration::from_secs(30);

/// A running browser. Dropping it ends the browser and its driver and removes the profile.
#[derive(Debug)]
pub(crate) struct Browser {
    /// The WebDriver session, for what is not offered here. Leave it in the top page.
    pub(crate) driver: WebDriver,
    program: Program,
    /// For a browser that can't run scripts before a page's own.
    scripts: Mutex<Vec<String>>,
    // In this order: the browser ends with its profile, the driver is killed when its field is dropped.
    profile: Profile,
    _driver: Child,
}

/// A window's size, and light or dark.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    pub(crate) width: u32,
    height: u32,
    dark: bool,
}

/// A phone and a desk; the last is how a window is at first.
pub(crate) const LOOKS: [Look; 4] = [
    Look { width: 390, height: 844, dark: false },
    Look { width: 390, height: 844, dark: true },
    Look { width: 1280, height: 900, dark: true },
    Look { width: 1280, height: 900, dark: false },
];

impl Look {
    /// What a picture of this is called.
    pub(crate) fn name(self, of: &str) -> String {
        format!("{of}-{}-{}", self.width, if self.dark { "dark" } else { "light" })
    }
}

impl Browser {
    /// Starts a driver on a free port and a browser with a new profile. On a machine with much to do, Chromium dies at its start once in
    /// some hundred times: then it is started again.
    pub(crate) async fn start(launch: Launch) -> anyhow::Result<Self> {
        match Self::try_to_start(&launch).await {
            Ok(browser) => Ok(browser),
            Err(error) => {
                eprintln!("another try, since {error:#}");
                Self::try_to_start(&launch).await
            }
        }
    }

    async fn try_to_start(launch: &Launch) -> anyhow::Result<Self> {
        let (child, port) = process::start_driver(launch.program).await?;
        let profile = Profile::new()?;
        let (key, options) = launch.options(profile.path());
        let mut capabilities = Capabilities::new();
        capabilities.set(key, options)?;
        if launch.program == Program::Chromium {
            capabilities.set("goog:loggingPrefs", json!({ "browser": "ALL" }))?;
        }
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities)
            .await
            .with_context(|| format!("{:?} could not be started", launch.program))?;
        Ok(Self { driver, program: launch.program, scripts: Mutex::default(), profile, _driver: child })
    }

    /// Opens a page in the current tab and waits for its `load`.
    pub(crate) async fn open(&self, url: &str) -> anyhow::Result<()> {
        self.driver.goto(url).await.with_context(|| format!("opening {url}"))?;
        // Chromium's driver now and then comes back while the page is still being read, and a script would meet half of it.
        self.becomes::<bool>("document.readyState === 'complete'").await?;
        let scripts = self.scripts.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for script in scripts {
            let _: Value = self.run(&script, Vec::new()).await?;
        }
        Ok(())
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

    /// Waits as [`until`] does; when it was in vain, the error has what the page says of itself.
    pub(crate) async fn until<T>(
        &self,
        what: &str,
        limit: Duration,
        question: impl AsyncFnMut() -> anyhow::Result<Option<T>>,
    ) -> anyhow::Result<T> {
        self.page().until(what, limit, question).await
    }

    /// Runs a script in every page that the current tab opens from now on, before the page's own, in frames too. In Firefox it runs
    /// right after the page was loaded, and only after [`Self::open`].
    pub(crate) async fn before_every_page(&self, script: &str) -> anyhow::Result<()> {
        if self.program == Program::Firefox {
            self.scripts.lock().unwrap_or_else(PoisonError::into_inner).push(script.to_owned());
            return Ok(());
        }
        self.driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await?;
        Ok(())
    }

    /// Answers, as a person would, what the pages of an origin ask for: `camera`, `microphone`, `notifications`. Without an
    /// answer a question stays open, as nobody sees it.
    pub(crate) async fn answer(&self, origin: &str, asked: &str, allowed: bool) -> anyhow::Result<()> {
        let setting = if allowed { "granted" } else { "denied" };
        let permission = json!({ "permission": { "name": asked }, "setting": setting, "origin": origin });
        self.driver.cdp().send_raw("Browser.setPermission", permission).await?;
        Ok(())
    }

    /// Opens another tab of the same profile and makes it the current one.
    pub(crate) async fn new_tab(&self) -> anyhow::Result<WindowHandle> {
        let tab = self.driver.new_tab().await?;
        self.go_to(&tab).await?;
        Ok(tab)
    }

    /// The current tab.
    pub(crate) async fn tab(&self) -> anyhow::Result<WindowHandle> {
        Ok(self.driver.window().await?)
    }

    /// Makes a tab the current one and brings it to the front.
    pub(crate) async fn go_to(&self, tab: &WindowHandle) -> anyhow::Result<()> {
        Ok(self.driver.switch_to_window(tab.clone()).await?)
    }

    /// Closes the current tab, as a person does who has enough of it.
    pub(crate) async fn close_tab(&self) -> anyhow::Result<()> {
        Ok(self.driver.close_window().await?)
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

    /// Presses a key, and lets go of it, where the keyboard is; with Shift held or without.
    pub(crate) async fn key(&self, key: Key, shift: bool) -> anyhow::Result<()> {
        let mut chain = self.driver.action_chain();
        if shift {
            chain = chain.key_down(Key::Shift);
        }
        chain = chain.key_down(key.clone()).key_up(key);
        if shift {
            chain = chain.key_up(Key::Shift);
        }
        Ok(chain.perform().await?)
    }

    /// The person's system asks for less movement from now on.
    pub(crate) async fn reduce_motion(&self) -> anyhow::Result<()> {
        let media = json!({ "features": [{ "name": "prefers-reduced-motion", "value": "reduce" }] });
        self.driver.cdp().send_raw("Emulation.setEmulatedMedia", media).await?;
        Ok(())
    }

    /// Keeps pictures of what the window shows on a phone and on a desk, light and dark.
    pub(crate) async fn pictures(&self, name: &str) -> anyhow::Result<()> {
        for look in LOOKS {
            self.looks(look).await?;
            self.screenshot(&look.name(name)).await?;
        }
        Ok(())
    }

    /// Shows its page so.
    pub(crate) async fn looks(&self, look: Look) -> anyhow::Result<()> {
        self.emulate(look.width, look.height, look.dark).await
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
        // Elements may still hold the session: it must not be asked to end itself once the driver is gone.
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
