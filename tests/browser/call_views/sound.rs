//! What is heard of a call.

use js_sys::Function;
use meet_in_chat::browser::{js, storage};
use meet_in_chat::call::view::CallView;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

use super::scene::{Given, Scene, call, settle, until};
use super::{PREFERENCES, focused};

#[wasm_bindgen_test]
async fn a_loudspeaker_chosen_during_the_call_is_used_at_once() {
    let scene = Scene::calls([call(1)]).await;
    let audio = scene.get("audio[data-stream]");
    let route = "this.routed = id; return Promise.resolve();";
    js::set(&audio, "setSinkId", &js_sys::Function::new_with_args("id", route));
    let choose = |speaker: &str| {
        storage::write(PREFERENCES, &serde_json::json!({ "speaker": speaker }));
        let init = js::object(&[("key", &PREFERENCES.into())]);
        let event = js::construct(&js::get(&js_sys::global(), "StorageEvent"), &[&"storage".into(), &init]).unwrap();
        leptos::prelude::window().dispatch_event(event.unchecked_ref()).unwrap();
    };
    choose("kitchen");
    settle().await;
    assert_eq!(js::text(&audio, "routed").as_deref(), Some("kitchen"));
    choose("");
}

/// What playing a sound does, until dropped.
fn playing(does: &str) -> Given {
    let class = js::get(&js_sys::global(), "HTMLMediaElement");
    Given::new(js::get(&class, "prototype"), "play", &Function::new_no_args(does))
}

fn refused() -> Given {
    playing("return Promise.reject(new DOMException('', 'NotAllowedError'));")
}

fn heard() -> Given {
    playing("return Promise.resolve();")
}

#[wasm_bindgen_test]
async fn the_button_to_hear_the_call_is_there_as_long_as_the_browser_wants_a_press() {
    let before = refused();
    let scene = Scene::calls([call(1)]).await;
    let hear = scene.get("[data-act=hear]");
    until("the button", || !hear.has_attribute("hidden")).await;
    drop(before);
    let after = heard();
    let more = CallView { peer_audio: vec!["camera".into(), "screen".into()], ..call(1) };
    scene.show_calls([more.clone()]).await;
    until("a press elsewhere was enough", || hear.has_attribute("hidden")).await;
    drop(after);

    let before = refused();
    scene.show_calls([CallView { peer_audio: vec!["third".into()], ..more }]).await;
    until("the button", || !hear.has_attribute("hidden")).await;
    drop(before);
    let _after = heard();
    hear.focus().unwrap();
    hear.click();
    until("the panel has the keyboard", || focused(&scene.get(".meet-call"))).await;
    assert!(hear.has_attribute("hidden"));
}
