//! Two sides of a call in one page, and devices that behave as a test wants.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Function, Reflect};
use meet_in_chat::browser::capture::Capture;
use meet_in_chat::browser::js;
use meet_in_chat::browser::peer::{Peer, Report, Streams};
use meet_in_chat::call::event::{Candidate, Description};
use meet_in_chat::call::media::{CaptureId, Kind, MediaCommand, MediaEvent, Slot, Wanted};
use meet_in_chat::call::peer::{PeerCommand, PeerEvent, PeerSettings, Sample};
use meet_in_chat::ids::StreamId;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MediaStreamTrack, RtcRtpTransceiver};

use crate::waiting::PATIENCE;
pub(crate) use crate::waiting::until_some as until;

/// Long enough for what should not happen to happen.
pub(crate) const A_WHILE: u32 = 400;

/// What was reported and not yet looked at.
pub(crate) struct Log<T>(RefCell<Vec<T>>);

impl<T: std::fmt::Debug> Log<T> {
    pub(crate) fn new() -> Rc<Self> {
        Rc::new(Self(RefCell::default()))
    }

    pub(crate) fn push(&self, event: T) {
        self.0.borrow_mut().push(event);
    }

    /// Waits for the first report like this, and takes it.
    pub(crate) async fn next<R>(&self, what: &str, like: impl Fn(&T) -> Option<R>) -> R {
        until(what, || self.take(&like)).await
    }

    pub(crate) fn take<R>(&self, like: impl Fn(&T) -> Option<R>) -> Option<R> {
        let mut events = self.0.borrow_mut();
        let at = events.iter().position(|event| like(event).is_some())?;
        like(&events.remove(at))
    }

    pub(crate) fn count(&self, like: impl Fn(&T) -> bool) -> usize {
        self.0.borrow().iter().filter(|event| like(event)).count()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    pub(crate) fn forget(&self) {
        self.0.borrow_mut().clear();
    }
}

/// A capture and its reports.
pub(crate) struct Media {
    pub(crate) capture: Capture,
    pub(crate) log: Rc<Log<MediaEvent>>,
}

impl Media {
    pub(crate) fn new() -> Self {
        let log = Log::new();
        let of_capture = log.clone();
        Self { capture: Capture::new(Rc::new(move |event| of_capture.push(event))), log }
    }

    pub(crate) fn tell(&self, command: MediaCommand) {
        self.capture.command(command);
    }

    /// Opens the default devices of these kinds; gives what was reported.
    pub(crate) async fn open(&self, audio: bool, video: bool) -> MediaEvent {
        self.tell(MediaCommand::Open(wanted(audio, video)));
        let result = |event: &MediaEvent| {
            matches!(event, MediaEvent::Opened { .. } | MediaEvent::Failed(_)).then(|| event.clone())
        };
        self.log.next("the devices", result).await
    }

    pub(crate) async fn share(&self) -> StreamId {
        self.tell(MediaCommand::OpenScreen);
        let opened = |event: &MediaEvent| match event {
            MediaEvent::ScreenOpened { stream, .. } => Some(stream.clone()),
            _ => None,
        };
        self.log.next("the screen", opened).await
    }

    pub(crate) fn stream_id(&self, slot: Slot) -> StreamId {
        StreamId::new(self.capture.stream(slot).expect("a stream").id())
    }

    pub(crate) fn track(&self, slot: Slot, kind: Kind) -> Option<MediaStreamTrack> {
        let name = if kind == Kind::Video { "video" } else { "audio" };
        let tracks = self.capture.stream(slot).expect("a stream").get_tracks();
        tracks.into_iter().map(MediaStreamTrack::unchecked_from_js).find(|track| track.kind() == name)
    }
}

pub(crate) fn wanted(audio: bool, video: bool) -> Wanted {
    Wanted { audio: audio.then_some(None), video: video.then_some(None) }
}

pub(crate) fn state(track: &MediaStreamTrack) -> String {
    js::text(track, "readyState").unwrap_or_default()
}

/// One side of a call.
pub(crate) struct Side {
    pub(crate) peer: Peer,
    pub(crate) media: Rc<Media>,
    pub(crate) log: Rc<Log<PeerEvent>>,
    /// The other's candidates that came before its description, which no browser takes.
    early: RefCell<Option<Vec<Candidate>>>,
}

pub(crate) fn settings() -> PeerSettings {
    PeerSettings { ice_servers: Vec::new(), relay_only: false, capture: CaptureId(1) }
}

pub(crate) fn streams_of(media: &Rc<Media>) -> Streams {
    let weak = Rc::downgrade(media);
    Rc::new(move |_, slot| weak.upgrade()?.capture.stream(slot))
}

impl Side {
    pub(crate) fn tell(&self, command: PeerCommand) {
        self.peer.command(command);
    }

