//! What an embedding page notices of Meet's releases (`tests/meet/page/release.js`), seen by Meet's own outer library.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use xtask::meet_stand_in::{Options, Release};

use super::oracle::{Bed, ROOM};
use crate::browser::{Browser, Launch};

const ALL: [Release; 3] = [Release::V1_0_3, Release::V11_6_3, Release::V13_2_0];

async fn bed(release: Release) -> anyhow::Result<Bed> {
    Bed::make(Options { release, ..Options::default() }).await
}

#[tokio::test]
async fn an_old_release_never_says_that_it_is_ready_and_has_no_session() -> anyhow::Result<()> {
    for release in ALL {
        let bed = bed(release).await?;
        let ann = bed.person("Ann", json!({})).await?;
        ann.hears("videoConferenceJoined").await?;
        let order = ann.order_of(&["browserSupport", "ready", "videoConferenceJoined"]).await?;
        let session = ann.asks("getSessionId").await?;
        if release == Release::V1_0_3 {
            assert_eq!(order, ["browserSupport", "videoConferenceJoined"]);
            assert_eq!(session, json!({ "error": {} }));
        } else {
            assert_eq!(order, ["browserSupport", "ready", "videoConferenceJoined"], "{release:?}");
            assert_ne!(session, json!({ "error": {} }), "{release:?}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn the_old_key_for_the_prejoin_page_counts_in_an_old_release_alone() -> anyhow::Result<()> {
    for release in ALL {
        let bed = bed(release).await?;
        let prejoins = release != Release::V1_0_3;
        // Without the new key: the old one, and then nothing at all.
        for config in [json!({ "prejoinPageEnabled": false, "prejoinConfig": {} }), json!({ "prejoinConfig": {} })] {
            let what = format!("{release:?} {config}");
            let ann = bed.person("Ann", config).await?;
            ann.hears(if prejoins { "prejoinScreenLoaded" } else { "videoConferenceJoined" }).await?;
            assert_eq!(bed.stand_in.rooms().rooms.is_empty(), prejoins, "{what}");
        }
        let both =
            bed.person("Ann", json!({ "prejoinPageEnabled": true, "prejoinConfig": { "enabled": false } })).await?;
        both.hears("videoConferenceJoined").await?;
    }
    Ok(())
}

/// The name that the page takes from its token shows which one it has read.
#[tokio::test]
async fn a_token_is_read_in_the_fragment_first_and_by_an_old_release_in_the_query_alone() -> anyhow::Result<()> {
    let token = |name: &str| {
        let claims = json!({ "context": { "user": { "name": name } } }).to_string();
        format!("e30.{}.e30", BASE64URL_NOPAD.encode(claims.as_bytes()))
    };
    let (in_query, in_fragment) = (token("Query"), token("Fragment"));
    for release in ALL {
        let bed = bed(release).await?;
        let browser = Browser::start(Launch::default().name("meet.test")).await?;
        let old = release == Release::V1_0_3;
        for (query, fragment, name) in [
            (false, true, if old { Value::Null } else { json!("Fragment") }),
            (true, false, json!("Query")),
            (true, true, json!(if old { "Query" } else { "Fragment" })),
        ] {
            let query = if query { format!("?jwt={in_query}") } else { String::new() };
            let fragment = if fragment { format!("&jwt=%22{in_fragment}%22") } else { String::new() };
            let room = format!("https://{}/{ROOM}{query}#config.prejoinConfig.enabled=false{fragment}", bed.domain());
            browser.open("about:blank").await?;
            browser.open(&room).await?;
            browser.becomes::<bool>("window.standIn?.joined()").await?;
            let shown: Value = browser.run("return standIn.participants()[0].displayName ?? null", Vec::new()).await?;
            assert_eq!(shown, name, "{release:?} {query} {fragment}");
        }
    }
    Ok(())
}
