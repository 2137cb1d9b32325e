//! One peer connection of the browser for each [`PeerId`](crate::call::peer::PeerId): carries the commands out in their order and
//! reports what comes of them. `senders` has the transceivers, `events` what the browser tells.

mod events;
mod senders;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_events::EventListener;
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MediaStream, RtcPeerConnection};

use crate::browser::crash::{self, Entry};
use crate::browser::js;
use crate::browser::queue::Queue;
use crate::call::event::{Candidate, Description, SdpKind};
use crate::call::media::{CaptureId, Slot};
use crate::call::peer::{Link, PeerCommand, PeerEvent, PeerSettings, PeerStep};
use crate::call::stats;
use crate::ids::StreamId;
use senders::Senders;

/// Takes what a connection reports.
pub type Report = Rc<dyn Fn(PeerEvent)>;
/// Finds a capture's stream.
pub type Streams = Rc<dyn Fn(CaptureId, Slot) -> Option<MediaStream>>;

/// A peer connection. Dropping it closes it, and nothing is reported any more.
pub struct Peer(Rc<Connection>);

struct Connection {
    report: Report,
    streams: Streams,
    queue: Queue,
    /// `None` before it is made and once it is closed.
    browser: RefCell<Option<RtcPeerConnection>>,
    entry: RefCell<Option<Entry>>,
    listeners: RefCell<Vec<EventListener>>,
    capture: Cell<Option<CaptureId>>,
    senders: RefCell<Senders>,
    remote: RefCell<Vec<Remote>>,
    /// The end of the present gathering was reported.
    gathered: Cell<bool>,
    /// The next offer restarts ICE.
    restart_by_offer: Cell<bool>,
    /// What was reported last.
    link: Cell<Link>,
}

/// A stream of the other side.
struct Remote {
    stream: MediaStream,
    /// Those that came and did not go.
    tracks: Vec<JsValue>,
    /// Listens for those that go.
    _gone: EventListener,
}

impl Peer {
    /// A connection that waits for [`PeerCommand::Open`].
    pub fn new(streams: Streams, report: Report) -> Self {
        Self(Rc::new(Connection {
            report,
            streams,
            queue: Queue::default(),
            browser: RefCell::default(),
            entry: RefCell::default(),
            listeners: RefCell::default(),
            capture: Cell::default(),
            senders: RefCell::default(),
            remote: RefCell::default(),
            gathered: Cell::new(false),
            restart_by_offer: Cell::default(),
            link: Cell::new(Link::Checking),
        }))
    }

    /// Does this after everything it was told before; closes at once.
    pub fn command(&self, command: PeerCommand) {
        if command == PeerCommand::Close {
            self.0.close();
            return;
        }
        let connection = self.0.clone();
        self.0.queue.push(Box::pin(async move {
            connection.execute(command).await;
        }));
    }

    /// A stream of the other side.
    pub fn remote(&self, id: &StreamId) -> Option<MediaStream> {
        let remote = self.0.remote.borrow();
        remote.iter().map(|remote| &remote.stream).find(|stream| stream.id() == id.as_str()).cloned()
    }

