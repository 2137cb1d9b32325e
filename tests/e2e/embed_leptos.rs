//! The example of a chat in Leptos (`examples/leptos`): the crate's public interface over a host of its own. People are tabs of one browser.

use std::path::PathBuf;
use std::sync::LazyLock;

use serde_json::{Value, json};
use thirtyfour::WindowHandle;
use xtask::bed::listener;
use xtask::meet_stand_in::{MeetStandIn, Options};
use xtask::pages;
use xtask::serve::PageServer;

use crate::browser::{Browser, Launch};
use crate::calls::panel::{AtPanel, Place};
use crate::calls::party::{Kind, Party as _};
use crate::calls::scene::observe;
use crate::scene::{TO_MEET, dist};

const PAIR: &str = "!pair:tabs";
const CLUB: &str = "!club:tabs";
/// Says something in the room that is on screen.
const SAY: &str = "const input = document.querySelector('footer input'); input.value = arguments[0]; \
     input.dispatchEvent(new Event('input', { bubbles: true })); input.form.requestSubmit(); return null";

/// Built once for all tests of a run.
static EXAMPLE: LazyLock<PathBuf> = LazyLock::new(|| pages::leptos_example().expect("the example"));

/// The browser, whose current tab is the one of whoever acts.
struct Tab<'a>(&'a Browser);

impl Place for Tab<'_> {
    const NAME: &'static str = "the example in Leptos";

    fn browser(&self) -> &Browser {
        self.0
    }
}

struct People {
    browser: Browser,
    alice: WindowHandle,
    bob: WindowHandle,
    pages: PageServer,
}

impl People {
    /// Alice and Bob, each in a tab that shows the room of the two.
    async fn start(config: &Value) -> anyhow::Result<Self> {
        // The browser would not wait so long for a page.
        LazyLock::force(&EXAMPLE);
        let pages = PageServer::start(listener().await?, &EXAMPLE, config).await?;
        let browser = Browser::start(Launch::default()).await?;
        let alice = browser.tab().await?;
        open(&browser, &pages, "alice").await?;
        let bob = browser.new_tab().await?;
        open(&browser, &pages, "bob").await?;
        Ok(Self { browser, alice, bob, pages })
    }

    async fn at(&self, tab: &WindowHandle) -> anyhow::Result<AtPanel<Tab<'_>>> {
        self.browser.go_to(tab).await?;
        Ok(AtPanel::new(Tab(&self.browser), PAIR))
    }

    async fn run(&self, script: &str, argument: &str) -> anyhow::Result<()> {
        self.browser.run::<Value>(script, vec![json!(argument)]).await.map(drop)
    }

    /// As `cases::whole`, one after the other: only the tab in front can be asked.
    async fn whole(&self, caller: &WindowHandle, callee: &WindowHandle, kind: Kind) -> anyhow::Result<()> {
        self.at(caller).await?.call(kind).await?;
        let there = self.at(callee).await?;
        there.rings().await?;
        there.accept(kind).await?;
        there.is_connected().await?;
        there.perceives(kind).await?;
        let here = self.at(caller).await?;
        here.is_connected().await?;
        here.perceives(kind).await?;
        here.hang_up().await?;
        here.has_let_go().await?;
        self.at(callee).await?.has_let_go().await
    }
}

async fn open(browser: &Browser, pages: &PageServer, who: &str) -> anyhow::Result<()> {
    // They have called before: no preview.
    observe(browser, Some(&json!({ "previewed": true }))).await?;
    browser.open(&format!("{}/?me={who}", pages.origin())).await?;
    browser.becomes::<bool>("!!document.querySelector('button[data-kind=video][aria-disabled=false]')").await.map(drop)
}

#[tokio::test]
async fn two_tabs_of_the_leptos_example_call_each_other() -> anyhow::Result<()> {
    let people = People::start(&json!({})).await?;
    people.whole(&people.alice, &people.bob, Kind::Video).await?;
    people.whole(&people.bob, &people.alice, Kind::Voice).await?;

    // A tab that is loaded while it rings rings too: the chat keeps what was said.
    people.at(&people.alice).await?.call(Kind::Voice).await?;
    let bob = people.at(&people.bob).await?;
    bob.rings().await?;
    people.browser.driver.refresh().await?;
    bob.rings().await?;
    bob.accept(Kind::Voice).await?;
    bob.perceives(Kind::Voice).await?;
    bob.hang_up().await?;
    bob.has_let_go().await?;
    people.at(&people.alice).await?.has_let_go().await
}

