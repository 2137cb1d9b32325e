//! A homeserver with a TURN server and two people in a room of their own.

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use serde_json::{Value, json};
use xtask::bed::{Coturn, Person, RoomSpec, SynapseSettings};
use xtask::setup::{self, Report};

use super::super::browser::{Browser, Launch};
use super::super::scene::{PASSWORD, Scene, Seat, new_directory};
use super::OBSERVER;
use super::ours::Caller;
use super::stranger::Stranger;

/// What differs from scene to scene.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Setup {
    /// The TURN server.
    pub(crate) turn: Turn,
    /// People may send ten events at once and then one in five seconds.
    pub(crate) stock_message_limit: bool,
    /// The room is encrypted.
    pub(crate) encrypted: bool,
}

/// The TURN server that the homeserver names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Turn {
    /// One whose credentials last a day.
    #[default]
    ForADay,
    /// One whose credentials last so long.
    For(Duration),
    /// One that does not take the passwords that the homeserver gives out.
    WithAnotherSecret,
    /// None.
    None,
}

/// A homeserver, perhaps a TURN server, and Alice and Bob in a direct chat.
pub(crate) struct CallScene {
    /// The homeserver and the pages.
    pub(crate) world: Scene,
    /// Who made the room.
    pub(crate) alice: Person,
    /// The other one.
    pub(crate) bob: Person,
    /// Their room.
    pub(crate) room: String,
    coturn: Option<Coturn>,
    directory: PathBuf,
}

impl Drop for CallScene {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

/// How somebody sits at our page.
pub(crate) struct Desk {
    launch: Launch,
    preferences: Option<Value>,
    answers: Vec<(&'static str, bool)>,
}

impl Default for Desk {
    /// They have called before: no preview.
    fn default() -> Self {
        Self { launch: Launch::default(), preferences: Some(json!({ "previewed": true })), answers: Vec::new() }
    }
}

impl Desk {
    /// Another browser.
    pub(crate) fn launch(mut self, launch: Launch) -> Self {
        self.launch = launch;
        self
    }

    /// What they chose for calls earlier, as the page keeps it; `null`: nothing yet.
    pub(crate) fn prefers(mut self, preferences: Value) -> Self {
        self.preferences = Some(preferences).filter(|preferences| !preferences.is_null());
        self
    }

    /// Media goes through a TURN server only.
    pub(crate) fn relay_only(self) -> Self {
        self.prefers(json!({ "previewed": true, "relay_only": true }))
    }

