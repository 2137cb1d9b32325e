//! What the page is watched with: a script that runs before any of the page's own, looks at every frame, and notes when
//! something took a click for the first time. All times are milliseconds since the navigation began, by the page's clock.

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::json;

use crate::e2e::browser::Browser;

/// `ROOMS` stands for the number of rows to wait for. A look costs a count of the rows and, once they are there, one
/// layout, which is due in that frame anyway.
const SCRIPT: &str = r#"
    (() => {
        const seen = window.benchSeen = {};
        const taken = element => {
            const box = element?.getBoundingClientRect();
            return box?.width > 0 && element.contains(
                document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
        };
        const watched = {
            rooms: () => document.querySelectorAll('a.row').length >= ROOMS && taken(document.querySelector('a.row')),
            button: () => taken(document.querySelector('button[data-kind=video][aria-disabled=false]')),
        };
        const look = () => {
            for (const [name, is_there] of Object.entries(watched)) {
                if (!(name in seen) && is_there()) seen[name] = performance.now();
            }
            if (Object.keys(watched).some(name => !(name in seen))) requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
    })();
"#;

/// Reads the times once everything was seen. Entries of other origins have a start and an end.
const READ: &str = r#"
    const { rooms, button } = window.benchSeen ?? {};
    const entries = performance.getEntriesByType('resource');
    const end = part => entries.find(entry => entry.name.includes(part))?.responseEnd ?? null;
    const [navigation] = performance.getEntriesByType('navigation');
    const sync = end('/client/v3/sync');
    if (!rooms || !button || !sync) return null;
    return {
        document: navigation.domContentLoadedEventEnd,
        program: end('.wasm'), configuration: end('config.json'),
        rooms, button, sync,
    };
"#;

/// Milliseconds from the start of the navigation.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Times {
    /// `DOMContentLoaded` was handled.
    pub(crate) document: f64,
    /// The last byte of the program was there.
    pub(crate) program: f64,
    /// `config.json` was there.
    pub(crate) configuration: f64,
    /// Every room has a row, and the first one takes a click.
    pub(crate) rooms: f64,
    /// The video button of the open room takes a click that starts a conference.
    pub(crate) button: f64,
    /// The first sync was answered.
    pub(crate) sync: f64,
}

impl Times {
    /// Both that a person waits for are there.
    pub(crate) fn ready(&self) -> f64 {
        self.rooms.max(self.button)
    }
}

/// Watches every page that this browser opens from now on.
pub(crate) async fn install(browser: &Browser, rooms: usize) -> anyhow::Result<()> {
    let source = SCRIPT.replace("ROOMS", &rooms.to_string());
    let script = json!({ "source": source });
    browser.driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", script).await?;
    Ok(())
}

/// Waits until the page is ready and has synced, and returns the times.
pub(crate) async fn times(browser: &Browser) -> anyhow::Result<Times> {
    browser.becomes(&format!("(() => {{ {READ} }})()")).await.context("the page never got ready")
}
