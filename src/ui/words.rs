//! Reasons and failures in words for people.

use crate::buttons::{Button, Kind, Reason};
use crate::host::HostError;
use crate::locale::Texts;
use crate::meet::DomainError;
use crate::meet::hybrid::Trouble;
use crate::meet::server::{Choice, Origin};
use crate::meet::session::{Ending, Failure};
use crate::meet::split::{Client, Landing, Obstacle};
use crate::one_line;
use crate::room::Power;
use crate::room_widget::{self, Refusal};
use crate::text_key;

/// What pressing a button does; for a disabled one what it would do.
pub(super) fn label(texts: &Texts, button: &Button, kind: Kind) -> String {
    texts.get(match (button, kind) {
        (Button::StartConference(_), Kind::Voice) => text_key!("call.start_voice_conference"),
        (Button::StartConference(_), Kind::Video) => text_key!("call.start_video_conference"),
        (Button::JoinConference(..), Kind::Voice) => text_key!("call.join_with_voice"),
        (Button::JoinConference(..), Kind::Video) => text_key!("call.join_with_video"),
        (Button::ReturnToConference(_), _) => text_key!("call.in_conference"),
        (Button::ReturnToCall, _) => text_key!("call.in_call"),
        (_, Kind::Voice) => text_key!("call.voice"),
        (_, Kind::Video) => text_key!("call.video"),
    })
}

/// The second line of a button's tooltip: why it does nothing, or where the conference will take place. `is_built`: the site's
/// service makes it and says where.
pub(super) fn explanation(texts: &Texts, button: &Button, choice: &Choice, is_built: bool) -> Option<String> {
    match button {
        Button::StartConference(_) if is_built => Some(texts.get(text_key!("conference.by_builder"))),
        Button::Disabled(reason) => Some(self::reason(texts, *reason)),
        Button::StartConference(_) => Some(server(texts, choice)),
        _ => None,
    }
}

/// "Conferences start on X, which your homeserver has chosen."
pub(super) fn server(texts: &Texts, choice: &Choice) -> String {
    let key = match choice.origin {
        Origin::WellKnown => text_key!("conference.server_by_homeserver"),
        Origin::Config => text_key!("conference.server_by_site"),
        Origin::BuiltIn => text_key!("conference.server_built_in"),
        Origin::Event => text_key!("conference.starting_on"),
    };
    texts.fill(key, &[("domain", choice.domain.as_str())])
}

/// What was passed over when choosing the server.
pub(super) fn refused(texts: &Texts, choice: &Choice) -> Vec<String> {
    choice
        .refused
        .iter()
        .map(|refused| {
            let why = domain_error(texts, refused.reason);
            texts.fill(text_key!("conference.server_refused"), &[("value", refused.value.as_str()), ("why", &why)])
        })
        .collect()
}

fn domain_error(texts: &Texts, error: DomainError) -> String {
    texts.get(match error {
        DomainError::Empty => text_key!("domain.empty"),
        DomainError::NotText => text_key!("domain.not_text"),
        DomainError::TooLong => text_key!("domain.too_long"),
        DomainError::Scheme => text_key!("domain.scheme"),
        DomainError::Blank => text_key!("domain.blank"),
        DomainError::UserInfo => text_key!("domain.user_info"),
        DomainError::Path => text_key!("domain.path"),
        DomainError::Backslash => text_key!("domain.backslash"),
        DomainError::Query => text_key!("domain.query"),
        DomainError::Fragment => text_key!("domain.fragment"),
        DomainError::Percent => text_key!("domain.percent"),
        DomainError::NotAscii => text_key!("domain.not_ascii"),
        DomainError::Character => text_key!("domain.character"),
        DomainError::Label => text_key!("domain.label"),
        DomainError::Ipv4 => text_key!("domain.ipv4"),
        DomainError::Ipv6 => text_key!("domain.ipv6"),
        DomainError::Port => text_key!("domain.port"),
        DomainError::BeginsWithHttp => text_key!("domain.begins_with_http"),
        DomainError::OwnAddress => text_key!("domain.own_address"),
    })
}

fn power(texts: &Texts, power: Power) -> String {
    match power {
        Power::Level(level) => level.to_string(),
        Power::Creator => texts.get(text_key!("call.power_of_creator")),
    }
}

/// Why a button does nothing.
pub(super) fn reason(texts: &Texts, reason: Reason) -> String {
    let key = match reason {
        Reason::Loading => text_key!("call.why_loading"),
        Reason::NotJoined => text_key!("call.why_not_joined"),
        Reason::Alone => text_key!("call.why_alone"),
        Reason::Offline => text_key!("call.why_offline"),
        Reason::NoWebRtc => text_key!("call.why_no_webrtc"),
        Reason::Starting => text_key!("call.why_starting"),
        Reason::WidgetsOff => text_key!("call.why_widgets_off"),
        Reason::OneToOneNeedsEncryption => text_key!("call.why_one_to_one_needs_encryption"),
        Reason::NoPower { own, needed } | Reason::NoPowerToCall { own, needed } => {
            let (own, needed) = (power(texts, own), needed.to_string());
            let key = match reason {
                Reason::NoPower { .. } => text_key!("call.why_no_power"),
                _ => text_key!("call.why_no_power_to_call"),
            };
            return texts.fill(key, &[("own", &own), ("needed", &needed)]);
        }
    };
    texts.get(key)
}

