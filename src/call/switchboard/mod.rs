//! All 1:1 calls of one page: which events reach which call, several calls at once, what is heard, kept and told to other tabs.
//!
//! `receive` is the pipeline from live events to calls, `glare` settles two people calling each other, `person` carries out what the
//! person does, `preview` is the look at the devices before a call, `goodbye` is for pages that go away, `outcome` is what follows
//! from how things stand after every input.

mod glare;
mod goodbye;
mod memory;
mod outcome;
mod person;
mod preview;
mod receive;

use crate::call::desk::Desk;
use crate::call::event::{Outgoing, Reason};
use crate::call::machine::Call;
use crate::call::outbox::Outbox;
use crate::call::settings::{Preferences, SiteSettings};
use crate::call::turn;
use crate::call::view::{CallKey, CallView, CallsView, Ending, Notice, Phase};
use crate::call::vocabulary::{Action, Input, Kept, TabWord};
use crate::ids::{RoomId, UserId};
use crate::ordered;
use crate::time::Millis;

use glare::Rival;
use memory::Memory;
use outcome::Said;
use preview::Preview;

/// All 1:1 calls of one page: takes what happens and says what is to be done.
#[derive(Debug)]
pub struct Switchboard {
    me: UserId,
    desk: Desk,
    calls: Vec<Call>,
    rivals: Vec<Rival>,
    preview: Option<Preview>,
    notices: Vec<Notice>,
    memory: Memory,
    /// My push rules let calls ring, and the device is not silenced.
    ring_allowed: bool,
    /// This tab rings.
    leading: bool,
    /// Calls that went on when the page was reloaded; dealt with once the chat is in touch.
    kept_before: Vec<Kept>,
    /// Their hang-ups.
    goodbyes: Vec<Outbox>,
    /// The page has gone away. What is kept of it stays as it is, unless it comes back.
    hidden: bool,
    said: Said,
}

impl Switchboard {
    /// A switchboard without any call.
    pub fn new(me: UserId, preferences: Preferences, site: SiteSettings) -> Self {
        Self {
            me,
            desk: Desk::new(preferences, site),
            calls: Vec::new(),
            rivals: Vec::new(),
            preview: None,
            notices: Vec::new(),
            memory: Memory::default(),
            ring_allowed: true,
            leading: false,
            kept_before: Vec::new(),
            goodbyes: Vec::new(),
            hidden: false,
            said: Said::default(),
        }
    }

    /// Takes an input; the actions are to be carried out in their order.
    pub fn handle(&mut self, now: Millis, input: Input) -> Vec<Action> {
        self.desk.now = now;
        self.take(input);
        self.follow_up();
        std::mem::take(&mut self.desk.out)
    }

    fn take(&mut self, input: Input) {
        let begins = matches!(input, Input::Place(_) | Input::Warm | Input::Batch { .. });
        if begins && !self.listens() {
            return;
        }
        match input {
            Input::Place(place) => self.place(*place),
            Input::Do(key, deed) => self.act(key, deed),
            Input::Preview(deed) => self.preview_deed(deed),
            Input::Dismiss(key) => self.notices.retain(|notice| notice.key != key),
            Input::Warm => {
                self.desk.turn_is_coming();
            }
            Input::Preferences(preferences) => self.desk.preferences = preferences,
            Input::Site(site) => self.desk.site = site,
            Input::Batch { batch, rooms, ignored, ring_allowed, random } => {
                self.ring_allowed = ring_allowed;
                self.speak_for_the_kept(&rooms);
                self.receive(&batch, &rooms, &ignored, &random);
            }
            Input::Account { ring_allowed, ignored } => {
                self.ring_allowed = ring_allowed;
                for call in self.calls.iter_mut().filter(|call| ignored.contains(call.peer())) {
                    call.ignore(&mut self.desk);
                }
            }
            Input::RoomChanged(room) => {
                self.room_changed_for_preview(&room);
                self.room_changed_for_rivals(&room);
                for call in self.calls.iter_mut().filter(|call| call.is_in(&room.id)) {
                    call.room_changed(&mut self.desk, (*room).clone());
                }
            }
            Input::RoomGone(room) => self.room_gone(&room),
            Input::Sent { token, result } => {
                if let Some(call) = self.calls.iter_mut().find(|call| call.has_sent(token)) {
                    call.sent(&mut self.desk, token, result);
                } else {
                    self.goodbye_sent(token, result.map(drop));
                }
            }
            Input::Turn(result) => {
                self.desk.turn.answered(self.desk.now, result.as_ref());
                for call in &mut self.calls {
                    call.turn_answered(&mut self.desk, result.is_err());
                }
            }
            Input::Media(capture, event) => {
                if let Some(call) = self.calls.iter_mut().find(|call| call.owns_capture(capture)) {
                    call.media(&mut self.desk, event);
                } else {
                    self.preview_media(capture, &event);
                }
            }
            Input::Peer(peer, event) => {
                if let Some(call) = self.calls.iter_mut().find(|call| call.owns_connection(peer)) {
                    call.connection(&mut self.desk, event);
                }
            }
            Input::DevicesGone(kinds) => {
                for kind in kinds {
                    for call in &mut self.calls {
                        call.device_gone(&mut self.desk, kind);
                    }
                    self.preview_device_gone(kind);
                }
            }
            Input::Leading(leading) => self.leading = leading,
            Input::Tab(word) => self.hear_tab(&word),
            Input::Online => {
                self.speak_for_the_kept(&[]);
                for call in &mut self.calls {
                    call.online(&mut self.desk);
                }
                self.say_goodbyes(true);
            }
            Input::Kept(kept) => self.kept_before = kept,
            Input::PageHidden => self.page_hidden(),
            Input::PageShown => self.page_shown(),
            Input::Wake => self.wake(),
            Input::SigningOut => self.sign_out(true),
            Input::SignedOut => self.sign_out(false),
        }
    }

