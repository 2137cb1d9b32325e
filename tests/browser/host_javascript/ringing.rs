//! Whether calls ring, read from the account data of a page that does not say so itself.

use std::rc::Rc;

use meet_in_chat::host::Host;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use super::page::Page;
use crate::waiting::settle;

/// A page whose `data` are its account data, and which counts in `asked` how often its push rules were asked for.
fn page() -> Page {
    let page = Page::new();
    page.set("isRingAllowed", &JsValue::UNDEFINED);
    page.run(
        "this.data = {}; this.asked = 0;
         this.getAccountData = type => { this.asked += type === 'm.push_rules'; return this.data[type] ?? null; };",
    );
    page
}

#[wasm_bindgen_test]
async fn push_rules_are_read_once_until_the_page_says_that_they_may_be_different() {
    let page = page();
    let host = page.host();
    let (tea, mute) = ("!tea".into(), "!mute".into());
    let _subscription = host.subscribe(Rc::new(|_| {}));
    for _ in 0..3 {
        assert!(host.ring_allowed() && host.notifies_in(&tea) && host.notifies_in(&mute));
    }
    assert_eq!(page.count("asked"), 1.0);
    page.run(
        "this.data['m.push_rules'] = { global: {
             underride: [{ rule_id: '.m.rule.call', actions: ['notify'] }, { rule_id: '.im.vector.jitsi', enabled: false, actions: ['notify'] }],
             room: [{ rule_id: '!tea', actions: ['notify'] }],
         } };",
    );
    page.tell("{ type: 'account-changed' }");
    settle().await;
    assert!(!host.ring_allowed() && host.notifies_in(&tea) && !host.notifies_in(&mute));
    assert_eq!(page.count("asked"), 2.0);
}

#[wasm_bindgen_test]
async fn push_rules_are_read_once_however_many_views_listen() {
    let page = page();
    let host = Rc::new(page.host());
    let subscribed = || {
        let asks = host.clone();
        let subscription = host.subscribe(Rc::new(move |_| assert!(asks.ring_allowed())));
        assert!(host.ring_allowed());
        subscription
    };
    let mut subscriptions = vec![subscribed(), subscribed(), subscribed()];
    assert_eq!(page.count("asked"), 1.0);
    page.tell("{ type: 'account-changed' }");
    settle().await;
    assert_eq!(page.count("asked"), 2.0);
    // What nobody heard of may have happened.
    subscriptions.clear();
    subscriptions.push(subscribed());
    assert_eq!(page.count("asked"), 3.0);
}

#[wasm_bindgen_test]
fn a_device_that_is_silenced_does_not_ring_and_what_the_page_says_itself_comes_first() {
    let page = page();
    page.run("this.data['org.matrix.msc3890.local_notification_settings.OTHER'] = { is_silenced: true };");
    assert!(page.host().ring_allowed());
    page.run("this.data['org.matrix.msc3890.local_notification_settings.DEVICE'] = { is_silenced: true };");
    assert!(!page.host().ring_allowed());
    page.run("this.isRingAllowed = () => true; this.notifiesIn = room => room !== '!mute';");
    let host = page.host();
    assert!(host.ring_allowed() && host.notifies_in(&"!tea".into()) && !host.notifies_in(&"!mute".into()));
}
