//! The account that is measured: 200 rooms on a Synapse of its own.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use meet_in_chat::matrix::filter;
use reqwest::{Method, Url};
use serde_json::Value;
use xtask::bed::{Person, RoomSpec, Scratch, Synapse, SynapseSettings, client};

/// How many rooms the account is in.
pub(crate) const ROOMS: usize = 200;
/// Every how many rooms one has a third person.
const COMPANY: usize = 10;
/// How many messages are in each room: more than a snapshot's tail (15) would only be cut.
const MESSAGES: usize = 15;
/// How many rooms are made at a time: Synapse has one thread, which waits for its disk now and then.
const AT_A_TIME: usize = 4;

/// The account and its server; both are gone with the value.
pub(crate) struct Account {
    /// Whose account it is.
    pub(crate) alice: Person,
    /// A room with two others, where the call button starts a conference.
    pub(crate) room: String,
    /// Dropped before the directory that it writes to.
    _synapse: Synapse,
    _scratch: Scratch,
}

impl Account {
    /// Starts Synapse and fills it. That takes a minute or two.
    pub(crate) async fn make(python: &Path) -> anyhow::Result<Self> {
        let scratch = Scratch::new("bench")?;
        let synapse = Synapse::start(python, scratch.path(), &SynapseSettings::default()).await?;
        let person = async |name: &str| {
            let person = Person::register(&synapse.url(), &name.to_lowercase(), "two hundred rooms").await?;
            person.set_display_name(name).await?;
            anyhow::Ok(person)
        };
        let (alice, bob, carol) = (person("Alice").await?, person("Bob").await?, person("Carol").await?);
        let room = |number: usize| fill(number, &alice, &bob, &carol);
        let rooms: Vec<String> = stream::iter(0..ROOMS).map(room).buffered(AT_A_TIME).try_collect().await?;
        let room = rooms.first().context("there is no room")?.clone();
        Ok(Self { alice, room, _synapse: synapse, _scratch: scratch })
    }

    /// How long the server takes for a first sync as the page asks for it, apart from everything that the page does.
    pub(crate) async fn first_sync(&self) -> anyhow::Result<Duration> {
        let mut url = Url::parse(&format!("{}/_matrix/client/v3/sync", self.alice.homeserver))?;
        url.query_pairs_mut()
            .append_pair("filter", &filter::sync(&"BENCH".into()).to_string())
            .append_pair("timeout", "0")
            .append_pair("set_presence", "offline");
        let started = Instant::now();
        let answer = client().request(Method::GET, url).bearer_auth(&self.alice.access_token).send().await?;
        let body = answer.error_for_status()?.bytes().await?;
        let took = started.elapsed();
        let answer: Value = serde_json::from_slice(&body)?;
        let rooms = answer["rooms"]["join"].as_object().map_or(0, serde_json::Map::len);
        ensure!(rooms == ROOMS, "the first sync has {rooms} rooms");
        Ok(took)
    }
}

async fn fill(number: usize, alice: &Person, bob: &Person, carol: &Person) -> anyhow::Result<String> {
    let spec = RoomSpec::named(&format!("Room {number}")).topic("What there is to say about it");
    let others: &[&Person] = if number.is_multiple_of(COMPANY) { &[bob, carol] } else { &[bob] };
    let room = alice.create_room_with(spec, others).await?;
    for message in 0..MESSAGES {
        let sender = if message.is_multiple_of(2) { alice } else { bob };
        sender.send_text(&room, &format!("Message {message}, as long as messages mostly are")).await?;
    }
    Ok(room)
}
