//! The check of calls: has the servers asked and the relays tried, and lists what is to be said of them as it comes. In a frame of the
//! chat it knows by itself which; alone it asks whose.

mod markup;
mod relay;
mod request;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_events::EventListener;
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{KeyboardEvent, MessageEvent, Window};

use self::markup::Markup;
use super::{Visit, devices, patience};
use crate::browser::{clipboard, clock};
use crate::check::calls::{
    Area, Brief, Finding, PATIENCE_MS, Word, auth_address, choose, meet_server, outcome, plan, read_look, report,
    start, summary, well_known, well_known_address,
};
use crate::check::words;
use crate::locale::{CALLS_EN, CHECK_EN, Texts};
use crate::meet::MeetDomain;
use crate::page::here::Here;
use crate::page::{dress, json, load};
use crate::text_key;

/// Begins the check, in these words and in those of a file of its own, as [`hosting`](super::hosting) has one. `typed` is what the address
/// says of homeserver and Meet server.
pub(super) async fn show(visit: Visit, own: Texts, framed: bool, typed: [String; 2]) {
    let file = ["locales/calls.", visit.language.unwrap_or("en"), ".json"].concat();
    let came = load::fetch(&file, patience().as_ref()).await;
    let Some(texts) = words(came.as_ref()) else {
        visit.write("calls-about", &own.fill(text_key!("hosting.no_words", CHECK_EN), &[("file", &file)]));
        return;
    };
    let chat = visit.window.parent().ok().flatten().filter(|_| framed);
    let Some(markup) = Markup::find(&visit.document, &texts) else { return };
    if let (Some(page), true) = (visit.document.get_element_by_id("page"), framed) {
        let _ = page.set_attribute("data-in-chat", "");
    }
    let shell = Rc::new(Shell {
        is_local: MeetDomain::parse(&Here::of(&visit.window).host).is_ok_and(|host| host.is_loopback()),
        visit,
        own,
        texts,
        markup,
        chat,
        turn: Cell::new(0),
        pending: Cell::new(0),
        found: RefCell::default(),
        devices: RefCell::default(),
        rules: request::Rules::default(),
        attempts: relay::Attempts::default(),
    });
    shell.run(typed);
}

struct Shell {
    visit: Visit,
    own: Texts,
    texts: Texts,
    markup: Markup,
    /// The chat's window, in a frame of it.
    chat: Option<Window>,
    is_local: bool,
    /// Counts the checks: what comes of an earlier one is dropped.
    turn: Cell<u32>,
    /// How many parts of this check are under way.
    pending: Cell<u32>,
    found: RefCell<Vec<(Area, Finding)>>,
    devices: RefCell<Option<devices::Looking>>,
    rules: request::Rules,
    attempts: relay::Attempts,
}

