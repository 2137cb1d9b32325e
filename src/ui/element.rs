//! Elements that are put together while the program runs and not by their types. The page has some two hundred parts; as views of
//! Leptos each would have a type, and each type a copy of the code that builds it. These are all built by the same few lines. The
//! reactive side is Leptos': what is live follows its signals until the element goes away with its owner.

use gloo_events::{EventListener, EventListenerOptions};
use leptos::prelude::*;
use leptos::reactive::graph::ToAnySubscriber as _;
use leptos::tachys::renderer::Rndr;
use leptos::tachys::renderer::types::Node;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement};

use crate::browser::js;
use crate::ui::drawn::{Draw, Drawn, DrawnState, worded};
use crate::ui::effect::{effect, unsubscribe};

/// Words that follow what they are about.
pub(crate) type Words = Box<dyn Fn() -> String + Send>;
/// A state that follows what it is about.
pub(crate) type Flag = Box<dyn Fn() -> bool + Send>;
/// An element in the page, from its making on.
pub(crate) type Held = StoredValue<Option<HtmlElement>, LocalStorage>;

/// What is done to the element now and again whenever a signal that it reads has changed.
type Live = Box<dyn FnMut(&Element) + Send>;
/// An attribute's value; `None` takes the attribute away.
type Value = Box<dyn Fn() -> Option<String> + Send>;
/// What is done when something happens.
type Heard = Box<dyn FnMut(&Event) + Send>;
/// What is done with the element.
type Made = Box<dyn FnOnce(HtmlElement) + Send>;

/// An element to be. One pointer, since it is handed on with each thing that is said of it.
pub(crate) struct Tag(Box<Parts>);

