//! Our page calls our page.

use std::time::Duration;

use serde_json::json;

use crate::calls::cases;
use crate::calls::media;
use crate::calls::party::{Kind, Party as _};
use crate::calls::scene::{CallScene, Desk};

#[tokio::test]
async fn two_people_call_each_other_see_and_hear_each_other_and_hang_up() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let (alice, bob) = scene.both().await?;
    cases::whole(&alice, &bob, Kind::Video).await?;
    let (hers, his) = (scene.sent_by(&scene.alice).await?, scene.sent_by(&scene.bob).await?);
    assert_eq!((hers.first().map(String::as_str), his.first().map(String::as_str)), (Some("invite"), Some("answer")));
    assert!(hers.contains(&"select_answer".to_owned()), "{hers:?}");
    assert_eq!(his.last().map(String::as_str), Some("hangup"), "{his:?}");
    assert!(hers.len() + his.len() <= 8, "a call is no burden to its room: {hers:?}, {his:?}");
    for person in [&alice, &bob] {
        person.timeline_has("ended").await?;
    }
    cases::whole(&bob, &alice, Kind::Voice).await
}

/// What goes to other clients: each of them reads another part of it (`calls-1to1.md` 1.2).
#[tokio::test]
async fn what_a_call_sends_is_what_every_client_reads() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let (alice, bob) = scene.both().await?;
    cases::connect(&alice, &bob, Kind::Video).await?;
    cases::part(&alice, &bob).await?;
    let events = scene.events().await?;
    let content = |kind: &str| {
        let found = events.iter().find(|event| event["type"] == json!(format!("m.call.{kind}")));
        found.map(|event| event["content"].clone()).unwrap_or_default()
    };
    let (invite, answer, hangup) = (content("invite"), content("answer"), content("hangup"));
    assert_eq!(invite["lifetime"], json!(90_000));
    assert_eq!(invite["invitee"], json!(scene.bob.user_id));
    assert_eq!((&invite["offer"]["type"], &answer["answer"]["type"]), (&json!("offer"), &json!("answer")));
    assert_eq!(hangup["reason"], json!("user_hangup"));
    for said in [&invite, &answer] {
        let streams = said["sdp_stream_metadata"].as_object().cloned().unwrap_or_default();
        assert_eq!(streams.len(), 1, "{said}");
        assert_eq!(said["sdp_stream_metadata"], said["org.matrix.msc3077.sdp_stream_metadata"], "both keys");
        let sdp = format!("{}{}", said["offer"]["sdp"], said["answer"]["sdp"]);
        assert!(streams.keys().all(|stream| sdp.contains(&format!("msid:{stream}"))), "the ids are those of the SDP");
        assert!(streams.values().all(|stream| stream["purpose"] == json!("m.usermedia")), "{said}");
    }
    for event in &events {
        let content = &event["content"];
        assert_eq!((&content["version"], &content["call_id"]), (&json!("1"), &invite["call_id"]), "{event}");
        assert!(content["party_id"].as_str().is_some_and(|party| party.len() >= 8), "{event}");
        assert!(content["party_id"] != json!(scene.alice.device_id), "{event}");
    }
    assert_ne!(invite["party_id"], answer["party_id"]);
    let ends = |party: &serde_json::Value| {
        events.iter().any(|event| {
            let candidates = event["content"]["candidates"].as_array().cloned().unwrap_or_default();
            &event["content"]["party_id"] == party && candidates.iter().any(|one| one["candidate"] == json!(""))
        })
    };
    assert!(ends(&invite["party_id"]) && ends(&answer["party_id"]), "the end of candidates is said by both");
    Ok(())
}

#[tokio::test]
async fn muting_is_shown_over_there_and_a_camera_that_is_off_is_closed() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let (alice, bob) = scene.both().await?;
    cases::mutes(&alice, &bob).await?;
    cases::mutes(&bob, &alice).await
}

#[tokio::test]
async fn a_voice_call_becomes_a_video_call_and_shows_a_screen() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let (alice, bob) = scene.both().await?;
    cases::grows(&alice, &bob).await?;
    cases::grows(&bob, &alice).await
}

#[tokio::test]
async fn a_held_call_is_quiet_on_both_sides_and_comes_back() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let (alice, bob) = scene.both().await?;
    cases::holds(&alice, &bob).await?;
    cases::holds(&bob, &alice).await
}

#[tokio::test]
async fn two_who_call_at_once_meet_in_one_call() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let (alice, bob) = scene.both().await?;
    for _ in 0..3 {
        cases::both_at_once(&alice, &bob).await?;
    }
    Ok(())
}

#[tokio::test]
async fn it_rings_to_be_heard_until_it_is_silenced_and_ignoring_leaves_the_caller_waiting() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let (alice, bob) = scene.both().await?;
    alice.call(Kind::Voice).await?;
    bob.rings().await?;
    bob.is_heard_ringing().await?;
    alice.is_calling().await?;
    alice.is_heard_ringing().await?;
    bob.ring("silence").await?;
    // Notes may be scheduled some seconds ahead.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = bob.sounds().await?;
    tokio::time::sleep(Duration::from_secs(5)).await;
    // Those of a context that sleeps by now are not counted any more.
    assert!(bob.sounds().await? <= before, "it still rings");
    bob.ring("ignore").await?;
    bob.is_idle().await?;
    alice.is_calling().await?;
    assert_eq!(scene.sent_by(&scene.bob).await?, Vec::<String>::new(), "ignoring says nothing");
    alice.hang_up().await?;
    alice.has_let_go().await
}

#[tokio::test]
async fn a_second_call_waits_and_one_of_two_is_on_hold() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let carol = scene.world.person("Carol").await?;
    let room = carol.start_direct_chat(&scene.bob).await?;
    let (alice, bob) = scene.both().await?;
    let at_carol = scene.ours_in(&room, &carol, Desk::default()).await?;
    cases::connect(&alice, &bob, Kind::Video).await?;

    at_carol.call(Kind::Voice).await?;
    bob.seat.browser.page().click(&format!(".meet-ring[data-room='{room}'] [data-act=accept]")).await?;
    at_carol.is_connected().await?;
    media::hears(at_carol.browser()).await?;
    alice.shows_held(true).await?;
    media::is_quiet(alice.browser()).await?;

    // Back to the first, which puts the second on hold.
    bob.hold(false).await?;
    at_carol.shows_held(true).await?;
    alice.shows_held(false).await?;
    media::hears(alice.browser()).await?;
    at_carol.hang_up().await?;
    at_carol.has_let_go().await?;
    alice.hang_up().await?;
    tokio::try_join!(alice.has_let_go(), bob.has_let_go())?;
    Ok(())
}
