//! What is around a call: tabs, sounds, the title, the queue.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use meet_in_chat::browser::crash;
use meet_in_chat::browser::js;
use meet_in_chat::browser::queue::Queue;
use meet_in_chat::browser::sound::Sounds;
use meet_in_chat::browser::tabs::{TabEvent, Tabs};
use meet_in_chat::browser::title::Flashing;
use meet_in_chat::browser::wake_lock::WakeLock;
use meet_in_chat::call::tones::{Loop, Sound, Tone};
use meet_in_chat::call::vocabulary::TabWord;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::BroadcastChannel;

use crate::calls_stage::{A_WHILE, Contexts, Instead, Log, until};

fn tab(name: &str) -> (Tabs, Rc<Log<TabEvent>>) {
    let log = Log::new();
    let of_tab = log.clone();
    (Tabs::new(&name.into(), Rc::new(move |event| of_tab.push(event))), log)
}

#[wasm_bindgen_test]
async fn tabs_of_one_person_hear_each_other_and_nonsense_is_nothing() {
    let ((one, own), (_other, log), (_stranger, unheard)) = (tab("@ann:x"), tab("@ann:x"), tab("@ben:x"));
    let nonsense = BroadcastChannel::new("meet_in_chat.calls.@ann:x").expect("a channel");
    for word in
        ["", "{", "null", r#"{"word":"shout","call":"c"}"#, r#"{"word":"taken"}"#, r#"{"word":"taken","call":3}"#]
    {
        nonsense.post_message(&word.into()).expect("posted");
    }
    let long = format!(r#"{{"word":"taken","call":"{}"}}"#, "c".repeat(5000));
    for value in [JsValue::NULL, 3.into(), js::object(&[("word", &"taken".into())]), long.into()] {
        nonsense.post_message(&value).expect("posted");
    }
    let word = TabWord::Taken("call".into());
    one.tell(&word);
    assert_eq!(log.next("a word", |event| Some(event.clone())).await, TabEvent::Word(word));
    TimeoutFuture::new(A_WHILE).await;
    assert!(log.is_empty() && own.is_empty() && unheard.is_empty());
    nonsense.close();
}

#[wasm_bindgen_test]
async fn one_tab_rings_and_another_when_it_is_done() {
    let ((one, first), (other, second)) = (tab("@lock:x"), tab("@lock:x"));
    one.compete(true);
    one.compete(true);
    assert_eq!(first.next("the lead", |event| Some(event.clone())).await, TabEvent::Leading);
    other.compete(true);
    TimeoutFuture::new(A_WHILE).await;
    assert!(first.is_empty() && second.is_empty());
    one.compete(false);
    assert_eq!(second.next("the lead", |event| Some(event.clone())).await, TabEvent::Leading);
    // One that gave up waiting is passed over.
    one.compete(true);
    one.compete(false);
    drop(other);
    TimeoutFuture::new(A_WHILE).await;
    assert!(first.is_empty());
    one.compete(true);
    assert_eq!(first.next("the lead", |event| Some(event.clone())).await, TabEvent::Leading);
}

#[wasm_bindgen_test]
async fn without_locks_every_tab_rings() {
    for body in
        ["throw new TypeError('none');", "return Promise.reject(new DOMException('not here', 'SecurityError'));"]
    {
        let _none = Instead::of(js::get(&js::navigator(), "locks"), "request", "", body);
        let ((one, first), (other, second)) = (tab("@none:x"), tab("@none:x"));
        for (tab, log) in [(&one, &first), (&other, &second)] {
            tab.compete(true);
            assert_eq!(log.next("the lead", |event| Some(event.clone())).await, TabEvent::Leading);
        }
        TimeoutFuture::new(A_WHILE).await;
        assert!(first.is_empty() && second.is_empty());
    }
}

#[wasm_bindgen_test]
async fn a_tab_that_is_not_lent_a_lock_and_gave_up_waiting_does_not_ring() {
    let body = "return new Promise((_, no) => setTimeout(() => no(new DOMException('no', 'SecurityError')), 50));";
    let _late = Instead::of(js::get(&js::navigator(), "locks"), "request", "", body);
    let (tab, log) = tab("@late:x");
    tab.compete(true);
    tab.compete(false);
    TimeoutFuture::new(A_WHILE).await;
    assert!(log.is_empty());
}

#[wasm_bindgen_test]
async fn a_lock_granted_in_the_moment_it_is_given_up_is_let_go_and_leads_nobody() {
    let body = "window.grantNow = () => granted({}); return new Promise(() => {});";
    let _locks = Instead::of(js::get(&js::navigator(), "locks"), "request", "name, options, granted", body);
    let grant = || js::call(&js_sys::global(), "grantNow", &[]).expect("granted");
    let (tab, log) = tab("@moment:x");
    tab.compete(true);
    let held = grant();
    tab.compete(false);
    js::settled(held).await.expect("let go");
    tab.compete(true);
    tab.compete(false);
    assert!(grant().is_undefined());
    TimeoutFuture::new(A_WHILE).await;
    assert!(log.is_empty());
}

#[wasm_bindgen_test]
async fn a_sound_wakes_the_sound_card_and_lets_it_sleep_afterwards() {
    let contexts = Contexts::watch();
    let sounds = Sounds::new();
    assert!(contexts.states().is_empty());
    sounds.play(Sound::Once(Tone::Ended));
    until("a sound", || (contexts.states() == ["running"]).then_some(())).await;
    until("rest", || (contexts.states() == ["suspended"]).then_some(())).await;
    sounds.play(Sound::Loop(Some(Loop::Ring)));
    sounds.play(Sound::Loop(Some(Loop::Ring)));
    until("a ring", || (contexts.states() == ["running"]).then_some(())).await;
    assert_eq!(sounds.looping(), Some(Loop::Ring));
    sounds.play(Sound::Once(Tone::Busy));
    assert_eq!(sounds.looping(), Some(Loop::Ring));
    sounds.play(Sound::Loop(None));
    assert_eq!(sounds.looping(), None);
    drop(sounds);
    until("the end", || (contexts.states() == ["closed"]).then_some(())).await;
}

#[wasm_bindgen_test]
async fn the_title_takes_turns_with_a_word_and_comes_back_even_when_it_changed() {
    let document = web_sys::window().and_then(|window| window.document()).expect("a document");
    let before = document.title();
    document.set_title("Chat");
    let flashing = Flashing::start("Ann calls");
    assert_eq!(document.title(), "Ann calls");
    until("the title", || (document.title() == "Chat").then_some(())).await;
    until("the word", || (document.title() == "Ann calls").then_some(())).await;
    document.set_title("Chat (1)");
    until("the word", || (document.title() == "Ann calls").then_some(())).await;
    drop(flashing);
    assert_eq!(document.title(), "Chat (1)");
    TimeoutFuture::new(1500).await;
    assert_eq!(document.title(), "Chat (1)");
    document.set_title(&before);
}

/// A title that is read has no two blanks one after the other.
#[wasm_bindgen_test]
async fn a_name_full_of_blanks_does_not_keep_the_title() {
    let document = web_sys::window().and_then(|window| window.document()).expect("a document");
    let before = document.title();
    document.set_title("Chat");
    let flashing = Flashing::start(" Ann \u{a0}\t calls ");
    until("the word", || (document.title() == "Ann calls").then_some(())).await;
    until("the title", || (document.title() == "Chat").then_some(())).await;
    drop(flashing);
    assert_eq!(document.title(), "Chat");
    document.set_title(&before);
}

/// A program that panics drops nothing.
#[wasm_bindgen_test]
async fn a_crash_gives_the_title_the_screen_and_the_lead_back() {
    let document = web_sys::window().and_then(|window| window.document()).expect("a document");
    let before = document.title();
    document.set_title("Chat");
    let _flashing = Flashing::start("Ann calls");
    let wake_lock = js::get(&js::navigator(), "wakeLock");
    let body =
        "const lock = { released: 0, release() { this.released++; } }; seen.push(lock); return Promise.resolve(lock);";
    let locks = Instead::of(wake_lock, "request", "", body);
    let held = WakeLock::hold();
    let ((one, first), (other, second)) = (tab("@crash:x"), tab("@crash:x"));
    one.compete(true);
    assert_eq!(first.next("the lead", |event| Some(event.clone())).await, TabEvent::Leading);
    // Asked for before, and there only afterwards.
    let late = WakeLock::hold();
    crash::close_all();
    assert_eq!(document.title(), "Chat");
    TimeoutFuture::new(1500).await;
    assert_eq!(document.title(), "Chat");
    let released = |lock: &JsValue| js::get(lock, "released").as_f64();
    assert_eq!(locks.seen().iter().map(released).collect::<Vec<_>>(), [Some(1.0), Some(1.0)]);
    crash::survived();
    other.compete(true);
    assert_eq!(second.next("the lead", |event| Some(event.clone())).await, TabEvent::Leading);
    drop((held, late));
    document.set_title(&before);
}

#[wasm_bindgen_test]
async fn the_screen_stays_on_until_the_lock_is_dropped() {
    let wake_lock = js::get(&js::navigator(), "wakeLock");
    let locks = Instead::of(
        wake_lock,
        "request",
        "",
        "const lock = { released: 0, release() { this.released++; } }; seen.push(lock); return Promise.resolve(lock);",
    );
    let held = WakeLock::hold();
    TimeoutFuture::new(50).await;
    let released = || {
        let one = |lock: &JsValue| js::get(lock, "released").as_f64().unwrap_or_default();
        locks.seen().iter().map(one).collect::<Vec<_>>()
    };
    assert_eq!(released(), [0.0]);
    let document = web_sys::window().and_then(|window| window.document()).expect("a document");
    document.dispatch_event(&web_sys::Event::new("visibilitychange").expect("an event")).expect("dispatched");
    TimeoutFuture::new(50).await;
    assert_eq!(released(), [1.0, 0.0]);
    drop(held);
    assert_eq!(released(), [1.0, 1.0]);
    // One that comes too late.
    drop(WakeLock::hold());
    TimeoutFuture::new(50).await;
    assert_eq!(released(), [1.0, 1.0, 1.0]);
}

#[wasm_bindgen_test]
async fn jobs_of_a_queue_follow_each_other_and_can_be_given_up() {
    let done: Rc<RefCell<Vec<u32>>> = Rc::default();
    let queue = Queue::default();
    for (number, wait) in [(1, 60), (2, 0)] {
        let done = done.clone();
        queue.push(Box::pin(async move {
            TimeoutFuture::new(wait).await;
            done.borrow_mut().push(number);
        }));
    }
    until("both", || (*done.borrow() == [1, 2]).then_some(())).await;

    let dropped = Rc::new(Cell::new(false));
    struct Flag(Rc<Cell<bool>>);
    impl Drop for Flag {
        fn drop(&mut self) {
            self.0.set(true);
        }
    }
    let flag = Flag(dropped.clone());
    queue.push(Box::pin(async move {
        let _flag = flag;
        std::future::pending::<()>().await;
    }));
    TimeoutFuture::new(20).await;
    assert!(!dropped.get());
    queue.clear();
    assert!(dropped.get());
    let after = done.clone();
    queue.push(Box::pin(async move { after.borrow_mut().push(3) }));
    until("the next", || (done.borrow().last() == Some(&3)).then_some(())).await;
}
