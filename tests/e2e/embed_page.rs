//! The package in pages of somebody else's: plain, in React and in Vue, under a strict policy, in a frame without devices. Before: `cargo
//! xtask package`. The chat is a scripted host in the page, the browser and what is in it are real.

mod handover;
mod many;
mod site;

use std::time::Duration;

use serde_json::{Value, json};

use crate::browser::until;
use many::{Buttons, Weight};
use site::{FRONT, STRICT, Site, Visit, WHOLE, press, ready};

const BUTTONS: &str = "meet-call-buttons";
/// How long a round of a thousand may take on a busy machine.
const LONG: Duration = Duration::from_secs(120);

/// In a conference from here on, through all that a framework does to its stage.
async fn lives_through(visit: &Visit, changes: &[Value]) -> anyhow::Result<()> {
    visit.is_ready().await?;
    visit.press(BUTTONS, "video").await?;
    visit.mark().await?;
    for change in changes {
        visit.browser.run::<Value>("page.show(arguments[0]); return null", vec![change.clone()]).await?;
        // What is taken away for good is away a repaint later.
        visit.run("return new Promise(done => requestAnimationFrame(() => setTimeout(done, 50, null)))").await?;
        visit.is_the_same().await?;
    }
    visit.becomes("page.joined === 1").await?;
    visit.becomes("page.deep('.meet-stage .meet-frame-box').length === 1").await?;
    visit.is_well().await
}

#[tokio::test]
async fn react_moves_removes_and_puts_back_the_stage_and_the_conference_goes_on() -> anyhow::Result<()> {
    let site = Site::start().await?;
    let changes = [
        json!({ "first": true }),
        json!({ "wrapped": true }),
        json!({ "first": false }),
        json!({ "stage": false }),
        json!({ "stage": true }),
        json!({ "wrapped": false, "first": true }),
    ];
    for (page, version) in [("esbuild-18", "18."), ("esbuild-19", "19."), ("vite", "19.")] {
        let visit = site.open(&format!("built/{page}/react.html")).await?;
        visit.is_ready().await?;
        visit.becomes(&format!("page.version.startsWith('{version}')")).await?;
        lives_through(&visit, &changes).await?;
    }
    Ok(())
}

#[tokio::test]
async fn vue_moves_the_stage_and_leads_it_to_another_room_and_the_conference_goes_on() -> anyhow::Result<()> {
    let site = Site::start().await?;
    let visit = site.open("built/vite/vue.html").await?;
    let there_and_back = [json!({ "room": "!bob:localhost" }), json!({ "room": "!club:localhost" })];
    let changes = [json!({ "first": true }), json!({ "first": false })];
    lives_through(&visit, &[&changes[..], &there_and_back].concat()).await
}

#[tokio::test]
async fn an_element_that_is_moved_or_put_back_keeps_its_view_and_one_that_is_gone_has_none() -> anyhow::Result<()> {
    let site = Site::start().await?;
    let visit = site.open("pages/plain.html").await?;
    visit.is_ready().await?;
    visit.becomes("!!buttons.shadowRoot.querySelector('[data-kind=video]')").await?;
    let moved = "const it = buttons, there = () => it.shadowRoot.querySelector('.meet-call-buttons'), before = there(); \
         box.append(it); await null; room.append(it); it.remove(); box.append(it); \
         room.moveBefore?.(it, null); await new Promise(done => setTimeout(done, 50)); \
         return before === there() && before.isConnected";
    let kept = visit.run(&format!("return (async () => {{ {moved} }})()")).await?;
    assert_eq!(kept, json!(true));
    visit.run("window.gone = buttons; gone.remove(); return null").await?;
    visit.becomes("!gone.shadowRoot.querySelector('button')").await?;
    visit.run("room.append(gone); return null").await?;
    visit.becomes("!!gone.shadowRoot.querySelector('[data-kind=video]')").await?;
    // Attribute and property are one; what was said before the class was known counts.
    let reflected = "const early = document.createElement('div'); early.innerHTML = '<meet-call-stage></meet-call-stage>'; \
         const stage = early.firstChild; stage.roomId = '!bob:localhost'; const said = stage.getAttribute('room-id'); \
         stage.setAttribute('room-id', '!club:localhost'); return [said, stage.roomId, stage.layouts, stage.eventId ?? null]";
    assert_eq!(visit.run(reflected).await?, json!(["!bob:localhost", "!club:localhost", false, null]));
    // With calls of its own, with none, and with those of the page again.
    visit.run("page.setCalls(null); return null").await?;
    visit.becomes("!gone.shadowRoot.querySelector('button') && !stage.shadowRoot.querySelector('.meet-root')").await?;
    visit.run("gone.calls = page.calls; return null").await?;
    visit.becomes("!!gone.shadowRoot.querySelector('button')").await?;
    visit.run("page.setCalls(page.calls); return null").await?;
    visit.becomes("!!stage.shadowRoot.querySelector('.meet-root')").await?;
    visit.run("return page.calls.close().then(() => null)").await?;
    visit.becomes("page.deep('.meet-root').length === 0 && page.host.listeners === 0").await?;
    visit.is_well().await
}

