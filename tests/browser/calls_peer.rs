//! Real peer connections of one page, wired back to back.

use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use meet_in_chat::browser::js;
use meet_in_chat::browser::peer::{Peer, Report};
use meet_in_chat::call::event::{Candidate, Description, SdpKind};
use meet_in_chat::call::media::{Kind, MediaCommand, Slot};
use meet_in_chat::call::peer::{IceServer, Path, PeerCommand, PeerEvent, PeerSettings, PeerStep};
use meet_in_chat::ids::StreamId;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::calls_stage::{A_WHILE, Log, Media, Pair, Side, screen, settings, state, streams_of, up};

fn tracks_of(side: &Side, stream: &StreamId) -> Vec<Kind> {
    let remote = side.peer.remote(stream).map(|stream| stream.get_tracks().into_iter().collect::<Vec<_>>());
    let kind =
        |track: JsValue| if js::text(&track, "kind").as_deref() == Some("video") { Kind::Video } else { Kind::Audio };
    remote.unwrap_or_default().into_iter().map(kind).collect()
}

async fn track(side: &Side, stream: &StreamId, kind: Kind) {
    let expected = PeerEvent::Track { stream: Some(stream.clone()), kind };
    side.log.next("a track", |event| (*event == expected).then_some(())).await;
}

/// The lines of an SDP from this kind's nth on to the next.
fn line<'a>(sdp: &'a str, kind: &str, nth: usize) -> &'a str {
    let start = ["m=", kind].concat();
    sdp.split("\r\nm=")
        .map(|part| part.trim_start_matches("m="))
        .filter(|part| part.starts_with(&start[2..]))
        .nth(nth)
        .unwrap()
}

fn fragment(description: &Description) -> String {
    let line = description.sdp.lines().find(|line| line.starts_with("a=ice-ufrag:"));
    line.expect("a fragment").to_owned()
}

#[wasm_bindgen_test]
async fn two_sides_hear_and_see_each_other_and_measure_it() {
    let pair = Pair::connected(true).await;
    for (side, other) in [(&pair.caller, &pair.callee), (&pair.callee, &pair.caller)] {
        let stream = other.media.stream_id(Slot::User);
        track(side, &stream, Kind::Audio).await;
        track(side, &stream, Kind::Video).await;
        assert_eq!(tracks_of(side, &stream).len(), 2);
        side.measures("pictures", |sample| sample.frames_per_second.is_some_and(|frames| frames > 0.0)).await;
        let sample = side.measured().await;
        assert!(sample.received > 0 && sample.bytes_sent > 0 && sample.round_trip.is_some(), "{sample:?}");
        assert!(matches!(sample.path, Some(Path::Direct | Path::Mapped)), "{sample:?}");
        assert_eq!(side.log.count(|event| *event == PeerEvent::Gathered), 1);
        assert_eq!(side.transceivers().len(), 2);
    }
    assert!(pair.caller.peer.remote(&"none of theirs".into()).is_none());
}

/// A camera that is off is released, so that its light goes out; and asks for no negotiation, which some clients can't do.
#[wasm_bindgen_test]
async fn switching_the_camera_keeps_its_sender_and_never_negotiates() {
    let pair = Pair::connected(true).await;
    let caller = &pair.caller;
    let old = caller.media.track(Slot::User, Kind::Video).expect("a camera");
    caller.media.tell(MediaCommand::CloseCamera);
    caller.tell(PeerCommand::Send(Slot::User));
    TimeoutFuture::new(A_WHILE).await;
    let senders = || caller.transceivers().iter().map(|one| one.sender().track()).collect::<Vec<_>>();
    assert_eq!(state(&old), "ended");
    assert!(senders()[0].is_some() && senders()[1].is_none());

    caller.media.open(false, true).await;
    caller.tell(PeerCommand::Send(Slot::User));
    TimeoutFuture::new(A_WHILE).await;
    let new = caller.media.track(Slot::User, Kind::Video).expect("a camera");
    assert_eq!(senders()[1].as_ref(), Some(&new));
    assert_eq!((caller.wishes(), caller.transceivers().len()), (0, 2));
    pair.callee.measures("pictures", |sample| sample.frames_per_second.is_some_and(|frames| frames > 0.0)).await;
}

