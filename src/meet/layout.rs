//! How a conference lies in its room: above the timeline, beside it or in its place, and how much of the room it takes. And in which
//! corner of the window it floats while another room is on screen.

use serde_json::Value;

use crate::json::{self, object_of};

#[cfg(test)]
mod tests;

/// The least height of the frame: Meet still shows its buttons and a face. CSS pixels, as all lengths here.
const FRAME_HEIGHT: i32 = 160;
/// What is left below and above a pinned tile: the room's header (64), the composer (66) and three messages (150).
const KEPT_HEIGHT: i32 = 280;
/// The least width of a frame beside the timeline.
const FRAME_WIDTH: i32 = 260;
/// The least width of the timeline beside a frame: that of the narrowest phone. Both fit beside the room list on a phone that lies on
/// its side.
const KEPT_WIDTH: i32 = 280;
/// What the frame gets where its own least and the timeline's do not both fit: of a third something can be seen, and two messages.
const CRAMPED: i32 = 33;
/// More than any screen has.
const MOST_PIXELS: i32 = 100_000;
/// How far an arrow key moves the border.
const STEP: i32 = 4;

/// How a conference lies in its room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Above the timeline.
    Pinned,
    /// Beside it.
    Beside,
    /// In its place.
    Maximised,
}

impl Layout {
    /// Its name in the page.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pinned => "pinned",
            Self::Beside => "beside",
            Self::Maximised => "maximised",
        }
    }
}

/// What a person chose on this device. One choice for all rooms: it fits a screen and a habit, not a room; kept by room it would grow
/// without end and leave on the device which rooms one has been in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Filling the room. What is said below counts again when that ends.
    pub maximised: bool,
    /// Beside the timeline, where there is room for both.
    pub beside: bool,
    /// The height above the timeline, in hundredths of the room's.
    pub height: i32,
    /// The width beside it, in hundredths of the room's.
    pub width: i32,
    /// Where it floats.
    pub corner: Corner,
}

impl Default for Wish {
    fn default() -> Self {
        Self { maximised: false, beside: false, height: 52, width: 60, corner: Corner::default() }
    }
}

impl Wish {
    /// Reads what was kept. Whatever is not as it was written counts as not chosen.
    pub fn read(kept: Option<&Value>) -> Self {
        let default = Self::default();
        let Some(kept) = kept.and_then(Value::as_object) else { return default };
        let is = |name| json::boolean(kept, name).unwrap_or_default();
        let hundredths = |name, default| {
            let kept = json::integer(kept, name).and_then(|kept| i32::try_from(kept).ok());
            kept.filter(|kept| (1..100).contains(kept)).unwrap_or(default)
        };
        Self {
            maximised: is("maximised"),
            beside: is("beside"),
            height: hundredths("height", default.height),
            width: hundredths("width", default.width),
            corner: json::string(kept, "corner").and_then(Corner::read).unwrap_or_default(),
        }
    }

    /// What is to be kept.
    pub fn kept(&self) -> Value {
        object_of!({
            "maximised": self.maximised, "beside": self.beside, "height": self.height, "width": self.width,
            "corner": self.corner.name(),
        })
    }

    /// With another layout.
    pub const fn laid(mut self, layout: Layout) -> Self {
        self.maximised = matches!(layout, Layout::Maximised);
        if !self.maximised {
            self.beside = matches!(layout, Layout::Beside);
        }
        self
    }

    /// With another size in this layout, in hundredths.
    pub const fn sized(mut self, layout: Layout, size: i32) -> Self {
        match layout {
            Layout::Pinned => self.height = size,
            Layout::Beside => self.width = size,
            Layout::Maximised => {}
        }
        self
    }
}

/// The room's place on the page: all that header, conference, timeline and composer share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Area {
    /// In CSS pixels.
    pub width: i32,
    /// In CSS pixels.
    pub height: i32,
}

/// How it lies now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrangement {
    /// The layout.
    pub layout: Layout,
    /// The frame's share in the direction that can be changed; `None` while it fills the room, or that has no size yet.
    pub share: Option<Share>,
    /// There is room for conference and timeline side by side.
    pub fits_beside: bool,
}

/// A share of the room, in hundredths, and its bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// The share.
    pub now: i32,
    /// The least.
    pub min: i32,
    /// The most.
    pub max: i32,
    /// The whole, in CSS pixels.
    whole: i32,
}

