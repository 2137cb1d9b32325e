//! Calls that are not answered, or answered elsewhere: what each side is told, and what it can do next.

use std::time::{Duration, Instant};

use crate::calls::cases;
use crate::calls::party::{Kind, Party as _};
use crate::calls::scene::{CallScene, Desk};

#[tokio::test]
async fn a_declined_call_says_so_and_can_be_tried_again() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let (alice, bob) = scene.both().await?;
    cases::declined(&alice, &bob).await?;
    let words = alice.ended("declined").await?;
    assert!(words.contains("Bob"), "{words}");
    alice.timeline_has("declined").await?;
    bob.timeline_has("declined").await?;

    alice.notice("call-back").await?;
    bob.rings().await?;
    alice.is_calling().await?;
    alice.hang_up().await?;
    tokio::try_join!(alice.has_let_go(), bob.has_let_go())?;
    bob.timeline_has("missed").await?;

    // Back from what was missed.
    bob.shows(".call-tile[data-outcome=missed] [data-act=call-back]").await?;
    bob.seat.browser.page().click(".call-tile[data-outcome=missed] [data-act=call-back]").await?;
    alice.rings().await?;
    alice.decline().await?;
    tokio::try_join!(alice.has_let_go(), bob.has_let_go())?;
    Ok(())
}

#[tokio::test]
async fn a_call_that_is_called_off_before_it_rings_sends_no_invite_or_takes_it_back() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let (alice, bob) = scene.both().await?;
    cases::called_off(&alice, &bob).await?;
    bob.timeline_has("missed").await?;

    let before = scene.sent_by(&scene.alice).await?.len();
    alice.call(Kind::Video).await?;
    alice.hang_up().await?;
    alice.has_let_go().await?;
    bob.is_idle().await?;
    let sent = scene.sent_by(&scene.alice).await?.split_off(before);
    let invites = sent.iter().filter(|kind| *kind == "invite").count();
    let hangups = sent.iter().filter(|kind| *kind == "hangup").count();
    assert_eq!(invites, hangups, "{sent:?}");
    Ok(())
}

/// An invite lives for 90 s: the one test that waits so long.
#[tokio::test]
async fn a_call_that_nobody_answers_ends_by_itself_on_both_sides() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let (alice, bob) = scene.both().await?;
    let placed = Instant::now();
    alice.call(Kind::Voice).await?;
    bob.rings().await?;
    tokio::time::sleep_until((placed + Duration::from_secs(80)).into()).await;
    bob.rings().await?;
    alice.is("calling").await?;
    bob.browser()
        .until("it has stopped ringing", Duration::from_secs(25), async || {
            Ok((bob.count(".meet-ring").await? == 0).then_some(()))
        })
        .await?;
    assert!(placed.elapsed() > Duration::from_secs(85), "{:?}", placed.elapsed());
    alice.ended("no-answer").await?;
    tokio::try_join!(alice.has_let_go(), bob.has_let_go())?;
    alice.timeline_has("no-answer").await?;
    bob.timeline_has("missed").await
}

#[tokio::test]
async fn what_one_device_answers_or_declines_stops_ringing_on_the_other() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let (alice, bob) = scene.both().await?;
    let elsewhere = scene.ours(&scene.bob, Desk::default()).await?;

    alice.call(Kind::Video).await?;
    tokio::try_join!(bob.rings(), elsewhere.rings())?;
    elsewhere.accept(Kind::Video).await?;
    bob.has_let_go().await?;
    tokio::try_join!(alice.is_connected(), elsewhere.is_connected())?;
    alice.perceives(Kind::Video).await?;
    elsewhere.perceives(Kind::Video).await?;
    assert_eq!(bob.count(".meet-notice[role=alert]").await?, 0, "nothing to be read and closed");
    bob.is_idle().await?;
    cases::part(&alice, &elsewhere).await?;

    alice.call(Kind::Voice).await?;
    tokio::try_join!(bob.rings(), elsewhere.rings())?;
    bob.decline().await?;
    elsewhere.has_let_go().await?;
    alice.has_let_go().await?;
    alice.ended("declined").await.map(drop)
}

#[tokio::test]
async fn who_leaves_the_room_ends_the_call() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let (alice, bob) = scene.both().await?;
    cases::connect(&alice, &bob, Kind::Voice).await?;
    scene.bob.leave(&scene.room).await?;
    tokio::try_join!(alice.has_let_go(), bob.has_let_go())?;
    alice.ended("peer-left").await.map(drop)
}
