//! What an event of a timeline says to a person.

use crate::json::{self, Object};
use crate::matrix::event::{Edit, Event};
use crate::matrix::view::ItemContent;
use crate::one_line::clean;

/// What is drawn for an event; `None` for one that only changes others, or says nothing new. `edit` is its newest edit,
/// `member_name` gives the name of a member by user id.
pub fn content(event: &Event, edit: Option<&Edit>, member_name: impl Fn(&str) -> String) -> Option<ItemContent> {
    match (event.event_type.as_str(), event.state_key.as_deref()) {
        ("m.room.message" | "m.room.encrypted" | "m.sticker", None) if event.redacted => Some(ItemContent::Redacted),
        ("m.room.encrypted", None) => Some(ItemContent::Encrypted),
        ("m.room.message", None) if event.is_edit() => None,
        ("m.room.message", None) => message(event, edit),
        ("m.sticker", None) => json::string(&event.content, "body").and_then(clean).map(ItemContent::File),
        (_, Some(_)) if event.redacted => None,
        ("m.room.member", Some(user)) => member(event, user, member_name),
        ("m.room.name", Some("")) => text(event, "name").map(ItemContent::Named),
        ("m.room.topic", Some("")) => text(event, "topic").map(ItemContent::Topic),
        ("m.room.create", Some("")) => Some(ItemContent::Created),
        ("m.room.encryption", Some("")) => event.prev_content.is_none().then_some(ItemContent::EncryptionOn),
        _ => None,
    }
}

/// A message in one line, for the room list; `None` for what is no message.
pub fn preview(content: &ItemContent) -> Option<String> {
    match content {
        ItemContent::Text { body, .. }
        | ItemContent::Notice(body)
        | ItemContent::Emote(body)
        | ItemContent::File(body) => clean(body),
        _ => None,
    }
}

fn message(event: &Event, edit: Option<&Edit>) -> Option<ItemContent> {
    let edit = edit.or(event.edit.as_ref());
    let content = edit.map_or(&event.content, |edit| &edit.content);
    let body = || json::string(content, "body").map(|body| without_reply_fallback(content, body));
    Some(match json::string(content, "msgtype")? {
        "m.notice" => ItemContent::Notice(body()?),
        "m.emote" => ItemContent::Emote(body()?),
        "m.file" | "m.image" | "m.audio" | "m.video" => {
            ItemContent::File(json::string(content, "filename").or(json::string(content, "body")).and_then(clean)?)
        }
        _ => ItemContent::Text { body: body()?, edited: edit.is_some() },
    })
}

/// Old clients repeat what a reply answers at the top of its body (removed from the specification in 1.13).
fn without_reply_fallback(content: &Object, body: &str) -> String {
    let is_reply = json::object(content, "m.relates_to").is_some_and(|relation| relation.contains_key("m.in_reply_to"));
    if !is_reply || !body.starts_with("> ") {
        return body.to_owned();
    }
    let mut lines = body.lines().skip_while(|line| line.starts_with("> ")).peekable();
    if lines.peek().is_some_and(|line| line.is_empty()) {
        lines.next();
    }
    lines.collect::<Vec<_>>().join("\n")
}

fn text(event: &Event, key: &str) -> Option<String> {
    json::string(&event.content, key).and_then(clean)
}

