//! Writing times the way the reader's language does, through the browser's `Intl`.

use js_sys::{Array, Date, Intl, Object, Reflect};
use wasm_bindgen::JsValue;

use crate::time::Millis;

/// The formats of one language; made once, since making one takes longer than using it.
pub(super) struct Times {
    language: String,
    clock: Intl::DateTimeFormat,
    weekday: Intl::DateTimeFormat,
    date: Intl::DateTimeFormat,
    day_and_month: Intl::DateTimeFormat,
    short_date: Intl::DateTimeFormat,
    full: Intl::DateTimeFormat,
}

impl Times {
    /// Formats for a well-formed language tag, as [`Language::tag`](crate::site::Language) is.
    pub(super) fn new(language: &str) -> Self {
        let format = |options: &[(&str, &str)]| {
            let object = Object::new();
            for (key, value) in options {
                let _ = Reflect::set(&object, &(*key).into(), &(*value).into());
            }
            Intl::DateTimeFormat::new(&Array::of1(&language.into()), &object)
        };
        Self {
            language: language.into(),
            clock: format(&[("hour", "numeric"), ("minute", "2-digit")]),
            weekday: format(&[("weekday", "short")]),
            date: format(&[("weekday", "long"), ("day", "numeric"), ("month", "long"), ("year", "numeric")]),
            day_and_month: format(&[("day", "numeric"), ("month", "short")]),
            short_date: format(&[("dateStyle", "short")]),
            full: format(&[("dateStyle", "full"), ("timeStyle", "short")]),
        }
    }

    /// The language's tag.
    pub(super) fn language(&self) -> &str {
        &self.language
    }

    /// Hours and minutes.
    pub(super) fn clock(&self, at: Millis) -> String {
        write(&self.clock, at)
    }

    /// The weekday in short.
    pub(super) fn weekday(&self, at: Millis) -> String {
        write(&self.weekday, at)
    }

    /// The date with its weekday.
    pub(super) fn date(&self, at: Millis) -> String {
        write(&self.date, at)
    }

    /// Day and month.
    pub(super) fn day_and_month(&self, at: Millis) -> String {
        write(&self.day_and_month, at)
    }

    /// The date in digits.
    pub(super) fn short_date(&self, at: Millis) -> String {
        write(&self.short_date, at)
    }

    /// Date and time.
    pub(super) fn full(&self, at: Millis) -> String {
        write(&self.full, at)
    }

    /// The number of the local day, counted from the epoch. A time that no calendar has is on day 0.
    pub(super) fn day(&self, at: Millis) -> i64 {
        const DAY: f64 = 86_400_000.0;
        let local = date(at);
        #[expect(clippy::cast_possible_truncation, reason = "`as` saturates, and NaN gives 0")]
        {
            ((local.get_time() - local.get_timezone_offset() * 60_000.0) / DAY).floor() as i64
        }
    }
}

fn date(at: Millis) -> Date {
    #[expect(clippy::cast_precision_loss, reason = "exact for a quarter of a million years")]
    Date::new(&JsValue::from_f64(at.0 as f64))
}

/// Empty for a time that no calendar has: a stranger's clock says what it likes.
fn write(format: &Intl::DateTimeFormat, at: Millis) -> String {
    format.format().call1(&JsValue::UNDEFINED, &date(at)).ok().and_then(|text| text.as_string()).unwrap_or_default()
}
