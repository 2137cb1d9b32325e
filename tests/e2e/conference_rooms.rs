//! Rooms that are one conference (Chat Web's video rooms), and conferences that a service of the site makes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::Query;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse as _;
use axum::routing::get;
use serde_json::{Value, json};
use xtask::bed::{Person, RoomSpec, listener};
use xtask::serve::{Server, serve};

use crate::browser::{WAIT, until};
use crate::conference_life::axe_is_silent;
use crate::scene::{Scene, Seat, WIDGETS, WRAPPER};

const KEY: &str = "greenhousegreenhousegree";
const MEMBER: &str = "io.element.video.member";

/// A video room as Chat Web makes it: its creator may do anything, nobody else may touch the widget, everybody may say that they are in.
async fn video_room(scene: &Scene, alice: &Person, bob: &Person) -> anyhow::Result<String> {
    let levels = json!({ WIDGETS: 200, MEMBER: 0, "m.room.power_levels": 100 });
    let spec = RoomSpec::named("Greenhouse").of_type("io.element.video").power_level("events", levels);
    let room = alice.create_room_with(spec, &[bob]).await?;
    let widget = json!({
        "type": "jitsi", "name": "Group call", "id": KEY, "creatorUserId": alice.user_id,
        "url": "https://app.element.io/jitsi.html?confId=JitsiGreenhouse#conferenceDomain=$domain&conferenceId=$conferenceId&isVideoChannel=$isVideoChannel",
        "data": {
            "domain": scene.domain, "conferenceId": "JitsiGreenhouse", "isAudioOnly": false, "isVideoChannel": true,
            "roomName": "Greenhouse",
        },
    });
    alice.set_state(&room, WIDGETS, KEY, &widget).await?;
    Ok(room)
}

/// Bob's entry names so many devices and has not expired.
async fn says_that_it_is_in(bob: &Person, room: &str, devices: usize) -> anyhow::Result<()> {
    until(&format!("the room says that Bob is in with {devices}"), WAIT, async || {
        let entry = bob.state(room, MEMBER, &bob.user_id).await?.unwrap_or_default();
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_millis();
        let lasts = entry["expires_ts"].as_u64().is_some_and(|at| u128::from(at) > now);
        Ok((lasts && entry["devices"].as_array().map(Vec::len) == Some(devices)).then_some(()))
    })
    .await
}

#[tokio::test]
async fn a_video_room_is_one_conference_and_says_who_is_in_it() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (alice, bob) = (scene.person("Alice").await?, scene.person("Bob").await?);
    let room = video_room(&scene, &alice, &bob).await?;
    let (at_alice, at_bob) = tokio::try_join!(scene.seat(&alice, &room), scene.seat(&bob, &room))?;
    at_bob.sees("This room is a conference").await?;
    at_bob.sees("Nobody is in it yet").await?;
    axe_is_silent(&at_bob, "video-room").await?;

    // Two people would call each other in any other room.
    at_bob.press("voice").await?;
    at_bob.is_in().await?;
    at_bob
        .browser
        .becomes::<bool>(&format!("document.querySelector('{WRAPPER}').src.includes('isVideoChannel=true')"))
        .await?;
    says_that_it_is_in(&bob, &room, 1).await?;
    // Alice is not in it and knows all the same: by the room's state.
    at_alice.sees("1 in the conference").await?;
    let named = "[document.querySelector('.room-header .in-conference'), document.querySelector('.live')] \
                 .every(place => place?.textContent.includes('Bob'))";
    at_alice.browser.becomes::<bool>(named).await?;
    axe_is_silent(&at_alice, "video-room-with-somebody").await?;

    at_bob.press_words("Leave").await?;
    at_bob.has_no_frame().await?;
    says_that_it_is_in(&bob, &room, 0).await?;
    at_alice.sees("Nobody is in it yet").await?;

    // Somebody who went away without a word is in it until then, and no longer.
    bob.set_state(&room, MEMBER, &bob.user_id, &json!({ "devices": ["OLD"], "expires_ts": 1 })).await?;
    alice.send_text(&room, "still nobody").await?;
    at_alice.sees("still nobody").await?;
    at_alice.sees("Nobody is in it yet").await?;

    // It was removed: Bob can't make it again, and does not call Alice instead.
    alice.set_state(&room, WIDGETS, KEY, &json!({})).await?;
    at_bob
        .browser
        .becomes::<bool>("!!document.querySelector('button[data-kind=video][aria-disabled=true]')")
        .await
        .map(drop)
}

