//! The `m.call.*` events (Client-Server API, "Voice over IP"; `calls-1to1.md` 1.1 and 1.2), read leniently and written strictly.
//! Every value comes from a stranger: a wrong type counts as absent, and an event that lacks what it needs is none.

mod metadata;
mod reason;
mod write;

use serde_json::Value;

use crate::call::sdp;
use crate::ids::{CallId, EventId, PartyId, UserId};
use crate::json::{self, Object};
use crate::time::Millis;

pub use metadata::{Purpose, StreamMetadata, StreamUse};
pub use reason::Reason;
pub use write::{Common, Outgoing};

/// The longest SDP taken, in bytes: the largest event a homeserver passes on has 64 KiB.
const LONGEST_SDP: usize = 64 * 1024;
/// The longest candidate taken, in bytes: real ones have less than 300.
const LONGEST_CANDIDATE: usize = 2048;
/// The most candidates taken from one event: a machine with many networks makes a few dozen.
const MOST_CANDIDATES: usize = 100;
/// The longest id taken, in bytes (the specification's bound of `call_id` and `party_id`).
const LONGEST_ID: usize = 255;
/// The longest lifetime believed: the ring stops at its own cap anyway, and sums must not overflow.
const LONGEST_LIFETIME: Millis = Millis::seconds(600);

/// `{type, sdp}`; both passed to WebRTC unchecked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// `offer` or `answer`.
    pub kind: SdpKind,
    /// The SDP.
    pub sdp: String,
}

/// Which half of an exchange a description is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SdpKind {
    /// `offer`.
    Offer,
    /// `answer`, and `pranswer`, which no client sends.
    Answer,
}

impl Description {
    fn read(content: &Object, key: &str, fallback: SdpKind) -> Option<Self> {
        let description = json::object(content, key)?;
        let sdp = json::string(description, "sdp").filter(|sdp| !sdp.is_empty() && sdp.len() <= LONGEST_SDP)?;
        let kind = match json::string(description, "type") {
            Some("offer") => SdpKind::Offer,
            Some("answer" | "pranswer") => SdpKind::Answer,
            _ => fallback,
        };
        Some(Self { kind, sdp: sdp.to_owned() })
    }

    /// Whether it offers video.
    pub fn has_video(&self) -> bool {
        sdp::has_video(&self.sdp)
    }

    /// Whether it has a place for a voice.
    pub fn has_voice(&self) -> bool {
        sdp::has_voice(&self.sdp)
    }

    /// Whether it puts the other side on hold.
    pub fn holds(&self) -> bool {
        sdp::holds(&self.sdp)
    }
}

/// A remote or local ICE candidate, `RTCIceCandidateInit`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The candidate line; never empty: the end of candidates is [`Body::Candidates`]'s `end`.
    pub candidate: String,
    /// `sdpMid`.
    pub mid: Option<String>,
    /// `sdpMLineIndex`.
    pub line: Option<u16>,
    /// `usernameFragment`: keeps the generations of ICE restarts apart.
    pub fragment: Option<String>,
}

impl Candidate {
    /// Reads `RTCIceCandidateInit`, the other side's or what this browser gathered. `None` for the end of candidates, which Chromium
    /// tells by `null`, Firefox by an empty line first, and others by neither `sdpMid` nor `sdpMLineIndex`.
    pub fn read(value: &Value) -> Option<Self> {
        let object = value.as_object()?;
        let candidate = json::string(object, "candidate").filter(|line| !line.is_empty())?;
        let short = |key| json::string(object, key).filter(|text| text.len() <= LONGEST_ID).map(str::to_owned);
        let mid = short("sdpMid");
        let line = json::integer(object, "sdpMLineIndex").and_then(|line| u16::try_from(line).ok());
        if candidate.len() > LONGEST_CANDIDATE || (mid.is_none() && line.is_none()) {
            return None;
        }
        Some(Self { candidate: candidate.to_owned(), mid, line, fragment: short("usernameFragment") })
    }

    /// `RTCIceCandidateInit` as it goes over the wire.
    pub fn to_json(&self) -> Value {
        let mut object = json::with("candidate", self.candidate.as_str());
        if let Some(mid) = &self.mid {
            object.insert("sdpMid".into(), mid.as_str().into());
        }
        if let Some(line) = self.line {
            object.insert("sdpMLineIndex".into(), line.into());
        }
        if let Some(fragment) = &self.fragment {
            object.insert("usernameFragment".into(), fragment.as_str().into());
        }
        object.into()
    }
}

/// The version of the call protocol that an event speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// No parties, no select_answer, no reject, no negotiate.
    V0,
    /// `"1"`, and everything that is not version 0.
    V1,
}

impl Version {
    fn read(content: &Object) -> Self {
        let version = content.get("version");
        let zero = version.and_then(json::as_integer) == Some(0) || version.and_then(Value::as_str) == Some("0");
        if zero { Self::V0 } else { Self::V1 }
    }
}

