//! Choosing and checking camera and microphone on the card.

use serde_json::{Value, json};

use super::client::Client;

/// What of a page, or of the frame in it, is too large for it, can't be brought into view or lies over something else.
const ILL_PLACED: &str = "const page = document.getElementById('page'), root = document.documentElement, ill = []; \
     if (page.scrollWidth > page.clientWidth || root.scrollWidth > innerWidth) ill.push('too wide'); \
     if (window !== top && root.scrollHeight > innerHeight) ill.push('scrolls in itself'); \
     const parts = [...document.querySelectorAll('h1, p, button, a, video, meter, select, iframe')] \
         .filter(part => part.checkVisibility() && getComputedStyle(part).clipPath === 'none'); \
     for (const part of parts) { \
         part.scrollIntoView({ block: 'nearest' }); \
         const { left, right, top, bottom, height } = part.getBoundingClientRect(); \
         const whole = height > innerHeight || (top > -1 && bottom < innerHeight + 1); \
         if (left < 0 || right > innerWidth || !whole) ill.push(part.id || part.localName); \
         for (const other of parts.slice(0, parts.indexOf(part))) { \
             const its = other.getBoundingClientRect(); \
             const apart = its.right < left + 1 || right < its.left + 1 || its.bottom < top + 1 || bottom < its.top + 1; \
             if (!apart) ill.push(`${part.id} over ${other.id}`); \
         } \
     } \
     return ill";

const LIVE: &str = "return window.observer.live().map(({ kind }) => kind).sort()";

/// Some systems give a device to one page only.
#[tokio::test]
async fn what_the_card_has_checked_is_closed_before_meet_opens() -> anyhow::Result<()> {
    let client = Client::start().await?;
    client.reads("status.ready", &[]).await?;
    assert_eq!(client.wrapper().run::<Value>(LIVE, Vec::new()).await?, json!([]), "nothing is opened unasked");
    client.checks_devices().await?;
    assert_eq!(client.check().run::<Value>(LIVE, Vec::new()).await?, json!(["audio", "video"]));
    client.check().becomes::<bool>("document.getElementById('level').value > 0").await?;

    // A frame that is not in the document any more holds no device.
    let watch = "window.checksAtOpening = []; new MutationObserver(() => \
         checksAtOpening.push(document.querySelectorAll('#check iframe').length)) \
         .observe(document.getElementById('meeting'), { childList: true }); return null";
    client.wrapper().run::<Value>(watch, Vec::new()).await?;
    client.join("button.join").await?;
    let at_opening: Value = client.wrapper().run("return checksAtOpening", Vec::new()).await?;
    assert_eq!(at_opening, json!([0]));
    client.hears_devices(true, true).await?;
    client.send("im.vector.hangup", json!({})).await?;
    client.reads("status.left", &[]).await?;
    client.has_left_nothing_open().await
}

#[tokio::test]
async fn a_microphone_that_is_chosen_in_the_check_is_remembered_and_meet_opens_with_it() -> anyhow::Result<()> {
    let client = Client::start().await?;
    client.checks_devices().await?;
    let choose = "const chooser = document.getElementById('microphone'); chooser.selectedIndex = 1; \
         chooser.dispatchEvent(new Event('change')); return chooser.value";
    let label: String = client.check().run(choose, Vec::new()).await?;
    assert!(!label.is_empty());
    let kept = "return JSON.parse(localStorage.getItem('meet_in_chat.wrapper_devices'))";
    assert_eq!(client.wrapper().run::<Value>(kept, Vec::new()).await?, json!({ "microphone": label }));
    client.check().becomes::<bool>("window.observer.live().length === 2").await?;
    client.join("button.join").await?;
    let address = "return decodeURIComponent(document.querySelector('#meeting iframe').src)";
    let address: String = client.wrapper().run(address, Vec::new()).await?;
    assert!(address.contains(&format!("devices.audioInput=\"{label}\"")), "{address}");
    Ok(())
}

#[tokio::test]
async fn a_second_press_frees_the_devices() -> anyhow::Result<()> {
    let client = Client::start().await?;
    client.checks_devices().await?;
    client.press("devices.close").await?;
    client.wrapper().becomes::<bool>("document.querySelectorAll('iframe').length === 0").await?;
    client.has_left_nothing_open().await
}

#[tokio::test]
async fn a_camera_that_is_switched_off_on_the_card_is_not_opened_in_meet() -> anyhow::Result<()> {
    let client = Client::start().await?;
    client.press("camera.on").await?;
    client.join("button.join_voice").await?;
    client.hears_devices(true, false).await?;
    let live: Value = client.meeting().run("return standIn.liveTracks()", Vec::new()).await?;
    assert_eq!(live, json!(["audio"]));
    Ok(())
}

#[tokio::test]
async fn the_card_with_the_check_open_is_whole_in_a_low_tile_and_in_arabic() -> anyhow::Result<()> {
    let client = Client::start().await?;
    let meeting = "conferenceDomain=meet.example.org&conferenceId=Tea&roomName=Garden%20club";
    for (width, height, language, theme) in [
        (640, 240, "en", "light"),
        (640, 240, "ar", "dark"),
        (390, 300, "de", "dark"),
        (390, 300, "ar", "light"),
        (390, 844, "ar", "light"),
        (390, 844, "ar", "dark"),
        (1280, 800, "ar", "light"),
        (1280, 800, "ar", "dark"),
    ] {
        let what = format!("card-check-{width}x{height}-{language}-{theme}");
        client.browser.emulate(width, height, false).await?;
        client.browser.open("about:blank").await?;
        let page = format!("{}/jitsi.html#{meeting}&language={language}&theme={theme}", client.pages.origin());
        client.browser.open(&page).await?;
        client.browser.becomes::<bool>(&format!("document.documentElement.lang === '{language}'")).await?;
        client.browser.page().shown("#look").await?;
        client.browser.page().click("#look").await?;
        let check = client.browser.within(&["#check iframe"]);
        check.becomes::<bool>("document.getElementById('mirror')?.videoWidth > 0").await?;
        client.browser.screenshot(&what).await?;
        for (frame, place) in [(check, "check"), (client.browser.page(), "card")] {
            let ill: Value = frame.run(ILL_PLACED, Vec::new()).await?;
            assert_eq!(ill, json!([]), "the {place}, {what}");
        }
        client.browser.screenshot(&format!("{what}-below")).await?;
    }
    Ok(())
}
