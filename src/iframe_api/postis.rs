//! Postis, the transport below Meet's IFrame API (`meet-iframe.md` 3): posted strings of JSON, here already parsed,
//! `{"postis":true,"scope":…,"method":"__ready__"|"message","params":…}`. Each side repeats `__ready__` with an id of its own
//! until that id comes back, and sends the other's id back.

use serde_json::Value;

use crate::json::{self, Object};
use crate::time::Millis;

/// How often our id is repeated until it comes back.
const READY_INTERVAL: Millis = Millis(50);
/// How many of our messages wait for Meet to listen. We send a handful before that; more is a mistake not worth memory.
const BUFFER_LIMIT: usize = 32;

/// The scope that Meet derives from `jitsi_meet_external_api_id` in its URL.
pub fn scope(instance: u32) -> String {
    ["jitsi_meet_external_api_", instance.to_string().as_str()].concat()
}

/// Our end of the transport.
#[derive(Debug)]
pub(super) struct Postis {
    scope: String,
    own_id: String,
    ready: bool,
    next_ready: Option<Millis>,
    buffer: Vec<Value>,
}

/// What a received text was.
#[derive(Debug, PartialEq)]
pub(super) struct Received {
    /// To be posted in answer.
    pub(super) posts: Vec<Value>,
    /// The message that it carried.
    pub(super) message: Option<Value>,
}

impl Postis {
    /// `nonce` makes our id differ from that of an earlier page in the same window.
    pub(super) fn new(instance: u32, nonce: u64) -> Self {
        let scope = scope(instance);
        Self {
            own_id: [scope.as_str(), "-outer-", nonce.to_string().as_str()].concat(),
            scope,
            ready: false,
            next_ready: None,
            buffer: Vec::new(),
        }
    }

    /// Reads what the frame posted. We keep quiet until Meet speaks first, since whatever is posted to a page that has not
    /// loaded, or is an error page, is an error message in the console each time.
    pub(super) fn receive(&mut self, now: Millis, posted: &Value) -> Option<Received> {
        let envelope = posted.as_object()?;
        if json::boolean(envelope, "postis") != Some(true) || json::string(envelope, "scope") != Some(&self.scope) {
            return None;
        }
        let mut received = Received { posts: Vec::new(), message: None };
        let params = envelope.get("params").unwrap_or(&Value::Null);
        match json::string(envelope, "method")? {
            "__ready__" if params.as_str() == Some(&self.own_id) => {
                self.ready = true;
                self.next_ready = None;
                let buffered = std::mem::take(&mut self.buffer);
                received.posts = buffered.into_iter().map(|message| self.envelope("message", message)).collect();
            }
            "__ready__" => {
                received.posts.push(self.envelope("__ready__", params.clone()));
                if !self.ready && self.next_ready.is_none() {
                    received.posts.extend(self.announce(now));
                }
            }
            "message" => received.message = Some(params.clone()),
            _ => {}
        }
        Some(received)
    }

    /// What to post for a message of ours; `None` while Meet does not listen, then it waits.
    pub(super) fn send(&mut self, message: Value) -> Option<Value> {
        if self.ready {
            return Some(self.envelope("message", message));
        }
        if self.buffer.len() < BUFFER_LIMIT {
            self.buffer.push(message);
        }
        None
    }

    /// Repeats our id when it is time.
    pub(super) fn tick(&mut self, now: Millis) -> Option<Value> {
        self.next_ready.filter(|at| *at <= now).map(|_| self.announce(now)).unwrap_or_default()
    }

    pub(super) fn deadline(&self) -> Option<Millis> {
        self.next_ready
    }

    fn announce(&mut self, now: Millis) -> Option<Value> {
        self.next_ready = Some(now.plus(READY_INTERVAL));
        Some(self.envelope("__ready__", self.own_id.as_str().into()))
    }

    fn envelope(&self, method: &str, params: Value) -> Value {
        let mut envelope = Object::new();
        envelope.insert("postis".into(), true.into());
        envelope.insert("scope".into(), self.scope.as_str().into());
        envelope.insert("method".into(), method.into());
        envelope.insert("params".into(), params);
        Value::Object(envelope)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: Millis = Millis(7_000);

    fn from_meet(method: &str, params: Value) -> Value {
        json!({"postis": true, "scope": "jitsi_meet_external_api_0", "method": method, "params": params})
    }

    fn parsed(posts: &[Value]) -> Vec<(String, Value)> {
        posts
            .iter()
            .map(|post| (post["method"].as_str().unwrap_or_default().to_owned(), post["params"].clone()))
            .collect()
    }

    #[test]
    fn the_handshake_repeats_our_id_until_it_comes_back() {
        let mut postis = Postis::new(0, 5);
        assert_eq!(postis.send(json!("early")), None);
        assert_eq!(postis.deadline(), None, "quiet until Meet speaks");

        let answer = postis.receive(NOW, &from_meet("__ready__", json!("theirs"))).expect("ours");
        let own = json!("jitsi_meet_external_api_0-outer-5");
        assert_eq!(
            parsed(&answer.posts),
            vec![("__ready__".into(), json!("theirs")), ("__ready__".into(), own.clone())]
        );
        assert_eq!(postis.tick(NOW.plus(Millis(49))), None);
        let again = postis.tick(NOW.plus(Millis(50))).expect("a repetition");
        assert_eq!(parsed(&[again]), vec![("__ready__".into(), own.clone())]);

        let answer = postis.receive(NOW, &from_meet("__ready__", own)).expect("ours");
        assert_eq!(parsed(&answer.posts), vec![("message".into(), json!("early"))]);
        assert_eq!(postis.deadline(), None);
        assert!(postis.send(json!("late")).is_some());
    }

    #[test]
    fn a_reloaded_meet_is_answered_again() {
        let mut postis = Postis::new(0, 5);
        postis.ready = true;
        let answer = postis.receive(NOW, &from_meet("__ready__", json!("second page"))).expect("ours");
        assert_eq!(parsed(&answer.posts), vec![("__ready__".into(), json!("second page"))]);
    }

    #[test]
    fn other_traffic_is_not_ours() {
        let mut postis = Postis::new(0, 5);
        for posted in [
            json!(null),
            json!([]),
            json!({"postis": true}),
            json!({"postis": 1, "scope": "jitsi_meet_external_api_0", "method": "message"}),
            json!({"postis": true, "scope": "jitsi_meet_external_api_1", "method": "message", "params": {}}),
            json!({"postis": true, "scope": "jitsi_meet_external_api_0", "params": {}}),
        ] {
            assert_eq!(postis.receive(NOW, &posted), None, "{posted}");
        }
    }

    #[test]
    fn what_waits_for_meet_has_a_bound() {
        let mut postis = Postis::new(0, 5);
        for n in 0..1000 {
            postis.send(json!(n));
        }
        assert_eq!(postis.buffer.len(), BUFFER_LIMIT);
    }
}
