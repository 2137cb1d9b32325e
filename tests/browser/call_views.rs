//! What people see and press of 1:1 calls.

mod keyboard;
mod on_top;
mod scene;
mod sound;

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::document;
use meet_in_chat::browser::storage;
use meet_in_chat::call::media::MediaError;
use meet_in_chat::call::settings::Preferences;
use meet_in_chat::call::view::{CallView, CallsView, Camera, Ending, Phase, PreviewView, Screen, Word};
use meet_in_chat::host::HostEvent;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{HtmlDialogElement, HtmlElement};

use scene::{Scene, call, key, notice, preview, ringing, settle, until};

/// Where the person's choices are kept.
const PREFERENCES: &str = "meet_in_chat.calls";

fn focused(element: &HtmlElement) -> bool {
    document().active_element().is_some_and(|active| active.is_same_node(Some(element)))
}

#[wasm_bindgen_test]
async fn a_toast_answers_in_every_way() {
    let scene = Scene::calls([ringing(7, true)]).await;
    let toast = scene.get(".meet-ring[data-room='!other']");
    assert_eq!(toast.get_attribute("role").as_deref(), Some("alertdialog"));
    for (act, deed) in [
        ("accept", "7 Accept { video: true }"),
        ("accept-voice", "7 Accept { video: false }"),
        ("decline", "7 Decline"),
        ("ignore", "7 Ignore"),
        ("silence", "7 Silence(true)"),
    ] {
        assert_eq!(scene.press(&format!(".meet-ring [data-act={act}]")), [deed]);
    }
    scene.show_calls([CallView { silenced: true, ..ringing(7, true) }]).await;
    assert!(scene.get(".meet-ring").is_same_node(Some(&toast)), "a silenced ring is the same toast");
    assert_eq!(scene.get("[data-act=silence]").get_attribute("aria-pressed").as_deref(), Some("true"));
    assert_eq!(scene.press(".meet-ring [data-act=silence]"), ["7 Silence(false)"]);
}

/// Who types goes on typing; a screen reader is told, and finds the answers first in the page.
#[wasm_bindgen_test]
async fn a_toast_is_announced_and_takes_no_focus() {
    let scene = Scene::calls([]).await;
    let button = scene.get(".meet-call-button button");
    button.focus().unwrap();
    scene.show_calls([ringing(7, false)]).await;
    assert!(focused(&button));
    assert_eq!(scene.text("[aria-live=assertive]"), "Voice call from Ben");
    assert!(scene.find("[data-act=accept-voice]").is_none());
    key("Escape", false);
    assert!(scene.told().is_empty());
}

#[wasm_bindgen_test]
async fn a_second_call_can_wait_for_or_end_the_first() {
    let scene = Scene::calls([call(1), ringing(2, false)]).await;
    assert_eq!(scene.press(".meet-ring [data-act=accept]"), ["2 Accept { video: false }"]);
    assert_eq!(scene.press("[data-act=end-and-accept]"), ["1 HangUp", "2 Accept { video: false }"]);
    scene.show_calls([call(1), CallView { on_hold: true, ..call(3) }, ringing(2, false)]).await;
    assert!(scene.get(".meet-ring [data-act=accept]").has_attribute("hidden"), "a third call finds no place");
    assert_eq!(scene.press("[data-act=end-and-accept]"), ["1 HangUp", "2 Accept { video: false }"]);
}

#[wasm_bindgen_test]
async fn the_panel_says_how_the_call_is() {
    let scene = Scene::calls([CallView { phase: Phase::Calling, connected_at: None, ..call(1) }]).await;
    let panel = scene.get(".meet-call[data-room='!room']");
    let attribute = |name: &str| panel.get_attribute(name);
    assert_eq!(attribute("data-phase").as_deref(), Some("calling"));
    assert_eq!(
        (scene.text(".meet-call [role=status]"), scene.text("[role=timer]")),
        ("Ringing…".into(), String::new())
    );
    scene.show_calls([call(1)]).await;
    assert_eq!(scene.text(".meet-call [role=status]"), "");
    // A slow machine is some seconds later here.
    let clock = scene.text("[role=timer]");
    assert!(clock.starts_with("01:"), "{clock}");
    until("the clock goes on", || scene.text("[role=timer]") != clock).await;
    scene.show_calls([CallView { held_by_peer: true, peer_muted: true, ..call(1) }]).await;
    assert_eq!(scene.text(".meet-call [role=status]"), "Ben put you on hold");
    assert!(attribute("data-held").is_some() && attribute("data-peer-muted").is_some());
    scene.show_calls([CallView { phase: Phase::Reconnecting, ..call(1) }]).await;
    assert_eq!(attribute("data-phase").as_deref(), Some("reconnecting"));
    assert!(attribute("data-held").is_none() && attribute("data-peer-muted").is_none());
    assert!(scene.get(".meet-call").is_same_node(Some(&panel)));
}

