//! The engines that the chat has opened, by number, as their views are (`mounted`).

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Function;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::Element;

use super::events::{News, Standing};
use super::views::{self, Mounted, Part};
use super::{crashes, mounted};
use crate::browser::js;
use crate::buttons::{Act, Kind};
use crate::host::Host;
use crate::ui::effect::effect;
use crate::ui::{self, Calls};

struct Engine {
    number: u32,
    calls: Calls,
    /// Who is told what happens.
    told: Option<Function>,
    telling: Option<Mounted>,
    /// What was told last.
    before: Rc<RefCell<Standing>>,
}

thread_local! {
    static ENGINES: RefCell<Vec<Engine>> = const { RefCell::new(Vec::new()) };
}

/// Opens an engine over a chat, which calls in `texts` (an object of a locale file's strings over the English ones) and tells `told` what
/// happens: `told(name, detail)`.
pub fn open(host: Rc<dyn Host>, options: &JsValue) -> u32 {
    crashes::listen(ui::end_after_panic);
    let calls = Calls::new(host, views::texts(options));
    let told = js::get(options, "onEvent").dyn_into::<Function>().ok();
    let before = Rc::<RefCell<Standing>>::default();
    let telling = told.clone().and_then(|told| {
        // Effects live in what is mounted; this is nowhere in the page.
        let nowhere = document().create_element("div").ok()?;
        let (calls, before) = (calls.clone(), before.clone());
        let telling = move || {
            follow(calls, before, told);
            None.into()
        };
        Some(views::mounted(&nowhere, Box::new(telling)))
    });
    let number = mounted::next();
    if let Some(told) = told.clone() {
        crashes::add(number, told);
    }
    ENGINES.with_borrow_mut(|engines| engines.push(Engine { number, calls, told, telling, before }));
    number
}

/// Tells what happens.
fn follow(calls: Calls, before: Rc<RefCell<Standing>>, told: Function) {
    effect(move || {
        let now = calls.standing();
        let was = before.replace(now.clone());
        for news in now.since(&was) {
            let told = told.clone();
            // In a task of its own: who is told may do anything.
            spawn_local(async move { tell(&told, news) });
        }
    });
}

/// Who is told may throw.
fn tell(told: &Function, (name, detail): News) {
    let _ = told.call2(&JsValue::UNDEFINED, &name.into(), &js::given(&detail.into()));
}

/// Shows a part of an engine in `root`, after what is in there. 0 where there is no such engine or part.
pub fn mount(engine: u32, part: &str, root: &Element, options: &JsValue) -> u32 {
    let Some((calls, part)) = calls_of(engine).zip(Part::named(part)) else { return 0 };
    mounted::keep(engine, views::show(calls, part, root, options))
}

/// Presses a button of a room, which was pressed before the program was there, if it still does the same.
pub fn press(engine: u32, room: &str, kind: &str, act: &str) {
    if let Some((calls, (kind, act))) = calls_of(engine).zip(Kind::named(kind).zip(Act::named(act))) {
        let room = room.into();
        // After what the chat told meanwhile, which is heard in a task of its own: whom one wants to call may be calling.
        spawn_local(async move { calls.press_late(&room, kind, act) });
    }
}

fn calls_of(engine: u32) -> Option<Calls> {
    ENGINES.with_borrow(|engines| Some(engines.iter().find(|one| one.number == engine)?.calls.clone()))
}

/// Ends everything of an engine, tells so, and takes its views away. Resolves when the other sides have been told, or two seconds have
/// passed.
pub async fn close(engine: u32) {
    let Some(calls) = calls_of(engine) else { return };
    // Before it leaves the list: a crash meanwhile is told to it too.
    calls.end_all().await;
    let gone = ENGINES.with_borrow_mut(|engines| {
        let at = engines.iter().position(|one| one.number == engine)?;
        Some(engines.swap_remove(at))
    });
    let Some(gone) = gone else { return };
    crashes::remove(engine);
    // What only rang owes nobody a word and a conference ends with its views: no effect sees the end of either.
    drop(gone.telling);
    if let Some(told) = gone.told {
        for news in gone.before.take().over() {
            tell(&told, news);
        }
    }
    mounted::unmount_all(engine);
}
