//! axe-core (`tests/axe`): what it finds in a page as it is.

use std::sync::LazyLock;

use serde_json::{Value, json};
use xtask::setup::{self, Report};

use crate::browser::Frame;

static AXE: LazyLock<String> = LazyLock::new(|| {
    let path = setup::axe(Report::OnlyWork).expect("axe-core is installed");
    std::fs::read_to_string(path).expect("its script is there")
});

/// All rules, also what axe calls best practice, but for those whose ids are given.
const RUN: &str = "const rules = Object.fromEntries(arguments[0].map(id => [id, { enabled: false }])); \
     return axe.run(document, { resultTypes: ['violations'], rules, iframes: false }).then(({ violations }) => violations \
     .map(({ id, nodes }) => id + ': ' + nodes.map(({ html, failureSummary }) => html + ' ' + failureSummary).join(' | ')))";

/// Colours are looked at: they must not be on their way.
const STILL: &str = "document.getAnimations().every(({ effect, playState }) => \
     playState !== 'running' || effect.getTiming().iterations === Infinity)";

/// What axe finds in a frame as it is, without what lives in the frames in it.
pub(crate) async fn findings(frame: Frame<'_>, without: &[&str]) -> anyhow::Result<Vec<String>> {
    frame.run::<Value>(&format!("{}; return null", *AXE), Vec::new()).await?;
    frame.becomes::<bool>(STILL).await?;
    frame.run(RUN, vec![json!(without)]).await
}