#[wasm_bindgen_test]
async fn the_controls_turn_what_they_name_and_keep_their_names() {
    let scene = Scene::calls([call(1)]).await;
    let mute = scene.get(".meet-call [data-act=mute]");
    let name = mute.get_attribute("aria-label");
    assert_eq!(scene.press(".meet-call [data-act=mute]"), ["1 Mute(true)"]);
    assert_eq!(scene.press(".meet-call [data-act=camera]"), ["1 Camera(false)"]);
    assert_eq!(scene.press(".meet-call [data-act=hold]"), ["1 Hold(true)"]);
    assert_eq!(scene.press(".meet-call [data-act=hangup]"), ["1 HangUp"]);
    scene.show_calls([CallView { muted: true, camera: Camera::Off, ..call(1) }]).await;
    assert_eq!((mute.get_attribute("aria-label"), mute.get_attribute("aria-pressed")), (name, Some("true".into())));
    assert_eq!(scene.press(".meet-call [data-act=mute]"), ["1 Mute(false)"]);
    assert_eq!(scene.press(".meet-call [data-act=camera]"), ["1 Camera(true)"]);
}

#[wasm_bindgen_test]
async fn shortcuts_work_anywhere_while_a_call_goes_on_and_only_then() {
    let scene = Scene::calls([ringing(1, true)]).await;
    assert!(key("d", true), "the browser keeps its own shortcut");
    scene.show_calls([call(1)]).await;
    assert!(!key("d", true) && !key("E", true));
    assert_eq!(scene.told(), ["1 Mute(true)", "1 Camera(false)"]);
    assert!(key("d", false) && scene.told().is_empty());
    drop(scene);
    settle().await;
    assert!(key("d", true), "the layer is gone and its listener with it");
}

/// Made anew, a picture would be black for a moment and a sound would break off.
#[wasm_bindgen_test]
async fn a_stream_keeps_its_element_while_it_is_shown() {
    let scene = Scene::calls([call(1)]).await;
    let (video, audio) = (scene.get("video[data-stream=remote]"), scene.get("audio[data-stream]"));
    let local = scene.get("video[data-stream=local]");
    assert!(video.parent_element().unwrap().class_list().contains("meet-main"));
    let shared =
        CallView { peer_screen: Some("screen".into()), peer_audio: vec!["screen".into(), "camera".into()], ..call(1) };
    scene.show_calls([shared]).await;
    assert!(scene.get("video[data-stream=remote]").is_same_node(Some(&video)));
    assert!(!video.parent_element().unwrap().class_list().contains("meet-main"));
    assert!(scene.all("audio[data-stream]").iter().any(|one| one.is_same_node(Some(&audio))));
    assert_eq!(scene.all("audio[data-stream]").len(), 2);
    assert!(scene.find("video[data-stream=remote-screen]").is_some());
    scene.show_calls([CallView { camera: Camera::Off, peer_camera: None, screen: Screen::On, ..call(1) }]).await;
    assert!(scene.find("video[data-stream=remote]").is_none() && !local.is_connected());
    assert!(scene.find("video[data-stream=local-screen]").is_some());
    for video in scene.all("video") {
        assert!(video.unchecked_ref::<web_sys::HtmlMediaElement>().muted(), "sounds have elements of their own");
    }
    scene.show_calls([]).await;
    assert!(scene.find("video, audio").is_none());
}