fn member(event: &Event, user: &str, member_name: impl Fn(&str) -> String) -> Option<ItemContent> {
    let before = event.prev_content.as_ref().and_then(|content| json::string(content, "membership"));
    let own = |content: &Object| json::string(content, "displayname").and_then(clean);
    let name = || {
        own(&event.content).or_else(|| event.prev_content.as_ref().and_then(own)).unwrap_or_else(|| member_name(user))
    };
    let by_themselves = event.sender.as_str() == user;
    match (json::string(&event.content, "membership")?, before) {
        ("join", Some("join")) => None,
        ("join", _) => Some(ItemContent::Joined(name())),
        ("invite", Some("invite")) => None,
        ("invite", _) => Some(ItemContent::Invited(name())),
        ("leave", _) if by_themselves => Some(ItemContent::Left(name())),
        // Lifting a ban, or taking an invitation back, removes no one.
        ("leave", Some("ban" | "invite" | "knock")) => None,
        ("leave" | "ban", _) => Some(ItemContent::Removed(name())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn drawn(event: Value) -> Option<ItemContent> {
        let mut whole = json!({ "event_id": "$1", "sender": "@ann:hs.test" });
        whole.as_object_mut().unwrap().extend(event.as_object().unwrap().clone());
        content(&Event::read(whole).unwrap(), None, |user| format!("name of {user}"))
    }

    fn said(content: Value) -> Option<ItemContent> {
        drawn(json!({ "type": "m.room.message", "content": content }))
    }

    fn text(body: &str, edited: bool) -> Option<ItemContent> {
        Some(ItemContent::Text { body: body.into(), edited })
    }

    #[test]
    fn a_message_type_without_a_drawing_of_its_own_shows_its_text() {
        assert_eq!(said(json!({ "msgtype": "m.text", "body": "a\nb" })), text("a\nb", false));
        assert_eq!(said(json!({ "msgtype": "org.odd", "body": "x" })), text("x", false));
        assert_eq!(said(json!({ "msgtype": "m.notice", "body": "x" })), Some(ItemContent::Notice("x".into())));
        assert_eq!(said(json!({ "msgtype": "m.emote", "body": "x" })), Some(ItemContent::Emote("x".into())));
        assert_eq!(
            said(json!({ "msgtype": "m.image", "body": "caption", "filename": "x.png" })),
            Some(ItemContent::File("x.png".into()))
        );
    }

    #[test]
    fn a_message_without_what_it_needs_is_not_drawn() {
        for odd in [
            json!({}),
            json!({ "msgtype": "m.text" }),
            json!({ "msgtype": 1, "body": "x" }),
            json!({ "msgtype": "m.text", "body": {} }),
        ] {
            assert_eq!(said(odd), None);
        }
    }

    #[test]
    fn an_edit_is_shown_in_place_of_what_it_edits_and_not_by_itself() {
        let relation = json!({ "rel_type": "m.replace", "event_id": "$0" });
        assert_eq!(said(json!({ "msgtype": "m.text", "body": "* new", "m.relates_to": relation })), None);
        let bundled = json!({ "m.relations": { "m.replace": {
            "event_id": "$2", "sender": "@ann:hs.test", "content": { "m.new_content": { "msgtype": "m.text", "body": "new" } },
        } } });
        assert_eq!(
            drawn(
                json!({ "type": "m.room.message", "content": { "msgtype": "m.text", "body": "old" }, "unsigned": bundled })
            ),
            text("new", true)
        );
    }

    #[test]
    fn a_reply_does_not_repeat_what_it_answers() {
        let relation = json!({ "m.in_reply_to": { "event_id": "$0" } });
        assert_eq!(
            said(
                json!({ "msgtype": "m.text", "body": "> <@bob:hs.test> Hi\n> there\n\nHello\n> you", "m.relates_to": relation })
            ),
            text("Hello\n> you", false)
        );
        assert_eq!(said(json!({ "msgtype": "m.text", "body": "> quoted\n\nyes" })), text("> quoted\n\nyes", false));
    }

    #[test]
    fn what_cannot_be_read_says_so() {
        assert_eq!(drawn(json!({ "type": "m.room.encrypted", "content": {} })), Some(ItemContent::Encrypted));
        assert_eq!(
            drawn(json!({ "type": "m.room.encrypted", "content": {}, "unsigned": { "redacted_because": {} } })),
            Some(ItemContent::Redacted)
        );
    }

    #[test]
    fn memberships_are_told_by_what_they_change() {
        let cases = [
            ("@ann:hs.test", "join", None, Some(ItemContent::Joined("Ann".into()))),
            ("@ann:hs.test", "join", Some("invite"), Some(ItemContent::Joined("Ann".into()))),
            ("@ann:hs.test", "join", Some("join"), None),
            ("@ann:hs.test", "leave", Some("join"), Some(ItemContent::Left("Ann".into()))),
            ("@bob:hs.test", "invite", None, Some(ItemContent::Invited("Ann".into()))),
            ("@bob:hs.test", "leave", Some("join"), Some(ItemContent::Removed("Ann".into()))),
            ("@bob:hs.test", "ban", Some("join"), Some(ItemContent::Removed("Ann".into()))),
            ("@bob:hs.test", "leave", Some("ban"), None),
            ("@bob:hs.test", "knock", None, None),
        ];
        for (user, membership, before, expected) in cases {
            let event = json!({
                "type": "m.room.member", "state_key": user, "content": { "membership": membership, "displayname": "Ann" },
                "unsigned": before.map(|before| json!({ "prev_content": { "membership": before } })),
            });
            assert_eq!(drawn(event), expected, "{membership} after {before:?}");
        }
    }

    #[test]
    fn someone_who_left_keeps_the_name_they_had() {
        let event = |before: Value| {
            drawn(json!({
                "type": "m.room.member", "state_key": "@ann:hs.test", "content": { "membership": "leave" },
                "unsigned": { "prev_content": before },
            }))
        };
        assert_eq!(event(json!({ "displayname": "Ann" })), Some(ItemContent::Left("Ann".into())));
        assert_eq!(event(json!(null)), Some(ItemContent::Left("name of @ann:hs.test".into())));
    }
}
