//! The TURN servers that the homeserver names: what of its answer browsers would refuse, and whether each server relays
//! (`calls-1to1.md` 2). A relay that is named and gives none is the usual cause of calls that stay at "connecting".

use serde_json::Value;

use super::{Finding, Verdict};
use crate::call::peer::IceServer;
use crate::call::turn::{MOST_ADDRESSES, checked};
use crate::json::{self, Object};
use crate::locale::CALLS_EN;
use crate::text_key;

/// A server to try, by one of its transports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relay {
    /// As a peer connection takes it; holds the password.
    pub server: IceServer,
    /// What to call it: `turn.example.org:3478, UDP`.
    pub name: String,
    datagrams: bool,
}

/// What the homeserver's answer comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// What is to be said of the answer itself.
    pub findings: Vec<Finding>,
    /// What is to be tried.
    pub relays: Vec<Relay>,
}

/// What trying a relay gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// A relay candidate.
    Relayed,
    /// None, with the most telling code of the browser's errors: a STUN error code, or 701 for a server that was not reached.
    Failed(Option<u16>),
    /// The browser makes no peer connections.
    Impossible,
}

impl Tried {
    /// After another error: what a server says tells more than that one of its ways was not open.
    #[must_use]
    pub fn with_error(self, code: u16) -> Self {
        match self {
            Self::Failed(Some(known)) if known < 700 => self,
            Self::Failed(_) => Self::Failed(Some(code)),
            Self::Relayed | Self::Impossible => self,
        }
    }
}

/// Reads the homeserver's answer as the chat passes it on: `{"answer": …}` or `{"status": 403}`, without one when nothing came, null
/// where there is no chat. `now` is in seconds since 1970.
pub fn plan(told: &Value, now: u64) -> Plan {
    let name = text_key!("fix.turn", CALLS_EN);
    let Some(told) = told.as_object() else {
        let key = text_key!("turn.elsewhere", CALLS_EN);
        return Plan::only(Finding::new(Verdict::Unknown, key, "", text_key!("fix.from_chat", CALLS_EN)));
    };
    let Some(answer) = json::object(told, "answer") else {
        return Plan::only(if json::integer(told, "status") == Some(403) {
            Finding::warning(text_key!("turn.forbidden", CALLS_EN), "", text_key!("fix.guests", CALLS_EN))
        } else {
            Finding::bad(text_key!("turn.not_said", CALLS_EN), "", text_key!("fix.later", CALLS_EN))
        });
    };
    let uris = json::array(answer, "uris");
    if uris.is_empty() {
        return Plan::only(Finding::bad(text_key!("turn.none", CALLS_EN), "", name));
    }
    let mut plan = Plan::default();
    let mut addresses = Vec::new();
    for uri in uris.iter().take(MOST_ADDRESSES) {
        match uri.as_str().and_then(checked) {
            Some(address) => addresses.push(address),
            None => plan.findings.push(Finding::warning(
                text_key!("turn.malformed", CALLS_EN),
                without_user(uri.as_str().unwrap_or("…")),
                text_key!("fix.uris", CALLS_EN),
            )),
        }
    }
    addresses.retain(|address| address.starts_with("turn"));
    if addresses.is_empty() {
        if plan.findings.len() < uris.len().min(MOST_ADDRESSES) {
            plan.findings.push(Finding::bad(text_key!("turn.stun_only", CALLS_EN), "", name));
        } else {
            plan.findings.push(Finding::bad(text_key!("turn.none", CALLS_EN), "", name));
        }
        return plan;
    }
    let word = |key| json::string(answer, key).filter(|word| !word.is_empty());
    let (Some(username), Some(password)) = (word("username"), word("password")) else {
        plan.findings.push(Finding::bad(text_key!("turn.no_password", CALLS_EN), "", name));
        return plan;
    };
    if has_expired(answer, username, now) {
        plan.findings.push(Finding::bad(text_key!("turn.expired", CALLS_EN), "", text_key!("fix.clock", CALLS_EN)));
    }
    plan.relays = addresses.into_iter().map(|address| Relay::of(address, username, password)).collect();
    if plan.relays.iter().all(|relay| relay.datagrams) {
        let key = text_key!("turn.udp_only", CALLS_EN);
        plan.findings.push(Finding::warning(key, "", text_key!("fix.tcp", CALLS_EN)));
    }
    plan
}

impl Plan {
    fn only(finding: Finding) -> Self {
        Self { findings: vec![finding], relays: Vec::new() }
    }
}

impl Relay {
    /// An address that was checked.
    fn of(address: String, username: &str, password: &str) -> Self {
        let (scheme, rest) = address.split_once(':').unwrap_or_default();
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let transport = match (scheme, query) {
            ("turns", _) => "TLS",
            (_, "transport=tcp") => "TCP",
            _ => "UDP",
        };
        Self {
            name: [place, ", ", transport].concat(),
            datagrams: transport == "UDP",
            server: IceServer {
                urls: vec![address],
                username: Some(username.to_owned()),
                credential: Some(password.to_owned()),
            },
        }
    }
}

/// A malformed address may hold a user name and a password.
fn without_user(uri: &str) -> &str {
    uri.rsplit('@').next().unwrap_or(uri)
}

/// Whether the credentials are worthless already: by `ttl`, or by the time of their end that coturn's user names begin with
/// (draft-uberti-behave-turn-rest-00, 2.2).
fn has_expired(answer: &Object, username: &str, now: u64) -> bool {
    let end = username.split(':').next().unwrap_or_default();
    // Until the year 2286 it has ten digits, and shorter ones are a name; so that they compare as texts, too.
    let is_time = end.len() == 10 && end.bytes().all(|byte| byte.is_ascii_digit());
    json::integer(answer, "ttl").is_some_and(|ttl| ttl <= 0) || is_time && *end < *now.to_string()
}

/// What is to be said of the servers that were tried.
pub fn outcome(tried: &[(String, Tried)]) -> Vec<Finding> {
    let relayed = tried.iter().any(|(_, tried)| *tried == Tried::Relayed);
    if tried.iter().any(|(_, tried)| *tried == Tried::Impossible) {
        let key = text_key!("turn.no_webrtc", CALLS_EN);
        return vec![Finding::new(Verdict::Unknown, key, "", text_key!("fix.browser", CALLS_EN))];
    }
    let one = |(name, tried): &(String, Tried)| {
        let (key, what, fix) = match tried {
            Tried::Relayed | Tried::Impossible => return Finding::good(text_key!("turn.good", CALLS_EN), name),
            Tried::Failed(Some(401 | 438)) => {
                (text_key!("turn.refused", CALLS_EN), name.clone(), text_key!("fix.secret", CALLS_EN))
            }
            Tried::Failed(Some(code)) if *code < 700 => {
                let what = [name, " (", &code.to_string(), ")"].concat();
                (text_key!("turn.error", CALLS_EN), what, text_key!("fix.log", CALLS_EN))
            }
            Tried::Failed(_) => (text_key!("turn.silent", CALLS_EN), name.clone(), text_key!("fix.ports", CALLS_EN)),
        };
        // Where another way is open calls go through; in other networks it may be this one.
        Finding::new(if relayed { Verdict::Warning } else { Verdict::Bad }, key, &what, fix)
    };
    tried.iter().map(one).collect()
}
