//! How long the wrapper page takes to Meet: from its navigation to the first request to the Meet server, and what is loaded until then.
//! The first time, and again with its files in the browser's cache; as fast as the machine is, on a slow processor, on a slow link.
//!
//! It goes straight in, as on a site that sets `skip_built_in_welcome_screen` and names the server. No press is waited for, but the
//! site's `config.json` is, and the client, which has to ask the wrapper what it wants and to grant it. The client is the page of
//! `tests/widget_api` on the real matrix-widget-api; it is there before the clock runs, as a chat is. It and the Meet server lie on
//! the wrapper's own site, so that the browser gives all three one process, and the slow processor is theirs. The Meet server
//! answers with an empty page, so that nothing of Meet takes time from what is measured.
//!
//! All times are by the wrapper's own clock, which starts with its navigation. While it runs nobody asks it anything: that Meet was
//! asked for is heard at the Meet server, and then the page's own timeline is read.

use std::num::NonZero;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::response::Html;
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Notify;
use xtask::bed::listener;
use xtask::serve::{PageServer, Server, serve};

use crate::e2e::browser::{Browser, Launch, WAIT};
use crate::e2e::scene::dist;
use crate::e2e::wrapper::client::{CONFERENCE, WRAPPER, person, serve_client, widget};
use crate::figures::{Figures, head, load};
use crate::link::{SlowLink, Speed};

/// How often each is measured. Each first visit is that of a new browser, which then comes again.
const RUNS: usize = 9;
/// How long browser and client are left alone before the wrapper is opened: what they still do then is none of its business.
const SETTLING: Duration = Duration::from_millis(700);
/// The link that is slow.
const LINK: Speed = Speed { latency: Duration::from_millis(562), bits_per_second: 1_600_000 };
/// What is loaded before Meet may weigh this much with brotli.
const BUDGET_KB: f64 = 58.0;
/// Bytes, as in the budgets of `docs/design.md`.
const KB: f64 = 1024.0;

/// What the machine and the way to the wrapper are made out to be.
struct Circumstances {
    what: &'static str,
    /// How many times slower the processor is.
    slower: u32,
    /// Whether the wrapper lies behind the slow link.
    far: bool,
    /// The aim for the first visit, in milliseconds.
    aim: f64,
}

const CIRCUMSTANCES: [Circumstances; 3] = [
    Circumstances { what: "unthrottled", slower: 1, far: false, aim: 170.0 },
    Circumstances { what: "processor 4 times slower", slower: 4, far: false, aim: 384.0 },
    Circumstances { what: "1.6 Mbit/s, 562 ms", slower: 1, far: true, aim: 1608.0 },
];

/// Runs in every frame before its own scripts: notes when the client first said what, and when the program first laid out the page.
const WATCH: &str = r#"
    window.benchHeard = {};
    addEventListener("message", ({ data }) => {
        if (data?.api === "toWidget") benchHeard[data.action] ??= performance.now();
    });
    new MutationObserver((_, observer) => {
        window.benchRuns = performance.now();
        observer.disconnect();
    }).observe(document, { subtree: true, attributeFilter: ["data-stage"] });
"#;

/// Reads the timeline of the wrapper, once Meet's frame is in it: the only frame that it has. What came out of the cache was not
/// transferred.
const READ: &str = r#"
    const [page] = performance.getEntriesByType("navigation");
    const entries = performance.getEntriesByType("resource");
    const meet = entries.find(({ initiatorType }) => initiatorType === "iframe");
    if (!meet) return null;
    const files = entries.filter(({ startTime }) => startTime < meet.startTime);
    const ending = (...kinds) => files.filter(({ name }) => kinds.some(kind => new URL(name).pathname.endsWith(kind)));
    const there = (...kinds) => Math.max(...ending(...kinds).map(({ responseEnd }) => responseEnd));
    const transferred = [page, ...files].filter(({ transferSize }) => transferSize > 0);
    return {
        requests: transferred.length,
        bytes: transferred.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
        document: page.responseEnd, scripts: there(".js", ".css"), program: there(".wasm"),
        load: page.loadEventStart,
        runs: benchRuns, configuration: there("config.json"),
        granted: benchHeard.notify_capabilities,
        meet: meet.startTime,
    };
"#;

/// One visit; times are milliseconds from the start of the navigation.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Visit {
    /// How many files were transferred before Meet was asked for.
    requests: u32,
    /// Their bodies, as they were sent.
    bytes: f64,
    /// The last byte of the document was there.
    document: f64,
    /// So were all scripts and style sheets.
    scripts: f64,
    /// So was the program.
    program: f64,
    /// The frame's `load`, upon which the client speaks to it.
    load: f64,
    /// The program ran and showed its card.
    runs: f64,
    /// `config.json` was there.
    configuration: f64,
    /// The client granted what the wrapper wants.
    granted: f64,
    /// Meet was asked for.
    meet: f64,
}

/// A moment of a visit.
type Moment = fn(&Visit) -> f64;

