//! Views whose type ends where they are written. A view of Leptos carries its whole tree in its type, and for each such type the
//! compiler writes out how it is built, how it is compared with its successor, and how an effect keeps it: worth it for a leaf that
//! changes often, and most of the page's size for a tree that comes and goes as a whole. A [`Drawn`] only knows how to build
//! itself. Drawn again, it takes the place of what stood there, so what must survive a change (a focus, a live region, a frame)
//! belongs in a signal inside of it.

use leptos::prelude::{AddAnyAttr, Get, Mountable, Render, RenderEffect, RenderHtml, untrack};
use leptos::reactive::graph::ToAnySubscriber as _;
use leptos::tachys::html::attribute::Attribute;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::renderer::Rndr;
use leptos::tachys::renderer::types::{Element, Node, Text};
use leptos::tachys::view::{Position, PositionState};

use super::effect::{memo, unsubscribe};

/// A view of any shape.
pub(crate) struct Drawn(Box<dyn FnOnce() -> DrawnState + Send>);

/// What a [`Drawn`] left in the page.
pub(crate) struct DrawnState(Box<dyn Mountable>);

/// A view that is drawn again whenever a signal that it reads has changed.
pub(crate) type Redrawn = Box<dyn FnMut() -> Drawn + Send>;

/// Ends a view's type.
pub(crate) trait Draw {
    /// This view without its type.
    fn drawn(self) -> Drawn;
}

impl<V: RenderHtml + 'static> Draw for V {
    fn drawn(self) -> Drawn {
        Drawn(Box::new(move || DrawnState(Box::new(self.build()))))
    }
}

impl Drawn {
    /// A view that is built by hand.
    pub(crate) fn by_hand(build: impl FnOnce() -> Box<dyn Mountable> + Send + 'static) -> Self {
        Self(Box::new(move || DrawnState(build())))
    }
}

/// Nothing, with a place in the page where something may come.
impl From<Option<Self>> for Drawn {
    fn from(view: Option<Self>) -> Self {
        view.unwrap_or_else(|| Self(Box::new(|| DrawnState(Box::new(Rndr::create_placeholder())))))
    }
}

/// One after the other.
impl From<Vec<Self>> for Drawn {
    fn from(views: Vec<Self>) -> Self {
        Self(Box::new(move || DrawnState(Box::new(Several(views.into_iter().map(Render::build).collect())))))
    }
}

/// What several views left in the page. Never of none: a place is found by what stands there.
struct Several(Vec<DrawnState>);

impl Mountable for Several {
    fn unmount(&mut self) {
        self.0.iter_mut().for_each(Mountable::unmount);
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        for view in &mut self.0 {
            view.mount(parent, marker);
        }
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.0.first().is_some_and(|first| first.insert_before_this(child))
    }

    fn elements(&self) -> Vec<Element> {
        self.0.iter().flat_map(Mountable::elements).collect()
    }
}

impl From<Redrawn> for Drawn {
    fn from(mut view: Redrawn) -> Self {
        Self::by_hand(move || {
            let effect = RenderEffect::new(move |before: Option<DrawnState>| match before {
                None => view().build(),
                Some(mut state) => {
                    view().rebuild(&mut state);
                    state
                }
            });
            unsubscribe(effect.to_any_subscriber());
            Box::new(Redraws(effect))
        })
    }
}

/// What is drawn again and again, as it is in the page now.
struct Redraws(RenderEffect<DrawnState>);

/// The effect's task holds on to what is drawn until it is run once more. Before that, what was on its way to what is drawn would come,
/// and read values that have gone with their owner.
impl Drop for Redraws {
    fn drop(&mut self) {
        drop(self.0.take_value());
    }
}

impl Mountable for Redraws {
    fn unmount(&mut self) {
        self.0.with_value_mut(Mountable::unmount);
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        self.0.with_value_mut(|state| state.mount(parent, marker));
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.0.with_value_mut(|state| state.insert_before_this(child)).unwrap_or(false)
    }

    fn elements(&self) -> Vec<Element> {
        self.0.with_value_mut(|state| state.elements()).unwrap_or_default()
    }
}

/// Text that is another one whenever a signal that it reads has changed.
#[inline(never)]
pub(crate) fn worded(words: Box<dyn Fn() -> String + Send>) -> Drawn {
    Drawn::by_hand(move || {
        let text = Rndr::create_text_node("");
        let node = text.clone();
        let effect = RenderEffect::new(move |before: Option<String>| {
            let now = words();
            if before.as_ref() != Some(&now) {
                Rndr::set_text(&node, &now);
            }
            now
        });
        unsubscribe(effect.to_any_subscriber());
        Box::new(Worded(text, effect))
    })
}

/// Text in the page, and what keeps it up to date.
struct Worded(Text, #[expect(dead_code, reason = "lives as long as the text")] RenderEffect<String>);

impl Mountable for Worded {
    fn unmount(&mut self) {
        self.0.unmount();
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        Mountable::mount(&mut self.0, parent, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.0.insert_before_this(child)
    }

    fn elements(&self) -> Vec<Element> {
        Vec::new()
    }
}

/// Draws a view, or none, again whenever a signal that it reads has changed.
pub(crate) fn redrawn<V: Into<Drawn>>(mut view: impl FnMut() -> V + Send + 'static) -> Redrawn {
    Box::new(move || view().into())
}

/// Draws a view while a state lasts. It stays as it is when a signal changes and the state does not.
pub(crate) fn when<V: Into<Drawn>>(
    on: impl Fn() -> bool + Send + Sync + 'static,
    view: impl Fn() -> V + Send + 'static,
) -> Drawn {
    drawn_when(Box::new(on), Box::new(move || view().into()))
}

#[inline(never)]
fn drawn_when(on: Box<dyn Fn() -> bool + Send + Sync>, view: Box<dyn Fn() -> Drawn + Send>) -> Drawn {
    let on = memo(on);
    redrawn(move || on.get().then(|| untrack(&view))).into()
}

impl Render for Drawn {
    type State = DrawnState;

    fn build(self) -> DrawnState {
        (self.0)()
    }

    fn rebuild(self, state: &mut DrawnState) {
        let new = self.build();
        let mut old = std::mem::replace(state, new);
        old.insert_before_this(state);
        old.unmount();
    }
}

impl Mountable for DrawnState {
    fn unmount(&mut self) {
        self.0.unmount();
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        self.0.mount(parent, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.0.insert_before_this(child)
    }

    fn elements(&self) -> Vec<Element> {
        self.0.elements()
    }
}

/// The page is drawn in the browser only: it is never written as HTML nor taken over from it. Attributes are set where the view
/// is written, not on its `Drawn`.
impl RenderHtml for Drawn {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(self, _: &mut String, _: &mut Position, _: bool, _: bool, _: Vec<AnyAttribute>) {}

    fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) -> DrawnState {
        self.build()
    }

    fn into_owned(self) -> Self {
        self
    }
}

impl AddAnyAttr for Drawn {
    type Output<A: Attribute> = Self;

    fn add_any_attr<A: Attribute>(self, _: A) -> Self {
        self
    }
}
