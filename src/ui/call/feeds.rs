//! The elements that show and play streams. They are made and kept by hand: an element lives as long as its stream is shown, so that
//! a picture that becomes large or small, or a sound beside another, never stops for a moment.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlElement, HtmlMediaElement};

use super::parts::Shown;
use crate::browser::js;
use crate::call::scene::{Picture, Source};
use crate::ui::effect::effect;

/// A stream in the page.
pub(super) struct Feed {
    /// Its name in the page.
    pub(super) name: &'static str,
    /// Where it comes from.
    pub(super) source: Source,
    /// It is the large one.
    pub(super) main: bool,
    /// It is heard and not seen.
    pub(super) sound: bool,
    /// What it shows, in words.
    pub(super) label: String,
}

impl Feed {
    /// A picture.
    pub(super) fn picture(picture: Picture, label: String) -> Self {
        Self { name: picture.name, source: picture.source, main: picture.main, sound: false, label }
    }

    /// A sound.
    pub(super) fn sound(source: Source) -> Self {
        Self { name: "remote", source, main: false, sound: true, label: String::new() }
    }
}

/// The feeds in one element.
struct Feeds {
    shown: Shown,
    place: HtmlElement,
    made: Vec<(Feed, HtmlElement, HtmlMediaElement)>,
    /// The browser did not let a sound play before a press.
    silent: RwSignal<bool>,
}

impl Feeds {
    fn show(&mut self, wanted: Vec<Feed>) {
        let same = |made: &Feed, wanted: &Feed| made.source == wanted.source && made.sound == wanted.sound;
        for (_, frame, media) in self.made.extract_if(.., |(made, ..)| !wanted.iter().any(|wanted| same(made, wanted)))
        {
            // The element would hold on to the stream until it is collected.
            let _ = js_sys::Reflect::set(&media, &"srcObject".into(), &JsValue::NULL);
            frame.remove();
        }
        for feed in wanted {
            let known = self.made.iter_mut().find(|(made, ..)| same(made, &feed));
            if let Some((made, frame, _)) = known {
                *made = feed;
                place(frame, made);
            } else if let Some((frame, media)) = self.make(&feed) {
                self.made.push((feed, frame, media));
            }
        }
    }

    fn make(&self, feed: &Feed) -> Option<(HtmlElement, HtmlMediaElement)> {
        let document = document();
        let frame: HtmlElement = document.create_element("div").ok()?.dyn_into().ok()?;
        let kind = if feed.sound { "audio" } else { "video" };
        let media: HtmlMediaElement = document.create_element(kind).ok()?.dyn_into().ok()?;
        media.set_autoplay(true);
        // Sounds have elements of their own; a picture that is muted may play without a press.
        media.set_muted(!feed.sound);
        for (name, value) in [("playsinline", ""), ("data-stream", feed.name), ("aria-label", &feed.label)] {
            media.set_attribute(name, value).ok()?;
        }
        place(&frame, feed);
        frame.append_child(&media).ok()?;
        self.place.append_child(&frame).ok()?;
        self.shown.calls.with_value(|calls| {
            let peers = calls.desk().peers();
            match &feed.source {
                Source::Remote(connection, stream) => peers.attach_remote(&media, *connection, Some(stream)),
                Source::Local(capture, slot) => peers.attach_local(&media, *capture, *slot),
            }
            if feed.sound {
                peers.route_sound(&media, &untrack(|| peers.speaker()));
            }
        });
        if feed.sound {
            play(&media, self.silent);
        }
        Some((frame, media))
    }

    /// Lets every sound play through the chosen loudspeaker; tracks the choice.
    fn route(&self) {
        self.shown.peers(|peers| {
            let speaker = peers.speaker();
            for (_, _, media) in self.made.iter().filter(|(feed, ..)| feed.sound) {
                peers.route_sound(media, &speaker);
            }
        });
    }
}

fn place(frame: &HtmlElement, feed: &Feed) {
    frame.set_class_name(match (feed.sound, feed.main) {
        (true, _) => "meet-sound",
        (_, true) => "meet-feed meet-main",
        _ => "meet-feed",
    });
}

/// Plays; notes whether the browser wants a press first.
fn play(media: &HtmlMediaElement, silent: RwSignal<bool>) {
    let Ok(playing) = media.play() else { return };
    spawn_local(async move {
        let refused = match JsFuture::from(playing).await {
            Ok(_) => false,
            Err(error) if js::text(&error, "name").as_deref() == Some("NotAllowedError") => true,
            Err(_) => return,
        };
        if silent.try_get_untracked().is_some_and(|silent| silent != refused) {
            silent.try_set(refused);
        }
    });
}

/// Plays every sound in this element; for a press.
pub(super) fn play_all(inside: &Element, silent: RwSignal<bool>) {
    silent.set(false);
    let Ok(sounds) = inside.query_selector_all("audio") else { return };
    for sound in (0..sounds.length()).filter_map(|at| sounds.item(at)) {
        play(sound.unchecked_ref(), silent);
    }
}

/// Shows in `place` what `wanted` says, until the current owner goes away.
pub(super) fn show(shown: Shown, place: HtmlElement, silent: RwSignal<bool>, wanted: Box<dyn Fn() -> Vec<Feed>>) {
    let feeds = Rc::new(RefCell::new(Feeds { shown, place, made: Vec::new(), silent }));
    let kept = StoredValue::new_local(Rc::clone(&feeds));
    on_cleanup(move || {
        if let Some(feeds) = kept.try_get_value() {
            feeds.borrow_mut().show(Vec::new());
        }
    });
    let routed = Rc::clone(&feeds);
    effect(move || feeds.borrow_mut().show(wanted()));
    effect(move || routed.borrow().route());
}
