//! How long the package takes in a page, and what much of it weighs: from the page's script to buttons that take a click, and the
//! buttons of 200 rooms at once; as fast as the machine is, and on a slow processor.
//!
//! The page is `tests/embed_frameworks/pages/plain.html`, each time in a new browser; its host is scripted, so that no homeserver's
//! time is in the figures. The package comes uncompressed over loopback.

use std::num::NonZero;

use serde::Deserialize;
use serde_json::json;

use crate::e2e::browser::Launch;
use crate::e2e::embed_page::many::{Buttons, Weight};
use crate::e2e::embed_page::site::{FRONT, Site};
use crate::figures::{Figures, head, load};

/// How often each is measured.
const RUNS: usize = 9;
/// How many times slower the slow processor is.
const SLOWER: u32 = 4;

/// Runs before the page's scripts: notes when its first buttons took a click.
const WATCH: &str = "(function look() { \
     const button = document.querySelector('meet-call-buttons')?.shadowRoot?.querySelector('[data-kind=video][aria-disabled=false]'); \
     if (button) window.benchUsable = performance.now(); else setTimeout(look, 1); })()";

/// A page's start, in milliseconds since its navigation.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Start {
    /// The page's own script ran: all modules were there.
    script: f64,
    /// Its first buttons took a click.
    usable: f64,
}

/// What one page gave.
#[derive(Debug, Clone, Copy)]
struct Page {
    start: Start,
    before: Weight,
    buttons: Buttons,
    after: Weight,
}

/// Measures and prints.
pub(crate) async fn measure() -> anyhow::Result<()> {
    let before = load();
    let site = Site::start().await?;
    let mut all = [(1, Vec::new()), (SLOWER, Vec::new())];
    for round in 1..=RUNS {
        for (slower, pages) in &mut all {
            pages.push(page(&site, *slower).await?);
        }
        eprintln!("round {round} of {RUNS}");
    }

    println!("The package in a page of 200 rooms, {RUNS} runs each in turn, in milliseconds.");
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    println!("{cores} cores; load {before} before all this, {} after it.", load());
    for (slower, pages) in &all {
        head(&format!("processor {slower} times slower"));
        let row =
            |what: &str, of: fn(&Page) -> f64| Figures::of(pages.iter().map(of)).map(|figures| figures.print(what));
        row("from the navigation until the page's script runs", |page| page.start.script)?;
        row("from the script until the buttons take a click", |page| page.start.usable - page.start.script)?;
        row("200 rooms: until the elements are there", |page| page.buttons.made)?;
        row("200 rooms: until they are painted", |page| page.buttons.painted)?;
    }
    let [(_, pages), _] = &all;
    head("200 rooms more, a room: what it adds");
    let row = |what: &str, of: fn(&Page) -> f64| {
        Figures::of(pages.iter().map(|page| of(page) / 200.0)).map(|figures| figures.print(what))
    };
    row("DOM nodes", |page| page.after.nodes - page.before.nodes)?;
    row("event listeners", |page| page.after.listeners - page.before.listeners)?;
    row("bytes of the program's memory", |page| page.after.memory - page.before.memory)
}

async fn page(site: &Site, slower: u32) -> anyhow::Result<Page> {
    let throttle = async |browser: &crate::e2e::browser::Browser| {
        browser.before_every_page(WATCH).await?;
        browser.driver.cdp().send_raw("Emulation.setCPUThrottlingRate", json!({ "rate": slower })).await?;
        anyhow::Ok(())
    };
    let visit = site.open_prepared("pages/plain.html", Launch::default(), throttle).await?;
    visit.is_ready().await?;
    visit.becomes("window.benchUsable > 0").await?;
    let start = visit.browser.run("return { script: page.began, usable: benchUsable }", Vec::new()).await?;
    let before = Weight::of(&visit, FRONT).await?;
    let buttons = Buttons::of_two_hundred_rooms(&visit).await?;
    anyhow::ensure!(buttons.rooms == 200, "{buttons:?}");
    Ok(Page { start, before, buttons, after: Weight::of(&visit, FRONT).await? })
}
