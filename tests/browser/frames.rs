//! The frame layer in a real document.

use std::rc::Rc;

use meet_in_chat::browser::frames::{self, Frame};
use wasm_bindgen_test::wasm_bindgen_test;

fn frames_on_the_page() -> u32 {
    let document = web_sys::window().and_then(|window| window.document()).expect("a document");
    document.query_selector_all("#meet-in-chat-frames iframe").expect("a selector").length()
}

fn open() -> Frame {
    Frame::open("about:blank", "A frame", Rc::default(), Rc::new(|_| {})).expect("a frame")
}

#[wasm_bindgen_test]
fn a_dropped_frame_is_gone_and_its_neighbour_stays() {
    let (first, second) = (open(), open());
    assert_eq!(frames_on_the_page(), 2);
    drop(first);
    assert_eq!(frames_on_the_page(), 1);
    drop(second);
    assert_eq!(frames_on_the_page(), 0);
}

/// A program that panics drops nothing: a conference would stay open, with its camera, behind the crash notice.
#[wasm_bindgen_test]
fn frames_can_be_taken_away_without_their_owners_and_new_ones_opened() {
    let forgotten = open();
    frames::remove_all();
    assert_eq!(frames_on_the_page(), 0);
    drop(forgotten);
    let next = open();
    assert_eq!(frames_on_the_page(), 1);
    drop(next);
}
