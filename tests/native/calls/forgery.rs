//! Events about calls that are real, from people and parties who have no say in them (`calls-1to1.md` 1.7, "Who may affect a call").

use meet_in_chat::call::view::Phase;
use meet_in_chat::call::vocabulary::{Action, Input};
use meet_in_chat::host::{LiveBatch, LiveEvent};
use proptest::prelude::{Arbitrary, BoxedStrategy, Strategy, any};
use serde_json::{Value, json};

use super::world::others::{answer, candidates, description, invite, streams, with};
use super::world::{DM, EVE_ID, World};

/// A forged event.
#[derive(Clone, Copy, Debug)]
pub(super) struct Forgery {
    what: u8,
    who: u8,
}

impl Arbitrary for Forgery {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        any::<(u8, u8)>().prop_map(|(what, who)| Self { what, who }).boxed()
    }
}

impl Forgery {
    /// Sends it to a page about the call that it saw last. Whatever it is, it changes nothing.
    pub(super) fn send(self, world: &mut World, page: usize) {
        let me = world.pages[page].user;
        let (Some(view), Some(mut room)) =
            (world.view(page), world.server.seen_by(DM, me, world.pages[page].can_encrypt))
        else {
            return;
        };
        let (call, party) = world.last_call(me);
        if view.peer.as_str() == EVE_ID || view.room.as_str() != DM || world.pages[page].board.view().calls.len() != 1 {
            return;
        }
        // An invite to a call that this page has nothing to do with may well ring.
        let is_ours = world.pages[page].life == 0
            && world.pages[page].sent.last().is_some_and(|sent| sent.content["call_id"] == *call);
        if world.pages[page].fresh || call == "none" || (self.what % 8 == 7 && !is_ours) {
            return;
        }
        let answered = matches!(view.phase, Phase::Connecting | Phase::Connected | Phase::Reconnecting);
        let peer = view.peer.as_str().to_owned();
        // Eve has every right to speak here, with the very party of the one whom she plays; the peer's other devices and mine
        // have none once there is an opponent.
        let expired = self.who % 5 == 4;
        let (sender, party) = match self.who % 5 {
            0 | 1 => (EVE_ID.to_owned(), party),
            2 if answered => (peer, "forged".to_owned()),
            3 if answered => (me.to_owned(), "forged".to_owned()),
            // The right one, too late.
            4 => (peer, party),
            _ => return,
        };
        room.others.insert(EVE_ID.into());
        let what = if expired { 5 } else { self.what % 8 };
        let (event_type, content) = self.content(what, &call, &party);
        let age = if expired { 30_001 } else { 1 };
        let number = world.dice.next();
        let event = json!({
            "event_id": format!("$forged{number}"), "type": event_type, "sender": sender,
            "origin_server_ts": world.now.0 - age, "unsigned": { "age": age }, "content": content,
        });
        let live = LiveEvent { room: DM.into(), event, encrypted: room.encrypted, received_at: world.now };
        let batch = Box::new(LiveBatch { events: vec![live], gaps: Vec::new() });
        let random = world.dice.bytes();
        let input = Input::Batch { batch, rooms: vec![room], ignored: Vec::new(), ring_allowed: true, random };
        let (before, now) = (world.pages[page].board.view(), world.now);
        let actions = world.watch(page, input);
        let after = world.pages[page].board.view();
        let harmless = |action: &Action| matches!(action, Action::WakeAt(_));
        assert!(
            actions.iter().all(harmless) && before == after,
            "{now:?}: {event_type} of {sender} {party}: {actions:#?}"
        );
    }

    fn content(self, what: u8, call: &str, party: &str) -> (&'static str, Value) {
        match what {
            0 => ("m.call.candidates", candidates(call, party, &["candidate:9"])),
            1 => ("m.call.answer", answer(call, party, true)),
            2 => ("m.call.select_answer", with(call, party, &json!({ "selected_party_id": "forged" }))),
            3 => ("m.call.reject", with(call, party, &json!({}))),
            4 => ("m.call.hangup", with(call, party, &json!({ "reason": "user_hangup" }))),
            5 => {
                let description = description(if self.who > 127 { "offer" } else { "answer" }, "forged1", true);
                let more = json!({ "description": description, "lifetime": 30_000, "sdp_stream_metadata": streams() });
                ("m.call.negotiate", with(call, party, &more))
            }
            6 => {
                let silent = json!({ "x": { "purpose": "m.usermedia", "audio_muted": true } });
                ("m.call.sdp_stream_metadata_changed", with(call, party, &json!({ "sdp_stream_metadata": silent })))
            }
            _ => ("m.call.invite", invite(call, party)),
        }
    }
}
