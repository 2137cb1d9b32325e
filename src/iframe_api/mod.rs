//! The wrapper's dialogue with Meet: the outer half of Meet's IFrame API (`meet-iframe.md` 2 to 6), without any script of
//! the Meet server. Pure: takes messages and times, gives messages and facts.
