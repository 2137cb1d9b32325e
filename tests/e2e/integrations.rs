//! The integration manager behind the four squares: the way to its frame, what its page may, and the switch.

mod pages;
mod sources;

use anyhow::{Context as _, bail};
use meet_in_chat::integrations::{Ask, Input, Opening, Step, choose, with_accepted};
use meet_in_chat::matrix::answer::Answer;
use meet_in_chat::matrix::request::Method;
use serde_json::{Value, json};
use xtask::bed::{Person, RoomSpec, free_port, listener, percent_encode};
use xtask::manager_stand_in::{self, ManagerStandIn};

use crate::browser::{Frame, WAIT, until};
use crate::conference_life::axe_is_silent;
use crate::scene::{Scene, Seat, WIDGETS};

const SQUARES: &str = ".room-header [aria-haspopup=dialog]";
const FRAME: &str = ".integrations iframe";
/// The switch, as phones and Chat Web have it (`mobile.md` 4.2).
const PROVISIONING: &str = "im.vector.setting.integration_provisioning";
const ACCEPTED: &str = "m.accepted_terms";
const NO_POWER: &str = "You do not have permission to do that in this room.";
/// What says 403 to whoever has not agreed to the terms yet, and to a token that ran out.
const UNSIGNED: &str = "/api/account";

/// A page whose site has this manager, and another Meet server than the scene's.
async fn seat(scene: &Scene, manager: &ManagerStandIn, person: &Person, room: &str) -> anyhow::Result<Seat> {
    let mut config = scene.config("meet.elsewhere.example");
    manager.configure(&mut config);
    scene.seat_at(person, room, scene.pages_with(&config).await?).await
}

async fn manager(scene: &Scene) -> anyhow::Result<ManagerStandIn> {
    ManagerStandIn::start(listener().await?, scene.homeserver())
}

/// The manager's frame, once its page runs.
async fn frame(seat: &Seat) -> anyhow::Result<Frame<'_>> {
    let frame = seat.browser.within(&[FRAME]);
    frame.becomes::<bool>("Boolean(window.manager)").await.context("the manager's page")?;
    Ok(frame)
}

/// Opens the manager, and agrees to its terms where it is the first time.
async fn open<'a>(seat: &'a Seat, manager: &ManagerStandIn, person: &Person) -> anyhow::Result<Frame<'a>> {
    seat.browser.page().click(SQUARES).await?;
    if !manager.has_agreed(&person.user_id) {
        seat.press_words("Agree and go on").await?;
    }
    frame(seat).await
}

/// What the chat responds to a request of the manager's page.
async fn ask(frame: Frame<'_>, request: Value) -> anyhow::Result<Value> {
    let script = "return manager.ask(arguments[0]).then(answer => answer?.response ?? null)";
    let response: Value = frame.run(script, vec![request.clone()]).await?;
    anyhow::ensure!(response != Value::Null, "no answer to {request}");
    Ok(response)
}

fn error(response: &Value) -> &str {
    response["error"]["message"].as_str().unwrap_or_default()
}

async fn add_meeting(frame: Frame<'_>, domain: &str) -> anyhow::Result<Value> {
    let script = "return manager.ask(manager.meeting(...arguments)).then(answer => answer?.response ?? null)";
    frame.run(script, vec![domain.into(), "Daily".into()]).await
}

/// The widgets of a room that run.
async fn running(person: &Person, room: &str) -> anyhow::Result<Vec<Value>> {
    let mut events = person.state_of_type(room, WIDGETS).await?;
    events.retain(|event| event["content"]["url"].is_string());
    Ok(events)
}

async fn sent(ask: &Ask) -> anyhow::Result<Answer> {
    let url = ask.request.url(&ask.base);
    let client = reqwest::Client::new();
    let request = if ask.request.method == Method::Get { client.get(url) } else { client.post(url) };
    let request = match &ask.token {
        Some(token) => request.bearer_auth(&token.0),
        None => request,
    };
    let request = match &ask.request.body {
        Some(body) => request.json(body),
        None => request,
    };
    let answer = request.send().await?;
    Ok(Answer { status: answer.status().as_u16(), body: answer.text().await? })
}

