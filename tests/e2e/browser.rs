//! One Chromium with a profile of its own, driven by a chromedriver of its own. Both end with the value, by their pids.
//!
//! ```ignore
//! let alice = Browser::start(Launch::default().name("meet.test")).await?;
//! alice.open("https://meet.test:8443/room").await?;
//! alice.click("button.join").await?;
//! let frames: u64 = alice.until("frames are decoded", WAIT, async || alice.run_innermost(SCRIPT, vec![]).await).await?;
//! ```
//!
//! Environment: `MEET_IN_CHAT_VISIBLE=1` shows the windows; `CHROMEDRIVER` and `CHROMIUM` name the programs when they
//! are not on `PATH`.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use thirtyfour::{BrowserLogEntry, By, Capabilities, WebDriver, WebElement};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

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
    size: (u32, u32),
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
        Self { names: Vec::new(), flags: Vec::new(), size: (1280, 800), devices: Devices::Granted }
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

    /// Sets the size of the window in CSS pixels. Chromium's windows are never narrower than about 500:
    /// use [`Browser::emulate`] for a phone's width.
    pub(crate) fn size(mut self, width: u32, height: u32) -> Self {
        self.size = (width, height);
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
        arguments.push(format!("--window-size={},{}", self.size.0, self.size.1));
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
    driver: WebDriver,
    /// Chromium's own process, as chromedriver reports it.
    pid: u64,
    profile: PathBuf,
    // Last: chromedriver is killed when this field is dropped.
    _chromedriver: Child,
}

