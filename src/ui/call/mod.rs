//! What people see of 1:1 calls: the toast that rings, the panel of a call, the look at the devices before it, and the word after
//! it. These views decide nothing: `call::scene` lays out, `call::words` says, and what people do goes to the `desk`.
//!
//! Everything lies in one layer per page, [`CallLayer`], so that a room that comes and goes never takes a playing picture or
//! sound along; full screen is the layer's, so that a second call can ring in it.

mod avatar;
mod controls;
pub(super) mod desk;
mod details;
mod devices;
mod feeds;
mod icons;
mod keyboard;
pub mod layer;
mod notices;
mod on_top;
mod panel;
mod parts;
mod preview;
mod ring;
mod seat;

pub use desk::Tell;
pub(super) use devices::device_choosers;
pub use layer::CallLayer;
pub(super) use seat::call_place;
