//! The package in pages of somebody else's: plain, in React and in Vue, under a strict policy, in a frame without devices. Before: `cargo
//! xtask package`. The chat is a scripted host in the page, the browser and what is in it are real.

mod site;

use std::time::Duration;

use serde_json::{Value, json};

use crate::browser::until;
use site::{STRICT, Site, Visit, press, ready};

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
    visit.becomes("!gone.shadowRoot.querySelector('button') && !stage.shadowRoot.querySelector('.meet-stage')").await?;
    visit.run("gone.calls = page.calls; return null").await?;
    visit.becomes("!!gone.shadowRoot.querySelector('button')").await?;
    visit.run("page.setCalls(page.calls); return null").await?;
    visit.becomes("!!stage.shadowRoot.querySelector('.meet-stage')").await?;
    visit.run("return page.calls.close().then(() => null)").await?;
    visit.becomes("page.deep('.meet-root').length === 0 && page.host.listeners === 0").await?;
    visit.is_well().await
}

/// DOM nodes, listeners, and the bytes of the program's memory, once what is no longer needed is gone.
async fn weight(visit: &Visit) -> anyhow::Result<[f64; 3]> {
    let cdp = visit.browser.driver.cdp();
    cdp.send_raw("HeapProfiler.collectGarbage", json!({})).await?;
    let counters = cdp.send_raw("Memory.getDOMCounters", json!({})).await?;
    let memory = "return import('/package/meet-in-chat.js').then(program => program.default()) \
         .then(all => Object.values(all).find(one => one instanceof WebAssembly.Memory).buffer.byteLength)";
    let memory = visit.run(memory).await?;
    let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
    Ok([number(&counters["nodes"]), number(&counters["jsEventListeners"]), number(&memory)])
}

#[tokio::test]
async fn a_thousand_views_that_come_and_go_leave_nothing_behind() -> anyhow::Result<()> {
    let site = Site::start().await?;
    let visit = site.open("pages/plain.html").await?;
    visit.is_ready().await?;
    let round = async |times: u32| {
        let script = format!(
            "window.done = false; (async () => {{ \
               const parts = ['buttons', 'stage', 'settings', 'tile']; \
               for (let at = 0; at < {times}; at += 1) {{ \
                 const handle = page.mount(box, {{ part: parts[at % 4], roomId: page.MANY[at % 200] }}); \
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
        weight(&visit).await
    };
    let before = round(1000).await?;
    let after = round(1000).await?;
    println!("nodes, listeners, bytes of wasm memory: {before:?}, after 1,000 more: {after:?}");
    // Memory grows by pages of 64 KB. A view leaves some 60 bytes behind, a page in a thousand, which may fall on either side of a second one.
    for (at, slack) in [(0, 100.0), (1, 20.0), (2, 2.0 * 65536.0)] {
        assert!(after[at] <= before[at] + slack, "{before:?} {after:?}");
    }
    visit.is_well().await
}

#[tokio::test]
async fn two_hundred_rooms_have_their_buttons_at_once() -> anyhow::Result<()> {
    let site = Site::start().await?;
    let visit = site.open("pages/plain.html").await?;
    visit.is_ready().await?;
    let script = "return (async () => { const began = performance.now(); \
         box.append(...page.MANY.map(room => Object.assign(document.createElement('meet-call-buttons'), { roomId: room }))); \
         const there = performance.now() - began; \
         await new Promise(done => requestAnimationFrame(() => setTimeout(done))); \
         const all = [...box.children].filter(one => one.shadowRoot.querySelector('button[data-kind=video]')).length; \
         return [all, Math.round(there), Math.round(performance.now() - began), Math.round(page.took)] })()";
    let [all, made, painted, start]: [u64; 4] = visit.browser.run(script, Vec::new()).await?;
    println!("200 rooms: made in {made} ms, painted in {painted} ms; from script to usable buttons {start} ms");
    assert_eq!(all, 200);
    // A change of one room is looked at by its own.
    visit.run("page.host.tell({ type: 'room-changed', roomId: page.MANY[7] }); return null").await?;
    println!("weight: {:?}", weight(&visit).await?);
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
async fn a_host_that_lacks_something_is_told_what() -> anyhow::Result<()> {
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
    let foreign = "try { buttons.calls = {}; return 'taken' } catch (error) { return error.message }";
    let said: String = visit.browser.run(foreign, Vec::new()).await?;
    assert!(said.contains("createCalls"), "{said}");
    // Whoever was there before works as before.
    visit.becomes("!!buttons.shadowRoot.querySelector('[data-kind=video]')").await
}
