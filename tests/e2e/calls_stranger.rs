//! matrix-js-sdk calls matrix-js-sdk through the page that plays the other side of our calls: what fails here is the page, the test
//! bed or the cases, and not our product.

use serde_json::json;

use crate::browser::Launch;
use crate::calls::cases;
use crate::calls::media;
use crate::calls::party::{Kind, Party as _};
use crate::calls::scene::CallScene;

#[tokio::test]
async fn two_strangers_can_call_each_other() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let (alice, bob) = tokio::try_join!(scene.stranger(&scene.alice), scene.stranger(&scene.bob))?;
    cases::whole(&alice, &bob, Kind::Video).await?;
    cases::whole(&bob, &alice, Kind::Voice).await?;
    cases::declined(&alice, &bob).await?;
    cases::called_off(&alice, &bob).await?;
    cases::both_at_once(&alice, &bob).await?;
    cases::mutes(&alice, &bob).await?;
    cases::grows(&alice, &bob).await?;
    cases::holds(&alice, &bob).await
}

#[tokio::test]
async fn two_strangers_can_call_each_other_through_the_turn_server_alone() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let stranger = |person| scene.stranger_with(person, Launch::default(), json!({ "forceTURN": true }));
    let (alice, bob) = tokio::try_join!(stranger(&scene.alice), stranger(&scene.bob))?;
    cases::connect(&alice, &bob, Kind::Video).await?;
    for party in [&alice, &bob] {
        let connection = media::connection(party.browser()).await?;
        assert_eq!(connection.configurations[0].policy, "relay");
        assert_eq!(connection.local.and_then(|local| local.relay_protocol).as_deref(), Some("udp"));
    }
    cases::part(&alice, &bob).await
}