    pub(crate) async fn described(&self) -> Description {
        let like = |event: &PeerEvent| match event {
            PeerEvent::Described(description) => Some(description.clone()),
            PeerEvent::Failed(step, words) => panic!("{step:?}: {words}"),
            _ => None,
        };
        self.log.next("a description", like).await
    }

    /// Takes the other's description.
    pub(crate) async fn take(&self, description: Description) {
        self.tell(PeerCommand::SetRemote(description));
        for candidate in self.early.take().into_iter().flatten() {
            self.tell(PeerCommand::AddCandidate(candidate));
        }
        let like = |event: &PeerEvent| match event {
            PeerEvent::RemoteSet => Some(()),
            PeerEvent::Failed(step, words) => panic!("{step:?}: {words}"),
            _ => None,
        };
        self.log.next("the other's description", like).await;
    }

    pub(crate) async fn wish(&self) {
        self.log.next("a wish to negotiate", |event| (*event == PeerEvent::NegotiationNeeded).then_some(())).await;
    }

    pub(crate) fn wishes(&self) -> usize {
        self.log.count(|event| *event == PeerEvent::NegotiationNeeded)
    }

    pub(crate) async fn measured(&self) -> Sample {
        self.tell(PeerCommand::Measure);
        let like = |event: &PeerEvent| match event {
            PeerEvent::Measured(sample) => Some(*sample),
            _ => None,
        };
        self.log.next("a sample", like).await
    }

    /// Waits until it measures so.
    pub(crate) async fn measures(&self, what: &str, like: impl Fn(&Sample) -> bool) {
        for _ in 0..PATIENCE / 200 {
            if like(&self.measured().await) {
                return;
            }
            TimeoutFuture::new(200).await;
        }
        panic!("never measured: {what}");
    }

    pub(crate) fn transceivers(&self) -> Vec<RtcRtpTransceiver> {
        let browser = self.peer.browser().expect("an open connection");
        browser.get_transceivers().into_iter().map(JsCast::unchecked_into).collect()
    }

    /// Every `currentDirection`.
    pub(crate) fn directions(&self) -> Vec<String> {
        let of = |transceiver: &RtcRtpTransceiver| js::text(transceiver, "currentDirection").unwrap_or_default();
        self.transceivers().iter().map(of).collect()
    }
}

/// Two sides that hand each other their candidates.
pub(crate) struct Pair {
    pub(crate) caller: Rc<Side>,
    pub(crate) callee: Rc<Side>,
}

impl Pair {
    /// Both open, with microphones and, when wanted, cameras; nothing negotiated.
    pub(crate) async fn opened(video: bool) -> Self {
        let (one, other) = (Rc::new(Media::new()), Rc::new(Media::new()));
        one.open(true, video).await;
        other.open(true, video).await;
        let (to_callee, to_caller) = (Partner::default(), Partner::default());
        let caller = Rc::new(side(one, to_callee.clone()));
        let callee = Rc::new(side(other, to_caller.clone()));
        *to_callee.borrow_mut() = Rc::downgrade(&callee);
        *to_caller.borrow_mut() = Rc::downgrade(&caller);
        for side in [&caller, &callee] {
            side.tell(PeerCommand::Open(settings()));
        }
        Self { caller, callee }
    }

    /// The same, connected.
    pub(crate) async fn connected(video: bool) -> Self {
        let pair = Self::opened(video).await;
        pair.caller.tell(PeerCommand::Send(Slot::User));
        pair.caller.wish().await;
        pair.caller.tell(PeerCommand::Offer);
        let offer = pair.caller.described().await;
        pair.callee.take(offer).await;
        pair.callee.tell(PeerCommand::Send(Slot::User));
        pair.callee.tell(PeerCommand::Answer);
        let answer = pair.callee.described().await;
        pair.caller.take(answer).await;
        for side in [&pair.caller, &pair.callee] {
            side.log.next("the link", |event| (*event == up()).then_some(())).await;
        }
        pair
    }

