//! The rows of `meet-iframe.md` 6 from Meet's own messages to the words on the page. Its rows about Meet's script have no place here:
//! the page loads none of it, only the frame.

use std::time::{Duration, Instant};

use meet_in_chat::iframe_api::ANSWER_LIMIT;
use serde_json::{Value, json};
use xtask::meet_stand_in::{Behaviour, Framing, MeetStandIn, Options, Release};

use super::client::{Client, Setting};
use crate::scene;

fn error(name: &str, fatal: bool) -> Value {
    let kind = if name.starts_with("connection.") { "CONNECTION" } else { "CONFERENCE" };
    json!({ "name": name, "type": kind, "isFatal": fatal })
}

/// After whatever happened: nothing is left open, the client has heard of exactly one end, and this button leads in.
async fn ends_and_leads_back_in(client: &Client, button: &str, report: Value) -> anyhow::Result<()> {
    client.has_left_nothing_open().await?;
    client.hears("im.vector.hangup", 1).await?;
    client.hears_off_screen().await?;
    assert_eq!(client.heard(&["im.vector.hangup"]).await?, [json!(["im.vector.hangup", report])]);
    client.forget().await?;
    client.join(button).await
}

#[tokio::test]
async fn a_connection_that_is_lost_for_good_is_an_end_with_a_reason() -> anyhow::Result<()> {
    let client = Client::start().await?;
    client.join("button.join").await?;
    for name in [
        "connection.droppedError",
        "connection.otherError",
        "connection.serverError",
        "conference.focusDisconnected",
        "conference.focusLeft",
        "conference.iceFailed",
        "conference.offerAnswerFailed",
        "conference.videobridgeNotAvailable",
    ] {
        client.forget().await?;
        client.meet.fail(client.room(), &error(name, true));
        client.reads("failed.lost", &[]).await?;
        client.wrapper().click("summary").await?;
        scene::sees(client.wrapper(), name).await?;
        client.wrapper().click("summary").await?;
        ends_and_leads_back_in(&client, "button.retry", json!({ "errorMessage": name })).await?;
    }
    Ok(())
}

#[tokio::test]
async fn what_meet_recovers_from_is_no_end() -> anyhow::Result<()> {
    let client = Client::start().await?;
    client.join("button.join").await?;
    for name in [
        "connection.conferenceRequestFailed",
        "connection.notLiveError",
        "connection.shardChangedError",
        "connection.passwordRequired",
        "conference.connectionError",
        "conference.restarted",
        "conference.reservationError",
        "conference.gracefulShutdown",
        "conference.incompatible_server_versions",
    ] {
        client.meet.fail(client.room(), &error(name, false));
    }
    // Behind all of them, something that shows that they were heard.
    client.meeting().click("#camera").await?;
    client.hears_devices(true, false).await?;
    client.is_in().await?;
    let alert: bool =
        client.wrapper().run("return document.getElementById('alert').checkVisibility()", Vec::new()).await?;
    assert!(!alert);
    assert_eq!(client.heard(&["im.vector.hangup"]).await?, Vec::<Value>::new());
    Ok(())
}

#[tokio::test]
async fn who_is_not_let_in_reads_why_and_can_try_again() -> anyhow::Result<()> {
    let client = Client::start().await?;
    let mut button = "button.join";
    for (name, words, report) in [
        ("conference.connectionError.notAllowed", "failed.not_allowed", "conference.connectionError.notAllowed"),
        ("conference.max_users", "failed.full", "meet_full"),
        ("conference.connectionError.accessDenied", "failed.declined", "meet_declined"),
    ] {
        client.forget().await?;
        client.meet.stop_at_the_door(Some(&error(name, false)));
        client.press(button).await?;
        client.reads(words, &[]).await?;
        client.meet.stop_at_the_door(None);
        ends_and_leads_back_in(&client, "button.retry", json!({ "errorMessage": report })).await?;
        client.send("im.vector.hangup", json!({})).await?;
        client.reads("status.left", &[]).await?;
        client.has_left_nothing_open().await?;
        button = "button.join_again";
    }
    Ok(())
}

#[tokio::test]
async fn who_has_to_wait_reads_for_what_and_is_then_let_in() -> anyhow::Result<()> {
    let client = Client::start().await?;
    let mut button = "button.join";
    for (name, words) in [
        ("conference.connectionError.membersOnly", "status.lobby"),
        ("conference.passwordRequired", "status.password"),
        ("conference.authenticationRequired", "status.moderator"),
    ] {
        let mut waits = error(name, false);
        waits["recoverable"] = json!(true);
        client.meet.stop_at_the_door(Some(&waits));
        client.press(button).await?;
        client.reads(words, &[]).await?;
        client.stage_is("waiting").await?;
        client.meeting().becomes::<bool>("document.getElementById('message').checkVisibility()").await?;
        client.meet.admit(client.room());
        client.is_in().await?;
        let status: bool =
            client.wrapper().run("return document.getElementById('status').checkVisibility()", Vec::new()).await?;
        assert!(!status, "{words}");
        client.send("im.vector.hangup", json!({})).await?;
        client.reads("status.left", &[]).await?;
        button = "button.join_again";
    }
    Ok(())
}

