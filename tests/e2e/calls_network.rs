//! Calls over networks and servers that are less than perfect.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use serde_json::json;

use crate::browser::{Launch, WAIT};
use crate::calls::cases;
use crate::calls::media;
use crate::calls::party::{Kind, Party as _};
use crate::calls::scene::{CallScene, Desk, Setup, Turn};

#[tokio::test]
async fn a_relay_only_call_shows_the_other_side_no_address() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let (alice, bob) = scene.both_at(Desk::default().relay_only(), Desk::default()).await?;
    for (caller, callee) in [(&alice, &bob), (&bob, &alice)] {
        cases::connect(caller, callee, Kind::Video).await?;
        let hers = media::connection(alice.browser()).await?;
        assert_eq!(hers.configurations[0].policy, "relay");
        assert_eq!(hers.local.and_then(|local| local.relay_protocol).as_deref(), Some("udp"));
        let his = media::connection(bob.browser()).await?;
        assert_eq!(his.configurations[0].policy, "all");
        let port = his.remote.and_then(|remote| remote.port).context("a port")?;
        assert!(scene.relay_ports()?.contains(&port), "{port}");
        cases::part(caller, callee).await?;
    }
    // Not in what was sent either: every candidate of hers is a relay.
    for event in scene.events().await?.iter().filter(|event| event["sender"] == json!(scene.alice.user_id)) {
        let text = event["content"].to_string();
        assert!(!text.contains("typ host") && !text.contains("typ srflx"), "{text}");
    }
    Ok(())
}

#[tokio::test]
async fn where_udp_is_blocked_a_call_goes_through_the_turn_server_by_tcp() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let blocked =
        || Desk::default().launch(Launch::default().flag("--webrtc-ip-handling-policy=disable_non_proxied_udp"));
    let (alice, bob) = scene.both_at(blocked(), blocked()).await?;
    cases::connect(&alice, &bob, Kind::Video).await?;
    for person in [&alice, &bob] {
        let local = media::connection(person.browser()).await?.local.unwrap_or_default();
        assert_eq!(local.relay_protocol.as_deref(), Some("tcp"), "{local:?}");
    }
    cases::part(&alice, &bob).await
}

#[tokio::test]
async fn without_a_turn_server_people_on_one_network_can_call() -> anyhow::Result<()> {
    let scene = CallScene::with(Setup { turn: Turn::None, ..Setup::default() }).await?;
    let (alice, bob) = scene.both_at(Desk::default(), Desk::default().relay_only()).await?;
    let elsewhere = scene.ours(&scene.bob, Desk::default()).await?;
    alice.call(Kind::Video).await?;
    elsewhere.rings().await?;
    elsewhere.accept(Kind::Video).await?;
    tokio::try_join!(alice.is_connected(), elsewhere.is_connected())?;
    elsewhere.perceives(Kind::Video).await?;
    let local = media::connection(alice.browser()).await?.local.unwrap_or_default();
    assert!(local.relay_protocol.is_none() && local.kind.as_deref() != Some("relay"), "{local:?}");
    cases::part(&alice, &elsewhere).await?;

    // Who wants a relay and has none is told before anything rings.
    let before = scene.events().await?.len();
    bob.call(Kind::Video).await?;
    bob.ended("no-relay").await?;
    bob.has_let_go().await?;
    alice.is_idle().await?;
    assert_eq!(scene.events().await?.len(), before, "nothing was sent");
    Ok(())
}

/// Credentials that ran out are of no use to the restart that a call needs when its relay is gone.
#[tokio::test]
async fn a_call_outlives_its_turn_credentials_and_the_turn_servers_restart() -> anyhow::Result<()> {
    let lifetime = Duration::from_secs(20);
    let mut scene = CallScene::with(Setup { turn: Turn::For(lifetime), ..Setup::default() }).await?;
    let (alice, bob) = scene.both_at(Desk::default().relay_only(), Desk::default().relay_only()).await?;
    cases::connect(&alice, &bob, Kind::Video).await?;
    tokio::time::sleep(lifetime + Duration::from_secs(3)).await;
    alice.perceives(Kind::Video).await.context("the credentials ran out and the relay goes on")?;

    let first = media::connection(alice.browser()).await?.configurations[0].usernames.clone();
    scene.restart_turn().await?;
    let limit = Duration::from_secs(45);
    alice
        .browser()
        .until("the caller's connection has new credentials", limit, async || {
            let now = media::connection(alice.browser()).await?.configurations;
            Ok(now.last().is_some_and(|last| last.usernames != first && !last.usernames.is_empty()).then_some(()))
        })
        .await?;
    tokio::try_join!(alice.is_connected(), bob.is_connected())?;
    for (one, other) in [(&alice, &bob), (&bob, &alice)] {
        if let Err(error) = one.perceives(Kind::Video).await {
            let figures = [media::figures(one.browser()).await, media::figures(other.browser()).await];
            return Err(error.context(format!("after the restart; here {}, there {}", figures[0], figures[1])));
        }
    }
    cases::part(&alice, &bob).await
}

#[tokio::test]
async fn a_homeserver_that_is_away_for_20_seconds_costs_no_call() -> anyhow::Result<()> {
    let mut scene = CallScene::start().await?;
    let (alice, bob) = scene.both().await?;
    cases::connect(&alice, &bob, Kind::Video).await?;
    scene.world.stop_homeserver().await;
    tokio::time::sleep(Duration::from_secs(12)).await;
    alice.perceives(Kind::Video).await.context("media needs no homeserver")?;
    alice.mute(true).await?;
    tokio::time::sleep(Duration::from_secs(8)).await;
    media::is_quiet(bob.browser()).await?;
    scene.world.restart_homeserver().await?;
    bob.browser()
        .until("the mute arrives late", 2 * WAIT, async || {
            Ok((bob.count(".meet-call[data-peer-muted]").await? > 0).then_some(()))
        })
        .await?;
    tokio::try_join!(alice.is_connected(), bob.is_connected())?;
    cases::part(&alice, &bob).await
}

/// Ten events at once and then one in five seconds, messages among them: what a call says must fit, and its last word arrives.
#[tokio::test]
async fn whole_calls_fit_into_a_stock_servers_message_limit() -> anyhow::Result<()> {
    let scene = CallScene::with(Setup { stock_message_limit: true, ..Setup::default() }).await?;
    let (alice, bob) = scene.both().await?;
    for round in 0..3 {
        cases::connect(&alice, &bob, Kind::Video).await.with_context(|| format!("call {round}"))?;
        for _ in 0..6 {
            alice.mute(true).await?;
        }
        cases::part(&alice, &bob).await.with_context(|| format!("call {round}"))?;
    }
    let hangups = scene.sent_by(&scene.alice).await?.iter().filter(|kind| *kind == "hangup").count();
    ensure!(hangups == 3, "{hangups} hang-ups of three calls");
    Ok(())
}
