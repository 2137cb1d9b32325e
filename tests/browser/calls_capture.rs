//! Devices: the browser's fake ones, and some that misbehave.

use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use meet_in_chat::browser::capture;
use meet_in_chat::browser::crash;
use meet_in_chat::browser::js;
use meet_in_chat::call::media::{Kind, MediaCommand, MediaError, MediaEvent, Slot, Wanted};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, MediaStream, MediaStreamTrack};

use crate::calls_stage::{A_WHILE, Contexts, Instead, Media, screen, state, until, wanted};

fn opened(event: &MediaEvent) -> (bool, bool, Option<MediaError>) {
    match event {
        MediaEvent::Opened { audio, video, camera_failed, .. } => (*audio, *video, *camera_failed),
        other => panic!("{other:?}"),
    }
}

/// Every track of the streams that a replaced method gave.
fn tracks(given: &Instead) -> Vec<MediaStreamTrack> {
    let streams = given.seen().into_iter().filter_map(|stream| stream.dyn_into::<MediaStream>().ok());
    streams.flat_map(|stream| stream.get_tracks().into_iter()).map(JsCast::unchecked_into).collect()
}

/// Devices that open when the test says `window.openNow()`.
fn slow_devices() -> Instead {
    Instead::of_devices(
        "getUserMedia",
        "constraints",
        "return new Promise(resolve => { window.openNow = async () => { const stream = await original(constraints);
         seen.push(stream); resolve(stream); }; });",
    )
}

async fn open_now(devices: &Instead) {
    until("a request for devices", || js::has(&js_sys::global(), "openNow").then_some(())).await;
    let _ = js::called(&js_sys::global(), "openNow", &[]).await;
    js::set(&js_sys::global(), "openNow", &wasm_bindgen::JsValue::UNDEFINED);
    until("tracks", || (!tracks(devices).is_empty()).then_some(())).await;
    TimeoutFuture::new(A_WHILE).await;
}

#[wasm_bindgen_test]
async fn another_microphone_takes_the_place_of_the_old_one_in_the_same_stream() {
    let media = Media::new();
    assert_eq!(opened(&media.open(true, true).await), (true, true, None));
    let (stream, camera) = (media.stream_id(Slot::User), media.track(Slot::User, Kind::Video));
    let old = media.track(Slot::User, Kind::Audio).expect("a microphone");
    assert_eq!(opened(&media.open(true, false).await), (true, true, None));
    let new = media.track(Slot::User, Kind::Audio).expect("a microphone");
    assert_eq!((state(&old).as_str(), state(&new).as_str()), ("ended", "live"));
    assert_eq!((media.stream_id(Slot::User), media.track(Slot::User, Kind::Video)), (stream, camera));
    drop(media);
    assert_eq!((state(&new).as_str(), capture::live()), ("ended", 0));
}

/// The light of a camera that nobody uses stayed on for ever when one hung up while the browser still asked.
#[wasm_bindgen_test]
async fn devices_that_open_after_the_capture_was_released_are_stopped_at_once() {
    let devices = slow_devices();
    let media = Media::new();
    media.tell(MediaCommand::Open(wanted(true, true)));
    until("a request for devices", || js::has(&js_sys::global(), "openNow").then_some(())).await;
    media.tell(MediaCommand::Release);
    open_now(&devices).await;
    let tracks = tracks(&devices);
    assert_eq!(tracks.len(), 2);
    assert!(tracks.iter().all(|track| state(track) == "ended"));
    assert!(media.log.is_empty());
    assert_eq!(capture::live(), 0);
}

#[wasm_bindgen_test]
async fn a_camera_switched_off_while_it_opens_stays_off_and_the_microphone_opens() {
    let devices = slow_devices();
    let media = Media::new();
    media.tell(MediaCommand::Open(wanted(true, true)));
    until("a request for devices", || js::has(&js_sys::global(), "openNow").then_some(())).await;
    media.tell(MediaCommand::CloseCamera);
    open_now(&devices).await;
    let event = media.log.take(|event| Some(event.clone())).expect("a report");
    assert_eq!(opened(&event), (true, false, None));
    assert!(tracks(&devices).iter().all(|track| (state(track) == "live") == (track.kind() == "audio")));
}

#[wasm_bindgen_test]
async fn a_camera_that_fails_leaves_a_voice_call_and_its_reason() {
    let devices = Instead::of_devices(
        "getUserMedia",
        "constraints",
        "if (constraints.video) throw new DOMException('in use', 'NotReadableError'); return original(constraints);",
    );
    let media = Media::new();
    assert_eq!(opened(&media.open(true, true).await), (true, false, Some(MediaError::InUse)));
    assert_eq!(media.open(false, true).await, MediaEvent::Failed(MediaError::InUse));
    assert!(media.track(Slot::User, Kind::Audio).is_some());
    drop(devices);
}

