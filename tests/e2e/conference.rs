//! The main job: one press, one event, everyone in one conference, and nothing left behind.

use std::time::{Duration, Instant};

use meet_in_chat::meet::session::WRAPPER_LIMIT;
use serde_json::{Value, json};
use xtask::bed::RoomSpec;
use xtask::meet_stand_in::{Behaviour, Framing, Options};

use crate::conference_life::axe_is_silent;
use crate::scene::{Scene, WIDGETS};
use crate::written::by_all;

/// The one widget event of a room.
async fn widget(person: &xtask::bed::Person, room: &str) -> anyhow::Result<Value> {
    let mut events = person.state_of_type(room, WIDGETS).await?;
    anyhow::ensure!(events.len() == 1, "one widget event, not {events:?}");
    Ok(events.remove(0))
}

fn tls() -> Options {
    Options { tls: Some(vec!["meet.test".to_owned()]), ..Options::default() }
}

/// A start by one person and the joins of two others: what every run of the product is about.
async fn three_people_meet(scene: &Scene) -> anyhow::Result<()> {
    let ([alice, bob, carol], room) = scene.three().await?;
    let at_alice = scene.seat(&alice, &room).await?;
    let at_bob = scene.seat(&bob, &room).await?;
    let at_carol = scene.seat(&carol, &room).await?;

    // Bob has no power to start one, and is told so.
    let why: String = at_bob
        .browser
        .becomes("document.querySelector('button[data-kind=video][aria-disabled=true] + [role=tooltip]')?.textContent")
        .await?;
    assert!(why.contains("You need power 50") && why.contains("you have 0"), "{why}");

    at_alice.enters("video").await?;

    let event = widget(&alice, &room).await?;
    let id = event["state_key"].as_str().unwrap_or_default().to_owned();
    let conference = event["content"]["data"]["conferenceId"].as_str().unwrap_or_default().to_owned();
    assert!(id.len() == 24 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{id}");
    assert!(conference.len() == 29 && conference.starts_with("Jitsi"), "{conference}");
    let wrapper = format!("{}/jitsi.html", at_alice.pages.origin());
    assert_eq!(
        event["content"],
        json!({
            "type": "jitsi", "name": "Jitsi", "id": id, "creatorUserId": alice.user_id,
            "url": format!(
                "{wrapper}?confId={conference}#conferenceDomain=$domain&conferenceId=$conferenceId&\
                 isAudioOnly=$isAudioOnly&displayName=$matrix_display_name&avatarUrl=$matrix_avatar_url&\
                 userId=$matrix_user_id&roomId=$matrix_room_id&theme=$theme&roomName=$roomName&\
                 supportsScreensharing=true&language=$org.matrix.msc2873.client_language"
            ),
            "data": {
                "domain": scene.domain, "conferenceId": conference, "isAudioOnly": false, "roomName": "Garden club",
            },
        })
    );

    // The same button joins now, for those who may not start one too.
    at_bob.press("video").await?;
    at_carol.press("video").await?;
    for seat in [&at_alice, &at_bob, &at_carol] {
        seat.is_in().await?;
        seat.decodes_from(2).await?;
    }

    // All three asked the same server for the same conference.
    let meet = scene.meet.rooms();
    assert_eq!(meet.opened.len(), 3, "{meet:?}");
    let scheme = if scene.domain.starts_with("127.") { "http" } else { "https" };
    for opened in &meet.opened {
        let address = opened.url.split(['?', '#']).next().unwrap_or_default();
        assert_eq!(address, format!("{scheme}://{}/{conference}", scene.domain));
        assert!(!opened.url.contains("%40") && !opened.url.contains('@'), "no user id: {}", opened.url);
    }

    // Out through the chat's own button; out through Meet's.
    at_alice.leaves().await?;
    at_bob.meet().run::<Value>("document.querySelector('#hangup').click()", Vec::new()).await?;
    at_bob.has_no_frame().await?;
    at_carol.meet().becomes::<bool>("window.standIn.participants().length === 1").await?;
    assert_eq!(
        widget(&alice, &room).await?["content"]["data"]["conferenceId"],
        json!(conference),
        "it can be joined again"
    );

    // Back in: a new frame, the same conference.
    at_alice.press_words("Join").await?;
    at_alice.is_in().await?;
    at_alice.decodes_from(1).await?;
    at_alice.press_words("Leave").await?;
    at_carol.press_words("Leave").await?;
    scene.nothing_is_left(&[&at_alice, &at_bob, &at_carol]).await
}

#[tokio::test]
async fn one_press_brings_three_people_into_one_conference() -> anyhow::Result<()> {
    three_people_meet(&Scene::start().await?).await
}

#[tokio::test]
async fn the_same_over_tls_under_a_name_of_its_own() -> anyhow::Result<()> {
    three_people_meet(&Scene::with_meet(tls()).await?).await
}

#[tokio::test]
async fn voice_joins_with_the_camera_off_and_says_so_in_the_event() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, ..], room) = scene.three().await?;
    let seat = scene.seat(&alice, &room).await?;
    seat.enters("voice").await?;
    assert_eq!(widget(&alice, &room).await?["content"]["data"]["isAudioOnly"], json!(true));
    let live: Vec<String> = seat.meet().run("return window.standIn.liveTracks()", Vec::new()).await?;
    assert_eq!(live, ["audio"]);
    scene.is_left_by(&[&seat]).await
}

