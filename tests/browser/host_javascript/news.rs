//! What a page tells, whenever it does.

use std::cell::RefCell;
use std::rc::Rc;

use meet_in_chat::browser::js;
use meet_in_chat::host::{Host, HostEvent, Subscription};
use wasm_bindgen_test::wasm_bindgen_test;

use super::page::{Page, odd_values};
use crate::waiting::settle;

type Heard = Rc<RefCell<Vec<HostEvent>>>;

fn listener(heard: &Heard) -> Rc<dyn Fn(&HostEvent)> {
    let heard = heard.clone();
    Rc::new(move |event| heard.borrow_mut().push(event.clone()))
}

#[wasm_bindgen_test]
async fn what_a_page_tells_comes_to_every_listener_in_its_order() {
    let page = Page::new();
    let host = page.host();
    let (one, two) = (Heard::default(), Heard::default());
    let _one = host.subscribe(listener(&one));
    let _two = host.subscribe(listener(&two));
    assert_eq!(page.count("listeners"), 1.0, "the page is asked once");
    page.tell("{ type: 'live', events: [{ roomId: '!a', event: { type: 'm.call.invite' }, encrypted: true }] }");
    page.tell("{ type: 'room-changed', roomId: '!a' }");
    assert!(one.borrow().is_empty(), "a page may tell in the middle of a call");
    settle().await;
    assert_eq!(*one.borrow(), *two.borrow());
    let [HostEvent::Live(batch), HostEvent::RoomChanged(room)] = &one.borrow()[..] else {
        panic!("{:?}", one.borrow());
    };
    assert!(batch.events[0].encrypted && batch.events[0].received_at.0 > 0);
    assert_eq!(*room, "!a".into());
}

/// The package's modules load the program of calls for it.
#[wasm_bindgen_test]
async fn who_listens_says_at_once_whether_something_of_calls_was_told() {
    let page = Page::new();
    let host = page.host();
    let _subscription = host.subscribe(Rc::new(|_| {}));
    let said = |event: &str| {
        page.run(&["this.said = this.listeners[0](", event, ")"].concat());
        js::get(&page.object, "said")
    };
    let live =
        |event: &str| ["{ type: 'live', events: [{ roomId: '!a', event: ", event, " }], gaps: ['!b'] }"].concat();
    let widget = "{ type: 'im.vector.modular.widgets', state_key: 'a', content: {} }";
    for event in ["{ type: 'm.call.invite' }", "{ type: 'org.matrix.call.hangup' }", widget] {
        assert_eq!(said(&live(event)), true, "{event}");
    }
    let of_age = |age: u32| format!("{{ type: 'm.call.invite', unsigned: {{ age: {age} }} }}");
    assert_eq!(said(&live(&of_age(110_000))), true);
    // What a first sync brings from long ago rings no more.
    assert_eq!(said(&live(&of_age(130_000))), false);
    for event in ["{ type: 'm.room.message' }", "{ type: 'im.vector.modular.widgets' }", "null"] {
        assert_eq!(said(&live(event)), false, "{event}");
    }
    for event in ["{ type: 'account-changed' }", "{ type: 'room-changed', roomId: '!a' }", "{}", "null"] {
        assert_eq!(said(event), false, "{event}");
    }
    for (what, odd) in odd_values() {
        js::set(&page.object, "odd", &odd);
        assert_eq!(said("this.odd"), false, "{what}");
    }
}

#[wasm_bindgen_test]
async fn a_page_may_tell_something_at_once_and_while_it_is_asked() {
    let page = Page::new();
    page.run(
        "const [subscribe, getRoom] = [this.subscribe, this.getRoom];
         this.subscribe = function (listener) { listener({ type: 'account-changed' }); return subscribe.call(this, listener); };
         this.getRoom = function (id) { this.tell({ type: 'connection-changed' }); return getRoom.call(this, id); };",
    );
    let host = Rc::new(page.host());
    let heard = Heard::default();
    // Borrowed while the page is asked, as whoever listens may have something borrowed.
    let borrowed = heard.borrow_mut();
    let _subscription = host.subscribe(listener(&heard));
    assert!(host.room(&"!a".into()).is_some());
    drop(borrowed);
    settle().await;
    assert_eq!(*heard.borrow(), [HostEvent::AccountChanged, HostEvent::ConnectionChanged]);
}

#[wasm_bindgen_test]
async fn a_listener_that_asks_a_page_which_tells_while_it_is_asked_hears_of_it_afterwards() {
    let page = Page::new();
    page.run("this.isOnline = function () { if (this.told) return true; this.told = 1; this.tell({ type: 'connection-changed' }); }");
    let host = Rc::new(page.host());
    let heard = Heard::default();
    let (noted, asking) = (heard.clone(), host.clone());
    let _subscription = host.subscribe(Rc::new(move |event| {
        noted.borrow_mut().push(event.clone());
        asking.online();
    }));
    page.tell("{ type: 'account-changed' }");
    settle().await;
    assert_eq!(*heard.borrow(), [HostEvent::AccountChanged, HostEvent::ConnectionChanged]);
}

