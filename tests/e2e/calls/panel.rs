//! Our buttons, rings and panels as a person uses them: by what they show and by presses. On our page they lie in the document, in a chat
//! with the package in the shadows of its elements; they are the same in both.

use anyhow::Context as _;
use serde_json::json;

use super::super::browser::{Browser, WAIT};
use super::media;
use super::party::{Kind, Party};

/// A function of the page: what the document and the shadows of the package's elements have of a selector.
const ALL: &str = "(css => [document, ...[...document.querySelectorAll('*')] \
       .filter(one => one.localName.startsWith('meet-call-')).map(one => one.shadowRoot)] \
     .flatMap(root => root ? [...root.querySelectorAll(css)] : []))";

/// A page with our panels, in a browser.
pub(crate) trait Place {
    /// Its name, for words of failure.
    const NAME: &'static str;

    /// The browser, with an observer in the page.
    fn browser(&self) -> &Browser;
}

/// Somebody at such a page who looks at a room.
pub(crate) struct AtPanel<P> {
    /// Where they sit.
    pub(crate) seat: P,
    room: String,
}

impl<P: Place> AtPanel<P> {
    /// At a signed-in page.
    pub(crate) fn new(seat: P, room: &str) -> Self {
        Self { seat, room: room.to_owned() }
    }

    /// Presses a button of the ring: `accept`, `accept-voice`, `decline`, `ignore`, `silence`, `end-and-accept`.
    pub(crate) async fn ring(&self, act: &str) -> anyhow::Result<()> {
        self.press(&format!(".meet-ring[data-room='{}'] [data-act={act}]", self.room)).await
    }

    /// Presses a button of the call: `mute`, `camera`, `share`, `hold`, `hangup`, ...
    pub(crate) async fn act(&self, act: &str) -> anyhow::Result<()> {
        self.press(&self.panel(&format!(" [data-act={act}]"))).await
    }

    /// Waits until the call is in this phase.
    pub(crate) async fn is(&self, phase: &str) -> anyhow::Result<()> {
        self.shows(&self.panel(&format!("[data-phase={phase}]"))).await
    }

    /// Waits until something is there and in nobody's way, and clicks it.
    pub(crate) async fn press(&self, css: &str) -> anyhow::Result<()> {
        let script = format!("return {ALL}(arguments[0])[0] ?? null");
        let pressed = self.seat.browser().page().click_found(css, &script, &[json!(css)]).await;
        self.explained(pressed).await
    }

    /// Waits until something is there.
    pub(crate) async fn shows(&self, css: &str) -> anyhow::Result<()> {
        self.shows_if(true, css).await
    }

    /// Waits until nothing like it is there.
    pub(crate) async fn shows_no(&self, css: &str) -> anyhow::Result<()> {
        self.shows_if(false, css).await
    }

    async fn shows_if(&self, wanted: bool, css: &str) -> anyhow::Result<()> {
        let what = format!("{css} {}", if wanted { "is there" } else { "is not there" });
        let question = async || Ok(((self.count(css).await? > 0) == wanted).then_some(()));
        let seen = self.seat.browser().until(&what, WAIT, question).await;
        self.explained(seen).await
    }

    /// How many there are now.
    pub(crate) async fn count(&self, css: &str) -> anyhow::Result<u64> {
        self.seat.browser().run(&format!("return {ALL}(arguments[0]).length"), vec![json!(css)]).await
    }

    /// Adds to a failure what the page shows of calls.
    async fn explained<T>(&self, result: anyhow::Result<T>) -> anyhow::Result<T> {
        let Err(error) = result else { return result };
        Err(error.context(media::report(self.seat.browser()).await))
    }

    fn panel(&self, more: &str) -> String {
        format!(".meet-call[data-room='{}']{more}", self.room)
    }
}

impl<P: Place> Party for AtPanel<P> {
    fn browser(&self) -> &Browser {
        self.seat.browser()
    }

    fn name(&self) -> &'static str {
        P::NAME
    }

    async fn call(&self, kind: Kind) -> anyhow::Result<()> {
        let kind = if kind.is_video() { "video" } else { "voice" };
        let button = format!("button[data-kind={kind}][aria-disabled=false]");
        self.press(&button).await.context("pressing the call button")
    }

    async fn call_at(&self, time: u64) -> anyhow::Result<i64> {
        let button = "button[data-kind=video][aria-disabled=false]";
        self.shows(button).await?;
        let script = format!(
            "const [button, time] = arguments; const left = time - Date.now(); \
             if (left > 0) setTimeout(() => {ALL}(button)[0].click(), left); return left"
        );
        self.browser().run(&script, vec![button.into(), time.into()]).await
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
        self.shows_if(muted, &self.panel("[data-peer-muted]")).await
    }

    async fn shows_held(&self, held: bool) -> anyhow::Result<()> {
        self.shows_if(held, &self.panel("[data-held]")).await
    }

    async fn shows_screen(&self, shared: bool) -> anyhow::Result<()> {
        self.shows_if(shared, &self.panel(" video[data-stream=remote-screen]")).await
    }

    async fn is_idle(&self) -> anyhow::Result<()> {
        self.shows_no(".meet-call, .meet-ring").await
    }
}
