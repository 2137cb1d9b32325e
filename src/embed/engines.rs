//! The engines and views that the chat has opened, by number: what crosses to JavaScript is plain, so that nothing there can hold what is
//! gone. A number that is not, or no longer, in use means nothing, and does nothing.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Function;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::Element;

use super::events::Standing;
use super::views::{self, Mounted, Part, Shown, Subject};
use crate::browser::frames;
use crate::browser::js;
use crate::host::Host;
use crate::locale::Texts;
use crate::locale::components::COMPONENTS_EN;
use crate::ui::effect::effect;
use crate::ui::{Calls, peer_calls};

struct Engine {
    number: u32,
    calls: Calls,
    /// Who is told what happens.
    told: Option<Function>,
    _telling: Option<Mounted>,
}

struct View {
    number: u32,
    engine: u32,
    shown: Shown,
}

thread_local! {
    static ENGINES: RefCell<Vec<Engine>> = const { RefCell::new(Vec::new()) };
    static VIEWS: RefCell<Vec<View>> = const { RefCell::new(Vec::new()) };
    static LAST: Cell<u32> = const { Cell::new(0) };
}

/// Opens an engine over a chat, which calls in `texts` (an object of a locale file's strings over the English ones) and tells `told` what
/// happens: `told(name, detail)`.
pub fn open(host: Rc<dyn Host>, options: &JsValue) -> u32 {
    listen_for_crashes();
    let mut texts = Texts::read(COMPONENTS_EN);
    let translation = js_sys::JSON::stringify(&js::get(options, "texts")).ok().and_then(|text| text.as_string());
    if let Some(translation) = translation {
        texts = texts.overlaid_with(Texts::read(&translation));
    }
    let calls = Calls::new(host, texts);
    let told = js::get(options, "onEvent").dyn_into::<Function>().ok();
    let telling = told.clone().and_then(|told| {
        // Effects live in what is mounted; this is nowhere in the page.
        let nowhere = document().create_element("div").ok()?;
        let calls = calls.clone();
        let telling = move || {
            follow(calls, told);
            None.into()
        };
        Some(views::mounted(&nowhere, Box::new(telling)))
    });
    let number = next();
    ENGINES.with_borrow_mut(|engines| engines.push(Engine { number, calls, told, _telling: telling }));
    number
}

/// Tells what happens.
fn follow(calls: Calls, told: Function) {
    let mut before = Standing::default();
    effect(move || {
        let now = calls.standing();
        let news = now.since(&before);
        before = now;
        for (name, detail) in news {
            tell(&told, name, &serde_json::Value::from(detail).to_string());
        }
    });
}

/// In a task of its own: who is told may do anything, and throw.
fn tell(told: &Function, name: &'static str, detail: &str) {
    let detail = js_sys::JSON::parse(detail).unwrap_or_default();
    let told = told.clone();
    spawn_local(async move {
        let _ = told.call2(&JsValue::UNDEFINED, &name.into(), &detail);
    });
}

/// Shows a part of an engine in `root`, after what is in there. 0 where there is no such engine or part.
pub fn mount(engine: u32, part: &str, root: &Element, options: &JsValue) -> u32 {
    let calls =
        ENGINES.with_borrow(|engines| engines.iter().find(|one| one.number == engine).map(|one| one.calls.clone()));
    let Some((calls, part)) = calls.zip(Part::named(part)) else { return 0 };
    let shown = views::show(calls, part, root, options);
    let number = next();
    VIEWS.with_borrow_mut(|all| all.push(View { number, engine, shown }));
    number
}

/// Lets a view show something else: another room, or another event of it.
pub fn update(view: u32, options: &JsValue) {
    // Nothing is borrowed while it changes, which may tell the chat something.
    let subject = VIEWS.with_borrow(|views| Some(views.iter().find(|one| one.number == view)?.shown.subject.clone()));
    let Some(subject) = subject else { return };
    let now = Subject::read(options);
    if *subject.read_untracked() != now {
        subject.set(now);
    }
}

/// Takes a view away.
pub fn unmount(view: u32) {
    forget(|one| one.number == view);
}

/// Ends everything of an engine, and takes its views away. Resolves when the other sides have been told, or two seconds have passed.
pub async fn close(engine: u32) {
    let gone = ENGINES.with_borrow_mut(|engines| {
        let at = engines.iter().position(|one| one.number == engine)?;
        Some(engines.swap_remove(at))
    });
    let Some(gone) = gone else { return };
    gone.calls.end_all().await;
    forget(|one| one.engine == engine);
}

/// One of its own buttons may have led here, and must not be dropped while it is pressed.
fn forget(which: impl Fn(&View) -> bool) {
    let gone: Vec<View> = VIEWS.with_borrow_mut(|views| views.extract_if(.., |one| which(one)).collect());
    spawn_local(async move { drop(gone) });
}

fn next() -> u32 {
    let number = LAST.get().wrapping_add(1);
    LAST.set(number);
    number
}

/// When the program panics: ends what is open, since no button works any more, and tells the chat (`crashed`).
fn listen_for_crashes() {
    thread_local! {
        static LISTENS: Cell<bool> = const { Cell::new(false) };
    }
    if LISTENS.replace(true) {
        return;
    }
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        frames::remove_all();
        peer_calls::crashed();
        let told = ENGINES.try_with(|engines| {
            let engines = engines.try_borrow().ok()?;
            Some(engines.iter().filter_map(|engine| engine.told.clone()).collect::<Vec<_>>())
        });
        for told in told.ok().flatten().iter().flatten() {
            let _ = told.call2(&JsValue::UNDEFINED, &"crashed".into(), &js::object(&[]));
        }
    }));
}
