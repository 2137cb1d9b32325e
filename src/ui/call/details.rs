//! How good the connection is, for who wants to know.

use super::parts::{Shown, group};
use crate::call::graph;
use crate::call::view::CallKey;
use crate::call::words;
use crate::text_key;
use crate::ui::drawn::redrawn;
use crate::ui::element::{Tag, tag};

/// The figures, and a graph of the last two minutes.
pub(super) fn details(shown: Shown, key: CallKey) -> Tag {
    let figures = redrawn(move || {
        let lines = shown.call(key, |call| shown.texts(|texts| words::details(texts, call))).unwrap_or_default();
        let list = tag("dl", "meet-figures");
        if lines.is_empty() {
            return tag("p", "meet-quiet").text(shown.text(text_key!("peer_call.no_details")));
        }
        lines.into_iter().fold(list, |list, (what, value)| {
            list.with(tag("div", "").with(tag("dt", "").text(what)).with(tag("dd", "").set("dir", "auto").text(value)))
        })
    });
    let grid = ["0 0 ", &graph::WIDTH.to_string(), " ", &graph::HEIGHT.to_string()].concat();
    let drawing = tag("svg", "meet-graph")
        .set("viewBox", grid)
        .set("preserveAspectRatio", "none")
        .set("role", "img")
        .set("aria-label", shown.text(text_key!("peer_call.round_trip_graph")))
        .mark("hidden", Box::new(move || shown.call(key, |call| call.readings.len() < 2).unwrap_or(true)))
        .with(tag("path", "").live("d", move || shown.call(key, |call| graph::round_trips(&call.readings))));
    let caption =
        tag("p", "meet-quiet").set("aria-hidden", "true").text(shown.text(text_key!("peer_call.round_trip_graph")));
    group("meet-call-menu meet-details", shown.text(text_key!("peer_call.details")))
        .with(figures)
        .with(drawing)
        .with(caption)
}
