//! The frame layer in a real document.

use std::rc::Rc;

use meet_in_chat::browser::crash;
use meet_in_chat::browser::frames::{self, Frame};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

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

/// The check of calls lies in a dialogue, outside the layer, and has the same camera.
#[wasm_bindgen_test]
fn a_check_in_a_dialogue_is_gone_when_dropped_and_after_a_crash() {
    let document = web_sys::window().and_then(|window| window.document()).expect("a document");
    let place: HtmlElement = document.create_element("div").expect("an element").unchecked_into();
    document.body().expect("a body").append_child(&place).expect("a place");
    let check = || Frame::of_check("about:blank", "A check", &place, Rc::new(|_| {})).expect("a frame");
    drop(check());
    assert_eq!(place.child_element_count(), 0);
    let forgotten = check();
    assert_eq!(place.child_element_count(), 1);
    crash::close_all();
    crash::survived();
    assert_eq!(place.child_element_count(), 0);
    drop(forgotten);
    place.remove();
}
