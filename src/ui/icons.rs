//! The call components' icons: 24 by 24, drawn in the text's colour.

use crate::ui::drawn::Drawn;
use crate::ui::element::{drawing, tag};

fn icon(path: &'static str) -> Drawn {
    let line = tag("path", "").set("fill", "currentColor").set("fill-rule", "evenodd").set("d", path);
    drawing("meet-icon", line).set("width", "24").set("height", "24").into()
}

/// A telephone handset.
pub(super) fn voice() -> Drawn {
    icon(
        "M7.1 3.2 9.6 3c.6 0 1.1.4 1.3 1l.9 3.1c.1.5 0 1-.4 1.400l-1.700 1.600a12.500 12.500 0 0 0 4.200 4.200l1.600-1.700c.4-.4.9-.5 1.400-.4l3.100.9c.6.2 1 .7 1 \
         1.300l-.2 2.500A3.200 3.200 0 0 1 17.700 20C10.200 20.200 3.800 13.800 4 6.300a3.200 3.200 0 0 1 3.100-3.100Z",
    )
}

/// A video camera.
pub(super) fn video() -> Drawn {
    icon(
        "M5 5.500h8.500A2.500 2.500 0 0 1 16 8v1.900l3.900-2.500c.7-.4 1.600 0 1.600.8v7.600c0 .8-.9 1.200-1.600.8L16 14.100V16a2.500 2.500 0 0 1-2.500 2.500H5A2.500 2.500 0 0 1 2.500 16V8A2.500 \
         2.500 0 0 1 5 5.500Z",
    )
}

/// A microphone.
pub(super) fn microphone() -> Drawn {
    icon(
        "M12 2.500a3.500 3.500 0 0 1 3.500 3.500v5a3.500 3.500 0 0 1-7 0V6A3.500 3.500 0 0 1 12 2.500ZM5 11h2a5 5 0 0 0 10 0h2a7 7 0 0 1-6 6.900V21h-2v-3.100A7 7 0 0 1 5 11Z",
    )
}

/// A handset laid down.
pub(super) fn leave() -> Drawn {
    icon(
        "M12 8.500c3.600 0 6.700 1 8.900 2.900.7.600 1 1.500.8 2.400l-.3 1.500c-.2.800-1 1.300-1.800 1.100l-2.900-.6c-.6-.1-1.100-.7-1.200-1.300l-.2-1.800a12.800 12.800 0 0 0-6.600 0l-.2 1.800c-.1.600-.6 \
         1.200-1.200 1.300l-2.900.6c-.8.200-1.600-.3-1.800-1.100l-.3-1.500c-.2-.9.1-1.800.8-2.400C5.300 9.500 8.400 8.500 12 8.500Z",
    )
}

/// A cross in a circle: the end for all.
pub(super) fn end() -> Drawn {
    icon(
        "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Zm4.200 12.800-1.400 1.400-2.800-2.800-2.800 2.800-1.400-1.400 2.800-2.800-2.800-2.800 1.400-1.400 2.800 2.800 2.800-2.800 1.400 1.400-2.800 2.800Z",
    )
}

/// An arrow back.
pub(super) fn back() -> Drawn {
    icon("M11 5 4 12l7 7v-5h9v-4h-9Z")
}

/// The upper half of a window.
pub(super) fn pinned() -> Drawn {
    icon("M3 4h18v16H3Zm2 9v5h14v-5Z")
}

/// The first half of a window.
pub(super) fn beside() -> Drawn {
    icon("M3 4h18v16H3Zm10 2v12h6V6Z")
}

/// Four corners.
pub(super) fn maximised() -> Drawn {
    icon("M4 4h6v2H6v4H4Zm10 0h6v6h-2V6h-4ZM4 14h2v4h4v2H4Zm14 0h2v6h-6v-2h4Z")
}

/// Arrows in four directions.
pub(super) fn corner() -> Drawn {
    icon("m12 2 4 4h-3v5h5V8l4 4-4 4v-3h-5v5h3l-4 4-4-4h3v-5H6v3l-4-4 4-4v3h5V6H8Z")
}

/// An arrow out of a frame.
pub(super) fn outside() -> Drawn {
    icon("M14 4h6v6h-2V7.400l-7.300 7.300-1.400-1.400L16.600 6H14ZM5 6h6v2H6v10h10v-5h2v7H4V6Z")
}
