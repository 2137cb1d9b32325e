//! The client as the chat page uses it. Everything that decides is in the pure modules beside it.

use std::borrow::Cow;
use std::rc::Rc;

use serde_json::Value;
use wasm_bindgen_futures::spawn_local;
use web_sys::Url;

use crate::browser::{clock, letters};
use crate::host::{HostError, LiveBatch, StateNews, Subscription};
use crate::ids::{EventId, RoomId};
use crate::json::{self, Object};
use crate::matrix::answer::Answer;
use crate::matrix::bell::unless;
use crate::matrix::discovery::{Discovery, Step};
use crate::matrix::images::{Key, Known, ObjectUrl};
use crate::matrix::mxc::{Mxc, thumbnail_pixels};
use crate::matrix::outbox::{self, Input};
use crate::matrix::page::Page;
use crate::matrix::request::{self, MediaApi, Request, TIMEOUT};
use crate::matrix::room::Room;
use crate::matrix::running::{Running, alive};
use crate::matrix::sign_in::{self, Way};
use crate::matrix::timeline::Older;
use crate::matrix::view::{Connection, MemberRow, RoomRow, RoomView, Session, SignInError, TimelineItem};
use crate::matrix::{fetch, filter, keeping, polling, sending, syncing};
use crate::time::Millis;
use crate::within;

/// How long signing out waits for the server.
const LOGOUT_TIMEOUT: Millis = Millis::seconds(10);
/// How many pages without anything to draw are skipped at once; then the person has to scroll again.
const MOST_EMPTY_PAGES: usize = 10;

/// What a client tells its listeners.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// The room list may look different.
    Rooms,
    /// This room's timeline, state, members, typing or local echoes changed.
    Room(RoomId),
    /// [`Client::room_json`] is different in more than events of its state.
    Anew(RoomId),
    /// What else it gives is different.
    State(Rc<StateNews>),
    /// [`Client::ring_allowed`], [`Client::is_ignored`] or [`Client::account_data`] may say something else.
    Account,
    /// What a sync brought of calls, after it was taken.
    Live(Rc<LiveBatch>),
    /// [`Client::connection`] changed.
    Connection,
    /// [`Client::well_known`] changed.
    WellKnown,
}

/// A signed-in client. Cloning gives another handle to the same one.
#[derive(Clone)]
pub struct Client(pub(super) Rc<Running>);

/// Finds the homeserver behind what a person typed (`example.org`, a URL, or a user id), through
/// `/.well-known/matrix/client`, and checks that it is one. Gives its base URL without a trailing slash.
pub async fn discover(address: &str) -> Result<String, SignInError> {
    let (mut discovery, mut step) = Discovery::start(&in_ascii(address).ok_or(SignInError::BadAddress)?)?;
    loop {
        step = match step {
            Step::Ask(base, request) => {
                let answer = fetch::answer(&base, None, &request, TIMEOUT).await;
                discovery.answered(answer.ok().as_ref())
            }
            Step::Found(base) => return Ok(base),
            Step::Failed(error) => return Err(error),
        };
    }
}

/// What a person typed, in ASCII: the browser knows how a name in other letters is written (`xn--…`), and has the tables for it.
fn in_ascii(address: &str) -> Option<Cow<'_, str>> {
    const SCHEME: &str = "https://";
    if address.is_ascii() {
        return Some(address.into());
    }
    let address = address.trim();
    // The name of a server in a user id is in ASCII already.
    if address.starts_with('@') {
        return None;
    }
    if within::scheme(address).is_some() {
        return Some(Url::new(address).ok()?.href().into());
    }
    let url = Url::new(&[SCHEME, address].concat()).ok()?.href();
    Some(url.strip_prefix(SCHEME)?.trim_end_matches('/').to_owned().into())
}

