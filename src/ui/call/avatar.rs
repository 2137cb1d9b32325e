//! The picture of who is at the other side, or their first letter.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::parts::Shown;
use crate::browser::letters;
use crate::ids::{RoomId, UserId};
use crate::ui::drawn::{Draw, redrawn};
use crate::ui::element::{Tag, tag};

/// An avatar about `size` CSS pixels wide. Decoration: the name stands beside it.
pub(super) fn avatar(shown: Shown, room: &RoomId, user: &UserId, size: u32) -> Tag {
    let letter = letters::upper(
        &shown.name_of(room, user).chars().find(|letter| letters::is_alphanumeric(*letter)).unwrap_or('#').to_string(),
    );
    let hue = user.as_str().bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into())) % 360;
    let address = RwSignal::new(None::<String>);
    let picture = shown.calls.with_value(|calls| calls.avatar(room, user, size));
    spawn_local(async move {
        if let Ok(picture) = picture.await {
            address.try_set(picture);
        }
    });
    tag("span", "meet-avatar")
        .set("aria-hidden", "true")
        .made(move |element| {
            let _ = element.style().set_property("--_hue", &hue.to_string());
        })
        .with(redrawn(move || match address.get() {
            Some(source) => tag("img", "")
                .set("src", source)
                .set("alt", "")
                .set("draggable", "false")
                .on("error", move |_| address.set(None))
                .into(),
            None => letter.clone().drawn(),
        }))
}