#[tokio::test]
async fn who_waits_can_be_turned_away_give_up_in_meet_and_give_up_here() -> anyhow::Result<()> {
    let options = Options { behaviour: Behaviour::Lobby, ..Options::default() };
    let client = Client::with(Setting { meet: options, ..Setting::default() }).await?;
    client.press("button.join").await?;
    client.reads("status.lobby", &[]).await?;
    client.meet.deny(client.room());
    client.reads("failed.declined", &[]).await?;
    client.has_left_nothing_open().await?;

    client.press("button.retry").await?;
    client.reads("status.lobby", &[]).await?;
    client.meeting().run::<Value>("document.getElementById('hangup').click(); return null", Vec::new()).await?;
    client.reads("status.not_joined", &[]).await?;
    client.has_left_nothing_open().await?;

    client.press("button.join").await?;
    client.reads("status.lobby", &[]).await?;
    client.press("button.cancel").await?;
    client.reads("status.not_joined", &[]).await?;
    client.has_left_nothing_open().await?;

    client.forget().await?;
    client.press("button.join").await?;
    client.reads("status.lobby", &[]).await?;
    client.meet.admit(client.room());
    client.is_in().await
}

#[tokio::test]
async fn an_end_for_all_and_a_removal_say_so() -> anyhow::Result<()> {
    let client = Client::start().await?;
    client.join("button.join").await?;
    client.forget().await?;
    client.meet.end(client.room());
    client.reads("status.ended_for_all", &[]).await?;
    ends_and_leads_back_in(&client, "button.join_again", json!({ "reason": "meet_ended_for_all" })).await?;

    client.forget().await?;
    client.meet.kick(client.room(), Some("Ben"));
    client.reads("failed.removed_by", &[("who", "Ben")]).await?;
    ends_and_leads_back_in(&client, "button.join_again", json!({ "errorMessage": "meet_removed" })).await?;

    client.forget().await?;
    client.meet.kick(client.room(), None);
    client.reads("failed.removed", &[]).await?;
    ends_and_leads_back_in(&client, "button.join_again", json!({ "errorMessage": "meet_removed" })).await
}

#[tokio::test]
async fn a_goodbye_in_meet_and_one_that_never_comes_are_one_end_each() -> anyhow::Result<()> {
    let client = Client::start().await?;
    client.join("button.join").await?;
    client.forget().await?;
    client.meeting().click("#hangup").await?;
    client.reads("status.left", &[]).await?;
    ends_and_leads_back_in(&client, "button.join_again", json!({})).await?;

    // The page goes somewhere else by itself: it says that it left, and never that it is ready to close.
    client.forget().await?;
    client.meeting().run::<Value>("location.replace('/_stand-in/closed.html'); return null", Vec::new()).await?;
    client.reads("status.left", &[]).await?;
    ends_and_leads_back_in(&client, "button.join_again", json!({})).await
}

/// It loads itself again, and is the same conversation.
#[tokio::test]
async fn a_meet_that_loads_itself_again_goes_on() -> anyhow::Result<()> {
    let client = Client::start().await?;
    client.join("button.join").await?;
    client.meeting().run::<Value>("setTimeout(() => location.reload()); return null", Vec::new()).await?;
    client
        .meeting()
        .becomes::<bool>("performance.getEntriesByType('navigation')[0].type === 'reload' && standIn.joined()")
        .await?;
    tokio::time::sleep(Duration::from_secs(4)).await;
    client.is_in().await?;
    assert_eq!(client.heard(&["im.vector.hangup"]).await?, Vec::<Value>::new());
    Ok(())
}

/// Waits for the words within the limit, then lets the server recover and tries again.
async fn says_that_nobody_answers(
    client: &Client,
    recover: impl AsyncFnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    client.press("button.join").await?;
    let pressed = Instant::now();
    client.reads("failed.no_answer", &[]).await?;
    let limit = Duration::from_millis(ANSWER_LIMIT.0) + Duration::from_secs(5);
    anyhow::ensure!(pressed.elapsed() < limit, "{:?}", pressed.elapsed());
    recover().await?;
    ends_and_leads_back_in(client, "button.retry", json!({ "errorMessage": "meet_no_answer" })).await
}

#[tokio::test]
async fn a_server_that_says_nothing_is_named_after_15_seconds() -> anyhow::Result<()> {
    let says_nothing = async |behaviour: Behaviour, framing: Framing| {
        let meet = Options { behaviour, framing, ..Options::default() };
        let client = Client::with(Setting { meet, ..Setting::default() }).await?;
        let recover = async || {
            client.meet.behave(Behaviour::Normal, Framing::Allow);
            Ok(())
        };
        says_that_nobody_answers(&client, recover).await
    };
    tokio::try_join!(
        says_nothing(Behaviour::HangsOnPage, Framing::Allow),
        says_nothing(Behaviour::NoMeet, Framing::Allow),
        says_nothing(Behaviour::Normal, Framing::Forbid),
        says_nothing(Behaviour::Normal, Framing::ForbidOtherOrigins),
    )?;
    Ok(())
}

