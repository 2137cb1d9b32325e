//! How long a call takes: from the press until it rings at the other side, and from the answer until each side sees the other.
//! Our page and matrix-js-sdk take turns on one Synapse, each pair in a room of its own, both with a warm page.
//!
//! The SDK has no interface: what our page takes to draw the ring and to show the video is counted, and its is not.

use std::num::NonZero;
use std::time::Duration;

use anyhow::Context as _;
use serde_json::json;
use xtask::bed::Person;

use crate::e2e::browser::{Browser, Launch, WAIT};
use crate::e2e::calls::cases;
use crate::e2e::calls::ours::Caller;
use crate::e2e::calls::party::{Kind, Party};
use crate::e2e::calls::scene::CallScene;
use crate::e2e::calls::stranger::Stranger;
use crate::figures::{Figures, head, load, ratio};

/// How often each is measured.
const ROUNDS: usize = 15;
/// What Element Web sets: the SDK then gathers candidates before it has an offer.
const POOL: u64 = 20;

/// When things happened, in milliseconds by the pages' clocks, which agree on one machine.
trait Timed: Party {
    /// The press on the call button, of the last call that was placed here.
    async fn placed(&self) -> anyhow::Result<f64>;
    /// The ring, of the last call that rang here.
    async fn rang(&self) -> anyhow::Result<f64>;
    /// The press that accepted it.
    async fn accepted(&self) -> anyhow::Result<f64>;
}

impl Timed for Caller {
    async fn placed(&self) -> anyhow::Result<f64> {
        time(self.browser(), "observer.clicks().findLast(({ what }) => what === 'video')", "at").await
    }

    async fn rang(&self) -> anyhow::Result<f64> {
        time(self.browser(), "observer.phases().findLast(({ shown }) => shown.split(' ').includes('ring'))", "at").await
    }

    async fn accepted(&self) -> anyhow::Result<f64> {
        time(self.browser(), "observer.clicks().findLast(({ what }) => what === 'accept')", "at").await
    }
}

impl Timed for Stranger {
    async fn placed(&self) -> anyhow::Result<f64> {
        time(self.browser(), "peer.state()", "place").await
    }

    async fn rang(&self) -> anyhow::Result<f64> {
        time(self.browser(), "peer.state()", "ring").await
    }

    async fn accepted(&self) -> anyhow::Result<f64> {
        time(self.browser(), "peer.state()", "accept").await
    }
}

async fn time(browser: &Browser, found: &str, of: &str) -> anyhow::Result<f64> {
    let script = format!("return {found}?.{of} ?? null");
    browser.run::<Option<f64>>(&script, Vec::new()).await?.context(script)
}

/// When an element first showed a frame of the other side, after this time.
async fn first_frame(browser: &Browser, after: f64) -> anyhow::Result<f64> {
    browser.becomes(&format!("window.observer.frames().find(({{ at }}) => at > {after})?.at")).await
}

/// One call, in milliseconds.
#[derive(Clone, Copy)]
struct Call {
    ring: f64,
    callee_sees: f64,
    caller_sees: f64,
    events: usize,
}

impl Call {
    /// Until both see each other.
    fn both_see(&self) -> f64 {
        self.callee_sees.max(self.caller_sees)
    }
}

/// Measures and prints.
pub(crate) async fn measure() -> anyhow::Result<()> {
    let before = load();
    let scene = CallScene::start().await?;
    let (carol, dave) = tokio::try_join!(scene.world.person("Carol"), scene.world.person("Dave"))?;
    let room = carol.start_direct_chat(&dave).await?;
    let (alice, bob) = scene.both().await?;
    let options = json!({ "iceCandidatePoolSize": POOL });
    let stranger = |me, other| Stranger::start(Launch::default(), me, other, &room, options.clone());
    let (one, other) = tokio::try_join!(stranger(&carol, &dave), stranger(&dave, &carol))?;

    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    // The first call of a page pays for devices and codecs that the browser keeps: it counts for neither.
    for round in 0..=ROUNDS {
        let our_call = call(&alice, &bob, &scene.alice, &scene.room).await.context("our page")?;
        tidy(&alice).await?;
        tidy(&bob).await?;
        let their_call = call(&one, &other, &carol, &room).await.context("matrix-js-sdk")?;
        eprintln!("round {round} of {ROUNDS}");
        if round > 0 {
            ours.push(our_call);
            theirs.push(their_call);
        }
    }
    print(&ours, &theirs, &before)
}

async fn call(caller: &impl Timed, callee: &impl Timed, person: &Person, room: &str) -> anyhow::Result<Call> {
    let sent_before = events(person, room).await?;
    cases::connect(caller, callee, Kind::Video).await?;
    let accepted = callee.accepted().await?;
    let call = Call {
        ring: callee.rang().await? - caller.placed().await?,
        callee_sees: first_frame(callee.browser(), accepted).await? - accepted,
        caller_sees: first_frame(caller.browser(), accepted).await? - accepted,
        events: 0,
    };
    cases::part(callee, caller).await?;
    // What timers still send belongs to this call, and the next one begins in peace.
    tokio::time::sleep(Duration::from_secs(3)).await;
    Ok(Call { events: events(person, room).await? - sent_before, ..call })
}

/// Waits until the word about the end has been read or has gone, as before the first call.
async fn tidy(person: &Caller) -> anyhow::Result<()> {
    let dismiss = "document.querySelector('.meet-notice [data-act=dismiss]')?.click()";
    // One that passes may go at any moment, so the page itself presses what is there.
    person
        .browser()
        .until("no word is left", WAIT, async || {
            person.browser().run::<Option<()>>(dismiss, Vec::new()).await?;
            Ok((person.count(".meet-notice").await? == 0).then_some(()))
        })
        .await
}

async fn events(person: &Person, room: &str) -> anyhow::Result<usize> {
    let all = person.messages(room).await?;
    Ok(all.iter().filter(|event| event["type"].as_str().is_some_and(|kind| kind.starts_with("m.call."))).count())
}

fn print(ours: &[Call], theirs: &[Call], before: &str) -> anyhow::Result<()> {
    println!("Video calls over loopback on one Synapse, {ROUNDS} rounds each in turn, in milliseconds.");
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    println!("{cores} cores; load {before} before all this, {} after it.", load());
    type Part = (&'static str, fn(&Call) -> f64);
    let parts: [Part; 4] = [
        ("from the press until it rings at the other side", |call| call.ring),
        ("from the answer until the callee sees the caller", |call| call.callee_sees),
        ("from the answer until the caller sees the callee", |call| call.caller_sees),
        ("from the answer until both see each other", Call::both_see),
    ];
    let mut ratios = Vec::new();
    for (what, part) in parts {
        head(what);
        let (mine, sdk) = (Figures::of(ours.iter().map(part))?, Figures::of(theirs.iter().map(part))?);
        mine.print("our page");
        sdk.print("matrix-js-sdk");
        ratios.push((what, mine, sdk));
    }
    head("events that a call costs, of both sides together");
    #[expect(clippy::cast_precision_loss, reason = "a handful")]
    let count = |calls: &[Call]| Figures::of(calls.iter().map(|call| call.events as f64));
    let (mine, sdk) = (count(ours)?, count(theirs)?);
    mine.print("our page");
    sdk.print("matrix-js-sdk");
    ratios.push(("events", mine, sdk));

    println!("\nour page : matrix-js-sdk");
    for (what, mine, sdk) in ratios {
        ratio(what, mine, sdk);
    }
    Ok(())
}
