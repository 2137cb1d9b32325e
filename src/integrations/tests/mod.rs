mod opening;
mod pages;
mod source;
mod visit;
