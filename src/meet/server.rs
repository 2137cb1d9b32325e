//! Which Meet server a *new* conference uses, and why. Joining never asks here: it uses the widget's own domain.

use serde_json::Value;

use crate::json;
use crate::meet::{DomainError, MeetDomain};
use crate::time::Millis;

/// The server when nothing else is configured.
pub const DEFAULT_DOMAIN: &str = "jitsi.riot.im";
/// How often the client well-known is asked for again.
pub const WELL_KNOWN_POLL: Millis = Millis::seconds(2 * 60 * 60);

/// The objects of the client well-known that speak of Meet, the better one first. They are merged key by key, so that an
/// object with only `useFor1To1Calls` hides no domain in the other (`chat-web.md` 2.1, pitfall 2).
const WELL_KNOWN_OBJECTS: [&str; 2] = ["io.element.jitsi", "im.vector.riot.jitsi"];

/// Where a choice came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The client well-known of the user's homeserver.
    WellKnown,
    /// The site's `config.json`.
    Config,
    /// The built-in default.
    BuiltIn,
    /// The conference whose place the new one takes.
    Event,
}

/// A configured value that was passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Where it stood.
    pub origin: Origin,
    /// The value as it was written.
    pub value: String,
    /// What is wrong with it.
    pub reason: DomainError,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The server for new conferences.
    pub domain: MeetDomain,
    /// Who chose it.
    pub origin: Origin,
    /// Whether two people get a conference too (`useFor1To1Calls`).
    pub conference_for_two: bool,
    /// Better-placed values that could not be used.
    pub refused: Vec<Refused>,
}

/// Chooses the server. `well_known` is the last good document of the user's server (`None`: none was ever read), `config` is
/// the site's `config.json`, `page` the address of the chat page, whose own host can't be the server.
///
/// Both spellings of the key count in both places: in the well-known `preferredDomain` goes first, which is the one that other
/// clients read there, in `config.json` `preferred_domain`. `null` is as good as absent.
pub fn resolve(well_known: Option<&Value>, config: &Value, page: &str) -> Choice {
    let objects = || WELL_KNOWN_OBJECTS.into_iter().filter_map(|key| well_known?.get(key));
    let in_well_known = objects().flat_map(|jitsi| [jitsi.get("preferredDomain"), jitsi.get("preferred_domain")]);
    let configured = in_well_known
        .flatten()
        .map(|value| (Origin::WellKnown, value))
        .chain(in_config(config).map(|value| (Origin::Config, value)))
        .filter(|(_, value)| !value.is_null());

    let mut choice = Choice {
        domain: MeetDomain::built_in(DEFAULT_DOMAIN),
        origin: Origin::BuiltIn,
        conference_for_two: objects().find_map(|jitsi| jitsi.get("useFor1To1Calls")?.as_bool()).unwrap_or(false),
        refused: Vec::new(),
    };
    for (origin, value) in configured {
        match usable(value, page) {
            Ok(domain) => {
                choice.domain = domain;
                choice.origin = origin;
                break;
            }
            Err(reason) => choice.refused.push(Refused {
                origin,
                value: value.as_str().map_or_else(|| json::text(value), str::to_owned),
                reason,
            }),
        }
    }
    choice
}

/// What `config.json` says of the server for new conferences, under either spelling.
fn in_config(config: &Value) -> impl Iterator<Item = &Value> {
    let jitsi = config.get("jitsi").into_iter();
    jitsi.flat_map(|jitsi| [jitsi.get("preferred_domain"), jitsi.get("preferredDomain")]).flatten()
}

/// The Meet servers that `config.json` names, which is the site's word for them: that of new conferences and
/// `meet_in_chat.approved_domains`. What the homeserver chose is not the site's, nor is the built-in default, nor what stands under the
/// spelling that does not count.
pub fn named_by_site(config: &Value) -> Vec<MeetDomain> {
    let named = |domain: &Value| MeetDomain::parse(domain.as_str()?).ok();
    let approved = config.get("meet_in_chat").and_then(|ours| ours.get("approved_domains")?.as_array());
    let of_new = in_config(config).filter_map(named).find(|domain| domain.usable_for_new().is_ok());
    approved.into_iter().flatten().filter_map(named).chain(of_new).collect()
}

/// The domain that a configured value names, if new conferences may be made there.
fn usable(value: &Value, page: &str) -> Result<MeetDomain, DomainError> {
    let domain = MeetDomain::parse(value.as_str().ok_or(DomainError::NotText)?)?;
    domain.usable_for_new()?;
    if domain.is_address_of(page) {
        return Err(DomainError::OwnAddress);
    }
    Ok(domain)
}

/// The last good client well-known, which survives polls that fail: one lost request must not move new conferences to another
/// server (`chat-web.md` 2.1, pitfall 3).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WellKnownMemory {
    document: Option<Value>,
}

impl WellKnownMemory {
    /// The document to use now.
    pub fn document(&self) -> Option<&Value> {
        self.document.as_ref()
    }

    /// Takes a poll's answer: `Ok(Some)` a document, `Ok(None)` the server says it has none (404), `Err` the poll failed.
    ///
    /// Only a definite 404 forgets the document: then its owner took it away. A document that is no JSON object is a failed
    /// poll too; usually some proxy's page answered.
    pub fn polled(&mut self, answer: Result<Option<Value>, ()>) {
        match answer {
            Ok(Some(document)) if document.is_object() => self.document = Some(document),
            Ok(None) => self.document = None,
            Ok(Some(_)) | Err(()) => {}
        }
    }
}