/// The whole way without a page: what the stand-in and the homeserver say to what is asked of them.
#[tokio::test]
async fn a_manager_takes_who_the_homeserver_vouches_for_once_they_agreed() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let alice = scene.person("Alice").await?;
    let standing = manager(&scene).await?;
    let mut config = json!({});
    standing.configure(&mut config);
    let manager = choose(None, None, &config, "http://127.0.0.1:1").context("a manager")?;
    let start = || Opening::start(manager.clone(), alice.user_id.as_str().into(), "de".to_owned(), None);

    let (mut opening, _) = start();
    let Step::Ask(ask) = opening.handle(Input::OpenId(Ok(json!({ "access_token": "forged" })))) else {
        bail!("no request")
    };
    assert!(matches!(opening.handle(Input::Answer(Ok(sent(&ask).await?))), Step::Failed(_)));
    assert!(standing.registered().is_empty());

    let (mut opening, mut step) = start();
    let mut shown = Vec::new();
    let token = loop {
        let input = match step {
            Step::OpenId => {
                let path = format!("client/v3/user/{}/openid/request_token", percent_encode(&alice.user_id));
                Input::OpenId(Ok(alice.request(reqwest::Method::POST, &path, Some(&json!({}))).await?))
            }
            Step::Ask(ask) => Input::Answer(Ok(sent(&ask).await?)),
            Step::ReadAccepted => Input::Accepted(Ok(alice.account_data(ACCEPTED).await?)),
            Step::KeepAccepted(urls) => {
                let content = with_accepted(alice.account_data(ACCEPTED).await?, &urls);
                alice.set_account_data(ACCEPTED, &content).await?;
                Input::Kept
            }
            Step::Terms(policies) => {
                shown = policies;
                Input::Agreed
            }
            Step::Ready(token) => break token,
            Step::Failed(failure) => bail!("{failure:?}"),
        };
        step = opening.handle(input);
    };
    assert_eq!(shown.iter().map(|policy| policy.name.as_str()).collect::<Vec<_>>(), ["Terms of the stand-in"]);
    assert!(!token.0.is_empty() && standing.has_agreed(&alice.user_id));
    assert_eq!(standing.registered(), std::slice::from_ref(&alice.user_id));
    Ok(())
}

#[tokio::test]
async fn a_manager_is_agreed_to_and_adds_a_conference_that_others_join_on_its_server() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    let manager = manager(&scene).await?;
    // What was accepted elsewhere stays.
    alice.set_account_data(ACCEPTED, &json!({ "accepted": ["https://other.example/terms"], "org.example": 1 })).await?;
    let at_alice = seat(&scene, &manager, &alice, &room).await?;

    at_alice.browser.page().click(SQUARES).await?;
    at_alice.sees("wants you to agree to").await?;
    at_alice.sees("Terms of the stand-in").await?;
    axe_is_silent(&at_alice, "manager-terms").await?;
    assert!(!manager.has_agreed(&alice.user_id));
    at_alice.press_words("Agree and go on").await?;
    let frame = frame(&at_alice).await?;
    at_alice.sees("acts in this chat in your name").await?;
    axe_is_silent(&at_alice, "manager").await?;
    assert_eq!(manager.registered(), std::slice::from_ref(&alice.user_id));
    let accepted = alice.account_data(ACCEPTED).await?.unwrap_or_default();
    assert_eq!(
        (accepted["accepted"].as_array().map(Vec::len), &accepted["org.example"]),
        (Some(2), &json!(1)),
        "{accepted}"
    );
    let parameters: Value = frame.run("return manager.parameters", Vec::new()).await?;
    assert_eq!((&parameters["room_id"], &parameters["room_name"]), (&json!(room), &json!("Garden club")));
    assert!(parameters["theme"].is_string() && parameters["scalar_token"].is_string());

    assert_eq!(add_meeting(frame, &scene.domain).await?, json!({ "success": true }));
    // The manager finds at once what it made.
    let widgets = ask(frame, json!({ "action": "get_widgets" })).await?;
    assert_eq!(widgets[0]["content"]["data"]["domain"], json!(scene.domain), "{widgets}");
    let [widget] = &running(&bob, &room).await?[..] else { bail!("one conference") };
    assert_eq!((&widget["sender"], &widget["content"]["type"]), (&json!(alice.user_id), &json!("jitsi")), "{widget}");
    at_alice.press_words("Close").await?;
    at_alice.has_no_frame().await?;
    at_alice.browser.becomes::<bool>(&format!("document.activeElement.matches('{SQUARES}')")).await?;

    // It was made in Alice's name, and she did not choose its server.
    at_alice.press("video").await?;
    at_alice.sees(&format!("This conference takes place on {}", scene.domain)).await?;
    at_alice.press_words("Not now").await?;
    let at_bob = seat(&scene, &manager, &bob, &room).await?;
    at_bob.press("video").await?;
    at_bob.press_words(&format!("Join on {}", scene.domain)).await?;
    at_bob.is_in().await?;
    assert_eq!(manager.registered().len(), 1, "joining asks no manager");

    // The token is kept as long as the page, and one that ran out is replaced; the manager closes itself.
    open(&at_alice, &manager, &alice).await?;
    assert_eq!(manager.registered().len(), 1);
    at_alice.press_words("Close").await?;
    at_alice.has_no_frame().await?;
    manager.forget_tokens();
    let frame = open(&at_alice, &manager, &alice).await?;
    assert_eq!(manager.registered().len(), 2);
    frame.run::<Value>("manager.ask({ action: 'close_scalar' }); return null", Vec::new()).await?;
    at_alice.has_no_frame().await?;
    at_bob.press_words("Leave").await?;
    scene.nothing_is_left_but(&[&at_alice, &at_bob], &[UNSIGNED]).await
}

