//! The settings for calls and conferences: the Meet server and why, consent that is withdrawn, what rings where, a conference that ends
//! by itself; and what several tabs of one person have of each other.

use std::time::Duration;

use serde_json::{Value, json};
use thirtyfour::Key;
use xtask::bed::Person;

use crate::browser::{WAIT, until};
use crate::conference_life::{ALLOWED, axe_is_silent, running};
use crate::conference_rings::{did_not_ring, is_quiet, press, rings};
use crate::scene::{Scene, Seat, WIDGETS};
use crate::written::web;

const KEY: &str = "gardenclubgardenclubgard";
const MENU: &str = ".account [aria-haspopup=menu]";

pub(crate) async fn opens_settings(seat: &Seat) -> anyhow::Result<()> {
    seat.browser.page().click(MENU).await?;
    seat.press_words("Call settings …").await?;
    seat.browser.page().shown("dialog .meet-settings").await.map(drop)
}

pub(crate) async fn closes_settings(seat: &Seat) -> anyhow::Result<()> {
    seat.press_words("Close").await?;
    seat.browser.becomes::<bool>("!document.querySelector('dialog')").await.map(drop)
}

async fn begins(person: &Person, room: &str, event: &Value) -> anyhow::Result<()> {
    person.set_state(room, WIDGETS, KEY, event).await.map(drop)
}

async fn ends(person: &Person, room: &str) -> anyhow::Result<()> {
    person.set_state(room, WIDGETS, KEY, &json!({})).await.map(drop)
}

#[tokio::test]
async fn settings_say_which_server_is_used_and_why_and_give_the_keyboard_back() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    let seat = scene.seat(&alice, &room).await?;
    // On a phone the menu is beside the rooms.
    seat.browser.open(&seat.pages.origin()).await?;
    opens_settings(&seat).await?;
    seat.sees(&format!("Conferences start on {}, chosen by this site.", scene.domain)).await?;
    axe_is_silent(&seat, "call-settings").await?;
    // Each device is one to choose, and is so on the next page too.
    let chosen = "return Object.fromEntries([...document.querySelectorAll('.meet-choosers .meet-chooser')] \
         .filter(one => one.checkVisibility()).map(one => [one.querySelector('span').textContent, one.querySelector('select').value]))";
    let none = json!({ "Microphone": "", "Camera": "", "Loudspeaker": "" });
    let at_first: Value = seat.browser.run(chosen, Vec::new()).await?;
    assert_eq!(at_first, none);
    let mut wanted = none;
    for (at, kind) in [(1, "Microphone"), (2, "Camera")] {
        let list = format!(".meet-choosers .meet-chooser:nth-of-type({at}) select");
        let last: String =
            seat.browser.becomes(&format!("document.querySelector('{list}').lastElementChild.value")).await?;
        seat.chooses(&list, &last).await?;
        wanted[kind] = last.into();
    }
    closes_settings(&seat).await?;
    seat.browser.open("about:blank").await?;
    seat.browser.open(&seat.pages.origin()).await?;
    opens_settings(&seat).await?;
    seat.browser
        .until("the choice was kept", WAIT, async || {
            let kept: Value = seat.browser.run(chosen, Vec::new()).await?;
            Ok((kept == wanted).then_some(()))
        })
        .await?;
    seat.browser.key(Key::Escape, false).await?;
    seat.browser.becomes::<bool>("!document.querySelector('dialog')").await?;
    seat.browser.becomes::<bool>(&format!("document.activeElement?.matches('{MENU}')")).await?;
    scene.nothing_is_left(&[&seat]).await?;
    drop(seat);

    let pages = scene.pages_with(&scene.config("meet.example.org/room")).await?;
    let seat = scene.seat_at(&bob, &room, pages).await?;
    opens_settings(&seat).await?;
    seat.sees("Conferences start on jitsi.riot.im, the built-in default.").await?;
    seat.sees("“meet.example.org/room” can't be used: it has a path").await?;
    scene.nothing_is_left(&[&seat]).await
}

#[tokio::test]
async fn consent_that_is_withdrawn_in_the_settings_is_asked_for_again() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    let agreed = json!({ "native_widgets": { "m.jitsi": { scene.domain.as_str(): true } }, "widgets": {} });
    bob.set_account_data(ALLOWED, &agreed).await?;
    begins(&alice, &room, &web(&scene.domain)).await?;
    let pages = scene.pages_with(&scene.config("meet.elsewhere.example")).await?;
    let seat = scene.seat_at(&bob, &room, pages).await?;
    seat.enters("video").await?;
    seat.leaves().await?;

    opens_settings(&seat).await?;
    seat.press_words("Withdraw").await?;
    seat.sees("You have agreed to no Meet server.").await?;
    until("the refusal is kept", WAIT, async || {
        let kept = bob.account_data(ALLOWED).await?.unwrap_or_default();
        Ok((kept["native_widgets"]["m.jitsi"][&scene.domain] == false).then_some(()))
    })
    .await?;
    closes_settings(&seat).await?;
    seat.press("video").await?;
    seat.sees(&format!("This conference takes place on {}", scene.domain)).await?;
    scene.nothing_is_left(&[&seat]).await
}