impl Browser {
    /// Starts chromedriver on a free port and Chromium with a new profile.
    pub(crate) async fn start(launch: Launch) -> anyhow::Result<Self> {
        let (chromedriver, port) = start_chromedriver().await?;
        let profile = new_profile()?;
        let mut options = json!({ "args": launch.arguments(&profile) });
        if let Ok(binary) = std::env::var("CHROMIUM") {
            options["binary"] = Value::String(binary);
        }
        let mut capabilities = Capabilities::new();
        capabilities.set("goog:chromeOptions", options)?;
        capabilities.set("goog:loggingPrefs", json!({ "browser": "ALL" }))?;
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities)
            .await
            .context("Chromium could not be started (CHROMIUM names the program)")?;
        let pid = driver.handle().capabilities().get("goog:processID").and_then(Value::as_u64);
        let pid = pid.context("this chromedriver does not report the browser's pid")?;
        Ok(Self { driver, pid, profile, _chromedriver: chromedriver })
    }

    /// The WebDriver session, for what is not offered here.
    pub(crate) fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// Opens a page in the current tab and waits for its `load`.
    pub(crate) async fn open(&self, url: &str) -> anyhow::Result<()> {
        self.driver.goto(url).await.with_context(|| format!("opening {url}"))
    }

    /// Waits for an element of the top page to be shown.
    pub(crate) async fn shown(&self, css: &str) -> anyhow::Result<WebElement> {
        self.until(&format!("{css} is shown"), WAIT, async || {
            let Ok(element) = self.driver.find(By::Css(css)).await else { return Ok(None) };
            Ok(element.is_displayed().await.unwrap_or(false).then_some(element))
        })
        .await
    }

    /// Waits for an element of the top page to be shown and enabled, and clicks it as a person does.
    pub(crate) async fn click(&self, css: &str) -> anyhow::Result<()> {
        self.until(&format!("{css} can be clicked"), WAIT, async || {
            let Ok(element) = self.driver.find(By::Css(css)).await else { return Ok(None) };
            Ok(element.click().await.is_ok().then_some(()))
        })
        .await
    }

    /// Types into an element of the top page, after what is there.
    pub(crate) async fn type_into(&self, css: &str, text: &str) -> anyhow::Result<()> {
        self.shown(css).await?.send_keys(text).await.with_context(|| format!("typing into {css}"))
    }

    /// Runs the body of a function in the top page; a promise that it returns is awaited.
    pub(crate) async fn run<T: DeserializeOwned>(&self, script: &str, arguments: Vec<Value>) -> anyhow::Result<T> {
        self.run_in(&[], script, arguments).await
    }

    /// Like [`Browser::run`], in a frame: one selector for each `iframe` on the way down.
    pub(crate) async fn run_in<T: DeserializeOwned>(
        &self,
        frames: &[&str],
        script: &str,
        arguments: Vec<Value>,
    ) -> anyhow::Result<T> {
        self.driver.enter_default_frame().await?;
        let result = async {
            for css in frames {
                self.driver.find(By::Css(*css)).await?.enter_frame().await?;
            }
            self.execute(script, arguments).await
        }
        .await;
        self.driver.enter_default_frame().await?;
        result
    }

    /// Like [`Browser::run`], in the innermost frame, going down through the first `iframe` of each.
    pub(crate) async fn run_innermost<T: DeserializeOwned>(
        &self,
        script: &str,
        arguments: Vec<Value>,
    ) -> anyhow::Result<T> {
        self.driver.enter_default_frame().await?;
        let result = async {
            while let Ok(frame) = self.driver.find(By::Css("iframe")).await {
                frame.enter_frame().await?;
            }
            self.execute(script, arguments).await
        }
        .await;
        self.driver.enter_default_frame().await?;
        result
    }

    async fn execute<T: DeserializeOwned>(&self, script: &str, arguments: Vec<Value>) -> anyhow::Result<T> {
        let returned = self.driver.execute(script, arguments).await.with_context(|| format!("running {script}"))?;
        returned.convert().with_context(|| format!("reading {} from {script}", returned.json()))
    }

    /// Asks again and again until there is an answer. An error of the question counts as "not yet" and is reported only
    /// when time is up: a frame that is just being replaced is no failure.
    pub(crate) async fn until<T>(
        &self,
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

    /// Waits until an expression of the top page is truthy, and returns it.
    pub(crate) async fn becomes<T: DeserializeOwned>(&self, expression: &str) -> anyhow::Result<T> {
        self.becomes_in(&[], expression).await
    }

    /// Like [`Browser::becomes`], in a frame: one selector for each `iframe` on the way down.
    pub(crate) async fn becomes_in<T: DeserializeOwned>(
        &self,
        frames: &[&str],
        expression: &str,
    ) -> anyhow::Result<T> {
        let script = format!("return Promise.resolve({expression}).then(value => value || null)");
        self.until(expression, WAIT, async || self.run_in(frames, &script, Vec::new()).await).await
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
        signal("-TERM", self.pid);
        let end = Instant::now() + Duration::from_secs(5);
        while is_running(self.pid) {
            if Instant::now() > end {
                signal("-KILL", self.pid);
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        // A child of Chromium may still be writing its last file; what stays behind is only a folder in the system's
        // folder for temporary files.
        for _attempt in 0..5 {
            if std::fs::remove_dir_all(&self.profile).is_ok() {
                break;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

async fn start_chromedriver() -> anyhow::Result<(Child, u16)> {
    let program = std::env::var("CHROMEDRIVER").unwrap_or_else(|_| "chromedriver".to_owned());
    let mut child = Command::new(&program)
        .args(["--port=0", "--log-level=WARNING"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("{program} could not be started (CHROMEDRIVER names the program)"))?;
    let mut lines = BufReader::new(child.stdout.take().context("chromedriver has no output")?).lines();
    while let Some(line) = lines.next_line().await? {
        let Some((_, rest)) = line.split_once("started successfully on port ") else { continue };
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let port = digits.parse().with_context(|| format!("reading a port from {line:?}"))?;
        // The pipe is read to its end, or chromedriver would stop when it is full.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        return Ok((child, port));
    }
    bail!("{program} ended before it said its port")
}

fn new_profile() -> anyhow::Result<PathBuf> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let path = std::env::temp_dir().join(format!("meet-in-chat-profile-{}-{number}", std::process::id()));
    std::fs::create_dir(&path).with_context(|| format!("creating {}", path.display()))?;
    Ok(path)
}

fn signal(name: &str, pid: u64) -> bool {
    let mut kill = std::process::Command::new("kill");
    kill.args([name, &pid.to_string()]).stdout(Stdio::null()).stderr(Stdio::null());
    kill.status().is_ok_and(|status| status.success())
}

/// Signal 0 tells whether a process is there. A zombie still is, so its state is looked at where there is a `/proc`.
fn is_running(pid: u64) -> bool {
    if let Ok(status) = std::fs::read_to_string(format!("/proc/{pid}/status")) {
        return !status.contains("State:\tZ");
    }
    signal("-0", pid)
}
