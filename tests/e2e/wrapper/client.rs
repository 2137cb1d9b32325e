//! The wrapper page in a client that is built on the real matrix-widget-api, as most web clients are (`tests/widget_api`).

use std::sync::LazyLock;

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use serde_json::{Map, Value, json};
use xtask::bed::{Person, listener};
use xtask::meet_stand_in::{MeetStandIn, Options, Snapshot};
use xtask::serve::{PageServer, Server, serve};
use xtask::setup::{self, Report};

use super::super::browser::{Browser, Frame, Launch, WAIT, until};
use super::super::calls::OBSERVER;
use super::super::scene;

/// The bundled library, made once for all tests.
pub(crate) static LIBRARY: LazyLock<String> = LazyLock::new(|| {
    let path = setup::widget_api(Report::OnlyWork).expect("matrix-widget-api is bundled");
    std::fs::read_to_string(path).expect("the bundle is there")
});

/// The page's own words.
static WORDS: LazyLock<Map<String, Value>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../assets/locales/wrapper.en.json")).expect("the locale file is JSON")
});

/// The conference's name on the server.
pub(crate) const CONFERENCE: &str = "JitsiGardenClub";
/// The widget's id, which is its state key.
pub(super) const WIDGET_ID: &str = "gardenclubgardenclubgard";
/// From the client's page to the wrapper.
pub(crate) const WRAPPER: &[&str] = &["#widget"];
/// And on to the check of the devices.
const CHECK: &[&str] = &["#widget", "#check iframe"];
/// Or to Meet.
pub(super) const MEET: &[&str] = &["#widget", "#meeting iframe"];

/// As the client that most people have writes it into the event (`chat-web.md` 3.3).
const TEMPLATE: &str = "conferenceDomain=$domain&conferenceId=$conferenceId&isAudioOnly=$isAudioOnly\
     &startWithAudioMuted=$startWithAudioMuted&startWithVideoMuted=$startWithVideoMuted\
     &isVideoChannel=$isVideoChannel&displayName=$matrix_display_name&avatarUrl=$matrix_avatar_url\
     &userId=$matrix_user_id&roomId=$matrix_room_id&theme=$theme&roomName=$roomName&supportsScreensharing=true\
     &language=$org.matrix.msc2873.client_language";

/// How a client is set up.
pub(super) struct Setting {
    /// The Meet server.
    pub(super) meet: Options,
    /// The server that the widget names; the stand-in's when absent, by the first name in its certificate if it has one.
    pub(super) domain: Option<String>,
    /// More of the widget's `data`.
    pub(super) data: Value,
    /// More of the widget's event.
    pub(super) event: Value,
    /// Options of `client.host` in `tests/widget_api/page/client.js`.
    pub(super) host: Value,
    /// The room, and the conference's name if it is not [`CONFERENCE`].
    pub(super) room: (String, String),
    /// The site's `config.json`, from the Meet server's name.
    pub(super) config: fn(&str) -> Value,
    /// Whether the browser takes the Meet server's certificate.
    pub(super) trusted: bool,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            meet: Options::default(),
            domain: None,
            data: json!({ "roomName": "Garden club" }),
            event: json!({}),
            host: json!({}),
            room: ("!garden:example.org".to_owned(), CONFERENCE.to_owned()),
            config: |_| json!({}),
            trusted: true,
        }
    }
}

/// A person at such a client, with the wrapper open.
pub(super) struct Client {
    pub(super) browser: Browser,
    pub(super) meet: MeetStandIn,
    /// The Meet server's name, as the widget has it.
    pub(super) domain: String,
    conference: String,
    pub(super) pages: PageServer,
    origin: String,
    _server: Server,
}

impl Client {
    pub(super) async fn start() -> anyhow::Result<Self> {
        Self::with(Setting::default()).await
    }

