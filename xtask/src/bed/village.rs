//! The people and rooms of the demo: small, but with one room for each thing worth trying.

use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Person, RoomSpec, portrait};

/// Everyone's password. The homeserver listens on loopback only.
pub const PASSWORD: &str = "meet-in-chat";

/// Permission to send this state event is permission to start a conference (`chat-web.md` 3.2).
const WIDGETS: &str = "im.vector.modular.widgets";

/// The people who get a link, and the rooms they share.
#[derive(Debug, Serialize, Deserialize)]
pub struct Village {
    /// Makes most of the rooms, so may do everything in them.
    pub alice: Person,
    /// In every room.
    pub bob: Person,
    /// In the groups.
    pub carol: Person,
}

/// A room to try and what to try there.
#[derive(Debug, Clone, Copy)]
pub struct Trial {
    /// As the room list shows it.
    pub room: &'static str,
    /// Who is in it.
    pub people: &'static str,
    /// What to do and what then happens.
    pub what: &'static str,
}

/// What there is to try, in the order in which a newcomer should.
pub const TRIALS: &[Trial] = &[
    Trial {
        room: "Garden club",
        people: "Alice, Bob, Carol",
        what: "Press the video button: a conference starts. The others see it and join. Everyone may start one.",
    },
    Trial {
        room: "Announcements",
        people: "Alice, Bob, Carol",
        what: "Only Alice may start a conference; Bob's and Carol's buttons say why not. They can join hers.",
    },
    Trial {
        room: "Bob",
        people: "Alice's direct chat; Bob sees it as Alice",
        what: "A room for two: its buttons are for calls from browser to browser, not for conferences.",
    },
    Trial {
        room: "Bot corner",
        people: "Alice, Bob and a bot",
        what: "The bot does not count: the buttons treat it as a room of two people.",
    },
    Trial {
        room: "Locked room",
        people: "Alice, Bob, Carol",
        what: "Encrypted: messages are off and say why. Conferences work.",
    },
];

/// The village remembered in `file` as living on `homeserver`; sessions that have ended are opened anew.
pub async fn revisit(homeserver: &str, file: &Path) -> Result<Village> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut village: Village =
        serde_json::from_str(&text).with_context(|| format!("cannot read {}", file.display()))?;
    for person in [&mut village.alice, &mut village.bob, &mut village.carol] {
        homeserver.clone_into(&mut person.homeserver);
        if !person.is_signed_in().await {
            *person = Person::login(homeserver, &person.user_id, PASSWORD).await?;
        }
    }
    remember(&village, file)?;
    Ok(village)
}

/// Makes everyone and everything on a new homeserver, and remembers it in `file` once it is complete.
pub async fn found(homeserver: &str, file: &Path) -> Result<Village> {
    let alice = settle(homeserver, "alice", "Alice", [0xf2, 0x8c, 0x6f], [0xb8, 0x3b, 0x5e]).await?;
    let bob = settle(homeserver, "bob", "Bob", [0x4f, 0xb3, 0xbf], [0x1f, 0x5f, 0x8b]).await?;
    let carol = settle(homeserver, "carol", "Carol", [0xb5, 0x9a, 0xe8], [0x5b, 0x3e, 0x9b]).await?;
    let bot = settle(homeserver, "almanac", "Almanac (bot)", [0xa8, 0xb0, 0xb8], [0x5a, 0x64, 0x6e]).await?;
    let (a, b, c) = (&alice, &bob, &carol);

    let locked = RoomSpec::named("Locked room").topic("Encrypted. Conferences work, messages need another client.");
    let locked = a.create_room_with(locked, &[b, c]).await?;
    a.set_level_for(&locked, WIDGETS, 0).await?;
    talk(&locked, &[(a, "I am about to turn encryption on in here."), (c, "Good idea!")]).await?;
    a.set_state(&locked, "m.room.encryption", "", &json!({ "algorithm": "m.megolm.v1.aes-sha2" })).await?;

    let corner = RoomSpec::named("Bot corner").topic("Two people and a bot that tells the weather.");
    let corner = a.create_room_with(corner, &[b, &bot]).await?;
    // MSC4171: members who are no people, so that rooms are counted and named without them.
    a.set_state(&corner, "io.element.functional_members", "", &json!({ "service_members": [bot.user_id] })).await?;
    let weather = "Saturday: sunny, 21 degrees. A good day for planting beans.";
    talk(&corner, &[(a, "almanac, how will the weekend be?"), (&bot, weather), (b, "Perfect. Call me about it?")])
        .await?;

    let board = RoomSpec::named("Announcements").topic("Alice decides when we meet.");
    let board = a.create_room_with(board, &[b, c]).await?;
    let meeting = "The yearly meeting is on Friday at six, right here.";
    talk(&board, &[(a, meeting), (b, "I'll be there."), (c, "Me too, from my phone.")]).await?;

    let direct = a.start_direct_chat(b).await?;
    let question = "Can you see me when I press the camera button?";
    talk(&direct, &[(a, "Hi Bob! Do you have a minute?"), (b, "For you, two."), (a, question)]).await?;

    let garden = RoomSpec::named("Garden club").topic("Seeds, soil and sunshine. Everyone may start a conference.");
    let garden = a.create_room_with(garden, &[b, c]).await?;
    a.set_level_for(&garden, WIDGETS, 0).await?;
    talk(
        &garden,
        &[
            (c, "My tomatoes are as tall as I am!"),
            (b, "Pictures or it didn't happen."),
            (a, "Better: show us. Let's meet by video, the camera button is beside the text field."),
        ],
    )
    .await?;

    let village = Village { alice, bob, carol };
    remember(&village, file)?;
    Ok(village)
}

async fn settle(homeserver: &str, localpart: &str, name: &str, top: [u8; 3], bottom: [u8; 3]) -> Result<Person> {
    let person = Person::register(homeserver, localpart, PASSWORD).await?;
    person.set_display_name(name).await?;
    person.set_avatar(portrait(top, bottom)).await?;
    Ok(person)
}

async fn talk(room: &str, lines: &[(&Person, &str)]) -> Result<()> {
    for (person, line) in lines {
        person.send_text(room, line).await?;
    }
    Ok(())
}

/// Written beside and then renamed: the file is there whole, or not at all.
fn remember(village: &Village, file: &Path) -> Result<()> {
    let beside = file.with_extension("new");
    std::fs::write(&beside, serde_json::to_string_pretty(village)?)?;
    std::fs::rename(&beside, file).with_context(|| format!("cannot write {}", file.display()))
}