#[tokio::test]
async fn a_manager_does_nothing_elsewhere_and_nothing_for_who_has_no_power() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    let other = alice.create_room(RoomSpec::named("Shed")).await?;
    let manager = manager(&scene).await?;

    let at_bob = seat(&scene, &manager, &bob, &room).await?;
    let frame = open(&at_bob, &manager, &bob).await?;
    assert_eq!(error(&add_meeting(frame, &scene.domain).await?), NO_POWER);
    let may = json!({ "action": "can_send_event", "event_type": WIDGETS, "is_state": true });
    assert_eq!(error(&ask(frame, may).await?), NO_POWER);
    let kick = json!({ "action": "kick", "user_id": alice.user_id });
    assert_eq!(error(&ask(frame, kick).await?), NO_POWER);

    let at_alice = seat(&scene, &manager, &alice, &room).await?;
    let frame = open(&at_alice, &manager, &alice).await?;
    let elsewhere = json!({ "action": "set_widget", "room_id": other, "widget_id": "x", "type": "m.custom", "url": "https://w.example/" });
    assert_eq!(error(&ask(frame, elsewhere).await?), format!("Room {other} not visible"));
    let message = json!({ "action": "send_event", "type": "m.room.message", "content": { "body": "x" } });
    assert!(!error(&ask(frame, message).await?).is_empty());

    // A window that is not the frame, and the frame under another origin.
    let forge = "const inner = document.createElement('iframe'); inner.src = location.href + '&inner=1'; document.body.append(inner); \
         return new Promise(loaded => inner.addEventListener('load', loaded)).then(() => \
           inner.contentWindow.manager.ask(manager.meeting('forged.example', 'Forged'), top, 3000))";
    assert_eq!(frame.run::<Value>(forge, Vec::new()).await?, Value::Null, "another window was answered");
    let moved = format!("{}/ui?room_id={}", manager.other_origin(), percent_encode(&room));
    frame.run::<Value>("location = arguments[0]; return null", vec![moved.into()]).await?;
    let moved = at_alice.browser.within(&[FRAME]);
    moved.becomes::<bool>("location.hostname === 'localhost' && Boolean(window.manager)").await?;
    let forge = "return manager.ask(manager.meeting('forged.example', 'Forged'), parent, 3000)";
    assert_eq!(moved.run::<Value>(forge, Vec::new()).await?, Value::Null, "another origin was answered");

    assert!(running(&alice, &room).await?.is_empty() && running(&alice, &other).await?.is_empty());
    for seat in [&at_alice, &at_bob] {
        seat.press_words("Close").await?;
    }
    scene.nothing_is_left_but(&[&at_alice, &at_bob], &[UNSIGNED]).await
}