/// Signs in with user name (or user id) and password.
pub async fn sign_in(homeserver: &str, user: &str, password: &str) -> Result<Session, SignInError> {
    let flows = fetch::answer(homeserver, None, &request::login_flows(), TIMEOUT).await;
    sign_in::password_flow(homeserver, flows.ok().as_ref())?;
    log_in(homeserver, Way::Password, sign_in::with_password(user, password)).await
}

/// Signs in with a one-time `m.login.token`.
pub async fn sign_in_with_token(homeserver: &str, token: &str) -> Result<Session, SignInError> {
    log_in(homeserver, Way::Token, sign_in::with_token(token)).await
}

/// Sends a request to a server that is no homeserver, with its own token; gives the answer of whatever status.
pub(crate) async fn ask_elsewhere(base: &str, token: Option<&str>, request: &Request) -> Result<Answer, HostError> {
    fetch::answer(base, token, request, TIMEOUT).await
}

async fn log_in(homeserver: &str, way: Way, body: Value) -> Result<Session, SignInError> {
    let answer = fetch::answer(homeserver, None, &request::login(body), TIMEOUT).await;
    sign_in::outcome(homeserver, way, answer.ok().as_ref())
}

impl Client {
    /// A client for this session; nothing happens before [`start`](Self::start).
    pub fn new(session: Session) -> Self {
        Self(Rc::new(Running::new(session)))
    }

    /// Restores what was kept from last time and starts syncing, until [`sign_out`](Self::sign_out) or the last handle is gone.
    pub fn start(&self) {
        if self.0.begin() {
            self.0.listen_to_browser();
            spawn_local(syncing::run(Rc::downgrade(&self.0)));
            spawn_local(polling::run(Rc::downgrade(&self.0)));
        }
    }

    /// Calls `listener` after every change until the subscription is dropped.
    pub fn subscribe(&self, listener: Rc<dyn Fn(&Change)>) -> Subscription {
        let id = self.0.add_listener(listener);
        let weak = Rc::downgrade(&self.0);
        Subscription::new(move || {
            if let Some(running) = weak.upgrade() {
                running.remove_listener(id);
            }
        })
    }

    /// Who is signed in.
    pub fn session(&self) -> Session {
        self.0.session.clone()
    }

    /// The state of the connection.
    pub fn connection(&self) -> Connection {
        self.0.state.borrow().connection.clone()
    }

    /// Tries again at once when offline.
    pub fn retry_now(&self) {
        self.0.wake.ring();
    }

    /// The room list: invitations first, then the newest first.
    pub fn rooms(&self) -> Vec<RoomRow> {
        self.0.state.borrow().store.rows(clock::now())
    }

    /// A room.
    pub fn room(&self, room: &RoomId) -> Option<RoomView> {
        self.0.state.borrow().store.view(room)
    }

    /// Looks at all that is kept of a room. The client must not be asked anything meanwhile.
    pub(crate) fn look<T>(&self, room: Option<&RoomId>, see: impl FnOnce(Option<&Room>) -> T) -> T {
        let state = self.0.state.borrow();
        see(room.and_then(|room| state.store.room(room)))
    }

    /// The loaded part of a room's timeline, oldest first, local echoes last.
    pub fn timeline(&self, room: &RoomId) -> Vec<TimelineItem> {
        let state = self.0.state.borrow();
        state.store.items(room, state.outbox.entries(room), clock::now())
    }

    /// The members known so far, admins first, then by name.
    pub fn members(&self, room: &RoomId) -> Vec<MemberRow> {
        self.0.state.borrow().store.members(room, letters::lower)
    }

    /// Loads all members of a room once.
    pub async fn load_members(&self, room: &RoomId) -> Result<(), HostError> {
        let since = {
            let state = self.0.state.borrow();
            if state.store.room(room).is_none_or(|room| room.members_loaded) {
                return Ok(());
            }
            state.store.since().map(str::to_owned)
        };
        let answer = self.call(&request::members(room)).await?;
        {
            let store = &mut self.0.state.borrow_mut().store;
            let is_present = store.since() == since.as_deref();
            store.take_members(room, &answer, is_present);
        }
        self.0.tell(&Change::Anew(room.clone()));
        self.0.tell_room(room);
        Ok(())
    }

