//! matrix-js-sdk as the other side, in the page of `tests/js_sdk`: what most Matrix clients call with.

use std::sync::LazyLock;

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Value, json};
use xtask::bed::{Person, listener};
use xtask::serve::{Server, serve};
use xtask::setup::{self, Report};

use super::super::browser::{Browser, Launch, WAIT};
use super::OBSERVER;
use super::party::{Kind, Party};

/// Its script, bundled once for all tests.
static SCRIPT: LazyLock<String> = LazyLock::new(|| {
    let path = setup::js_sdk(Report::OnlyWork).expect("matrix-js-sdk is bundled");
    std::fs::read_to_string(path).expect("the bundle is there")
});

/// Somebody in a browser with matrix-js-sdk.
pub(crate) struct Stranger {
    browser: Browser,
    room: String,
    other: String,
    _server: Server,
}

/// What the SDK says of a call.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct State {
    /// `ringing`, `connected`, `ended`, ...
    pub(crate) state: String,
    /// The other side's streams.
    pub(crate) remote_feeds: Vec<Feed>,
    /// Held by the other side.
    pub(crate) they_hold_it: bool,
}

/// A stream of the other side.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Feed {
    /// `m.usermedia` or `m.screenshare`.
    pub(crate) purpose: String,
    /// By their own word.
    pub(crate) audio_muted: bool,
}

impl Stranger {
    /// Signs in with the person's own session. `options` are the SDK's: `forceTURN`, `iceCandidatePoolSize`.
    pub(crate) async fn start(
        launch: Launch,
        person: &Person,
        other: &Person,
        room: &str,
        options: Value,
    ) -> anyhow::Result<Self> {
        let script = |body: &'static str| get(async move || ([("content-type", "text/javascript")], body));
        let page = Html(include_str!("../../js_sdk/page/peer.html"));
        let router = Router::new()
            .route("/", get(async move || page))
            .route("/observer.js", script(OBSERVER))
            .route("/peer.js", script(SCRIPT.as_str()));
        let server = serve(router, listener().await?, None).await?;
        let browser = Browser::start(launch).await?;
        browser.open(&server.origin()).await?;
        let stranger = Self { browser, room: room.to_owned(), other: other.user_id.clone(), _server: server };
        stranger.browser.becomes::<bool>("!!window.peer").await?;
        stranger
            .ask(
                "signIn",
                vec![
                    json!(person.homeserver),
                    json!(person.user_id),
                    json!(person.access_token),
                    json!(person.device_id),
                    options,
                ],
            )
            .await?;
        Ok(stranger)
    }

    /// Calls a function of `window.peer`.
    pub(crate) async fn ask(&self, function: &str, arguments: Vec<Value>) -> anyhow::Result<Value> {
        let script = "const [name, given] = arguments; \
             return Promise.resolve(window.peer[name](...given)).then(value => value ?? null)";
        self.browser.run(script, vec![json!(function), json!(arguments)]).await
    }

    /// Waits until the SDK says so of its call.
    pub(crate) async fn says(&self, what: &str, holds: impl Fn(&State) -> bool) -> anyhow::Result<State> {
        let mut last: Option<State> = None;
        let said = self
            .browser
            .until(&format!("matrix-js-sdk says that {what}"), WAIT, async || {
                last = self.browser.run("return window.peer.state()", Vec::new()).await?;
                Ok(last.clone().filter(|state| holds(state)))
            })
            .await;
        match said {
            Ok(state) => Ok(state),
            Err(error) => Err(error.context(format!("it says: {}", self.ask("states", Vec::new()).await?))),
        }
    }

    /// Calls at this time as clients do that do not say whom: then the SDK does not notice a call from the other side.
    pub(crate) async fn call_without_invitee_at(&self, time: u64) -> anyhow::Result<i64> {
        self.place_at(time, json!({})).await
    }

    async fn place_at(&self, time: u64, options: Value) -> anyhow::Result<i64> {
        let script = "const [time, given] = arguments; const left = time - Date.now(); \
             if (left > 0) setTimeout(() => window.peer.place(...given), left); return left";
        let given = json!([self.room, true, options]);
        self.browser.run(script, vec![time.into(), given]).await
    }

    async fn in_state(&self, wanted: &str) -> anyhow::Result<()> {
        self.says(&format!("a call is {wanted}"), |state| state.state == wanted).await.map(drop)
    }
}

impl Party for Stranger {
    fn browser(&self) -> &Browser {
        &self.browser
    }

    fn name(&self) -> &'static str {
        "matrix-js-sdk"
    }

    async fn call(&self, kind: Kind) -> anyhow::Result<()> {
        let invitee = json!({ "invitee": self.other });
        self.ask("place", vec![json!(self.room), json!(kind.is_video()), invitee]).await.map(drop)
    }

    async fn call_at(&self, time: u64) -> anyhow::Result<i64> {
        self.place_at(time, json!({ "invitee": self.other })).await
    }

    async fn is_calling(&self) -> anyhow::Result<()> {
        self.in_state("invite_sent").await
    }

    async fn rings(&self) -> anyhow::Result<()> {
        self.in_state("ringing").await
    }

    async fn accept(&self, kind: Kind) -> anyhow::Result<()> {
        self.ask("accept", vec![json!(kind.is_video())]).await.map(drop)
    }

    async fn decline(&self) -> anyhow::Result<()> {
        self.ask("reject", Vec::new()).await.map(drop)
    }

    async fn hang_up(&self) -> anyhow::Result<()> {
        self.ask("hangup", Vec::new()).await.map(drop)
    }

    async fn mute(&self, muted: bool) -> anyhow::Result<()> {
        self.ask("muteMic", vec![json!(muted)]).await.map(drop)
    }

    async fn camera(&self, on: bool) -> anyhow::Result<()> {
        self.ask("muteCamera", vec![json!(!on)]).await.map(drop)
    }

    async fn hold(&self, held: bool) -> anyhow::Result<()> {
        self.ask("hold", vec![json!(held)]).await.map(drop)
    }

    async fn share(&self, shared: bool) -> anyhow::Result<()> {
        self.ask("screenShare", vec![json!(shared)]).await.map(drop)
    }

    async fn is_connected(&self) -> anyhow::Result<()> {
        self.in_state("connected").await
    }

    async fn shows_muted(&self, muted: bool) -> anyhow::Result<()> {
        let is = |feed: &Feed| feed.purpose == "m.usermedia" && feed.audio_muted == muted;
        self.says("the other's mute is seen", |state| state.remote_feeds.iter().any(is)).await.map(drop)
    }

    async fn shows_held(&self, held: bool) -> anyhow::Result<()> {
        self.says("the other's hold is seen", |state| state.they_hold_it == held).await.map(drop)
    }

    async fn shows_screen(&self, shared: bool) -> anyhow::Result<()> {
        let is = |feed: &Feed| feed.purpose == "m.screenshare";
        self.says("the other's screen is seen", |state| state.remote_feeds.iter().any(is) == shared).await.map(drop)
    }

    async fn is_idle(&self) -> anyhow::Result<()> {
        self.browser.becomes("window.peer.states().every(call => call.state === 'ended')").await.map(|_: bool| ())
    }
}
