//! What rings on a page that nobody sees: a notification of the system's, and the page's title.

use std::cell::RefCell;

use crate::browser::notification::Notification;
use crate::browser::title::Flashing;

/// Shown as long as it rings unseen. Dropping it takes all of it away.
#[derive(Default)]
pub struct Unseen(RefCell<Option<Shown>>);

struct Shown {
    key: String,
    _notification: Option<Notification>,
    _title: Option<Flashing>,
}

/// What is shown.
pub struct Summons {
    /// The notification's title.
    pub title: String,
    /// The notification's text.
    pub body: String,
    /// One notification for the same in all tabs.
    pub tag: String,
    /// What the page is called meanwhile.
    pub page: String,
    /// What a click on the notification does, beside bringing the page to the front.
    pub clicked: Box<dyn Fn()>,
}

impl Unseen {
    /// Shows what rings while the page is hidden, or takes it away. What has the same key stays as it is.
    pub fn show(&self, rings: Option<String>, summons: impl FnOnce() -> Option<Summons>) {
        let hidden = web_sys::window().and_then(|window| window.document()).is_some_and(|document| document.hidden());
        let rings = rings.filter(|_| hidden);
        let mut shown = self.0.borrow_mut();
        if shown.as_ref().map(|shown| &shown.key) == rings.as_ref() {
            return;
        }
        // The old one goes first, with its tag and the title.
        *shown = None;
        let Some((key, summons)) = rings.zip(summons()) else { return };
        *shown = Some(Shown {
            key,
            _notification: Notification::show(&summons.title, &summons.body, &summons.tag, summons.clicked),
            _title: Flashing::start(&summons.page),
        });
    }
}
