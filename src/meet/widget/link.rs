//! The address of a conference for those who have no chat, or one that would take them elsewhere.

use crate::meet::template::encode_component;
use crate::meet::widget::MeetWidget;

impl MeetWidget {
    /// `https://` + domain + `/` + name (`mobile.md` 4.5); `None` without a usable domain. It holds no token: a server that wants
    /// a sign-in asks for one itself.
    pub fn link(&self) -> Option<String> {
        let name = encode_component(self.conference_id.as_str());
        Some([&self.domain.as_ref().ok()?.origin(false), "/", &name].concat())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::room::StateEvent;

    fn link(domain: &str, name: &str) -> Option<String> {
        let event: Value = json!({
            "type": "im.vector.modular.widgets", "state_key": "w", "sender": "@ann:chat.test",
            "content": {"type": "jitsi", "url": "https://w.test/", "data": {"domain": domain, "conferenceId": name}},
        });
        MeetWidget::all_in(&StateEvent::read(&event).into_iter().collect()).first()?.link()
    }

    #[test]
    fn a_name_smuggles_nothing_into_the_link() {
        assert_eq!(link("Meet.test:8443", "Abc"), Some("https://meet.test:8443/Abc".to_owned()));
        assert_eq!(link("meet.test", "../a?b#c"), Some("https://meet.test/..%2Fa%3Fb%23c".to_owned()));
        assert_eq!(link("ann@meet.test", "Abc"), None);
    }
}
