//! 1:1 calls (Client-Server API, "Voice over IP"; `calls-1to1.md`). Pure: no DOM, no clock, no randomness, no futures.
//!
//! [`Switchboard`] takes what happens (live events, what the person does, what media and peer connections report) and says what is to
//! be done; it has one machine per call. `event` is the wire, `sift` finds what of a batch is about calls, `peer` and `media` are the
//! words spoken with the shell, `view` what there is to see, `scene` and `words` how it is laid out and said.

pub mod capture_attempts;
mod desk;
pub mod devices;
pub mod event;
pub mod graph;
pub mod history;
pub mod last_words;
mod machine;
pub mod media;
pub mod outbox;
pub mod peer;
pub mod quality;
pub mod room;
pub mod scene;
mod sdp;
pub mod settings;
pub mod sift;
pub mod stats;
pub mod switchboard;
pub mod tones;
pub mod trickle;
pub mod turn;
pub mod view;
pub mod vocabulary;
pub mod words;

pub use switchboard::Switchboard;
pub use vocabulary::{Action, Input};
