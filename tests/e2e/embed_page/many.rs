//! What a page with much of the package weighs.

use serde::Deserialize;
use serde_json::{Value, json};

use super::site::Visit;

/// What is there after rubbish was collected.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Weight {
    /// DOM nodes of the browser's process.
    pub(crate) nodes: f64,
    /// Event listeners of it.
    pub(crate) listeners: f64,
    /// Bytes of the program's memory.
    pub(crate) memory: f64,
}

impl Weight {
    /// Of the page as it is, and of the program that draws in it, by its file.
    pub(crate) async fn of(visit: &Visit, program: &str) -> anyhow::Result<Self> {
        let cdp = visit.browser.driver.cdp();
        cdp.send_raw("HeapProfiler.collectGarbage", json!({})).await?;
        let counters = cdp.send_raw("Memory.getDOMCounters", json!({})).await?;
        // The glue of one that runs gives it again; of one that does not it would begin another.
        let memory = format!(
            "if (!performance.getEntriesByType('resource').some(one => one.name.endsWith('/{program}'))) return null; \
             return import('/package/{}').then(program => program.default()) \
             .then(all => Object.values(all).find(one => one instanceof WebAssembly.Memory).buffer.byteLength)",
            program.replace("_bg.wasm", ".js")
        );
        let memory = visit.run(&memory).await?;
        let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
        let (nodes, listeners) = (number(&counters["nodes"]), number(&counters["jsEventListeners"]));
        Ok(Self { nodes, listeners, memory: number(&memory) })
    }
}

/// The buttons of 200 rooms, put into the page at once; times in milliseconds.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Buttons {
    /// How many rooms have them.
    pub(crate) rooms: u64,
    /// Until the elements were there.
    pub(crate) made: f64,
    /// Until they were painted.
    pub(crate) painted: f64,
}

impl Buttons {
    /// Puts them into the page, which is ready.
    pub(crate) async fn of_two_hundred_rooms(visit: &Visit) -> anyhow::Result<Self> {
        let script = "return (async () => { const began = performance.now(); \
             box.append(...page.MANY.map(room => Object.assign(document.createElement('meet-call-buttons'), { roomId: room }))); \
             const made = performance.now() - began; \
             await new Promise(done => requestAnimationFrame(() => setTimeout(done))); \
             const rooms = [...box.children].filter(one => one.shadowRoot.querySelector('button[data-kind=video]')).length; \
             return { rooms, made, painted: performance.now() - began } })()";
        visit.browser.run(script, Vec::new()).await
    }
}
