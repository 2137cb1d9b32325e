//! A whole world for one test: a homeserver with people in a room, a Meet stand-in, and one served chat page per person. All
//! of it is real but for Meet, and all of it ends with the value.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::Context as _;
use serde_json::{Map, Value, json};
use thirtyfour::By;
use xtask::bed::{Person, RoomSpec, Synapse, SynapseSettings, listener};
use xtask::meet_stand_in::{MeetStandIn, Options, TokenCheck};
use xtask::serve::PageServer;
use xtask::setup;

use super::browser::{Browser, Frame, Launch, WAIT, until};

/// The widgets' event type.
pub(crate) const WIDGETS: &str = "im.vector.modular.widgets";
/// The wrapper's frame, and Meet's in it.
pub(crate) const WRAPPER: &str = "#meet-in-chat-frames iframe";
/// From the chat page down to Meet.
pub(crate) const TO_MEET: [&str; 2] = [WRAPPER, "iframe"];
/// What a browser says in red of a Meet server that stands behind a stock nginx, as ours does: it is asked whether it wants a sign-in by
/// whoever begins a conference on it or checks it, and its 404 may not be read.
const STOCK_MEET: &str = "/.well-known/element/jitsi";
/// The same of account data that nobody has written yet, which is read from the homeserver before it is written: a 404.
const UNKEPT: &str = "/account_data/";
/// The same of the users' server name, which leads nowhere: every page asks there for the homeserver's choice of a Meet server.
const NO_WELL_KNOWN: &str = "//localhost/.well-known/matrix/client";
/// What people sign in with.
pub(crate) const PASSWORD: &str = "three people walk into a room";

/// A world.
pub(crate) struct Scene {
    /// The homeserver; gone between [`Self::stop_homeserver`] and [`Self::restart_homeserver`].
    synapse: Option<Synapse>,
    settings: SynapseSettings,
    homeserver: String,
    /// The Meet server.
    pub(crate) meet: MeetStandIn,
    /// Its domain as configured for every page.
    pub(crate) domain: String,
    directory: PathBuf,
}

impl Drop for Scene {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

impl Scene {
    /// A healthy Meet server over plain http on loopback.
    pub(crate) async fn start() -> anyhow::Result<Self> {
        Self::with_meet(Options::default()).await
    }

    /// A world with this Meet server. With TLS its domain is the first of its names.
    pub(crate) async fn with_meet(options: Options) -> anyhow::Result<Self> {
        Self::with(options, |_| Ok(SynapseSettings::default())).await
    }

    /// A world with this homeserver.
    pub(crate) async fn with_homeserver(settings: SynapseSettings) -> anyhow::Result<Self> {
        Self::with(Options::default(), |_| Ok(settings)).await
    }

    /// A world whose homeserver names the Meet server in its client well-known. The users' ids name the homeserver's own address, so
    /// that a browser finds the document.
    pub(crate) async fn with_well_known() -> anyhow::Result<Self> {
        Self::with_well_known_and(Map::new()).await
    }

    /// The same, with more in that document.
    pub(crate) async fn with_well_known_and(mut more: Map<String, Value>) -> anyhow::Result<Self> {
        Self::with(Options::default(), |domain| {
            let port = xtask::bed::free_port()?;
            more.insert("io.element.jitsi".to_owned(), json!({ "preferredDomain": domain }));
            Ok(SynapseSettings {
                server_name: format!("127.0.0.1:{port}"),
                port: Some(port),
                well_known: more,
                ..SynapseSettings::default()
            })
        })
        .await
    }

    async fn with(
        options: Options,
        homeserver: impl FnOnce(&str) -> anyhow::Result<SynapseSettings>,
    ) -> anyhow::Result<Self> {
        let directory = new_directory();
        let tools = setup::bed_tools(setup::Report::OnlyWork)?;
        let host = options.tls.as_ref().and_then(|names| names.first()).cloned();
        let meet = MeetStandIn::start(listener().await?, options).await?;
        let domain = format!("{}:{}", host.as_deref().unwrap_or("127.0.0.1"), meet.addr().port());
        let mut settings = homeserver(&domain)?;
        let synapse = Synapse::start(&tools.synapse_python, &directory.join("synapse"), &settings).await?;
        settings.port = Some(synapse.port());
        let homeserver = synapse.url();
        Ok(Self { synapse: Some(synapse), settings, homeserver, meet, domain, directory })
    }

