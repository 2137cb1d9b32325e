//! What stands in front of calls, by number, and its views: the exports of `bin/front.rs` are carried out here, as those of the whole
//! program are in `engines`.

use std::cell::RefCell;
use std::panic::PanicHookInfo;
use std::rc::Rc;

use js_sys::Function;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::Element;

use super::front::{Front, Want};
use super::views::{self, Part, Subject};
use super::{crashes, mounted};
use crate::browser::{crash, js};
use crate::host::Host;
use crate::json;
use crate::ui::buttons::{Base, buttons_of, current_of};
use crate::ui::drawn::Drawn;
use crate::ui::effect::effect;

struct Engine {
    number: u32,
    front: Front,
}

thread_local! {
    static ENGINES: RefCell<Vec<Engine>> = const { RefCell::new(Vec::new()) };
}

/// Stands in front of the calls of a chat, in `texts` as the whole program takes them. Tells `onEvent` what is wanted of that: `("soon",
/// {})` when somebody is about to press, `("needed", {})`, and `("needed", { roomId, kind, act })` when somebody has pressed.
pub fn open(host: Rc<dyn Host>, options: &JsValue) -> u32 {
    crashes::listen(end);
    let told = js::get(options, "onEvent").dyn_into::<Function>().ok();
    let wants = told.clone();
    let wants = Box::new(move |want: Want| {
        let told = wants.clone();
        // In a task of its own: who is told may do anything.
        spawn_local(async move {
            if let Some(told) = told {
                tell(&told, &want);
            }
        });
    });
    let number = mounted::next();
    if let Some(told) = told {
        crashes::add(number, told);
    }
    let front = Front::new(host, views::texts(options), wants);
    ENGINES.with_borrow_mut(|engines| engines.push(Engine { number, front }));
    number
}

/// Who is told may throw.
fn tell(told: &Function, want: &Want) {
    let (name, detail) = match want {
        Want::Soon => ("soon", json::of([])),
        Want::Now => ("needed", json::of([])),
        Want::Press(room, kind, act) => {
            let (kind, act) = (kind.name().into(), act.name().into());
            ("needed", json::of([("roomId", room.as_str().into()), ("kind", kind), ("act", act)]))
        }
    };
    let _ = told.call2(&JsValue::UNDEFINED, &name.into(), &js::given(&detail.into()));
}

/// Shows the buttons, or nothing where the part is another one: most of those need the whole program. 0 where there is no such engine or
/// part.
pub fn mount(engine: u32, part: &str, root: &Element, options: &JsValue) -> u32 {
    let Some((front, part)) = front_of(engine).zip(Part::named(part)) else { return 0 };
    let shown = views::shown(root, options, move || {
        let front = StoredValue::new_local(front);
        Box::new(move |of| front.with_value(|front| drawn(front, part, &of)))
    });
    mounted::keep(engine, shown)
}

fn drawn(front: &Front, part: Part, of: &Subject) -> Drawn {
    let (base, room) = (base(front), Signal::stored(of.room().clone()));
    match part {
        Part::Buttons => return buttons_of(base, room),
        Part::Stage => {
            let (current, front) = (current_of(base, room), StoredValue::new_local(front.clone()));
            effect(move || {
                if current.buttons.with(|buttons| buttons.offer.is_some()) {
                    front.with_value(Front::want);
                }
            });
        }
        Part::Tile | Part::Settings => front.want(),
        // What rings comes with the whole program.
        Part::Toasts => {}
    }
    None.into()
}

fn base(front: &Front) -> Base {
    StoredValue::new_local(Rc::new(front.clone()))
}

fn front_of(engine: u32) -> Option<Front> {
    ENGINES.with_borrow(|engines| Some(engines.iter().find(|one| one.number == engine)?.front.clone()))
}

/// The whole program could not be loaded.
pub fn failed(engine: u32) {
    if let Some(front) = front_of(engine) {
        front.failed();
    }
}

/// Takes everything of an engine away: the calls are there, or the chat closes them.
pub fn close(engine: u32) {
    let gone: Vec<_> = ENGINES.with_borrow_mut(|engines| engines.extract_if(.., |one| one.number == engine).collect());
    crashes::remove(engine);
    mounted::unmount_all(engine);
    drop(gone);
}

/// When the program panics no button works any more, and it hears nothing.
fn end(panic: &PanicHookInfo<'_>) {
    console_error_panic_hook::hook(panic);
    crash::close_all();
}