// Carol's page once began with the room of Alice and Bob: she read what they said there, and what she wrote was lost.
#[tokio::test]
async fn who_is_not_in_the_pair_sees_the_club_alone_in_the_leptos_example() -> anyhow::Result<()> {
    let people = People::start(&json!({})).await?;
    people.at(&people.alice).await?;
    people.run(SAY, "Between us").await?;
    people.run("document.querySelector(`nav [data-room='${arguments[0]}']`).click(); return null", CLUB).await?;
    people.run(SAY, "To all").await?;

    let browser = &people.browser;
    browser.new_tab().await?;
    browser.open(&format!("{}/?me=carol", people.pages.origin())).await?;
    let seen = "[...document.querySelectorAll('nav button, .messages li')].map(each => each.textContent).join()";
    browser.becomes::<bool>(&format!("{seen} === 'Garden club,@alice:tabs: To all'")).await?;
    people.run(SAY, "Hello").await?;
    browser.becomes::<bool>(&format!("{seen}.endsWith(',@carol:tabs: Hello')")).await?;

    // Who is in none of the rooms.
    browser.open(&format!("{}/?me=mallory", people.pages.origin())).await?;
    browser.becomes::<bool>("document.body.textContent.includes('You are in no room.')").await?;
    assert_eq!(browser.run::<u32>("return document.querySelectorAll('form, li').length", vec![]).await?, 0);
    Ok(())
}

#[tokio::test]
async fn the_leptos_example_takes_nothing_but_its_peoples_events_from_its_channel_and_storage() -> anyhow::Result<()> {
    let people = People::start(&json!({})).await?;
    let strange = "const channel = new BroadcastChannel('leptos-chat'); \
         const said = (type, content) => ({ room: arguments[0], event_id: `$${type}`, type, sender: '@mallory:tabs', \
           origin_server_ts: Date.now(), content }); \
         const invite = said('m.call.invite', { call_id: '1', party_id: '1', version: '1', lifetime: 60000, \
           offer: { type: 'offer', sdp: 'v=0' } }); \
         localStorage['leptos-chat/log'] = JSON.stringify([null, 7, { room: arguments[0] }, invite, \
           said('m.room.message', { body: 'I am not in this room' })]); \
         for (const what of [null, 7, invite, '{', '[]', '{}', 'x'.repeat(200000), JSON.stringify(invite)]) \
           channel.postMessage(what); \
         return null";
    people.at(&people.alice).await?;
    people.run(strange, PAIR).await?;
    people.run(SAY, "<b>Hello</b>").await?;
    // What was said after it has come, as it is written.
    let bob = people.at(&people.bob).await?;
    let lines = "[...document.querySelectorAll('.messages li')].map(line => line.textContent).join()";
    people.browser.becomes::<bool>(&format!("{lines} === '@alice:tabs: <b>Hello</b>'")).await?;
    assert_eq!(bob.count(".meet-ring").await?, 0);
    Ok(())
}

#[tokio::test]
async fn in_the_group_of_the_leptos_example_one_press_starts_a_conference_and_another_joins_it() -> anyhow::Result<()> {
    let meet = MeetStandIn::start(listener().await?, Options::default()).await?;
    let jitsi = json!({ "preferred_domain": format!("127.0.0.1:{}", meet.addr().port()) });
    let wrapper = PageServer::start(listener().await?, &dist(), &json!({ "jitsi": jitsi })).await?;
    let ours = json!({ "own_wrapper_url": format!("{}/jitsi.html", wrapper.origin()) });
    let people = People::start(&json!({ "jitsi": jitsi, "meet_in_chat": ours })).await?;
    for (tab, running) in [(&people.alice, false), (&people.bob, true)] {
        let there = people.at(tab).await?;
        people.run("document.querySelector(`nav [data-room='${arguments[0]}']`).click(); return null", CLUB).await?;
        let conference = "/conference/.test(document.querySelector('button[data-kind=video]').ariaLabel)";
        people.browser.becomes::<bool>(conference).await?;
        if running {
            // Who presses before hearing of it starts another one.
            there.shows(".meet-stage:not([hidden]) .meet-bar-actions .meet-primary").await?;
        }
        there.call(Kind::Video).await?;
        people.browser.within(&TO_MEET).becomes::<bool>("window.standIn?.joined()").await?;
    }
    people.browser.within(&TO_MEET).becomes::<bool>("window.standIn.participants().length > 1").await?;
    people.browser.pictures("leptos-conference").await
}
