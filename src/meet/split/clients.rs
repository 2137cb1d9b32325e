//! Where each client of today goes for a widget event: its own reading of it, with its habits (`mobile.md` 1.5, 2.5 and 3,
//! `chat-web.md` 2.2 and 6.8). Read in their source; not the place for reading an event well.

use serde_json::Value;

use super::{Landing, Obstacle};
use crate::json::{self, Object};
use crate::meet::MeetDomain;
use crate::meet::auth::Auth;
use crate::meet::domain::host_and_port;
use crate::meet::template::read_parameters;
use crate::meet::widget::{MeetWidget, V1_DOMAIN};
use crate::room::StateEvent;

/// Where Chat Android goes without a usable domain in the event: its build's default (`mobile.md` 1.2).
pub const ANDROID_DOMAIN: &str = "meet.element.io";
/// Where Chat iOS goes without one: its build's default, whatever the homeserver prefers (`mobile.md` 2.5).
pub const IOS_DOMAIN: &str = "jitsi.riot.im";
/// Where the Meet SDK in Chat Android goes when the app hands it no address.
pub const MEET_APP_DOMAIN: &str = "meet.jit.si";

const UNSEEN: Landing = Landing::Nowhere(Obstacle::Unseen);

/// This page: what `widget::read` made of the event.
pub(super) fn ours(widget: &MeetWidget) -> Landing {
    let name = widget.conference_id.as_str().to_owned();
    Landing::new(widget.domain.clone().ok(), Some(name), widget.auth.as_deref().is_some_and(is_sign_in))
}

/// Chat Web: `data` as JavaScript has it. Of the URL only `confId` is read, and only without `data.conferenceId`.
pub(super) fn web(event: Option<&StateEvent>) -> Landing {
    let Some((content, url)) = event.and_then(shown) else { return UNSEEN };
    let nothing = Object::new();
    let data = json::object(content, "data").unwrap_or(&nothing);
    let server = match data.get("domain") {
        None => Some(MeetDomain::built_in(V1_DOMAIN)),
        Some(value) => browser_text(value).and_then(|text| bare(&text)),
    };
    let name = match data.get("conferenceId") {
        None => parameter(query(url), "confId"),
        Some(value) => browser_text(value),
    };
    Landing::new(server, name, signs_in(data))
}

/// Chat Android: all of `data` or, for one wrong type in it, nothing of it.
pub(super) fn android(event: &StateEvent) -> Landing {
    let Some((content, url)) = shown(event) else { return UNSEEN };
    let nothing = Object::new();
    let data = match content.get("data") {
        None => &nothing,
        Some(Value::Object(data)) => data,
        Some(_) => return UNSEEN,
    };
    if content.get("waitForIframeLoad").is_some_and(|wait| !wait.is_boolean()) {
        return UNSEEN;
    }
    if let Some((domain, name, signed_in)) = android_data(data) {
        return Landing::new(android_server(&domain), Some(name), signed_in);
    }
    let in_query = |name: &str| phone_parameter(url, data, name);
    let server = match in_query("conferenceDomain") {
        Some(domain) => android_server(&domain),
        None => Some(MeetDomain::built_in(ANDROID_DOMAIN)),
    };
    let name = in_query("conferenceId").or_else(|| in_query("confId"));
    Landing::new(server, name, in_query("auth").is_some_and(|auth| is_sign_in(&auth)))
}

/// `{domain: string, conferenceId: string, isAudioOnly: bool = false, auth: string? = null}`, strictly: server, name and whether
/// it signs in.
fn android_data(data: &Object) -> Option<(String, String, bool)> {
    if data.get("isAudioOnly").is_some_and(|only| !only.is_boolean()) {
        return None;
    }
    let auth = match data.get("auth") {
        None | Some(Value::Null) => None,
        Some(auth) => Some(android_text(auth)?),
    };
    let text = |key: &str| data.get(key).and_then(android_text);
    Some((text("domain")?, text("conferenceId")?, auth.as_deref().is_some_and(is_sign_in)))
}

/// A number is a text there too, and always has a fraction (V10).
fn android_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => {
            let mut text = number.to_string();
            if !number.is_f64() {
                text.push_str(".0");
            }
            Some(text)
        }
        _ => None,
    }
}

/// What begins with `http` is taken for a whole URL. What is no URL is not handed on, so that the SDK takes its own default.
fn android_server(text: &str) -> Option<MeetDomain> {
    let rest = match text.strip_prefix("http") {
        Some(rest) => rest.strip_prefix('s').unwrap_or(rest).strip_prefix("://"),
        None => Some(text).filter(|text| !text.is_empty()),
    };
    match rest {
        Some(rest) => bare(rest.strip_suffix('/').unwrap_or(rest)),
        None => Some(MeetDomain::built_in(MEET_APP_DOMAIN)),
    }
}

/// Chat iOS: without a `data.conferenceId` of text nothing of `data` counts, and never the URL's domain.
pub(super) fn ios(event: &StateEvent) -> Landing {
    let Some((content, url)) = shown(event) else { return UNSEEN };
    let nothing = Object::new();
    let data = json::object(content, "data").unwrap_or(&nothing);
    let default = || Some(MeetDomain::built_in(IOS_DOMAIN));
    match json::string(data, "conferenceId") {
        Some(name) => {
            let server = json::string(data, "domain").map_or_else(default, bare);
            Landing::new(server, Some(name.to_owned()), signs_in(data))
        }
        None => Landing::new(default(), phone_parameter(url, data, "confId"), false),
    }
}

/// The content and its URL, if it is a conference that runs.
fn shown(event: &StateEvent) -> Option<(&Object, &str)> {
    let content = &event.content;
    let url = json::string(content, "url").filter(|url| !url.is_empty())?;
    matches!(json::string(content, "type")?, "jitsi" | "m.jitsi").then_some((content, url))
}

fn is_sign_in(name: &str) -> bool {
    Auth::read(name).is_some()
}

fn signs_in(data: &Object) -> bool {
    json::string(data, "auth").is_some_and(is_sign_in)
}

/// A value where JavaScript puts it into text; an object there is no address and no name.
fn browser_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) => Some(json::as_integer(value).map_or_else(|| json::text(value), |whole| whole.to_string())),
        Value::Null => Some("null".into()),
        Value::Bool(yes) => Some(if *yes { "true" } else { "false" }.into()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// The server that `https://` and this text lead to: browsers and phones agree on a host and a port, in any case and with a dot
/// at the end, and on nothing else for certain.
fn bare(text: &str) -> Option<MeetDomain> {
    host_and_port(text).ok()?;
    MeetDomain::parse(text).ok()
}

fn query(url: &str) -> &str {
    let before_fragment = url.split('#').next().unwrap_or(url);
    before_fragment.split_once('?').map_or("", |(_, query)| query)
}

fn parameter(query: &str, name: &str) -> Option<String> {
    read_parameters(query).into_iter().find_map(|(known, value)| (known == name).then_some(value))
}

/// The query of the URL as phones compute it: `$key` is filled from `data`, and a pair without exactly one `=` is skipped. What
/// stays a variable (one of the person's own) leads everyone somewhere else: that is no name and no address.
fn phone_parameter(url: &str, data: &Object, name: &str) -> Option<String> {
    let is_pair = |pair: &&str| pair.bytes().filter(|byte| *byte == b'=').count() == 1;
    let value = query(url).split('&').filter(is_pair).find_map(|pair| parameter(pair, name))?;
    match value.strip_prefix('$') {
        Some(key) => Some(data.get(key).and_then(android_text).unwrap_or_default()),
        None => Some(value),
    }
}
