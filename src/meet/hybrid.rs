//! Managed hybrid widgets (`chat-web.md` 1.5): a service of the site makes the conference, in place of ours and of calls between two.
//! Its answer is a widget that is put into the room as it is. The service is trusted with that, not with where one is led: a Meet
//! widget is joined as anybody's, and another kind is opened as `room_widget` says.

use serde_json::Value;

use crate::address::Address;
use crate::ids::{RoomId, WidgetId};
use crate::json::{self, Object};
use crate::meet::split::Agreement;
use crate::meet::template::write_parameters;
use crate::meet::widget::is_conference;
use crate::time::Millis;
use crate::within;

/// What marks such a widget.
const MARK: &str = "io.element.managed_hybrid";

/// How long the service may take: it may have to make something, and a person waits.
pub const BUILDER_LIMIT: Millis = Millis::seconds(10);
/// The longest widget that is put into a room, in bytes of JSON: an event may have 65,536 with all that the server adds.
const LONGEST_WIDGET: usize = 32 << 10;
/// The longest state key (Client-Server API, "Size limits").
const LONGEST_ID: usize = 255;

/// The service that a site or a homeserver names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Builder {
    url: String,
    /// Two people call each other all the same.
    ignore_dm: bool,
}

impl Builder {
    /// Reads `widget_build_url` and `widget_build_url_ignore_dm` of the site's `config.json`, else `widget_build_url` and `ignore_dm`
    /// of the well-known's `io.element.call_behaviour`. An address that is none counts as absent, and so does one on the person's own
    /// machine, unless the page is there too.
    pub fn read(config: &Value, well_known: Option<&Value>, page_is_loopback: bool) -> Option<Self> {
        let of = |object: &Value, url: &str, ignore_dm: &str| {
            let object = object.as_object()?;
            let url = json::string(object, url).map(str::trim)?;
            address(url).filter(|address| address.is_open_to(page_is_loopback))?;
            Some(Self { url: url.into(), ignore_dm: json::boolean(object, ignore_dm).unwrap_or(false) })
        };
        of(config, "widget_build_url", "widget_build_url_ignore_dm")
            .or_else(|| of(well_known?.get("io.element.call_behaviour")?, "widget_build_url", "ignore_dm"))
    }

    /// Whether it also makes the calls of a room of two.
    pub fn for_two(&self) -> bool {
        !self.ignore_dm
    }

    /// What to ask for a room of so many people; `None` where it is none of its business.
    pub fn request(&self, room: &RoomId, people: u64) -> Option<String> {
        let query = write_parameters(&[("roomId", room.as_str())]);
        let address = self.url.split('#').next().unwrap_or_default();
        let and = if within::has(address, "?") { "&" } else { "?" };
        (people != 2 || self.for_two()).then(|| [address, and, &query].concat())
    }
}

/// What the service has made.
#[derive(Clone, Debug, PartialEq)]
pub struct Built {
    /// The widget's id.
    pub id: WidgetId,
    /// Its content, marked as such a widget.
    pub content: Object,
    /// It is a Meet conference.
    pub is_meet: bool,
}

/// Why there is nothing to join.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The service did not answer, or not with JSON.
    NoAnswer,
    /// What it answered is no widget that may be put into a room.
    NoWidget,
    /// It is a Meet conference in which people would not meet, so that nothing is put into the room.
    Split,
}

/// Whether a widget with this content was made by such a service.
pub fn is_marked(content: &Object) -> bool {
    json::boolean(content, MARK) == Some(true)
}

/// The id of the widget that an answer names, whatever else it says.
pub fn widget_of(answer: &Value) -> Option<&str> {
    json::string(answer.as_object()?, "widget_id")
}

impl Built {
    /// Reads the service's answer, `{widget_id, widget, layout}`.
    pub fn read(answer: Option<&Value>) -> Result<Self, Trouble> {
        let built = Self::of(answer.ok_or(Trouble::NoAnswer)?).ok_or(Trouble::NoWidget)?;
        if Agreement::would_split(&built.content) { Err(Trouble::Split) } else { Ok(built) }
    }

    fn of(answer: &Value) -> Option<Self> {
        // Only a user can write under their own name.
        let id = widget_of(answer)?;
        if id.is_empty() || id.len() > LONGEST_ID || id.starts_with('@') {
            return None;
        }
        let mut content = json::object(answer.as_object()?, "widget")?.clone();
        json::string(&content, "type").filter(|kind| !kind.trim().is_empty())?;
        json::string(&content, "url").filter(|url| is_safe(url))?;
        content.insert(MARK.into(), true.into());
        let length = json::text(&content).len();
        let is_meet = is_conference(&content);
        (length <= LONGEST_WIDGET).then(|| Self { id: id.into(), content, is_meet })
    }
}

/// The server and path of an address.
fn address(url: &str) -> Option<Address> {
    url.split(['?', '#']).next().and_then(Address::read)
}

