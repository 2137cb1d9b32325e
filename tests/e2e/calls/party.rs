//! Somebody who calls and is called, whatever they do it with.

use super::super::browser::Browser;
use super::media;

/// With the camera or without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Without.
    Voice,
    /// With it.
    Video,
}

impl Kind {
    /// With the camera.
    pub(crate) fn is_video(self) -> bool {
        self == Self::Video
    }
}

/// Somebody who calls and is called.
pub(crate) trait Party {
    /// Their browser, with an observer in its page.
    fn browser(&self) -> &Browser;
    /// What they call with, for words of failure.
    fn name(&self) -> &'static str;

    /// Calls the other one.
    async fn call(&self, kind: Kind) -> anyhow::Result<()>;
    /// Lets the page itself call with video at this time (`Date.now()`), which it waits for. Gives the milliseconds until then; with
    /// none left it does not call.
    async fn call_at(&self, time: u64) -> anyhow::Result<i64>;
    /// Waits until it rings at the other side as far as this one knows: the invite is out.
    async fn is_calling(&self) -> anyhow::Result<()>;
    /// Waits until it rings here.
    async fn rings(&self) -> anyhow::Result<()>;
    /// Accepts what rings.
    async fn accept(&self, kind: Kind) -> anyhow::Result<()>;
    /// Says no to what rings.
    async fn decline(&self) -> anyhow::Result<()>;
    /// Hangs up, or calls it off.
    async fn hang_up(&self) -> anyhow::Result<()>;
    /// Mutes the microphone, or not.
    async fn mute(&self, muted: bool) -> anyhow::Result<()>;
    /// Switches the camera; in a voice call, `true` makes it a video call.
    async fn camera(&self, on: bool) -> anyhow::Result<()>;
    /// Holds the call, or resumes it.
    async fn hold(&self, held: bool) -> anyhow::Result<()>;
    /// Shares the screen, or stops.
    async fn share(&self, shared: bool) -> anyhow::Result<()>;

    /// Waits until media flows by what the page says.
    async fn is_connected(&self) -> anyhow::Result<()>;
    /// Waits until it says that the other's microphone is muted, or that it is not.
    async fn shows_muted(&self, muted: bool) -> anyhow::Result<()>;
    /// Waits until it says that the other one holds the call, or that they don't.
    async fn shows_held(&self, held: bool) -> anyhow::Result<()>;
    /// Waits until it shows the other one's screen, or no longer.
    async fn shows_screen(&self, shared: bool) -> anyhow::Result<()>;
    /// Waits until there is no call and nothing rings.
    async fn is_idle(&self) -> anyhow::Result<()>;

    /// Waits until the other one is heard, and seen in a video call.
    async fn perceives(&self, kind: Kind) -> anyhow::Result<()> {
        if kind.is_video() {
            media::sees(self.browser(), 1).await?;
        }
        media::hears(self.browser()).await
    }

    /// Waits until nothing is left of a call: no connection, no open device.
    async fn has_let_go(&self) -> anyhow::Result<()> {
        self.is_idle().await?;
        self.browser().becomes::<bool>("window.observer.connections().length === 0").await?;
        media::opens(self.browser(), &[]).await
    }
}