    pub(super) async fn with(setting: Setting) -> anyhow::Result<Self> {
        let name = setting.meet.tls.as_ref().and_then(|names| names.first()).cloned();
        let meet = MeetStandIn::start(listener().await?, setting.meet).await?;
        let host = name.as_deref().unwrap_or("127.0.0.1");
        let domain = setting.domain.unwrap_or_else(|| format!("{host}:{}", meet.addr().port()));
        let pages = PageServer::start(listener().await?, &scene::dist(), &(setting.config)(&domain)).await?;
        let server = serve_client().await?;
        let launch = name.iter().fold(Launch::default(), |launch, name| launch.name(name));
        let launch = if setting.trusted { launch } else { launch.distrustful() };
        let browser = Browser::start(launch).await?;
        browser.before_every_page(OBSERVER).await?;
        browser.open(&server.origin()).await?;

        let (room, conference) = setting.room;
        let mut event = widget(&pages.origin(), &domain, &conference, setting.data);
        overlay(&mut event, setting.event);
        let person = person(&room);
        let client = Self { browser, meet, domain, conference, pages, origin: server.origin(), _server: server };
        client.browser.becomes::<bool>("!!window.client").await?;
        client
            .browser
            .run::<Value>("client.host(...arguments); return null", vec![event, person, setting.host])
            .await?;
        Ok(client)
    }

    /// The client's own origin.
    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    /// The wrapper's frame.
    pub(super) fn wrapper(&self) -> Frame<'_> {
        self.browser.within(WRAPPER)
    }

    /// Meet's frame in it.
    pub(super) fn meeting(&self) -> Frame<'_> {
        self.browser.within(MEET)
    }

    /// The check of the devices in it.
    pub(super) fn check(&self) -> Frame<'_> {
        self.browser.within(CHECK)
    }

    /// Has the devices checked, and waits until they can be seen. With a real press: without one a page hears nothing.
    pub(super) async fn checks_devices(&self) -> anyhow::Result<()> {
        self.reads("devices.look", &[]).await?;
        self.wrapper().click("#look").await?;
        self.check().becomes::<bool>("document.getElementById('mirror')?.videoWidth > 0").await.map(drop)
    }

    /// Sends an action to the widget and gives its answer.
    pub(super) async fn send(&self, action: &str, data: Value) -> anyhow::Result<Value> {
        self.browser.run("return client.send(...arguments)", vec![json!(action), data]).await
    }

    /// Answers the question for an OpenID token, the open one or the next one.
    pub(super) async fn answer_open_id(&self, state: &str, token: Option<&Value>) -> anyhow::Result<()> {
        let update = json!({ "state": state, "token": token });
        self.browser.run::<Value>("client.answerOpenId(arguments[0]); return null", vec![update]).await.map(drop)
    }

    /// Waits until the widget has said this so often, and returns what it said with it last.
    pub(super) async fn hears(&self, action: &str, times: usize) -> anyhow::Result<Value> {
        let script = "return client.heard.filter(([action]) => action === arguments[0]).map(([, data]) => data)";
        until(&format!("{action} was heard {times} times"), WAIT, async || {
            let mut all: Vec<Value> = self.browser.run(script, vec![json!(action)]).await?;
            Ok(if all.len() >= times { all.pop() } else { None })
        })
        .await
    }

    /// Waits until the widget has said that the devices are like this.
    pub(super) async fn hears_devices(&self, audio: bool, video: bool) -> anyhow::Result<()> {
        let wanted = json!({ "audio_enabled": audio, "video_enabled": video });
        until(&format!("devices {wanted}"), WAIT, async || {
            Ok((self.hears("io.element.device_mute", 1).await? == wanted).then_some(()))
        })
        .await
    }

    /// Waits until the widget may go off screen again.
    pub(super) async fn hears_off_screen(&self) -> anyhow::Result<()> {
        until("the widget may go off screen", WAIT, async || {
            let said = self.hears("set_always_on_screen", 1).await?;
            Ok((said == json!({ "value": false })).then_some(()))
        })
        .await
    }

    /// What of these the widget has said, in order.
    pub(super) async fn heard(&self, wanted: &[&str]) -> anyhow::Result<Vec<Value>> {
        let script = "return client.heard.filter(([action]) => arguments[0].includes(action))";
        self.browser.run(script, vec![json!(wanted)]).await
    }

    /// Forgets what the widget has said.
    pub(super) async fn forget(&self) -> anyhow::Result<()> {
        self.browser
            .run::<Value>("client.heard.length = client.posted.length = 0; return null", Vec::new())
            .await
            .map(drop)
    }

    /// Waits for the page's words of this key, with the server's name and what else is given.
    pub(super) async fn reads(&self, key: &str, values: &[(&str, &str)]) -> anyhow::Result<()> {
        scene::sees(self.wrapper(), &self.words(key, values)).await
    }

    /// The page's words of this key.
    pub(super) fn words(&self, key: &str, values: &[(&str, &str)]) -> String {
        let text = WORDS.get(key).and_then(Value::as_str).unwrap_or_else(|| panic!("there is no text {key}"));
        let text = text.replace("{domain}", &self.domain);
        values.iter().fold(text, |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }

    /// Presses the button of the card that says this. Two presses in half a second count as one.
    pub(super) async fn press(&self, key: &str) -> anyhow::Result<()> {
        let script = "const found = [...document.querySelectorAll('button')] \
             .find(button => button.textContent.trim() === arguments[0] && button.checkVisibility()); \
             return found ? new Promise(done => setTimeout(() => { found.click(); done(true) }, 550)) : null";
        let words = self.words(key, &[]);
        until(&format!("there is a button {words:?}"), WAIT, async || {
            self.wrapper().run::<Option<bool>>(script, vec![json!(words)]).await
        })
        .await
        .map(drop)
    }

    /// Waits until Meet has let the person in.
    pub(super) async fn is_in(&self) -> anyhow::Result<()> {
        self.meeting().becomes::<bool>("window.standIn?.joined()").await?;
        self.stage_is("meeting").await
    }

    /// Presses the card's button and waits until the person is in.
    pub(super) async fn join(&self, key: &str) -> anyhow::Result<()> {
        self.press(key).await?;
        self.is_in().await
    }

    /// Waits until the page has this layout.
    pub(super) async fn stage_is(&self, stage: &str) -> anyhow::Result<()> {
        let is = format!("document.getElementById('page').dataset.stage === '{stage}'");
        self.wrapper().becomes::<bool>(&is).await.map(drop)
    }

    /// Waits until no frame of Meet is left, nobody is in a room there, and no device is open in what remains.
    pub(super) async fn has_left_nothing_open(&self) -> anyhow::Result<()> {
        self.wrapper().becomes::<bool>("document.querySelectorAll('iframe').length === 0").await?;
        // A page that is gone took its tracks along; that it is gone shows where it was connected to.
        until("nobody is in a room", WAIT, async || Ok(self.meet.rooms().rooms.is_empty().then_some(()))).await?;
        for frame in [self.browser.page(), self.wrapper()] {
            frame.becomes::<bool>("window.observer.live().length === 0").await?;
        }
        Ok(())
    }

    /// The conference as the server knows it.
    pub(super) fn room(&self) -> &str {
        &self.conference
    }

    /// What the server has seen.
    pub(super) fn seen(&self) -> Snapshot {
        self.meet.rooms()
    }
}