impl Shell {
    fn run(self: Rc<Self>, typed: [String; 2]) {
        self.rules.watch(&self.visit.document);
        let on = |id: &str, event: &'static str, act: fn(&Rc<Self>)| {
            if let Some(element) = self.visit.document.get_element_by_id(id) {
                let shell = Rc::clone(&self);
                EventListener::new(&element, event, move |_| act(&shell)).forget();
            }
        };
        on("again", "click", Self::again);
        on("copy", "click", Self::copy);
        on("look", "click", Self::look);
        on("begin", "click", Self::again);
        if self.chat.is_none() {
            self.markup.ask(&typed);
            // No form, which a frame's sandbox and the page's policy have their own mind about.
            for id in ["server", "domain"] {
                let Some(field) = self.visit.document.get_element_by_id(id) else { continue };
                let shell = Rc::clone(&self);
                EventListener::new(&field, "keydown", move |event| {
                    if is_key(event, "Enter") {
                        shell.again();
                    }
                })
                .forget();
            }
            return;
        }
        let shell = Rc::clone(&self);
        EventListener::new(&self.visit.window, "message", move |event| {
            let Some(told) = event.dyn_ref().and_then(|event| shell.told(event)) else { return };
            if let Some(theme) = read_look(&told) {
                dress::wear(&shell.visit.document, theme);
            } else if let Some(brief) = Brief::read(&told) {
                shell.check(brief);
            }
        })
        .forget();
        let shell = Rc::clone(&self);
        EventListener::new(&self.visit.document, "keydown", move |event| {
            if is_key(event, "Escape") {
                shell.say(Word::Close);
            }
        })
        .forget();
        self.again();
    }

    /// What the chat tells: a message counts from its window alone, and from our own origin.
    fn told(&self, event: &MessageEvent) -> Option<Value> {
        let chat = self.chat.as_ref()?;
        let origin = self.visit.window.location().origin().ok()?;
        let ours = event.source().is_some_and(|source| JsValue::from(source) == JsValue::from(chat.clone()))
            && event.origin() == origin;
        if ours { json::read(&event.data()) } else { None }
    }

    fn say(&self, word: Word) {
        if let (Some(chat), Ok(origin)) = (&self.chat, self.visit.window.location().origin()) {
            let _ = chat.post_message(&json::write(&word.write()), &origin);
        }
    }

    /// From the beginning. In the chat that has to be asked first: passwords of TURN servers end.
    fn again(self: &Rc<Self>) {
        let shell = Rc::clone(self);
        if self.chat.is_some() {
            let turn = self.next_turn();
            self.clear();
            self.say(Word::Ready);
            spawn_local(async move {
                request::sleep(PATIENCE_MS).await;
                // What comes later than that is taken all the same.
                if shell.turn.get() == turn {
                    shell.status(shell.texts.get(text_key!("calls.no_chat", CALLS_EN)));
                }
            });
            return;
        }
        spawn_local(async move {
            let config = load::fetch("config.json", patience().as_ref()).await.unwrap_or_default();
            let [server, domain] = shell.markup.typed();
            let brief = Brief::typed(&server, &domain, config);
            shell.markup.trouble(brief.is_none().then(|| shell.texts.get(text_key!("calls.no_name", CALLS_EN))));
            if let Some(brief) = brief {
                shell.check(brief);
            }
        });
    }

    /// Ends the check before: what comes of it is dropped, and its connections are closed.
    fn next_turn(&self) -> u32 {
        let turn = self.turn.get().wrapping_add(1);
        self.turn.set(turn);
        self.attempts.stop();
        turn
    }

    fn clear(&self) {
        self.found.take();
        self.markup.clear();
        self.status(self.texts.get(text_key!("calls.checking", CALLS_EN)));
    }

    fn status(&self, words: String) {
        self.visit.write("calls-status", &words);
    }

    fn check(self: &Rc<Self>, brief: Brief) {
        let turn = self.next_turn();
        self.pending.set(2);
        self.clear();
        let (shell, told) = (Rc::clone(self), brief.turn.clone());
        spawn_local(async move {
            let plan = plan(&told, clock::now().0 / 1000);
            shell.put(turn, Area::Turn, plan.findings);
            if let Some(tried) = shell.attempts.all(&plan.relays, &|| shell.turn.get() == turn).await {
                shell.put(turn, Area::Turn, outcome(&tried));
                shell.done(turn);
            }
        });
        let shell = Rc::clone(self);
        spawn_local(async move {
            shell.look_at_servers(turn, brief).await;
            shell.done(turn);
        });
    }

    async fn look_at_servers(&self, turn: u32, brief: Brief) {
        let address = well_known_address(&brief.server, self.is_local);
        let document = self.rules.ask(&address).await;
        self.put(turn, Area::Homeserver, well_known(&address, &document));
        if let Some(chosen) = brief.chosen.or_else(|| choose(&document, &brief.config)) {
            self.put(turn, Area::Homeserver, start(&chosen, &brief.config, brief.integrations));
            let answer = self.rules.ask(&auth_address(&chosen.domain, self.is_local)).await;
            self.put(turn, Area::Meet, meet_server(&chosen.domain, self.is_local, &answer));
        }
    }

    fn put(&self, turn: u32, area: Area, findings: Vec<Finding>) {
        if turn == self.turn.get() {
            for finding in findings {
                self.markup.add(&self.visit.document, area, &finding, &self.texts);
                self.found.borrow_mut().push((area, finding));
            }
        }
    }

    fn done(&self, turn: u32) {
        if turn != self.turn.get() {
            return;
        }
        self.pending.set(self.pending.get().saturating_sub(1));
        if self.pending.get() == 0 {
            self.status(summary(&self.found.borrow(), &self.texts));
            self.markup.finished();
        }
    }

    fn copy(self: &Rc<Self>) {
        let shell = Rc::clone(self);
        spawn_local(async move {
            let report = report(&shell.found.borrow(), &shell.texts);
            if clipboard::copy(&report).await {
                shell.status(shell.texts.get(text_key!("calls.copied", CALLS_EN)));
            } else {
                shell.markup.show_report(&report);
            }
        });
    }

    /// Opens the devices, or frees them.
    fn look(self: &Rc<Self>) {
        let open = self.devices.take();
        let key = if open.is_none() {
            let looking = devices::show(&self.visit, self.own.clone());
            self.devices.replace(looking);
            text_key!("calls.look_away", CALLS_EN)
        } else {
            text_key!("calls.look", CALLS_EN)
        };
        drop(open);
        self.visit.write("look", &self.texts.get(key));
        self.visit.reveal_section("devices", self.devices.borrow().is_some());
    }
}

fn is_key(event: &web_sys::Event, key: &str) -> bool {
    event.dyn_ref::<KeyboardEvent>().is_some_and(|event| event.key() == key)
}
