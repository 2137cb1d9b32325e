//! Rooms that are one conference (Chat Web's video rooms), and conferences that a service of the site makes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::Query;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse as _};
use axum::routing::get;
use serde_json::{Value, json};
use xtask::bed::{Person, RoomSpec, listener};
use xtask::serve::{Server, serve};

use crate::browser::{WAIT, until};
use crate::conference_life::axe_is_silent;
use crate::scene::{Scene, Seat, WIDGETS, WRAPPER};
use crate::wrapper::client::LIBRARY;

const KEY: &str = "greenhousegreenhousegree";
const MEMBER: &str = "io.element.video.member";

/// A video room as Chat Web makes it: its creator may do anything, nobody else may touch the widget, everybody may say that they are in.
async fn video_room(scene: &Scene, alice: &Person, others: &[&Person]) -> anyhow::Result<String> {
    let levels = json!({ WIDGETS: 200, MEMBER: 0, "m.room.power_levels": 100 });
    let spec = RoomSpec::named("Greenhouse").of_type("io.element.video").power_level("events", levels);
    let room = alice.create_room_with(spec, others).await?;
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

/// The person's entry names so many devices and has not expired.
async fn says_that_it_is_in(person: &Person, room: &str, devices: usize) -> anyhow::Result<()> {
    until(&format!("the room says that {} is in with {devices}", person.user_id), WAIT, async || {
        let entry = person.state(room, MEMBER, &person.user_id).await?.unwrap_or_default();
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_millis();
        let lasts = entry["expires_ts"].as_u64().is_some_and(|at| u128::from(at) > now);
        Ok((lasts && entry["devices"].as_array().map(Vec::len) == Some(devices)).then_some(()))
    })
    .await
}

#[tokio::test]
async fn a_video_room_is_one_conference_and_says_who_is_in_it() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let [alice, bob, carol] = [scene.person("Alice").await?, scene.person("Bob").await?, scene.person("Carol").await?];
    let room = video_room(&scene, &alice, &[&bob, &carol]).await?;
    let (at_alice, at_bob, at_carol) =
        tokio::try_join!(scene.seat(&alice, &room), scene.seat(&bob, &room), scene.seat(&carol, &room))?;
    at_bob.sees("This room is a conference").await?;
    at_bob.sees("Nobody is in it yet").await?;
    axe_is_silent(&at_bob, "video-room").await?;

    // Two people would call each other in any other room.
    at_bob.enters("voice").await?;
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

    // A third one reads the same, and is in it beside him.
    at_carol.sees("1 in the conference").await?;
    at_carol.enters("video").await?;
    says_that_it_is_in(&carol, &room, 1).await?;
    at_alice.sees("2 in the conference").await?;
    at_alice.browser.becomes::<bool>(&named.replace("Bob", "Carol")).await?;
    at_bob.decodes_from(1).await?;
    at_carol.leaves().await?;
    says_that_it_is_in(&carol, &room, 0).await?;
    at_alice.sees("1 in the conference").await?;

    at_bob.leaves().await?;
    says_that_it_is_in(&bob, &room, 0).await?;
    at_alice.sees("Nobody is in it yet").await?;

    // Somebody who went away without a word is in it until then, and no longer.
    bob.set_state(&room, MEMBER, &bob.user_id, &json!({ "devices": ["OLD"], "expires_ts": 1 })).await?;
    alice.send_text(&room, "still nobody").await?;
    at_alice.sees("still nobody").await?;
    at_alice.sees("Nobody is in it yet").await?;

    // It was removed: Bob can't make it again, and does not call Alice instead.
    alice.set_state(&room, WIDGETS, KEY, &json!({})).await?;
    at_bob.browser.becomes::<bool>("!!document.querySelector('button[data-kind=video][aria-disabled=true]')").await?;
    scene.nothing_is_left(&[&at_alice, &at_bob, &at_carol]).await
}