/// They counted only where they were said before the stage was shown.
#[tokio::test]
async fn a_stage_takes_layouts_that_are_said_later() -> anyhow::Result<()> {
    let site = Site::start().await?;
    let visit = site.open("pages/plain.html").await?;
    visit.is_ready().await?;
    visit.press("#buttons", "video").await?;
    visit.mark().await?;
    let choices = "stage.shadowRoot.querySelector('.meet-choices')";
    visit.becomes(&format!("!stage.dataset.layout && !{choices}")).await?;
    visit.run("stage.layouts = true; return null").await?;
    visit.becomes(&format!("!!stage.dataset.layout && !!{choices}")).await?;
    visit.is_the_same().await?;
    visit.run("stage.layouts = false; return null").await?;
    visit.becomes(&format!("!stage.dataset.layout && !{choices}")).await?;
    visit.is_the_same().await?;
    visit.is_well().await
}

#[tokio::test]
async fn calls_that_are_closed_tell_that_their_conference_is_left() -> anyhow::Result<()> {
    let site = Site::start().await?;
    let visit = site.open("pages/plain.html").await?;
    visit.is_ready().await?;
    visit.press("#buttons", "video").await?;
    visit.mark().await?;
    visit.becomes("page.heard.length === 1").await?;
    // At the first of the room's elements, all of which stand empty by then.
    let heard = "return page.calls.close().then(() => page.heard.map(([name, at]) => `${name} ${at}`))";
    let both = ["conference-joined meet-call-buttons", "conference-left meet-call-buttons"];
    assert_eq!(visit.run(heard).await?, json!(both));
    visit.becomes("document.querySelectorAll('iframe').length === 0").await?;
    // With a goodbye, and with nothing left open.
    let live: Vec<_> = site.meet.rooms().left.iter().map(|left| left.live).collect();
    assert_eq!(live, [Some(0)]);
    visit.is_well().await
}

#[tokio::test]
async fn a_thousand_views_that_come_and_go_leave_nothing_behind() -> anyhow::Result<()> {
    // With settings and tiles it is the program of calls that draws.
    come_and_go(&["buttons", "stage", "settings", "tile"], WHOLE).await
}

#[tokio::test]
async fn nor_do_a_thousand_buttons_of_the_small_program() -> anyhow::Result<()> {
    come_and_go(&["buttons", "stage", "toasts"], FRONT).await
}

async fn come_and_go(parts: &[&str], program: &str) -> anyhow::Result<()> {
    let site = Site::start().await?;
    let visit = site.open("pages/plain.html").await?;
    visit.is_ready().await?;
    let round = async |times: u32| {
        let script = format!(
            "window.done = false; (async () => {{ \
               const parts = {parts:?}; \
               for (let at = 0; at < {times}; at += 1) {{ \
                 const handle = page.mount(box, {{ part: parts[at % parts.length], roomId: page.MANY[at % 200] }}); \
                 const element = document.createElement('meet-call-buttons'); \
                 element.roomId = page.MANY[(at * 7) % 200]; box.append(element); \
                 await null; handle.update({{ roomId: page.MANY[(at + 1) % 200] }}); \
                 if (at % 5 === 0) await new Promise(done => requestAnimationFrame(done)); \
                 handle.unmount(); element.remove(); \
                 await new Promise(done => setTimeout(done)); \
               }} \
               window.done = true; }})(); return null"
        );
        visit.run(&script).await?;
        until("they came and went", LONG, async || {
            Ok(visit.browser.run::<bool>("return window.done", Vec::new()).await?.then_some(()))
        })
        .await?;
        Weight::of(&visit, program).await
    };
    let before = round(1000).await?;
    let after = round(1000).await?;
    println!("{before:?}, after 1,000 more: {after:?}");
    assert_eq!(visit.programs().await?.as_array().map(Vec::len), Some(if program == FRONT { 1 } else { 2 }));
    assert!(after.nodes <= before.nodes + 100.0 && after.listeners <= before.listeners + 20.0, "{before:?} {after:?}");
    // Memory grows by pages of 64 KB. A view leaves some 60 bytes behind, a page in a thousand, which may fall on either side of a second one.
    assert!(after.memory <= before.memory + 2.0 * 65536.0, "{before:?} {after:?}");
    visit.is_well().await
}

