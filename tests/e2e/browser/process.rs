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
        .with_context(|| {
            format!("{program} could not be started (CHROMEDRIVER names the program)")
        })?;
    let mut lines =
        BufReader::new(child.stdout.take().context("chromedriver has no output")?).lines();
    while let Some(line) = lines.next_line().await? {
        let Some((_, rest)) = line.split_once("started successfully on port ") else {
            continue;
        };
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let port = digits
            .parse()
            .with_context(|| format!("reading a port from {line:?}"))?;
        // The pipe is read to its end, or chromedriver would stop when it is full.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        return Ok(Some((child, port)));
    }
    Ok(None)
}

/// Makes an empty folder for a profile.
pub(super) fn new_profile() -> anyhow::Result<PathBuf> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let path = std::env::temp_dir().join(format!(
        "meet-in-chat-profile-{}-{number}",
        std::process::id()
    ));
    std::fs::create_dir(&path).with_context(|| format!("creating {}", path.display()))?;
    Ok(path)
}

/// Removes a profile. A child of Chromium may still be writing its last file; what stays behind after some attempts is
/// only a folder in the system's folder for temporary files.
pub(super) fn remove_profile(path: &Path) {
    for _attempt in 0..5 {
        if std::fs::remove_dir_all(path).is_ok() {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Ends a process: politely, and after five seconds not.
pub(super) fn end(pid: u64) {
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

fn signal(name: &str, pid: u64) -> bool {
    let mut kill = std::process::Command::new("kill");
    kill.args([name, &pid.to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    kill.status().is_ok_and(|status| status.success())
}

/// Signal 0 tells whether a process is there. A zombie still is, so its state is looked at where there is a `/proc`.
fn is_running(pid: u64) -> bool {
    if let Ok(status) = std::fs::read_to_string(format!("/proc/{pid}/status")) {
        return !status.contains("State:\tZ");
    }
    signal("-0", pid)
}
