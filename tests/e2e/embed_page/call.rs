//! A call between two in somebody else's page: Bob is a connection in the same page (`pages/bob.js`), the media is real.

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::json;

use super::site::{Site, Visit};
use crate::browser::{Browser, Launch, WAIT, until};

/// What the call's own panel has of the other side.
const REMOTE: &str = "page.deep('.meet-call[data-phase=connected] video[data-stream=remote]')[0]";

/// How much of Alice came in at Bob's.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Perceived {
    pictures: u64,
    sound: u64,
}

impl Perceived {
    async fn at(visit: &Visit) -> anyhow::Result<Self> {
        visit.browser.run("return bob.perceived()", Vec::new()).await
    }

    /// Waits until more of both has come in than now.
    async fn rises(visit: &Visit) -> anyhow::Result<()> {
        let before = Self::at(visit).await?;
        until("more of Alice comes in", WAIT, async || {
            let now = Self::at(visit).await?;
            Ok((now.pictures > before.pictures + 2 && now.sound > before.sound + 2).then_some(()))
        })
        .await
        .with_context(|| format!("before: {before:?}"))
    }
}

/// Calls Bob with video, past the preview of a first call.
pub(super) async fn call_bob(visit: &Visit) -> anyhow::Result<()> {
    visit.press("#direct", "video").await?;
    // The first call of a browser shows what the other side will see.
    let ready = "page.deep('.meet-preview [data-act=call]:not([aria-disabled=true])')[0]";
    visit.becomes(&format!("!!{ready}")).await?;
    visit.run(&format!("{ready}.click(); return null")).await?;
    visit.becomes("page.host.sent.some(([room, type]) => type === 'm.call.invite')").await
}

/// Bob accepts, and he is seen.
pub(super) async fn bob_accepts(visit: &Visit) -> anyhow::Result<()> {
    let accept = "return import('/pages/bob.js').then(module => module.bobAccepts(page.host)) \
         .then(bob => { window.bob = bob; return null })";
    visit.run(accept).await?;
    visit.becomes(&format!("!!{REMOTE}?.videoWidth")).await
}

/// All that is of the call stands in a root that is not ours: what happens is heard outside of it.
#[tokio::test]
async fn a_call_goes_on_while_its_elements_are_moved_and_away_and_is_shown_when_they_are_back() -> anyhow::Result<()> {
    let site = Site::start().await?;
    let watch = "const devices = MediaDevices.prototype, ask = devices.getUserMedia; window.taken = []; \
         devices.getUserMedia = async function (wanted) { const stream = await ask.call(this, wanted); \
         taken.push(...stream.getTracks()); return stream }";
    let watched = async |browser: &Browser| browser.before_every_page(watch).await;
    let visit = site.open_prepared("pages/plain.html", Launch::default(), watched).await?;
    visit.is_ready().await?;
    let enclose = "window.theirs = box.appendChild(document.createElement('aside')); \
         theirs.attachShadow({ mode: 'open' }).append(direct); \
         window.above = stage; window.toasts = document.querySelector('meet-call-toasts'); return null";
    visit.run(enclose).await?;
    call_bob(&visit).await?;
    bob_accepts(&visit).await?;
    Perceived::rises(&visit).await?;
    let remember = format!("window.before = {REMOTE}.srcObject.getVideoTracks()[0]; return taken.length");
    let devices = visit.run(&remember).await?;

    // Moved.
    visit.run("box.append(above, toasts); return null").await?;
    visit.becomes(&is_shown()).await?;
    // Away, for longer than a repaint.
    let away = "above.remove(); toasts.remove(); theirs.remove(); \
         return new Promise(done => requestAnimationFrame(() => setTimeout(done, 300, null)))";
    visit.run(away).await?;
    assert_eq!(visit.run("return page.deep('.meet-call, video').length").await?, json!(0));
    Perceived::rises(&visit).await?;
    // Back, elsewhere than before.
    visit.run("room.prepend(above); room.append(theirs); document.body.append(toasts); return null").await?;
    visit.becomes(&is_shown()).await?;
    Perceived::rises(&visit).await?;

    assert_eq!(visit.run("return taken.length").await?, devices, "no device was opened anew");
    assert_eq!(visit.run("return taken.filter(track => track.readyState !== 'live').length").await?, json!(0));
    let told = "return page.host.sent.filter(([, type]) => /hangup|reject|negotiate/.test(type)).length";
    assert_eq!(visit.run(told).await?, json!(0));
    let events = |names: &[&str]| json!(names.iter().map(|name| [name, "aside", "!bob:localhost"]).collect::<Vec<_>>());
    assert_eq!(visit.run("return page.heard").await?, events(&["call-started", "call-connected"]));

    visit.run("page.deep('.meet-call [data-act=hangup]')[0].click(); return null").await?;
    visit.becomes("page.heard.length === 3 && taken.every(track => track.readyState === 'ended')").await?;
    let heard = visit.run("return page.heard").await?;
    assert_eq!(heard, events(&["call-started", "call-connected", "call-ended"]));
    visit.is_well().await
}

/// The same track is seen, and its pictures go on: one more is presented.
fn is_shown() -> String {
    format!(
        "{REMOTE}?.srcObject?.getVideoTracks()[0] === before && before.readyState === 'live' && \
         new Promise(done => {REMOTE}.requestVideoFrameCallback(() => done(true)))"
    )
}