    /// The browser's own connection, for tests; `None` before it is made and once it is closed.
    pub fn browser(&self) -> Option<RtcPeerConnection> {
        self.0.browser()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Connection {
    fn browser(&self) -> Option<RtcPeerConnection> {
        self.browser.borrow().clone()
    }

    /// Tells the owner, unless it has closed the connection meanwhile.
    fn report(&self, event: PeerEvent) {
        if self.browser.borrow().is_some() {
            (self.report)(event);
        }
    }

    async fn execute(self: &Rc<Self>, command: PeerCommand) -> Option<()> {
        if let PeerCommand::Open(settings) = &command {
            self.open(settings);
            return None;
        }
        let browser = self.browser()?;
        match command {
            PeerCommand::Open(_) | PeerCommand::Close => {}
            PeerCommand::Configure(settings) => {
                self.capture.set(Some(settings.capture));
                let _ = js::call(&browser, "setConfiguration", &[&configuration(&settings)]);
            }
            PeerCommand::Send(slot) => self.bring_in_line(&browser, slot).await,
            PeerCommand::SmallPicture(small) => self.senders.borrow().scale_picture(small),
            PeerCommand::ScreenInsteadOfCamera(screen) => {
                self.senders.borrow_mut().screen_instead_of_camera = screen;
                self.bring_in_line(&browser, Slot::User).await;
            }
            PeerCommand::Offer => self.make(&browser, "createOffer", PeerStep::Offer).await,
            PeerCommand::Answer => self.make(&browser, "createAnswer", PeerStep::Answer).await,
            PeerCommand::SetRemote(description) => self.set_remote(&browser, description).await,
            PeerCommand::Describe => self.describe(&browser),
            PeerCommand::AddCandidate(candidate) => {
                let _ = js::called(&browser, "addIceCandidate", &[&candidate_init(&candidate)]).await;
            }
            PeerCommand::RestartIce => {
                self.gathered.set(false);
                if js::call(&browser, "restartIce", &[]).is_err() {
                    // An older browser: the next offer asks for it.
                    self.restart_by_offer.set(true);
                    self.report(PeerEvent::NegotiationNeeded);
                }
            }
            PeerCommand::Hold(hold) => self.senders.borrow_mut().hold(&browser, hold),
            PeerCommand::Measure => self.measure(&browser).await,
        }
        Some(())
    }

    fn open(self: &Rc<Self>, settings: &PeerSettings) {
        self.capture.set(Some(settings.capture));
        match RtcPeerConnection::new_with_configuration(configuration(settings).unchecked_ref()) {
            Ok(browser) => {
                self.listen(&browser);
                let of_crash = browser.clone();
                *self.entry.borrow_mut() = Some(crash::enter(move || of_crash.close()));
                *self.browser.borrow_mut() = Some(browser);
            }
            Err(error) => (self.report)(PeerEvent::Failed(PeerStep::Open, js::words(&error))),
        }
    }

    async fn bring_in_line(&self, browser: &RtcPeerConnection, slot: Slot) {
        let stream = |slot| self.capture.get().and_then(|capture| (self.streams)(capture, slot));
        let replacements = self.senders.borrow_mut().bring_in_line(browser, slot, &stream);
        for replacement in replacements {
            let _ = js::settled(replacement).await;
        }
    }

    async fn make(&self, browser: &RtcPeerConnection, method: &str, step: PeerStep) {
        self.senders.borrow_mut().hold_new(browser);
        let restart = step == PeerStep::Offer && self.restart_by_offer.take();
        let options = js::object(&[("iceRestart", &restart.into())]);
        let result = match js::called(browser, method, &[&options]).await {
            Ok(description) => js::called(browser, "setLocalDescription", &[&description]).await,
            Err(error) => Err(error),
        };
        match result {
            Ok(_) => self.describe(browser),
            Err(error) => self.report(PeerEvent::Failed(step, js::words(&error))),
        }
    }

    fn describe(&self, browser: &RtcPeerConnection) {
        let Some(description) = browser.local_description() else { return };
        let kind =
            if js::text(&description, "type").as_deref() == Some("offer") { SdpKind::Offer } else { SdpKind::Answer };
        self.report(PeerEvent::Described(Description { kind, sdp: description.sdp() }));
    }

    async fn set_remote(&self, browser: &RtcPeerConnection, description: Description) {
        let kind = if description.kind == SdpKind::Offer { "offer" } else { "answer" };
        let init = js::object(&[("type", &kind.into()), ("sdp", &description.sdp.as_str().into())]);
        match js::called(browser, "setRemoteDescription", &[&init]).await {
            Ok(_) => self.report(PeerEvent::RemoteSet),
            Err(error) => self.report(PeerEvent::Failed(PeerStep::SetRemote, js::words(&error))),
        }
    }

    async fn measure(&self, browser: &RtcPeerConnection) {
        let Ok(report) = js::called(browser, "getStats", &[]).await else { return };
        let values = js::call(&report, "values", &[]).unwrap_or_default();
        let list = js::carried(&js::list(&values), u32::MAX).unwrap_or_default();
        self.report(PeerEvent::Measured(stats::sample(&list)));
    }

    fn close(&self) {
        self.queue.clear();
        let (listeners, remote) = (self.listeners.take(), self.remote.take());
        let browser = self.browser.borrow_mut().take();
        if let Some(browser) = browser {
            browser.close();
        }
        drop(self.entry.take());
        if !listeners.is_empty() {
            // One of them may be running right now, with the report that led to this.
            wasm_bindgen_futures::spawn_local(async move { drop((listeners, remote)) });
        }
    }
}

fn configuration(settings: &PeerSettings) -> JsValue {
    let servers = Array::new();
    for server in &settings.ice_servers {
        let urls = Array::new();
        for url in &server.urls {
            urls.push(&url.as_str().into());
        }
        let entry = js::object(&[("urls", &urls)]);
        for (name, value) in [("username", &server.username), ("credential", &server.credential)] {
            if let Some(value) = value {
                js::set(&entry, name, &value.as_str().into());
            }
        }
        servers.push(&entry);
    }
    let policy = if settings.relay_only { "relay" } else { "all" };
    js::object(&[
        ("iceServers", &servers),
        ("bundlePolicy", &"max-bundle".into()),
        ("iceTransportPolicy", &policy.into()),
    ])
}

fn candidate_init(candidate: &Candidate) -> JsValue {
    let init = js::object(&[("candidate", &candidate.candidate.as_str().into())]);
    for (name, value) in [("sdpMid", &candidate.mid), ("usernameFragment", &candidate.fragment)] {
        if let Some(value) = value {
            js::set(&init, name, &value.as_str().into());
        }
    }
    if let Some(line) = candidate.line {
        js::set(&init, "sdpMLineIndex", &line.into());
    }
    init
}
