//! What a page wants done, and who does it.

use meet_in_chat::call::media::{CaptureId, MediaCommand};
use meet_in_chat::call::peer::{PeerCommand, PeerId};
use meet_in_chat::call::tones::{Loop, Sound};
use meet_in_chat::call::vocabulary::{Action, Input};
use meet_in_chat::time::Millis;

use super::capture::Capture;
use super::connection::Connection;
use super::happening::Happening;
use super::page::Sent;
use super::{DM, World};

impl World {
    pub(super) fn carry_out(&mut self, page: usize, action: Action, hidden: bool) {
        let life = self.pages[page].life;
        match action {
            Action::Send { token, room, event_type, content, transaction, last_word } => {
                let seat = &mut self.pages[page];
                let kept = seat.life > 0 && event_type == "m.call.hangup";
                if !kept && !seat.can_encrypt && seat.knows_encrypted && room.as_str() == DM {
                    self.faults.push(format!("{event_type} in clear"));
                }
                self.faults.extend(seat.record.faults(event_type, &content, &transaction));
                let sent = Sent { event_type, content: content.clone(), transaction: transaction.clone() };
                seat.sent.push(sent);
                let stored = self.stored(page, room.as_str(), event_type, content);
                if hidden {
                    assert!(last_word, "a page that goes away can't wait");
                }
                if last_word {
                    self.arrive(page, &transaction, stored);
                } else {
                    self.send(page, token, transaction, stored);
                }
            }
            Action::FetchTurn => {
                self.pages[page].turn_asked += 1;
                if self.pages[page].turn_by_hand {
                    return;
                }
                if self.dice.one_in(self.dice.faults.turn) {
                    self.later(15, 20_000, Happening::Turn(page, life, true));
                } else if self.dice.one_in(self.dice.faults.turn) {
                    self.later(8000, 20_000, Happening::Turn(page, life, false));
                } else {
                    self.later(15, 6000, Happening::Turn(page, life, false));
                }
            }
            Action::Media(id, command) => self.media(page, id, command),
            Action::Peer(id, command) => self.peer(page, id, command),
            Action::FetchSince { room, event } => {
                self.pages[page].fetched.push(event.as_ref().map(ToString::to_string));
                let after = event.and_then(|event| event.as_str().strip_prefix("$e")?.parse().ok());
                let tries = if self.dice.one_in(self.dice.faults.fetch) { 3000 } else { 0 };
                self.later(tries + 30, tries + 4000, Happening::Fetched(page, life, room.as_str().to_owned(), after));
            }
            Action::KeepPreferences(preferences) => self.pages[page].preferences = preferences,
            Action::Keep(kept) => self.pages[page].kept = kept,
            Action::LastWords(words) => self.pages[page].last_words = words,
            Action::TellTabs(word) => {
                let browser = self.pages[page].browser;
                for other in 0..self.pages.len() {
                    if other != page && self.pages[other].browser == browser {
                        self.later(1, 30, Happening::Input(other, self.pages[other].life, Input::Tab(word.clone())));
                    }
                }
            }
            Action::Compete(on) => {
                self.pages[page].competes = on;
                self.pass_the_lock();
            }
            Action::Play(Sound::Loop(what)) => {
                self.pages[page].looping = what;
                if what == Some(Loop::Ring) {
                    self.pages[page].rang.push(self.now);
                }
            }
            Action::Play(Sound::Once(tone)) => self.pages[page].tones.push(tone),
            Action::WakeAt(at) => {
                self.pages[page].alarm = Some(at);
                // Browsers' timers are not exact: this one can go off a moment early.
                let early = self.dice.between(0, 3).min(at.0.saturating_sub(self.now.0 + 1));
                let at = Millis(at.0 - early).max(self.now);
                self.at(at, Happening::Wake(page, life, Millis(at.0 + early)));
            }
            Action::PrepareToEncrypt(_) => {}
        }
    }

    /// The first page of a browser that wants the lock gets it.
    pub(super) fn pass_the_lock(&mut self) {
        let mut held = Vec::new();
        for page in 0..self.pages.len() {
            let (browser, wants) = (self.pages[page].browser, self.pages[page].competes);
            if wants && !held.contains(&browser) {
                held.push(browser);
                self.later(1, 20, Happening::Lead(page, self.pages[page].life));
            }
        }
    }

    fn media(&mut self, page: usize, id: CaptureId, command: MediaCommand) {
        let life = self.pages[page].life;
        self.pages[page].media_commands.push(command.clone());
        let capture = self.pages[page].captures.entry(id).or_insert_with(|| Capture::new(page, id, life));
        if capture.released {
            self.faults.push(format!("{command:?} for a capture that was released"));
        }
        let turn = capture.camera_turn;
        capture.take(&command);
        match command {
            MediaCommand::Open(wanted) => {
                let wait = Millis(self.dice.between(10, 3000));
                let at = self.now.max(self.pages[page].devices_free_at).plus(wait);
                self.pages[page].devices_free_at = at;
                self.at(at, Happening::Opened(page, life, id, wanted, turn));
            }
            MediaCommand::OpenScreen => self.later(100, 4000, Happening::Screen(page, life, id)),
            _ => {}
        }
    }

    fn peer(&mut self, page: usize, id: PeerId, command: PeerCommand) {
        let life = self.pages[page].life;
        let seat = &mut self.pages[page];
        seat.commands.push(command.clone());
        if let PeerCommand::Open(settings) = &command {
            let urls = settings.ice_servers.iter().flat_map(|server| &server.urls);
            if urls.clone().any(|url| !url.contains(':')) || settings.ice_servers.iter().any(|one| one.urls.is_empty())
            {
                self.faults.push("a server that browsers refuse".into());
            }
            seat.connections.insert(id, Connection::new(format!("p{page}.{life}.{}", id.0), settings.clone()));
        }
        let Some(connection) = seat.connections.get_mut(&id).filter(|connection| !connection.closed) else {
            return self.faults.push(format!("{command:?} for a connection that is closed"));
        };
        if command == PeerCommand::Close {
            connection.closed = true;
            connection.queue.clear();
            return;
        }
        if command == PeerCommand::RestartIce && seat.no_restart {
            return;
        }
        connection.queue.push_back(command);
        if !connection.busy {
            connection.busy = true;
            self.later(1, 60, Happening::Step(page, life, id));
        }
        if !self.ticking {
            self.ticking = true;
            self.later(100, 100, Happening::Tick);
        }
    }
}
