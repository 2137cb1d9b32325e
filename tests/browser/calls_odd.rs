//! Connections in browsers that lack or refuse something, with peers that send odd things; and their first pictures.

use js_sys::{Array, Function, Object};
use meet_in_chat::browser::js;
use meet_in_chat::call::media::{Kind, Slot};
use meet_in_chat::call::peer::{Link, MOST_STREAMS, PeerCommand, PeerEvent};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, EventTarget, MediaStream};

use crate::calls_stage::{Instead, Pair, Side, screen, until};

fn target(side: &Side) -> EventTarget {
    side.peer.browser().expect("an open connection").into()
}

/// The connection is in this state from now on, and says so.
fn pretend(side: &Side, property: &str, state: &str) {
    let getter = Function::new_no_args(&["return '", state, "'"].concat());
    let descriptor = js::object(&[("get", &getter), ("configurable", &JsValue::TRUE)]);
    let _ =
        Object::define_property(target(side).unchecked_ref::<Object>(), &property.into(), descriptor.unchecked_ref());
    let event = Event::new(&property.to_lowercase().replace("state", "statechange")).expect("an event");
    target(side).dispatch_event(&event).expect("dispatched");
}

/// Chromium says `failed` of the connection alone when the other side vanishes.
#[wasm_bindgen_test]
async fn a_connection_that_failed_is_lost_whatever_is_said_of_its_ice() {
    let pair = Pair::connected(false).await;
    pretend(&pair.caller, "connectionState", "failed");
    let link = |event: &PeerEvent| match event {
        PeerEvent::Link(link) => Some(*link),
        _ => None,
    };
    assert_eq!(pair.caller.log.next("the link", link).await, Link::Failed);
    let ice = js::text(&target(&pair.caller), "iceConnectionState");
    assert!(ice.is_some_and(|ice| ice == "connected" || ice == "completed"));
    pretend(&pair.caller, "iceConnectionState", "disconnected");
    assert!(pair.caller.log.take(link).is_none());
}

/// How many times smaller the camera's picture is sent.
fn scale(side: &Side) -> Option<f64> {
    let sender = side.transceivers().get(1)?.sender();
    let encodings = js::get(&js::call(&sender, "getParameters", &[]).ok()?, "encodings");
    js::get(&encodings.dyn_into::<Array>().ok()?.get(0), "scaleResolutionDownBy").as_f64()
}

#[wasm_bindgen_test]
async fn both_sides_pictures_are_small_at_first_and_then_whole() {
    let pair = Pair::opened(true).await;
    let (caller, callee) = (&pair.caller, &pair.callee);
    caller.tell(PeerCommand::Send(Slot::User));
    caller.wish().await;
    caller.tell(PeerCommand::Offer);
    caller.tell(PeerCommand::SmallPicture(true));
    callee.take(caller.described().await).await;
    callee.tell(PeerCommand::Send(Slot::User));
    callee.tell(PeerCommand::Answer);
    callee.tell(PeerCommand::SmallPicture(true));
    caller.take(callee.described().await).await;
    for side in [caller, callee] {
        until("a small picture", || scale(side).filter(|times| *times > 1.0)).await;
    }
    for side in [caller, callee] {
        side.tell(PeerCommand::SmallPicture(false));
        until("a whole picture", || scale(side).filter(|times| *times == 1.0)).await;
    }
}

fn credentials(sdp: &str) -> Option<&str> {
    sdp.lines().find(|line| line.starts_with("a=ice-ufrag:"))
}

#[wasm_bindgen_test]
async fn ice_is_restarted_once_by_an_offer_where_the_browser_has_no_call_for_it() {
    let pair = Pair::connected(false).await;
    let (caller, callee) = (&pair.caller, &pair.callee);
    js::set(&target(caller), "restartIce", &JsValue::UNDEFINED);
    caller.tell(PeerCommand::Describe);
    let before = caller.described().await;
    caller.tell(PeerCommand::RestartIce);
    caller.wish().await;
    caller.tell(PeerCommand::Offer);
    let offer = caller.described().await;
    assert_ne!(credentials(&offer.sdp), credentials(&before.sdp));
    callee.take(offer.clone()).await;
    callee.tell(PeerCommand::Answer);
    caller.take(callee.described().await).await;
    caller.tell(PeerCommand::Offer);
    assert_eq!(credentials(&caller.described().await.sdp), credentials(&offer.sdp));
}

/// Chrome lists codecs that it then refuses, and with one of them the whole list.
#[wasm_bindgen_test]
async fn a_codec_that_the_browser_refuses_does_not_bring_retransmission_back() {
    let _screen = screen();
    let class = js::get(&js_sys::global(), "RTCRtpTransceiver");
    let _refusing = Instead::of(
        js::get(&class, "prototype"),
        "setCodecPreferences",
        "codecs",
        "if (codecs.some(codec => codec.mimeType == 'video/VP9')) throw new DOMException('no', 'InvalidModificationError');
         return unbound.call(this, codecs);",
    );
    let pair = Pair::connected(true).await;
    pair.caller.media.share().await;
    pair.caller.tell(PeerCommand::Send(Slot::Screen));
    pair.caller.tell(PeerCommand::Offer);
    let offer = pair.caller.described().await;
    let line = offer.sdp.split("\r\nm=video").nth(2).expect("a screen's line");
    assert!(line.contains("VP8/90000") && !line.contains("VP9/90000") && !line.contains("rtx/90000"), "{line}");
}

#[wasm_bindgen_test]
async fn a_stream_goes_with_its_last_track_and_each_is_reported() {
    let pair = Pair::connected(true).await;
    let (caller, callee) = (&pair.caller, &pair.callee);
    let stream = caller.media.stream_id(Slot::User);
    assert!(callee.peer.remote(&stream).is_some());
    for hold in [true, false] {
        callee.log.forget();
        callee.tell(PeerCommand::Hold(hold));
        callee.wish().await;
        Pair::negotiate(callee, caller).await;
        for kind in [Kind::Audio, Kind::Video] {
            let expected = if hold {
                PeerEvent::TrackGone { stream: stream.clone(), kind }
            } else {
                PeerEvent::Track { stream: Some(stream.clone()), kind }
            };
            callee.log.next("a track", |event| (*event == expected).then_some(())).await;
        }
        assert_eq!(callee.peer.remote(&stream).is_some(), !hold);
    }
}

#[wasm_bindgen_test]
async fn no_more_streams_are_kept_than_a_call_looks_at() {
    let pair = Pair::connected(false).await;
    let caller = &pair.caller;
    let transceiver = caller.transceivers().first().cloned().expect("a transceiver");
    let came = |stream: &MediaStream| {
        let receiver = js::get(&transceiver, "receiver");
        let init = [
            ("receiver", &receiver),
            ("track", &js::get(&receiver, "track")),
            ("transceiver", transceiver.as_ref()),
            ("streams", &Array::of1(stream)),
        ];
        let class = js::get(&js_sys::global(), "RTCTrackEvent");
        let event = js::construct(&class, &[&"track".into(), &js::object(&init)]).expect("an event");
        target(caller).dispatch_event(event.unchecked_ref()).expect("dispatched");
    };
    let streams: Vec<_> = (0..MOST_STREAMS + 9).filter_map(|_| MediaStream::new().ok()).collect();
    streams.iter().for_each(came);
    let kept = streams.iter().filter(|stream| caller.peer.remote(&stream.id().as_str().into()).is_some());
    // One is the call's own.
    assert_eq!(kept.count(), MOST_STREAMS - 1);
}