    /// The homeserver's address, without a slash at the end.
    pub(crate) fn homeserver(&self) -> &str {
        &self.homeserver
    }

    /// Lets in at the Meet server only who proves to this homeserver who they are.
    pub(crate) fn check_tokens(&self) {
        self.meet.check_tokens(TokenCheck { domain: self.domain.clone(), homeserver: self.homeserver.clone() });
    }

    /// Whose OpenID token this is, as any server may ask.
    pub(crate) async fn openid_user(&self, token: &str) -> anyhow::Result<String> {
        let url = format!("{}/_matrix/federation/v1/openid/userinfo?access_token={token}", self.homeserver);
        let answer: Value = reqwest::get(url).await?.error_for_status()?.json().await?;
        Ok(answer["sub"].as_str().unwrap_or_default().to_owned())
    }

    /// Stops the homeserver; what is sent now gets no answer.
    pub(crate) async fn stop_homeserver(&mut self) {
        if let Some(synapse) = self.synapse.take() {
            synapse.stop().await;
        }
    }

    /// Starts it again with its data, at the same address.
    pub(crate) async fn restart_homeserver(&mut self) -> anyhow::Result<()> {
        let tools = setup::bed_tools(setup::Report::OnlyWork)?;
        let synapse = Synapse::start(&tools.synapse_python, &self.directory.join("synapse"), &self.settings).await?;
        self.synapse = Some(synapse);
        Ok(())
    }

    /// A new account with a display name.
    pub(crate) async fn person(&self, name: &str) -> anyhow::Result<Person> {
        let person = Person::register(&self.homeserver, &name.to_lowercase(), PASSWORD).await?;
        person.set_display_name(name).await?;
        Ok(person)
    }

    /// Alice, Bob and Carol in a room where only Alice, who made it, may start conferences.
    pub(crate) async fn three(&self) -> anyhow::Result<([Person; 3], String)> {
        let [alice, bob, carol] = [self.person("Alice").await?, self.person("Bob").await?, self.person("Carol").await?];
        let room = alice.create_room_with(RoomSpec::named("Garden club"), &[&bob, &carol]).await?;
        Ok(([alice, bob, carol], room))
    }

    /// The configuration of the pages, with `jitsi.preferred_domain` as given.
    pub(crate) fn config(&self, domain: &str) -> Value {
        json!({
            "default_server_config": { "m.homeserver": { "base_url": self.homeserver, "server_name": "localhost" } },
            "jitsi": { "preferred_domain": domain },
            "meet_in_chat": { "demo_sign_in_links": true },
        })
    }

    /// The built pages on an origin of their own, set up for this world's Meet server.
    pub(crate) async fn pages(&self) -> anyhow::Result<PageServer> {
        self.pages_with(&self.config(&self.domain)).await
    }

    /// The same with another configuration.
    pub(crate) async fn pages_with(&self, config: &Value) -> anyhow::Result<PageServer> {
        PageServer::start(listener().await?, &dist(), config).await
    }

    /// A browser that knows the Meet server's name.
    pub(crate) fn launch(&self) -> Launch {
        match self.domain.split_once(':') {
            Some((host, _)) if host != "127.0.0.1" => Launch::default().name(host),
            _ => Launch::default(),
        }
    }

    /// What every case ends with: waits until nobody is in a conference any more and nothing of one is left, and sees that nothing went
    /// wrong unnoticed.
    ///
    /// | of | it is so that | known from |
    /// |---|---|---|
    /// | frames | no page has one | the chat page |
    /// | peers | everybody went, and each page in a frame that ever spoke to the Meet server is gone | the Meet server's sockets |
    /// | tracks of who hung up | each has ended, by the page's own doing and before it told that it goes | the page's last words |
    /// | tracks of whose frame was taken away | microphone and camera are closed, whichever page or frame had them | the browser itself, from outside ([`Browser::records_nothing`]) |
    /// | the console | nothing was said in red | the browser's log |
    pub(crate) async fn nothing_is_left(&self, seats: &[&Seat]) -> anyhow::Result<()> {
        self.nothing_is_left_but(seats, &[]).await
    }

    /// The same, where requests to these addresses (parts of them) failed: what the case provokes.
    pub(crate) async fn nothing_is_left_but(&self, seats: &[&Seat], failed: &[&str]) -> anyhow::Result<()> {
        for seat in seats {
            seat.has_no_frame().await?;
        }
        nobody_is_at(&self.meet).await?;
        for seat in seats {
            seat.browser.records_nothing().await?;
            seat.said_nothing_in_red_but(failed).await?;
        }
        Ok(())
    }