#[tokio::test]
async fn who_signs_out_in_a_video_room_is_out_of_it_before_the_session_ends() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (alice, bob) = (scene.person("Alice").await?, scene.person("Bob").await?);
    let room = video_room(&scene, &alice, &[&bob]).await?;
    let (at_alice, at_bob) = tokio::try_join!(scene.seat(&alice, &room), scene.seat(&bob, &room))?;
    at_bob.enters("voice").await?;
    says_that_it_is_in(&bob, &room, 1).await?;
    at_bob.browser.page().click(".account [aria-haspopup=menu]").await?;
    at_bob.press_words("Sign out").await?;
    at_bob.browser.page().click("dialog.card .danger").await?;
    says_that_it_is_in(&bob, &room, 0).await?;
    at_bob.has_no_frame().await?;
    at_alice.sees("Nobody is in it yet").await?;
    // A sync that was under way is refused with the session.
    scene.nothing_is_left_but(&[&at_alice, &at_bob], &["/sync"]).await
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
        // Its own call, of another kind than Meet's: a page that speaks the Widget API.
        let page = Html(include_str!("../widget_api/page/widget.html"));
        let library = get(async || ([("content-type", "text/javascript")], LIBRARY.as_str()));
        let router = Router::new()
            .route("/build", get(build))
            .route("/widget.html", get(async move || page))
            .route("/widget-api.js", library);
        let server = serve(router, listener().await?, None).await?;
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
    at_bob.enters("video").await?;
    at_alice.decodes_from(1).await?;
    assert_eq!(service.asked().len(), 2);
    at_alice.press_words("Leave").await?;
    at_bob.press_words("Leave").await?;
    // The service was away first.
    scene.nothing_is_left_but(&[&at_alice, &at_bob], &["/build?"]).await
}

const ALLOWED: &str = "im.vector.setting.allowed_widgets";

/// Waits until both places say this of the newest event of the widget.
async fn is_kept(person: &Person, room: &str, event: &str, allowed: bool) -> anyhow::Result<()> {
    until(&format!("{allowed} is kept in both places"), WAIT, async || {
        let account = person.account_data(ALLOWED).await?.unwrap_or_default();
        let in_room = person.room_account_data(room, ALLOWED).await?.unwrap_or_default();
        Ok((account["widgets"][event] == allowed && in_room[event] == allowed).then_some(()))
    })
    .await
}

