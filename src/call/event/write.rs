//! Writing `m.call.*` events: always version `"1"` with a party id, which peers of version 0 pass over.

use serde_json::Value;

use crate::call::event::{Candidate, Description, Reason, SdpKind, StreamMetadata};
use crate::ids::{CallId, PartyId, UserId};
use crate::json::{self, Object};
use crate::time::Millis;

/// What every event of a call has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Common {
    /// The call.
    pub call: CallId,
    /// My party in it.
    pub party: PartyId,
}

/// An event to send.
#[derive(Clone, Debug, PartialEq)]
pub enum Outgoing {
    /// `m.call.invite`; `invitee` is always set: glare needs it, and other members' clients stay silent.
    Invite {
        /// The offer.
        offer: String,
        /// How long it rings.
        lifetime: Millis,
        /// Whom it is for.
        invitee: UserId,
        /// My streams.
        metadata: StreamMetadata,
    },
    /// `m.call.candidates`.
    Candidates {
        /// The candidates.
        candidates: Vec<Candidate>,
        /// No more of this generation.
        end: bool,
    },
    /// `m.call.answer`.
    Answer {
        /// The answer.
        answer: String,
        /// My streams.
        metadata: StreamMetadata,
    },
    /// `m.call.select_answer`.
    SelectAnswer(PartyId),
    /// `m.call.reject`.
    Reject,
    /// `m.call.hangup`.
    Hangup(Reason),
    /// `m.call.negotiate`.
    Negotiate {
        /// An offer or an answer.
        description: Description,
        /// How long it counts.
        lifetime: Millis,
        /// My streams.
        metadata: StreamMetadata,
    },
    /// `m.call.sdp_stream_metadata_changed`.
    Metadata(StreamMetadata),
}

impl Outgoing {
    /// The event's type.
    pub fn event_type(&self) -> &'static str {
        match self {
            Self::Invite { .. } => "m.call.invite",
            Self::Candidates { .. } => "m.call.candidates",
            Self::Answer { .. } => "m.call.answer",
            Self::SelectAnswer(_) => "m.call.select_answer",
            Self::Reject => "m.call.reject",
            Self::Hangup(_) => "m.call.hangup",
            Self::Negotiate { .. } => "m.call.negotiate",
            Self::Metadata(_) => "m.call.sdp_stream_metadata_changed",
        }
    }

    /// The event's content.
    pub fn content(&self, common: &Common) -> Value {
        let mut content = json::with("call_id", common.call.as_str());
        content.insert("party_id".into(), common.party.as_str().into());
        content.insert("version".into(), "1".into());
        match self {
            Self::Invite { offer, lifetime, invitee, metadata } => {
                content.insert("offer".into(), description(SdpKind::Offer, offer));
                content.insert("lifetime".into(), lifetime.0.into());
                content.insert("invitee".into(), invitee.as_str().into());
                with_streams(&mut content, metadata);
            }
            Self::Candidates { candidates, end } => {
                let mut all: Vec<Value> = candidates.iter().map(Candidate::to_json).collect();
                if *end {
                    all.push(json::with("candidate", "").into());
                }
                content.insert("candidates".into(), all.into());
            }
            Self::Answer { answer, metadata } => {
                content.insert("answer".into(), description(SdpKind::Answer, answer));
                with_streams(&mut content, metadata);
            }
            Self::SelectAnswer(party) => {
                content.insert("selected_party_id".into(), party.as_str().into());
            }
            Self::Reject => {}
            Self::Hangup(reason) => {
                content.insert("reason".into(), reason.word().into());
            }
            Self::Negotiate { description: new, lifetime, metadata } => {
                content.insert("description".into(), description(new.kind, &new.sdp));
                content.insert("lifetime".into(), lifetime.0.into());
                metadata.write(&mut content);
            }
            Self::Metadata(metadata) => metadata.write(&mut content),
        }
        content.into()
    }
}

/// What goes with the first description of each side: the streams, and that neither transfer nor dialling is offered (MSC2747).
fn with_streams(content: &mut Object, metadata: &StreamMetadata) {
    metadata.write(content);
    let mut capabilities = json::with("m.call.transferee", false);
    capabilities.insert("m.call.dtmf".into(), false.into());
    content.insert("capabilities".into(), capabilities.into());
}

fn description(kind: SdpKind, sdp: &str) -> Value {
    let kind = match kind {
        SdpKind::Offer => "offer",
        SdpKind::Answer => "answer",
    };
    let mut object = json::with("type", kind);
    object.insert("sdp".into(), sdp.into());
    object.into()
}