#[tokio::test]
async fn two_hundred_rooms_have_their_buttons_at_once() -> anyhow::Result<()> {
    let site = Site::start().await?;
    let visit = site.open("pages/plain.html").await?;
    visit.is_ready().await?;
    let buttons = Buttons::of_two_hundred_rooms(&visit).await?;
    assert!(buttons.rooms == 200 && buttons.made <= buttons.painted, "{buttons:?}");
    // A change of one room is looked at by its own.
    visit.run("page.host.tell({ type: 'room-changed', roomId: page.MANY[7] }); return null").await?;
    visit.is_well().await
}

#[tokio::test]
async fn everything_works_under_a_strict_policy() -> anyhow::Result<()> {
    let site = Site::with_policy(Some(STRICT)).await?;
    let visit = site.open("pages/plain.html").await?;
    visit.is_ready().await?;
    visit.press("#buttons", "video").await?;
    visit.mark().await?;
    // Once at the document, and from the element that shows the room.
    visit.becomes("page.heard.length === 1").await?;
    assert_eq!(
        visit.run("return page.heard").await?,
        json!([["conference-joined", "meet-call-buttons", "!club:localhost"]])
    );
    visit.run("page.deep('[data-act=leave]')[0].click(); return null").await?;
    visit.becomes("document.querySelectorAll('iframe').length === 0 && page.heard.length === 2").await?;
    visit.press("#direct", "video").await?;
    // The first call of a browser shows what the other side will see.
    let ready = "page.deep('.meet-preview [data-act=call]:not([aria-disabled=true])')[0]";
    visit.becomes(&format!("!!{ready}")).await?;
    visit.run(&format!("{ready}.click(); return null")).await?;
    visit.becomes("page.host.sent.some(([room, type]) => type === 'm.call.invite')").await?;
    visit.becomes("!!page.deep('.meet-call video')[0]?.videoWidth").await?;
    visit.run("page.deep('[data-act=hangup]')[0].click(); return null").await?;
    visit.becomes("page.heard.some(([name, from]) => name === 'call-ended' && from === 'meet-call-buttons')").await?;
    visit.is_well().await
}

#[tokio::test]
async fn a_frame_without_the_camera_says_so_and_calls_with_the_voice() -> anyhow::Result<()> {
    let site = Site::start().await?;
    let visit = site.open("pages/frame.html").await?;
    let chat = visit.browser.within(&["#chat"]);
    ready(chat).await?;
    press(chat, "#direct", "video").await?;
    chat.becomes::<bool>("page.words().includes('keeps them from it')").await?;
    chat.becomes::<bool>("page.words().includes('Call without camera')").await?;
    chat.run::<Value>("page.deep('.meet-preview [data-act=call]')[0].click(); return null", Vec::new()).await?;
    chat.becomes::<bool>("page.host.sent.some(([room, type]) => type === 'm.call.invite')").await.map(drop)
}

/// Chromium would open the camera alone, without a word.
#[tokio::test]
async fn a_frame_without_the_microphone_says_so_and_keeps_no_camera_open() -> anyhow::Result<()> {
    let site = Site::start().await?;
    let visit = site.open("pages/mute_frame.html").await?;
    let chat = visit.browser.within(&["#chat"]);
    ready(chat).await?;
    let watch = "const devices = navigator.mediaDevices, ask = devices.getUserMedia.bind(devices); window.opened = []; \
         devices.getUserMedia = async wanted => { const stream = await ask(wanted); \
         opened.push(...stream.getTracks()); return stream }; return null";
    chat.run::<Value>(watch, Vec::new()).await?;
    press(chat, "#direct", "video").await?;
    chat.becomes::<bool>("page.words().includes('keeps them from it')").await?;
    let brought: Vec<(String, String)> =
        chat.run("return opened.map(track => [track.kind, track.readyState])", Vec::new()).await?;
    assert_eq!(brought, [("video".to_owned(), "ended".to_owned())]);
    Ok(())
}

