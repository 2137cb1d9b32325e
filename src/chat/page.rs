//! What every view of the page needs: its texts, the site's choices, and how times are written.

use leptos::prelude::*;

use super::time::Times;
use crate::browser::clock;
use crate::locale::Texts;
use crate::site::Site;
use crate::time::Millis;

/// A handle to the page's texts, choices and formats. Plain to copy into every closure.
#[derive(Clone, Copy)]
pub(super) struct Page {
    texts: StoredValue<Texts>,
    site: StoredValue<Site>,
    times: StoredValue<Times, LocalStorage>,
    /// The number of the current day where the reader is; changes at midnight.
    pub(super) today: RwSignal<i64>,
}

impl Page {
    /// Puts the page into the current owner's context.
    pub(super) fn provide(texts: Texts, site: Site, times: Times) -> Self {
        let today = RwSignal::new(times.day(clock::now()));
        let page = Self {
            texts: StoredValue::new(texts),
            site: StoredValue::new(site),
            times: StoredValue::new_local(times),
            today,
        };
        let minutes = gloo_timers::callback::Interval::new(60_000, move || {
            let day = page.day(clock::now());
            if today.get_untracked() != day {
                today.set(day);
            }
        });
        StoredValue::new_local(minutes);
        provide_context(page);
        page
    }

    /// The page of the current owner.
    pub(super) fn here() -> Self {
        use_context().expect("the page stands above all views")
    }

    /// All texts, for the call components.
    pub(super) fn all_texts(self) -> Texts {
        self.texts.get_value()
    }

    /// Reads the texts, for words that are not only the page's.
    pub(super) fn read_texts(self, read: impl FnOnce(&Texts) -> String) -> String {
        self.texts.with_value(read)
    }

    /// The text for a key; see [`text!`](super::text).
    pub(super) fn get(self, key: &str) -> String {
        self.texts.with_value(|texts| texts.get(key))
    }

    /// The text for a key with its placeholders filled; see [`text!`](super::text).
    pub(super) fn fill(self, key: &str, values: &[(&str, &str)]) -> String {
        self.texts.with_value(|texts| texts.fill(key, values))
    }

    /// The site's choices.
    pub(super) fn site<T>(self, read: impl FnOnce(&Site) -> T) -> T {
        self.site.with_value(read)
    }

    /// The language as a tag.
    pub(super) fn language(self) -> String {
        self.times.with_value(|times| times.language().to_owned())
    }

    /// The local day that a point in time is on.
    pub(super) fn day(self, at: Millis) -> i64 {
        self.times.with_value(|times| times.day(at))
    }

    /// Hours and minutes.
    pub(super) fn clock_time(self, at: Millis) -> String {
        self.times.with_value(|times| times.clock(at))
    }

    /// Date and time in full.
    pub(super) fn full_time(self, at: Millis) -> String {
        self.times.with_value(|times| times.full(at))
    }

    /// A day for a separator: today, yesterday, or the date. Tracks the current day.
    pub(super) fn day_name(self, at: Millis) -> String {
        match self.today.get() - self.day(at) {
            0 => super::text!(self, "time.today"),
            1 => super::text!(self, "time.yesterday"),
            _ => self.times.with_value(|times| times.date(at)),
        }
    }

    /// When, in as few letters as tell it: the time today, the weekday within a week, day and month within ten months,
    /// else the date. Tracks the current day.
    pub(super) fn short_time(self, at: Millis) -> String {
        match self.today.get() - self.day(at) {
            0 => self.clock_time(at),
            1..=6 => self.times.with_value(|times| times.weekday(at)),
            7..=300 => self.times.with_value(|times| times.day_and_month(at)),
            _ => self.times.with_value(|times| times.short_date(at)),
        }
    }
}

/// A text of the page, its key checked when compiling: `text!(page, "room.back")`,
/// `text!(page, "timeline.joined", name = &name)`.
macro_rules! text {
    ($page:expr, $key:literal) => {
        $page.get($crate::text_key!($key))
    };
    ($page:expr, $key:literal, $($name:ident = $value:expr),+) => {
        $page.fill($crate::text_key!($key), &[$((stringify!($name), $value)),+])
    };
}
pub(super) use text;
