//! What there is to see: rooms, messages, a composer, and the calls.

use std::rc::Rc;

use leptos::prelude::*;
use meet_in_chat::ids::RoomId;
use meet_in_chat::locale::Texts;
use meet_in_chat::locale::components::COMPONENTS_EN;
use meet_in_chat::ui::{CallButtons, CallLayer, CallOverlay, CallStage, Calls, STYLES};
use serde_json::{Value, json};

use crate::client::{Client, RoomEvent, capitalised, random};
use crate::host::ChatHost;

/// The page of whoever is signed in.
pub(crate) fn chat(client: Client, configuration: Value) -> AnyView {
    let Some((first, ..)) = client.rooms().next() else { return view! { <p>"You are in no room."</p> }.into_any() };
    let room = RwSignal::new(RoomId::from(*first));
    // Another language: `.overlaid_with(Texts::read(...))`, a file of `assets/locales`.
    let texts = Texts::read(COMPONENTS_EN);
    let host = ChatHost::new(client.clone(), Rc::new(move |other| room.set(other)), configuration);
    // One engine per page, as long as somebody is signed in. It lies outside the reactive graph, and views are handed a handle.
    let calls = StoredValue::new_local(Calls::new(Rc::new(host), texts));

    let rooms = client.rooms().map(|(id, name, _)| {
        let current = move || room.with(|room| room.as_str() == *id).then_some("true");
        view! { <button data-room=*id aria-current=current on:click=move |_| room.set(RoomId::from(*id))>{*name}</button> }
    });
    view! {
        <style>{STYLES}</style>
        // Rings and the panels of calls: before all that they lie over, which is also their place in the order of the focus.
        <CallLayer calls/>
        <div class="chat">
            <nav>
                <h1>{capitalised(client.me().localpart())}</h1>
                {rooms.collect_view()}
            </nav>
            <main>
                <CallStage calls room/>
                {messages(client.clone(), room)}
                <footer>{composer(client, room)} <CallButtons calls room/></footer>
            </main>
        </div>
        // A conference whose room is not on screen.
        <CallOverlay calls/>
    }
    .into_any()
}

fn messages(client: Client, room: RwSignal<RoomId>) -> impl IntoView {
    let changed = Trigger::new();
    let number = client.listen(Rc::new(move |_| changed.notify()));
    let client = StoredValue::new_local(client);
    on_cleanup(move || client.with_value(|client| client.forget(number)));
    let line = |event: RoomEvent| {
        // A stranger's words: text, and nothing else.
        let body = event.content.get("body").and_then(|body| body.as_str()).unwrap_or_default().to_owned();
        view! { <li><strong>{event.sender}</strong>": "{body}</li> }
    };
    let lines = move || {
        changed.track();
        let log = room.with(|room| client.with_value(|client| client.log(room.as_str())));
        log.into_iter().filter(|event| event.kind == "m.room.message").map(line).collect_view()
    };
    view! { <ol class="messages" aria-label="Messages">{lines}</ol> }
}

fn composer(client: Client, room: RwSignal<RoomId>) -> impl IntoView {
    let words = RwSignal::new(String::new());
    let client = StoredValue::new_local(client);
    let send = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let body = words.get_untracked();
        if !body.is_empty() {
            let content = json!({ "msgtype": "m.text", "body": body });
            let room = room.get_untracked();
            let sent =
                client.with_value(|client| client.send(room.as_str(), "m.room.message", None, content, &random()));
            if sent.is_some() {
                words.set(String::new());
            }
        }
    };
    view! {
        <form on:submit=send>
            <input aria-label="Message" prop:value=words on:input=move |event| words.set(event_target_value(&event))/>
            <button>"Send"</button>
        </form>
    }
}