#[wasm_bindgen_test]
async fn nothing_is_heard_once_a_subscription_has_ended() {
    let page = Page::new();
    let host = page.host();
    let heard = Heard::default();
    let first = host.subscribe(listener(&heard));
    let second = host.subscribe(listener(&heard));
    page.tell("{ type: 'account-changed' }");
    drop(first);
    assert_eq!(page.count("left"), 0.0);
    settle().await;
    assert_eq!(heard.borrow().len(), 1);
    page.tell("{ type: 'account-changed' }");
    drop(second);
    assert_eq!(page.count("left"), 1.0, "with the last listener the page is told");
    page.tell("{ type: 'account-changed' }");
    settle().await;
    assert_eq!(heard.borrow().len(), 1);

    // A page that goes on telling the listener that it was asked to forget.
    let _third = host.subscribe(listener(&heard));
    assert_eq!(page.count("listeners"), 2.0);
    page.tell("{ type: 'account-changed' }");
    settle().await;
    assert_eq!(heard.borrow().len(), 2);
    drop((_third, host));
    page.tell("{ type: 'account-changed' }");
    settle().await;
    assert_eq!(heard.borrow().len(), 2);
}

#[wasm_bindgen_test]
async fn a_listener_may_end_the_others_and_itself() {
    let page = Page::new();
    let host = page.host();
    let all = Rc::new(RefCell::new(Vec::<Subscription>::new()));
    let heard = Heard::default();
    let (ends, noted) = (all.clone(), heard.clone());
    let first = host.subscribe(Rc::new(move |event| {
        noted.borrow_mut().push(event.clone());
        drop(ends.take());
    }));
    let second = host.subscribe(listener(&heard));
    all.borrow_mut().extend([first, second]);
    page.tell("{ type: 'account-changed' }");
    page.tell("{ type: 'account-changed' }");
    settle().await;
    assert_eq!((heard.borrow().len(), page.count("left")), (1, 1.0));
}

#[wasm_bindgen_test]
async fn a_subscription_that_a_page_cannot_end_is_over_all_the_same() {
    for (name, odd) in odd_values() {
        let page = Page::new();
        page.set("odd", &odd);
        page.run("this.subscribe = function (listener) { this.listeners.push(listener); return this.odd; }");
        let host = page.host();
        let heard = Heard::default();
        let subscription = host.subscribe(listener(&heard));
        page.tell("{ type: 'account-changed' }");
        settle().await;
        assert_eq!(heard.borrow().len(), 1, "{name}");
        drop(subscription);
        page.tell("{ type: 'account-changed' }");
        settle().await;
        assert_eq!(heard.borrow().len(), 1, "{name}");
    }
}

#[wasm_bindgen_test]
async fn nothing_that_a_page_tells_can_crash_or_throw_into_it() {
    let page = Page::new();
    let host = page.host();
    let heard = Heard::default();
    let _subscription = host.subscribe(listener(&heard));
    for (_, odd) in odd_values() {
        page.set("odd", &odd);
        page.run("this.listeners[0](this.odd)");
        page.run("this.listeners[0]({ type: 'live', events: this.odd, gaps: this.odd })");
        page.run("this.listeners[0]({ type: 'live', events: [this.odd, { roomId: this.odd, event: this.odd, encrypted: this.odd }] })");
    }
    page.run("this.listeners[0]()");
    // One that tells another while it is read.
    page.run(
        "const tell = this.listeners[0]; const odd = { get type() { tell(odd); return 'signed-out'; } }; tell(odd)",
    );
    // One that can't be carried among others that can.
    page.run(
        "const event = { type: 'm.call.hangup', content: {} };
         this.listeners[0]({ type: 'live', events: [
             { roomId: '!a', event: { type: 'm.call.invite', content: { odd: 10n } }, encrypted: false },
             { roomId: '!a', event, encrypted: false },
         ] })",
    );
    settle().await;
    let [HostEvent::SignedOut, HostEvent::Live(batch)] = &heard.borrow()[..] else {
        panic!("{:?}", heard.borrow());
    };
    assert_eq!(batch.events.len(), 1);
}

#[wasm_bindgen_test]
async fn news_are_as_they_were_when_they_were_told() {
    let page = Page::new();
    let host = page.host();
    let heard = Heard::default();
    let _subscription = host.subscribe(listener(&heard));
    page.run("const news = { type: 'room-changed', roomId: '!a' }; this.tell(news); news.roomId = '!b';");
    settle().await;
    assert_eq!(*heard.borrow(), [HostEvent::RoomChanged("!a".into())]);
}
