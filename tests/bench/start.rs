//! How long the page takes to start: after a reload, the first time, on a slow processor; beside it what the same server
//! and browser take for a page without anything, and Synapse for a first sync alone.

use std::num::NonZero;

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use serde_json::json;
use xtask::bed::listener;
use xtask::serve::{PageServer, Server, serve};
use xtask::setup;

use crate::account::{Account, ROOMS};
use crate::e2e::browser::{Browser, Launch};
use crate::e2e::scene::dist;
use crate::figures::{Figures, head, load, ratio};
use crate::watch::{self, Times};

/// How often each is measured.
const RUNS: u64 = 9;
/// The goal: from reload to a clickable list and button, in milliseconds.
const GOAL: f64 = 1000.0;
/// How many times slower the slow processor is; a middle-class phone beside a desktop computer.
const SLOWER: u32 = 4;

/// Measures and prints.
pub(crate) async fn measure() -> anyhow::Result<()> {
    let before = load();
    let tools = setup::bed_tools(setup::Report::OnlyWork)?;
    eprintln!("making an account of {ROOMS} rooms on a new Synapse; that takes a minute or two");
    let account = Account::make(&tools.synapse_python).await?;
    let bench = Bench::start(account).await?;

    let blank = bench.blank().await?;
    let sync = bench.first_syncs().await?;
    let again = bench.reloads().await?;
    let first = bench.first_starts().await?;
    bench.slow_down(SLOWER).await?;
    let slow = bench.reloads().await?;

    println!("An account of {ROOMS} rooms on Synapse, {RUNS} runs each, in milliseconds.");
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    println!("{cores} cores; load {before} before all this, {} after it.", load());
    head("reload of a signed-in page until ...");
    Figures::of(again.iter().map(|times| times.document))?.print("... its document is there (DOMContentLoaded)");
    Figures::of(again.iter().map(|times| times.program))?.print("... the program is loaded");
    Figures::of(again.iter().map(|times| times.configuration))?.print("... config.json is read");
    Figures::of(again.iter().map(|times| times.rooms))?.print("... every room is listed and takes a click");
    Figures::of(again.iter().map(|times| times.button))?.print("... the call button takes a click");
    Figures::of(again.iter().map(|times| times.sync))?.print("... the first sync is answered");
    head("until list and button take a click");
    let again = ready(&again)?;
    let (slow, first) = (ready(&slow)?, ready(&first)?);
    again.print("reload");
    slow.print(&format!("reload, processor {SLOWER} times slower"));
    first.print("first start, nothing kept");
    head("for comparison");
    blank.print("a page without anything, DOMContentLoaded");
    sync.print("the first sync alone, without a browser");
    println!();
    ratio("a reload : a page without anything", again, blank);
    ratio("a first start : its first sync alone", first, sync);
    ratio("a reload : a first start", again, first);
    let verdict = if again.median < GOAL { "met" } else { "missed" };
    println!("\nThe goal, a reload under {GOAL:.0} ms, is {verdict}: {:.0} ms.", again.median);
    Ok(())
}

fn ready(runs: &[Times]) -> anyhow::Result<Figures> {
    Figures::of(runs.iter().map(Times::ready))
}

/// A signed-in browser that looks at a room of three.
struct Bench {
    browser: Browser,
    pages: PageServer,
    nothing: Server,
    account: Account,
}

impl Bench {
    async fn start(account: Account) -> anyhow::Result<Self> {
        let config = json!({
            "default_server_config": { "m.homeserver": { "base_url": account.alice.homeserver, "server_name": "localhost" } },
            "jitsi": { "preferred_domain": "meet.example.org" },
            "meet_in_chat": { "demo_sign_in_links": true },
        });
        let pages = PageServer::start(listener().await?, &dist(), &config).await?;
        let page = get(async || Html("<!doctype html><title>Nothing</title>"));
        let nothing = serve(Router::new().route("/", page), listener().await?, None).await?;
        let browser = Browser::start(Launch::default()).await?;
        watch::install(&browser, ROOMS).await?;
        let token = account.alice.login_token().await?;
        browser.open(&format!("{}/#loginToken={token}", pages.origin())).await?;
        browser.page().click(&format!("[data-room='{}']", account.room)).await?;
        watch::times(&browser).await?;
        Ok(Self { browser, pages, nothing, account })
    }

    async fn blank(&self) -> anyhow::Result<Figures> {
        let script = "return performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd";
        let mut times = Vec::new();
        for _ in 0..RUNS {
            self.browser.open(&self.nothing.origin()).await?;
            times.push(self.browser.run::<f64>(script, Vec::new()).await?);
        }
        Figures::of(times)
    }

    async fn first_syncs(&self) -> anyhow::Result<Figures> {
        let mut times = Vec::new();
        for _ in 0..RUNS {
            times.push(self.account.first_sync().await?.as_secs_f64() * 1000.0);
        }
        Figures::of(times)
    }

    /// Reloads the page, which has kept its rooms.
    async fn reloads(&self) -> anyhow::Result<Vec<Times>> {
        self.open_room().await?;
        watch::times(&self.browser).await?;
        self.browser.becomes::<bool>("caches.match('meet-in-chat-snapshot').then(kept => !!kept)").await?;
        let mut runs = Vec::new();
        for _ in 0..RUNS {
            self.browser.driver.refresh().await?;
            runs.push(watch::times(&self.browser).await?);
        }
        Ok(runs)
    }

    /// Opens the page of someone who is signed in, without what an earlier start has kept of the rooms.
    async fn first_starts(&self) -> anyhow::Result<Vec<Times>> {
        let forget = "return caches.keys().then(all => Promise.all(all.map(name => caches.delete(name))))";
        let mut runs = Vec::new();
        for _ in 0..RUNS {
            // From beside the page: while it goes away, it may still keep something.
            self.browser.open(&format!("{}/config.json", self.pages.origin())).await?;
            self.browser.run::<Vec<bool>>(forget, Vec::new()).await?;
            self.open_room().await?;
            runs.push(watch::times(&self.browser).await?);
        }
        Ok(runs)
    }

    async fn open_room(&self) -> anyhow::Result<()> {
        self.browser.open(&format!("{}/#/room/{}", self.pages.origin(), self.account.room)).await
    }

    async fn slow_down(&self, rate: u32) -> anyhow::Result<()> {
        let rate = json!({ "rate": rate });
        self.browser.driver.cdp().send_raw("Emulation.setCPUThrottlingRate", rate).await?;
        Ok(())
    }
}