#[wasm_bindgen_test]
async fn a_device_that_is_gone_is_demanded_and_then_wished_for() {
    let devices =
        Instead::of_devices("getUserMedia", "constraints", "seen.push(constraints); return original(constraints);");
    let media = Media::new();
    media.tell(MediaCommand::Open(Wanted { audio: Some(Some("gone".into())), video: None }));
    let event = media.log.next("the devices", |event| Some(event.clone())).await;
    assert_eq!(opened(&event), (true, false, None));
    let demands = devices.seen().iter().map(|asked| js::get(&js::get(asked, "audio"), "deviceId")).collect::<Vec<_>>();
    assert_eq!(demands.len(), 2);
    assert_eq!(js::text(&demands[0], "exact").as_deref(), Some("gone"));
    assert_eq!(js::text(&demands[1], "ideal").as_deref(), Some("gone"));
}

#[wasm_bindgen_test]
async fn a_refusal_is_named_and_not_repeated_as_a_wish() {
    let devices = Instead::of_devices(
        "getUserMedia",
        "constraints",
        "seen.push(1); throw new DOMException('no', 'NotAllowedError');",
    );
    let media = Media::new();
    media.tell(MediaCommand::Open(Wanted { audio: Some(Some("x".into())), video: None }));
    let event = media.log.next("the devices", |event| Some(event.clone())).await;
    assert_eq!((event, devices.seen().len()), (MediaEvent::Failed(MediaError::NotAllowed), 1));
}

/// Looking the devices up first would take time before every call; what the browser answers says the same.
#[wasm_bindgen_test]
async fn a_machine_without_a_camera_gives_its_microphone_and_says_what_is_missing() {
    let asked = Instead::of_devices(
        "getUserMedia",
        "constraints",
        "seen.push(constraints);
         if (constraints.video) throw new DOMException('none', 'NotFoundError');
         return original(constraints);",
    );
    let media = Media::new();
    assert_eq!(opened(&media.open(true, true).await), (true, false, Some(MediaError::NotFound)));
    assert_eq!(asked.seen().len(), 2);
    assert_eq!(media.open(false, true).await, MediaEvent::Failed(MediaError::NotFound));
}

#[wasm_bindgen_test]
async fn requests_wait_for_each_other() {
    let devices = Instead::of_devices(
        "getUserMedia",
        "constraints",
        "window.openRequests = (window.openRequests ?? 0) + 1; seen.push(window.openRequests);
         return new Promise(resolve => setTimeout(() => { window.openRequests--; resolve(original(constraints)); }, 100));",
    );
    let (one, other) = (Rc::new(Media::new()), Rc::new(Media::new()));
    one.tell(MediaCommand::Open(wanted(true, false)));
    other.open(true, false).await;
    assert_eq!(devices.seen().iter().filter_map(wasm_bindgen::JsValue::as_f64).collect::<Vec<_>>(), [1.0, 1.0]);
}

#[wasm_bindgen_test]
async fn a_muted_microphone_stays_muted_in_another_device_and_a_camera_comes_enabled() {
    let media = Media::new();
    media.open(true, true).await;
    media.tell(MediaCommand::Enable(Kind::Audio, false));
    media.tell(MediaCommand::Enable(Kind::Video, false));
    assert!(!media.track(Slot::User, Kind::Video).expect("a camera").enabled());
    media.open(true, true).await;
    assert!(!media.track(Slot::User, Kind::Audio).expect("a microphone").enabled());
    assert!(media.track(Slot::User, Kind::Video).expect("a camera").enabled());
    media.tell(MediaCommand::Enable(Kind::Audio, true));
    assert!(media.track(Slot::User, Kind::Audio).expect("a microphone").enabled());
}

#[wasm_bindgen_test]
async fn a_track_that_ends_by_itself_is_reported_and_leaves_the_stream() {
    let media = Media::new();
    media.open(true, true).await;
    let camera = media.track(Slot::User, Kind::Video).expect("a camera");
    camera.dispatch_event(&Event::new("ended").expect("an event")).expect("dispatched");
    assert_eq!(media.log.take(|event| Some(event.clone())), Some(MediaEvent::Ended(Slot::User, Kind::Video)));
    assert!(media.track(Slot::User, Kind::Video).is_none() && media.track(Slot::User, Kind::Audio).is_some());
}

#[wasm_bindgen_test]
async fn a_screen_chosen_too_late_is_stopped() {
    let screen = screen();
    let media = Media::new();
    media.tell(MediaCommand::OpenScreen);
    // Asked for within the same task: the person's gesture counts for no longer.
    assert_eq!(screen.seen().len(), 1);
    media.tell(MediaCommand::CloseScreen);
    TimeoutFuture::new(A_WHILE).await;
    assert!(media.log.is_empty() && media.track(Slot::Screen, Kind::Video).is_none());
    assert!(tracks(&screen).iter().all(|track| state(track) == "ended"));
}

#[wasm_bindgen_test]
async fn not_choosing_a_screen_is_a_refusal() {
    let _screen = Instead::of_devices("getDisplayMedia", "", "throw new DOMException('no', 'NotAllowedError');");
    let media = Media::new();
    media.tell(MediaCommand::OpenScreen);
    let event = media.log.next("a report", |event| Some(event.clone())).await;
    assert_eq!(event, MediaEvent::ScreenFailed(MediaError::NotAllowed));
}

