//! What every page must keep to, whatever happens: checked at every action.

use std::collections::{BTreeMap, BTreeSet};

use meet_in_chat::call::event::CallEvent;
use serde_json::{Value, json};

/// What a page has said so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Record {
    /// The party of each call.
    parties: BTreeMap<String, String>,
    /// Calls that were hung up or declined by a party of this page, with the transaction that said so.
    over: BTreeMap<String, String>,
    transactions: BTreeMap<String, Value>,
    answered: BTreeSet<String>,
}

impl Record {
    pub(crate) fn reloaded(&mut self) {
        self.parties.clear();
        self.answered.clear();
    }

    /// What is wrong with this event, by the specification (`calls-1to1.md` 1.1, 1.2, 1.12).
    pub(crate) fn faults(&mut self, event_type: &str, content: &Value, transaction: &str) -> Vec<String> {
        let mut faults = Vec::new();
        let mut demand = |good: bool, what: &str| {
            if !good {
                faults.push(format!("{event_type}: {what}: {content}"));
            }
        };
        let word = |key: &str| content[key].as_str().unwrap_or_default().to_owned();
        let (call, party) = (word("call_id"), word("party_id"));
        let grammar = |id: &str| {
            (1..=255).contains(&id.len())
                && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._~-".contains(&byte))
        };
        // A call's id is its caller's choice, and some choose more than the specification allows.
        demand(call.bytes().all(|byte| byte.is_ascii_graphic()) && grammar(&party), "ids");
        demand(content["version"] == "1", "version");
        let same = self.parties.entry(call.clone()).or_insert_with(|| party.clone());
        demand(*same == party, "the party changed");
        demand(!content.to_string().contains(":null"), "null");
        let streams = || {
            let stable = content["sdp_stream_metadata"].as_object();
            stable.is_some_and(|streams| {
                content["org.matrix.msc3077.sdp_stream_metadata"].as_object() == Some(streams)
                    && streams.values().all(|one| {
                        ["m.usermedia", "m.screenshare"].contains(&one["purpose"].as_str().unwrap_or_default())
                            && one["audio_muted"].is_boolean()
                            && one["video_muted"].is_boolean()
                    })
            })
        };
        let sdp = |key: &str, kinds: &[&str]| {
            let description = &content[key];
            kinds.contains(&description["type"].as_str().unwrap_or_default())
                && description["sdp"].as_str().is_some_and(|sdp| sdp.contains("m=audio"))
        };
        let reasons = [
            "ice_failed",
            "ice_timeout",
            "invite_timeout",
            "user_hangup",
            "user_media_failed",
            "user_busy",
            "unknown_error",
            "replaced",
        ];
        match event_type {
            "m.call.invite" => {
                demand(sdp("offer", &["offer"]) && streams(), "description and streams");
                demand(content["lifetime"].as_u64().is_some_and(|lifetime| lifetime >= 60_000), "lifetime");
                demand(content["invitee"].is_string(), "invitee");
            }
            "m.call.answer" => {
                demand(sdp("answer", &["answer"]) && streams(), "description and streams");
            }
            "m.call.negotiate" => {
                demand(sdp("description", &["offer", "answer"]) && streams(), "description and streams");
                demand(content["lifetime"].as_u64().is_some_and(|lifetime| lifetime > 0), "lifetime");
            }
            "m.call.candidates" => {
                let all = content["candidates"].as_array().cloned().unwrap_or_default();
                let good =
                    |one: &Value| one["candidate"] == "" || one["sdpMid"].is_string() || one["sdpMLineIndex"].is_u64();
                demand(!all.is_empty() && all.iter().all(good), "candidates");
                demand(all.iter().rev().skip(1).all(|one| one["candidate"] != ""), "an end in the middle");
            }
            "m.call.select_answer" => demand(!word("selected_party_id").is_empty(), "selected party"),
            "m.call.hangup" => demand(reasons.contains(&word("reason").as_str()), "reason"),
            "m.call.reject" => {}
            "m.call.sdp_stream_metadata_changed" => demand(streams(), "streams"),
            _ => demand(false, "type"),
        }
        let event = json!({ "type": event_type, "content": content, "sender": "@x:y", "event_id": "$e" });
        demand(CallEvent::read(&event).is_some(), "can't be read back");
        let before = self.transactions.insert(transaction.to_owned(), content.clone());
        demand(
            before.is_none_or(|before| before == *content || event_type == "m.call.hangup"),
            "a transaction for two events",
        );
        let key = format!("{call} {party}");
        let end = self.over.get(&key);
        demand(end.is_none_or(|end| end == transaction), "after the end");
        if ["m.call.hangup", "m.call.reject"].contains(&event_type) {
            self.over.insert(key, transaction.to_owned());
        }
        faults
    }
}