/// Where the time goes.
const STEPS: [(&str, Moment); 8] = [
    ("... the document is there", |visit| visit.document),
    ("... scripts and styles are there", |visit| visit.scripts),
    ("... the program is there", |visit| visit.program),
    ("... the frame is loaded: the client speaks", |visit| visit.load),
    ("... the program runs", |visit| visit.runs),
    ("... config.json is there", |visit| visit.configuration),
    ("... the client has granted what it may", |visit| visit.granted),
    ("... Meet is asked for", |visit| visit.meet),
];

/// The visits under the same circumstances.
#[derive(Debug, Default)]
struct Visits {
    first: Vec<Visit>,
    again: Vec<Visit>,
}

/// Measures and prints.
pub(crate) async fn measure() -> anyhow::Result<()> {
    let before = load();
    let bench = Bench::start().await?;
    let mut all = [const { Visits { first: Vec::new(), again: Vec::new() } }; CIRCUMSTANCES.len()];
    for round in 1..=RUNS {
        for (circumstances, visits) in CIRCUMSTANCES.iter().zip(&mut all) {
            let browser = bench.browser(circumstances).await?;
            visits.first.push(bench.visit(&browser, circumstances).await?);
            visits.again.push(bench.visit(&browser, circumstances).await?);
        }
        eprintln!("round {round} of {RUNS}");
    }

    println!("The wrapper page, straight in, {RUNS} runs each in turn, in milliseconds since its navigation.");
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    println!("{cores} cores; load {before} before all this, {} after it.", load());
    for (circumstances, visits) in CIRCUMSTANCES.iter().zip(&all) {
        head(&format!("{}, until ...", circumstances.what));
        for (what, step) in STEPS {
            Figures::of(visits.first.iter().map(step))?.print(what);
        }
        Figures::of(visits.again.iter().map(|visit| visit.meet))?.print("... Meet is asked for, again with files kept");
    }
    println!();
    for (circumstances, visits) in CIRCUMSTANCES.iter().zip(&all) {
        let took = Figures::of(visits.first.iter().map(|visit| visit.meet))?.median;
        let (what, aim) = (circumstances.what, circumstances.aim);
        println!("The aim, under {aim:.0} ms {what}, is {}: {took:.0} ms.", verdict(took < aim));
    }
    let [Visits { first, again }, ..] = &all;
    let (first, again) = (first.first().context("no visit")?, again.first().context("no second visit")?);
    let kb = first.bytes / KB;
    println!("The budget, {BUDGET_KB:.0} KB before Meet, is {}: {kb:.1} KB", verdict(kb <= BUDGET_KB));
    println!("in {} requests; {:.1} KB in {} when files are kept.", first.requests, again.bytes / KB, again.requests);
    Ok(())
}

fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "missed" }
}

/// The servers.
struct Bench {
    link: SlowLink,
    pages: PageServer,
    client: Server,
    meet: Server,
    /// The Meet server was asked for a page.
    asked: Arc<Notify>,
}

impl Bench {
    async fn start() -> anyhow::Result<Self> {
        let asked = Arc::new(Notify::new());
        let hears = Arc::clone(&asked);
        let page = get(async move || {
            hears.notify_one();
            Html("<!doctype html><title>Meet</title>")
        });
        let meet = serve(Router::new().route("/{room}", page), listener().await?, None).await?;
        let config = json!({
            "jitsi": { "preferred_domain": meet.addr().to_string() },
            "jitsi_widget": { "skip_built_in_welcome_screen": true },
        });
        let pages = PageServer::start(listener().await?, &dist(), &config).await?;
        let link = SlowLink::start(listener().await?, ([127, 0, 0, 1], pages.port()).into(), LINK)?;
        Ok(Self { link, pages, client: serve_client().await?, meet, asked })
    }

    /// A browser that has never been here.
    async fn browser(&self, circumstances: &Circumstances) -> anyhow::Result<Browser> {
        let browser = Browser::start(Launch::default()).await?;
        browser.before_every_page(WATCH).await?;
        let rate = json!({ "rate": circumstances.slower });
        browser.driver.cdp().send_raw("Emulation.setCPUThrottlingRate", rate).await?;
        Ok(browser)
    }

    /// Opens the wrapper in its client and waits until it has asked for Meet.
    async fn visit(&self, browser: &Browser, circumstances: &Circumstances) -> anyhow::Result<Visit> {
        browser.open(&self.client.origin()).await?;
        tokio::time::sleep(SETTLING).await;
        let pages = if circumstances.far { self.link.origin() } else { self.pages.origin() };
        let event = widget(&pages, &self.meet.addr().to_string(), CONFERENCE, json!({}));
        let host = "client.host(...arguments); return null";
        browser.run::<Value>(host, vec![event, person("!garden:example.org")]).await?;
        tokio::time::timeout(WAIT, self.asked.notified()).await.context("Meet was never asked for")?;
        browser.within(WRAPPER).becomes(&format!("(() => {{ {READ} }})()")).await.context("the timeline has no Meet")
    }
}
