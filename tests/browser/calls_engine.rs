//! Whole calls between two people in one page: the core, the browser and a scripted chat.

use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::Owner;
use meet_in_chat::browser::storage::{self, session};
use meet_in_chat::browser::{capture, crash, js};
use meet_in_chat::call::media::{Kind, Slot};
use meet_in_chat::call::settings::Preferences;
use meet_in_chat::call::view::{CallView, Ending, Phase, Word};
use meet_in_chat::call::vocabulary::Deed;
use meet_in_chat::host::HostEvent;
use meet_in_chat::locale::{CHAT_EN, Texts};
use meet_in_chat::ui::peer_calls::{PeerCalls, crashed};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, HtmlVideoElement, MediaStreamTrack};

use crate::calls_host::{Chat, room, two};
use crate::calls_stage::{A_WHILE, Instead, screen, until};

const PREFERENCES: &str = "meet_in_chat.calls";

pub(crate) struct Person {
    pub(crate) chat: Rc<Chat>,
    pub(crate) calls: PeerCalls,
}

impl Person {
    fn new(chat: Rc<Chat>) -> Self {
        let calls = PeerCalls::new(chat.clone(), Texts::read(CHAT_EN));
        Self { chat, calls }
    }

    pub(crate) fn call(&self) -> Option<CallView> {
        leptos::prelude::untrack(|| self.calls.view()).calls.first().cloned()
    }

    pub(crate) async fn is(&self, phase: Phase) -> CallView {
        until(&format!("{phase:?}"), || self.call().filter(|call| call.phase == phase)).await
    }

    pub(crate) async fn act(&self, deed: Deed) {
        let call = until("a call", || self.call()).await;
        self.calls.act(call.key, deed);
    }

    async fn is_over(&self) {
        until("the end", || self.call().is_none().then_some(())).await;
    }
}

/// Nobody has seen a preview to confirm, and what calls keep is forgotten.
pub(crate) fn two_people() -> (Person, Person) {
    storage::write(PREFERENCES, &Preferences { previewed: true, ..Preferences::default() }.write());
    for me in ["@ann:x", "@ben:x"] {
        session::remove(&format!("meet_in_chat.kept_calls.{me}"));
        session::remove(&format!("meet_in_chat.page_gone.{me}"));
    }
    let (ann, ben) = two();
    (Person::new(ann), Person::new(ben))
}

async fn connected(video: bool) -> (Person, Person) {
    let (ann, ben) = two_people();
    ann.calls.place(&room(), video);
    ben.is(Phase::Ringing).await;
    ben.act(Deed::Accept { video }).await;
    ann.is(Phase::Connected).await;
    ben.is(Phase::Connected).await;
    (ann, ben)
}

fn event(class: &str, name: &str, properties: &[(&str, &JsValue)]) -> Event {
    let class = js::get(&js_sys::global(), class);
    js::construct(&class, &[&name.into(), &js::object(properties)]).expect("an event").unchecked_into()
}

async fn shows_pictures(video: &HtmlVideoElement) {
    until("pictures", || (video.video_width() > 0).then_some(())).await;
}

fn video() -> HtmlVideoElement {
    let document = web_sys::window().and_then(|window| window.document()).expect("a document");
    let video: HtmlVideoElement = document.create_element("video").expect("an element").unchecked_into();
    video.set_muted(true);
    video
}

#[wasm_bindgen_test]
async fn two_people_call_see_each_other_and_hang_up_without_leaving_a_device_on() {
    let owner = Owner::new();
    owner.set();
    let (ann, ben) = connected(true).await;
    let call = until("their camera", || ann.call().filter(|call| call.peer_camera.is_some())).await;
    let (remote, local) = (video(), video());
    let connection = call.connection.expect("a connection");
    ann.calls.attach_remote(&remote, connection, call.peer_camera.as_ref());
    ann.calls.attach_local(&local, call.capture.expect("a capture"), Slot::User);
    shows_pictures(&remote).await;
    shows_pictures(&local).await;
    ann.calls.attach_remote(&remote, connection, None);
    assert!(remote.src_object().is_none());

    let devices = until("devices", || {
        let devices = leptos::prelude::untrack(|| ann.calls.devices());
        (!devices.cameras.is_empty() && !devices.microphones.is_empty()).then_some(devices)
    });
    assert!(devices.await.cameras.iter().all(|camera| !camera.label.is_empty()));

    ann.act(Deed::HangUp).await;
    ben.is_over().await;
    ann.is_over().await;
    assert_eq!(capture::live(), 0);
    assert!(ann.chat.sent.borrow().ends_with(&["m.call.hangup".to_owned()]));
}

