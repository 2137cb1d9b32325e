//! Conferences on a Meet server: which server, the widget event, its URL, and one conference's life in the chat. Pure: no
//! DOM, no requests, no clock, no randomness; those come in as inputs.

pub mod auth;
pub mod conference_id;
pub mod consent;
pub mod demo_server;
pub mod domain;
pub mod history;
pub mod hybrid;
pub mod layout;
pub mod places;
pub mod preferences;
pub mod ringing;
pub mod server;
pub mod session;
pub mod settings;
pub mod split;
pub mod template;
pub mod video_room;
pub mod ways;
pub mod widget;

pub use domain::{DomainError, MeetDomain};
