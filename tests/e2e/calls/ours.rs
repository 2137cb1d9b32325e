//! Our page as a person uses it: what it has beside the buttons, rings and panels that a chat with the package has too.

use super::super::browser::{Browser, WAIT};
use super::super::scene::Seat;
use super::panel::{AtPanel, Place};

/// A person at our page who looks at the room.
pub(crate) type Caller = AtPanel<Seat>;

impl Place for Seat {
    const NAME: &'static str = "our page";

    fn browser(&self) -> &Browser {
        &self.browser
    }
}

impl Caller {
    /// Presses a button of the preview: `call`, `cancel`, `camera`, `microphone`, `retry`.
    pub(crate) async fn preview(&self, act: &str) -> anyhow::Result<()> {
        self.press(&format!(".meet-preview [data-act={act}]")).await
    }

    /// Presses a button of the notice: `call-back`, `dismiss`, `allow`, `refuse`.
    pub(crate) async fn notice(&self, act: &str) -> anyhow::Result<()> {
        self.press(&format!(".meet-notice [data-act={act}]")).await
    }

    /// Waits for a notice of this ending (`call::view::Ending` in kebab case), and returns its words.
    pub(crate) async fn ended(&self, ending: &str) -> anyhow::Result<String> {
        let notice = format!(".meet-notice[data-ending={ending}]");
        self.shows(&notice).await?;
        self.seat.browser.page().shown(&notice).await
    }

    /// Waits for a call in the timeline: `missed`, `declined`, `no-answer`, `ended`, `elsewhere`, `failed`, `ongoing`.
    pub(crate) async fn timeline_has(&self, outcome: &str) -> anyhow::Result<()> {
        self.shows(&format!(".call-tile[data-outcome={outcome}]")).await
    }

    /// How often something sounded so far: each note of a ring counts.
    pub(crate) async fn sounds(&self) -> anyhow::Result<u64> {
        self.seat.browser.run("return window.observer.sounds().length", Vec::new()).await
    }

    /// Waits until it rings to be heard.
    pub(crate) async fn is_heard_ringing(&self) -> anyhow::Result<()> {
        let before = self.sounds().await?;
        let sounded = async || Ok((self.sounds().await? > before).then_some(()));
        self.seat.browser.until("it rings to be heard", WAIT, sounded).await
    }
}
