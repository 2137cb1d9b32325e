//! The end of all calls when the person signs out.

use gloo_timers::future::TimeoutFuture;

use super::PeerCalls;
use crate::browser::clock;
use crate::call::Input;
use crate::time::Millis;

/// How long the other sides' homeserver is waited for.
const LONGEST: Millis = Millis::seconds(2);
/// How often it is looked whether they have been told, in milliseconds.
const LOOK: u32 = 20;

impl PeerCalls {
    /// Ends every call at once, then waits until the other sides have been told and what `else_said` asks about is done, though not for
    /// long. For the time before the session ends: after that nothing can be sent.
    pub async fn end_all(&self, else_said: &dyn Fn() -> bool) {
        self.0.input(Input::SigningOut);
        let until = clock::now().plus(LONGEST);
        while !(self.0.switchboard.borrow().is_done() && else_said()) && clock::now() < until {
            TimeoutFuture::new(LOOK).await;
        }
    }
}
