//! Conferences that want to know who joins: the token from the homeserver through the client and the page to a Meet server that
//! asks the homeserver about it.

use std::path::PathBuf;

use data_encoding::BASE32_NOPAD;
use serde_json::{Value, json};
use xtask::bed::{Person, RoomSpec, Synapse, SynapseSettings};
use xtask::meet_stand_in::{Options, Release, TokenCheck};
use xtask::setup::{self, Report};

use super::client::{Client, Setting, open_id_token};
use crate::browser::{Browser, Launch};
use crate::scene::{self, new_directory};

/// A homeserver, and somebody in a room on it.
struct Home {
    synapse: Synapse,
    ann: Person,
    room: String,
    directory: PathBuf,
}

impl Home {
    async fn start() -> anyhow::Result<Self> {
        let (tools, directory) = (setup::bed_tools(Report::OnlyWork)?, new_directory());
        let synapse =
            Synapse::start(&tools.synapse_python, &directory.join("synapse"), &SynapseSettings::default()).await?;
        let ann = Person::register(&synapse.url(), "ann", scene::PASSWORD).await?;
        let room = ann.create_room_with(RoomSpec::named("Garden club"), &[]).await?;
        Ok(Self { synapse, ann, room, directory })
    }

    /// A client whose Meet server asks this homeserver.
    async fn client(&self, release: Release) -> anyhow::Result<Client> {
        let client = Client::with(Setting {
            meet: Options { release, ..Options::default() },
            data: json!({ "roomName": "Garden club", "auth": "openidtoken-jwt" }),
            room: (self.room.clone(), BASE32_NOPAD.encode(self.room.as_bytes())),
            ..Setting::default()
        })
        .await?;
        client.meet.check_tokens(TokenCheck { domain: client.domain.clone(), homeserver: self.synapse.url() });
        Ok(client)
    }

