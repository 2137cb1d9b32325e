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
        let is_shown = self.0.borrow().as_ref().map(|shown| &shown.key) == rings.as_ref();
        if is_shown {
            return;
        }
        // The old one goes first, with its tag and the title.
        drop(self.0.take());
        // Asks the host for names, which may tell of something at once: nothing is borrowed meanwhile.
        let Some((key, summons)) = rings.zip(summons()) else { return };
        let shown = Shown {
            key,
            _notification: Notification::show(&summons.title, &summons.body, &summons.tag, summons.clicked),
            _title: Flashing::start(&summons.page),
        };
        drop(self.0.replace(Some(shown)));
    }
}