#[wasm_bindgen_test]
async fn a_voice_call_gets_a_camera_and_a_screen_and_loses_them_again() {
    let owner = Owner::new();
    owner.set();
    let _screen = screen();
    let (ann, ben) = connected(false).await;
    ann.act(Deed::Camera(true)).await;
    until("a camera", || ben.call().and_then(|call| call.peer_camera)).await;
    ben.act(Deed::Share(true)).await;
    let shown = until("a screen", || ann.call().filter(|call| call.peer_screen.is_some())).await;
    let remote = video();
    ann.calls.attach_remote(&remote, shown.connection.expect("a connection"), shown.peer_screen.as_ref());
    shows_pictures(&remote).await;
    ben.act(Deed::Share(false)).await;
    ann.act(Deed::Camera(false)).await;
    until("no screen", || ann.call().filter(|call| call.peer_screen.is_none())).await;
    until("no camera", || ben.call().filter(|call| call.peer_camera.is_none())).await;
    // Two microphones are left.
    until("released devices", || (capture::live() == 2).then_some(())).await;
}

#[wasm_bindgen_test]
async fn a_held_call_is_silent_and_comes_back() {
    let owner = Owner::new();
    owner.set();
    let (ann, ben) = connected(false).await;
    ann.act(Deed::Hold(true)).await;
    until("held", || ben.call().filter(|call| call.held_by_peer)).await;
    ann.act(Deed::Hold(false)).await;
    until("resumed", || ben.call().filter(|call| !call.held_by_peer)).await;
}

#[wasm_bindgen_test]
async fn no_room_is_read_for_the_events_of_calls_that_may_not_ring() {
    let owner = Owner::new();
    owner.set();
    let (ann, ben) = two_people();
    ben.chat.quiet.set(true);
    ann.calls.place(&room(), false);
    ann.is(Phase::Calling).await;
    TimeoutFuture::new(A_WHILE).await;
    assert!(ben.call().is_none());
    assert_eq!(ben.chat.read.get(), 0);
}

#[wasm_bindgen_test]
async fn dropping_the_calls_frees_everything() {
    let owner = Owner::new();
    owner.set();
    let (ann, ben) = connected(true).await;
    assert!(capture::live() > 0);
    let chats = [ann.chat.clone(), ben.chat.clone()];
    drop((ann, ben));
    assert_eq!(capture::live(), 0);
    TimeoutFuture::new(A_WHILE).await;
    for chat in chats {
        assert_eq!((chat.listeners(), Rc::strong_count(&chat)), (0, 1));
    }
}

#[wasm_bindgen_test]
async fn who_ends_all_calls_goes_on_once_the_other_side_has_been_told() {
    let owner = Owner::new();
    owner.set();
    let (ann, ben) = connected(true).await;
    ann.calls.end_all(&|| true).await;
    assert_eq!(ann.chat.sent.borrow().last().map(String::as_str), Some("m.call.hangup"));
    assert!(ann.call().is_none());
    ben.is_over().await;
    assert_eq!(capture::live(), 0);
    // Without a call there is nothing to wait for.
    ann.calls.end_all(&|| true).await;
}

#[wasm_bindgen_test]
async fn signing_out_ends_the_call_here() {
    let owner = Owner::new();
    owner.set();
    let (ann, _ben) = connected(false).await;
    ann.chat.tell(&HostEvent::SignedOut);
    assert!(ann.call().is_none());
    assert_eq!(capture::live(), 1);
}

#[wasm_bindgen_test]
async fn a_chosen_microphone_that_is_unplugged_gives_way_to_the_default_and_is_named() {
    let owner = Owner::new();
    owner.set();
    let list = |ids: &[&str]| {
        let entry = |id: &&str| js::object(&[("kind", &"audioinput".into()), ("deviceId", &(*id).into())]);
        js::set(&js_sys::global(), "devicesOfTest", &ids.iter().map(entry).collect::<js_sys::Array>());
    };
    list(&["built in", "headset"]);
    let _listed = Instead::of_devices("enumerateDevices", "", "return Promise.resolve(window.devicesOfTest);");
    let (ann, _ben) = connected(false).await;
    let open = || {
        let local = video();
        ann.calls.attach_local(&local, ann.call()?.capture?, Slot::User);
        // While one takes the other's place there is none.
        let track = local.src_object()?.get_audio_tracks().get(0).dyn_into::<MediaStreamTrack>().ok()?;
        Some(track.id())
    };
    let before = until("a microphone", open).await;
    ann.calls.choose(Kind::Audio, Some("headset".into()));
    until("another microphone", || open().filter(|open| *open != before)).await;
    let microphones = || leptos::prelude::untrack(|| ann.calls.devices()).microphones.len();
    until("the devices", || (microphones() == 2).then_some(())).await;
    list(&["built in"]);
    let changed = Event::new("devicechange").expect("an event");
    let devices: web_sys::EventTarget = js::get(&js::navigator(), "mediaDevices").unchecked_into();
    devices.dispatch_event(&changed).expect("dispatched");
    until("a word", || ann.call().filter(|call| call.word == Some(Word::DeviceGone))).await;
    assert_eq!(microphones(), 1);
}

