//! Our page as a person uses it: by what it shows and by presses.

use anyhow::Context as _;
use serde_json::json;

use super::super::browser::{Browser, WAIT};
use super::super::scene::Seat;
use super::media;
use super::party::{Kind, Party};

/// A person at our page who looks at the room.
pub(crate) struct Caller {
    /// Their browser and its pages.
    pub(crate) seat: Seat,
    room: String,
}

impl Caller {
    /// At a signed-in page.
    pub(crate) fn new(seat: Seat, room: &str) -> Self {
        Self { seat, room: room.to_owned() }
    }

    /// Presses a button of the ring: `accept`, `accept-voice`, `decline`, `ignore`, `silence`, `end-and-accept`.
    pub(crate) async fn ring(&self, act: &str) -> anyhow::Result<()> {
        self.press(&format!(".meet-ring[data-room='{}'] [data-act={act}]", self.room)).await
    }

    /// Presses a button of the call: `mute`, `camera`, `share`, `hold`, `hangup`, ...
    pub(crate) async fn act(&self, act: &str) -> anyhow::Result<()> {
        self.press(&format!(".meet-call[data-room='{}'] [data-act={act}]", self.room)).await
    }

    /// Presses a button of the preview: `call`, `cancel`, `camera`, `microphone`, `retry`.
    pub(crate) async fn preview(&self, act: &str) -> anyhow::Result<()> {
        self.press(&format!(".meet-preview [data-act={act}]")).await
    }

    /// Presses a button of the notice: `call-back`, `dismiss`, `allow`, `refuse`.
    pub(crate) async fn notice(&self, act: &str) -> anyhow::Result<()> {
        self.press(&format!(".meet-notice [data-act={act}]")).await
    }

    async fn press(&self, css: &str) -> anyhow::Result<()> {
        let pressed = self.seat.browser.page().click(css).await;
        self.explained(pressed).await
    }

    /// Waits until the call is in this phase.
    pub(crate) async fn is(&self, phase: &str) -> anyhow::Result<()> {
        self.shows(&format!(".meet-call[data-room='{}'][data-phase={phase}]", self.room)).await
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

    /// Waits until something is on the page.
    pub(crate) async fn shows(&self, css: &str) -> anyhow::Result<()> {
        let there = self.seat.browser.becomes::<bool>(&format!("!!document.querySelector({})", json!(css))).await;
        self.explained(there.map(drop)).await
    }

    /// Waits until nothing like it is on the page.
    pub(crate) async fn shows_no(&self, css: &str) -> anyhow::Result<()> {
        let gone = self.seat.browser.becomes::<bool>(&format!("!document.querySelector({})", json!(css))).await;
        self.explained(gone.map(drop)).await
    }

    /// How many there are on the page now.
    pub(crate) async fn count(&self, css: &str) -> anyhow::Result<u64> {
        self.seat.browser.run("return document.querySelectorAll(arguments[0]).length", vec![json!(css)]).await
    }

    /// How often something sounded so far: each note of a ring counts.
    pub(crate) async fn sounds(&self) -> anyhow::Result<u64> {
        self.seat.browser.run("return window.observer.sounds().length", Vec::new()).await
    }

    /// Waits until it rings to be heard.
    pub(crate) async fn is_heard_ringing(&self) -> anyhow::Result<()> {
        let before = self.sounds().await?;
        self.browser()
            .until("it rings to be heard", WAIT, async || Ok((self.sounds().await? > before).then_some(())))
            .await
    }

    /// Adds to a failure what the page shows of calls.
    async fn explained<T>(&self, result: anyhow::Result<T>) -> anyhow::Result<T> {
        let Err(error) = result else { return result };
        Err(error.context(media::report(&self.seat.browser).await))
    }

    fn panel(&self, more: &str) -> String {
        format!(".meet-call[data-room='{}']{more}", self.room)
    }
}

impl Party for Caller {
    fn browser(&self) -> &Browser {
        &self.seat.browser
    }

    fn name(&self) -> &'static str {
        "our page"
    }

    async fn call(&self, kind: Kind) -> anyhow::Result<()> {
        let pressed = self.seat.press(if kind.is_video() { "video" } else { "voice" }).await;
        self.explained(pressed).await.context("pressing the call button")
    }

    async fn call_at(&self, time: u64) -> anyhow::Result<i64> {
        let button = "button[data-kind=video][aria-disabled=false]";
        self.browser().becomes::<bool>(&format!("!!document.querySelector('{button}')")).await?;
        let script = "const [button, time] = arguments; const left = time - Date.now(); \
             if (left > 0) setTimeout(() => document.querySelector(button).click(), left); return left";
        self.browser().run(script, vec![button.into(), time.into()]).await
    }

    async fn is_calling(&self) -> anyhow::Result<()> {
        self.is("calling").await
    }

    async fn rings(&self) -> anyhow::Result<()> {
        self.shows(&format!(".meet-ring[data-room='{}']", self.room)).await
    }

    async fn accept(&self, kind: Kind) -> anyhow::Result<()> {
        let both = self.count(".meet-ring [data-act=accept-voice]").await? > 0;
        self.ring(if both && !kind.is_video() { "accept-voice" } else { "accept" }).await
    }

    async fn decline(&self) -> anyhow::Result<()> {
        self.ring("decline").await
    }

    async fn hang_up(&self) -> anyhow::Result<()> {
        self.act("hangup").await
    }

    async fn mute(&self, _muted: bool) -> anyhow::Result<()> {
        self.act("mute").await
    }

    async fn camera(&self, _on: bool) -> anyhow::Result<()> {
        self.act("camera").await
    }

    /// The same button holds and resumes; a call that another took the place of has one in its bar.
    async fn hold(&self, _held: bool) -> anyhow::Result<()> {
        let bar = format!(".meet-call-held[data-room='{}']", self.room);
        if self.count(&bar).await? > 0 {
            return self.press(&format!("{bar} [data-act=resume]")).await;
        }
        self.act("hold").await
    }

    async fn share(&self, _shared: bool) -> anyhow::Result<()> {
        self.act("share").await
    }

    async fn is_connected(&self) -> anyhow::Result<()> {
        self.is("connected").await
    }

    async fn shows_muted(&self, muted: bool) -> anyhow::Result<()> {
        if muted {
            self.shows(&self.panel("[data-peer-muted]")).await
        } else {
            self.shows_no(&self.panel("[data-peer-muted]")).await
        }
    }

    async fn shows_held(&self, held: bool) -> anyhow::Result<()> {
        if held {
            self.shows(&self.panel("[data-held]")).await
        } else {
            self.shows_no(&self.panel("[data-held]")).await
        }
    }

    async fn shows_screen(&self, shared: bool) -> anyhow::Result<()> {
        let screen = self.panel(" video[data-stream=remote-screen]");
        if shared { self.shows(&screen).await } else { self.shows_no(&screen).await }
    }

    async fn is_idle(&self) -> anyhow::Result<()> {
        self.shows_no(".meet-call, .meet-ring").await
    }
}
