//! A list whose rows redraw one by one: the order is one signal, each row another, and setting the list again touches
//! only what differs.

use std::collections::HashMap;
use std::sync::Arc;

use leptos::prelude::*;

use crate::ui::drawn::{Draw, Drawn};

/// Rows by key, in an order. Every list has its keys as text, so that comparing an order with the next one is compiled once.
pub(super) struct KeyedList<T: 'static> {
    /// The keys in order, for [`rows`].
    pub(super) keys: RwSignal<Vec<String>>,
    rows: StoredValue<HashMap<String, ArcRwSignal<T>>>,
}

impl<T> Clone for KeyedList<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for KeyedList<T> {}

impl<T: PartialEq + Send + Sync + 'static> KeyedList<T> {
    /// An empty list.
    pub(super) fn new() -> Self {
        Self { keys: RwSignal::new(Vec::new()), rows: StoredValue::new(HashMap::new()) }
    }

    /// Shows these rows. Of two with the same key the first counts.
    pub(super) fn set(self, items: impl IntoIterator<Item = (String, T)>) {
        let mut before = HashMap::new();
        self.rows.update_value(|rows| before = std::mem::take(rows));
        let (mut keys, mut rows) = (Vec::new(), HashMap::with_capacity(before.len()));
        for (key, row) in items {
            if rows.contains_key(&key) {
                continue;
            }
            let signal = match before.remove(&key) {
                Some(signal) => {
                    put(&signal, row);
                    signal
                }
                None => ArcRwSignal::new(row),
            };
            keys.push(key.clone());
            rows.insert(key, signal);
        }
        self.rows.set_value(rows);
        put(&self.keys, keys);
    }

    /// The row with this key.
    pub(super) fn row(self, key: &str) -> Option<ArcRwSignal<T>> {
        self.rows.with_value(|rows| rows.get(key).cloned())
    }
}

/// Draws a row for each key, and moves rows when their keys move.
pub(super) fn rows(
    keys: impl Fn() -> Vec<String> + Send + 'static,
    row: impl Fn(&str) -> Option<Drawn> + Send + Sync + 'static,
) -> Drawn {
    drawn_rows(Box::new(keys), Arc::new(row))
}

type Keys = Box<dyn Fn() -> Vec<String> + Send>;
type DrawRow = Arc<dyn Fn(&str) -> Option<Drawn> + Send + Sync>;

fn drawn_rows(keys: Keys, row: DrawRow) -> Drawn {
    view! { <For each=keys key=Clone::clone let:key>{Drawn::from(row(&key))}</For> }.drawn()
}

/// Sets a signal if the value differs from what it holds, so that nothing redraws for nothing.
pub(super) fn put<S, T>(signal: &S, value: T)
where
    S: WithUntracked<Value = T> + Set<Value = T>,
    T: PartialEq,
{
    if signal.with_untracked(|old| *old != value) {
        signal.set(value);
    }
}
