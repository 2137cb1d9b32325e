//! Choosing microphone, camera and loudspeaker.

use leptos::prelude::event_target_value;

use super::parts::Shown;
use crate::call::media::Kind;
use crate::text_key;
use crate::ui::drawn::{Drawn, redrawn};
use crate::ui::element::{Tag, tag};
use crate::ui::peer_calls::{Device, Devices, PeerCalls};
use crate::ui::stage::Engine;

/// What is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    Input(Kind),
    Speaker,
}

/// What choosing does.
pub(super) type Choose = fn(Shown, Choice, Option<String>);

/// Chooses for the call that goes on and those to come.
pub(super) fn choose(shown: Shown, choice: Choice, device: Option<String>) {
    shown.peers(|peers| match choice {
        Choice::Input(kind) => peers.choose(kind, device),
        Choice::Speaker => peers.choose_speaker(device),
    });
}

/// The choosers, for outside of a call.
pub(in crate::ui) fn device_choosers(calls: Engine) -> Tag {
    choosers(Shown::new(calls), choose)
}

/// A chooser for each kind of which there is something to choose. They stay when devices come and go, for who has one open or focused.
pub(super) fn choosers(shown: Shown, choose: Choose) -> Tag {
    let kinds = [
        (text_key!("peer_call.microphone"), Choice::Input(Kind::Audio)),
        (text_key!("peer_call.camera"), Choice::Input(Kind::Video)),
        (text_key!("peer_call.speaker"), Choice::Speaker),
    ];
    let none = Box::new(move || kinds.iter().all(|(_, choice)| devices(shown, *choice).is_empty()));
    let none = tag("p", "meet-quiet").text(shown.text(text_key!("peer_call.no_devices"))).shown(none);
    kinds.into_iter().fold(tag("div", "meet-choosers").with(none), |list, (name, choice)| {
        let select = tag("select", "").with(redrawn(move || options(shown, choice))).on("change", move |event| {
            let id = event_target_value(event);
            choose(shown, choice, (!id.is_empty()).then_some(id));
        });
        list.with(
            tag("label", "meet-chooser")
                .shown(Box::new(move || !devices(shown, choice).is_empty()))
                .with(tag("span", "").text(shown.text(name)))
                .with(select),
        )
    })
}

/// The devices of a kind; tracks.
fn devices(shown: Shown, choice: Choice) -> Vec<Device> {
    let Devices { microphones, cameras, speakers } = shown.peers(PeerCalls::devices);
    match choice {
        Choice::Input(Kind::Audio) => microphones,
        Choice::Input(Kind::Video) => cameras,
        Choice::Speaker => speakers,
    }
}

/// The system's default, and the devices; browsers list the default once more, as "default" or by an empty id.
fn options(shown: Shown, choice: Choice) -> Vec<Drawn> {
    let mut devices = devices(shown, choice);
    let chosen = shown.peers(PeerCalls::preferences);
    let chosen = match choice {
        Choice::Input(Kind::Audio) => chosen.microphone,
        Choice::Input(Kind::Video) => chosen.camera,
        Choice::Speaker => chosen.speaker,
    };
    let chosen = chosen.unwrap_or_default();
    devices.retain(|device| !matches!(device.id.as_str(), "" | "default"));
    devices.insert(0, Device { id: String::new(), label: shown.text(text_key!("peer_call.default_device")) });
    let option = |(at, Device { id, mut label }): (usize, Device)| {
        if label.is_empty() {
            let number = at.to_string();
            label = shown.texts(|texts| texts.fill(text_key!("peer_call.unnamed_device"), &[("number", &number)]));
        }
        let option = tag("option", "");
        let option = if chosen == id { option.set("selected", "") } else { option };
        option.set("value", id).text(label).into()
    };
    devices.into_iter().enumerate().map(option).collect()
}
