//! Whose manager the four squares open.

use serde_json::{Map, Value, json};
use xtask::bed::{Person, free_port, listener};
use xtask::manager_stand_in::{self, ManagerStandIn};

use super::{UNSIGNED, open};
use crate::scene::{Scene, Seat};

/// The page and the API of a manager on this port.
fn addresses(port: u16) -> [Value; 2] {
    let mut config = json!({});
    manager_stand_in::configure(port, &mut config);
    ["integrations_ui_url", "integrations_rest_url"].map(|key| config[key].take())
}

/// Opens the manager of this person: it is this one, and its page is shown.
async fn opens(seat: &Seat, manager: &ManagerStandIn, person: &Person) -> anyhow::Result<()> {
    let frame = open(seat, manager, person).await?;
    let origin: String = frame.run("return location.origin", Vec::new()).await?;
    assert_eq!(origin.replace("127.0.0.1", "localhost"), manager.other_origin());
    assert_eq!(manager.registered().last(), Some(&person.user_id));
    seat.press_words("Close").await?;
    seat.has_no_frame().await
}

#[tokio::test]
async fn one_s_own_manager_goes_before_the_homeserver_s_and_that_before_the_site_s() -> anyhow::Result<()> {
    let [of_homeserver, own] = [listener().await?, listener().await?];
    let [ui, api] = addresses(of_homeserver.local_addr()?.port());
    let known = json!({ "managers": [{ "ui_url": ui, "api_url": api }] });
    let scene = Scene::with_well_known_and(Map::from_iter([("m.integrations".to_owned(), known)])).await?;
    let [ui, api] = addresses(own.local_addr()?.port());
    let of_homeserver = ManagerStandIn::start(of_homeserver, scene.homeserver())?;
    let own = ManagerStandIn::start(own, scene.homeserver())?;
    let ([alice, bob, _], room) = scene.three().await?;
    alice.set_level_of(&room, &bob, 50).await?;
    // Alice's site names none, and Bob's one that is not there.
    let mut dead = scene.config(&scene.domain);
    manager_stand_in::configure(free_port()?, &mut dead);
    let dead = scene.pages_with(&dead).await?;
    let (at_alice, at_bob) = tokio::try_join!(scene.seat(&alice, &room), scene.seat_at(&bob, &room, dead))?;
    for (seat, person) in [(&at_alice, &alice), (&at_bob, &bob)] {
        let known = "document.querySelector('button[data-kind=video] + [role=tooltip]')?.textContent.includes('chosen by your homeserver')";
        seat.browser.becomes::<bool>(known).await?;
        opens(seat, &of_homeserver, person).await?;
    }

    let widget = json!({ "type": "m.integration_manager", "name": "Mine", "url": ui, "data": { "api_url": api } });
    let mine =
        json!({ "id": "mine", "type": "m.widget", "state_key": "mine", "sender": alice.user_id, "content": widget });
    alice.set_account_data("m.widgets", &json!({ "mine": mine })).await?;
    opens(&at_alice, &own, &alice).await?;
    assert_eq!(of_homeserver.registered().len(), 2, "it is told nothing any more");
    scene.nothing_is_left_but(&[&at_alice, &at_bob], &[UNSIGNED]).await
}
