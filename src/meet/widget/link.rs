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
