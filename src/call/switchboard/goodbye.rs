//! Pages that go away with calls in them: each is hung up by the page itself, once more by the next one, and by a crash handler if there
//! is time for nothing else. The same transaction makes all of it the same event.

use crate::call::event::{Common, Outgoing, Reason};
use crate::call::machine::Call;
use crate::call::outbox::{self, Outbox};
use crate::call::room::CallRoom;
use crate::call::switchboard::Switchboard;
use crate::call::view::Ending;
use crate::call::vocabulary::{Action, Kept, LastWord, SendToken};
use crate::host::HostError;
use crate::json;

impl Switchboard {
    /// The page goes away. Who is in a call with me is told, in a way that outlives the page.
    pub(super) fn page_hidden(&mut self) {
        self.hidden = true;
        self.close_preview();
        for word in self.last_words(&Reason::UserHangup) {
            let token = self.desk.new_token();
            let LastWord { room, event_type, content, transaction } = word;
            self.desk.out.push(Action::Send { token, room, event_type, content, transaction, last_word: true });
        }
        for call in &mut self.calls {
            call.end(&mut self.desk, Ending::Reloaded, None);
        }
    }

    /// The page is back from the browser's cache: there is no next one to make sure.
    pub(super) fn page_shown(&mut self) {
        if std::mem::take(&mut self.hidden) {
            let goodbyes = self.said.kept().iter().filter_map(goodbye);
            self.goodbyes.extend(goodbyes);
            self.say_goodbyes(false);
        }
    }

    /// What is to be said if this page could say only one more thing.
    pub(super) fn last_words(&self, reason: &Reason) -> Vec<LastWord> {
        self.calls.iter().filter(|call| call.owes_hangup()).map(|call| last_word(call, reason)).collect()
    }

    /// Calls that a reload cut: the hang-up of the page before may not have arrived.
    pub(super) fn speak_for_the_kept(&mut self, rooms: &[CallRoom]) {
        for kept in std::mem::take(&mut self.kept_before) {
            // A room that is not among these is left to the host, which sends nothing in clear where it must not.
            if rooms.iter().all(|room| room.id != kept.room || room.may_send()) {
                self.goodbyes.extend(goodbye(&kept));
            }
            self.note_of(kept.room, kept.peer, kept.video, kept.incoming, Ending::Reloaded);
        }
        self.say_goodbyes(false);
    }

    /// Sends what is due of them; `all`: the homeserver answers again.
    pub(super) fn say_goodbyes(&mut self, all: bool) {
        let now = self.desk.now;
        for goodbye in &mut self.goodbyes {
            if all {
                goodbye.hurry(now);
            }
            if let Some(action) = goodbye.pump(now, || self.desk.new_token()) {
                self.desk.out.push(action);
            }
        }
    }

    /// The answer to a request, which may be one of theirs.
    pub(super) fn goodbye_sent(&mut self, token: SendToken, result: Result<(), HostError>) {
        if let Some(goodbye) = self.goodbyes.iter_mut().find(|goodbye| goodbye.has_sent(token)) {
            goodbye.answered(self.desk.now, token, result);
        }
        self.goodbyes.retain(|goodbye| !goodbye.is_done());
    }
}

/// A call's hang-up, as this page would say it.
fn last_word(call: &Call, reason: &Reason) -> LastWord {
    let event = Outgoing::Hangup(reason.clone());
    LastWord {
        room: call.room().id.clone(),
        event_type: event.event_type(),
        content: event.content(call.common()),
        transaction: outbox::last_word_transaction(call.common()),
    }
}

/// What the next page has to know of a call.
pub(super) fn kept(call: &Call) -> Kept {
    let LastWord { room, content, .. } = last_word(call, &Reason::UserHangup);
    let (peer, incoming) = (call.peer().clone(), call.is_incoming());
    Kept { room, peer, video: call.has_video(), incoming, hangup: content }
}

/// The hang-up of a call that was kept, to be sent.
fn goodbye(kept: &Kept) -> Option<Outbox> {
    let content = kept.hangup.as_object()?;
    let (call, party) = (json::string(content, "call_id")?.into(), json::string(content, "party_id")?.into());
    let mut goodbye = Outbox::new(kept.room.clone(), Common { call, party });
    goodbye.push(Outgoing::Hangup(Reason::UserHangup));
    Some(goodbye)
}
