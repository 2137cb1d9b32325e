//! Where the keyboard goes when what had it goes away.

use leptos::prelude::document;
use meet_in_chat::browser::js;
use meet_in_chat::call::view::{CallView, CallsView, Ending, Screen, Word};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

use super::focused;
use super::scene::{Scene, call, notice, ringing, settle, until};

/// A field of the chat, as a composer.
fn field() -> HtmlElement {
    let field: HtmlElement = document().create_element("input").unwrap().unchecked_into();
    document().body().unwrap().append_child(&field).unwrap();
    field.focus().unwrap();
    field
}

fn elsewhere(key: u64) -> CallView {
    CallView { room: "!other".into(), ..call(key) }
}

#[wasm_bindgen_test]
async fn who_has_answered_a_toast_is_back_where_they_were() {
    let scene = Scene::calls([]).await;
    let field = field();
    for act in ["decline", "ignore"] {
        field.focus().unwrap();
        scene.show_calls([ringing(7, true)]).await;
        scene.get(&format!(".meet-ring [data-act={act}]")).focus().unwrap();
        scene.press(&format!(".meet-ring [data-act={act}]"));
        scene.show_calls([]).await;
        until(act, || focused(&field)).await;
    }
    field.remove();
}

#[wasm_bindgen_test]
async fn who_hangs_up_in_another_room_is_back_where_they_were() {
    let field = field();
    let scene = Scene::calls([elsewhere(1)]).await;
    field.focus().unwrap();
    scene.get("[data-act=hangup]").focus().unwrap();
    scene.press("[data-act=hangup]");
    scene.show_calls([]).await;
    until("the field", || focused(&field)).await;
    field.remove();
}

#[wasm_bindgen_test]
async fn a_toast_stays_when_another_call_begins_or_rings() {
    let scene = Scene::calls([ringing(7, true)]).await;
    let decline = scene.get(".meet-ring [data-act=decline]");
    decline.focus().unwrap();
    let other = CallView { room: "!third".into(), ..ringing(8, false) };
    scene.show_calls([call(1), ringing(7, true), other]).await;
    assert!(focused(&decline));
    assert_eq!(scene.all(".meet-ring").len(), 2);
    assert_eq!(scene.press("[data-room='!third'] [data-act=decline]"), ["8 Decline"]);
    let accept = scene.get("[data-room='!other'] [data-act=accept]");
    assert!(accept.text_content().unwrap_or_default().contains("Hold"));
    accept.focus().unwrap();
    scene.show_calls([call(1), CallView { on_hold: true, room: "!fourth".into(), ..call(2) }, ringing(7, true)]).await;
    until("the first answer that is left", || focused(&scene.get("[data-act=end-and-accept]"))).await;
}

#[wasm_bindgen_test]
async fn a_button_of_the_panel_that_hides_leaves_the_keyboard_to_the_panel() {
    let scene = Scene::calls([CallView { word: Some(Word::DeviceGone), screen: Screen::On, ..call(1) }]).await;
    for (act, after) in [("read", CallView { screen: Screen::On, ..call(1) }), ("stop-sharing", call(1))] {
        scene.get(&format!("[data-act={act}]")).focus().unwrap();
        scene.press(&format!("[data-act={act}]"));
        scene.show_calls([after]).await;
        until(act, || focused(&scene.get(".meet-call"))).await;
    }
}

#[wasm_bindgen_test]
async fn nobody_is_fetched_who_has_gone_elsewhere() {
    let field = field();
    let scene = Scene::calls([ringing(7, true)]).await;
    scene.get(".meet-ring [data-act=decline]").focus().unwrap();
    let active = document().active_element().unwrap().unchecked_into::<HtmlElement>();
    active.blur().unwrap();
    settle().await;
    scene.show(CallsView { notices: vec![notice(1, Ending::PeerHungUp)], ..CallsView::default() }).await;
    settle().await;
    assert!(document().active_element() == document().body().map(Into::into));
    field.remove();
}

/// What is open stays open, and what has the keyboard keeps it.
#[wasm_bindgen_test]
async fn choosers_stay_when_devices_come() {
    let scene = Scene::calls([call(1)]).await;
    scene.press(".meet-call [data-act=devices]");
    until("devices", || scene.find(".meet-chooser:not([hidden]) select").is_some()).await;
    let order: Vec<_> = scene.all(".meet-call-controls, .meet-call-menu").iter().map(|one| one.class_name()).collect();
    assert_eq!(order, ["meet-call-controls", "meet-call-menu"], "Tab leads from the button to what it opens");
    let select = scene.get(".meet-chooser:not([hidden]) select");
    select.focus().unwrap();
    let media = js::get(&js::navigator(), "mediaDevices");
    let before = select.text_content();
    let list = js_sys::Function::new_no_args(
        "return Promise.resolve(['audioinput', 'videoinput', 'audiooutput'].flatMap(kind => ['x', 'y', 'z', 'new'].map(
            deviceId => ({ kind, deviceId, label: kind + deviceId, groupId: '' }))));",
    );
    js::set(&media, "enumerateDevices", &list);
    let change = web_sys::Event::new("devicechange").unwrap();
    media.unchecked_ref::<web_sys::EventTarget>().dispatch_event(&change).unwrap();
    until("the new device", || select.text_content() != before).await;
    let _ =
        js_sys::Reflect::delete_property(media.unchecked_ref::<js_sys::Object>(), &JsValue::from("enumerateDevices"));
    assert!(focused(&select) && select.is_connected());
}
