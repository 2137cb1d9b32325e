//! Calls as they go between any two parties. Each begins and ends with both idle, so that several can follow one another.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, bail};

use super::media;
use super::party::{Kind, Party};

/// One calls, the other accepts, media flows both ways.
pub(crate) async fn connect(caller: &impl Party, callee: &impl Party, kind: Kind) -> anyhow::Result<()> {
    caller.call(kind).await?;
    callee.rings().await.context("the callee")?;
    callee.accept(kind).await?;
    tokio::try_join!(caller.is_connected(), callee.is_connected())?;
    caller.perceives(kind).await.context("the caller")?;
    callee.perceives(kind).await.context("the callee")
}

/// One hangs up, and nothing is left on either side.
pub(crate) async fn part(one: &impl Party, other: &impl Party) -> anyhow::Result<()> {
    one.hang_up().await?;
    tokio::try_join!(one.has_let_go(), other.has_let_go())?;
    Ok(())
}

/// A whole call of this kind.
pub(crate) async fn whole(caller: &impl Party, callee: &impl Party, kind: Kind) -> anyhow::Result<()> {
    let what = format!("a {kind:?} call from {} to {}", caller.name(), callee.name());
    async {
        connect(caller, callee, kind).await?;
        let open: &[&str] = if kind.is_video() { &["audio", "video"] } else { &["audio"] };
        media::opens(caller.browser(), open).await.context("the caller")?;
        media::opens(callee.browser(), open).await.context("the callee")?;
        part(callee, caller).await
    }
    .await
    .context(what)
}

/// The other one says no.
pub(crate) async fn declined(caller: &impl Party, callee: &impl Party) -> anyhow::Result<()> {
    let what = format!("a call from {} that {} declines", caller.name(), callee.name());
    async {
        caller.call(Kind::Voice).await?;
        callee.rings().await?;
        callee.decline().await?;
        tokio::try_join!(caller.has_let_go(), callee.has_let_go())?;
        anyhow::Ok(())
    }
    .await
    .context(what)
}

/// The caller thinks better of it.
pub(crate) async fn called_off(caller: &impl Party, callee: &impl Party) -> anyhow::Result<()> {
    let what = format!("a call from {} to {} that is called off", caller.name(), callee.name());
    async {
        caller.call(Kind::Video).await?;
        callee.rings().await?;
        caller.is_calling().await?;
        caller.hang_up().await?;
        tokio::try_join!(caller.has_let_go(), callee.has_let_go())?;
        anyhow::Ok(())
    }
    .await
    .context(what)
}

/// Lets both call at one time, by the pages' clocks: the drivers' own ways to two pages take longer than an invite's. `call` is given
/// the time and gives what was left of the way to it in each page. When it was past in one, the other's call is called off, and there
/// is another try with more time.
pub(crate) async fn at_one_time(
    one: &impl Party,
    other: &impl Party,
    call: impl AsyncFn(u64) -> anyhow::Result<(i64, i64)>,
) -> anyhow::Result<()> {
    for seconds in [2, 8, 20] {
        let time = SystemTime::now().duration_since(UNIX_EPOCH)? + Duration::from_secs(seconds);
        let (first, second) = call(u64::try_from(time.as_millis())?).await?;
        match (first > 0, second > 0) {
            (true, true) => return Ok(()),
            (true, false) => call_off(one, other).await?,
            (false, true) => call_off(other, one).await?,
            (false, false) => {}
        }
    }
    bail!("the drivers took more than 20 s to reach two pages")
}

async fn call_off(caller: &impl Party, other: &impl Party) -> anyhow::Result<()> {
    caller.is_calling().await?;
    part(caller, other).await
}

/// Both press before either knows of the other, and meet in one call without a further press.
pub(crate) async fn both_at_once(one: &impl Party, other: &impl Party) -> anyhow::Result<()> {
    let what = format!("{} and {} call at once", one.name(), other.name());
    async {
        at_one_time(one, other, async |time| tokio::try_join!(one.call_at(time), other.call_at(time))).await?;
        tokio::try_join!(one.is_connected(), other.is_connected())?;
        one.perceives(Kind::Video).await?;
        other.perceives(Kind::Video).await?;
        part(one, other).await
    }
    .await
    .context(what)
}

/// In a video call, one mutes the microphone and then the camera, and takes both back.
pub(crate) async fn mutes(one: &impl Party, other: &impl Party) -> anyhow::Result<()> {
    let what = format!("{} mutes, {} is told", one.name(), other.name());
    async {
        connect(one, other, Kind::Video).await?;
        one.mute(true).await?;
        other.shows_muted(true).await?;
        media::is_quiet(other.browser()).await?;
        one.mute(false).await?;
        other.shows_muted(false).await?;
        media::hears(other.browser()).await?;

        one.camera(false).await?;
        media::opens(one.browser(), &["audio"]).await.context("the camera's light goes off")?;
        media::sees_nothing(other.browser()).await?;
        one.camera(true).await?;
        media::opens(one.browser(), &["audio", "video"]).await?;
        media::sees(other.browser(), 1).await?;
        part(one, other).await
    }
    .await
    .context(what)
}

/// A voice call becomes a video call of one, then of both; then one shares the screen and stops.
pub(crate) async fn grows(one: &impl Party, other: &impl Party) -> anyhow::Result<()> {
    let what = format!("a voice call of {} and {} becomes a video call with a screen", one.name(), other.name());
    async {
        connect(one, other, Kind::Voice).await?;
        one.camera(true).await?;
        media::sees(other.browser(), 1).await.context("the first camera")?;
        other.camera(true).await?;
        media::sees(one.browser(), 1).await.context("the second camera")?;

        one.share(true).await?;
        other.shows_screen(true).await?;
        media::sees(other.browser(), 2).await.context("camera and screen")?;
        one.share(false).await?;
        other.shows_screen(false).await?;
        media::opens(one.browser(), &["audio", "video"]).await?;
        media::sees(other.browser(), 1).await.context("the camera goes on")?;
        part(one, other).await
    }
    .await
    .context(what)
}

/// One holds the call: nothing is heard on either side. Then it goes on.
pub(crate) async fn holds(one: &impl Party, other: &impl Party) -> anyhow::Result<()> {
    let what = format!("{} holds a call with {}", one.name(), other.name());
    async {
        connect(one, other, Kind::Video).await?;
        one.hold(true).await?;
        other.shows_held(true).await?;
        tokio::try_join!(media::is_quiet(one.browser()), media::is_quiet(other.browser()))?;
        media::sees_nothing(one.browser()).await?;
        one.hold(false).await?;
        other.shows_held(false).await?;
        one.perceives(Kind::Video).await.context("after the hold")?;
        other.perceives(Kind::Video).await.context("after the hold")?;
        part(other, one).await
    }
    .await
    .context(what)
}
