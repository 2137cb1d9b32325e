//! A conference that floats while one looks at another room.

use serde_json::Value;
use xtask::bed::RoomSpec;

use crate::conference_life::running;
use crate::scene::Scene;

#[tokio::test]
async fn a_conference_that_floats_is_left_by_its_own_button() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    let other = alice.create_room_with(RoomSpec::named("Elsewhere"), &[&bob]).await?;
    let (at_alice, at_bob) = tokio::try_join!(scene.seat(&alice, &room), scene.seat(&bob, &room))?;
    at_alice.enters("video").await?;
    at_bob.enters("video").await?;
    at_alice.meet().run::<Value>("window.sameDocument = true; return null", Vec::new()).await?;
    at_alice.open_room(&other).await?;
    at_alice.browser.page().shown(".meet-floating").await?;
    at_alice.meet().becomes::<bool>("window.sameDocument && window.standIn.joined()").await?;

    at_alice.browser.page().click(".meet-floating [data-act=leave]").await?;
    at_alice.has_no_frame().await?;
    at_alice.browser.becomes::<bool>("!document.querySelector('.meet-floating')").await?;
    at_alice.browser.records_nothing().await?;
    // Bob sees her go and stays, and it goes on without her.
    at_bob.meet().becomes::<bool>("window.standIn.joined() && window.standIn.participants().length === 1").await?;
    assert_eq!(running(&alice, &room).await?.len(), 1);
    at_alice.open_room(&room).await?;
    at_alice.sees("A conference is running").await?;
    at_bob.press_words("Leave").await?;
    scene.nothing_is_left(&[&at_alice, &at_bob]).await
}