    /// The person's choices.
    pub fn preferences(&self) -> &Preferences {
        &self.desk.preferences
    }

    /// Whether media goes through a TURN server only: the person's choice, else the site's default.
    pub fn relay_only(&self) -> bool {
        self.desk.relay_only()
    }

    /// Whether people may be offered calls without a relay: the site does not ask for one.
    pub fn may_go_direct(&self) -> bool {
        !self.desk.site.relay_only
    }

    /// The servers that a person is asked about when the homeserver names none, as they are to be shown.
    pub fn fallback_names(&self) -> Vec<String> {
        turn::fallback_names(&self.desk.site)
    }

    /// Whether calls come and go here: not on a site without them, once the last one is over.
    pub fn listens(&self) -> bool {
        !self.desk.site.switched_off || !self.calls.is_empty()
    }

    /// Whether a change of this room matters: there is a call or a preview in it, or a last word still to be sent.
    pub fn watches(&self, room: &RoomId) -> bool {
        self.preview.as_ref().is_some_and(|preview| preview.is_in(room))
            || self.calls.iter().any(|call| call.is_in(room))
    }

    /// Whether no call goes on and nobody has still to be told that one is over.
    pub fn is_done(&self) -> bool {
        self.calls.is_empty()
    }

    /// What there is to see.
    pub fn view(&self) -> CallsView {
        let calls = self.calls.iter().filter_map(|call| call.view(self.leading)).collect();
        let last = |call: &CallView| (call.phase == Phase::Ringing, call.on_hold);
        let calls = ordered::sorted(calls, |one, other| last(one).cmp(&last(other)));
        CallsView {
            calls,
            announce: self.announced(),
            preview: self.preview.as_ref().map(Preview::view),
            notices: self.notices.clone(),
        }
    }

    fn call(&mut self, key: CallKey) -> Option<(&mut Call, &mut Desk)> {
        let call = self.calls.iter_mut().find(|call| call.key() == key)?;
        Some((call, &mut self.desk))
    }

    fn room_gone(&mut self, room: &RoomId) {
        if self.preview.as_ref().is_some_and(|preview| preview.is_in(room)) {
            self.close_preview();
        }
        self.rivals.retain(|rival| rival.invite.room.id != *room);
        for call in self.calls.iter_mut().filter(|call| call.is_in(room)) {
            call.end(&mut self.desk, Ending::HungUp, None);
        }
    }

    fn hear_tab(&mut self, word: &TabWord) {
        let (TabWord::Silenced(id) | TabWord::Taken(id)) = word else { return };
        for call in self.calls.iter_mut().filter(|call| call.id() == id && call.is_alive() && !call.is_engaged()) {
            match word {
                TabWord::Silenced(_) => call.silence(true),
                _ => call.end(&mut self.desk, Ending::AnsweredElsewhere { accepted: false }, None),
            }
        }
    }

    /// Everything ends. What only rings goes on ringing on other devices.
    fn sign_out(&mut self, say: bool) {
        self.close_preview();
        self.notices.clear();
        self.rivals.clear();
        self.goodbyes.clear();
        for call in &mut self.calls {
            let last_word = (say && call.owes_hangup()).then_some(Outgoing::Hangup(Reason::UserHangup));
            call.end(&mut self.desk, Ending::SignedOut, last_word);
        }
    }

    fn wake(&mut self) {
        // The alarm is spent, also one that went off a moment early.
        self.said.forget_alarm();
        for call in &mut self.calls {
            call.due(&mut self.desk);
        }
        self.say_goodbyes(false);
        self.rivals_due();
        self.preview_due();
    }
}
