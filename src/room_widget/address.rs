//! The address of such a widget's frame (`chat-web.md` 3.4): its template with what it asks for put in.

use serde_json::Value;

use crate::address::Address;
use crate::integrations::{Pages, shown_within};
use crate::json;
use crate::meet::template::{expand, write_parameters};
use crate::meet::widget::Viewer;
use crate::room_widget::RoomWidget;

/// The longest template, in bytes: ten times what any widget has. Each variable in it is looked up among all.
const LONGEST_TEMPLATE: usize = 8 << 10;
/// The most entries of `data` that can be named, and the longest value of one in bytes. The template may repeat each a thousand
/// times, so that these bound what a stranger's event can grow to.
const MOST_VALUES: usize = 64;
const LONGEST_VALUE: usize = 1 << 10;
/// The longest address that is opened, in bytes: what servers take.
const LONGEST_ADDRESS: usize = 32 << 10;

/// Where a widget leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The frame's address.
    pub url: String,
    /// Whose it is: `host[:port]`.
    pub host: String,
    /// It is a page of the site's integration manager, which knows people by its token.
    pub is_manager: bool,
}

impl Target {
    /// The same, if it is one of these pages.
    #[must_use]
    pub fn among(self, pages: &Pages) -> Self {
        Self { is_manager: pages.hold(&self.url), ..self }
    }

    /// Whose page the manager's shows, where it says so.
    pub fn shows(&self) -> Option<String> {
        shown_within(&self.url).filter(|_| self.is_manager)
    }
}

/// Why a widget is not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It has no address that can be opened safely: one of the web, over https; on this very machine only where the page is too.
    NoAddress,
    /// It leads to this very page's origin, where its scripts would reach the chat: the frame's sandbox is none for its own origin.
    OwnAddress,
}

impl RoomWidget {
    /// Where it leads for this viewer. Whatever `data` says, a name of ours stands for what we say. Of the viewer it learns what the
    /// consent card lists: not what they call the room.
    pub fn target(&self, viewer: &Viewer<'_>) -> Result<Target, Refusal> {
        if self.url.len() > LONGEST_TEMPLATE {
            return Err(Refusal::NoAddress);
        }
        let data: Vec<(&str, String)> =
            self.data.iter().take(MOST_VALUES).map(|(key, value)| (key.as_str(), word(value))).collect();
        let known = data.iter().filter(|(_, value)| value.len() <= LONGEST_VALUE);
        let mut values: Vec<(&str, &str)> = known.map(|(key, value)| (*key, value.as_str())).collect();
        let name = if viewer.display_name.is_empty() { viewer.user_id } else { viewer.display_name };
        // Of two with one name the later counts.
        values.extend([
            ("matrix_room_id", viewer.room_id),
            ("matrix_user_id", viewer.user_id),
            ("matrix_display_name", name),
            ("matrix_avatar_url", viewer.avatar_url),
            ("matrix_widget_id", self.id.as_str()),
            ("org.matrix.msc2873.client_theme", viewer.theme),
            ("org.matrix.msc2873.client_language", viewer.language),
        ]);
        let expanded = expand(self.url.trim(), &values);
        let (before, fragment) =
            expanded.split_at_checked(expanded.find('#').unwrap_or(expanded.len())).unwrap_or_default();
        let (place, query) = before.split_once('?').unwrap_or((before, ""));
        let page = Address::read(viewer.parent_url).ok_or(Refusal::OwnAddress)?;
        let address = Address::read(place).filter(|address| address.is_open_to(page.is_loopback()));
        let address = address.ok_or(Refusal::NoAddress)?;
        if page.origin() == address.origin() {
            return Err(Refusal::OwnAddress);
        }
        let ours = write_parameters(&[("widgetId", self.id.as_str()), ("parentUrl", viewer.parent_url)]);
        let and = if query.is_empty() { "" } else { "&" };
        let url = [&address.text(), "?", query, and, &ours, fragment].concat();
        if url.len() > LONGEST_ADDRESS {
            return Err(Refusal::NoAddress);
        }
        Ok(Target { url, host: address.authority(), is_manager: false })
    }
}

/// A value as browsers put it into text; of lists and objects, which no address has a use for, the JSON.
fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| json::text(value), str::to_owned)
}