#[tokio::test]
async fn a_room_rings_on_a_device_only_where_the_person_wants_it() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, carol], room) = scene.three().await?;
    let (at_bob, at_carol) = tokio::try_join!(scene.seat(&bob, &room), scene.seat(&carol, &room))?;
    let event = web(&scene.domain);

    // Carol switches it off beside the room, Bob on the toast.
    at_carol.browser.page().click("#members-button").await?;
    at_carol.browser.page().click(".meet-room-ring input:checked").await?;
    begins(&alice, &room, &event).await?;
    rings(&at_bob).await?;
    did_not_ring(&at_carol, &alice, &room).await?;
    axe_is_silent(&at_carol, "room-ring").await?;
    press(&at_bob, "quiet").await?;
    is_quiet(&at_bob).await?;
    at_bob.sees("A conference is running").await?;

    // It outlives the page.
    ends(&alice, &room).await?;
    at_bob.browser.open(&at_bob.pages.origin()).await?;
    at_bob.open_room(&room).await?;
    at_carol.browser.page().click(".meet-room-ring input:not(:checked)").await?;
    begins(&alice, &room, &event).await?;
    rings(&at_carol).await?;
    at_bob.sees("A conference is running").await?;
    did_not_ring(&at_bob, &alice, &room).await?;

    // The settings name it, and have the way back.
    at_bob.browser.open(&at_bob.pages.origin()).await?;
    opens_settings(&at_bob).await?;
    at_bob.sees("Rooms that do not ring on this device").await?;
    axe_is_silent(&at_bob, "call-settings-quiet-room").await?;
    at_bob.press_words("Ring again").await?;
    closes_settings(&at_bob).await?;
    ends(&alice, &room).await?;
    is_quiet(&at_carol).await?;
    begins(&alice, &room, &event).await?;
    rings(&at_bob).await?;

    // What rings follows the switch for all.
    opens_settings(&at_bob).await?;
    at_bob.browser.page().click("[data-set=ring] input:checked").await?;
    is_quiet(&at_bob).await?;
    scene.nothing_is_left(&[&at_bob, &at_carol]).await
}

#[tokio::test]
async fn what_is_declined_in_one_tab_stops_in_the_other() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, carol], room) = scene.three().await?;
    let (at_bob, at_carol) = tokio::try_join!(scene.seat(&bob, &room), scene.seat(&carol, &room))?;
    let first = at_bob.browser.tab().await?;
    let second = at_bob.browser.new_tab().await?;
    at_bob.browser.open(&at_bob.pages.origin()).await?;
    at_bob.open_room(&room).await?;

    begins(&alice, &room, &web(&scene.domain)).await?;
    rings(&at_bob).await?;
    at_bob.browser.go_to(&first).await?;
    rings(&at_bob).await?;
    rings(&at_carol).await?;
    press(&at_bob, "decline").await?;
    is_quiet(&at_bob).await?;
    at_bob.browser.go_to(&second).await?;
    is_quiet(&at_bob).await?;
    rings(&at_carol).await?;

    // A room that is made quiet in one tab is so in the other.
    at_bob.browser.page().click("#members-button").await?;
    at_bob.browser.page().click(".meet-room-ring input:checked").await?;
    at_bob.browser.go_to(&first).await?;
    ends(&alice, &room).await?;
    is_quiet(&at_carol).await?;
    begins(&alice, &room, &web(&scene.domain)).await?;
    rings(&at_carol).await?;
    did_not_ring(&at_bob, &alice, &room).await?;
    scene.nothing_is_left(&[&at_bob, &at_carol]).await
}

/// Both in it, then Bob leaves and Alice sees that.
async fn left_alone(at_alice: &Seat, at_bob: &Seat) -> anyhow::Result<()> {
    at_alice.enters("video").await?;
    at_bob.enters("video").await?;
    at_alice.sees("2 in the conference").await?;
    at_bob.leaves().await?;
    at_alice.sees("Everybody else has left").await
}

