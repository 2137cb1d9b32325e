//! The page's icons, drawn on a grid of 24 with a line of 1.75.

use crate::ui::drawn::Drawn;
use crate::ui::element::{drawing, tag};

/// An icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Icon {
    /// An arrow against the direction of reading.
    Back,
    /// A cross.
    Close,
    /// A video camera.
    Conference,
    /// An arrow down to a line.
    Down,
    /// A sheet of paper.
    File,
    /// An eye.
    Eye,
    /// A crossed-out eye.
    EyeOff,
    /// A padlock.
    Lock,
    /// Two people.
    Members,
    /// A magnifying glass.
    Search,
    /// A paper plane.
    Send,
    /// A door with an arrow.
    SignOut,
    /// Four squares.
    Squares,
    /// A telephone handset.
    Voice,
    /// A triangle with an exclamation mark.
    Warning,
    /// Two balloons.
    Chats,
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Self::Back => "M19 12H5.5M11.5 5.5 5 12l6.5 6.5",
            Self::Close => "M6.5 6.5l11 11M17.5 6.5l-11 11",
            Self::Conference => {
                "M4.5 7h8.5a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H4.5a2 2 0 0 1-2-2V9a2 2 0 0 1 2-2zM15 11l5.2-3.1a.5.5 0 0 1 .8.4v7.4a.5.5 0 0 1-.8.4L15 13"
            }
            Self::Down => "M12 4.5v13M5.5 11.5 12 18l6.5-6.5",
            Self::File => {
                "M7 3.5h6.5L18.5 9v10a1.5 1.5 0 0 1-1.5 1.5H7A1.5 1.5 0 0 1 5.5 19V5A1.5 1.5 0 0 1 7 3.5zM13 3.5V9h5.5"
            }
            Self::Eye => {
                "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6z"
            }
            Self::EyeOff => {
                "M4 4l16 16M9.9 5.8A9.6 9.6 0 0 1 12 5.5c6 0 9.5 6.5 9.5 6.5a17 17 0 0 1-2.9 3.6M6.3 7.4A16.6 16.6 0 0 0 2.5 12s3.5 6.5 9.5 6.5a9 9 0 0 0 4.5-1.2M9.9 9.9a3 3 0 0 0 4.2 4.2"
            }
            Self::Lock => {
                "M7 10.5h10a1.5 1.5 0 0 1 1.5 1.5v6.5A1.5 1.5 0 0 1 17 20H7a1.5 1.5 0 0 1-1.5-1.5V12A1.5 1.5 0 0 1 7 10.5zM8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5"
            }
            Self::Members => {
                "M9 5a3.25 3.25 0 1 1 0 6.5A3.25 3.25 0 0 1 9 5zM2.75 19.5c0-3.2 2.8-5 6.25-5s6.25 1.8 6.25 5M15.5 5.3a3.25 3.25 0 0 1 0 5.9M17.5 14.9c2.3.6 3.75 2.2 3.75 4.6"
            }
            Self::Search => "M11 4.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.8 15.8 20 20",
            Self::Send => {
                "M4.6 12 4 5.1c-.1-.9.8-1.5 1.6-1.1l14 7.1c.7.4.7 1.4 0 1.8l-14 7.1c-.8.4-1.7-.2-1.6-1.1L4.6 12zM4.6 12H12"
            }
            Self::SignOut => "M14 4.5H6.5A1.5 1.5 0 0 0 5 6v12a1.5 1.5 0 0 0 1.5 1.5H14M10 12h10.5M16.5 8l4 4-4 4",
            Self::Squares => {
                "M5.5 4h3A1.5 1.5 0 0 1 10 5.5v3A1.5 1.5 0 0 1 8.5 10h-3A1.5 1.5 0 0 1 4 8.5v-3A1.5 1.5 0 0 1 5.5 4zM15.5 4h3A1.5 1.5 0 0 1 20 5.5v3A1.5 1.5 0 0 1 18.5 10h-3A1.5 1.5 0 0 1 14 8.5v-3A1.5 1.5 0 0 1 15.5 4zM5.5 14h3a1.5 1.5 0 0 1 1.5 1.5v3A1.5 1.5 0 0 1 8.5 20h-3A1.5 1.5 0 0 1 4 18.5v-3A1.5 1.5 0 0 1 5.5 14zM15.5 14h3a1.5 1.5 0 0 1 1.5 1.5v3a1.5 1.5 0 0 1-1.5 1.5h-3A1.5 1.5 0 0 1 14 18.5v-3a1.5 1.5 0 0 1 1.5-1.5z"
            }
            Self::Voice => {
                "M6.6 4h2.5l1.5 4-2 1.5a11 11 0 0 0 5.9 5.9l1.5-2 4 1.5v2.5a2.1 2.1 0 0 1-2.3 2.1C10.8 18.9 5.1 13.2 4.5 6.3A2.1 2.1 0 0 1 6.6 4z"
            }
            Self::Warning => {
                "M10.7 4.8 3.3 17.6A1.5 1.5 0 0 0 4.6 19.9h14.8a1.5 1.5 0 0 0 1.3-2.3L13.3 4.8a1.5 1.5 0 0 0-2.6 0zM12 9.5v4M12 16.6v.1"
            }
            Self::Chats => {
                "M4.5 4h9A2 2 0 0 1 15.5 6v5a2 2 0 0 1-2 2H8l-3.7 2.8a.5.5 0 0 1-.8-.4V13a2 2 0 0 1-1-1.8V6a2 2 0 0 1 2-2zM18.5 8.5h1a2 2 0 0 1 2 2v5.2a2 2 0 0 1-1 1.8v2.1a.5.5 0 0 1-.8.4L16 17.5h-4.5a2 2 0 0 1-2-1.7"
            }
        }
    }
}

/// Draws an icon in the colour of the text around it.
#[inline(never)]
pub(super) fn icon(icon: Icon) -> Drawn {
    drawing("icon", tag("path", "").set("d", icon.path())).into()
}
