//! A server program of ours: started, awaited until it answers, stopped, and never left behind.
//!
//! The program runs below a small shell script, the keeper. The keeper holds the reading end of a pipe whose only writing end
//! is ours; when that closes, it stops the program. So the program ends on [`Daemon::stop`], on `Drop`, and also when we are
//! killed without a chance to clean up, without any platform call that would need `unsafe`.

use std::{
    ffi::OsStr,
    future::Future,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use tokio::{
    process::{Child, ChildStdin, Command},
    time::{Instant, sleep, timeout},
};

/// How long a server may take until it answers. Synapse needs 3 s on an idle machine and was seen to need 15 s on a loaded one.
const READY_LIMIT: Duration = Duration::from_secs(60);

/// How long the keeper waits between asking a program to end and ending it, in seconds.
const GRACE_SECONDS: u32 = 8;

/// Arguments: the grace in seconds, then the program with its arguments. Its own group keeps the terminal's Ctrl-C away from
/// the program: we decide when it ends, and in which order.
const KEEPER: &str = r#"
grace=$1; shift
exec 3<&0 </dev/null
"$@" 3<&- &
program=$!
(
  while read -r _ <&3; do :; done
  kill -TERM "$program" || exit
  while [ "$grace" -gt 0 ] && kill -0 "$program"; do sleep 1; grace=$((grace - 1)); done
  kill -KILL "$program"
) 2>/dev/null &
watch=$!
exec 3<&-
wait "$program"
code=$?
kill "$watch" 2>/dev/null
exit "$code"
"#;

/// A running server program. Dropping it stops the program soon after; [`stop`](Self::stop) waits for the end.
#[derive(Debug)]
#[must_use = "dropping it stops the server"]
pub(crate) struct Daemon {
    name: &'static str,
    keeper: Child,
    /// Closing it is the order to stop.
    lifeline: Option<ChildStdin>,
    log: PathBuf,
}

impl Daemon {
    /// Starts `program` and waits until `answers` is true, for at most [`READY_LIMIT`]. Its output goes to `log`, whose last
    /// lines are part of the error when it ends early or stays silent; the folder of `log` is the working directory.
    pub(crate) async fn start<F>(
        name: &'static str,
        program: &Path,
        arguments: &[&OsStr],
        log: PathBuf,
        mut answers: impl FnMut() -> F,
    ) -> Result<Self>
    where
        F: Future<Output = bool>,
    {
        let output = std::fs::File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        // A bare name is looked for on PATH; a path must hold from the other directory too.
        let program = match program.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => std::path::absolute(program)?,
            _ => program.to_owned(),
        };
        let mut command = Command::new("sh");
        command.args(["-c", KEEPER, "keeper", &GRACE_SECONDS.to_string()]).arg(program).args(arguments);
        command.stdin(Stdio::piped()).stdout(output.try_clone()?).stderr(output);
        // Python prefers modules that lie in its working directory to its own: never the user's.
        if let Some(directory) = log.parent() {
            command.current_dir(directory);
        }
        #[cfg(unix)]
        command.process_group(0);
        let mut keeper = command.spawn().with_context(|| format!("cannot start {name}"))?;
        let lifeline = keeper.stdin.take();
        let mut daemon = Self { name, keeper, lifeline, log };

        let started = Instant::now();
        loop {
            if let Some(status) = daemon.keeper.try_wait()? {
                bail!("{name} ended while starting ({status}). {}", daemon.last_words());
            }
            if timeout(Duration::from_secs(5), answers()).await.unwrap_or(false) {
                return Ok(daemon);
            }
            if started.elapsed() > READY_LIMIT {
                let words = daemon.last_words();
                daemon.stop().await;
                bail!("{name} did not answer within {} s. {words}", READY_LIMIT.as_secs());
            }
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// Resolves when the program has ended by itself.
    pub(crate) async fn ended(&mut self) -> Option<ExitStatus> {
        self.keeper.wait().await.ok()
    }

    /// Stops the program and waits until it is gone.
    pub(crate) async fn stop(mut self) {
        self.lifeline.take();
        let patience = Duration::from_secs(u64::from(GRACE_SECONDS) + 4);
        if timeout(patience, self.keeper.wait()).await.is_err() {
            eprintln!("{} did not stop within {} s", self.name, patience.as_secs());
        }
    }

    /// Where the log is and its last lines, for people who have to find out why it failed.
    pub(crate) fn last_words(&self) -> String {
        let text = std::fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        format!("The end of {}:\n{}", self.log.display(), last_lines(&text, 20))
    }
}

fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let from = lines.len().saturating_sub(count);
    lines.get(from..).unwrap_or_default().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bed::Scratch;

    /// Whether a process of this number is there, as the shell sees it.
    fn runs(pid: &str) -> bool {
        std::process::Command::new("sh")
            .args(["-c", "kill -0 \"$1\" 2>/dev/null", "sh", pid])
            .status()
            .unwrap()
            .success()
    }

    async fn started(script: &str, scratch: &Scratch) -> Result<Daemon> {
        let log = scratch.path().join("log");
        let seen = log.clone();
        let arguments = [OsStr::new("-c"), OsStr::new(script)];
        Daemon::start("server", Path::new("sh"), &arguments, log, || {
            let ready = std::fs::read_to_string(&seen).is_ok_and(|text| text.ends_with("ready\n"));
            async move { ready }
        })
        .await
    }

    async fn sleeper(scratch: &Scratch) -> (Daemon, String) {
        let daemon = started("echo $$ ready; exec sleep 600", scratch).await.unwrap();
        let log = std::fs::read_to_string(scratch.path().join("log")).unwrap();
        let pid = log.split(' ').next().unwrap().to_owned();
        assert!(runs(&pid));
        (daemon, pid)
    }

    #[tokio::test]
    async fn a_stopped_program_is_gone_when_stop_returns() {
        let scratch = Scratch::new("daemon").unwrap();
        let (daemon, pid) = sleeper(&scratch).await;
        daemon.stop().await;
        assert!(!runs(&pid));
    }

    #[tokio::test]
    async fn a_dropped_program_is_gone_soon_after() {
        let scratch = Scratch::new("daemon").unwrap();
        let (daemon, pid) = sleeper(&scratch).await;
        drop(daemon);
        for _ in 0..100 {
            if !runs(&pid) {
                return;
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!("process {pid} still runs");
    }

    #[tokio::test]
    async fn a_program_that_ends_while_starting_is_reported_with_its_last_words() {
        let scratch = Scratch::new("daemon").unwrap();
        let failed = started("echo the port is taken; exit 3", &scratch).await;
        let words = failed.unwrap_err().to_string();
        assert!(words.contains("ended while starting (exit status: 3)"), "{words}");
        assert!(words.contains("the port is taken"), "{words}");
    }

    #[tokio::test]
    async fn the_end_of_a_running_program_is_noticed() {
        let scratch = Scratch::new("daemon").unwrap();
        let mut daemon = started("echo ready; sleep 0.3; exit 4", &scratch).await.unwrap();
        assert_eq!(daemon.ended().await.unwrap().code(), Some(4));
    }

    #[test]
    fn only_the_last_lines_of_a_long_log_are_shown() {
        assert_eq!(last_lines("a\nb\nc\n", 2), "b\nc");
        assert_eq!(last_lines("", 2), "");
    }
}