#[wasm_bindgen_test]
async fn the_meter_follows_the_microphone_to_another_device_and_ends_with_its_view() {
    let contexts = Contexts::watch();
    let media = Media::new();
    let mut meter = media.capture.meter();
    assert_eq!(meter.level(), 0.0);
    for _ in 0..2 {
        media.open(true, false).await;
        // The fake microphone beeps once a second.
        until("a beep", || (meter.level() > 0.02).then_some(())).await;
        assert!(meter.level() <= 1.0);
    }
    drop(meter);
    until("silence", || (contexts.states() == ["closed", "closed"]).then_some(())).await;
    assert_eq!(state(&media.track(Slot::User, Kind::Audio).expect("a microphone")), "live");

    let mut meter = media.capture.meter();
    until("a beep", || (meter.level() > 0.02).then_some(())).await;
    media.tell(MediaCommand::Release);
    assert_eq!(meter.level(), 0.0);
    until("silence", || (contexts.states() == ["closed", "closed", "closed"]).then_some(())).await;
}

#[wasm_bindgen_test]
async fn a_meter_that_can_t_listen_does_not_try_for_every_repaint() {
    let class = js::get(&js_sys::global(), "AudioContext");
    let body = "seen.push(1); throw new TypeError('no');";
    let asked = Instead::of(js::get(&class, "prototype"), "createMediaStreamSource", "", body);
    let media = Media::new();
    media.open(true, false).await;
    let mut meter = media.capture.meter();
    assert_eq!([meter.level(), meter.level()], [0.0, 0.0]);
    assert_eq!(asked.seen().len(), 1);
    media.open(true, false).await;
    assert_eq!([meter.level(), meter.level()], [0.0, 0.0]);
    assert_eq!(asked.seen().len(), 2);
}

/// Devices that fail when the test says `window.failNow()`.
fn failing_devices() -> Instead {
    Instead::of_devices(
        "getUserMedia",
        "constraints",
        "seen.push(constraints); return new Promise((_, fail) => {
         window.failNow = () => fail(new DOMException('none', 'NotFoundError')); });",
    )
}

/// The browser asked for the next device on a list that nobody waited for any more.
#[wasm_bindgen_test]
async fn nothing_more_is_asked_for_once_the_capture_is_released() {
    let devices = failing_devices();
    let media = Media::new();
    media.tell(MediaCommand::Open(wanted(true, true)));
    until("a request for devices", || (devices.seen().len() == 1).then_some(())).await;
    media.tell(MediaCommand::Release);
    js::call(&js_sys::global(), "failNow", &[]).expect("a failure");
    TimeoutFuture::new(A_WHILE).await;
    assert_eq!((devices.seen().len(), media.log.is_empty()), (1, true));
}

#[wasm_bindgen_test]
async fn a_camera_switched_off_while_it_fails_is_not_missed() {
    let devices = failing_devices();
    let media = Media::new();
    media.tell(MediaCommand::Open(Wanted { audio: None, video: Some(Some("gone".into())) }));
    until("a request for devices", || (devices.seen().len() == 1).then_some(())).await;
    media.tell(MediaCommand::CloseCamera);
    js::call(&js_sys::global(), "failNow", &[]).expect("a failure");
    let event = media.log.next("a report", |event| Some(event.clone())).await;
    assert_eq!((opened(&event), devices.seen().len()), ((false, false, None), 1));
}

/// Futures go on after a panic: a person who then pressed "Allow" had a camera on for a page that stands still.
#[wasm_bindgen_test]
async fn devices_and_screens_that_open_after_a_crash_are_stopped_at_once() {
    let (devices, screen) = (slow_devices(), screen());
    let media = Media::new();
    media.tell(MediaCommand::Open(wanted(true, true)));
    until("a request for devices", || js::has(&js_sys::global(), "openNow").then_some(())).await;
    media.tell(MediaCommand::OpenScreen);
    crash::close_all();
    open_now(&devices).await;
    let tracks = [tracks(&devices), tracks(&screen)].concat();
    assert_eq!(tracks.len(), 3);
    assert!(tracks.iter().all(|track| state(track) == "ended"));
    assert!(media.log.take(|event| matches!(event, MediaEvent::Opened { .. }).then_some(())).is_none());
    assert_eq!(capture::live(), 0);
    crash::survived();
}

#[wasm_bindgen_test]
async fn microphones_are_asked_to_clean_the_sound() {
    let devices =
        Instead::of_devices("getUserMedia", "constraints", "seen.push(constraints); return original(constraints);");
    let media = Media::new();
    media.open(true, false).await;
    let asked = devices.seen().first().map(|asked| js::get(asked, "audio")).expect("a request");
    for wish in ["echoCancellation", "autoGainControl", "noiseSuppression"] {
        assert_eq!(js::get(&js::get(&asked, wish), "ideal").as_bool(), Some(true), "{wish}");
    }
}