/// The site's service: answers with what it is told to, and notes for which rooms it was asked.
struct Service {
    server: Server,
    answer: Arc<Mutex<Option<Value>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Service {
    async fn start() -> anyhow::Result<Self> {
        let (answer, asked) = (Arc::new(Mutex::new(None::<Value>)), Arc::new(Mutex::new(Vec::new())));
        let (answers, notes) = (answer.clone(), asked.clone());
        let build = move |Query(query): Query<HashMap<String, String>>| async move {
            let room = query.get("roomId").cloned().unwrap_or_default();
            notes.lock().unwrap_or_else(PoisonError::into_inner).push(room);
            let answer = answers.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let status = if answer.is_some() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
            (status, [(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")], answer.unwrap_or_default().to_string())
                .into_response()
        };
        let server = serve(Router::new().route("/build", get(build)), listener().await?, None).await?;
        Ok(Self { server, answer, asked })
    }

    fn answers(&self, answer: Value) {
        *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn seat(&self, scene: &Scene, person: &Person, room: &str) -> anyhow::Result<Seat> {
        let mut config = scene.config(&scene.domain);
        config["widget_build_url"] = json!(format!("http://{}/build", self.server.addr()));
        scene.seat_at(person, room, scene.pages_with(&config).await?).await
    }
}

#[tokio::test]
async fn a_site_s_service_makes_the_conference_and_everybody_joins_it() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let service = Service::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    let (at_alice, at_bob) = tokio::try_join!(service.seat(&scene, &alice, &room), service.seat(&scene, &bob, &room))?;

    // It is away: that is said, and the room is as it was.
    at_alice.press("video").await?;
    at_alice.sees("call service did not answer").await?;
    axe_is_silent(&at_alice, "call-service-silent").await?;
    assert!(alice.state_of_type(&room, WIDGETS).await?.is_empty());

    service.answers(json!({
        "widget_id": "built", "layout": { "container": "top", "index": 0, "width": 100, "height": 40 },
        "widget": {
            "type": "jitsi", "name": "Call", "url": "https://calls.example/jitsi.html?confId=BuiltGarden",
            "data": { "domain": scene.domain, "conferenceId": "BuiltGarden", "isAudioOnly": false },
        },
    }));
    at_alice.press_words("Try again").await?;
    at_alice.is_in().await?;
    assert_eq!(service.asked(), [room.clone(), room.clone()]);
    let content = alice.state(&room, WIDGETS, "built").await?.unwrap_or_default();
    assert_eq!((&content["io.element.managed_hybrid"], &content["name"]), (&json!(true), &json!("Call")), "{content}");

    // What runs is joined: the service is not asked again.
    at_bob.press("video").await?;
    at_bob.is_in().await?;
    at_alice.decodes_from(1).await?;
    assert_eq!(service.asked().len(), 2);
    Ok(())
}

#[tokio::test]
async fn a_call_of_another_kind_is_left_to_other_clients() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let service = Service::start().await?;
    let ([alice, ..], room) = scene.three().await?;
    let at_alice = service.seat(&scene, &alice, &room).await?;
    let widget = json!({ "type": "m.custom", "name": "Call", "url": "https://calls.example/room/1", "data": {} });
    service.answers(json!({ "widget_id": "built", "widget": widget }));
    at_alice.press("video").await?;
    at_alice.sees("of a kind that this page can’t open").await?;
    at_alice.has_no_frame().await?;
    let content = alice.state(&room, WIDGETS, "built").await?.unwrap_or_default();
    assert_eq!(
        (&content["type"], &content["io.element.managed_hybrid"]),
        (&json!("m.custom"), &json!(true)),
        "{content}"
    );

    // It is there: what somebody has made of it since stays.
    at_alice.press_words("Dismiss").await?;
    let mut renamed = content.clone();
    renamed["name"] = json!("Renamed");
    alice.set_state(&room, WIDGETS, "built", &renamed).await?;
    alice.send_text(&room, "it is renamed").await?;
    at_alice.sees("it is renamed").await?;
    at_alice.press("video").await?;
    at_alice.sees("of a kind that this page can’t open").await?;
    assert_eq!(alice.state(&room, WIDGETS, "built").await?, Some(renamed));

    // A server that the site did not choose is asked about, whoever names it.
    at_alice.press_words("Dismiss").await?;
    service.answers(json!({
        "widget_id": "elsewhere",
        "widget": {
            "type": "jitsi", "url": "https://calls.example/jitsi.html?confId=BuiltGarden",
            "data": { "domain": "meet.elsewhere.example", "conferenceId": "BuiltGarden", "isAudioOnly": false },
        },
    }));
    at_alice.press("video").await?;
    at_alice.sees("This conference takes place on meet.elsewhere.example").await?;
    at_alice.has_no_frame().await
}