#[tokio::test]
async fn nothing_of_the_looks_gets_in_or_out_but_what_is_meant_to() -> anyhow::Result<()> {
    let site = Site::start().await?;
    let visit = site.open("pages/plain.html").await?;
    visit.is_ready().await?;
    visit.becomes("!!buttons.shadowRoot.querySelector('[data-kind=video]')").await?;
    let looks = "const of = (root, css) => getComputedStyle(root.querySelector(css)); \
         const inner = of(buttons.shadowRoot, '[data-kind=video]'), tooltip = of(buttons.shadowRoot, '.meet-tooltip'); \
         const outer = of(document, '.meet-button'), icon = document.querySelector('#own-icon'); return { \
         transform: tooltip.textTransform, spacing: tooltip.letterSpacing, border: inner.borderTopStyle, \
         size: inner.inlineSize, radius: inner.borderTopLeftRadius, page: [outer.color, outer.display], \
         accent: of(buttons.shadowRoot, '.meet-call-buttons').getPropertyValue('--_accent').trim(), \
         slotted: icon.assignedSlot?.name, icon: getComputedStyle(icon).inlineSize, \
         scheme: [getComputedStyle(buttons).colorScheme, getComputedStyle(direct).colorScheme], \
         sheets: buttons.shadowRoot.adoptedStyleSheets[0] === direct.shadowRoot.adoptedStyleSheets[0], \
         sizing: inner.boxSizing }";
    let expected = json!({
        "transform": "none", "spacing": "normal", "border": "none", "size": "32px", "radius": "3px",
        "page": ["rgb(1, 2, 3)", "block"], "accent": "rgb(10, 20, 30)", "slotted": "voice-icon", "icon": "22px",
        "scheme": ["light", "dark"], "sheets": true, "sizing": "border-box",
    });
    assert_eq!(visit.run(looks).await?, expected);
    // The chat turns dark: what says nothing else follows.
    visit.run("page.host.dark = true; page.host.tell({ type: 'look-changed' }); return null").await?;
    visit.becomes("getComputedStyle(buttons).colorScheme === 'dark'").await?;
    visit.browser.screenshot("embed-plain").await?;
    visit.is_well().await
}

#[tokio::test]
async fn what_is_no_host_and_what_is_no_wrapper_is_refused_with_the_reason() -> anyhow::Result<()> {
    let site = Site::start().await?;
    let visit = site.open("pages/plain.html").await?;
    visit.is_ready().await?;
    let try_with = async |host: &str| -> anyhow::Result<String> {
        let script = format!("return page.createCalls({host}).then(() => 'made', error => error.message)");
        visit.browser.run(&script, Vec::new()).await
    };
    let said = try_with("{ userId: '@a:b', deviceId: 'D', getRoom() {}, sendEvent: 7 }").await?;
    for expected in ["subscribe", "sendStateEvent", "getTurnServer", "sendEvent must be a function"] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    assert!(!said.contains("getAvatar") && !said.contains("getRoom"), "{said}");
    for none in ["null", "undefined", "'a text'", "Promise.resolve(page.host)"] {
        let said = try_with(none).await?;
        assert!(said.contains("host"), "{none}: {said}");
    }
    for (wrapper, named) in [
        ("http://a.example/", "http://a.example/"),
        ("https://ann:secret@b.example/", "https://b.example/"),
        ("https://a_b.example/", "https://a_b.example/"),
    ] {
        let said = try_with(&format!("page.host, {{ wrapperUrl: '{wrapper}' }}")).await?;
        assert!(said.contains("wrapperUrl") && said.contains(named) && !said.contains("secret"), "{said}");
    }
    let foreign = "try { buttons.calls = {}; return 'taken' } catch (error) { return error.message }";
    let said: String = visit.browser.run(foreign, Vec::new()).await?;
    assert!(said.contains("createCalls"), "{said}");
    // Whoever was there before works as before.
    visit.becomes("!!buttons.shadowRoot.querySelector('[data-kind=video]')").await
}
