//! What a batch may and may not lead to, told from its events alone: an oracle for the receiving pipeline (`calls-1to1.md` 1.7).

use std::collections::BTreeSet;

use meet_in_chat::call::event::SdpKind;
use meet_in_chat::call::peer::PeerCommand;
use meet_in_chat::call::view::{CallsView, Ending};
use meet_in_chat::call::vocabulary::Action;
use meet_in_chat::host::LiveEvent;
use serde_json::Value;

use super::World;

/// What a page knew before a batch.
pub(super) struct Before {
    view: CallsView,
}

fn word<'a>(event: &'a Value, key: &str) -> &'a str {
    event["content"][key].as_str().unwrap_or_default()
}

/// Whether this event ends a call for this user, and whose word it is.
fn ends(event: &Value, me: &str) -> bool {
    match event["type"].as_str().unwrap_or_default() {
        "m.call.hangup" | "m.call.select_answer" => true,
        "m.call.answer" | "m.call.reject" => event["sender"] == me,
        _ => false,
    }
}

fn age_left(event: &Value) -> i64 {
    let number = |value: &Value| value.as_i64().unwrap_or_default();
    number(&event["content"]["lifetime"]) - number(&event["unsigned"]["age"])
}

impl World {
    pub(super) fn before(&self, page: usize) -> Before {
        Before { view: self.pages[page].board.view() }
    }

    /// Looks at what a batch led to.
    pub(super) fn look_at(&mut self, page: usize, before: &Before, events: &[LiveEvent], actions: &[Action]) {
        let me = self.pages[page].user;
        let key = |event: &Value| {
            (word(event, "call_id").to_owned(), event["sender"].as_str().unwrap_or_default().to_owned())
        };
        for live in events.iter().filter(|live| ends(&live.event, me)) {
            self.pages[page].ended.insert(key(&live.event));
        }
        let ended: &BTreeSet<(String, String)> = &self.pages[page].ended;
        let is_over = |event: &Value| {
            let (call, sender) = key(event);
            ended.contains(&(call.clone(), sender)) || ended.contains(&(call, me.to_owned()))
        };
        let good = events.iter().filter(|live| {
            let event = &live.event;
            let invitee = &event["content"]["invitee"];
            let for_me = *invitee == me || (event["sender"] != me && !invitee.is_string());
            let room = self.server.room(live.room.as_str());
            let open = room.is_some_and(|room| !room.public && (live.encrypted || !room.encrypted));
            event["type"] == "m.call.invite" && for_me && open && age_left(event) >= 3000 && !is_over(event)
        });
        let good = good.count();
        let view = self.pages[page].board.view();
        let known = |call: &meet_in_chat::call::view::CallView| before.view.calls.iter().any(|one| one.key == call.key);
        let new = view.calls.iter().filter(|call| call.incoming && !known(call)).count();
        // A call that lost against mine may ring now that mine is over.
        let over =
            before.view.calls.iter().any(|call| !call.incoming && view.calls.iter().all(|one| one.key != call.key));
        if new > good && !over {
            self.faults.push(format!("page {page} has {new} new calls by {good} good invites: {events:#?}"));
        }
        let rang = |key| before.view.calls.iter().any(|call| call.key == key);
        // What could ring now may be one too many.
        if good == 0
            && !over
            && view.notices.iter().any(|notice| {
                notice.ending == Ending::Missed && !before.view.notices.contains(notice) && !rang(notice.key)
            })
        {
            self.faults.push(format!("page {page} missed what was over already"));
        }
        let stale = |live: &LiveEvent| live.event["type"] == "m.call.negotiate" && age_left(&live.event) < 0;
        let described = |live: &LiveEvent| {
            ["m.call.negotiate", "m.call.answer", "m.call.invite"]
                .contains(&live.event["type"].as_str().unwrap_or_default())
        };
        let only_stale = events.iter().filter(|live| described(live)).all(stale);
        let sets = |action: &Action| matches!(action, Action::Peer(_, PeerCommand::SetRemote(one)) if one.kind == SdpKind::Offer);
        if only_stale && !over && actions.iter().any(sets) {
            self.faults.push(format!("page {page} took a description that had expired"));
        }
    }
}
