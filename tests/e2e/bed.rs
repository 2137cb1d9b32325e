//! The test bed itself: what the other tests and the demo rely on, seen on real servers.

use std::sync::LazyLock;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::net::UdpSocket;
use xtask::bed::{Coturn, Person, Refused, Scratch, Synapse, SynapseSettings, village};
use xtask::setup::{BedTools, Report, bed_tools};

const WIDGETS: &str = "im.vector.modular.widgets";

/// Looked for once: tests that run side by side must not install side by side.
static TOOLS: LazyLock<BedTools> = LazyLock::new(|| bed_tools(Report::OnlyWork).expect("the bed's tools"));

/// The room of this name, as `person` sees it.
async fn room_named(person: &Person, name: &str) -> String {
    let joined = person.request(reqwest::Method::GET, "client/v3/joined_rooms", None).await.unwrap();
    for room in joined["joined_rooms"].as_array().unwrap() {
        let room = room.as_str().unwrap();
        let state = person.state(room, "m.room.name", "").await.unwrap();
        if state.is_some_and(|state| state["name"] == name) {
            return room.to_owned();
        }
    }
    panic!("{} has no room {name}", person.user_id);
}

#[tokio::test]
async fn every_room_of_the_village_shows_what_it_is_there_for() {
    let scratch = Scratch::new("village").unwrap();
    let synapse = Synapse::start(&TOOLS.synapse_python, scratch.path(), &SynapseSettings::default()).await.unwrap();
    let village = village::found(&synapse.url(), &scratch.path().join("village.json")).await.unwrap();
    let (alice, bob) = (&village.alice, &village.bob);
    let widget = json!({ "type": "jitsi", "url": "https://example.org", "data": {} });

    let garden = room_named(bob, "Garden club").await;
    bob.set_state(&garden, WIDGETS, "a", &widget).await.expect("everyone may start a conference here");

    let board = room_named(bob, "Announcements").await;
    let refused = bob.set_state(&board, WIDGETS, "a", &widget).await.unwrap_err();
    assert_eq!(refused.downcast_ref::<Refused>().unwrap().status, 403);
    alice.set_state(&board, WIDGETS, "a", &widget).await.expect("the creator may");

    let corner = room_named(bob, "Bot corner").await;
    let functional = bob.state(&corner, "io.element.functional_members", "").await.unwrap().unwrap();
    assert_eq!(functional, json!({ "service_members": ["@almanac:localhost"] }));

    let locked = room_named(bob, "Locked room").await;
    assert!(bob.state(&locked, "m.room.encryption", "").await.unwrap().is_some());
    assert!(bob.state(&garden, "m.room.encryption", "").await.unwrap().is_none());

    let direct = |person: Option<Value>, other: &str| person.unwrap()[other][0].as_str().unwrap().to_owned();
    let of_alice = direct(alice.account_data("m.direct").await.unwrap(), &bob.user_id);
    let of_bob = direct(bob.account_data("m.direct").await.unwrap(), &alice.user_id);
    assert_eq!(of_alice, of_bob);
    synapse.stop().await;
}

#[tokio::test]
async fn a_restart_keeps_rooms_messages_and_sessions() {
    let scratch = Scratch::new("restart").unwrap();
    let (python, memory) = (&TOOLS.synapse_python, scratch.path().join("village.json"));
    let settings = SynapseSettings::default();
    let first = Synapse::start(python, scratch.path(), &settings).await.unwrap();
    let founded = village::found(&first.url(), &memory).await.unwrap();
    let garden = room_named(&founded.carol, "Garden club").await;
    let before = founded.carol.messages(&garden).await.unwrap();
    founded.bob.logout().await.unwrap();
    first.stop().await;

    let second = Synapse::start(python, scratch.path(), &settings).await.unwrap();
    let revisited = village::revisit(&second.url(), &memory).await.unwrap();
    assert_eq!(revisited.carol.device_id, founded.carol.device_id);
    assert_eq!(revisited.carol.messages(&garden).await.unwrap().len(), before.len());
    assert!(revisited.bob.is_signed_in().await, "a session that has ended is opened anew");
    assert_ne!(revisited.bob.device_id, founded.bob.device_id);
    second.stop().await;
}

#[tokio::test]
async fn a_sign_in_link_is_good_for_one_new_device() {
    let scratch = Scratch::new("link").unwrap();
    let settings = SynapseSettings { server_name: "chat.test".to_owned(), ..SynapseSettings::default() };
    let synapse = Synapse::start(&TOOLS.synapse_python, scratch.path(), &settings).await.unwrap();
    let dora = Person::register(&synapse.url(), "dora", "secret").await.unwrap();
    assert_eq!(dora.user_id, "@dora:chat.test");

    let token = dora.login_token().await.unwrap();
    let tab = Person::login_with_token(&synapse.url(), &token).await.unwrap();
    assert_eq!(tab.user_id, dora.user_id);
    assert_ne!(tab.device_id, dora.device_id);
    let again = Person::login_with_token(&synapse.url(), &token).await.unwrap_err();
    assert_eq!(again.downcast_ref::<Refused>().unwrap().errcode, "M_FORBIDDEN");
    synapse.stop().await;
}

#[tokio::test]
async fn the_homeserver_hands_out_a_turn_server_that_answers() {
    let scratch = Scratch::new("turn").unwrap();
    let turnserver = TOOLS.turnserver.as_ref().expect("coturn");
    let coturn = Coturn::start(turnserver, &scratch.path().join("turn"), None).await.unwrap();
    let settings = SynapseSettings { turn: Some(coturn.settings()), ..SynapseSettings::default() };
    let synapse = Synapse::start(&TOOLS.synapse_python, &scratch.path().join("home"), &settings).await.unwrap();
    let dora = Person::register(&synapse.url(), "dora", "secret").await.unwrap();

    let turn = dora.turn_server().await.unwrap();
    assert_eq!(turn["uris"], json!(coturn.settings().uris));
    assert!(turn["username"].as_str().unwrap().ends_with(":@dora:localhost"));

    // A STUN binding request (RFC 8489): type, length, the magic cookie, twelve bytes of transaction ID.
    let mut request = vec![0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42];
    request.extend(b"transaction!");
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    socket.send_to(&request, ("127.0.0.1", coturn.port())).await.unwrap();
    let mut answer = [0; 512];
    tokio::time::timeout(Duration::from_secs(5), socket.recv_from(&mut answer)).await.unwrap().unwrap();
    assert_eq!(answer[..2], [1, 1], "a binding success response");
    assert_eq!(&answer[8..20], b"transaction!");
    synapse.stop().await;
    coturn.stop().await;
}