    /// Loads older messages. False: the beginning is reached.
    pub async fn load_older(&self, room: &RoomId) -> Result<bool, HostError> {
        for _ in 0..MOST_EMPTY_PAGES {
            let older = {
                let state = self.0.state.borrow();
                let timeline = state.store.room(room).map(|room| &room.timeline);
                timeline.map(|timeline| (timeline.generation(), timeline.older()))
            };
            match older {
                None | Some((_, Older::Nothing)) => return Ok(false),
                Some((generation, Older::TokenBefore(event))) => {
                    let answer = self.call(&request::context(room, &event)).await?;
                    let token = json::string(&answer, "start").ok_or(HostError::Unreachable)?;
                    if let Some(room) = self.0.state.borrow_mut().store.room_mut(room) {
                        room.timeline.token_before_first(generation, token.to_owned());
                    }
                }
                Some((generation, Older::Page(from))) => {
                    let answer = self.call(&request::messages(room, from.as_deref(), &filter::messages())).await?;
                    let page = Page::read(answer, from.as_deref());
                    if let Some(more) = self.take_page(room, generation, page) {
                        self.0.tell(&Change::Room(room.clone()));
                        return Ok(more);
                    }
                }
            }
        }
        Ok(true)
    }

    /// Sends a text message with local echo; refused silently in an encrypted room, where the composer is disabled.
    pub fn send_text(&self, room: &RoomId, body: &str) {
        let written =
            Input::Written { room: room.clone(), transaction: self.0.new_transaction(), body: body.to_owned() };
        sending::give(&self.0, written);
        self.0.tell_room(room);
    }

    /// Sends a failed message again.
    pub fn retry(&self, room: &RoomId, key: &str) {
        let retry = Input::Retry { room: room.clone(), transaction: key.to_owned() };
        sending::give(&self.0, retry);
        self.0.tell_room(room);
    }

    /// Throws a failed message away; gives its text back.
    pub fn discard(&self, room: &RoomId, key: &str) -> Option<String> {
        let body = self.0.state.borrow_mut().outbox.discard(room, key);
        self.0.tell_room(room);
        body
    }

    /// Says that everything up to the newest event was read.
    pub fn mark_read(&self, room: &RoomId) {
        let Some(event) = self.0.state.borrow_mut().store.read_up_to_now(room) else {
            return;
        };
        self.0.keep_soon(false);
        self.0.tell_room(room);
        let session = self.session();
        let request = request::read_markers(room, &event);
        // Nobody waits for it, and the next message says it again.
        spawn_local(async move {
            let _ = fetch::object(&session, &request, TIMEOUT).await;
        });
    }

    /// Accepts an invitation.
    pub async fn join(&self, room: &RoomId) -> Result<(), HostError> {
        self.call(&request::join(room)).await.map(drop)
    }

    /// Declines an invitation or leaves.
    pub async fn leave(&self, room: &RoomId) -> Result<(), HostError> {
        self.call(&request::leave(room)).await.map(drop)
    }

    /// Sends a state event. [`HostError::Unsupported`] for what people say and for call events, which are no state, and for a key that
    /// no request can name.
    pub async fn send_state(
        &self,
        room: &RoomId,
        event_type: &str,
        state_key: &str,
        content: Value,
    ) -> Result<EventId, HostError> {
        if !outbox::may_be_state(event_type) || !request::fits_a_path(state_key) {
            return Err(HostError::Unsupported);
        }
        let answer = self.call(&request::send_state(room, event_type, state_key, content)).await?;
        sending::event_id(&answer)
    }

    /// The last good client well-known of my user id's server.
    pub fn well_known(&self) -> Option<Value> {
        self.0.state.borrow().well_known.document().cloned()
    }

