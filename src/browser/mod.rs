//! The browser: peer connections, devices, sound, frames, storage, clock, randomness, listeners. Each part owns what it opens and frees it when dropped.
//! Nothing here decides.

pub mod animation;
pub mod app;
pub mod body;
pub mod capture;
pub mod clipboard;
pub mod clock;
pub mod crash;
pub mod devices;
pub mod fetch;
pub mod frames;
pub mod js;
pub mod letters;
pub mod lock;
pub mod look;
pub mod notification;
pub mod peer;
pub mod picture;
pub mod queue;
pub mod random;
pub mod sight;
pub mod sound;
pub mod storage;
pub mod tabs;
pub mod title;
pub mod unseen;
pub mod wake_lock;
