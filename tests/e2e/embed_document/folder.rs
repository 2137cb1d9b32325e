//! The folder of somebody who follows the document.

use std::path::{Component, Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::time::timeout;
use xtask::bed::Scratch;

use super::blocks::Block;

/// What the document has the reader start for good.
const SERVER: &str = "npx vite\n";

/// Ends a command, with all that it has started, when its own input ends: at the latest with us. npx hands no signal on.
const KEEPER: &str = "\"$@\" < /dev/null & cat > /dev/null; kill -TERM 0";

/// How long Vite may take until it says its address.
const READY: Duration = Duration::from_secs(60);

/// npm takes no version that came out later: what the reader gets changes when this day does, and not by itself.
const DAY: &str = "2026-11-27T00:00:00Z";

pub(super) struct Folder {
    scratch: Scratch,
}

impl Folder {
    pub(super) fn empty() -> anyhow::Result<Self> {
        Ok(Self { scratch: Scratch::new("embed-document")? })
    }

    pub(super) fn path(&self) -> PathBuf {
        self.scratch.path().to_owned()
    }

    /// Does what the block says. The server is not started here: see [`serve`](Self::serve).
    pub(super) async fn follow(&self, block: &Block) -> anyhow::Result<()> {
        match block {
            Block::InFolder(commands) if commands == SERVER => Ok(()),
            Block::InFolder(commands) => self.run(commands).await,
            Block::InCheckout(commands) => {
                // Who runs the tests has made the package, in minutes.
                let rest = commands.strip_prefix("cargo xtask package\n").context("the package is made first")?;
                self.run_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), rest).await
            }
            Block::File { path, text } => {
                let path = Path::new(path);
                ensure!(
                    path.components().all(|part| matches!(part, Component::Normal(_))),
                    "{} leads away",
                    path.display()
                );
                let path = self.path().join(path);
                std::fs::create_dir_all(path.parent().context("a folder")?)?;
                std::fs::write(&path, text).with_context(|| format!("{} can't be written", path.display()))
            }
        }
    }

    /// Runs commands, one after the other, until one fails.
    pub(super) async fn run(&self, commands: &str) -> anyhow::Result<()> {
        self.run_in(&self.path(), commands).await
    }

    async fn run_in(&self, place: &Path, commands: &str) -> anyhow::Result<()> {
        let output = self.command("bash").args(["-ec", commands]).current_dir(place).output().await?;
        let said = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
        ensure!(output.status.success(), "{commands}: {}\n{}", output.status, said.join("\n"));
        Ok(())
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .kill_on_drop(true)
            .stdin(Stdio::null())
            .current_dir(self.path())
            .env("npm_config_before", DAY)
            // What is packed in the checkout is brought here.
            .env("npm_config_pack_destination", self.path())
            .env("npm_config_audit", "false")
            .env("npm_config_fund", "false")
            .env("npm_config_update_notifier", "false");
        command
    }

    /// Starts Vite, as the document says, or another of its commands that serves.
    pub(super) async fn serve(&self, command: &str) -> anyhow::Result<Vite> {
        let mut keeper = self.command("sh");
        keeper.args(["-c", KEEPER, "keeper"]).args(command.split_whitespace()).process_group(0).kill_on_drop(false);
        keeper.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = keeper.spawn().with_context(|| format!("{command} can't be started"))?;
        let lifeline = child.stdin.take();
        let mut lines = BufReader::new(child.stdout.take().context("output")?).lines();
        let address = timeout(READY, async {
            while let Some(line) = lines.next_line().await? {
                if let Some(address) = address(&line) {
                    return Ok(address);
                }
            }
            bail!("{command} ended before it said its address")
        });
        let address = address.await.with_context(|| format!("{command} said no address"))??;
        // Whoever writes into a pipe that nobody reads is stuck.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Vite { child, lifeline, address })
    }

    /// As the document does.
    pub(super) async fn vite(&self) -> anyhow::Result<Vite> {
        self.serve(SERVER).await
    }
}

/// `  ➜  Local:   http://localhost:5173/`, in colours or without.
fn address(line: &str) -> Option<String> {
    let plain: String =
        line.split('\u{1b}').enumerate().map(|(at, part)| if at == 0 { part } else { after_code(part) }).collect();
    let start = plain.find("http://localhost:")?;
    plain[start..].split_whitespace().next().map(|address| address.trim_end_matches('/').to_owned())
}

/// What follows the code of a colour.
fn after_code(part: &str) -> &str {
    part.split_once('m').map_or("", |(_, rest)| rest)
}

/// A running server of the reader's.
pub(super) struct Vite {
    child: Child,
    lifeline: Option<ChildStdin>,
    pub(super) address: String,
}

impl Vite {
    pub(super) async fn stop(mut self) -> anyhow::Result<()> {
        drop(self.lifeline.take());
        let ended = timeout(Duration::from_secs(10), self.child.wait()).await;
        ended.context("Vite does not end")?.map(drop).context("waiting for Vite")
    }
}
