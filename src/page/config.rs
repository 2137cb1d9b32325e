//! What is spelt in two ways in `config.json`, the chat's own file.

use serde_json::Value;

use crate::json::{self, Object};

/// What the site names as its Meet server.
pub(crate) fn preferred_domain(config: &Value) -> Option<&Value> {
    either(json::object(config.as_object()?, "jitsi")?, "preferred_domain", "preferredDomain")
}

/// The value under either spelling; where both are there, snake_case wins.
pub(crate) fn either<'a>(object: &'a Object, snake: &str, camel: &str) -> Option<&'a Value> {
    object.get(snake).or_else(|| object.get(camel))
}