/// A conference that another client made, on a server that this site did not choose.
#[tokio::test]
async fn a_foreign_server_is_named_first_and_then_joined_where_the_widget_says() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    let [android, ..] = by_all(&alice.user_id, &scene.domain);
    let conference = android.content["data"]["conferenceId"].as_str().unwrap_or_default();
    alice.set_state(&room, WIDGETS, &android.key, &android.content).await?;

    let pages = scene.pages_with(&scene.config("meet.elsewhere.example")).await?;
    let seat = scene.seat_at(&bob, &room, pages).await?;
    seat.press("video").await?;
    seat.sees(&format!("This conference takes place on {}", scene.domain)).await?;
    assert!(scene.meet.rooms().opened.is_empty(), "nothing is loaded before a press");
    let frames: u64 = seat.browser.run("return document.querySelectorAll('iframe').length", Vec::new()).await?;
    assert_eq!(frames, 0);

    seat.press_words("Not now").await?;
    seat.press("video").await?;
    seat.press_words(&format!("Join on {}", scene.domain)).await?;
    seat.is_in().await?;
    let opened = scene.meet.rooms().opened;
    assert_eq!(opened.len(), 1);
    assert!(opened[0].url.starts_with(&format!("http://{}/{conference}", scene.domain)), "{opened:?}");

    // Somebody ends it for everyone.
    alice.set_state(&room, WIDGETS, &android.key, &json!({})).await?;
    seat.has_no_frame().await?;
    seat.sees("ended for everyone").await?;
    scene.nothing_is_left(&[&seat]).await
}

/// Presses the button, waits for a failure in words within the limit, sees that nothing of Meet is left, and that one can try
/// again and give up.
async fn fails_in_words(scene: &Scene, provoked: &[&str]) -> anyhow::Result<()> {
    let ([alice, ..], room) = scene.three().await?;
    let seat = scene.seat(&alice, &room).await?;
    seat.press("video").await?;
    seat.wrapper().becomes::<bool>("document.querySelectorAll('iframe').length === 1").await?;
    let opened = Instant::now();
    let said: String = seat.wrapper().becomes("document.querySelector('[role=alert]').innerText.trim()").await?;
    let (waited, limit) = (opened.elapsed(), Duration::from_millis(WRAPPER_LIMIT.0) + Duration::from_secs(5));
    assert!(waited < limit, "{waited:?}");
    let host = scene.domain.split(':').next().unwrap_or_default();
    assert!(said.contains(host) && said.contains("did not answer"), "{said}");
    seat.wrapper().becomes::<bool>("document.querySelectorAll('iframe').length === 0").await?;

    let button = "[...document.querySelectorAll('button')].find(one => one.offsetParent && one.textContent.trim() === 'Try again')";
    seat.wrapper().becomes::<bool>(&format!("!!{button}")).await?;
    seat.wrapper().run::<Value>(&format!("{button}.click()"), Vec::new()).await?;
    seat.wrapper().becomes::<bool>("document.querySelectorAll('iframe').length === 1").await?;
    seat.leaves().await?;
    let events = alice.state_of_type(&room, WIDGETS).await?;
    assert_eq!(events.len(), 1, "trying again joins the same conference: {events:?}");
    scene.nothing_is_left_but(&[&seat], provoked).await
}

#[tokio::test]
async fn a_meet_server_that_hangs_is_named_within_15_seconds() -> anyhow::Result<()> {
    let scene = Scene::with_meet(Options { behaviour: Behaviour::HangsOnPage, ..tls() }).await?;
    fails_in_words(&scene, &[]).await
}

#[tokio::test]
async fn a_meet_server_that_forbids_framing_is_named_within_15_seconds() -> anyhow::Result<()> {
    let scene = Scene::with_meet(Options { framing: Framing::Forbid, ..tls() }).await?;
    // The refusal is the browser's own line, and names the server.
    fails_in_words(&scene, &[&scene.domain]).await
}

#[tokio::test]
async fn a_meet_server_that_refuses_connections_is_named_within_15_seconds() -> anyhow::Result<()> {
    let mut scene = Scene::start().await?;
    scene.domain = format!("127.0.0.1:{}", xtask::bed::free_port()?);
    fails_in_words(&scene, &[&scene.domain]).await
}