/// A call event: who, which call, what.
#[derive(Clone, Debug, PartialEq)]
pub struct CallEvent {
    /// The event's id.
    pub id: EventId,
    /// Who sent it, by the homeserver.
    pub sender: UserId,
    /// Which call.
    pub call: CallId,
    /// The protocol.
    pub version: Version,
    /// The sender's party; `None` in version 0 and for those that leave it out.
    pub party: Option<PartyId>,
    /// When the homeserver got it, by its clock.
    pub sent_at: Millis,
    /// How old it was when the chat received it, by the homeserver (`unsigned.age`).
    pub age: Option<Millis>,
    /// What it says.
    pub body: Body,
}

/// What a call event says.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// `m.call.invite`.
    Invite {
        /// The offer.
        offer: Description,
        /// How long it rings from when it was sent.
        lifetime: Millis,
        /// Whom alone it is for.
        invitee: Option<UserId>,
        /// `None`: the caller knows no second stream.
        metadata: Option<StreamMetadata>,
    },
    /// `m.call.candidates`.
    Candidates {
        /// The candidates.
        candidates: Vec<Candidate>,
        /// There will be no more of this generation.
        end: bool,
    },
    /// `m.call.answer`.
    Answer {
        /// The answer.
        answer: Description,
        /// `None`: the callee knows no second stream.
        metadata: Option<StreamMetadata>,
    },
    /// `m.call.select_answer`: the party whose answer the caller took.
    SelectAnswer(PartyId),
    /// `m.call.reject`.
    Reject,
    /// `m.call.hangup`.
    Hangup(Reason),
    /// `m.call.negotiate`.
    Negotiate {
        /// An offer or an answer.
        description: Description,
        /// How long it counts from when it was sent.
        lifetime: Millis,
        /// What the streams are for now.
        metadata: Option<StreamMetadata>,
    },
    /// `m.call.sdp_stream_metadata_changed`.
    Metadata(StreamMetadata),
}

impl CallEvent {
    /// Reads a decrypted event in client format. `None` for all that is no call event, belongs to a group call (`conf_id`), or
    /// lacks what its type needs.
    pub fn read(event: &Value) -> Option<Self> {
        let event = event.as_object()?;
        let event_type = json::string(event, "type")?;
        let name = event_type.strip_prefix("m.call.").or_else(|| event_type.strip_prefix("org.matrix.call."))?;
        let content = json::object(event, "content")?;
        if content.contains_key("conf_id") || event.contains_key("state_key") {
            return None;
        }
        let time = |value: Option<i64>| value.and_then(|value| u64::try_from(value).ok()).map(Millis);
        let unsigned = json::object(event, "unsigned");
        let id = |key| json::string(content, key).filter(|id| is_id(id));
        let version = Version::read(content);
        Some(Self {
            id: json::string(event, "event_id")?.into(),
            sender: json::string(event, "sender")?.into(),
            call: id("call_id")?.into(),
            version,
            party: id("party_id").map(PartyId::from).filter(|_| version == Version::V1),
            sent_at: time(json::integer(event, "origin_server_ts")).unwrap_or_default(),
            age: time(unsigned.and_then(|unsigned| json::integer(unsigned, "age"))),
            body: Body::read(name, content)?,
        })
    }
}

impl Body {
    fn read(name: &str, content: &Object) -> Option<Self> {
        Some(match name {
            "invite" => Self::Invite {
                offer: Description::read(content, "offer", SdpKind::Offer)?,
                lifetime: lifetime(content)?,
                invitee: json::string(content, "invitee").map(UserId::from),
                metadata: StreamMetadata::read(content),
            },
            "candidates" => {
                let all = json::array(content, "candidates");
                let candidates: Vec<Candidate> = all.iter().take(MOST_CANDIDATES).filter_map(Candidate::read).collect();
                let end = all.iter().any(is_end);
                (end || !candidates.is_empty()).then_some(Self::Candidates { candidates, end })?
            }
            "answer" => Self::Answer {
                answer: Description::read(content, "answer", SdpKind::Answer)?,
                metadata: StreamMetadata::read(content),
            },
            "select_answer" => {
                let selected = json::string(content, "selected_party_id")?;
                is_id(selected).then(|| Self::SelectAnswer(selected.into()))?
            }
            "reject" => Self::Reject,
            "hangup" => Self::Hangup(Reason::read(content)),
            "negotiate" => Self::Negotiate {
                description: Description::read(content, "description", SdpKind::Offer)?,
                lifetime: lifetime(content)?,
                metadata: StreamMetadata::read(content),
            },
            "sdp_stream_metadata_changed" => Self::Metadata(StreamMetadata::read(content)?),
            _ => return None,
        })
    }
}

/// Whether this can be a call's or a party's id. The specification allows `[0-9A-Za-z._~-]`; gateways put SIP's ids in, which have
/// more. Ours go back out with it, so nothing that nobody sees may be in there.
fn is_id(id: &str) -> bool {
    (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic())
}

fn lifetime(content: &Object) -> Option<Millis> {
    let lifetime = json::integer(content, "lifetime").and_then(|lifetime| u64::try_from(lifetime).ok())?;
    Some(Millis(lifetime).min(LONGEST_LIFETIME))
}

/// Whether an entry of `candidates` marks their end.
fn is_end(value: &Value) -> bool {
    value.as_object().is_some_and(|object| {
        let line = json::string(object, "candidate");
        line == Some("") || (line.is_some() && !object.contains_key("sdpMid") && !object.contains_key("sdpMLineIndex"))
    })
}

#[cfg(test)]
mod tests;