/// A failure for people, and the raw reason for under "Details".
pub(super) fn failure(texts: &Texts, failure: &Failure) -> (String, Option<String>) {
    match failure {
        Failure::Host(HostError::Refused { errcode, .. }) if errcode == "M_FORBIDDEN" => {
            (texts.get(text_key!("conference.forbidden")), Some(details(failure)))
        }
        Failure::Host(HostError::Refused { errcode, .. }) if errcode == "M_LIMIT_EXCEEDED" => {
            (texts.get(text_key!("conference.limited")), Some(details(failure)))
        }
        Failure::Host(HostError::Unreachable) => (texts.get(text_key!("conference.unreachable")), None),
        Failure::Host(_) => (texts.get(text_key!("conference.refused")), Some(details(failure))),
        Failure::Builder(trouble) => {
            let key = match trouble {
                Trouble::NoAnswer => text_key!("conference.builder_silent"),
                Trouble::NoWidget => text_key!("conference.builder_wrong"),
                Trouble::Split => text_key!("conference.builder_split"),
            };
            (texts.get(key), None)
        }
        Failure::EchoTimedOut => (texts.get(text_key!("conference.echo_timed_out")), None),
        Failure::BadDomain(raw) => (texts.fill(text_key!("conference.bad_domain"), &[("value", raw.as_str())]), None),
        Failure::WrapperSilent => (texts.get(text_key!("conference.wrapper_silent")), None),
        Failure::Removed => (texts.get(text_key!("conference.removed")), None),
        Failure::GaveWay => (texts.get(text_key!("conference.gave_way")), None),
    }
}

/// Why a call of another kind is not open.
pub(super) fn widget_failure(failure: room_widget::Failure) -> &'static str {
    match failure {
        room_widget::Failure::Refused(Refusal::NoAddress) => text_key!("widget.no_address"),
        room_widget::Failure::Refused(Refusal::OwnAddress) => text_key!("widget.own_address"),
        room_widget::Failure::NothingThere => text_key!("widget.nothing_there"),
        room_widget::Failure::Removed => text_key!("widget.removed"),
    }
}

/// Why a conference was not ended for everyone.
pub(super) fn not_ended(texts: &Texts, error: &HostError) -> String {
    match error {
        HostError::Unreachable => texts.get(text_key!("conference.end_unreachable")),
        HostError::Refused { errcode, .. } if errcode == "M_FORBIDDEN" => {
            texts.get(text_key!("conference.end_forbidden"))
        }
        HostError::Refused { errcode, retry_after, .. } if errcode == "M_LIMIT_EXCEEDED" => match retry_after {
            Some(wait) => {
                let seconds = wait.div_ceil(1000).to_string();
                texts.fill(text_key!("conference.end_limited"), &[("seconds", &seconds)])
            }
            None => texts.get(text_key!("conference.limited")),
        },
        _ => texts.fill(text_key!("conference.end_refused"), &[("why", &error.to_string())]),
    }
}

/// Why one is out of a conference whose page is still there; the key of the words.
pub(super) fn ending(ending: Ending) -> &'static str {
    match ending {
        Ending::OnCard => text_key!("conference.ended_on_card"),
        Ending::ForEveryone => text_key!("conference.removed"),
        Ending::Unanswered => text_key!("conference.join_unanswered"),
        Ending::Refused => text_key!("conference.join_refused"),
    }
}

/// Where some clients go: "Chat Web, this page: meet.example.org, meeting X".
pub(super) fn landing(texts: &Texts, clients: &[Client], landing: &Landing) -> String {
    let mut who = String::new();
    for client in clients {
        if !who.is_empty() {
            who.push_str(", ");
        }
        who.push_str(&texts.get(match client {
            Client::Web => text_key!("conference.split_web"),
            Client::Ours => text_key!("conference.split_ours"),
            Client::Android => text_key!("conference.split_android"),
            Client::Ios => text_key!("conference.split_ios"),
        }));
    }
    let (key, domain, name) = match landing {
        Landing::In(place) => {
            let key = if place.signed_in {
                text_key!("conference.split_signed_in")
            } else {
                text_key!("conference.split_in")
            };
            (key, place.server.as_str(), one_line::clean(place.name.as_str()).unwrap_or_default())
        }
        Landing::Nowhere(Obstacle::Unseen) => (text_key!("conference.split_unseen"), "", String::new()),
        Landing::Nowhere(Obstacle::BadAddress) => (text_key!("conference.split_bad_address"), "", String::new()),
        Landing::Nowhere(Obstacle::NoName) => (text_key!("conference.split_no_name"), "", String::new()),
    };
    texts.fill(key, &[("who", &who), ("domain", domain), ("name", &name)])
}

fn details(failure: &Failure) -> String {
    match failure {
        Failure::Host(error) => error.to_string(),
        _ => String::new(),
    }
}
