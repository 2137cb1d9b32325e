//! Ring, consent, split and end of a conference, each by events in the exact shape that Chat Android, Chat iOS and Chat Web write
//! (`mobile.md` 1.3 and 2.4, `chat-web.md` 3.2).

use serde_json::{Value, json};

use crate::conference_life::elsewhere;
use crate::conference_rings::{press, rings};
use crate::scene::{Scene, WIDGETS};
use crate::written::{Written, by_all};

#[tokio::test]
async fn whichever_app_began_it_a_conference_rings_asks_and_ends() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    let seat = elsewhere(&scene, &bob, &room).await?;
    let allowed = "im.vector.setting.allowed_widgets";
    for Written { app, key, content } in by_all(&alice.user_id, &scene.domain) {
        eprintln!("{app}");
        bob.set_account_data(allowed, &json!({})).await?;
        alice.set_state(&room, WIDGETS, &key, &content).await?;
        rings(&seat).await?;
        press(&seat, "join").await?;
        seat.sees(&format!("This conference takes place on {}", scene.domain)).await?;
        seat.has_no_frame().await?;
        seat.press_words(&format!("Join on {}", scene.domain)).await?;
        seat.is_in().await?;
        alice.set_state(&room, WIDGETS, &key, &json!({})).await?;
        seat.sees("ended for everyone").await?;
        scene.nothing_is_left(&[&seat]).await?;
        seat.press_words("Dismiss").await?;
    }
    Ok(())
}

/// `mobile.md` 4.4: each app's own event, damaged as tools damage them.
#[tokio::test]
async fn whichever_app_began_it_a_conference_that_parts_people_says_so_first() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    let seat = scene.seat(&bob, &room).await?;
    let damages: [(&str, Value, &str); 3] = [
        ("isAudioOnly", json!("false"), "Chat Android: meet.element.io"),
        ("domain", Value::Null, "Chat iOS: jitsi.riot.im"),
        ("auth", json!({}), "Chat Android: meet.element.io"),
    ];
    for (Written { app, key, mut content }, (field, damage, who)) in
        by_all(&alice.user_id, &scene.domain).into_iter().zip(damages)
    {
        eprintln!("{app}: {field}");
        content["data"][field] = damage;
        if content["data"][field].is_null() {
            // Nulls are another damage; here it is absent.
            content["data"].as_object_mut().map(|data| data.remove(field));
        }
        alice.set_state(&room, WIDGETS, &key, &content).await?;
        seat.press("video").await?;
        seat.sees("People would end up in different meetings").await?;
        seat.sees(who).await?;
        seat.press_words("Not now").await?;
        alice.set_state(&room, WIDGETS, &key, &json!({})).await?;
        seat.browser.becomes::<bool>("!document.body.innerText.includes('A conference is running')").await?;
    }
    assert!(scene.meet.rooms().opened.is_empty(), "nothing of it was loaded");
    scene.nothing_is_left(&[&seat]).await
}