#[tokio::test]
async fn a_call_of_another_kind_opens_after_a_word_and_again_after_an_edit() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let service = Service::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    let (at_alice, at_bob) = tokio::try_join!(service.seat(&scene, &alice, &room), service.seat(&scene, &bob, &room))?;
    let host = service.server.addr().to_string();
    let page = format!("http://{host}/widget.html?who=$matrix_display_name&id=$matrix_user_id#$greeting");
    let widget = json!({
        "type": "m.custom", "name": "Call", "url": page,
        "data": { "greeting": "hello & welcome", "matrix_user_id": "@somebody:else" },
    });
    service.answers(json!({ "widget_id": "built", "widget": widget }));

    // Who has it made is asked too: the service names the page, and it would get the camera.
    at_alice.press("video").await?;
    at_alice.sees(&format!("This call is a page of {host}")).await?;
    at_alice.has_no_frame().await?;
    at_alice.press_words("Continue").await?;
    at_alice.wrapper().becomes::<bool>("window.widget?.ready").await?;
    assert_eq!(service.asked(), std::slice::from_ref(&room));
    let content = alice.state(&room, WIDGETS, "built").await?.unwrap_or_default();
    assert_eq!(
        (&content["type"], &content["io.element.managed_hybrid"]),
        (&json!("m.custom"), &json!(true)),
        "{content}"
    );
    at_alice.leaves().await?;

    // Bob is asked, with whose page it is and who added it.
    at_bob.sees("A call is running").await?;
    at_bob.press("video").await?;
    let title = format!("This call is a page of {host}");
    at_bob.sees(&title).await?;
    at_bob.sees(&format!("Alice ({}) added it", alice.user_id)).await?;
    at_bob.has_no_frame().await?;
    axe_is_silent(&at_bob, "widget-consent").await?;
    at_bob.press_words("Not now").await?;
    assert_eq!((bob.account_data(ALLOWED).await?, bob.room_account_data(&room, ALLOWED).await?), (None, None));
    at_bob.press_words("Open").await?;
    at_bob.press_words("Continue").await?;
    at_bob.wrapper().becomes::<bool>("window.widget?.ready").await?;
    let address: String = at_bob.wrapper().run("return location.href", Vec::new()).await?;
    assert!(address.contains("who=Bob&id=%40bob%3Alocalhost&widgetId=built&parentUrl="), "{address}");
    assert!(address.ends_with("#hello%20%26%20welcome"), "{address}");
    let told: Value =
        at_bob.wrapper().becomes("widget.heard.findLast(([action]) => action === 'notify_capabilities')?.[1]").await?;
    assert_eq!(told["approved"], json!(["m.always_on_screen"]), "{told}");
    let event = newest_event(&alice, &room).await?;
    is_kept(&bob, &room, &event, true).await?;
    assert_eq!(service.asked().len(), 1, "what is there is opened");

    // It learns who he is after another word.
    let ask = "window.answer = null; widget.askOpenId().then(answer => { window.answer = answer; }); return null";
    at_bob.wrapper().run::<Value>(ask, Vec::new()).await?;
    at_bob.sees(&format!("{host} asks who you are")).await?;
    at_bob.press_words("Tell it").await?;
    let token: Value = at_bob.wrapper().becomes("window.answer").await?;
    let whose = scene.openid_user(token["access_token"].as_str().unwrap_or_default()).await?;
    assert_eq!(whose, bob.user_id);

    // What was agreed to holds after a reload.
    at_bob.browser.driver.refresh().await?;
    at_bob.press("video").await?;
    at_bob.wrapper().becomes::<bool>("window.widget?.ready").await?;

    // An edit is another event: the page goes, and Bob is asked again.
    let mut edited = content.clone();
    edited["name"] = json!("Renamed");
    alice.set_state(&room, WIDGETS, "built", &edited).await?;
    at_bob.sees("The call was changed, so you are asked again.").await?;
    at_bob.has_no_frame().await?;
    at_bob.press_words("Continue").await?;
    at_bob.wrapper().becomes::<bool>("window.widget?.ready").await?;
    let event = newest_event(&alice, &room).await?;
    is_kept(&bob, &room, &event, true).await?;

    at_bob.press_words("Withdraw consent").await?;
    at_bob.has_no_frame().await?;
    is_kept(&bob, &room, &event, false).await?;
    at_bob.press("video").await?;
    at_bob.sees(&title).await?;
    at_bob.has_no_frame().await?;

    // A page of the chat's own origin could read the chat.
    edited["url"] = json!(format!("{}/widget.html", at_bob.pages.origin()));
    alice.set_state(&room, WIDGETS, "built", &edited).await?;
    at_bob.sees("leads to this page’s own address").await?;
    scene.nothing_is_left(&[&at_alice, &at_bob]).await
}

/// The event that made the widget as it is now.
async fn newest_event(person: &Person, room: &str) -> anyhow::Result<String> {
    let all = person.state_of_type(room, WIDGETS).await?;
    let event = all.iter().find(|event| event["state_key"] == "built");
    Ok(event.and_then(|event| event["event_id"].as_str()).unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_server_that_the_site_did_not_choose_is_asked_about_whoever_names_it() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let service = Service::start().await?;
    let ([alice, ..], room) = scene.three().await?;
    let at_alice = service.seat(&scene, &alice, &room).await?;
    service.answers(json!({
        "widget_id": "elsewhere",
        "widget": {
            "type": "jitsi", "url": "https://calls.example/jitsi.html?confId=BuiltGarden",
            "data": { "domain": "meet.elsewhere.example", "conferenceId": "BuiltGarden", "isAudioOnly": false },
        },
    }));
    at_alice.press("video").await?;
    at_alice.sees("This conference takes place on meet.elsewhere.example").await?;
    scene.nothing_is_left(&[&at_alice]).await
}