#[wasm_bindgen_test]
async fn a_screen_is_a_second_stream_that_goes_and_comes_again_by_the_same_line() {
    let _screen = screen();
    let pair = Pair::connected(true).await;
    let (caller, callee) = (&pair.caller, &pair.callee);
    let stream = caller.media.share().await;
    assert_ne!(stream, caller.media.stream_id(Slot::User));
    for _ in 0..2 {
        caller.tell(PeerCommand::Send(Slot::Screen));
        caller.wish().await;
        Pair::negotiate(caller, callee).await;
        track(callee, &stream, Kind::Video).await;
        assert_eq!(tracks_of(callee, &stream), [Kind::Video]);

        let shown = caller.media.track(Slot::Screen, Kind::Video).expect("a screen");
        caller.media.tell(MediaCommand::CloseScreen);
        assert_eq!(state(&shown), "ended");
        caller.tell(PeerCommand::Send(Slot::Screen));
        caller.wish().await;
        Pair::negotiate(caller, callee).await;
        let gone = PeerEvent::TrackGone { stream: stream.clone(), kind: Kind::Video };
        callee.log.next("a track gone", |event| (*event == gone).then_some(())).await;
        assert_eq!(caller.transceivers().len(), 3);
        assert_eq!(caller.media.share().await, stream);
    }
}

#[wasm_bindgen_test]
async fn a_screen_s_line_has_no_retransmission_and_a_camera_s_has() {
    let _screen = screen();
    let pair = Pair::connected(true).await;
    pair.caller.media.share().await;
    pair.caller.tell(PeerCommand::Send(Slot::Screen));
    pair.caller.tell(PeerCommand::Offer);
    let offer = pair.caller.described().await;
    assert!(line(&offer.sdp, "video", 0).contains("rtx/90000"));
    assert!(!line(&offer.sdp, "video", 1).contains("rtx/90000"));
}

/// Both sides may share at once, by one line: stopping one's own must not stop the other's.
#[wasm_bindgen_test]
async fn a_screen_that_stops_goes_on_receiving_the_other_side_s() {
    let _screen = screen();
    let pair = Pair::connected(false).await;
    let (caller, callee) = (&pair.caller, &pair.callee);
    for (one, other) in [(caller, callee), (callee, caller)] {
        one.media.share().await;
        one.tell(PeerCommand::Send(Slot::Screen));
        one.wish().await;
        Pair::negotiate(one, other).await;
    }
    assert_eq!(caller.directions(), ["sendrecv", "sendrecv"]);
    caller.media.tell(MediaCommand::CloseScreen);
    caller.tell(PeerCommand::Send(Slot::Screen));
    caller.wish().await;
    Pair::negotiate(caller, callee).await;
    assert_eq!(caller.directions(), ["sendrecv", "recvonly"]);
    assert_eq!(tracks_of(caller, &callee.media.stream_id(Slot::Screen)), [Kind::Video]);
}

#[wasm_bindgen_test]
async fn a_screen_takes_the_camera_s_place_for_those_who_know_no_second_stream() {
    let _screen = screen();
    let pair = Pair::connected(true).await;
    let caller = &pair.caller;
    caller.media.share().await;
    let sent = || caller.transceivers()[1].sender().track();
    let switch = async |on| {
        caller.tell(PeerCommand::ScreenInsteadOfCamera(on));
        TimeoutFuture::new(A_WHILE).await;
    };
    switch(true).await;
    assert_eq!(sent(), caller.media.track(Slot::Screen, Kind::Video));
    // Another camera meanwhile changes nothing of what is sent.
    caller.media.open(false, true).await;
    caller.tell(PeerCommand::Send(Slot::User));
    switch(true).await;
    assert_eq!(sent(), caller.media.track(Slot::Screen, Kind::Video));
    switch(false).await;
    assert_eq!(sent(), caller.media.track(Slot::User, Kind::Video));
    assert_eq!((caller.wishes(), caller.transceivers().len()), (0, 2));
}