/// Rule 5 of the design: in an encrypted room conferences work, and nothing else leaves this page.
#[tokio::test]
async fn in_an_encrypted_room_only_the_conference_leaves_the_page() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let [alice, bob, carol] = [scene.person("Alice").await?, scene.person("Bob").await?, scene.person("Carol").await?];
    let room = alice.create_room_with(RoomSpec::named("Secret garden").encrypted(), &[&bob, &carol]).await?;
    let before = alice.messages(&room).await?.len();
    let seat = scene.seat(&alice, &room).await?;
    seat.sees("no encryption").await?;
    let composer: bool = seat
        .browser
        .run("return !document.querySelector('textarea:not([disabled]):not([aria-disabled=true])')", Vec::new())
        .await?;
    assert!(composer, "the composer is disabled");
    seat.enters("video").await?;
    seat.sees("end-to-end encryption does not cover this conference").await?;
    seat.leaves().await?;
    let after = alice.messages(&room).await?;
    let sent: Vec<&str> = after.iter().skip(before).filter_map(|event| event["type"].as_str()).collect();
    assert_eq!(sent, [WIDGETS]);
    scene.nothing_is_left(&[&seat]).await
}

#[tokio::test]
async fn switching_rooms_floats_the_conference_without_reloading_it() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    let other = alice.create_room_with(RoomSpec::named("Elsewhere"), &[&bob]).await?;
    let seat = scene.seat(&alice, &room).await?;
    seat.enters("video").await?;
    seat.meet().run::<Value>("window.sameDocument = true", Vec::new()).await?;

    seat.open_room(&other).await?;
    seat.sees("Elsewhere").await?;
    seat.browser.becomes::<bool>("document.querySelector('.meet-floating')?.innerText.includes('Garden club')").await?;
    let shown = "getComputedStyle(document.querySelector('#meet-in-chat-frames iframe')).visibility === 'visible'";
    seat.browser.becomes::<bool>(shown).await?;

    // The switches show what is so in Meet, from whichever side it was changed.
    let pressed = |act: &str, on: bool| {
        format!("document.querySelector('.meet-floating [data-act={act}]')?.getAttribute('aria-pressed') === '{on}'")
    };
    for act in ["mute", "camera"] {
        seat.browser.becomes::<bool>(&pressed(act, true)).await?;
        seat.browser.page().click(&format!(".meet-floating [data-act={act}]")).await?;
        seat.browser.becomes::<bool>(&pressed(act, false)).await?;
    }
    let muted = "standIn.participants()[0].audioMuted && standIn.participants()[0].videoMuted";
    seat.meet().becomes::<bool>(muted).await?;
    seat.meet().run::<Value>("document.getElementById('camera').click(); return null", Vec::new()).await?;
    seat.browser.becomes::<bool>(&pressed("camera", true)).await?;
    axe_is_silent(&seat, "floating").await?;

    seat.press_words("Back").await?;
    seat.browser.becomes::<bool>("!document.querySelector('.meet-floating')").await?;
    seat.browser.becomes::<bool>(shown).await?;
    seat.meet().becomes::<bool>("window.sameDocument && window.standIn.joined()").await?;

    // Signing out of the chat is a way out too.
    seat.browser.page().click("[aria-haspopup=menu]").await?;
    seat.press_words("Sign out").await?;
    seat.browser.page().click("dialog.card .danger").await?;
    seat.has_no_frame().await?;
    // A sync that was under way is refused with the session.
    scene.nothing_is_left_but(&[&seat], &["/sync"]).await
}

#[tokio::test]
async fn the_homeservers_choice_of_a_meet_server_goes_before_the_sites() -> anyhow::Result<()> {
    let scene = Scene::with_well_known().await?;
    let ([alice, ..], room) = scene.three().await?;
    let pages = scene.pages_with(&scene.config("meet.elsewhere.example")).await?;
    let seat = scene.seat_at(&alice, &room, pages).await?;
    let says = format!("Conferences start on {}, chosen by your homeserver.", scene.domain);
    let tooltip = "document.querySelector('button[data-kind=video] + [role=tooltip]')?.textContent";
    seat.browser.becomes::<bool>(&format!("{tooltip}.includes({})", json!(says))).await?;
    seat.enters("video").await?;
    assert_eq!(widget(&alice, &room).await?["content"]["data"]["domain"], json!(scene.domain));
    scene.is_left_by(&[&seat]).await
}

/// Nothing is asked: whoever made the conference, or agreed to its server, is let in with a proof of who they are.
#[tokio::test]
async fn a_meet_server_that_wants_a_sign_in_gets_one() -> anyhow::Result<()> {
    let wants = json!({ "auth": "openidtoken-jwt" });
    let scene = Scene::with_meet(Options { auth_well_known: Some(wants), ..Options::default() }).await?;
    scene.check_tokens();
    let ([alice, bob, _], room) = scene.three().await?;
    let seat = scene.seat(&alice, &room).await?;
    seat.enters("video").await?;
    let event = widget(&alice, &room).await?;
    let data = &event["content"]["data"];
    assert_eq!(data["auth"], json!("openidtoken-jwt"));
    assert_eq!(data["conferenceId"], json!(data_encoding::BASE32_NOPAD.encode(room.as_bytes())));
    assert!(event["content"]["url"].as_str().is_some_and(|url| url.ends_with("&auth=openidtoken-jwt")));

    let at_bob = scene.seat(&bob, &room).await?;
    at_bob.enters("video").await?;
    at_bob.decodes_from(1).await?;
    assert_eq!(scene.meet.refused_tokens(), Vec::<String>::new());
    scene.is_left_by(&[&seat, &at_bob]).await
}
