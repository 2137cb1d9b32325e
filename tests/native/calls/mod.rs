//! 1:1 calls, tested as wholes: two switchboards and more in a simulated [`world`].

mod candidates;
mod devices_and_tabs;
mod encryption;
mod endings;
mod forgery;
mod fuzz;
mod gaps;
mod glare;
mod hold;
mod media;
mod negotiation;
mod offers;
mod opening;
mod own_devices;
mod parties;
mod preview;
mod random;
mod rate_limits;
mod screen;
mod steps;
mod timers;
mod turn;
mod world;
