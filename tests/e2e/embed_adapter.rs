//! The adapter for matrix-js-sdk (`embed/src/matrix-js-sdk.js`) on each major that it is made for: `tests/embed_sdk` in Node.js, with
//! the real SDK and its encryption, on a homeserver of the bed.

use anyhow::{Context as _, ensure};
use tokio::process::Command;
use xtask::bed::{Coturn, Scratch, Synapse, SynapseSettings};
use xtask::setup::{Report, bed_tools, embed_sdk};

/// Runs every test of the adapter with one major of the SDK.
async fn adapter_works_with(major: u32) -> anyhow::Result<()> {
    let folder = embed_sdk(Report::OnlyWork)?;
    let tools = bed_tools(Report::OnlyWork)?;
    let scratch = Scratch::new(&format!("adapter-{major}"))?;
    let turnserver = tools.turnserver.as_ref().context("coturn is needed")?;
    let coturn = Coturn::start(turnserver, &scratch.path().join("turn"), None).await?;
    let settings = SynapseSettings { turn: Some(coturn.settings()), ..SynapseSettings::default() };
    let synapse = Synapse::start(&tools.synapse_python, &scratch.path().join("home"), &settings).await?;

    let tests = Command::new("npm")
        .args(["test", "--silent"])
        .current_dir(folder)
        .env("MEET_SDK_MAJOR", major.to_string())
        .env("MEET_HOMESERVER", synapse.url())
        .kill_on_drop(true)
        .output()
        .await
        .context("npm can't be started")?;
    synapse.stop().await;
    coturn.stop().await;
    let said = String::from_utf8_lossy(&tests.stdout);
    ensure!(tests.status.success(), "matrix-js-sdk {major}: {}\n{said}", tests.status);
    Ok(())
}

#[tokio::test]
async fn the_embed_adapter_works_with_matrix_js_sdk_41() -> anyhow::Result<()> {
    adapter_works_with(41).await
}

#[tokio::test]
async fn the_embed_adapter_works_with_matrix_js_sdk_42() -> anyhow::Result<()> {
    adapter_works_with(42).await
}

#[tokio::test]
async fn the_embed_adapter_works_with_matrix_js_sdk_43() -> anyhow::Result<()> {
    adapter_works_with(43).await
}

/// `tests/embed_sdk/types.ts`: by its types the adapter takes the client of each, and nothing else.
#[tokio::test]
async fn the_embed_adapter_takes_the_clients_of_each_major_by_their_types() -> anyhow::Result<()> {
    let mut compiler = Command::new("npm");
    compiler.args(["run", "--silent", "types"]).current_dir(embed_sdk(Report::OnlyWork)?);
    let checked = compiler.output().await.context("npm can't be started")?;
    ensure!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
    Ok(())
}
