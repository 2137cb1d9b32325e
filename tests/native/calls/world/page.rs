//! One tab: a switchboard and the stand-ins of its browser.

use std::collections::{BTreeMap, BTreeSet};

use meet_in_chat::call::Switchboard;
use meet_in_chat::call::media::{CaptureId, MediaCommand};
use meet_in_chat::call::peer::{PeerCommand, PeerId};
use meet_in_chat::call::settings::{Preferences, SiteSettings};
use meet_in_chat::call::tones::{Loop, Tone};
use meet_in_chat::call::view::CallKey;
use meet_in_chat::call::vocabulary::{Kept, LastWord};
use meet_in_chat::time::Millis;
use serde_json::Value;

use super::capture::Capture;
use super::connection::Connection;
use super::rules::Record;

/// Something that was sent.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) event_type: &'static str,
    pub(crate) content: Value,
    pub(crate) transaction: String,
}

/// A tab.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) user: &'static str,
    /// Tabs of one browser share a channel and a lock.
    pub(crate) browser: usize,
    pub(crate) board: Switchboard,
    /// Counts reloads: what was asked for by the page before finds nobody.
    pub(crate) life: u32,
    pub(crate) alarm: Option<Millis>,
    pub(crate) captures: BTreeMap<CaptureId, Capture>,
    pub(crate) connections: BTreeMap<PeerId, Connection>,
    /// How much of the timeline it has got.
    pub(crate) position: usize,
    /// The earliest time of the next sync.
    pub(crate) next_sync: Millis,
    pub(crate) sync_stopped: bool,
    /// Its next sync has a gap.
    pub(crate) gap: bool,
    /// It had no sync yet.
    pub(crate) fresh: bool,
    pub(crate) devices_free_at: Millis,
    pub(crate) looping: Option<Loop>,
    pub(crate) tones: Vec<Tone>,
    /// It was heard, and when.
    pub(crate) rang: Vec<Millis>,
    pub(crate) competes: bool,
    pub(crate) kept: Vec<Kept>,
    pub(crate) last_words: Vec<LastWord>,
    pub(crate) can_encrypt: bool,
    /// It was told that Ann's and Ben's room is encrypted.
    pub(crate) knows_encrypted: bool,
    pub(crate) no_camera: bool,
    pub(crate) denied: bool,
    /// Its browser has no `restartIce`.
    pub(crate) no_restart: bool,
    /// What the homeserver says of TURN.
    pub(crate) turn: Result<Value, meet_in_chat::host::HostError>,
    pub(crate) turn_asked: u32,
    pub(crate) turn_by_hand: bool,
    pub(crate) sent: Vec<Sent>,
    pub(crate) commands: Vec<PeerCommand>,
    pub(crate) media_commands: Vec<MediaCommand>,
    pub(crate) fetched: Vec<Option<String>>,
    pub(crate) preferences: Preferences,
    pub(crate) site: SiteSettings,
    pub(crate) record: Record,
    /// Calls that it was told are over, and by whom.
    pub(crate) ended: BTreeSet<(String, String)>,
    pub(crate) ring_allowed: bool,
    pub(crate) ignores: Vec<&'static str>,
}

impl Page {
    pub(crate) fn new(user: &'static str, browser: usize) -> Self {
        let preferences = Preferences { previewed: true, ..Preferences::default() };
        Self {
            user,
            browser,
            board: Switchboard::new(user.into(), preferences.clone(), SiteSettings::default()),
            life: 0,
            alarm: None,
            captures: BTreeMap::new(),
            connections: BTreeMap::new(),
            position: 0,
            next_sync: Millis(0),
            sync_stopped: false,
            gap: false,
            fresh: true,
            devices_free_at: Millis(0),
            looping: None,
            tones: Vec::new(),
            rang: Vec::new(),
            competes: false,
            kept: Vec::new(),
            last_words: Vec::new(),
            can_encrypt: true,
            knows_encrypted: false,
            no_camera: false,
            denied: false,
            no_restart: false,
            turn: Ok(serde_json::json!({})),
            turn_asked: 0,
            turn_by_hand: false,
            sent: Vec::new(),
            commands: Vec::new(),
            media_commands: Vec::new(),
            fetched: Vec::new(),
            preferences,
            site: SiteSettings::default(),
            record: Record::default(),
            ended: BTreeSet::new(),
            ring_allowed: true,
            ignores: Vec::new(),
        }
    }

    /// The page is gone and comes back.
    pub(crate) fn reload(&mut self, position: usize) {
        self.life += 1;
        self.board = Switchboard::new(self.user.into(), self.preferences.clone(), self.site.clone());
        self.alarm = None;
        self.captures.clear();
        self.connections.clear();
        self.position = position;
        self.fresh = true;
        self.knows_encrypted = false;
        self.looping = None;
        self.competes = false;
        self.last_words.clear();
        self.record.reloaded();
        self.ended.clear();
    }

    /// Its only call.
    pub(crate) fn key(&self) -> Option<CallKey> {
        self.board.view().calls.first().map(|call| call.key)
    }

    pub(crate) fn types(&self) -> Vec<&'static str> {
        self.sent.iter().map(|sent| sent.event_type).collect()
    }

    /// How often a capture was told so.
    pub(crate) fn media(&self, wanted: impl Fn(&MediaCommand) -> bool) -> usize {
        self.media_commands.iter().filter(|command| wanted(command)).count()
    }

    /// Devices or connections are open.
    pub(crate) fn open_resources(&self) -> Vec<String> {
        let captures = self.captures.iter().filter(|(_, capture)| capture.is_open());
        let connections = self.connections.iter().filter(|(_, connection)| !connection.closed);
        let captures = captures.map(|(id, capture)| format!("{id:?} {capture:?}"));
        captures.chain(connections.map(|(id, _)| format!("{id:?}"))).collect()
    }
}