#[wasm_bindgen_test]
async fn the_panel_lies_in_its_room_and_floats_elsewhere_without_being_made_anew() {
    let scene = Scene::calls([call(1)]).await;
    let style = document().create_element("style").unwrap();
    style.set_text_content(Some(".meet-call-place { block-size: 50px }"));
    scene.get(".meet-calls").after_with_node_1(&style).unwrap();
    let panel = scene.get(".meet-call");
    let lies = |how: &str| scene.get(".meet-calls").get_attribute("data-place").as_deref() == Some(how);
    until("it is docked", || lies("docked")).await;
    scene.show_calls([CallView { room: "!other".into(), ..call(1) }]).await;
    until("it floats", || lies("floating")).await;
    assert!(scene.get(".meet-call").is_same_node(Some(&panel)));
}

#[wasm_bindgen_test]
async fn the_call_on_hold_is_a_bar() {
    let scene = Scene::calls([call(1), CallView { on_hold: true, ..call(2) }]).await;
    assert_eq!(scene.all(".meet-call").len(), 1);
    assert_eq!(scene.press(".meet-call-held [data-act=resume]"), ["2 Hold(false)"]);
    assert_eq!(scene.press(".meet-call-held [data-act=hangup]"), ["2 HangUp"]);
}

#[wasm_bindgen_test]
async fn escape_closes_a_menu_and_hangs_nothing_up() {
    let scene = Scene::calls([call(1)]).await;
    let details = scene.get("[data-act=details]");
    details.click();
    settle().await;
    assert_eq!(details.get_attribute("aria-expanded").as_deref(), Some("true"));
    scene.get(".meet-call-menu");
    scene.get("[data-act=mute]").focus().unwrap();
    key("Escape", false);
    settle().await;
    assert!(scene.find(".meet-call-menu").is_none() && focused(&details));
    key("Escape", false);
    assert!(scene.told().is_empty());
}

#[wasm_bindgen_test]
async fn a_word_beside_the_call_can_be_dismissed() {
    let scene = Scene::calls([CallView { word: Some(Word::CameraFailed(MediaError::InUse)), ..call(1) }]).await;
    assert!(scene.text(".meet-asides").contains("Another program"));
    assert_eq!(scene.press("[data-act=read]"), ["1 ReadWord"]);
}

#[wasm_bindgen_test]
async fn after_the_call_the_focus_is_back_on_the_call_button() {
    let scene = Scene::calls([call(1)]).await;
    scene.get("[data-act=hangup]").focus().unwrap();
    scene.show_calls([]).await;
    let button = scene.get("[data-kind=video]");
    until("the focus is back", || focused(&button)).await;
}

#[wasm_bindgen_test]
async fn the_call_button_leads_back_to_the_call() {
    let scene = Scene::calls([call(1)]).await;
    assert_eq!(scene.get("[data-kind=voice]").get_attribute("aria-label").as_deref(), Some("Go to the call"));
    scene.press("[data-kind=voice]");
    settle().await;
    assert!(focused(&scene.get(".meet-call")));
    scene.show_calls([CallView { room: "!room".into(), ..ringing(2, true) }]).await;
    scene.press("[data-kind=voice]");
    settle().await;
    assert!(focused(&scene.get(".meet-ring [data-act=accept]")));
}

fn previewing(preview: PreviewView) -> CallsView {
    CallsView { preview: Some(preview), ..CallsView::default() }
}

#[wasm_bindgen_test]
async fn the_preview_calls_as_its_switches_say() {
    let scene = Scene::with(previewing(preview())).await;
    let dialog: HtmlDialogElement = scene.get(".meet-preview").unchecked_into();
    assert!(dialog.open() && focused(&scene.get(".meet-preview [data-act=call]")));
    scene.get("video[data-stream=local]");
    assert_eq!(scene.press(".meet-preview [data-act=camera]"), ["Camera(false)"]);
    assert_eq!(scene.press(".meet-preview [data-act=call]"), ["Call { video: true, muted: false }"]);
    assert!(scene.press(".meet-preview [data-act=microphone]").is_empty());
    assert_eq!(scene.press(".meet-preview [data-act=call]"), ["Call { video: true, muted: true }"]);
    assert_eq!(scene.press(".meet-preview [data-act=cancel]"), ["Cancel"]);
    let cancel = web_sys::Event::new("cancel").unwrap();
    dialog.dispatch_event(&cancel).unwrap();
    assert_eq!(scene.told(), ["Cancel"]);
}