/// Which layout applies, and with which size. The timeline keeps a usable rest in every window that has room for one. `bar` is the height
/// of what the tile has besides the frame.
pub fn arrange(wish: &Wish, area: Area, bar: i32) -> Arrangement {
    let beside = bounds(area.width, FRAME_WIDTH, KEPT_WIDTH);
    let (layout, share) = match wish {
        Wish { maximised: true, .. } => (Layout::Maximised, None),
        Wish { beside: true, width, .. } if beside.is_some() => (Layout::Beside, share(*width, area.width, beside)),
        Wish { height, .. } => {
            let kept = KEPT_HEIGHT + bar.clamp(0, MOST_PIXELS);
            (Layout::Pinned, share(*height, area.height, bounds(area.height, FRAME_HEIGHT, kept)))
        }
    };
    Arrangement { layout, share, fits_beside: beside.is_some() }
}

/// From the least to the most of `whole` that leaves the frame and the rest what they need; `None` when not both have it.
fn bounds(whole: i32, least: i32, kept: i32) -> Option<(i32, i32)> {
    // No screen has more pixels, and nothing below can grow too large.
    let whole = whole.clamp(1, MOST_PIXELS);
    Some(((least * 100 + whole - 1) / whole, (whole - kept) * 100 / whole)).filter(|(min, max)| min <= max)
}

fn share(wish: i32, whole: i32, bounds: Option<(i32, i32)>) -> Option<Share> {
    let (min, max) = bounds.unwrap_or((CRAMPED, CRAMPED));
    (whole > 0).then(|| Share { now: wish.clamp(min, max), min, max, whole: whole.min(MOST_PIXELS) })
}

impl Share {
    /// In CSS pixels.
    pub const fn pixels(self) -> i32 {
        self.now * self.whole / 100
    }

    /// Whether there is anything to choose.
    pub const fn is_free(self) -> bool {
        self.min < self.max
    }

    /// The share whose border is so many pixels from the frame's beginning.
    pub fn at(self, pixels: i32) -> i32 {
        (pixels.clamp(0, self.whole) * 100 / self.whole).clamp(self.min, self.max)
    }

    /// The share after a key on the border (ARIA Authoring Practices, "Window Splitter"); `None` for a key that does nothing there.
    pub fn after(self, key: &str, layout: Layout, rtl: bool) -> Option<i32> {
        let (less, more) = match layout {
            Layout::Beside if rtl => ("ArrowRight", "ArrowLeft"),
            Layout::Beside => ("ArrowLeft", "ArrowRight"),
            _ => ("ArrowUp", "ArrowDown"),
        };
        let to = match key {
            "Home" => self.min,
            "End" => self.max,
            _ if key == less => self.now - STEP,
            _ if key == more => self.now + STEP,
            _ => return None,
        };
        Some(to.clamp(self.min, self.max))
    }
}

/// A corner of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Corner {
    /// An upper one.
    pub top: bool,
    /// On the side where lines begin.
    pub start: bool,
}

impl Corner {
    /// Its name in the page.
    pub const fn name(self) -> &'static str {
        match (self.top, self.start) {
            (false, false) => "bottom-end",
            (false, true) => "bottom-start",
            (true, true) => "top-start",
            (true, false) => "top-end",
        }
    }

    fn read(name: &str) -> Option<Self> {
        let mut corner = Self::default();
        for _ in 0..4 {
            if corner.name() == name {
                return Some(corner);
            }
            corner = corner.next();
        }
        None
    }

    /// The next one around the window.
    #[must_use]
    pub const fn next(self) -> Self {
        Self { top: self.start, start: !self.top }
    }

    /// The corner after an arrow key; `None` for another key.
    pub fn after(self, key: &str, rtl: bool) -> Option<Self> {
        Some(match key {
            "ArrowUp" => Self { top: true, ..self },
            "ArrowDown" => Self { top: false, ..self },
            "ArrowLeft" => Self { start: !rtl, ..self },
            "ArrowRight" => Self { start: rtl, ..self },
            _ => return None,
        })
    }

    /// The one nearest to a point of the window.
    pub const fn nearest(x: i32, y: i32, window: Area, rtl: bool) -> Self {
        Self { top: y < window.height / 2, start: (x < window.width / 2) != rtl }
    }
}
