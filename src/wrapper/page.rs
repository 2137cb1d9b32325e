//! The shell of the wrapper page.

/// Starts the page.
pub fn start() {}