/// A modal dialog lets nothing outside of it be pressed; somebody who calls meanwhile is answered in it.
#[wasm_bindgen_test]
async fn a_toast_during_the_preview_can_be_pressed() {
    let scene = Scene::with(previewing(preview())).await;
    scene.show(CallsView { calls: vec![ringing(7, true)], ..previewing(preview()) }).await;
    assert_eq!(scene.all(".meet-ring").len(), 1);
    assert_eq!(scene.text(".meet-preview [aria-live=assertive]"), "Video call from Ben");
    assert!(focused(&scene.get(".meet-preview [data-act=call]")), "it takes no focus");
    let accept = scene.get(".meet-preview .meet-ring [data-act=accept]");
    accept.scroll_into_view();
    let bounds = accept.get_bounding_client_rect();
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a screen fit")]
    let [x, y] = [bounds.x() + bounds.width() / 2.0, bounds.y() + bounds.height() / 2.0].map(|place| place as f32);
    let hit = document().element_from_point(x, y).unwrap();
    assert!(accept.contains(Some(&hit)), "{}", hit.outer_html());
    assert_eq!(scene.press(".meet-ring [data-act=accept]"), ["7 Accept { video: true }"]);
    let decline = scene.get(".meet-ring [data-act=decline]");
    decline.focus().unwrap();
    assert_eq!(scene.press(".meet-ring [data-act=decline]"), ["7 Decline"]);
    scene.show(previewing(preview())).await;
    assert!(scene.find(".meet-ring").is_none() && focused(&scene.get(".meet-preview [data-act=call]")));
    scene.show(CallsView { calls: vec![ringing(8, false)], ..CallsView::default() }).await;
    scene.get(".meet-rings > .meet-ring[data-room='!other']");
}

#[wasm_bindgen_test]
async fn the_preview_says_what_fails_and_offers_what_works() {
    let failed = PreviewView { error: Some(MediaError::InUse), camera: false, ..preview() };
    let scene = Scene::with(previewing(failed.clone())).await;
    assert!(scene.text(".meet-trouble").contains("Another program"));
    assert_eq!(scene.press(".meet-preview [data-act=retry]"), ["Retry"]);
    assert_eq!(scene.text(".meet-preview [data-act=call]"), "Call without camera");
    assert_eq!(scene.press(".meet-preview [data-act=call]"), ["Call { video: false, muted: false }"]);
    scene.show(previewing(PreviewView { error: Some(MediaError::NotAllowed), microphone: false, ..failed })).await;
    let call = scene.get(".meet-preview [data-act=call]");
    assert_eq!(call.get_attribute("aria-disabled").as_deref(), Some("true"));
    assert!(scene.press(".meet-preview [data-act=call]").is_empty());
}

#[wasm_bindgen_test]
async fn a_word_after_the_call_says_why_and_what_to_do() {
    let notices = vec![
        notice(1, Ending::Browser("OperationError".into())),
        meet_in_chat::call::view::Notice { ask_fallback: true, ..notice(2, Ending::NotConnected) },
    ];
    let scene = Scene::with(CallsView { notices, ..CallsView::default() }).await;
    assert!(scene.text(".meet-notice[data-ending=browser] details").contains("OperationError"));
    assert_eq!(scene.press(".meet-notice[data-ending=browser] [data-act=dismiss]"), ["dismiss 1"]);
    let called = scene.press(".meet-notice[data-ending=browser] [data-act=call-back]");
    assert_eq!(called, ["place !room video", "dismiss 1"]);
    assert!(scene.text(".meet-notice[data-ending=not-connected]").contains("stun.example.org"));
    for (act, allowed) in [("allow", true), ("refuse", false)] {
        assert_eq!(scene.press(&format!(".meet-notice[data-ending=not-connected] [data-act={act}]")), ["dismiss 2"]);
        let kept = Preferences::read(&storage::read(PREFERENCES).unwrap());
        assert_eq!(kept.fallback, Some(allowed));
    }
    storage::write(PREFERENCES, &Preferences::default().write());
}