#[wasm_bindgen_test]
async fn each_side_holds_and_resumes_and_the_descriptions_say_so() {
    let pair = Pair::connected(true).await;
    let (caller, callee) = (&pair.caller, &pair.callee);
    let hold = async |one: &Rc<Side>, other: &Rc<Side>, hold| {
        one.tell(PeerCommand::Hold(hold));
        one.wish().await;
        one.tell(PeerCommand::Offer);
        let offer = one.described().await;
        other.take(offer.clone()).await;
        other.tell(PeerCommand::Answer);
        let answer = other.described().await;
        one.take(answer.clone()).await;
        (offer.holds(), answer.holds(), caller.directions(), callee.directions())
    };
    let all = |direction: &str| vec![direction.to_owned(); 2];
    assert_eq!(hold(caller, callee, true).await, (true, false, all("sendonly"), all("recvonly")));
    assert_eq!(hold(callee, caller, true).await, (true, true, all("inactive"), all("inactive")));
    assert_eq!(hold(caller, callee, false).await, (false, true, all("recvonly"), all("sendonly")));
    assert_eq!(hold(callee, caller, false).await, (false, false, all("sendrecv"), all("sendrecv")));
}

/// matrix-js-sdk makes everything `sendrecv` on resuming, a screen that was stopped too.
#[wasm_bindgen_test]
async fn resuming_does_not_bring_back_a_screen_that_was_stopped() {
    let _screen = screen();
    let pair = Pair::connected(false).await;
    let (caller, callee) = (&pair.caller, &pair.callee);
    for stop in [false, true] {
        if stop {
            caller.media.tell(MediaCommand::CloseScreen);
        } else {
            caller.media.share().await;
        }
        caller.tell(PeerCommand::Send(Slot::Screen));
        caller.wish().await;
        Pair::negotiate(caller, callee).await;
    }
    for hold in [true, false] {
        caller.tell(PeerCommand::Hold(hold));
        caller.wish().await;
        Pair::negotiate(caller, callee).await;
        assert_eq!(caller.directions()[1], "inactive");
    }
    assert_eq!(caller.directions()[0], "sendrecv");
}

#[wasm_bindgen_test]
async fn an_ice_restart_asks_once_to_negotiate_and_gathers_anew() {
    let pair = Pair::connected(false).await;
    let (caller, callee) = (&pair.caller, &pair.callee);
    let gathered = |event: &PeerEvent| (*event == PeerEvent::Gathered).then_some(());
    caller.tell(PeerCommand::Describe);
    let before = caller.described().await;
    caller.log.next("the end of candidates", gathered).await;
    caller.tell(PeerCommand::RestartIce);
    caller.wish().await;
    caller.tell(PeerCommand::Offer);
    let offer = caller.described().await;
    assert_ne!(fragment(&offer), fragment(&before));
    callee.take(offer).await;
    callee.tell(PeerCommand::Answer);
    caller.take(callee.described().await).await;
    caller.log.next("the end of candidates", gathered).await;
    callee.measures("sound", |sample| sample.received > 50).await;
    assert_eq!((caller.wishes(), callee.wishes()), (0, 0));
}

/// Perfect negotiation: the polite side's offer gives way by itself.
#[wasm_bindgen_test]
async fn an_offer_that_meets_an_offer_takes_its_place() {
    let pair = Pair::connected(false).await;
    let (caller, callee) = (&pair.caller, &pair.callee);
    for side in [caller, callee] {
        side.tell(PeerCommand::RestartIce);
        side.tell(PeerCommand::Offer);
    }
    let (offer, _ignored) = (caller.described().await, callee.described().await);
    callee.take(offer).await;
    callee.tell(PeerCommand::Answer);
    let answer = callee.described().await;
    assert_eq!(answer.kind, SdpKind::Answer);
    caller.take(answer).await;
}

