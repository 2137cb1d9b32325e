mod opening;
mod source;
mod visit;
