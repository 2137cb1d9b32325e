//! What is going on, for a chat that wants to be told of it.

use leptos::prelude::*;

use super::Calls;
use crate::embed::events::Standing;

impl Calls {
    /// What is going on; tracks.
    pub fn standing(&self) -> Standing {
        let calls = self.0.desk.view();
        self.0.view.with(|conference| self.0.visited.view.with(|other| Standing::of(&calls, conference, other)))
    }
}