    /// As people have it: no sound before a press, and these answers to what the page asks of the browser.
    pub(crate) fn with_answers(mut self, answers: &[(&'static str, bool)]) -> Self {
        self.launch = Launch::as_people_have_it();
        self.answers = answers.to_vec();
        self
    }
}

impl CallScene {
    /// With a TURN server, without limits, not encrypted.
    pub(crate) async fn start() -> anyhow::Result<Self> {
        Self::with(Setup::default()).await
    }

    /// As asked.
    pub(crate) async fn with(setup: Setup) -> anyhow::Result<Self> {
        let directory = new_directory();
        let mut coturn = None;
        let mut settings =
            SynapseSettings { stock_message_limit: setup.stock_message_limit, ..SynapseSettings::default() };
        if setup.turn != Turn::None {
            let server = start_turn(&directory, None).await?;
            let mut turn = server.settings();
            if let Turn::For(lifetime) = setup.turn {
                turn.credential_lifetime = lifetime;
            }
            if setup.turn == Turn::WithAnotherSecret {
                turn.shared_secret.push_str("another");
            }
            settings.turn = Some(turn);
            coturn = Some(server);
        }
        let world = Scene::with_homeserver(settings).await?;
        let (alice, bob) = tokio::try_join!(world.person("Alice"), world.person("Bob"))?;
        let room = if setup.encrypted {
            let room = alice.create_room_with(RoomSpec::direct().encrypted(), &[&bob]).await?;
            alice.mark_direct(&room, &bob.user_id).await?;
            bob.mark_direct(&room, &alice.user_id).await?;
            room
        } else {
            alice.start_direct_chat(&bob).await?
        };
        Ok(Self { world, alice, bob, room, coturn, directory })
    }

    /// The ports that the TURN server relays from.
    pub(crate) fn relay_ports(&self) -> anyhow::Result<RangeInclusive<u16>> {
        Ok(self.coturn.as_ref().context("there is a TURN server")?.relay_ports())
    }

    /// Restarts the TURN server, which forgets every relay: media through it breaks off.
    pub(crate) async fn restart_turn(&mut self) -> anyhow::Result<()> {
        let coturn = self.coturn.take().context("there is a TURN server")?;
        let port = coturn.port();
        coturn.stop().await;
        self.coturn = Some(start_turn(&self.directory, Some(port)).await?);
        Ok(())
    }

    /// Alice and Bob at our page, each in a browser of their own.
    pub(crate) async fn both(&self) -> anyhow::Result<(Caller, Caller)> {
        self.both_at(Desk::default(), Desk::default()).await
    }

    /// The same at these desks.
    pub(crate) async fn both_at(&self, alice: Desk, bob: Desk) -> anyhow::Result<(Caller, Caller)> {
        tokio::try_join!(self.ours(&self.alice, alice), self.ours(&self.bob, bob))
    }

    /// A person at our page, on a new device.
    pub(crate) async fn ours(&self, person: &Person, desk: Desk) -> anyhow::Result<Caller> {
        self.ours_in(&self.room, person, desk).await
    }

    /// The same, with a look at another room.
    pub(crate) async fn ours_in(&self, room: &str, person: &Person, desk: Desk) -> anyhow::Result<Caller> {
        let pages = self.world.pages().await?;
        let browser = Browser::start(desk.launch).await?;
        for (asked, allowed) in desk.answers {
            browser.answer(&pages.origin(), asked, allowed).await?;
        }
        observe(&browser, desk.preferences.as_ref()).await?;
        // A page without a program: what the person chose must be there before the program is, in every browser.
        browser.open(&format!("{}/nothing", pages.origin())).await?;
        browser.open(&pages.origin()).await?;
        let seat = Seat { browser, pages };
        seat.sign_in(&person.user_id, PASSWORD).await?;
        seat.open_room(room).await?;
        Ok(Caller::new(seat, room))
    }

    /// A person with matrix-js-sdk.
    pub(crate) async fn stranger(&self, person: &Person) -> anyhow::Result<Stranger> {
        self.stranger_with(person, Launch::default(), json!({})).await
    }

    /// The same with these options of the SDK.
    pub(crate) async fn stranger_with(
        &self,
        person: &Person,
        launch: Launch,
        options: Value,
    ) -> anyhow::Result<Stranger> {
        let other = if person.user_id == self.alice.user_id { &self.bob } else { &self.alice };
        Stranger::start(launch, person, other, &self.room, options).await
    }

    /// Every call event of the room so far, oldest first.
    pub(crate) async fn events(&self) -> anyhow::Result<Vec<Value>> {
        let mut events = self.alice.messages(&self.room).await?;
        events.retain(|event| event["type"].as_str().is_some_and(|kind| kind.starts_with("m.call.")));
        Ok(events)
    }

    /// The types of the call events that this person sent so far, without `m.call.`.
    pub(crate) async fn sent_by(&self, person: &Person) -> anyhow::Result<Vec<String>> {
        let events = self.events().await?;
        let theirs = events.iter().filter(|event| event["sender"] == json!(person.user_id));
        Ok(theirs.filter_map(|event| Some(event["type"].as_str()?.trim_start_matches("m.call.").to_owned())).collect())
    }
}

async fn start_turn(directory: &std::path::Path, port: Option<u16>) -> anyhow::Result<Coturn> {
    let turnserver = setup::bed_tools(Report::OnlyWork)?.turnserver.context("coturn is installed")?;
    Coturn::start(&turnserver, &directory.join("turn"), port).await
}

/// Watches the pages that the current tab opens from now on, and lets them find what the person chose earlier.
pub(crate) async fn observe(browser: &Browser, preferences: Option<&Value>) -> anyhow::Result<()> {
    let mut script = OBSERVER.to_owned();
    if let Some(preferences) = preferences {
        let kept = json!(preferences.to_string());
        script += &format!("\ntry {{ localStorage['meet_in_chat.calls'] ??= {kept}; }} catch {{}}");
    }
    browser.before_every_page(&script).await
}