    /// An `mxc:` image scaled to `size` CSS pixels, as an object URL that lives as long as the client. Authenticated media
    /// where the server has it.
    pub async fn thumbnail(&self, mxc: &str, size: u32) -> Option<String> {
        let ratio = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
        let key = (Mxc::read(mxc)?, thumbnail_pixels(size, ratio));
        let known = self.0.state.borrow_mut().images.ask(&key);
        let loading = match known {
            Known::Ready(url) => return Some(url),
            Known::Missing => return None,
            Known::Loading(bell) => bell,
            Known::Unknown(bell) => {
                // In a future of its own: others may wait for the same picture when this caller goes away.
                let (running, key, rings) = (Rc::downgrade(&self.0), key.clone(), bell.clone());
                spawn_local(async move {
                    if let Some(running) = alive(&running) {
                        Self(running).load_image(key).await;
                    }
                    rings.ring();
                });
                bell
            }
        };
        loading.wait().await;
        self.0.state.borrow().images.ready(&key)
    }

    /// Ends the device on the server, and stops. What was kept in the browser is wiped even when the server does not answer.
    pub async fn sign_out(&self) {
        self.0.stop();
        polling::forget();
        keeping::wipe().await;
        // Whatever it answers: this page forgets the token.
        let _ = fetch::object(&self.0.session, &request::logout(), LOGOUT_TIMEOUT).await;
        self.0.set_connection(Connection::SignedOut);
    }

    /// Sends a request of this session; gives the JSON object of a good answer.
    pub(crate) async fn call(&self, request: &Request) -> Result<Object, HostError> {
        let answer = unless(&self.0.stopped, fetch::object(&self.0.session, request, TIMEOUT)).await;
        let answer = answer.unwrap_or(Err(HostError::Unreachable));
        if let Err(error) = &answer {
            self.0.note(error);
        }
        answer
    }

    /// Takes a page of older events. `Some(whether there is more)` once there is something new to see, or nothing more to come.
    fn take_page(&self, id: &RoomId, generation: u64, page: Page) -> Option<bool> {
        let now = clock::now();
        let store = &mut self.0.state.borrow_mut().store;
        let before = store.items(id, &[], now).len();
        let room = store.room_mut(id)?;
        for member in page.members {
            room.set_member_if_unknown(member);
        }
        room.timeline.prepend(generation, page.events, page.end);
        let more = room.timeline.older() != Older::Nothing;
        (!more || store.items(id, &[], now).len() > before).then_some(more)
    }

    async fn load_image(&self, key: Key) {
        let (mxc, pixels) = &key;
        let mut api = self.0.state.borrow().images.api;
        let mut loaded = self.fetch_image(mxc, *pixels, api).await;
        if api == MediaApi::Authenticated && loaded.as_ref().is_err_and(lacks_endpoint) {
            api = MediaApi::Legacy;
            loaded = self.fetch_image(mxc, *pixels, api).await;
        }
        let images = &mut self.0.state.borrow_mut().images;
        images.api = api;
        images.loaded(
            key,
            match loaded {
                Ok(url) => Ok(url),
                // The server is there and has no such picture, or none that is shown.
                Err(HostError::Unsupported | HostError::Refused { status: 400..=404, .. }) => Ok(None),
                Err(_) => Err(()),
            },
        );
    }

    async fn fetch_image(&self, mxc: &Mxc, pixels: u32, api: MediaApi) -> Result<Option<ObjectUrl>, HostError> {
        let request = request::thumbnail(mxc, pixels, api);
        let (content_type, bytes) = fetch::image(&self.0.session, &request, TIMEOUT).await?;
        Ok(ObjectUrl::of(content_type, &bytes))
    }
}

/// Whether a server says that it has no such endpoint (Client-Server API, `M_UNRECOGNIZED`).
fn lacks_endpoint(error: &HostError) -> bool {
    matches!(error, HostError::Refused { errcode, status: 404 | 405, .. } if errcode == "M_UNRECOGNIZED")
}
