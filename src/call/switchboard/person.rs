//! What the person does: placing a call, and everything that can be done to one.

use crate::call::machine::{Call, Media};
use crate::call::media::Kind;
use crate::call::switchboard::Switchboard;
use crate::call::view::{CallKey, Ending};
use crate::call::vocabulary::{Action, Deed, Place, TabWord};
use crate::ids::{RoomId, UserId};

/// Calls that are spoken in or held at the same time.
const MOST_ENGAGED: usize = 2;

impl Switchboard {
    /// Calls somebody; the first time, after a look at the devices.
    pub(super) fn place(&mut self, place: Place) {
        if self.is_busy_for(&place.room.id) || !place.room.joined {
            return;
        }
        self.notices.retain(|notice| notice.room != place.room.id);
        let Some(peer) = place.room.other().cloned() else {
            // The chat counts two people and has not been told yet who the other one is.
            let me = place.room.me;
            return self.note_of(place.room.id, me, place.video, false, Ending::NobodyKnown);
        };
        if !place.room.may_send() {
            return self.refuse(place, peer);
        }
        if self.desk.preferences.previewed {
            self.begin(place, peer, None);
        } else {
            self.open_preview(place, peer);
        }
    }

    /// There is no place for a call in this room.
    pub(super) fn is_busy_for(&self, room: &RoomId) -> bool {
        let engaged = self.calls.iter().filter(|call| call.is_engaged());
        engaged.count() >= MOST_ENGAGED || self.calls.iter().any(|call| call.is_alive() && call.is_in(room))
    }

    /// Begins the call. `media` comes from the preview.
    pub(super) fn begin(&mut self, place: Place, peer: UserId, media: Option<Media>) {
        self.hold_others(None);
        if place.room.encrypted {
            self.desk.out.push(Action::PrepareToEncrypt(place.room.id.clone()));
        }
        let call = Call::place(&mut self.desk, place, peer, media);
        self.calls.push(call);
    }

    /// Nothing leaves in clear in an encrypted room: no call, then.
    pub(super) fn refuse(&mut self, place: Place, peer: UserId) {
        self.note_of(place.room.id, peer, place.video, false, Ending::NeedsEncryption);
    }

    /// One call is spoken in; the others are held.
    fn hold_others(&mut self, but: Option<CallKey>) {
        for call in self.calls.iter_mut().filter(|call| call.is_engaged() && Some(call.key()) != but) {
            call.hold(&mut self.desk, true);
        }
    }

    /// Holds calls that were not up yet when another one took their turn.
    pub(super) fn hold_what_came_up(&mut self) {
        let has_turn = |call: &&Call| call.is_engaged() && !call.is_set_aside();
        let other = self.calls.iter().any(|call| has_turn(&call));
        for call in self.calls.iter_mut().filter(|call| call.is_to_be_held()) {
            call.hold_if_asked(&mut self.desk, other);
        }
    }

    /// Does something to a call.
    pub(super) fn act(&mut self, key: CallKey, deed: Deed) {
        match deed {
            Deed::Accept { video } => return self.accept(key, video, None),
            Deed::Hold(on) if !on => {
                // A press may come after the call's end, and then takes no other's turn.
                if !self.calls.iter().any(|call| call.key() == key && call.is_set_aside()) {
                    return;
                }
                self.hold_others(Some(key));
            }
            Deed::Device(kind, device) => return self.choose(kind, device),
            _ => {}
        }
        let Some((call, desk)) = self.call(key) else {
            return;
        };
        let id = call.id().clone();
        let rang = call.is_alive() && !call.is_engaged();
        let tell = match deed {
            Deed::Decline | Deed::Ignore | Deed::HangUp if rang => Some(TabWord::Taken(id)),
            Deed::Silence(true) if rang => Some(TabWord::Silenced(id)),
            _ => None,
        };
        match deed {
            Deed::Decline | Deed::HangUp => call.hang_up(desk),
            Deed::Ignore => call.ignore(desk),
            Deed::Silence(silenced) => call.silence(silenced),
            Deed::Mute(muted) => call.mute(desk, muted),
            Deed::Camera(on) => call.camera(desk, on),
            Deed::Share(on) => call.share(desk, on),
            Deed::Hold(on) => call.hold(desk, on),
            Deed::ReadWord => call.read_word(),
            Deed::Accept { .. } | Deed::Device(..) => {}
        }
        desk.out.extend(tell.map(Action::TellTabs));
    }

    /// Their call to me in this room.
    pub(super) fn ringing_from(&self, room: &RoomId, peer: &UserId) -> Option<CallKey> {
        let rings = |call: &&Call| call.is_alive() && !call.is_engaged() && call.is_in(room) && call.peer() == peer;
        self.calls.iter().find(rings).map(Call::key)
    }

    /// Accepts. `media` comes from the preview.
    pub(super) fn accept(&mut self, key: CallKey, video: bool, media: Option<Media>) {
        let Some((call, _)) = self.call(key) else {
            return;
        };
        if !call.is_alive() || call.is_engaged() {
            return;
        }
        let (id, room) = (call.id().clone(), call.room().id.clone());
        self.close_preview();
        self.make_place(&room);
        self.hold_others(Some(key));
        if let Some((call, desk)) = self.call(key) {
            call.accept(desk, video, media);
        }
        self.desk.out.push(Action::TellTabs(TabWord::Taken(id)));
    }

    /// Ends what is in the way of a call that is accepted in this room.
    fn make_place(&mut self, room: &RoomId) {
        // Who calls again in the same room has lost the call that is still there.
        for call in self.calls.iter_mut().filter(|call| call.is_engaged() && call.is_in(room)) {
            call.hang_up(&mut self.desk);
        }
        // A third one has no place: of those that are there the one that has the turn goes, or the one that was there first.
        let engaged = || self.calls.iter().filter(|call| call.is_engaged());
        if engaged().count() >= MOST_ENGAGED {
            let goes = engaged().find(|call| !call.is_set_aside()).or_else(|| engaged().next()).map(Call::key);
            if let Some((call, desk)) = goes.and_then(|key| self.call(key)) {
                call.hang_up(desk);
            }
        }
    }

    fn choose(&mut self, kind: Kind, device: Option<String>) {
        match kind {
            Kind::Audio => self.desk.preferences.microphone.clone_from(&device),
            Kind::Video => self.desk.preferences.camera.clone_from(&device),
        }
        self.desk.out.push(Action::KeepPreferences(self.desk.preferences.clone()));
        for call in &mut self.calls {
            call.use_device(&mut self.desk, kind, device.clone());
        }
    }
}
