//! The processes behind a browser: its driver on a free port, the browser by its pid, a profile in a folder of its own.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

use super::Program;

impl Program {
    /// What speaks WebDriver for it, the name of the variable that names another, and its arguments.
    fn driver(self) -> (&'static str, &'static str, &'static [&'static str]) {
        match self {
            Self::Chromium => ("chromedriver", "CHROMEDRIVER", &["--port=0", "--log-level=WARNING"]),
            Self::Firefox => ("geckodriver", "GECKODRIVER", &["--port=0", "--websocket-port=0"]),
        }
    }

    /// What the line of its port has before the port.
    fn says_port(self) -> &'static str {
        match self {
            Self::Chromium => "started successfully on port ",
            Self::Firefox => "Listening on 127.0.0.1:",
        }
    }
}

/// Starts a driver and returns its port. It is killed when the child is dropped.
///
/// Two chromedrivers that start at the same moment may pick the same free port, one for IPv4 and one for IPv6, and one of them
/// gives up: it is started again.
pub(super) async fn start_driver(browser: Program) -> anyhow::Result<(Child, u16)> {
    let (name, variable, arguments) = browser.driver();
    let program = std::env::var(variable).unwrap_or_else(|_| name.to_owned());
    for _attempt in 0..5 {
        let mut command = Command::new(&program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        let mut child = command
            .spawn()
            .with_context(|| format!("{program} could not be started ({variable} names the program)"))?;
        if let Some(port) = port_of(&mut child, browser.says_port()).await? {
            return Ok((child, port));
        }
    }
    bail!("{program} ended before it said its port, five times")
}

async fn port_of(child: &mut Child, before: &str) -> anyhow::Result<Option<u16>> {
    let mut lines = BufReader::new(child.stdout.take().context("a driver without output")?).lines();
    while let Some(line) = lines.next_line().await? {
        let Some((_, rest)) = line.split_once(before) else {
            continue;
        };
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let port = digits.parse().with_context(|| format!("reading a port from {line:?}"))?;
        // The pipe is read to its end, or the driver would stop when it is full.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        return Ok(Some(port));
    }
    Ok(None)
}

/// A profile's folder. Dropping it ends the browser that uses it, also one whose start was broken off, and removes it.
#[derive(Debug)]
pub(super) struct Profile {
    path: PathBuf,
}

impl Profile {
    /// Makes an empty folder in `target/tmp/profiles`.
    pub(super) fn new() -> anyhow::Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("profiles");
        let path = folder.join(format!("{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).with_context(|| format!("creating {}", path.display()))?;
        Ok(Self { path })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The browser that uses it: Chromium's link `SingletonLock` reads "host-pid", Firefox's `lock` "address:+pid".
    fn user(&self) -> Option<u32> {
        let link = |name: &str| std::fs::read_link(self.path.join(name)).ok();
        let lock = link("SingletonLock").or_else(|| link("lock"))?;
        let pid: u32 = lock.to_str()?.rsplit_once(['-', '+'])?.1.parse().ok()?;
        // After a crash the link stays, and the number may be somebody else's by now.
        let Ok(command) = std::fs::read(format!("/proc/{pid}/cmdline")) else {
            return Some(pid);
        };
        String::from_utf8_lossy(&command).contains(self.path.to_str()?).then_some(pid)
    }
}

impl Drop for Profile {
    fn drop(&mut self) {
        if let Some(pid) = self.user() {
            end(pid);
        }
        // A child of the browser may still be writing its last file; what it writes even later stays in `target`.
        for _attempt in 0..50 {
            let _removed = std::fs::remove_dir_all(&self.path);
            std::thread::sleep(Duration::from_millis(20));
            if !self.path.exists() {
                return;
            }
        }
    }
}

/// Ends a process: politely, and after five seconds not.
fn end(pid: u32) {
    signal("-TERM", pid);
    let end = Instant::now() + Duration::from_secs(5);
    while is_running(pid) {
        if Instant::now() > end {
            signal("-KILL", pid);
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn signal(name: &str, pid: u32) -> bool {
    let mut kill = std::process::Command::new("kill");
    kill.args([name, &pid.to_string()]).stdout(Stdio::null()).stderr(Stdio::null());
    kill.status().is_ok_and(|status| status.success())
}

/// Signal 0 tells whether a process is there. A zombie still is, so its state is looked at where there is a `/proc`.
fn is_running(pid: u32) -> bool {
    if let Ok(status) = std::fs::read_to_string(format!("/proc/{pid}/status")) {
        return !status.contains("State:\tZ");
    }
    signal("-0", pid)
}