#[tokio::test]
async fn a_manager_sets_up_a_bot_as_far_as_its_user_could() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, carol], _) = scene.three().await?;
    // In later versions who made the room has more than any level.
    let room = alice.create_room_with(RoomSpec::named("Greenhouse").version("11"), &[&bob, &carol]).await?;
    let bot = scene.person("Gardener").await?;
    let manager = manager(&scene).await?;
    let at_alice = seat(&scene, &manager, &alice, &room).await?;
    let frame = open(&at_alice, &manager, &alice).await?;
    let done = json!({ "success": true });
    let about = |action: &str, user: &Person| json!({ "action": action, "user_id": user.user_id });

    assert_eq!(ask(frame, json!({ "action": "get_membership_count" })).await?, 3);
    assert_eq!(ask(frame, json!({ "action": "get_room_enc_state" })).await?, false);
    assert_eq!(ask(frame, json!({ "action": "join_rules_state" })).await?["join_rule"], "invite");
    assert_eq!(ask(frame, about("membership_state", &bob)).await?["membership"], "join");
    let token = ask(frame, json!({ "action": "get_open_id_token" })).await?;
    assert_eq!(scene.openid_user(token["access_token"].as_str().context("a token")?).await?, alice.user_id);

    assert_eq!(ask(frame, about("invite", &bot)).await?, done);
    bot.join(&room).await?;
    let level = |level: i64| json!({ "action": "set_bot_power", "user_id": bot.user_id, "level": level });
    assert_eq!(error(&ask(frame, level(100)).await?), NO_POWER, "as much as she has could not be taken back");
    assert_eq!(ask(frame, level(50)).await?, done);
    let levels = bot.state(&room, "m.room.power_levels", "").await?.unwrap_or_default();
    assert_eq!(
        (&levels["users"][&bot.user_id], &levels["users"][&alice.user_id]),
        (&json!(50), &json!(100)),
        "{levels}"
    );
    let options = json!({ "action": "set_bot_options", "user_id": bot.user_id, "content": { "water": true } });
    assert_eq!(ask(frame, options).await?, done);
    assert_eq!(ask(frame, about("bot_options", &bot)).await?, json!({ "water": true }));
    assert_eq!(ask(frame, json!({ "action": "set_plumbing_state", "status": "on" })).await?, done);

    assert_eq!(ask(frame, about("kick", &carol)).await?, done);
    assert_eq!(error(&ask(frame, about("kick", &alice)).await?), NO_POWER);
    until("Carol is out", WAIT, async || {
        let member = alice.state(&room, "m.room.member", &carol.user_id).await?.unwrap_or_default();
        Ok((member["membership"] == "leave").then_some(()))
    })
    .await?;
    at_alice.press_words("Close").await?;
    scene.nothing_is_left_but(&[&at_alice], &[UNSIGNED, "/state/"]).await
}

#[tokio::test]
async fn integrations_are_switched_off_for_the_account_and_on_again() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, ..], room) = scene.three().await?;
    let manager = manager(&scene).await?;
    alice.set_account_data(PROVISIONING, &json!({ "org.example": [1] })).await?;
    let at_alice = seat(&scene, &manager, &alice, &room).await?;
    open(&at_alice, &manager, &alice).await?;
    assert_eq!(alice.account_data(PROVISIONING).await?, Some(json!({ "org.example": [1] })), "opening writes nothing");

    at_alice.press_words("Switch integrations off").await?;
    at_alice.sees("Integrations are switched off for your account").await?;
    at_alice.has_no_frame().await?;
    assert_eq!(alice.account_data(PROVISIONING).await?, Some(json!({ "org.example": [1], "enabled": false })));
    axe_is_silent(&at_alice, "manager-off").await?;
    at_alice.press_words("Close").await?;
    at_alice.browser.page().click(SQUARES).await?;
    at_alice.sees("Integrations are switched off for your account").await?;
    assert_eq!(manager.registered().len(), 1, "nobody is told who I am while they are off");

    at_alice.press_words("Switch integrations on").await?;
    frame(&at_alice).await?;
    assert_eq!(alice.account_data(PROVISIONING).await?, Some(json!({ "org.example": [1], "enabled": true })));
    at_alice.press_words("Close").await?;
    scene.nothing_is_left_but(&[&at_alice], &[UNSIGNED]).await
}

#[tokio::test]
async fn a_manager_that_is_not_there_is_named_and_tried_again() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, ..], room) = scene.three().await?;
    let port = free_port()?;
    let mut config = scene.config(&scene.domain);
    manager_stand_in::configure(port, &mut config);
    let at_alice = scene.seat_at(&alice, &room, scene.pages_with(&config).await?).await?;

    at_alice.browser.page().click(SQUARES).await?;
    at_alice.sees(&format!("127.0.0.1:{port} can’t be reached")).await?;
    axe_is_silent(&at_alice, "manager-unreachable").await?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    let manager = ManagerStandIn::start(listener, scene.homeserver())?;
    at_alice.press_words("Try again").await?;
    at_alice.press_words("Agree and go on").await?;
    frame(&at_alice).await?;
    assert!(manager.has_agreed(&alice.user_id));
    // Escape closes it while the focus is outside of the manager's own page.
    at_alice
        .browser
        .run::<Value>("document.querySelector('dialog .actions button').focus(); return null", Vec::new())
        .await?;
    at_alice.browser.key(thirtyfour::Key::Escape, false).await?;
    scene.nothing_is_left_but(&[&at_alice], &[&format!("//127.0.0.1:{port}/")]).await
}
