//! The chat page's own views: sign-in, room list, timeline, composer, members. They use the call components as a stranger
//! would, through `ui` and `host`.

/// Starts the page.
pub fn start() {}
