//! The other ways into a conference, on its tile: its address to pass on or to open, and on a phone the app (`mobile.md` 4.5). Decided in
//! `meet::ways`.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::browser::{app, clipboard};
use crate::ids::RoomId;
use crate::meet::session::Input;
use crate::meet::ways::Phone;
use crate::meet::widget::MeetWidget;
use crate::text_key;
use crate::ui::drawn::Drawn;
use crate::ui::element::{Tag, button, tag};
use crate::ui::icons;
use crate::ui::stage::{Engine, domain_of, filled, text};

/// What opens to show them; nothing where there are none. Who is in the conference leaves it on the way: nobody is in one twice.
pub(super) fn ways(calls: Engine, room: &RoomId, widget: &MeetWidget) -> Option<Drawn> {
    let ways = calls.with_value(|calls| calls.ways(room, widget));
    if ways.is_empty() {
        return None;
    }
    let place = StoredValue::new((room.clone(), widget.id.clone()));
    let leave = move || {
        let (room, id) = place.get_value();
        calls.with_value(|calls| calls.input(Input::GoOutside(room, id)));
    };
    let leads = move |class, url: &str, words: &str| {
        tag("a", class).set("href", url).set("rel", "noopener noreferrer").text(text(calls, words))
    };
    let domain = domain_of(widget);
    let mut inside = tag("div", "meet-ways").with(tag("p", "meet-quiet").text(filled(
        calls,
        text_key!("conference.ways_hint"),
        &[("domain", &domain)],
    )));
    if let Some(url) = &ways.app {
        let open = leads("meet-button", url, text_key!("conference.open_app")).on("click", move |_| leave());
        // Whether a phone has the app no page can know.
        let store = app::phone().map(Phone::store).unwrap_or_default();
        let get = leads("", store, text_key!("conference.get_app")).set("target", "_blank");
        let missing = tag("p", "meet-quiet").text([&text(calls, text_key!("conference.app_missing")), " "].concat());
        inside = inside.with(open).with(missing.with(get));
    }
    if let Some(url) = &ways.chat {
        let open = leads("meet-button", url, text_key!("conference.open_chat")).set("target", "_blank");
        inside = inside.with(open.on("click", move |_| leave()));
    }
    if let Some(url) = ways.link {
        let open = leads("meet-button", &url, text_key!("conference.open_tab")).set("target", "_blank");
        let (pass_on, said) = passing_on(calls, url);
        inside = inside.with(open.on("click", move |_| leave())).with(pass_on).with(said);
    }
    let label = text(calls, text_key!("conference.ways"));
    let summary = tag("summary", "meet-button")
        .set("title", label.as_str())
        .with(icons::outside())
        .with(tag("span", "meet-label").text(label));
    Some(tag("details", "meet-more").with(summary).with(inside).into())
}

/// The button that passes the link on, by the share sheet of a phone or by the clipboard, and the words that say so; where the browser
/// allows neither, they are the link.
pub(super) fn passing_on(calls: Engine, link: String) -> (Tag, Tag) {
    let said = RwSignal::new(String::new());
    let shares = app::shares();
    let pass_on = button("meet-button", move |_| {
        let link = link.clone();
        spawn_local(async move {
            if shares
                && app::share(
                    &web_sys::window()
                        .and_then(|window| window.document())
                        .map(|document| document.title())
                        .unwrap_or_default(),
                    &link,
                )
                .await
            {
                return;
            }
            let copied = clipboard::copy(&link).await;
            let words =
                |calls: &crate::ui::Calls| calls.texts().fill(text_key!("conference.split_copied"), &[("link", &link)]);
            let words = calls.try_with_value(words).filter(|_| copied).unwrap_or_else(|| link.clone());
            let _ = said.try_set(words);
        });
    });
    let words = if shares { text_key!("conference.share") } else { text_key!("conference.split_copy") };
    let said = tag("p", "meet-quiet").set("role", "status").words(Box::new(move || said.get()));
    (pass_on.text(text(calls, words)), said)
}