    /// What a case ends with in which these are still in a conference: they leave, and nothing is left.
    pub(crate) async fn is_left_by(&self, seats: &[&Seat]) -> anyhow::Result<()> {
        for seat in seats {
            seat.press_words("Leave").await?;
        }
        self.nothing_is_left(seats).await
    }

    /// A browser in which `person` is signed in and looks at `room`.
    pub(crate) async fn seat(&self, person: &Person, room: &str) -> anyhow::Result<Seat> {
        self.seat_at(person, room, self.pages().await?).await
    }

    /// The same at pages of one's own.
    pub(crate) async fn seat_at(&self, person: &Person, room: &str, pages: PageServer) -> anyhow::Result<Seat> {
        let browser = Browser::start(self.launch()).await?;
        browser.open(&format!("{}/#loginToken={}", pages.origin(), person.login_token().await?)).await?;
        let seat = Seat { browser, pages };
        seat.open_room(room).await?;
        Ok(seat)
    }
}

/// A directory that no other test has; it is made by whoever writes there first.
pub(crate) fn new_directory() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("scene-{}-{number}", std::process::id()))
}

/// The built pages: `MEET_IN_CHAT_DIST`, which `cargo xtask test` sets, or `dist/`.
pub(crate) fn dist() -> PathBuf {
    std::env::var_os("MEET_IN_CHAT_DIST")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../dist"), PathBuf::from)
}

/// One person at a browser.
pub(crate) struct Seat {
    /// The browser; it ends before its pages do.
    pub(crate) browser: Browser,
    /// The pages it looks at.
    pub(crate) pages: PageServer,
}

impl Seat {
    /// Opens a room by pressing its row.
    pub(crate) async fn open_room(&self, room: &str) -> anyhow::Result<()> {
        self.browser.page().click(&format!("a[data-room='{room}']")).await
    }

    /// Types into a field what it is to hold.
    pub(crate) async fn fill(&self, css: &str, text: &str) -> anyhow::Result<()> {
        self.browser.page().shown(css).await?;
        self.browser.driver.find(By::Css(css)).await?.clear().await?;
        self.browser.page().type_into(css, text).await
    }

    /// Chooses what has this value in a list to choose from; waits until it is there.
    pub(crate) async fn chooses(&self, css: &str, value: &str) -> anyhow::Result<()> {
        let option = format!("{css} option[value={}]", json!(value));
        self.browser.becomes::<bool>(&format!("!!document.querySelector({})", json!(option))).await?;
        let script = "const [list, value] = [document.querySelector(arguments[0]), arguments[1]]; \
             list.value = value; list.dispatchEvent(new Event('change', { bubbles: true })); return null";
        self.browser.run::<Value>(script, vec![json!(css), json!(value)]).await.map(drop)
    }

    /// Signs in with a password, at a page where nobody is.
    pub(crate) async fn sign_in(&self, user: &str, password: &str) -> anyhow::Result<()> {
        self.fill("input[autocomplete=username]", user).await?;
        self.fill("input[autocomplete=current-password]", password).await?;
        self.browser.page().click("form button[type=submit]").await
    }

