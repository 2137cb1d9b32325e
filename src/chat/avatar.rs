//! Round images of people and rooms. An image is fetched when its place comes into view: a long list asks for a screenful.

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::HtmlElement;

use super::names::{initial, tint};
use super::session::Chat;
use crate::browser::sight::Sight;
use crate::ui::drawn::redrawn;
use crate::ui::effect::effect;
use crate::ui::element::{Tag, tag};

/// An avatar, `size` CSS pixels wide: 28, 32, 40, 44 or 72. Decoration: the name stands beside it. `image` is the `mxc:` address
/// of the image, `name` gives the letter shown without one, and `id`, the room's or user's, the tint.
pub(super) fn avatar(image: Memo<Option<String>>, name: Memo<String>, id: &str, size: u32) -> Tag {
    let address = RwSignal::new(None::<String>);
    tag("span", "")
        .set("class", ["avatar avatar-", &size.to_string(), " tint-", &tint(id).to_string()].concat())
        .set("aria-hidden", "true")
        .made(move |place| fetch_in_sight(place, image, address, size))
        .with(redrawn(move || match address.get() {
            Some(source) => tag("img", "")
                .set("src", source)
                .set("alt", "")
                .set("draggable", "false")
                .on("error", move |_| address.set(None)),
            None => tag("span", "").words(Box::new(move || initial(&name.get()))),
        }))
}

fn fetch_in_sight(place: HtmlElement, image: Memo<Option<String>>, address: RwSignal<Option<String>>, size: u32) {
    let chat = Chat::here();
    let sight = StoredValue::new_local(None::<Sight>);
    effect(move || {
        address.set(None);
        let Some(asked) = image.get() else { return };
        let fetch = move || {
            spawn_local(async move {
                let Some(client) = chat.client() else { return };
                let fetched = client.thumbnail(&asked, size).await;
                // Another image may be wanted by now, or none.
                if image.try_get_untracked().flatten() == Some(asked) {
                    address.try_set(fetched);
                }
            });
        };
        sight.set_value(Sight::first_of(&place, fetch));
    });
}
