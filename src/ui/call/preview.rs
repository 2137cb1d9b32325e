//! The look at camera and microphone before a call.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, HtmlElement, HtmlInputElement};

use super::avatar::avatar;
use super::devices::{Choice, choose, choosers};
use super::feeds::{self, Feed};
use super::icons::{Icon, icon};
use super::parts::{Shown, button, button_of, round};
use super::ring::{Place, rings};
use crate::browser::animation::AnimationLoop;
use crate::browser::capture::Meter;
use crate::browser::clock;
use crate::call::Input;
use crate::call::media::{CaptureId, Slot};
use crate::call::scene::Source;
use crate::call::settings::Preferences;
use crate::call::view::{Phase, PreviewView};
use crate::call::vocabulary::PreviewDeed;
use crate::call::words;
use crate::locale::Texts;
use crate::text_key;
use crate::time::Millis;
use crate::ui::drawn::redrawn;
use crate::ui::effect::{effect, memo};
use crate::ui::element::{Flag, Tag, Words, tag};
use crate::ui::peer_calls::PeerCalls;
use crate::ui::{focus, unique_id};

/// From this level on, of 1, somebody is heard.
const HEARD: f64 = 0.04;
/// A voice pauses: it counts as heard for so long.
const PAUSE: Millis = Millis::seconds(3);

/// The preview, while there is one.
pub(super) fn preview(shown: Shown) -> Tag {
    let there = memo(move || shown.view.with(|view| view.preview.is_some()));
    tag("div", "").with(redrawn(move || {
        // Read, not tracked: a derived value that nobody has read follows nothing.
        let there = there.get();
        untrack(|| dialog(shown).filter(|_| there)).map(Into::into)
    }))
}

fn read<T>(shown: Shown, read: impl FnOnce(&PreviewView) -> T) -> Option<T> {
    shown.view.with(|view| view.preview.as_ref().map(read))
}

fn tell(shown: Shown, deed: PreviewDeed) {
    shown.tell(Input::Preview(deed));
}

fn flag(shown: Shown, state: fn(&PreviewView) -> bool) -> Flag {
    Box::new(move || read(shown, state).unwrap_or(false))
}

/// Words about it.
fn said(shown: Shown, say: fn(&Texts, &PreviewView) -> Option<String>) -> Words {
    Box::new(move || read(shown, |preview| shown.texts(|texts| say(texts, preview))).flatten().unwrap_or_default())
}

fn is_ringing(shown: Shown) -> bool {
    shown.view.with(|view| view.calls.iter().any(|call| call.phase == Phase::Ringing))
}

fn dialog(shown: Shown) -> Option<Tag> {
    let (room, peer) = read(shown, |preview| (preview.room.clone(), preview.peer.clone()))?;
    let name = shown.name_of(&room, &peer);
    let id = unique_id("meet-preview");
    let muted = RwSignal::new(false);
    let cancel = move || tell(shown, PreviewDeed::Cancel);
    let trouble = tag("div", "meet-trouble")
        .set("role", "alert")
        .mark("hidden", flag(shown, |preview| preview.error.is_none()))
        .with(tag("p", "").words(said(shown, words::preview_trouble)))
        .with(button(
            "retry",
            shown.text(text_key!("peer_call.try_again")),
            Box::new(move || tell(shown, PreviewDeed::Retry)),
        ));
    let title = tag("h2", "").set("id", id.clone()).set("dir", "auto");
    let dialog = tag("dialog", "meet-preview")
        .set("aria-labelledby", id)
        .made(move |element| {
            // Who has seen enough presses Enter.
            let focus_call = move |dialog: &HtmlElement| {
                if let Ok(Some(call)) = dialog.query_selector("[data-act=call]") {
                    let _ = call.unchecked_into::<HtmlElement>().focus();
                }
            };
            let dialog = element.clone();
            // A dialog opens in the page only.
            request_animation_frame(move || {
                let _ = dialog.unchecked_ref::<HtmlDialogElement>().show_modal();
                focus_call(&dialog);
            });
            // Also after a toast in it was answered, whose button had the focus.
            effect(move || {
                if !is_ringing(shown) {
                    let dialog = element.clone();
                    focus::if_lost(move || focus_call(&dialog));
                }
            });
        })
        .on("cancel", move |event| {
            event.prevent_default();
            cancel();
        })
        .with(rings(shown, Place::Preview))
        .with(title.text(shown.naming(text_key!("peer_call.preview_title"), &name)))
        .with(mirror(shown, avatar(shown, &room, &peer, 96), muted))
        .with(meter(shown, muted))
        .with(choosers(shown, choose_here))
        .with(trouble)
        .with(relay(shown))
        .with(tag("p", "meet-quiet").text(shown.text(text_key!("peer_call.preview_note"))));
    let cancel = button("cancel", shown.text(text_key!("conference.cancel")), Box::new(cancel));
    Some(dialog.with(tag("div", "meet-answers").with(cancel).with(call(shown, muted))))
}