    /// One offers and the other answers.
    pub(crate) async fn negotiate(one: &Side, other: &Side) {
        one.tell(PeerCommand::Offer);
        other.take(one.described().await).await;
        other.tell(PeerCommand::Answer);
        one.take(other.described().await).await;
    }
}

pub(crate) fn up() -> PeerEvent {
    PeerEvent::Link(meet_in_chat::call::peer::Link::Up)
}

type Partner = Rc<RefCell<Weak<Side>>>;

fn side(media: Rc<Media>, partner: Partner) -> Side {
    let log = Log::new();
    let of_peer = log.clone();
    let report: Report = Rc::new(move |event| {
        if let (PeerEvent::Candidate(candidate), Some(partner)) = (&event, partner.borrow().upgrade()) {
            match &mut *partner.early.borrow_mut() {
                Some(early) => early.push(candidate.clone()),
                None => partner.tell(PeerCommand::AddCandidate(candidate.clone())),
            }
        }
        of_peer.push(event);
    });
    Side { peer: Peer::new(streams_of(&media), report), media, log, early: RefCell::new(Some(Vec::new())) }
}

/// Something of the page's replaced by a function of the test's, until dropped.
pub(crate) struct Instead {
    target: JsValue,
    name: &'static str,
    /// What was there, if it was the target's own and not its prototype's.
    own: Option<JsValue>,
}

impl Instead {
    /// Replaces a method of `navigator.mediaDevices`. In the body, `original` is the method that was there (`unbound`: of no
    /// object), and `seen` a list that [`seen`](Self::seen) gives.
    pub(crate) fn of_devices(name: &'static str, parameters: &str, body: &str) -> Self {
        Self::of(js::get(&js::navigator(), "mediaDevices"), name, parameters, body)
    }

    pub(crate) fn of(target: JsValue, name: &'static str, parameters: &str, body: &str) -> Self {
        let original = js::get(&target, name);
        let is_own = Reflect::get_own_property_descriptor(target.unchecked_ref::<js_sys::Object>(), &name.into());
        let own = is_own.is_ok_and(|descriptor| !descriptor.is_undefined()).then(|| original.clone());
        let make = ["return function(", parameters, ") {", body, "}"].concat();
        let bound = js::call(&original, "bind", &[&target]).unwrap_or_default();
        let seen = Array::new();
        let function = Function::new_with_args("original, seen, unbound", &make)
            .call3(&JsValue::UNDEFINED, &bound, &seen, &original)
            .expect("a function");
        js::set(&function, "seen", &seen);
        Reflect::set(&target, &name.into(), &function).expect("replaced");
        Self { target, name, own }
    }

    /// What the body put into `seen`.
    pub(crate) fn seen(&self) -> Vec<JsValue> {
        Array::from(&js::get(&js::get(&self.target, self.name), "seen")).into_iter().collect()
    }
}

impl Drop for Instead {
    fn drop(&mut self) {
        if let Some(original) = &self.own {
            js::set(&self.target, self.name, original);
            return;
        }
        let _ = Reflect::delete_property(self.target.unchecked_ref::<js_sys::Object>(), &self.name.into());
    }
}

/// A screen to share: a canvas that is painted anew all the time.
pub(crate) fn screen() -> Instead {
    Instead::of_devices(
        "getDisplayMedia",
        "",
        "const canvas = document.createElement('canvas'); canvas.width = canvas.height = 64;
         const context = canvas.getContext('2d'); let at = 0;
         const timer = setInterval(() => { context.fillStyle = at++ % 2 ? 'red' : 'blue'; context.fillRect(0, 0, 64, 64); }, 50);
         const stream = canvas.captureStream(20); seen.push(stream);
         setTimeout(() => clearInterval(timer), 20000);
         return Promise.resolve(stream);",
    )
}

/// The audio contexts that were told to play.
pub(crate) struct Contexts(Instead);

impl Contexts {
    pub(crate) fn watch() -> Self {
        let class = js::get(&js_sys::global(), "AudioContext");
        let body = "if (!seen.includes(this)) seen.push(this); return unbound.call(this);";
        Self(Instead::of(js::get(&class, "prototype"), "resume", "", body))
    }

    pub(crate) fn states(&self) -> Vec<String> {
        self.0.seen().iter().filter_map(|context| js::text(context, "state")).collect()
    }
}
