//! The client well-known of a homeserver's name, which decides on which Meet server each app starts conferences. Each app reads it in a
//! way of its own and falls silently back to a server of its own (`mobile.md` 1.2 and 2.3, `chat-web.md` 2.1).

use serde_json::Value;

use super::{Fetched, Finding, Verdict, unanswered};
use crate::json::{self, Object};
use crate::locale::CALLS_EN;
use crate::meet::MeetDomain;
use crate::meet::server::{DEFAULT_DOMAIN, Origin};
use crate::page::config::preferred_domain;
use crate::text_key;

/// The objects that speak of Meet, the one that most apps prefer first.
const OBJECTS: [&str; 2] = ["io.element.jitsi", "im.vector.riot.jitsi"];
/// What Chat iOS reads together: one of a wrong type costs all four.
const READ_TOGETHER: [&str; 4] = ["io.element.jitsi", "im.vector.riot.jitsi", "io.element.e2ee", "im.vector.riot.e2ee"];

/// Where the well-known of this server name is: https, on a page of this machine http for a server on it.
pub fn well_known_address(server: &MeetDomain, page_is_loopback: bool) -> String {
    [&server.origin(page_is_loopback), "/.well-known/matrix/client"].concat()
}

/// What is to be said of the document that was asked for at `address`.
pub fn well_known(address: &str, fetched: &Fetched) -> Vec<Finding> {
    if let Some(finding) = unanswered(fetched, address) {
        return vec![finding];
    }
    let Fetched::Answer { status, body } = fetched else {
        return vec![Finding::bad(text_key!("wk.hidden", CALLS_EN), address, text_key!("fix.cors", CALLS_EN))];
    };
    match (status, body) {
        (404, _) => {
            vec![Finding::warning(text_key!("wk.missing", CALLS_EN), address, text_key!("fix.publish", CALLS_EN))]
        }
        (200..=299, Some(Value::Object(document))) => read(document),
        (200..=299, _) => {
            vec![Finding::bad(text_key!("wk.not_json", CALLS_EN), "", text_key!("fix.json", CALLS_EN))]
        }
        _ => {
            let status = status.to_string();
            vec![Finding::bad(text_key!("wk.status", CALLS_EN), &status, text_key!("fix.publish", CALLS_EN))]
        }
    }
}

fn read(document: &Object) -> Vec<Finding> {
    let mut found = Vec::new();
    let homeserver = json::object(document, "m.homeserver");
    if homeserver.and_then(|homeserver| json::string(homeserver, "base_url")).is_none() {
        found.push(Finding::bad(text_key!("wk.no_base_url", CALLS_EN), "", text_key!("fix.base_url", CALLS_EN)));
    }
    let mut wrong = |what: &str| {
        found.push(Finding::bad(text_key!("wk.type", CALLS_EN), what, text_key!("fix.type", CALLS_EN)));
    };
    for key in READ_TOGETHER {
        if document.get(key).is_some_and(|value| !value.is_null() && !value.is_object()) {
            wrong(key);
        }
    }
    for key in OBJECTS {
        let Some(jitsi) = json::object(document, key) else { continue };
        for (field, fits) in
            [("preferredDomain", Value::is_string as fn(&Value) -> bool), ("useFor1To1Calls", Value::is_boolean)]
        {
            if jitsi.get(field).is_some_and(|value| !value.is_null() && !fits(value)) {
                wrong(&[key, ".", field].concat());
            }
        }
    }
    for key in OBJECTS {
        let Some(jitsi) = json::object(document, key).filter(|jitsi| jitsi.contains_key("preferred_domain")) else {
            continue;
        };
        let verdict = if jitsi.contains_key("preferredDomain") { Verdict::Warning } else { Verdict::Bad };
        let what = [key, ".preferred_domain"].concat();
        found.push(Finding::new(verdict, text_key!("wk.snake", CALLS_EN), &what, text_key!("fix.snake", CALLS_EN)));
    }
    servers(document, &mut found);
    found
}

/// What the two objects name.
fn servers(document: &Object, found: &mut Vec<Finding>) {
    let both = text_key!("fix.both", CALLS_EN);
    let [new, old] =
        OBJECTS.map(|key| json::object(document, key).and_then(|jitsi| json::string(jitsi, "preferredDomain")));
    match (new, old) {
        (Some(new), Some(old)) if normal(new) != normal(old) => {
            let what = [new, ", ", old].concat();
            found.push(Finding::bad(text_key!("wk.disagree", CALLS_EN), &what, both));
        }
        (Some(_), Some(_)) => {}
        (Some(_), None) => found.push(Finding::bad(text_key!("wk.only_new", CALLS_EN), "", both)),
        (None, Some(old)) if json::object(document, OBJECTS[0]).is_some() => {
            found.push(Finding::bad(text_key!("wk.hides", CALLS_EN), old, both));
        }
        (None, Some(_)) => found.push(Finding::warning(text_key!("wk.only_old", CALLS_EN), "", both)),
        (None, None) => found.push(Finding::warning(text_key!("wk.no_meet", CALLS_EN), "", both)),
    }
    for value in new.into_iter().chain(old.filter(|old| new != Some(*old))) {
        server(value, found);
    }
    if let (true, Some(domain)) = (found.is_empty(), new.or(old)) {
        found.push(Finding::good(text_key!("wk.good", CALLS_EN), domain));
    }
}