    async fn token(&self) -> anyhow::Result<Value> {
        open_id_token(&self.ann).await
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

/// Where the token stands in an address: in the query, in the fragment.
fn token_in(url: &str) -> (bool, bool) {
    let (before, fragment) = url.split_once('#').unwrap_or((url, ""));
    (before.contains("jwt="), fragment.contains("jwt="))
}

#[tokio::test]
async fn every_release_lets_in_who_proves_who_they_are() -> anyhow::Result<()> {
    let home = Home::start().await?;
    for release in [Release::V13_2_0, Release::V11_6_3, Release::V1_0_3] {
        let client = home.client(release).await?;
        client.reads("status.ready_sign_in", &[]).await?;
        let requested: Value = client.browser.becomes("client.requested").await?;
        assert_eq!(requested, json!(["io.element.requires_client", "m.always_on_screen"]));
        assert!(client.heard(&["get_openid"]).await?.is_empty(), "a token is asked for at the join, not before");
        let tab: bool =
            client.wrapper().run("return document.getElementById('tab').checkVisibility()", Vec::new()).await?;
        assert!(!tab, "alone in a tab nobody can sign in");

        client.answer_open_id("allowed", Some(&home.token().await?)).await?;
        client.join("button.join").await?;
        client.meeting().becomes::<bool>("standIn.participants()[0].displayName === 'Ann <b>'").await?;
        let places: Vec<(bool, bool)> = client.seen().opened.iter().map(|opened| token_in(&opened.url)).collect();
        if release == Release::V1_0_3 {
            // In the query the server's access log sees it: only once it is clear that this release looks nowhere else.
            assert_eq!(places, [(false, true), (true, false)]);
            assert_eq!(client.meet.refused_tokens(), ["no token"]);
        } else {
            assert_eq!(places, [(false, true)], "{release:?}");
            assert!(client.meet.refused_tokens().is_empty(), "{:?}", client.meet.refused_tokens());
        }

        // Back in: with a new token, and no detour.
        client.send("im.vector.hangup", json!({})).await?;
        client.reads("status.left", &[]).await?;
        client.answer_open_id("allowed", Some(&home.token().await?)).await?;
        client.join("button.join_again").await?;
        assert_eq!(client.seen().opened.len(), places.len() + 1, "{release:?}");
        assert_eq!(client.heard(&["get_openid"]).await?.len(), 2, "{release:?}: once for each join");
    }
    Ok(())
}

#[tokio::test]
async fn a_client_that_asks_its_user_blocks_or_fails_is_told_apart() -> anyhow::Result<()> {
    let home = Home::start().await?;
    let client = home.client(Release::default()).await?;
    client.answer_open_id("blocked", None).await?;
    client.press("button.join").await?;
    client.reads("failed.identity_blocked", &[]).await?;
    assert_eq!(client.hears("im.vector.hangup", 1).await?, json!({ "errorMessage": "open_id_blocked" }));

    client.press("button.retry").await?;
    client.hears("get_openid", 2).await?;
    client.answer_open_id("request", None).await?;
    client.reads("status.consent", &[]).await?;
    client.answer_open_id("blocked", None).await?;
    client.reads("failed.identity_blocked", &[]).await?;

    // Allowed, it says, and gives no token: the library makes an error of it.
    client.press("button.retry").await?;
    client.answer_open_id("allowed", None).await?;
    client.reads("failed.identity_refused", &[]).await?;
    client.wrapper().click("summary").await?;
    scene::sees(client.wrapper(), "invalid OIDC token").await?;

    client.press("button.retry").await?;
    client.reads("status.signing_in", &[]).await?;
    client.press("button.cancel").await?;
    client.reads("status.not_joined", &[]).await?;
    assert!(client.seen().opened.is_empty(), "nothing of the server was opened");

    client.press("button.join").await?;
    client.hears("get_openid", 5).await?;
    client.answer_open_id("request", None).await?;
    client.reads("status.consent", &[]).await?;
    client.answer_open_id("allowed", Some(&home.token().await?)).await?;
    client.is_in().await
}

#[tokio::test]
async fn a_client_that_never_answers_is_named_after_10_seconds() -> anyhow::Result<()> {
    let data = json!({ "auth": "openidtoken-jwt" });
    let client = Client::with(Setting { data, ..Setting::default() }).await?;
    client.press("button.join").await?;
    client.reads("failed.identity_no_answer", &[]).await?;
    client
        .answer_open_id("allowed", Some(&json!({ "access_token": "t", "matrix_server_name": "example.org" })))
        .await?;
    assert!(client.seen().opened.is_empty(), "too late");
    client
        .answer_open_id("allowed", Some(&json!({ "access_token": "t", "matrix_server_name": "example.org" })))
        .await?;
    client.join("button.retry").await
}

#[tokio::test]
async fn a_token_that_the_server_rejects_says_so_and_the_next_one_is_a_new_one() -> anyhow::Result<()> {
    let home = Home::start().await?;
    for release in [Release::V13_2_0, Release::V1_0_3] {
        let client = home.client(release).await?;
        let made_up = json!({
            "access_token": "nobodys", "expires_in": 3600, "matrix_server_name": "localhost", "token_type": "Bearer",
        });
        client.answer_open_id("allowed", Some(&made_up)).await?;
        client.press("button.join").await?;
        client.reads("failed.token", &[]).await?;
        client.has_left_nothing_open().await?;
        let refused = client.meet.refused_tokens();
        assert_eq!(
            refused.last().map(|why| why.contains("the homeserver does not know it")),
            Some(true),
            "{refused:?}"
        );

        client.press("button.retry").await?;
        client.answer_open_id("allowed", Some(&home.token().await?)).await?;
        client.is_in().await?;
    }
    Ok(())
}

#[tokio::test]
async fn alone_in_a_tab_nobody_can_sign_in_and_is_told_where_to() -> anyhow::Result<()> {
    let client = Client::start().await?;
    let alone = Browser::start(Launch::default()).await?;
    let address = format!(
        "{}/jitsi.html#conferenceDomain={}&conferenceId=MFRGG&roomId=%21r&auth=openidtoken-jwt",
        client.pages.origin(),
        client.domain
    );
    alone.open(&address).await?;
    scene::sees(alone.page(), &client.words("failed.identity_alone", &[])).await?;
    let buttons: u64 = alone
        .run(
            "return [...document.querySelectorAll('button, a')].filter(one => one.checkVisibility()).length",
            Vec::new(),
        )
        .await?;
    assert_eq!(buttons, 0);
    assert!(client.seen().opened.is_empty());
    Ok(())
}
