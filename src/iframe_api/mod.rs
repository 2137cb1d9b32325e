//! The wrapper's dialogue with Meet: the outer half of Meet's IFrame API (`meet-iframe.md` 2 to 6), without any script of
//! the Meet server. Pure: takes messages and times, gives messages and facts. No DOM: the shell opens the frame at
//! [`frame_url`], checks that a message came from its window, and posts.
//!
//! [`Conversation`] is one frame's life, from opening to its one end; joining again is a new one. Below it lie `postis` (the
//! transport), `message` (what Meet says), `others` (who else is in) and `device` (toggles made into wishes).

mod conversation;
mod device;
mod end;
mod message;
mod others;
mod postis;
mod url;

pub use conversation::{ANSWER_LIMIT, CLOSE_LIMIT, Conversation, ConversationInput, ConversationOutput, Introduction};
pub use end::{End, Failure, NOT_POSSIBLE, Waiting};
pub use message::{Event, MeetError, Message};
pub use postis::scope;
pub(crate) use url::quoted;
pub use url::{Opening, Token, frame_url, meet_language};
