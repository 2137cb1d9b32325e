//! How the conference's tile lies in its room: what chooses between the layouts, and the border that moves. What applies is decided in
//! `meet::layout`; here the room is measured, and the stage says the outcome to the styles.

use gloo_events::EventListener;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent, Node, PointerEvent};

use super::{Engine, text};
use crate::browser::animation::AnimationLoop;
use crate::browser::js;
use crate::meet::layout::{self, Area, Arrangement, Layout, Share, Wish};
use crate::text_key;
use crate::ui::drawn::Drawn;
use crate::ui::effect::{effect, memo};
use crate::ui::element::{self, Held, Tag, button, held, tag};
use crate::ui::{Calls, icons};

/// How the tile of one stage lies.
#[derive(Clone, Copy)]
pub(super) struct Lying {
    calls: Engine,
    area: RwSignal<Area>,
    /// The height of the tile without the frame.
    bar: RwSignal<i32>,
    now: Memo<Arrangement>,
    /// The room's styles know all layouts, see [`CallStage`](crate::ui::CallStage).
    all: bool,
    /// The button that makes it fill the room.
    large: Held,
}

impl Lying {
    pub(super) fn new(calls: Engine, all: bool) -> Self {
        let area = RwSignal::new(Area::default());
        let bar = RwSignal::new(0);
        let now = memo(move || {
            let wish = calls.with_value(Calls::tile);
            layout::arrange(&if all { wish } else { wish.laid(Layout::Pinned) }, area.get(), bar.get())
        });
        Self { calls, area, bar, now, all, large: held() }
    }

    /// The stage, which says how it lies while `framed`.
    pub(super) fn said(self, stage: Tag, framed: Memo<bool>) -> Tag {
        stage.live("data-layout", move || framed.get().then(|| self.now.get().layout.name().to_owned())).made(
            move |stage| {
                effect(move || {
                    let style = stage.style();
                    let _ = match self.now.get().share {
                        Some(share) => {
                            style.set_property("--meet-tile-size", &[&share.pixels().to_string(), "px"].concat())
                        }
                        None => style.remove_property("--meet-tile-size").map(drop),
                    };
                });
            },
        )
    }

    /// The tile, whose room is measured before every repaint. Escape makes it small again.
    pub(super) fn measured(self, tile: Tag) -> Tag {
        let following = StoredValue::new_local(None::<AnimationLoop>);
        let escape = EventListener::new(&window(), "keydown", move |event| {
            if self.layout() == Layout::Maximised && is_escape(event.unchecked_ref()) {
                self.lay_back();
            }
        });
        StoredValue::new_local(escape);
        tile.placed(move |tile| {
            let measure = move || self.measure(&tile);
            measure();
            following.set_value(Some(AnimationLoop::start(measure)));
        })
    }

    fn measure(self, tile: &HtmlElement) {
        let stage = tile.closest(".meet-stage").ok().flatten();
        let Some((stage, room)) = stage.and_then(|stage| Some((stage.clone(), room_around(&stage)?))) else {
            return;
        };
        // A room that grows with what is in it must not grow out of the window.
        let window = document().document_element().map_or(0, |root| root.client_height());
        let now = Area { width: room.client_width(), height: room.client_height().min(window) };
        if self.area.try_get_untracked().is_some_and(|before| before != now) {
            self.area.set(now);
        }
        let frame = tile.query_selector(".meet-frame-box").ok().flatten();
        let bar = stage.client_height() - frame.map_or(0, |frame| frame.client_height());
        // Elsewhere than above the timeline the tile has the height that is there.
        if self.layout() == Layout::Pinned && self.bar.try_get_untracked().is_some_and(|before| before != bar) {
            self.bar.set(bar);
        }
    }

    fn layout(self) -> Layout {
        self.now.try_get_untracked().map_or(Layout::Pinned, |now| now.layout)
    }

    fn lay(self, change: impl FnOnce(Wish) -> Wish) {
        self.calls.with_value(|calls| calls.lay(change));
    }

    /// Makes it small again. What had the keyboard may go away with the large one.
    fn lay_back(self) {
        self.lay(|wish| Wish { maximised: false, ..wish });
        element::focus(self.large);
    }

    /// The buttons that choose a layout; none where the room's styles know only one.
    pub(super) fn choices(self) -> Option<Drawn> {
        if !self.all {
            return None;
        }
        let choice = |layout: Layout, icon, key: &str| {
            let press = move |_: &Event| {
                if self.layout() == Layout::Maximised && layout == Layout::Maximised {
                    self.lay_back();
                } else {
                    self.lay(|wish| wish.laid(layout));
                }
            };
            button("meet-icon-button meet-choice", press)
                .set("data-act", layout.name())
                .set("aria-label", text(self.calls, key))
                .set("title", text(self.calls, key))
                .state("aria-pressed", Box::new(move || self.now.get().layout == layout))
                .with(icon)
        };
        let back = button("meet-button", move |_| self.lay_back());
        let choices = tag("span", "meet-choices")
            .set("role", "group")
            .set("aria-label", text(self.calls, text_key!("conference.layout")))
            .with(choice(Layout::Pinned, icons::pinned(), text_key!("conference.layout_pinned")))
            .with(
                choice(Layout::Beside, icons::beside(), text_key!("conference.layout_beside"))
                    .shown(Box::new(move || self.now.get().fits_beside)),
            )
            .with(
                choice(Layout::Maximised, icons::maximised(), text_key!("conference.layout_maximised"))
                    .held(self.large),
            )
            .with(
                back.set("data-act", "layout-back")
                    .text(text(self.calls, text_key!("conference.layout_back")))
                    .shown(Box::new(move || self.now.get().layout == Layout::Maximised)),
            );
        Some(choices.into())
    }

