//! The widget's end of the Widget API.

/// The wrapper as it talks to its chat.
#[derive(Debug)]
pub struct WidgetSide {}