#[tokio::test]
async fn a_server_that_refuses_connections_is_named_after_15_seconds() -> anyhow::Result<()> {
    let port = xtask::bed::free_port()?;
    let client = Client::with(Setting { domain: Some(format!("127.0.0.1:{port}")), ..Setting::default() }).await?;
    let mut late = None;
    let recover = async || {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
        late = Some(MeetStandIn::start(listener, Options::default()).await?);
        Ok(())
    };
    says_that_nobody_answers(&client, recover).await
}

/// The browser shows a page of its own in the frame, and tells nobody.
#[tokio::test]
async fn a_name_that_leads_nowhere_and_a_certificate_that_does_not_count_are_named_too() -> anyhow::Result<()> {
    let never_answers = async |setting: Setting| {
        let client = Client::with(setting).await?;
        client.press("button.join").await?;
        client.reads("failed.no_answer", &[]).await?;
        client.has_left_nothing_open().await
    };
    let tls = Options { tls: Some(vec!["meet.example.org".to_owned()]), ..Options::default() };
    tokio::try_join!(
        never_answers(Setting { domain: Some("nowhere.example.org".to_owned()), ..Setting::default() }),
        never_answers(Setting { meet: tls, trusted: false, ..Setting::default() }),
    )?;
    Ok(())
}

/// The oldest release says less, and never that it is ready.
#[tokio::test]
async fn an_old_meet_ends_in_the_same_words() -> anyhow::Result<()> {
    let meet = Options { release: Release::V1_0_3, ..Options::default() };
    let client = Client::with(Setting { meet, ..Setting::default() }).await?;
    client.join("button.join").await?;
    client.forget().await?;
    client.meeting().click("#hangup").await?;
    client.reads("status.left", &[]).await?;
    ends_and_leads_back_in(&client, "button.join_again", json!({})).await?;

    client.forget().await?;
    client.meet.kick(client.room(), Some("Ben"));
    client.reads("failed.removed_by", &[("who", "Ben")]).await?;
    ends_and_leads_back_in(&client, "button.join_again", json!({ "errorMessage": "meet_removed" })).await?;

    client.forget().await?;
    client.meet.end(client.room());
    client.reads("status.ended_for_all", &[]).await?;
    ends_and_leads_back_in(&client, "button.join_again", json!({ "reason": "meet_ended_for_all" })).await?;

    client.forget().await?;
    client.meet.fail(client.room(), &error("connection.droppedError", true));
    client.reads("failed.lost", &[]).await?;
    let lost = json!({ "errorMessage": "connection.droppedError" });
    ends_and_leads_back_in(&client, "button.retry", lost).await
}

#[tokio::test]
async fn who_cancels_meets_password_has_not_joined() -> anyhow::Result<()> {
    let client = Client::start().await?;
    client.meet.stop_at_the_door(Some(&error("conference.passwordRequired", false)));
    client.press("button.join").await?;
    client.reads("status.password", &[]).await?;
    client.meeting().run::<Value>("document.getElementById('hangup').click(); return null", Vec::new()).await?;
    client.reads("status.not_joined", &[]).await?;
    client.has_left_nothing_open().await
}

#[tokio::test]
async fn the_projects_own_server_is_said_to_be_a_demo_before_anything_of_it_loads() -> anyhow::Result<()> {
    let client = Client::with(Setting { domain: Some("meet.jit.si".to_owned()), ..Setting::default() }).await?;
    client.reads("warning.demo", &[]).await?;
    client.reads("status.ready", &[]).await?;
    let tab = "document.getElementById('tab').checkVisibility() && document.getElementById('tab').href";
    let link: String = client.wrapper().becomes(tab).await?;
    assert_eq!(link, "https://meet.jit.si/JitsiGardenClub");
    client.has_left_nothing_open().await
}

/// The server leads the frame away after five minutes. Nobody waits for that here: the clock goes forward.
#[tokio::test]
async fn the_projects_own_server_is_named_when_it_cuts_a_call() -> anyhow::Result<()> {
    let meet = Options { tls: Some(vec!["meet.jit.si".to_owned()]), ..Options::default() };
    let client = Client::with(Setting { meet, ..Setting::default() }).await?;
    client.join("button.join").await?;
    client.forget().await?;
    let forward = "const now = Date.now; Date.now = () => now() + 298_000; return null";
    client.wrapper().run::<Value>(forward, Vec::new()).await?;
    // Gone without a word, as a page is that a browser takes away.
    let gone = "addEventListener('pagehide', event => event.stopImmediatePropagation(), true); \
         setTimeout(() => location.replace('about:blank')); return null";
    client.meeting().run::<Value>(gone, Vec::new()).await?;
    client.reads("failed.demo_limit", &[]).await?;
    ends_and_leads_back_in(&client, "button.join_again", json!({ "errorMessage": "meet_demo_limit" })).await
}