    fn resize(self, to: impl FnOnce(Share, Layout) -> Option<i32>) -> bool {
        let Some(Arrangement { layout, share: Some(share), .. }) = self.now.try_get_untracked() else { return false };
        let size = to(share, layout);
        if let Some(size) = size {
            self.lay(|wish| wish.sized(layout, size));
        }
        size.is_some()
    }

    /// The border between the frame before it and the timeline.
    pub(super) fn border(self) -> Tag {
        let dragging = StoredValue::new(false);
        let drag = move |on: bool| {
            let _ = dragging.try_set_value(on);
            let _ = self.calls.try_with_value(|calls| calls.let_past_frame(on));
        };
        // It may go away under the pointer.
        on_cleanup(move || drag(false));
        let share = move |read: fn(Share) -> i32| move || self.now.get().share.map(|share| read(share).to_string());
        tag("div", "meet-border")
            .set("role", "separator")
            .set("tabindex", "0")
            .set("aria-label", text(self.calls, text_key!("conference.layout_size")))
            .live("aria-orientation", move || {
                let beside = self.now.get().layout == Layout::Beside;
                Some(if beside { "vertical" } else { "horizontal" }.to_owned())
            })
            .live("aria-valuenow", share(|share| share.now))
            .live("aria-valuemin", share(|share| share.min))
            .live("aria-valuemax", share(|share| share.max))
            .shown(Box::new(move || self.now.get().share.is_some_and(Share::is_free)))
            .on("keydown", move |event| {
                let event: &KeyboardEvent = event.unchecked_ref();
                let plain = !(event.ctrl_key() || event.meta_key() || event.alt_key());
                if plain && self.resize(|share, layout| share.after(&event.key(), layout, is_rtl(event))) {
                    event.prevent_default();
                }
            })
            .on("pointerdown", move |event| {
                let event: &PointerEvent = event.unchecked_ref();
                let border = event.current_target().and_then(|border| border.dyn_into::<Element>().ok());
                if let Some(border) = border.filter(|_| event.button() == 0) {
                    // Without the capture the pointer would be lost to the frame, and to whatever else it gets over.
                    let _ = border.set_pointer_capture(event.pointer_id());
                    drag(true);
                }
            })
            .on("pointermove", move |event| {
                if dragging.get_value() {
                    let event: &PointerEvent = event.unchecked_ref();
                    self.resize(|share, layout| Some(share.at(reached(event, layout)?)));
                }
            })
            .on("lostpointercapture", move |_| drag(false))
    }
}

/// The element that a stage lies in; of one in a shadow root that which the root's element lies in, be it one that stands in a place of the
/// chat's (`data-part`, see `embed/src/calls.js`).
fn room_around(stage: &Element) -> Option<Element> {
    let host = |node: &Node| js::get(&node.get_root_node(), "host").dyn_into::<Element>().ok();
    let own = host(stage).unwrap_or_else(|| stage.clone());
    let around = own.parent_element().or_else(|| host(&own))?;
    if own.has_attribute("data-part") { around.parent_element() } else { Some(around) }
}

/// How far the pointer is from the beginning of the frame, in the direction that the border moves in.
fn reached(event: &PointerEvent, layout: Layout) -> Option<i32> {
    let border = event.current_target()?.dyn_into::<Element>().ok()?;
    let frame = border.previous_element_sibling()?.get_bounding_client_rect();
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a screen fit")]
    let whole = |length: f64| length.round() as i32;
    Some(match layout {
        Layout::Beside if is_rtl(event) => whole(frame.right()) - event.client_x(),
        Layout::Beside => event.client_x() - whole(frame.left()),
        _ => event.client_y() - whole(frame.top()),
    })
}

/// Whether lines run from right to left where this happened.
pub(in crate::ui) fn is_rtl(event: &Event) -> bool {
    let element = event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
    element.is_some_and(|element| element.matches(":dir(rtl)").unwrap_or(false))
}

/// Whether it is an Escape that nothing else is meant by: in the tile, but not in a question on it, or nowhere.
fn is_escape(event: &KeyboardEvent) -> bool {
    if event.key() != "Escape" || event.is_composing() || event.default_prevented() {
        return false;
    }
    let path = js::call(event, "composedPath", &[]).unwrap_or_default();
    let Ok(target) = js::list(&path).get(0).dyn_into::<Element>() else { return false };
    let within = |selector| matches!(target.closest(selector), Ok(Some(_)));
    within(".meet-tile") || document().body().is_some_and(|body| body.is_same_node(Some(&target)))
}
