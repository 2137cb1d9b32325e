//! The wrapper page `jitsi.html` in a client that is not ours: the Widget API on the real matrix-widget-api, each row of
//! `meet-iframe.md` 6 from the wire to the words on the page, sign-in with every release of Meet, strangers that get no answer, and
//! what axe-core says of it. Its counterpart too: somebody else's wrapper in our chat.

mod accessible;
mod actions;
mod alone;
pub(crate) mod client;
mod devices;
mod ends;
mod guest;
mod hostile;
mod leaving;
mod sign_in;
