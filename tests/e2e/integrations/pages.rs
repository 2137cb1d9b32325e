//! A widget that is a page of the site's manager, which knows people by the token that it gave them.

use serde_json::{Value, json};
use xtask::bed::percent_encode;

use super::{SQUARES, UNSIGNED, frame, manager, open};
use crate::conference_life::axe_is_silent;
use crate::scene::{Scene, Seat, WIDGETS};

async fn address(seat: &Seat) -> anyhow::Result<String> {
    seat.wrapper().becomes::<bool>("Boolean(window.manager)").await?;
    seat.wrapper().run("return location.href", Vec::new()).await
}

#[tokio::test]
async fn a_page_of_the_manager_gets_its_token_once_that_was_agreed_to() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let manager = manager(&scene).await?;
    let ([alice, bob, _], room) = scene.three().await?;
    let mut config = scene.config(&scene.domain);
    manager.configure(&mut config);
    let api = config["integrations_rest_url"].as_str().unwrap_or_default().to_owned();
    let page = config["integrations_ui_url"].as_str().unwrap_or_default().to_owned();
    config["integrations_widgets_urls"] = json!([api, page]);
    let at_bob = scene.seat_at(&bob, &room, scene.pages_with(&config).await?).await?;
    let widget = |url: String| json!({ "type": "m.custom", "name": "Pad", "url": url, "data": {}, "io.element.managed_hybrid": true });
    let pad = format!("{page}?room_id=$matrix_room_id&url={}", percent_encode("https://pad.example/x"));
    alice.set_state(&room, WIDGETS, "pad", &widget(pad.clone())).await?;

    // The card says it. No token is asked for, and nobody told the manager of Bob, before he has agreed.
    at_bob.sees("A call is running").await?;
    at_bob.press("video").await?;
    at_bob.sees("belongs to your integration manager").await?;
    at_bob.sees("It shows a page of pad.example").await?;
    axe_is_silent(&at_bob, "widget-manager-consent").await?;
    at_bob.has_no_frame().await?;
    assert!(manager.registered().is_empty());

    // Its terms are not agreed to: it opens without a token, and asks nothing by itself.
    at_bob.press_words("Continue").await?;
    assert!(!address(&at_bob).await?.contains("scalar_token"));
    assert!(!manager.has_agreed(&bob.user_id));
    at_bob.leaves().await?;

    open(&at_bob, &manager, &bob).await?;
    at_bob.press_words("Close").await?;
    at_bob.has_no_frame().await?;
    at_bob.press("video").await?;
    let shown = address(&at_bob).await?;
    let token: Value = at_bob.wrapper().run("return manager.parameters.scalar_token", Vec::new()).await?;
    let token = token.as_str().unwrap_or_default();
    assert!(shown.matches("scalar_token=").count() == 1 && !token.is_empty(), "no token");
    let kept = "return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href])";
    let kept: String = at_bob.browser.run(kept, Vec::new()).await?;
    assert!(!kept.contains(token), "kept");
    at_bob.leaves().await?;

    // The same page under a name that the site did not give is somebody's page.
    let elsewhere = pad.replace("127.0.0.1", "localhost");
    alice.set_state(&room, WIDGETS, "pad", &widget(elsewhere)).await?;
    at_bob.press("video").await?;
    at_bob.press_words("Continue").await?;
    assert!(!address(&at_bob).await?.contains("scalar_token"));
    at_bob.leaves().await?;

    // The dialogue goes on with the same token.
    let registered = manager.registered().len();
    at_bob.browser.page().click(SQUARES).await?;
    frame(&at_bob).await?;
    assert_eq!(manager.registered().len(), registered);
    at_bob.press_words("Close").await?;
    scene.nothing_is_left_but(&[&at_bob], &[UNSIGNED]).await
}
