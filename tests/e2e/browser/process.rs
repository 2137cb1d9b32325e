//! The processes behind a browser: chromedriver on a free port, Chromium by its pid, a profile in a folder of its own.

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

/// Starts a chromedriver and returns its port. It is killed when the child is dropped.
///
/// Two that start at the same moment may pick the same free port, one for IPv4 and one for IPv6, and one of them gives
/// up: it is started again.
pub(super) async fn start_chromedriver() -> anyhow::Result<(Child, u16)> {
    let program = std::env::var("CHROMEDRIVER").unwrap_or_else(|_| "chromedriver".to_owned());
    for _attempt in 0..5 {
        if let Some(started) = try_chromedriver(&program).await? {
            return Ok(started);
        }
    }
    bail!("{program} ended before it said its port, five times")
}

async fn try_chromedriver(program: &str) -> anyhow::Result<Option<(Child, u16)>> {
    let mut child = Command::new(program)
        .args(["--port=0", "--log-level=WARNING"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("{program} could not be started (CHROMEDRIVER names the program)"))?;
    let mut lines = BufReader::new(child.stdout.take().context("chromedriver has no output")?).lines();
    while let Some(line) = lines.next_line().await? {
        let Some((_, rest)) = line.split_once("started successfully on port ") else {
            continue;
        };
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let port = digits.parse().with_context(|| format!("reading a port from {line:?}"))?;
        // The pipe is read to its end, or chromedriver would stop when it is full.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        return Ok(Some((child, port)));
    }
    Ok(None)
}

/// A profile's folder. Dropping it ends the Chromium that uses it, also one whose start was broken off, and removes it.
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

    /// The Chromium that uses it: the link `SingletonLock` reads "host-pid".
    fn user(&self) -> Option<u32> {
        let lock = std::fs::read_link(self.path.join("SingletonLock")).ok()?;
        let pid: u32 = lock.to_str()?.rsplit_once('-')?.1.parse().ok()?;
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
        // A child of Chromium may still be writing its last file; what it writes even later stays in `target`.
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
