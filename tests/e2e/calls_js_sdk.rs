//! Our page and matrix-js-sdk, each calling the other.

use anyhow::Context as _;
use serde_json::json;

use crate::browser::Launch;
use crate::calls::cases;
use crate::calls::media;
use crate::calls::party::{Kind, Party as _};
use crate::calls::scene::{CallScene, Desk};

#[tokio::test]
async fn our_page_calls_matrix_js_sdk() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let (ours, sdk) = tokio::try_join!(scene.ours(&scene.alice, Desk::default()), scene.stranger(&scene.bob))?;
    cases::whole(&ours, &sdk, Kind::Video).await?;
    cases::whole(&ours, &sdk, Kind::Voice).await?;
    cases::declined(&ours, &sdk).await?;
    ours.ended("declined").await?;
    cases::called_off(&ours, &sdk).await?;
    cases::mutes(&ours, &sdk).await?;
    cases::grows(&ours, &sdk).await?;
    cases::holds(&ours, &sdk).await
}

#[tokio::test]
async fn matrix_js_sdk_calls_our_page() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let (ours, sdk) = tokio::try_join!(scene.ours(&scene.alice, Desk::default()), scene.stranger(&scene.bob))?;
    cases::whole(&sdk, &ours, Kind::Video).await?;
    cases::whole(&sdk, &ours, Kind::Voice).await?;
    cases::declined(&sdk, &ours).await?;
    cases::called_off(&sdk, &ours).await?;
    ours.timeline_has("missed").await?;
    cases::mutes(&sdk, &ours).await?;
    cases::grows(&sdk, &ours).await?;
    cases::holds(&sdk, &ours).await
}

#[tokio::test]
async fn our_page_and_matrix_js_sdk_call_at_once() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let (ours, sdk) = tokio::try_join!(scene.ours(&scene.alice, Desk::default()), scene.stranger(&scene.bob))?;
    for _ in 0..2 {
        cases::both_at_once(&ours, &sdk).await?;
    }

    // Most clients don't say whom they call. Then the SDK never notices, and it is for us to give way.
    let call = async |time| tokio::try_join!(ours.call_at(time), sdk.call_without_invitee_at(time));
    cases::at_one_time(&ours, &sdk, call).await?;
    tokio::try_join!(ours.is_connected(), sdk.is_connected()).context("without an invitee")?;
    ours.perceives(Kind::Video).await?;
    sdk.perceives(Kind::Video).await?;
    ours.hang_up().await?;
    ours.has_let_go().await
}

#[tokio::test]
async fn our_page_and_matrix_js_sdk_meet_at_the_turn_server() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let (ours, sdk) = tokio::try_join!(
        scene.ours(&scene.alice, Desk::default().relay_only()),
        scene.stranger_with(&scene.bob, Launch::default(), json!({ "forceTURN": true, "iceCandidatePoolSize": 20 }))
    )?;
    cases::connect(&ours, &sdk, Kind::Video).await?;
    let local = media::connection(ours.browser()).await?.local.unwrap_or_default();
    assert_eq!(local.relay_protocol.as_deref(), Some("udp"), "{local:?}");
    cases::part(&ours, &sdk).await?;
    cases::whole(&sdk, &ours, Kind::Video).await
}

#[tokio::test]
async fn our_page_and_matrix_js_sdk_of_one_person_stop_each_other() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let (alice, bob) = scene.both().await?;
    let sdk = scene.stranger(&scene.bob).await?;

    alice.call(Kind::Video).await?;
    tokio::try_join!(bob.rings(), sdk.rings())?;
    sdk.accept(Kind::Video).await?;
    bob.has_let_go().await?;
    tokio::try_join!(alice.is_connected(), sdk.is_connected())?;
    alice.perceives(Kind::Video).await?;
    cases::part(&sdk, &alice).await?;

    alice.call(Kind::Voice).await?;
    tokio::try_join!(bob.rings(), sdk.rings())?;
    bob.accept(Kind::Voice).await?;
    sdk.has_let_go().await?;
    tokio::try_join!(alice.is_connected(), bob.is_connected())?;
    media::hears(alice.browser()).await?;
    cases::part(&alice, &bob).await
}