/// The server that a value means, so that two ways of writing it are no two servers.
fn normal(value: &str) -> Result<MeetDomain, &str> {
    MeetDomain::parse(value).map_err(|_| value)
}

/// How a server's name is written.
fn server(value: &str, found: &mut Vec<Finding>) {
    let write = text_key!("fix.domain", CALLS_EN);
    let Ok(domain) = MeetDomain::parse(value) else {
        found.push(Finding::bad(text_key!("wk.bad_domain", CALLS_EN), value, write));
        return;
    };
    if domain.usable_for_new().is_err() {
        found.push(Finding::bad(text_key!("wk.http", CALLS_EN), value, text_key!("fix.rename", CALLS_EN)));
        return;
    }
    if domain.as_str() != value {
        // Chat Android writes a scheme into conferences, which then open in no other app (`mobile.md` 4.4, V5).
        let has_scheme = value.as_bytes().windows(3).any(|part| part == b"://");
        let verdict = if has_scheme { Verdict::Bad } else { Verdict::Warning };
        found.push(Finding::new(verdict, text_key!("wk.odd_domain", CALLS_EN), value, write));
    }
    if domain.host() != domain.as_str() {
        found.push(Finding::warning(text_key!("wk.port", CALLS_EN), value, text_key!("fix.port", CALLS_EN)));
    }
}

/// On which server new conferences start, and who says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// The server.
    pub domain: MeetDomain,
    /// Who chose it; `None`: whoever typed it just now.
    pub origin: Option<Origin>,
}

/// The server by this document and the site's `config.json`, as [`resolve`](crate::meet::server::resolve) chooses; where no chat says what
/// it chose.
pub fn choose(fetched: &Fetched, config: &Value) -> Option<Chosen> {
    let document = match fetched {
        Fetched::Answer { status: 200..=299, body } => body.as_ref(),
        _ => None,
    };
    let named = OBJECTS.into_iter().flat_map(|key| {
        let jitsi = document.and_then(|document| document.get(key));
        ["preferredDomain", "preferred_domain"].map(|key| jitsi.and_then(|jitsi| jitsi.get(key)))
    });
    let named = named.flatten().map(|value| (Origin::WellKnown, value));
    let configured = preferred_domain(config).map(|value| (Origin::Config, value));
    let usable = |(origin, value): (Origin, &Value)| {
        let domain = MeetDomain::parse(value.as_str()?).ok().filter(|domain| domain.usable_for_new().is_ok())?;
        Some(Chosen { domain, origin: Some(origin) })
    };
    let built_in = || Some(Chosen { domain: MeetDomain::parse(DEFAULT_DOMAIN).ok()?, origin: Some(Origin::BuiltIn) });
    named.chain(configured).find_map(usable).or_else(built_in)
}

/// Where conferences start, what the site's `config.json` adds to that, and whether Chat iOS may start any: `integrations` is what the
/// account data `im.vector.setting.integration_provisioning` says.
pub fn start(chosen: &Chosen, config: &Value, integrations: Option<bool>) -> Vec<Finding> {
    let domain = chosen.domain.as_str();
    let says = chosen.origin.and_then(|origin| match origin {
        Origin::WellKnown => Some(Finding::good(text_key!("start.well_known", CALLS_EN), domain)),
        Origin::Config => Some(Finding::good(text_key!("start.config", CALLS_EN), domain)),
        Origin::BuiltIn => {
            Some(Finding::warning(text_key!("start.built_in", CALLS_EN), domain, text_key!("fix.name", CALLS_EN)))
        }
        Origin::Event => None,
    });
    let mut found: Vec<Finding> = says.into_iter().collect();
    let jitsi = config.as_object().and_then(|config| json::object(config, "jitsi"));
    if jitsi.is_some_and(|jitsi| jitsi.contains_key("preferredDomain") && !jitsi.contains_key("preferred_domain")) {
        found.push(Finding::warning(text_key!("config.camel", CALLS_EN), "", text_key!("fix.camel", CALLS_EN)));
    }
    let configured = preferred_domain(config).and_then(Value::as_str);
    match configured.map(|value| (value, MeetDomain::parse(value))) {
        Some((value, Err(_))) => {
            found.push(Finding::bad(text_key!("config.bad", CALLS_EN), value, text_key!("fix.domain", CALLS_EN)));
        }
        Some((value, Ok(domain))) if chosen.origin == Some(Origin::WellKnown) && domain != chosen.domain => {
            let key = text_key!("config.passed_over", CALLS_EN);
            found.push(Finding::warning(key, value, text_key!("fix.same", CALLS_EN)));
        }
        _ => {}
    }
    if integrations == Some(false) {
        let fix = text_key!("fix.integrations", CALLS_EN);
        found.push(Finding::warning(text_key!("integrations.off", CALLS_EN), "", fix));
    }
    found
}