#[wasm_bindgen_test]
async fn who_can_not_be_called_back_at_the_moment_is_not_and_the_word_says_why() {
    let notices = vec![notice(1, Ending::Missed)];
    let scene = Scene::with(CallsView { notices: notices.clone(), ..CallsView::default() }).await;
    let connected = async |is: bool| {
        scene.chat.offline.set(!is);
        scene.chat.tell(&HostEvent::ConnectionChanged);
        settle().await;
    };
    connected(false).await;
    let back = scene.get(".meet-notice [data-act=call-back]");
    assert_eq!(back.get_attribute("aria-disabled").as_deref(), Some("true"));
    assert!(!scene.text(".meet-why").is_empty() && scene.press("[data-act=call-back]").is_empty());
    connected(true).await;
    assert_eq!(scene.text(".meet-why"), "");
    assert_eq!(scene.press("[data-act=call-back]"), ["place !room video", "dismiss 1"]);
    scene.show(CallsView { calls: vec![call(4)], notices, ..CallsView::default() }).await;
    assert!(back.has_attribute("hidden") && scene.press("[data-act=call-back]").is_empty());
}

#[wasm_bindgen_test]
async fn a_passing_word_goes_by_itself() {
    let notices = vec![notice(1, Ending::AnsweredElsewhere { accepted: true }), notice(2, Ending::Missed)];
    let scene = Scene::with(CallsView { notices, ..CallsView::default() }).await;
    TimeoutFuture::new(8_300).await;
    assert_eq!(scene.told(), ["dismiss 1"]);
}

#[wasm_bindgen_test]
async fn a_passing_word_waits_for_who_looks_at_it() {
    let notices = vec![notice(1, Ending::PeerHungUp), notice(2, Ending::PeerHungUp)];
    let scene = Scene::with(CallsView { notices, ..CallsView::default() }).await;
    let [newer, _] = scene.all(".meet-notice").try_into().expect("two");
    let back: HtmlElement = newer.query_selector("[data-act=call-back]").unwrap().unwrap().unchecked_into();
    back.focus().unwrap();
    TimeoutFuture::new(8_300).await;
    assert_eq!(scene.told(), ["dismiss 1"], "the focus is in the other");
    back.blur().unwrap();
    until("it passes too", || scene.told() == ["dismiss 2"]).await;
}

/// Made anew, it would be read out again, and its time would begin again.
#[wasm_bindgen_test]
async fn a_word_keeps_its_element_when_others_come_and_go() {
    let notices = |keys: &[u64]| {
        let notices = keys.iter().map(|key| notice(*key, Ending::Missed)).collect();
        CallsView { notices, ..CallsView::default() }
    };
    let scene = Scene::with(notices(&[1])).await;
    let first = scene.get(".meet-notice");
    let log = scene.get("[role=log][aria-live=polite]");
    scene.show(notices(&[1, 2, 3])).await;
    let shown = scene.all(".meet-notice");
    assert!(shown.len() == 3 && shown[2].is_same_node(Some(&first)), "the newest is first");
    scene.show(notices(&[1, 3])).await;
    assert_eq!(scene.all(".meet-notice").len(), 2);
    assert!(scene.all(".meet-notice")[1].is_same_node(Some(&first)));
    scene.show(notices(&[])).await;
    assert!(scene.find(".meet-notice").is_none() && scene.get("[role=log]").is_same_node(Some(&log)));
}

/// What axe would say first.
#[wasm_bindgen_test]
async fn everything_that_can_be_pressed_or_chosen_has_a_name() {
    let notices = vec![notice(1, Ending::Missed), notice(2, Ending::NoRelay)];
    let scenes = [
        CallsView {
            calls: vec![call(1), CallView { on_hold: true, ..call(2) }, ringing(3, true)],
            notices,
            ..CallsView::default()
        },
        previewing(PreviewView { error: Some(MediaError::Other), ..preview() }),
    ];
    for view in scenes {
        let scene = Scene::with(view).await;
        for button in scene.all("button, select, video, [role=group], [role=alertdialog], dialog") {
            let text = button.text_content().unwrap_or_default();
            let named = ["aria-label", "aria-labelledby"].iter().any(|name| button.has_attribute(name));
            assert!(named || !text.trim().is_empty(), "{}", button.outer_html());
        }
        for toggle in scene.all("[aria-pressed]") {
            assert!(toggle.has_attribute("aria-label"), "{}", toggle.outer_html());
        }
        let ids: Vec<_> = scene.all("[id]").iter().map(|element| element.id()).collect();
        let mut once = ids.clone();
        once.sort();
        once.dedup();
        assert_eq!(ids.len(), once.len());
    }
}