/// Whether this is a web address that nobody on the way can read or change; on the own machine there is no way. Whoever opens it looks
/// again whose machine that is.
fn is_safe(url: &str) -> bool {
    address(url).is_some_and(|address| address.is_secure() || address.is_loopback())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SERVICE: &str = "https://calls.example.org/build";

    #[test]
    fn the_site_goes_before_the_homeserver() {
        let well_known =
            |url: &str| json!({ "io.element.call_behaviour": { "widget_build_url": url, "ignore_dm": true } });
        let read = |config: Value, well_known: Option<&Value>| Builder::read(&config, well_known, false);
        let theirs = well_known("https://hs.example.org/build");
        let site = read(json!({ "widget_build_url": SERVICE }), Some(&theirs)).unwrap();
        assert_eq!((site.url.as_str(), site.for_two()), (SERVICE, true));
        let homeserver = read(json!({}), Some(&theirs)).unwrap();
        assert_eq!((homeserver.url.as_str(), homeserver.for_two()), ("https://hs.example.org/build", false));
        let config = json!({ "widget_build_url": SERVICE, "widget_build_url_ignore_dm": true });
        assert!(!read(config, None).unwrap().for_two());
        for none in
            [json!(null), json!({ "widget_build_url": "http://calls.example.org/" }), json!({ "widget_build_url": 7 })]
        {
            assert_eq!(read(none, None), None);
        }
        let local = well_known("http://localhost:8080/build");
        assert_eq!(read(json!({}), Some(&local)), None, "a program on the person's own machine");
        assert!(Builder::read(&json!({}), Some(&local), true).is_some());
    }

    #[test]
    fn the_room_is_named_in_the_query_and_two_may_be_left_alone() {
        let builder = |url: &str, ignore_dm| Builder { url: url.into(), ignore_dm };
        let ask = |url: &str| builder(url, false).request(&"!a&b:x".into(), 3).unwrap();
        assert_eq!(ask(SERVICE), "https://calls.example.org/build?roomId=!a%26b%3Ax");
        assert_eq!(ask("https://c.test/?key=1#x"), "https://c.test/?key=1&roomId=!a%26b%3Ax");
        assert_eq!(builder(SERVICE, true).request(&"!a".into(), 2), None);
        assert!(builder(SERVICE, true).request(&"!a".into(), 3).is_some());
        assert!(builder(SERVICE, false).request(&"!a".into(), 2).is_some());
    }

    fn meet() -> Value {
        json!({
            "type": "jitsi", "url": "https://w.test/jitsi.html?confId=X#y=$z", "data": { "domain": "meet.test", "conferenceId": "X" },
        })
    }

    fn read(id: Value, widget: Value) -> Result<Built, Trouble> {
        Built::read(Some(&json!({ "widget_id": id, "widget": widget, "layout": { "container": "top" } })))
    }

    #[test]
    fn a_meet_widget_is_taken_as_it_is_and_marked() {
        let built = read(json!("w"), meet()).unwrap();
        assert!(built.is_meet && built.id.as_str() == "w");
        let mut expected = meet();
        expected["io.element.managed_hybrid"] = json!(true);
        assert_eq!(Value::Object(built.content), expected);
    }

    #[test]
    fn another_kind_of_widget_is_for_others() {
        let built = read(json!("w"), json!({ "type": "m.custom", "url": "https://call.test/" })).unwrap();
        assert!(!built.is_meet);
    }

    /// It leaves in the person's name: what people would not meet in is not put there (`mobile.md` 4.4).
    #[test]
    fn a_conference_that_leads_clients_to_different_places_is_not_put_into_the_room() {
        for (key, value) in
            [("domain", json!("https://meet.test")), ("isAudioOnly", json!("false")), ("domain", json!(""))]
        {
            let mut split = meet();
            split["data"][key] = value;
            assert_eq!(read(json!("w"), split), Err(Trouble::Split), "{key}");
        }
        let mut v1 = meet();
        v1["data"] = json!({ "widgetSessionId": "1" });
        assert_eq!(read(json!("w"), v1), Err(Trouble::Split));
    }

    #[test]
    fn what_is_no_widget_is_not_put_into_the_room() {
        let mut long = meet();
        long["data"]["x"] = json!("x".repeat(LONGEST_WIDGET));
        let with = |key: &str, value: Value| {
            let mut widget = meet();
            widget[key] = value;
            widget
        };
        for (id, widget) in [
            (json!(""), meet()),
            (json!(null), meet()),
            (json!("@ann:x"), meet()),
            (json!("w".repeat(256)), meet()),
            (json!("w"), json!(null)),
            (json!("w"), json!({})),
            (json!("w"), long),
            (json!("w"), with("type", json!(" "))),
            (json!("w"), with("url", json!("http://w.test/"))),
            (json!("w"), with("url", json!("javascript:alert(1)"))),
        ] {
            assert_eq!(read(id, widget), Err(Trouble::NoWidget));
        }
        assert_eq!(Built::read(None), Err(Trouble::NoAnswer));
        assert_eq!(Built::read(Some(&json!([]))), Err(Trouble::NoWidget));
    }
}
