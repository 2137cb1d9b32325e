//! The package in pages of somebody else's: plain, in React and in Vue, under a strict policy, in a frame without devices. Before: `cargo
//! xtask package`. The chat is a scripted host in the page, the browser and what is in it are real.

mod call;
mod elements;
mod handover;
mod many;
mod site;

use std::time::Duration;

use serde_json::{Value, json};

use crate::browser::until;
use crate::scene::{WRAPPER, nobody_is_at};
use many::{Buttons, Weight};
use site::{FRONT, STRICT, Site, Visit, WHOLE, press, ready};

const BUTTONS: &str = "meet-call-buttons";
/// A conference's frame lies exactly over its place, all of it is the document's in it, and nothing shines through.
const FRAME_IN_PLACE: &str = "(frame => { \
     const bounds = one => { const { x, y, width, height } = one.getBoundingClientRect(); \
       return [x, y, width, height].map(Math.round).join() }; \
     return page.deep('.meet-floating').length === 0 && page.deep('.meet-stage .meet-frame-box').some(place => bounds(place) === bounds(frame)) \
       && bounds(frame).endsWith([frame.clientWidth, frame.clientHeight].join()) \
       && [frame, frame.parentElement].every(one => getComputedStyle(one).opacity === '1') \
   })(document.querySelector('#meet-in-chat-frames iframe'))";
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
    nobody_is_at(&site.meet).await?;
    let live: Vec<_> = site.meet.rooms().left.iter().map(|left| left.live).collect();
    assert_eq!(live, [Some(0)]);
    visit.is_well().await
}

#[tokio::test]
async fn a_thousand_views_that_come_and_go_leave_nothing_behind() -> anyhow::Result<()> {
    // With settings and tiles it is the program of calls that draws.
    come_and_go(&["buttons", "stage", "settings", "tile", "toasts"], WHOLE).await
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
    let after = round(3000).await?;
    println!("{before:?}, after 3,000 more: {after:?}");
    assert_eq!(visit.programs().await?.as_array().map(Vec::len), Some(if program == FRONT { 1 } else { 2 }));
    assert!(after.nodes <= before.nodes + 100.0 && after.listeners <= before.listeners + 20.0, "{before:?} {after:?}");
    // Memory grows by pages of 64 KB. What waits for the browser to collect rubbish may once need one more.
    assert!(after.memory <= before.memory + 65536.0, "{before:?} {after:?}");
    visit.is_well().await
}

#[tokio::test]
async fn two_hundred_rooms_have_their_buttons_at_once() -> anyhow::Result<()> {
    let site = Site::start().await?;
    let visit = site.open("pages/plain.html").await?;
    visit.is_ready().await?;
    let buttons = Buttons::of_two_hundred_rooms(&visit).await?;
    println!("there after {} ms, painted after {}", buttons.made.round(), buttons.painted.round());
    assert_eq!(buttons.rooms, 200);
    // A change of one room is looked at by its own.
    visit
        .run(
            "const getRoom = page.host.getRoom; window.asked = new Set(); \
             page.host.getRoom = function(room) { asked.add(room); return getRoom.call(this, room) }; \
             page.host.tell({ type: 'room-changed', roomId: page.MANY[7] }); return null",
        )
        .await?;
    visit.becomes("[...asked].join() === page.MANY[7]").await?;
    tokio::time::sleep(Duration::from_millis(300)).await;
    visit.becomes("[...asked].join() === page.MANY[7]").await?;
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
    call::call_bob(&visit).await?;
    visit.becomes("!!page.deep('.meet-call video')[0]?.videoWidth").await?;
    call::bob_accepts(&visit).await?;
    visit.run("page.deep('.meet-call [data-act=hangup]')[0].click(); return null").await?;
    visit.becomes("page.heard.length === 5").await?;
    let call = ["call-started", "call-connected", "call-ended"].map(|name| [name, BUTTONS, "!bob:localhost"]);
    assert_eq!(visit.run("return page.heard.slice(2)").await?, json!(call));
    visit.is_well().await
}

/// A copy here would go on proving what nobody reads.
#[test]
fn the_strict_policy_is_the_one_of_the_document() -> anyhow::Result<()> {
    let document = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/embedding.md"))?;
    assert!(document.contains(&format!("\n```csp\n{STRICT}\n```\n")), "{STRICT}");
    Ok(())
}

/// As the document says it of a wrapper elsewhere: its origin stands in `frame-src`, and the page's own does not.
#[tokio::test]
async fn a_conference_opens_in_a_wrapper_on_another_origin() -> anyhow::Result<()> {
    let elsewhere = Site::start().await?;
    let policy = STRICT.replace("frame-src 'self'", &format!("frame-src {}", elsewhere.origin()));
    let site = Site::with_policy(Some(&policy)).await?;
    let wrapper = format!("{}/package/wrapper/jitsi.html", elsewhere.origin());
    let visit = site.open(&format!("pages/plain.html?wrapper={wrapper}")).await?;
    visit.is_ready().await?;
    visit.press("#buttons", "video").await?;
    visit.mark().await?;
    visit.becomes("page.heard.length === 1").await?;
    // Where the others find it too.
    let named =
        "return [document.querySelector('iframe').src, page.host.sent[0][2].url].map(url => url.split(/[?#]/)[0])";
    assert_eq!(visit.run(named).await?, json!([wrapper, wrapper]));
    visit.run("page.deep('[data-act=leave]')[0].click(); return null").await?;
    visit.becomes("document.querySelectorAll('iframe').length === 0 && page.heard.length === 2").await?;
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
    // The frame of a conference lies in the page itself, outside every shadow root.
    visit.press("#buttons", "video").await?;
    visit.mark().await?;
    visit.becomes(FRAME_IN_PLACE).await?;
    visit.is_well().await
}

/// The page's own language is English.
#[tokio::test]
async fn the_parts_speak_the_hosts_language_in_both_programs_and_so_does_the_conference() -> anyhow::Result<()> {
    let site = Site::start().await?;
    let visit = site.open("pages/plain.html?language=de-AT").await?;
    visit.is_ready().await?;
    let spoken = "[buttons, direct].map(one => one.shadowRoot) \
         .map(root => root.querySelector('.meet-root[lang=de] [data-kind=video]')?.ariaLabel).join()";
    visit.becomes(&format!("{spoken} === 'Videokonferenz starten,Videoanruf'")).await?;
    assert_eq!(visit.programs().await?, json!([FRONT]));
    visit.press("#buttons", "video").await?;
    visit.mark().await?;
    assert_eq!(visit.programs().await?, json!([FRONT, WHOLE]));
    visit.becomes(&format!("{spoken} === 'Du bist in dieser Konferenz,Videoanruf'")).await?;
    visit
        .becomes("stage.shadowRoot.querySelector('.meet-root[lang=de] [data-act=leave]').innerText === 'Verlassen'")
        .await?;
    visit.browser.within(&[WRAPPER]).becomes::<bool>("document.documentElement.lang === 'de'").await?;
    let opened = site.meet.rooms().opened;
    assert!(opened.iter().all(|opened| opened.url.contains("?lang=deAT")), "{opened:?}");
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
