//! A list whose rows redraw one by one: the order is one signal, each row another, and setting the list again touches
//! only what differs.

use std::collections::HashMap;
use std::hash::Hash;

use leptos::prelude::*;

/// Rows by key, in an order.
pub(super) struct KeyedList<K: 'static, T: 'static> {
    /// The keys in order, for a keyed `<For>`.
    pub(super) keys: RwSignal<Vec<K>>,
    rows: StoredValue<HashMap<K, ArcRwSignal<T>>>,
}

impl<K, T> Clone for KeyedList<K, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, T> Copy for KeyedList<K, T> {}

impl<K, T> KeyedList<K, T>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    T: PartialEq + Send + Sync + 'static,
{
    /// An empty list.
    pub(super) fn new() -> Self {
        Self { keys: RwSignal::new(Vec::new()), rows: StoredValue::new(HashMap::new()) }
    }

    /// Shows these rows. Of two with the same key the first counts.
    pub(super) fn set(self, items: impl IntoIterator<Item = (K, T)>) {
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
    pub(super) fn row(self, key: &K) -> Option<ArcRwSignal<T>> {
        self.rows.with_value(|rows| rows.get(key).cloned())
    }
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
