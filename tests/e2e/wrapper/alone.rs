//! The wrapper page in a tab of its own, without any chat.

use serde_json::{Value, json};
use xtask::bed::listener;
use xtask::meet_stand_in::{MeetStandIn, Options};
use xtask::serve::PageServer;

use super::client::CONFERENCE;
use crate::browser::{Browser, Launch, WAIT, until};
use crate::calls::OBSERVER;
use crate::scene::{self, dist};

/// The page, opened by its link.
struct Tab {
    browser: Browser,
    meet: MeetStandIn,
    _pages: PageServer,
}

impl Tab {
    /// `more`: further parameters.
    async fn open(config: fn(&str) -> Value, more: &str) -> anyhow::Result<Self> {
        let meet = MeetStandIn::start(listener().await?, Options::default()).await?;
        let domain = format!("127.0.0.1:{}", meet.addr().port());
        let pages = PageServer::start(listener().await?, &dist(), &config(&domain)).await?;
        let browser = Browser::start(Launch::default()).await?;
        browser.before_every_page(OBSERVER).await?;
        let address =
            format!("{}/jitsi.html#conferenceDomain={domain}&conferenceId={CONFERENCE}{more}", pages.origin());
        browser.open(&address).await?;
        browser.becomes::<bool>("document.getElementById('page').dataset.stage === 'card'").await?;
        Ok(Self { browser, meet, _pages: pages })
    }

    /// Presses the button, and waits until Meet has let the person in.
    async fn joins(&self) -> anyhow::Result<()> {
        self.browser.page().click("#join").await?;
        let meeting = self.browser.within(&["#meeting iframe"]);
        meeting.becomes::<bool>("window.standIn?.joined()").await.map(drop)
    }
}

#[tokio::test]
async fn nothing_of_the_server_loads_before_a_press_even_where_the_site_skips_the_card() -> anyhow::Result<()> {
    let config = |domain: &str| {
        json!({
            "jitsi": { "preferred_domain": domain },
            "jitsi_widget": { "skip_built_in_welcome_screen": true },
        })
    };
    let tab = Tab::open(config, "").await?;
    scene::sees(tab.browser.page(), "chosen by this site").await?;
    assert!(tab.meet.rooms().opened.is_empty());
    let opened: bool = tab
        .browser
        .run("return document.querySelectorAll('iframe').length > 0 || window.observer.live().length > 0", Vec::new())
        .await?;
    assert!(!opened);
    tab.joins().await
}

#[tokio::test]
async fn a_tab_that_is_closed_in_the_meeting_leaves_it() -> anyhow::Result<()> {
    let tab = Tab::open(|_| json!({}), "&isAudioOnly=true").await?;
    tab.joins().await?;
    let meeting = tab.browser.within(&["#meeting iframe"]);
    meeting.becomes::<bool>("standIn.liveTracks().join() === 'audio'").await?;
    meeting.click("#hangup").await?;
    scene::sees(tab.browser.page(), "You have left the meeting.").await?;
    until("nobody is in a room", WAIT, async || Ok(tab.meet.rooms().rooms.is_empty().then_some(()))).await
}

/// Without a chat nobody can say who the user is, and such a meeting lets no guests in.
#[tokio::test]
async fn a_meeting_that_wants_to_know_who_comes_needs_the_chat() -> anyhow::Result<()> {
    let tab = Tab::open(|_| json!({}), "&auth=openidtoken-jwt&roomId=!r%3Aexample.org").await?;
    scene::sees(tab.browser.page(), "Open this meeting from the chat.").await?;
    let shown: bool = tab
        .browser
        .run("return ['join', 'tab', 'app'].some(id => document.getElementById(id).checkVisibility())", Vec::new())
        .await?;
    assert!(!shown, "there is nothing to press that could lead in");
    assert!(tab.meet.rooms().opened.is_empty());
    Ok(())
}

/// The card is there with the first answer of the server; a program that does not come leaves it with words.
#[tokio::test]
async fn the_card_is_there_before_its_program_and_says_so_when_that_never_comes() -> anyhow::Result<()> {
    let browser = Browser::start(Launch::default()).await?;
    let pages = PageServer::start(listener().await?, &dist(), &json!({})).await?;
    let address = format!("{}/jitsi.html#conferenceDomain=meet.example.org&conferenceId={CONFERENCE}", pages.origin());
    let cdp = browser.driver.cdp();
    cdp.send_raw("Network.enable", json!({})).await?;
    cdp.send_raw("Network.setBlockedURLs", json!({ "urls": ["*.wasm"] })).await?;
    browser.open(&address).await?;
    scene::sees(browser.page(), "This page could not start.").await?;
    let visible: bool = browser.run("return document.getElementById('heading').checkVisibility()", Vec::new()).await?;
    assert!(visible);
    Ok(())
}