#[tokio::test]
async fn the_last_one_to_leave_ends_it_where_that_is_wanted_and_else_is_offered_to() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    let (at_alice, at_bob) = tokio::try_join!(scene.seat(&alice, &room), scene.seat(&bob, &room))?;

    left_alone(&at_alice, &at_bob).await?;
    at_alice.sees("If it is over, end it for everyone").await?;
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    at_alice.leaves().await?;
    at_alice.sees("The conference is idle").await?;
    assert_eq!(running(&alice, &room).await?.len(), 1, "nothing ends by itself");

    opens_settings(&at_alice).await?;
    at_alice.browser.page().click("[data-set=auto-end] input:not(:checked)").await?;
    closes_settings(&at_alice).await?;
    left_alone(&at_alice, &at_bob).await?;
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    at_alice.leaves().await?;
    until("nothing runs any more", WAIT, async || Ok(running(&alice, &room).await?.is_empty().then_some(()))).await?;
    at_bob.browser.becomes::<bool>("!document.body.innerText.includes('A conference is running')").await?;
    at_alice.browser.becomes::<bool>("!document.querySelector('[data-act=end-confirmed]')").await?;
    scene.nothing_is_left(&[&at_alice, &at_bob]).await
}

/// The site may want it so; who goes while somebody is still in it ends nothing.
#[tokio::test]
async fn who_leaves_before_the_last_one_ends_nothing() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    let mut config = scene.config(&scene.domain);
    config["meet_in_chat"]["auto_end"] = json!(true);
    let at_alice = scene.seat_at(&alice, &room, scene.pages_with(&config).await?).await?;
    let at_bob = scene.seat(&bob, &room).await?;
    at_alice.enters("video").await?;
    at_bob.enters("video").await?;
    at_alice.sees("2 in the conference").await?;
    at_alice.leaves().await?;
    at_alice.sees("A conference is running").await?;
    // Meet tells Bob of it; the conference is his to leave, and not his to end.
    at_bob.sees("Everybody else has left").await?;
    assert_eq!(running(&alice, &room).await?.len(), 1);
    at_bob.is_in().await?;
    at_bob.press_words("Leave").await?;
    scene.nothing_is_left(&[&at_alice, &at_bob]).await
}

/// Account data is one object that each tab replaces as a whole: without a word between them one answer would be lost.
#[tokio::test]
async fn two_tabs_that_write_consent_at_the_same_moment_lose_nothing() -> anyhow::Result<()> {
    const PAIRS: usize = 4;
    let scene = Scene::start().await?;
    let ([_, bob, _], room) = scene.three().await?;
    let domains: Vec<String> = (0..2 * PAIRS).map(|number| format!("meet{number}.example")).collect();
    let agreed: serde_json::Map<String, Value> = domains.iter().map(|domain| (domain.clone(), json!(true))).collect();
    bob.set_account_data(ALLOWED, &json!({ "native_widgets": { "m.jitsi": agreed }, "widgets": { "$e": true } }))
        .await?;
    let seat = scene.seat(&bob, &room).await?;
    let first = seat.browser.tab().await?;
    let second = seat.browser.new_tab().await?;
    seat.browser.open(&seat.pages.origin()).await?;
    seat.open_room(&room).await?;

    // One word makes both press; a tab in the background hears it as fast.
    let armed = "const [at] = arguments; \
         const press = number => document.querySelector(`[aria-label='Withdraw for meet${number}.example']`).click(); \
         window.word = new BroadcastChannel('test'); \
         window.pair = number => press(2 * number + at); \
         window.word.onmessage = ({ data }) => window.pair(data);";
    for (at, tab) in [(0, &first), (1, &second)] {
        seat.browser.go_to(tab).await?;
        opens_settings(&seat).await?;
        let _: Value = seat.browser.run(armed, vec![json!(at)]).await?;
    }
    for pair in 0..PAIRS {
        let both = "window.word.postMessage(arguments[0]); window.pair(arguments[0]);";
        let _: Value = seat.browser.run(both, vec![json!(pair)]).await?;
        until("both refusals are kept", WAIT, async || {
            let kept = bob.account_data(ALLOWED).await?.unwrap_or_default();
            let kept = &kept["native_widgets"]["m.jitsi"];
            let refused = |number: usize| kept[&domains[number]] == false;
            Ok((refused(2 * pair) && refused(2 * pair + 1)).then_some(()))
        })
        .await?;
    }
    let kept = bob.account_data(ALLOWED).await?.unwrap_or_default();
    for domain in &domains {
        assert_eq!(kept["native_widgets"]["m.jitsi"][domain], false, "{domain} in {kept}");
    }
    assert_eq!(kept["widgets"]["$e"], true, "{kept}");
    scene.nothing_is_left(&[&seat]).await
}
