//! The example chat (`embed/example`): the package on matrix-js-sdk with its encryption, as a second, different client. Before: `cargo
//! xtask package`.

use serde_json::{Value, json};
use xtask::bed::Person;
use xtask::meet_stand_in::Options;

use crate::browser::{Launch, WAIT, until};
use crate::calls::cases;
use crate::calls::embedded::Guest;
use crate::calls::party::{Kind, Party as _};
use crate::calls::scene::{CallScene, Desk, Setup};
use crate::conference_life::ALLOWED;
use crate::scene::{Scene, TO_MEET, WIDGETS};

async fn guest(scene: &CallScene, person: &Person) -> anyhow::Result<Guest> {
    Guest::start(Launch::default(), person, &scene.room, json!({})).await
}

#[tokio::test]
async fn our_page_and_the_example_chat_call_each_other() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let (ours, example) = tokio::try_join!(scene.ours(&scene.alice, Desk::default()), guest(&scene, &scene.bob))?;
    cases::whole(&ours, &example, Kind::Video).await?;
    cases::whole(&example, &ours, Kind::Voice).await?;
    cases::declined(&ours, &example).await?;
    ours.ended("declined").await?;
    cases::called_off(&example, &ours).await?;
    cases::mutes(&example, &ours).await?;
    cases::holds(&ours, &example).await
}

#[tokio::test]
async fn the_example_chat_and_a_stranger_on_matrix_js_sdk_call_each_other() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let (example, sdk) = tokio::try_join!(guest(&scene, &scene.alice), scene.stranger(&scene.bob))?;
    cases::whole(&example, &sdk, Kind::Video).await?;
    cases::whole(&sdk, &example, Kind::Video).await
}

#[tokio::test]
async fn in_an_encrypted_chat_two_examples_call_each_other_and_the_server_learns_nothing_of_it() -> anyhow::Result<()> {
    let scene = CallScene::with(Setup { encrypted: true, ..Setup::default() }).await?;
    let (alice, bob) = tokio::try_join!(guest(&scene, &scene.alice), guest(&scene, &scene.bob))?;
    bob.browser().pictures("example").await?;
    cases::connect(&alice, &bob, Kind::Video).await?;
    alice.browser().pictures("example-call").await?;
    cases::part(&bob, &alice).await?;
    cases::whole(&bob, &alice, Kind::Voice).await?;
    cases::declined(&alice, &bob).await?;
    cases::mutes(&bob, &alice).await?;

    let messages = scene.alice.messages(&scene.room).await?;
    let is_state = |event: &&Value| event.get("state_key").is_some();
    let others: Vec<&Value> = messages.iter().filter(|event| !is_state(event)).map(|event| &event["type"]).collect();
    // An invite, candidates, an answer, its selection and a hang-up at least, of each call.
    assert!(others.len() >= 15, "{others:?}");
    assert!(others.iter().all(|kind| **kind == json!("m.room.encrypted")), "{others:?}");
    Ok(())
}

#[tokio::test]
async fn a_tab_of_the_example_that_is_closed_hangs_up() -> anyhow::Result<()> {
    for encrypted in [false, true] {
        let scene = CallScene::with(Setup { encrypted, ..Setup::default() }).await?;
        let (alice, bob) = tokio::try_join!(guest(&scene, &scene.alice), guest(&scene, &scene.bob))?;
        cases::connect(&alice, &bob, Kind::Video).await?;
        // A reload: what could not leave with the page leaves with the next one.
        alice.browser().run::<Value>("location.reload(); return null", Vec::new()).await?;
        bob.has_let_go().await?;
    }
    Ok(())
}

async fn is_in_with_another(guest: &Guest) -> anyhow::Result<()> {
    let others = "window.standIn?.joined() && window.standIn.participants().length > 1";
    guest.browser().within(&TO_MEET).becomes::<bool>(others).await.map(drop)
}

/// All that a conference asks of the client: a state event, a proof of who one is, and what a person agreed to. Bob's site chose no Meet
/// server, so that he is asked.
#[tokio::test]
async fn in_a_group_one_example_starts_a_conference_and_another_joins_it() -> anyhow::Result<()> {
    let wants = json!({ "auth": "openidtoken-jwt" });
    let scene = Scene::with_meet(Options { auth_well_known: Some(wants), ..Options::default() }).await?;
    scene.check_tokens();
    let ([alice, bob, _], room) = scene.three().await?;
    let chosen = json!({ "jitsi": { "preferred_domain": scene.domain } });
    let (at_alice, at_bob) = tokio::try_join!(
        Guest::start(Launch::default(), &alice, &room, chosen),
        Guest::start(Launch::default(), &bob, &room, json!({})),
    )?;
    at_alice.call(Kind::Video).await?;
    at_alice.browser().within(&TO_MEET).becomes::<bool>("window.standIn?.joined()").await?;
    let events = alice.state_of_type(&room, WIDGETS).await?;
    let data: Vec<_> = events.iter().map(|event| &event["content"]["data"]).collect();
    assert!(data.len() == 1 && data[0]["domain"] == scene.domain && data[0]["auth"] == "openidtoken-jwt", "{events:?}");

    at_bob.press(".meet-conference-ring [data-act=join]").await?;
    at_bob.press(".meet-stage .meet-card .meet-primary").await?;
    is_in_with_another(&at_bob).await?;
    is_in_with_another(&at_alice).await?;
    assert_eq!(scene.meet.refused_tokens(), Vec::<String>::new());
    until("what Bob agreed to is kept", WAIT, async || {
        let kept = bob.account_data(ALLOWED).await?.unwrap_or_default();
        Ok((kept["native_widgets"]["m.jitsi"][&scene.domain] == true).then_some(()))
    })
    .await?;

    for guest in [&at_bob, &at_alice] {
        guest.press(".meet-stage [data-act=leave]").await?;
        guest.browser().becomes::<bool>("document.querySelectorAll('iframe').length === 0").await?;
        guest.browser().records_nothing().await?;
    }
    until("nobody is in the conference", WAIT, async || {
        let meet = scene.meet.rooms();
        Ok((meet.rooms.is_empty() && meet.connected == 0).then_some(()))
    })
    .await
}

/// Its event is not in the room's state any more: the tile needs it from the chat. What ended it has no line of its own.
#[tokio::test]
async fn a_conference_that_has_ended_keeps_its_tile_in_the_example() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let content = json!({
        "type": "jitsi", "url": "https://calls.example/jitsi.html", "name": "Meet", "id": "w", "creatorUserId": scene.alice.user_id,
        "data": { "domain": "meet.example.org", "conferenceId": "garden", "roomName": "Garden" },
    });
    for content in [content, json!({})] {
        scene.alice.set_state(&scene.room, WIDGETS, "w", &content).await?;
    }
    let bob = guest(&scene, &scene.bob).await?;
    let tiles = "[...document.querySelectorAll('meet-call-tile')] \
         .map(tile => tile.shadowRoot.querySelectorAll('.meet-conference-tile').length).join() === '1'";
    bob.browser().becomes::<bool>(tiles).await?;
    bob.browser()
        .becomes::<bool>("[...document.querySelectorAll('#timeline li')].every(line => line.firstChild)")
        .await?;
    Ok(())
}
