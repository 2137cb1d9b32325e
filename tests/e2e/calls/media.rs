//! What a page sends, receives and has open, as its observer reads it.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use serde::Deserialize;
use serde_json::Value;

use super::super::browser::{Browser, WAIT};

/// One peer connection that is not closed.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Connection {
    /// Each video that comes in.
    pub(crate) videos: Vec<Video>,
    /// Each sound that comes in.
    pub(crate) audios: Vec<Audio>,
    /// This end of the pair in use.
    pub(crate) local: Option<Candidate>,
    /// The other end.
    pub(crate) remote: Option<Candidate>,
    /// What it was made with, and what it was given later.
    pub(crate) configurations: Vec<Configuration>,
}

/// A video that comes in.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Video {
    /// Frames decoded since the beginning.
    pub(crate) frames: u64,
}

/// A sound that comes in.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Audio {
    /// Its energy since the beginning. It rises only while an element plays it, and not of silence.
    pub(crate) energy: f64,
}

/// An end of a connection.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Candidate {
    /// `host`, `srflx`, `prflx`, `relay`.
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
    /// How the TURN server is reached. Set for relays, also for those that statistics call reflexive.
    pub(crate) relay_protocol: Option<String>,
    /// Its port.
    pub(crate) port: Option<u16>,
}

/// What a connection was told of servers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Configuration {
    /// `all` or `relay`.
    pub(crate) policy: String,
    /// The user name for each server.
    pub(crate) usernames: Vec<Option<String>>,
}

/// A camera, microphone or screen that is open.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Device {
    /// `audio` or `video`.
    pub(crate) kind: String,
    /// `user` or `screen`.
    pub(crate) source: String,
    /// False while it is muted.
    pub(crate) enabled: bool,
}

/// The connections of the page, oldest first.
pub(crate) async fn connections(browser: &Browser) -> anyhow::Result<Vec<Connection>> {
    browser.run("return window.observer.media()", Vec::new()).await
}

/// The connection of the page, which has one.
pub(crate) async fn connection(browser: &Browser) -> anyhow::Result<Connection> {
    let mut all = connections(browser).await?;
    ensure!(all.len() == 1, "one connection, not {all:?}");
    Ok(all.remove(0))
}

/// What is open.
pub(crate) async fn live(browser: &Browser) -> anyhow::Result<Vec<Device>> {
    browser.run("return window.observer.live()", Vec::new()).await
}

/// Waits until exactly these are open: `"audio"`, `"video"`, `"screen"`. Of matrix-js-sdk, which copies tracks, each counts once.
pub(crate) async fn opens(browser: &Browser, wanted: &[&str]) -> anyhow::Result<()> {
    let mut wanted = wanted.to_vec();
    wanted.sort_unstable();
    let copies: bool = browser.run("return !!window.peer", Vec::new()).await?;
    let mut last = Vec::new();
    browser
        .until(&format!("exactly {wanted:?} are open"), WAIT, async || {
            last = live(browser).await?;
            let mut open: Vec<&str> =
                last.iter().map(|one| if one.source == "screen" { "screen" } else { one.kind.as_str() }).collect();
            open.sort_unstable();
            if copies {
                open.dedup();
            }
            Ok((open == wanted).then_some(()))
        })
        .await
        .with_context(|| format!("open at last: {last:?}"))
}

/// Waits until so many videos come in and each goes on: their frames are decoded now, not only once.
pub(crate) async fn sees(browser: &Browser, videos: usize) -> anyhow::Result<()> {
    let mut before: Option<Vec<u64>> = None;
    browser
        .until(&format!("{videos} videos come in"), WAIT, async || {
            let now: Vec<u64> = frames(browser).await?;
            let known = before.get_or_insert_with(|| now.clone());
            known.resize(now.len(), 0);
            // A receiver that the browser makes anew counts from the beginning.
            for (known, now) in known.iter_mut().zip(&now) {
                *known = (*known).min(*now);
            }
            let rising = known.iter().zip(&now).filter(|(known, now)| **now > **known + 2).count();
            Ok((rising == videos).then_some(()))
        })
        .await
        .with_context(|| format!("before: {before:?}"))
}

/// All that the observer knows of the connections, to be read when something failed.
pub(crate) async fn figures(browser: &Browser) -> String {
    let all: anyhow::Result<Value> = browser.run("return window.observer.media()", Vec::new()).await;
    all.map_or_else(|error| error.to_string(), |all| all.to_string())
}

async fn frames(browser: &Browser) -> anyhow::Result<Vec<u64>> {
    Ok(connection(browser).await?.videos.iter().map(|video| video.frames).collect())
}

async fn energy(browser: &Browser) -> anyhow::Result<f64> {
    Ok(connection(browser).await?.audios.iter().map(|audio| audio.energy).sum())
}

/// Waits until sound comes in and is played: its energy rises. The made-up microphone beeps once a second.
pub(crate) async fn hears(browser: &Browser) -> anyhow::Result<()> {
    let mut before = None;
    browser
        .until("sound comes in and is played", WAIT, async || {
            let now = energy(browser).await?;
            // A receiver that the browser makes anew counts from the beginning.
            let before = *before.insert(before.map_or(now, |before: f64| before.min(now)));
            Ok((now > before + 0.01).then_some(()))
        })
        .await
}

/// Says whether sound came in within two and a half seconds, in which the made-up microphone beeps twice.
pub(crate) async fn is_quiet(browser: &Browser) -> anyhow::Result<()> {
    // What is on its way may still arrive.
    tokio::time::sleep(Duration::from_millis(700)).await;
    let before = energy(browser).await?;
    tokio::time::sleep(Duration::from_millis(2500)).await;
    let after = energy(browser).await?;
    ensure!(after - before < 0.01, "sound still comes in: {before} became {after}");
    Ok(())
}

/// Waits until no video comes in any more, or only the black picture a second that Firefox sends of a camera that is off.
pub(crate) async fn sees_nothing(browser: &Browser) -> anyhow::Result<()> {
    browser
        .until("no frame comes in any more", WAIT, async || {
            let before: u64 = frames(browser).await?.iter().sum();
            // Long: on a busy machine a moment without a frame means nothing.
            tokio::time::sleep(Duration::from_millis(1500)).await;
            Ok((frames(browser).await?.iter().sum::<u64>() <= before + 2).then_some(()))
        })
        .await
}

/// What the observer has seen, for whoever reads why a test failed.
pub(crate) async fn report(browser: &Browser) -> String {
    let script = "return observer.media().then(media => ({ phases: observer.phases(), requests: observer.requests(), \
         live: observer.live(), media }))";
    browser.run::<Value>(script, Vec::new()).await.map(|seen| seen.to_string()).unwrap_or_default()
}
