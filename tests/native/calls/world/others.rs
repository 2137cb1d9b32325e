//! Other people's clients, as far as they exist only in what they say.

use meet_in_chat::call::media::Kind;
use meet_in_chat::call::vocabulary::Deed;
use serde_json::{Value, json};

use super::sdp::{Direction, Sdp, Section};
use super::{ANN, ANN_ID, BEN_ID, World};

/// A description of somebody who sends voice, or voice and picture.
pub(crate) fn description(kind: &str, fragment: &str, video: bool) -> Value {
    let section = |kind| Section { kind, direction: Direction::BOTH, stream: Some("theirs".to_owned()) };
    let mut sections = vec![section(Kind::Audio)];
    sections.extend(video.then(|| section(Kind::Video)));
    let sdp = Sdp { fragment: fragment.to_owned(), sections, candidates: vec!["candidate:1".to_owned()] };
    json!({ "type": kind, "sdp": sdp.write() })
}

/// What every event has.
pub(crate) fn with(call: &str, party: &str, extra: &Value) -> Value {
    let mut content = json!({ "call_id": call, "party_id": party, "version": "1" });
    let extra = extra.as_object().expect("an object").clone();
    content.as_object_mut().expect("an object").extend(extra);
    content
}

pub(crate) fn streams() -> Value {
    json!({ "theirs": { "purpose": "m.usermedia", "audio_muted": false, "video_muted": false } })
}

pub(crate) fn invite(call: &str, party: &str) -> Value {
    let offer = description("offer", "their1", true);
    with(
        call,
        party,
        &json!({ "offer": offer, "lifetime": 60_000, "invitee": ANN_ID, "sdp_stream_metadata": streams() }),
    )
}

pub(crate) fn answer(call: &str, party: &str, video: bool) -> Value {
    with(call, party, &json!({ "answer": description("answer", "their1", video), "sdp_stream_metadata": streams() }))
}

pub(crate) fn candidates(call: &str, party: &str, lines: &[&str]) -> Value {
    let all: Vec<Value> = lines.iter().map(|line| json!({ "candidate": line, "sdpMid": "0" })).collect();
    with(call, party, &json!({ "candidates": all }))
}

impl World {
    /// Ben's client, which knows no metadata, invites Ann.
    pub(crate) fn invite(&mut self, room: &str, call: &str, party: &str, video: bool, streams: Option<Value>) {
        let mut content =
            with(call, party, &json!({ "offer": description("offer", "their1", video), "lifetime": 60_000 }));
        if let Some(streams) = streams {
            content["sdp_stream_metadata"] = streams;
        }
        self.say_in(room, BEN_ID, "m.call.invite", content);
        self.run(60);
    }

    /// Ann calls Ben, and her invite is out. Gives the call's id.
    pub(crate) fn calls_ben(&mut self, video: bool) -> String {
        self.place(ANN, video);
        self.run(500);
        self.call_id(ANN)
    }

    /// Ann, alone, has taken a call of Ben's client, and media flows.
    pub(crate) fn called_by_ben(video: bool) -> Self {
        let mut world = Self::alone();
        world.say(BEN_ID, "m.call.invite", invite("c", "phone"));
        world.act(ANN, Deed::Accept { video });
        world.run(1000);
        world.selected();
        world.link_up(ANN);
        world
    }

    /// Ben's client has taken Ann's answer.
    pub(crate) fn selected(&mut self) {
        let party = self.last(ANN, "m.call.answer").expect("answered").content["party_id"].clone();
        self.say(BEN_ID, "m.call.select_answer", with("c", "phone", &json!({ "selected_party_id": party })));
    }

    /// Ben's client, which knows no metadata, answers Ann, and media flows.
    pub(crate) fn answer_plainly(&mut self, call: &str) {
        let video = self.pages[0].sent[0].content["offer"]["sdp"].as_str().is_some_and(|sdp| sdp.contains("m=video"));
        let content = with(call, "phone", &json!({ "answer": description("answer", "their1", video) }));
        self.say(BEN_ID, "m.call.answer", content);
        self.link_up(0);
    }

    /// Ben's client answers Ann, and media flows.
    pub(crate) fn answered_by(&mut self, party: &str) {
        let (call, sent) = (self.call_id(0), &self.pages[0].sent[0]);
        let video = sent.content["offer"]["sdp"].as_str().is_some_and(|sdp| sdp.contains("m=video"));
        self.say(BEN_ID, "m.call.answer", answer(&call, party, video));
        self.link_up(0);
    }

    /// Media flows between a page and somebody who is not there.
    pub(crate) fn link_up(&mut self, page: usize) {
        use meet_in_chat::call::peer::{Link, PeerEvent};
        let connection = self.view(page).and_then(|call| call.connection).expect("a connection");
        self.run(100);
        self.input(page, meet_in_chat::call::vocabulary::Input::Peer(connection, PeerEvent::Link(Link::Up)));
    }
}