    /// The wrapper's frame.
    pub(crate) fn wrapper(&self) -> Frame<'_> {
        self.browser.within(&[WRAPPER])
    }

    /// Meet's frame in it.
    pub(crate) fn meet(&self) -> Frame<'_> {
        self.browser.within(&TO_MEET)
    }

    /// Presses a call button: `voice` or `video`. Waits until it does something.
    pub(crate) async fn press(&self, kind: &str) -> anyhow::Result<()> {
        self.browser.page().click(&format!("button[data-kind={kind}][aria-disabled=false]")).await
    }

    /// Presses the button of the page that says this.
    pub(crate) async fn press_words(&self, words: &str) -> anyhow::Result<()> {
        let script = "const [words] = arguments; \
             const found = [...document.querySelectorAll('button')] \
               .find(button => button.textContent.trim() === words && button.offsetParent); \
             found?.click(); return found ? true : null;";
        self.browser
            .until(&format!("there is a button {words:?}"), WAIT, async || {
                self.browser.run::<Option<bool>>(script, vec![words.into()]).await
            })
            .await
            .map(|_| ())
    }

    /// Waits until the visible text of the page has these words.
    pub(crate) async fn sees(&self, words: &str) -> anyhow::Result<()> {
        sees(self.browser.page(), words).await
    }

    /// Goes into a conference by a press on a call button: `voice` or `video`.
    pub(crate) async fn enters(&self, kind: &str) -> anyhow::Result<()> {
        self.press(kind).await?;
        self.is_in().await
    }

    /// Leaves it by the button of the page.
    pub(crate) async fn leaves(&self) -> anyhow::Result<()> {
        self.press_words("Leave").await?;
        self.has_no_frame().await
    }

    /// Waits until Meet has joined in the innermost frame.
    pub(crate) async fn is_in(&self) -> anyhow::Result<()> {
        self.meet().becomes("window.standIn?.joined()").await.map(|_: bool| ()).context("joining Meet")
    }

    /// Waits until frames of `others` other people are decoded here, and returns the counts.
    pub(crate) async fn decodes_from(&self, others: usize) -> anyhow::Result<Vec<u64>> {
        let script = "return window.standIn.stats().then(all => all.map(one => one.framesDecoded))";
        self.browser
            .until(&format!("frames of {others} others are decoded"), WAIT, async || {
                let counts: Vec<u64> = self.meet().run(script, Vec::new()).await?;
                Ok((counts.len() == others && counts.iter().all(|count| *count > 5)).then_some(counts))
            })
            .await
    }

    /// Nothing was said in red on the console since the last look, but that requests to these addresses failed.
    pub(crate) async fn said_nothing_in_red_but(&self, failed: &[&str]) -> anyhow::Result<()> {
        let failed = [failed, &[NO_WELL_KNOWN, STOCK_MEET, UNKEPT]].concat();
        // Each of these lines names the address.
        let of_the_network = |said: &str| {
            ["Failed to load resource", "blocked by CORS policy", "Framing '", "Refused to display"]
                .iter()
                .any(|kind| said.contains(kind))
                && failed.iter().any(|part| said.contains(part))
        };
        let mut said = self.browser.console().await?;
        said.retain(|entry| entry.level == "SEVERE" && !of_the_network(&entry.message));
        anyhow::ensure!(said.is_empty(), "{said:#?}");
        Ok(())
    }

    /// Waits until no frame is left on the page. What lived in a frame, its camera and microphone too, went with it.
    pub(crate) async fn has_no_frame(&self) -> anyhow::Result<()> {
        self.browser.becomes("document.querySelectorAll('iframe').length === 0").await.map(|_: bool| ())
    }
}

/// Waits until so many people are in a conference of this server.
pub(crate) async fn are_in(meet: &MeetStandIn, conference: &str, people: usize) -> anyhow::Result<()> {
    until(&format!("{people} people are in {conference}"), WAIT, async || {
        let rooms = meet.rooms().rooms;
        let of = rooms.iter().find(|(name, _)| name.eq_ignore_ascii_case(conference));
        Ok(of.is_some_and(|(_, there)| there.len() == people).then_some(()))
    })
    .await
}

/// Waits until nobody is at a Meet server any more; whoever hung up there had closed camera, microphone and screen before.
pub(crate) async fn nobody_is_at(meet: &MeetStandIn) -> anyhow::Result<()> {
    until("nobody is in a room or at its door", WAIT, async || {
        let meet = meet.rooms();
        Ok((meet.rooms.is_empty() && meet.connected == 0).then_some(()))
    })
    .await?;
    let left = meet.rooms().left;
    anyhow::ensure!(left.iter().all(|left| left.live.unwrap_or_default() == 0), "left open: {left:?}");
    Ok(())
}

/// Waits until the visible text of a frame has these words; when it never does, says what it has.
pub(crate) async fn sees(frame: Frame<'_>, words: &str) -> anyhow::Result<()> {
    let script = "return document.body.innerText";
    let shown = frame
        .until(&format!("{words:?} is on the page"), WAIT, async || {
            let text: String = frame.run(script, Vec::new()).await?;
            Ok(text.contains(words).then_some(()))
        })
        .await;
    match shown {
        Ok(()) => Ok(()),
        Err(error) => {
            let text: String = frame.run(script, Vec::new()).await.unwrap_or_default();
            Err(error.context(format!("the page says: {text}")))
        }
    }
}
