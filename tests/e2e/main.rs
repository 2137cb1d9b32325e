//! The whole product in real browsers against a real homeserver: `cargo xtask test e2e`. One test alone:
//! `cargo xtask test e2e its_name`; with the browser on screen: `--visible`.

mod axe;
mod bed;
mod browser;
mod call_check;
mod call_settings;
mod calls;
mod calls_accessible;
mod calls_endings;
mod calls_firefox;
mod calls_js_sdk;
mod calls_network;
mod calls_ours;
mod calls_page;
mod calls_stranger;
mod chat;
mod conference;
mod conference_edited;
mod conference_layout;
mod conference_life;
mod conference_rings;
mod conference_rooms;
mod conference_shapes;
mod conference_timeline;
mod conference_trouble;
mod conference_ways;
mod embed_adapter;
mod embed_example;
mod hosting;
mod integrations;
mod meet_stand_in;
mod scene;
mod wrapper;
