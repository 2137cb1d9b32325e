//! What follows from how things stand after an input: what is heard, kept, told to other tabs, said of calls that are over, and when
//! to wake. Each is said only when it is different from what was said before.

use crate::call::event::Reason;
use crate::call::machine::{Call, State};
use crate::call::outbox::Outbox;
use crate::call::switchboard::Switchboard;
use crate::call::switchboard::goodbye::kept;
use crate::call::tones::{Loop, Sound};
use crate::call::view::{CallKey, Ending, Notice};
use crate::call::vocabulary::{Action, Kept, LastWord};
use crate::ids::{RoomId, UserId};
use crate::time::Millis;

/// The most notices kept: nobody reads more.
const MOST_NOTICES: usize = 3;

/// What was said before.
#[derive(Debug, Default)]
pub(super) struct Said {
    sound: Option<Loop>,
    compete: bool,
    kept: Vec<Kept>,
    last_words: Vec<LastWord>,
    wake_at: Option<Millis>,
}

impl Said {
    /// What was kept for the time after a reload.
    pub(super) fn kept(&self) -> &[Kept] {
        &self.kept
    }

    /// The next alarm is to be set, whatever time it is for.
    pub(super) fn forget_alarm(&mut self) {
        self.wake_at = None;
    }
}

impl Switchboard {
    pub(super) fn follow_up(&mut self) {
        self.rivals_due();
        self.hold_what_came_up();
        self.take_leave();
        let sound = self.sound();
        if self.said.sound != sound {
            self.said.sound = sound;
            self.desk.out.push(Action::Play(Sound::Loop(sound)));
        }
        let compete = self.calls.iter().any(is_ringing);
        if self.said.compete != compete {
            self.said.compete = compete;
            if !compete {
                self.leading = false;
            }
            self.desk.out.push(Action::Compete(compete));
        }
        let last_words = self.last_words(&Reason::UnknownError);
        if self.said.last_words != last_words {
            self.said.last_words.clone_from(&last_words);
            self.desk.out.push(Action::LastWords(last_words));
        }
        // A page that goes away leaves it to the next one.
        let kept: Vec<Kept> = self.calls.iter().filter(|call| call.owes_hangup()).map(kept).collect();
        if !self.hidden && self.said.kept != kept {
            self.said.kept.clone_from(&kept);
            self.desk.out.push(Action::Keep(kept));
        }
        let wake_at = self.next_wake();
        if self.said.wake_at != wake_at {
            self.said.wake_at = wake_at;
            self.desk.out.extend(wake_at.map(Action::WakeAt));
        }
    }

    /// When the next thing is due.
    pub(super) fn next_wake(&self) -> Option<Millis> {
        let calls = self.calls.iter().filter_map(Call::due_at);
        let preview = self.preview.as_ref().and_then(super::Preview::due_at);
        let goodbyes = self.goodbyes.iter().filter_map(Outbox::due_at);
        calls.chain(self.next_rival()).chain(preview).chain(goodbyes).min()
    }

    /// Remembers calls that are over, says what there is to say of them, and forgets them once they have sent their last word.
    fn take_leave(&mut self) {
        let mut over = Vec::new();
        for call in &mut self.calls {
            if let Some(ending) = call.take_ending() {
                over.push((call.key(), ending));
            }
        }
        for (key, ending) in over {
            let Some(call) = self.calls.iter().find(|call| call.key() == key) else {
                continue;
            };
            self.memory.ended(call.room().id.clone(), call.id().clone(), self.me.clone());
            let ending = self.as_told(call, ending);
            let notice = Notice {
                key,
                room: call.room().id.clone(),
                peer: call.peer().clone(),
                video: call.has_video(),
                incoming: call.is_incoming(),
                lasted: call.connected_at().map(|at| self.desk.now.since(at)),
                call_back: call_back(&ending),
                ask_fallback: ending == Ending::NotConnected
                    && self.desk.turn.fallback_is_open(self.desk.now, &self.desk.preferences, &self.desk.site),
                ending,
            };
            if is_worth_a_word(&notice.ending) {
                self.note(notice);
            }
        }
        self.calls.retain(|call| !call.is_gone());
    }

    /// An ending as people are told. A call that gave way to another is not worth a word as long as the other is there.
    fn as_told(&self, over: &Call, ending: Ending) -> Ending {
        let with_them = |call: &Call| call.is_alive() && call.is_in(&over.room().id) && call.peer() == over.peer();
        if ending != Ending::Replaced || self.calls.iter().any(with_them) {
            ending
        } else if over.connected_at().is_some() {
            Ending::PeerHungUp
        } else if over.only_rang() {
            Ending::Missed
        } else {
            Ending::Crossed
        }
    }

    /// Says that there is no call, or none any more that this page had.
    pub(super) fn note_of(&mut self, room: RoomId, peer: UserId, video: bool, incoming: bool, ending: Ending) {
        let key = self.desk.new_call();
        let call_back = call_back(&ending);
        self.note(Notice { key, room, peer, video, incoming, ending, lasted: None, call_back, ask_fallback: false });
    }

    pub(super) fn note(&mut self, notice: Notice) {
        if self.notices.len() >= MOST_NOTICES {
            self.notices.remove(0);
        }
        self.notices.push(notice);
    }

    /// The call that rings here, so that people hear of it.
    pub(super) fn announced(&self) -> Option<CallKey> {
        let rings = |call: &&Call| is_ringing(call) && !call.is_silenced();
        self.calls.iter().find(rings).map(Call::key).filter(|_| self.leading && self.ring_allowed)
    }

    /// What is heard now. One tab rings; a call that is spoken in is not rung over.
    fn sound(&self) -> Option<Loop> {
        let rings = self.announced().is_some();
        let engaged = self.calls.iter().any(Call::is_engaged);
        match (rings, engaged) {
            (true, true) => Some(Loop::Waiting),
            (true, false) => Some(Loop::Ring),
            (false, _) => {
                let calls = self.calls.iter().any(|call| call.state() == State::InviteSent);
                calls.then_some(Loop::RingBack)
            }
        }
    }
}

fn is_ringing(call: &Call) -> bool {
    call.state() == State::Ringing
}

/// Whether people should read how a call ended. What they did themselves they know, and what was taken elsewhere is no news here.
fn is_worth_a_word(ending: &Ending) -> bool {
    !matches!(
        ending,
        Ending::HungUp
            | Ending::DeclinedByMe
            | Ending::Replaced
            | Ending::SignedOut
            | Ending::AnsweredElsewhere { accepted: false }
    )
}

/// Whether calling (again) makes sense.
fn call_back(ending: &Ending) -> bool {
    !matches!(ending, Ending::AnsweredElsewhere { .. } | Ending::PeerLeft | Ending::NeedsEncryption)
}