struct Parts {
    name: &'static str,
    fixed: Vec<(&'static str, String)>,
    live: Vec<Live>,
    heard: Vec<(&'static str, Heard)>,
    inside: Vec<Drawn>,
    made: Vec<Made>,
}

/// An element with a class.
#[inline(never)]
pub(crate) fn tag(name: &'static str, class: &'static str) -> Tag {
    let (fixed, live, heard) = (Vec::new(), Vec::new(), Vec::new());
    let tag = Tag(Box::new(Parts { name, fixed, live, heard, inside: Vec::new(), made: Vec::new() }));
    if class.is_empty() { tag } else { tag.class(class) }
}

/// A button with a class.
pub(crate) fn button(class: &'static str, press: impl FnMut(&Event) + Send + 'static) -> Tag {
    tag("button", class).set("type", "button").on("click", press)
}

/// A drawing of one line on a grid of 24. It says nothing to a screen reader: the control has words.
#[inline(never)]
pub(crate) fn drawing(class: &'static str, line: Tag) -> Tag {
    tag("svg", class).set("viewBox", "0 0 24 24").set("aria-hidden", "true").set("focusable", "false").with(line)
}

/// Holds an element once it is made.
pub(crate) fn held() -> Held {
    StoredValue::new_local(None)
}

/// Moves the focus to an element, if it is there.
pub(crate) fn focus(held: Held) {
    if let Some(element) = held.try_get_value().flatten() {
        let _ = element.focus();
    }
}

impl Tag {
    /// With an attribute; what was said last counts.
    pub(crate) fn set(self, name: &'static str, value: impl Into<String>) -> Self {
        self.fixed(name, value.into())
    }

    #[inline(never)]
    fn fixed(mut self, name: &'static str, value: String) -> Self {
        self.0.fixed.push((name, value));
        self
    }

    /// Of a class. In a shadow root it is a part of the same names, so that the page around may style it; `docs/embedding.md` says which
    /// names stay.
    #[inline(never)]
    pub(crate) fn class(self, class: &'static str) -> Self {
        self.set("class", class).set("part", class)
    }

    /// With an attribute that comes, goes and changes.
    pub(crate) fn live(self, name: &'static str, value: impl Fn() -> Option<String> + Send + 'static) -> Self {
        self.follows(name, Box::new(value))
    }

    #[inline(never)]
    fn follows(self, name: &'static str, value: Value) -> Self {
        let mut last = None;
        self.lives(Box::new(move |element| {
            let now = value();
            if now == last {
                return;
            }
            let _ = match &now {
                Some(value) => element.set_attribute(name, value),
                None => element.remove_attribute(name),
            };
            last = now;
        }))
    }

    fn lives(mut self, live: Live) -> Self {
        self.0.live.push(live);
        self
    }

    /// Of one more class at times.
    #[inline(never)]
    pub(crate) fn classed(self, class: &'static str, on: Flag) -> Self {
        self.lives(Box::new(move |element| {
            let _ = element.class_list().toggle_with_force(class, on());
        }))
    }

    /// A field for this text: shows it, and takes what is typed.
    #[cfg(feature = "chat")]
    #[inline(never)]
    pub(crate) fn field(self, text: RwSignal<String>) -> Self {
        self.lives(Box::new(move |element| js::set(element, "value", &text.get().into())))
            .on("input", move |event| text.set(event_target_value(event)))
    }

    /// A box that is ticked while this is so, and tells what the person wants.
    #[inline(never)]
    pub(crate) fn ticked(self, on: Flag, wanted: Box<dyn Fn(bool) + Send>) -> Self {
        self.set("type", "checkbox")
            .lives(Box::new(move |element| js::set(element, "checked", &on().into())))
            .on("change", move |event| wanted(event_target_checked(event)))
    }

    /// With an attribute that is there or not.
    #[inline(never)]
    pub(crate) fn mark(self, name: &'static str, on: Flag) -> Self {
        self.live(name, move || on().then(String::new))
    }

    /// Hidden at times.
    #[inline(never)]
    pub(crate) fn shown(self, shown: Flag) -> Self {
        self.live("hidden", move || (!shown()).then(String::new))
    }

    /// With a state as ARIA writes it.
    #[inline(never)]
    pub(crate) fn state(self, name: &'static str, on: Flag) -> Self {
        self.live(name, move || Some(if on() { "true" } else { "false" }.to_owned()))
    }

    /// Does something when this happens to it or in it.
    pub(crate) fn on(self, event: &'static str, heard: impl FnMut(&Event) + Send + 'static) -> Self {
        self.hears(event, Box::new(heard))
    }

    #[inline(never)]
    fn hears(mut self, event: &'static str, heard: Heard) -> Self {
        self.0.heard.push((event, heard));
        self
    }

    /// With something in it.
    pub(crate) fn with(self, inside: impl Into<Drawn>) -> Self {
        self.holds(inside.into())
    }

    #[inline(never)]
    fn holds(mut self, inside: Drawn) -> Self {
        self.0.inside.push(inside);
        self
    }

    /// With something in it before everything else.
    #[inline(never)]
    pub(crate) fn first(mut self, inside: Self) -> Self {
        self.0.inside.insert(0, inside.into());
        self
    }

    /// With text in it.
    pub(crate) fn text(self, text: impl Into<String>) -> Self {
        self.says(text.into())
    }

    #[inline(never)]
    fn says(self, text: String) -> Self {
        self.with(text.drawn())
    }

    /// With text in it that changes.
    #[inline(never)]
    pub(crate) fn words(self, words: Words) -> Self {
        self.with(worded(words))
    }

    /// Does something with the element as soon as it is made, before it is in the page.
    pub(crate) fn made(self, made: impl FnOnce(HtmlElement) + Send + 'static) -> Self {
        self.makes(Box::new(made))
    }

    #[inline(never)]
    fn makes(mut self, made: Made) -> Self {
        self.0.made.push(made);
        self
    }

    /// Does something with the element once it is in the page, unless it is gone by then.
    pub(crate) fn placed(self, placed: impl FnOnce(HtmlElement) + Send + 'static) -> Self {
        self.places(Box::new(placed))
    }

    #[inline(never)]
    fn places(self, placed: Made) -> Self {
        self.made(move |element| {
            let mut both = Some((placed, element));
            effect(move || {
                if let Some((placed, element)) = both.take() {
                    untrack(|| placed(element));
                }
            });
        })
    }

    /// Kept there, to be asked and moved.
    #[inline(never)]
    pub(crate) fn held(self, held: Held) -> Self {
        self.made(move |element| held.set_value(Some(element)))
    }

    #[inline(never)]
    fn build(self) -> Built {
        let parts = *self.0;
        let drawing = matches!(parts.name, "svg" | "path");
        let element = Rndr::create_element(parts.name, drawing.then_some("http://www.w3.org/2000/svg"));
        for (name, value) in parts.fixed {
            let _ = element.set_attribute(name, &value);
        }
        let live = parts.live.into_iter().map(|live| follow(element.clone(), live)).collect();
        let heard = parts.heard.into_iter().map(|(event, mut heard)| {
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(&element, event, options, move |event| heard(event))
        });
        let heard = heard.collect();
        let mut inside: Vec<_> = parts.inside.into_iter().map(Render::build).collect();
        for one in &mut inside {
            one.mount(&element, None);
        }
        for made in parts.made {
            made(element.clone().unchecked_into());
        }
        Built { element, _live: live, _heard: heard, _inside: inside }
    }
}

impl From<Tag> for Drawn {
    #[inline(never)]
    fn from(tag: Tag) -> Self {
        Self::by_hand(move || Box::new(tag.build()))
    }
}

fn follow(element: Element, mut live: Live) -> RenderEffect<()> {
    let live: Box<dyn FnMut(Option<()>)> = Box::new(move |_| live(&element));
    let effect = RenderEffect::new(live);
    unsubscribe(effect.to_any_subscriber());
    effect
}

type DrawOne = Box<dyn Fn(u64) -> Option<Tag>>;

/// Shows in `place` what `draw` makes of each key, in their order. An element stays as long as its key does.
pub(crate) fn each(place: Tag, keys: Memo<Vec<u64>>, draw: DrawOne) -> Tag {
    // What is live in an element must outlast the run that made it, and not the place. Kept in a value, since an owner that an
    // effect of its own holds on to would never go away.
    let keeper = StoredValue::new(Owner::new());
    let draw = StoredValue::new_local(draw);
    place.made(move |place| {
        let mut there: Vec<(u64, Built, Owner)> = Vec::new();
        effect(move || {
            let wanted = keys.get();
            for (_, mut gone, _) in there.extract_if(.., |(key, ..)| !wanted.contains(key)) {
                gone.unmount();
            }
            let mut next: Option<Element> = None;
            for key in wanted.into_iter().rev() {
                if let Some((_, known, _)) = there.iter().find(|(known, ..)| *known == key) {
                    next = Some(known.element.clone());
                    continue;
                }
                let owner = keeper.with_value(Owner::child);
                let made = owner.with(|| untrack(|| draw.with_value(|draw| draw(key).map(Tag::build))));
                if let Some(mut made) = made {
                    made.mount(&place, next.as_deref());
                    next = Some(made.element.clone());
                    there.push((key, made, owner));
                }
            }
        });
    })
}

/// An element in the page, with all that keeps it alive.
struct Built {
    element: Element,
    _live: Vec<RenderEffect<()>>,
    _heard: Vec<EventListener>,
    _inside: Vec<DrawnState>,
}

impl Mountable for Built {
    fn unmount(&mut self) {
        self.element.remove();
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        let _ = parent.insert_before(&self.element, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        let parent = self.element.parent_node();
        if let Some(parent) = &parent {
            // It may be a shadow root, which is no element and takes children as one does.
            child.mount(parent.unchecked_ref(), Some(&self.element));
        }
        parent.is_some()
    }

    fn elements(&self) -> Vec<Element> {
        vec![self.element.clone()]
    }
}
