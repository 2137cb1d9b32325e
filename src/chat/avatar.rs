//! Round images of people and rooms. An image is fetched when its place comes into view: a long list asks for a screenful.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::effect::effect;
use super::names::{initial, tint};
use super::session::Chat;
use crate::browser::sight::Sight;
use crate::ui::drawn::{Draw, redrawn};

/// An avatar. Decoration: the name stands beside it.
#[component]
pub(super) fn Avatar(
    /// `mxc:` address of the image.
    #[prop(into)]
    image: Signal<Option<String>>,
    /// Whose; gives the letter shown without an image.
    #[prop(into)]
    name: Signal<String>,
    /// The room or user id; gives the tint.
    #[prop(into)]
    id: String,
    /// Width in CSS pixels: 28, 32, 40, 44 or 72.
    size: u32,
) -> impl IntoView {
    let chat = Chat::here();
    let place = NodeRef::<leptos::html::Span>::new();
    let address = RwSignal::new(None::<String>);
    let image = Memo::new(move |_| image.get());
    let sight = StoredValue::new_local(None::<Sight>);

    effect(move || {
        address.set(None);
        let (Some(asked), Some(place)) = (image.get(), place.get()) else {
            return;
        };
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

    view! {
        <span
            class=format!("avatar avatar-{size} tint-{}", tint(&id))
            aria-hidden="true"
            node_ref=place
        >
            {redrawn(move || match address.get() {
                Some(src) => {
                    view! { <img src=src alt="" draggable="false" on:error=move |_| address.set(None)/> }
                        .drawn()
                }
                None => view! { <span>{move || initial(&name.get())}</span> }.drawn(),
            })}
        </span>
    }
}
