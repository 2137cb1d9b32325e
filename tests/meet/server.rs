//! The stand-in for Meet: a server that looks to an embedding page like a Jitsi Meet server and carries real camera and
//! microphone between a few browsers on one machine. `README.md` beside this file says what it speaks and what not.
//!
//! Here: the HTTP side. `options.rs` what it is told to do, `rooms.rs` and `snapshot.rs` who is where, `wire.rs` the signalling,
//! `listen.rs` plain and TLS connections, `assets.rs` the page's files.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use axum::{
    Json, Router,
    extract::{
        Path, Query, State, WebSocketUpgrade,
        ws::{Message, WebSocket},
    },
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use serde_json::Value;
use tokio::{
    net::TcpListener,
    sync::{mpsc, watch},
    task::JoinHandle,
};

mod assets;
mod listen;
mod options;
mod rooms;
mod snapshot;
mod tokens;
mod wire;

pub use self::{
    options::{Behaviour, Framing, Options, Release},
    snapshot::{Left, Opened, Seen, Snapshot},
    tokens::TokenCheck,
    wire::{Participant, Profile},
};
use self::{
    rooms::{Deliveries, PageId, Rooms},
    wire::{FromPage, FromServer},
};

/// A session description of a call with three media sections is about 8 KB.
const MAX_MESSAGE: usize = 64 * 1024;
/// Messages that wait for a page that does not read; one that is so far behind is not coming back.
const MAX_WAITING: usize = 256;

/// A running stand-in. It ends when this is dropped.
#[derive(Debug)]
pub struct MeetStandIn {
    address: SocketAddr,
    server: Arc<Server>,
    accepting: JoinHandle<()>,
    /// Web sockets outlive the task that accepted them: they end when this is dropped.
    _open: watch::Sender<()>,
}

#[derive(Debug)]
struct Server {
    options: Options,
    token_check: OnceLock<TokenCheck>,
    inner: Mutex<Inner>,
    closed: watch::Receiver<()>,
}

#[derive(Debug, Default)]
struct Inner {
    behaviour: Behaviour,
    framing: Framing,
    rooms: Rooms,
    pages: HashMap<PageId, mpsc::Sender<FromServer>>,
    next: PageId,
    /// Why tokens were refused.
    refused: Vec<String>,
}

