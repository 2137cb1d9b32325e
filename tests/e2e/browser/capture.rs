//! What a browser records, seen from outside of every page: a page that has gone can't be asked, and one that is there may have lost
//! sight of what it opened.

use anyhow::Context as _;

use super::{Browser, Program, WAIT, until};

/// The process in which Chromium holds cameras. It ends five seconds after the last one was closed.
const CAMERAS: &[u8] = b"video_capture.mojom.VideoCaptureService";
/// Chromium's own list of the microphones that are open.
const MICROPHONES: &str = "return document.querySelector('#audio-input-controller-list').innerText.trim()";

impl Browser {
    /// Waits until no page of this browser, whether it is there or gone, has a camera or a microphone open. Of Chromium alone, and
    /// cameras on Linux alone.
    pub(crate) async fn records_nothing(&self) -> anyhow::Result<()> {
        self.records(false, false).await
    }

    /// Waits until cameras and microphones are open, or not.
    pub(crate) async fn records(&self, camera: bool, microphone: bool) -> anyhow::Result<()> {
        if self.program != Program::Chromium {
            return Ok(());
        }
        let before = self.tab().await?;
        self.new_tab().await?;
        self.driver.goto("chrome://media-internals").await?;
        let listed = until("the microphones are as they should", WAIT, async || {
            let open: String = self.run(MICROPHONES, Vec::new()).await?;
            Ok((open.is_empty() != microphone).then_some(()))
        })
        .await;
        self.close_tab().await?;
        self.go_to(&before).await?;
        listed?;
        if !cfg!(target_os = "linux") {
            return Ok(());
        }
        until("the cameras are as they should", WAIT, async || Ok((self.holds_a_camera()? == camera).then_some(())))
            .await
    }

    /// Whether the process that holds cameras runs.
    fn holds_a_camera(&self) -> anyhow::Result<bool> {
        let profile = self.profile.path().to_str().context("a profile's folder")?.as_bytes();
        let processes = std::fs::read_dir("/proc")?;
        let commands = processes.filter_map(|process| std::fs::read(process.ok()?.path().join("cmdline")).ok());
        let has = |command: &[u8], part: &[u8]| command.windows(part.len()).any(|window| window == part);
        Ok(commands.into_iter().any(|command| has(&command, profile) && has(&command, CAMERAS)))
    }
}
