//! One message of the Widget API: `{api, widgetId, requestId, action, data}`, a reply is the same with `response`.

/// A message of either direction.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {}