/// A token as the homeserver gives it to its user.
pub(super) async fn open_id_token(person: &Person) -> anyhow::Result<Value> {
    let user = xtask::bed::percent_encode(&person.user_id);
    let path = format!("client/v3/user/{user}/openid/request_token");
    person.request(reqwest::Method::POST, &path, Some(&json!({}))).await
}

/// The widget's event for a wrapper that lies there. `more` is what else its `data` has.
pub(crate) fn widget(pages: &str, domain: &str, conference: &str, more: Value) -> Value {
    let auth = if more["auth"].is_null() { "" } else { "&auth=openidtoken-jwt" };
    let url = format!("{pages}/jitsi.html?confId={conference}#{TEMPLATE}{auth}");
    let mut data = json!({
        "domain": domain, "conferenceId": conference, "isAudioOnly": false, "isVideoChannel": false, "theme": "light",
    });
    overlay(&mut data, more);
    json!({
        "id": WIDGET_ID, "type": "jitsi", "name": "Jitsi", "creatorUserId": "@ann:example.org", "url": url, "data": data,
    })
}

/// Who looks at the widget, and in which room.
pub(crate) fn person(room: &str) -> Value {
    json!({
        "widgetRoomId": room, "currentUserId": "@ann:example.org", "userDisplayName": "Ann <b>",
        "clientLanguage": "en", "clientTheme": "light",
    })
}

fn overlay(onto: &mut Value, more: Value) {
    if let (Some(onto), Value::Object(more)) = (onto.as_object_mut(), more) {
        onto.extend(more);
    }
}

/// Serves the client's page.
pub(crate) async fn serve_client() -> anyhow::Result<Server> {
    let page = Html(include_str!("../../widget_api/page/client.html"));
    let script = get(async || ([("content-type", "text/javascript")], LIBRARY.as_str()));
    let router = Router::new().route("/", get(async move || page)).route("/widget-api.js", script);
    serve(router, listener().await?, None).await
}