/// The button that calls with what there is.
fn call(shown: Shown, muted: RwSignal<bool>) -> Tag {
    let press = Box::new(move || {
        if let Some((video, true)) = untrack(|| read(shown, |preview| (preview.camera, preview.microphone))) {
            tell(shown, PreviewDeed::Call { video, muted: muted.get_untracked() });
        }
    });
    button_of("call", said(shown, |texts, preview| Some(words::preview_call(texts, preview))), press)
        .class("meet-button meet-accept")
        .first(icon(Icon::Answer))
        .state("aria-disabled", flag(shown, |preview| !preview.microphone))
}

fn choose_here(shown: Shown, choice: Choice, device: Option<String>) {
    match choice {
        Choice::Input(kind) => tell(shown, PreviewDeed::Device(kind, device)),
        Choice::Speaker => choose(shown, choice, device),
    }
}

/// What the other side would see, with the two switches in it.
fn mirror(shown: Shown, face: Tag, muted: RwSignal<bool>) -> Tag {
    let label = shown.text(text_key!("peer_call.you"));
    let wanted = move || {
        let capture = read(shown, |preview| preview.camera.then_some(preview.capture)).flatten();
        let feed = |capture| Feed {
            name: "local",
            source: Source::Local(capture, Slot::User),
            main: true,
            sound: false,
            label: label.clone(),
        };
        capture.map(feed).into_iter().collect::<Vec<_>>()
    };
    let pictures = tag("div", "meet-feeds")
        .made(move |element| feeds::show(shown, element, RwSignal::new(false), Box::new(wanted)));
    let turn_camera = Box::new(move || {
        if let Some(on) = untrack(|| read(shown, |preview| preview.camera)) {
            tell(shown, PreviewDeed::Camera(!on));
        }
    });
    let turn_microphone = Box::new(move || muted.update(|muted| *muted = !*muted));
    let microphone = round("microphone", Icon::Microphone, shown.text(text_key!("peer_call.mute")), turn_microphone)
        .state("aria-pressed", Box::new(move || muted.get()));
    let camera = round("camera", Icon::Camera, shown.text(text_key!("peer_call.camera")), turn_camera)
        .state("aria-pressed", flag(shown, |preview| preview.camera));
    tag("div", "meet-mirror")
        .with(face)
        .with(tag("p", "meet-quiet").set("role", "status").words(said(shown, words::preview)))
        .with(pictures)
        .with(tag("div", "meet-call-controls").with(microphone).with(camera))
}

/// How loud the microphone is, for the eye; and whether anything is heard, for everybody.
fn meter(shown: Shown, muted: RwSignal<bool>) -> Tag {
    let heard = RwSignal::new(false);
    let looking = StoredValue::new_local(None::<AnimationLoop>);
    let look = move |bar: HtmlElement| {
        let mut last = None::<Millis>;
        let mut meter = None::<(CaptureId, Meter)>;
        let step: Box<dyn FnMut()> = Box::new(move || {
            let capture = untrack(|| read(shown, |preview| preview.capture));
            if meter.as_ref().map(|(of, _)| *of) != capture {
                meter = capture.and_then(|capture| Some((capture, shown.peers(|peers| peers.meter(capture))?)));
            }
            let level = meter.as_mut().map_or(0.0, |(_, meter)| meter.level());
            let level = if muted.get_untracked() { 0.0 } else { level.clamp(0.0, 1.0) };
            #[expect(clippy::cast_possible_truncation, reason = "a percentage")]
            let percent = (level * 100.0) as i32;
            let _ = bar.style().set_property("inline-size", &[&percent.to_string(), "%"].concat());
            let now = clock::now();
            if level > HEARD {
                last = Some(now);
            }
            let hears = last.is_some_and(|last| now.since(last) < PAUSE);
            if heard.get_untracked() != hears {
                heard.set(hears);
            }
        });
        looking.set_value(Some(AnimationLoop::start(step)));
    };
    let words = Box::new(move || {
        shown.text(match (muted.get(), heard.get()) {
            (true, _) => text_key!("peer_call.mic_muted"),
            (false, true) => text_key!("peer_call.heard"),
            (false, false) => text_key!("peer_call.not_heard"),
        })
    });
    tag("div", "meet-meter")
        .with(tag("span", "meet-level").set("aria-hidden", "true").with(tag("span", "").made(look)))
        .with(tag("p", "meet-quiet").words(words))
}

fn relay(shown: Shown) -> Tag {
    let chosen = shown.peers(PeerCalls::relay_only);
    let choose = move |event: &web_sys::Event| {
        let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let relay_only = input.map(|input| input.checked());
        shown.peers(|peers| peers.prefer(Preferences { relay_only, ..peers.preferences() }));
    };
    let input = tag("input", "").set("type", "checkbox").on("change", choose);
    let input = if chosen { input.set("checked", "") } else { input };
    tag("label", "meet-check").with(input).with(tag("span", "").text(shown.text(text_key!("peer_call.relay_only"))))
}