#[wasm_bindgen_test]
async fn servers_that_the_browser_refuses_are_a_failure_to_open() {
    let log = Log::new();
    let of_peer = log.clone();
    let media = Rc::new(Media::new());
    let peer = Peer::new(streams_of(&media), Rc::new(move |event| of_peer.push(event)));
    let server = IceServer { urls: vec!["turn:example.org".into()], username: None, credential: None };
    peer.command(PeerCommand::Open(PeerSettings { ice_servers: vec![server], ..settings() }));
    peer.command(PeerCommand::Offer);
    let failed = |event: &PeerEvent| match event {
        PeerEvent::Failed(PeerStep::Open, words) => Some(words.clone()),
        _ => None,
    };
    let words = log.next("a failure", failed).await;
    assert!(!words.is_empty());
    TimeoutFuture::new(A_WHILE).await;
    assert!(log.is_empty() && peer.browser().is_none());
}

#[wasm_bindgen_test]
async fn what_the_browser_refuses_is_named_and_the_next_command_is_done() {
    let pair = Pair::opened(false).await;
    let caller = &pair.caller;
    let nonsense = Description { kind: SdpKind::Offer, sdp: "nonsense".into() };
    caller.tell(PeerCommand::SetRemote(nonsense));
    caller.tell(PeerCommand::Answer);
    let candidate = Candidate { candidate: "nonsense".into(), mid: Some("0".into()), line: None, fragment: None };
    caller.tell(PeerCommand::AddCandidate(candidate));
    caller.tell(PeerCommand::Send(Slot::User));
    caller.tell(PeerCommand::Offer);
    for step in [PeerStep::SetRemote, PeerStep::Answer] {
        let failed = |event: &PeerEvent| match event {
            PeerEvent::Failed(its_step, _) if *its_step == step => Some(()),
            _ => None,
        };
        caller.log.next("a failure", failed).await;
    }
    let offer = caller.described().await;
    let stream = caller.media.stream_id(Slot::User);
    assert!(offer.sdp.contains(&["a=msid:", stream.as_str()].concat()), "{}", offer.sdp);
}

#[wasm_bindgen_test]
async fn a_connection_without_relays_gathers_nothing_when_only_relays_may_be_used() {
    let pair = Pair::opened(false).await;
    let caller = &pair.caller;
    caller.tell(PeerCommand::Configure(PeerSettings { relay_only: true, ..settings() }));
    caller.tell(PeerCommand::Send(Slot::User));
    caller.tell(PeerCommand::Offer);
    caller.log.next("the end of candidates", |event| (*event == PeerEvent::Gathered).then_some(())).await;
    assert_eq!(caller.log.count(|event| matches!(event, PeerEvent::Candidate(_))), 0);
}

/// A promise of a closed connection never settles: what waits for it must not keep the connection and its owner alive.
#[wasm_bindgen_test]
async fn a_dropped_connection_is_closed_says_nothing_more_and_keeps_nothing() {
    let media = Rc::new(Media::new());
    media.open(true, false).await;
    let log = Log::new();
    let of_peer = log.clone();
    let report: Report = Rc::new(move |event| of_peer.push(event));
    let peer = Peer::new(streams_of(&media), report.clone());
    peer.command(PeerCommand::Open(settings()));
    peer.command(PeerCommand::Send(Slot::User));
    log.next("a wish to negotiate", |event| (*event == PeerEvent::NegotiationNeeded).then_some(())).await;
    let browser = peer.browser().expect("an open connection");
    peer.command(PeerCommand::Offer);
    peer.command(PeerCommand::Measure);
    // The offer is under way.
    TimeoutFuture::new(0).await;
    log.forget();
    drop(peer);
    assert_eq!(js::text(&browser, "signalingState").as_deref(), Some("closed"));
    TimeoutFuture::new(A_WHILE).await;
    assert!(log.is_empty());
    assert_eq!(Rc::strong_count(&report), 1);
}

#[wasm_bindgen_test]
async fn a_connection_closed_by_what_it_reports_is_closed() {
    let pair = Rc::new(Pair::connected(false).await);
    let browser = pair.callee.peer.browser().expect("an open connection");
    pair.callee.log.forget();
    pair.callee.tell(PeerCommand::Close);
    pair.callee.tell(PeerCommand::Measure);
    TimeoutFuture::new(A_WHILE).await;
    assert!(pair.callee.log.is_empty() && pair.callee.peer.browser().is_none());
    assert_eq!(js::text(&browser, "connectionState").as_deref(), Some("closed"));
    assert_eq!(pair.caller.log.count(|event| *event == up()), 0);
}