/// A program that panics drops nothing: the camera would stay on, and the other side would wait for half a minute.
#[wasm_bindgen_test]
async fn a_crash_stops_the_devices_and_tells_the_other_side_once() {
    let owner = Owner::new();
    owner.set();
    let (ann, ben) = connected(true).await;
    crashed();
    // The register of last words is the page's, and there are two accounts in it.
    let said = || [&ann, &ben].map(|person| person.chat.last_words.borrow().clone()).concat();
    assert_eq!(said().iter().map(|word| word.0.as_str()).collect::<Vec<_>>(), ["m.call.hangup", "m.call.hangup"]);
    for person in [&ann, &ben] {
        let call = person.call().expect("a call that nobody ended");
        let capture = call.capture.expect("a capture");
        let local = video();
        person.calls.attach_local(&local, capture, Slot::User);
        let tracks = local.src_object().expect("a stream").get_tracks();
        assert!(tracks.iter().all(|track| js::text(&track, "readyState").as_deref() == Some("ended")));
    }
    crashed();
    assert_eq!(said().len(), 2);
    crash::survived();
}

#[wasm_bindgen_test]
async fn a_page_that_goes_away_says_goodbye_and_the_next_one_says_it_again() {
    let owner = Owner::new();
    owner.set();
    let (ann, ben) = connected(false).await;
    let window = web_sys::window().expect("a window");
    let leave = event("Event", "beforeunload", &[("cancelable", &true.into())]);
    window.dispatch_event(&leave).expect("dispatched");
    assert!(leave.default_prevented());

    // Both live in this page.
    window.dispatch_event(&Event::new("pagehide").expect("an event")).expect("dispatched");
    assert!(ann.call().is_none() && ben.call().is_none());
    assert_eq!(capture::live(), 0);
    let first = ann.chat.last_words.borrow().first().cloned();
    assert_eq!(first.map(|word| word.0).as_deref(), Some("m.call.hangup"));
    let (of_ann, chat) = (ann.chat.clone(), ben.chat.clone());
    drop((ann, ben));

    // The account that opens first has its own calls to end, and leaves the other's alone.
    let first = Person::new(of_ann);
    let again = Person::new(chat);
    for person in [&first, &again] {
        let notices = leptos::prelude::untrack(|| person.calls.view()).notices;
        assert_eq!(notices.into_iter().map(|notice| notice.ending).collect::<Vec<_>>(), [Ending::Reloaded]);
    }
    assert_eq!(again.chat.sent.borrow().last().map(String::as_str), Some("m.call.hangup"));
    let third = Person::new(again.chat.clone());
    assert!(leptos::prelude::untrack(|| third.calls.view()).notices.is_empty());
}

/// A browser that copies a tab copies what the tab keeps: the copy must not end the call of the original.
#[wasm_bindgen_test]
async fn a_copied_tab_leaves_the_call_of_the_original_alone() {
    let owner = Owner::new();
    owner.set();
    let (ann, ben) = connected(false).await;
    let sent = ann.chat.sent.borrow().len();
    let copy = Person::new(ann.chat.clone());
    TimeoutFuture::new(A_WHILE).await;
    assert_eq!(ann.chat.sent.borrow()[sent..].iter().filter(|kind| *kind == "m.call.hangup").count(), 0);
    assert!(ben.call().is_some_and(|call| call.phase == Phase::Connected));
    drop(copy);
}

#[wasm_bindgen_test]
async fn choices_are_kept_and_those_of_another_tab_count() {
    let owner = Owner::new();
    owner.set();
    let (ann, _ben) = two_people();
    ann.calls.choose(Kind::Video, Some("camera 2".into()));
    ann.calls.choose_speaker(Some("speaker 2".into()));
    let kept = Preferences::read(&storage::read(PREFERENCES).expect("kept choices"));
    assert_eq!((kept.camera.as_deref(), kept.speaker.as_deref()), (Some("camera 2"), Some("speaker 2")));

    storage::write(PREFERENCES, &Preferences::default().write());
    let event = event("StorageEvent", "storage", &[("key", &PREFERENCES.into())]);
    web_sys::window().expect("a window").dispatch_event(&event).expect("dispatched");
    assert_eq!(ann.calls.preferences(), Preferences::default());
}
