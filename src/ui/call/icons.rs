//! The icons of 1:1 calls: 24 by 24, drawn as lines in the text's colour.

use crate::ui::element::{Tag, tag};

/// An icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Icon {
    Microphone,
    Camera,
    Screen,
    Hold,
    Devices,
    Details,
    Expand,
    Picture,
    HangUp,
    Answer,
    Back,
    Bell,
    Close,
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Self::Microphone => {
                "M12 3.5a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0v-5a3 3 0 0 1 3-3zM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3"
            }
            Self::Camera => {
                "M4.5 6.5H13a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2H4.5a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2zM15 11l5.5-3.3v8.6L15 13"
            }
            Self::Screen => {
                "M4.5 4.5h15A1.5 1.5 0 0 1 21 6v9.5a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 15.5V6a1.5 1.5 0 0 1 1.5-1.5zM9 20.5h6M12 14V8M9.5 10 12 7.5l2.5 2.5"
            }
            Self::Hold => "M9 5.5v13M15 5.5v13",
            Self::Devices => {
                "M4 7h9M17 7h3M15 5a2 2 0 1 1 0 4 2 2 0 0 1 0-4zM4 17h3M11 17h9M9 15a2 2 0 1 1 0 4 2 2 0 0 1 0-4z"
            }
            Self::Details => "M5 19.5v-4M10 19.5v-8M15 19.5v-12M20 19.5v-15",
            Self::Expand => "M8.5 4H4v4.5M15.5 4H20v4.5M8.5 20H4v-4.5M15.5 20H20v-4.5",
            Self::Picture => {
                "M9 17.5H4.5A1.5 1.5 0 0 1 3 16V6.5A1.5 1.5 0 0 1 4.5 5h14A1.5 1.5 0 0 1 20 6.5V9M12.5 12.5h8V19h-8z"
            }
            Self::HangUp => {
                "M3.2 15.2c-.7-3 3.6-6 8.8-6s9.5 3 8.8 6c-.2.9-.9 1.3-1.7 1.1l-2.8-.6c-.7-.2-1.1-.7-1.1-1.4v-1.5c-2-.7-4.4-.7-6.4 0v1.5c0 .7-.4 1.2-1.1 1.4l-2.8.6c-.8.2-1.5-.2-1.7-1.1z"
            }
            Self::Answer => {
                "M7.5 3.5 9.7 3.3c.5 0 .9.3 1.1.8l1 3c.1.4 0 .8-.3 1.1L9.8 9.9a12 12 0 0 0 4.3 4.3l1.7-1.7c.3-.3.7-.4 1.1-.3l3 1c.5.2.8.6.8 1.1l-.2 2.2A3.2 3.2 0 0 1 17.2 19.5C10.2 19.5 4.5 13.8 4.5 6.8a3.2 3.2 0 0 1 3-3.3z"
            }
            Self::Back => {
                "M14 5h5v5M19 5l-7.5 7.5M10 6H6.5A1.5 1.5 0 0 0 5 7.5v10A1.5 1.5 0 0 0 6.5 19h10a1.5 1.5 0 0 0 1.5-1.5V14"
            }
            Self::Bell => {
                "M12 3.5a5.5 5.5 0 0 1 5.5 5.5c0 5 1.5 6.5 1.5 7H5c0-.5 1.5-2 1.5-7A5.5 5.5 0 0 1 12 3.5zM10 19.5a2 2 0 0 0 4 0"
            }
            Self::Close => "M6.5 6.5l11 11M17.5 6.5l-11 11",
        }
    }
}

/// Draws an icon. The stroke across it shows by the state of its button, see the stylesheet.
pub(super) fn icon(icon: Icon) -> Tag {
    tag("svg", "meet-icon meet-lines")
        .set("viewBox", "0 0 24 24")
        .set("aria-hidden", "true")
        .with(tag("path", "").set("d", icon.path()))
        .with(tag("path", "meet-slash").set("d", "M4 4l16 16"))
}
