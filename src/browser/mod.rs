//! The browser: frames, storage, clock, randomness, listeners. Each part owns what it opens and frees it when dropped.
//! Nothing here decides.

pub mod animation;
pub mod clock;
pub mod fetch;
pub mod frames;
pub mod letters;
pub mod random;
pub mod sight;
pub mod storage;
