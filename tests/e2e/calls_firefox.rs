//! Firefox and Chromium call each other. What Firefox can't do without a screen is listed in `tests/README.md`.

use serde_json::json;

use crate::browser::Launch;
use crate::calls::cases;
use crate::calls::party::{Kind, Party};
use crate::calls::scene::{CallScene, Desk};

async fn the_core(one: &impl Party, other: &impl Party) -> anyhow::Result<()> {
    cases::whole(one, other, Kind::Video).await?;
    cases::whole(other, one, Kind::Voice).await?;
    cases::declined(one, other).await?;
    cases::declined(other, one).await?;
    cases::mutes(one, other).await?;
    cases::mutes(other, one).await
}

/// The oracle of the next one: what fails here is the bed, or Firefox.
#[tokio::test]
async fn matrix_js_sdk_in_firefox_and_in_chromium_can_call_each_other() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let (firefox, chromium) =
        tokio::try_join!(scene.stranger_with(&scene.alice, Launch::firefox(), json!({})), scene.stranger(&scene.bob))?;
    the_core(&firefox, &chromium).await
}

#[tokio::test]
async fn our_page_in_firefox_and_in_chromium_call_each_other() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let (firefox, chromium) = scene.both_at(Desk::default().launch(Launch::firefox()), Desk::default()).await?;
    the_core(&firefox, &chromium).await
}