impl MeetStandIn {
    /// Serves on a listener that the caller bound.
    ///
    /// # Errors
    /// When the listener has no address, or no certificate can be made for the names.
    pub async fn start(listener: TcpListener, options: Options) -> anyhow::Result<Self> {
        let address = listener.local_addr()?;
        let tls = options.tls.clone().map(listen::acceptor).transpose()?;
        let hangs = options.behaviour == Behaviour::Hangs;
        let (open, closed) = watch::channel(());
        let (behaviour, framing) = (options.behaviour, options.framing);
        let inner = Mutex::new(Inner { behaviour, framing, ..Inner::default() });
        let server = Arc::new(Server { options, token_check: OnceLock::new(), inner, closed });
        server.lock().rooms.set_door(behaviour.door());
        let router = Router::new()
            .route("/{room}", get(room))
            .route("/.well-known/element/jitsi", get(well_known))
            .route("/_stand-in/signal", get(signal))
            .route("/_stand-in/rooms", get(snapshot))
            .route("/_stand-in/{file}", get(assets::file))
            .with_state(Arc::clone(&server));
        let accepting = tokio::spawn(listen::accept(listener, tls, if hangs { None } else { Some(router) }));
        Ok(Self { address, server, accepting, _open: open })
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// Who is in which room, and which pages were opened.
    #[must_use]
    pub fn rooms(&self) -> Snapshot {
        self.server.lock().rooms.snapshot()
    }

    /// Behaves like this from now on; only a server that [hangs](Behaviour::Hangs) does so for ever.
    pub fn behave(&self, behaviour: Behaviour, framing: Framing) {
        let mut inner = self.server.lock();
        (inner.behaviour, inner.framing) = (behaviour, framing);
        inner.rooms.set_door(behaviour.door());
    }

    /// Stops everybody who wants in from now on with this error; they wait for [`admit`](Self::admit) or [`deny`](Self::deny).
    /// `None` lets them in again.
    pub fn stop_at_the_door(&self, error: Option<&Value>) {
        self.server.lock().rooms.set_door(error.cloned());
    }

    /// Lets in only those whose token is good; the others get `connection.passwordRequired`. Takes effect once.
    pub fn check_tokens(&self, check: TokenCheck) {
        let _set_before = self.server.token_check.set(check);
    }

    /// Why tokens were refused, oldest first: Meet's page does not tell.
    #[must_use]
    pub fn refused_tokens(&self) -> Vec<String> {
        self.server.lock().refused.clone()
    }

    /// Throws everybody out of a room, in somebody's name.
    pub fn kick(&self, room: &str, by: Option<&str>) {
        let inner = self.server.lock();
        let deliveries = inner.rooms.kick_all(room, by);
        inner.deliver(deliveries);
    }

    /// Ends the meeting in a room for all.
    pub fn end(&self, room: &str) {
        let inner = self.server.lock();
        let deliveries = inner.rooms.end_all(room);
        inner.deliver(deliveries);
    }

    /// Lets in everybody who waits at the door of a room.
    pub fn admit(&self, room: &str) {
        let mut inner = self.server.lock();
        let deliveries = inner.rooms.answer_lobby(room, true);
        inner.deliver(deliveries);
    }

    /// Sends away everybody who waits at the door of a room.
    pub fn deny(&self, room: &str) {
        let mut inner = self.server.lock();
        let deliveries = inner.rooms.answer_lobby(room, false);
        inner.deliver(deliveries);
    }

    /// Makes the pages in a room send `errorOccurred` with this error, e.g.
    /// `{"name": "connection.droppedError", "type": "CONNECTION", "isFatal": true}`. After a fatal one they do as Meet
    /// does: a countdown, then a reload.
    pub fn fail(&self, room: &str, error: &Value) {
        let inner = self.server.lock();
        let deliveries = inner.rooms.fail(room, error);
        inner.deliver(deliveries);
    }
}

impl Drop for MeetStandIn {
    fn drop(&mut self) {
        // Its connections are tasks that belong to it and end with it.
        self.accepting.abort();
    }
}

impl Server {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Server {
    /// The error for somebody who wants in without a good token, where one is wanted.
    async fn refuses(&self, said: &FromPage, room: &str) -> Option<Value> {
        let (Some(check), FromPage::Join { token, .. }) = (self.token_check.get(), said) else {
            return None;
        };
        let reason = check.user_of(token.as_deref(), room).await.err()?;
        self.lock().refused.push(format!("{reason:#}"));
        Some(options::token_refused())
    }
}

impl Inner {
    fn deliver(&self, deliveries: Deliveries) {
        for (page, message) in deliveries {
            if let Some(sender) = self.pages.get(&page) {
                // A full queue belongs to a page that has stopped reading: it misses what it would not have read.
                let _full = sender.try_send(message);
            }
        }
    }
}

async fn room(State(server): State<Arc<Server>>, Path(_room): Path<String>) -> Response {
    let (behaviour, framing) = {
        let inner = server.lock();
        (inner.behaviour, inner.framing)
    };
    match behaviour {
        Behaviour::HangsOnPage => std::future::pending().await,
        Behaviour::NoMeet => {
            Html("<!doctype html><title>Some other site</title><p>There is no Meet here.").into_response()
        }
        _ => assets::page(framing, server.options.release).into_response(),
    }
}

async fn well_known(State(server): State<Arc<Server>>) -> Response {
    let behaviour = server.lock().behaviour;
    if behaviour == Behaviour::HangsOnWellKnown {
        std::future::pending().await
    }
    match &server.options.auth_well_known {
        Some(answer) => ([(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")], Json(answer.clone())).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn snapshot(State(server): State<Arc<Server>>) -> Json<Snapshot> {
    Json(server.lock().rooms.snapshot())
}

#[derive(Deserialize)]
struct SignalQuery {
    room: String,
}

async fn signal(
    State(server): State<Arc<Server>>,
    Query(query): Query<SignalQuery>,
    upgrade: WebSocketUpgrade,
) -> Response {
    upgrade.max_message_size(MAX_MESSAGE).on_upgrade(move |socket| serve_page(server, query.room, socket))
}

async fn serve_page(server: Arc<Server>, room: String, mut socket: WebSocket) {
    let (sender, mut outgoing) = mpsc::channel(MAX_WAITING);
    let page = {
        let mut inner = server.lock();
        inner.next += 1;
        let page = inner.next;
        inner.pages.insert(page, sender);
        inner.rooms.open(page, &room, format!("{:08x}", rand::random::<u32>()));
        page
    };
    let mut closed = server.closed.clone();
    loop {
        tokio::select! {
            _ = closed.changed() => break,
            Some(message) = outgoing.recv() => {
                let Ok(text) = serde_json::to_string(&message) else { break };
                if socket.send(Message::Text(text.into())).await.is_err() {
                    break;
                }
            }
            received = socket.recv() => match received {
                Some(Ok(Message::Text(text))) => {
                    // What can't be read is another version's: not an error.
                    let Ok(said) = serde_json::from_str::<FromPage>(&text) else { continue };
                    let refused = server.refuses(&said, &room).await;
                    let mut inner = server.lock();
                    let deliveries = match refused {
                        Some(error) => vec![(page, FromServer::Fail { error })],
                        None => inner.rooms.handle(page, said),
                    };
                    inner.deliver(deliveries);
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => break,
            },
        }
    }
    let mut inner = server.lock();
    inner.pages.remove(&page);
    let deliveries = inner.rooms.close(page);
    inner.deliver(deliveries);
}
