//! A list whose rows redraw one by one: the order is one signal, each row another, and setting the list again touches
//! only what differs.

use std::collections::HashMap;

use leptos::prelude::*;
use leptos::tachys::renderer::Rndr;
use web_sys::{Comment, Element, Node};

use crate::ui::drawn::{Drawn, DrawnState};

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

/// Draws a row for each key, and moves rows when their keys move. No key comes twice.
pub(super) fn rows(
    keys: impl Fn() -> Vec<String> + Send + 'static,
    row: impl Fn(&str) -> Option<Drawn> + Send + 'static,
) -> Drawn {
    drawn_rows(Box::new(keys), Box::new(row))
}

type Keys = Box<dyn Fn() -> Vec<String> + Send>;
type DrawRow = Box<dyn Fn(&str) -> Option<Drawn> + Send>;

fn drawn_rows(keys: Keys, row: DrawRow) -> Drawn {
    Drawn::by_hand(move || {
        let owner = Owner::current().unwrap_or_default();
        let draw = move |key: &str| {
            // A row lives as long as its key is there, not until the list changes.
            let owner = owner.with(Owner::new);
            let drawn = owner.with(|| untrack(|| Drawn::from(row(key)).build()));
            Row { key: key.to_owned(), drawn, owner }
        };
        let step: Box<dyn FnMut(Option<Rows>) -> Rows> = Box::new(move |before| {
            let mut rows = before.unwrap_or_else(|| Rows { rows: Vec::new(), end: Rndr::create_placeholder() });
            rows.change(&keys(), &draw);
            rows
        });
        Box::new(RenderEffect::new(step))
    })
}

/// The rows in the page, and where they end.
struct Rows {
    rows: Vec<Row>,
    end: Comment,
}

struct Row {
    key: String,
    drawn: DrawnState,
    owner: Owner,
}

impl Rows {
    /// Shows rows for these keys. Whatever can stays where it is: an element that is moved loses the focus.
    fn change(&mut self, keys: &[String], draw: &dyn Fn(&str) -> Row) {
        let places: HashMap<&str, usize> = keys.iter().enumerate().map(|(at, key)| (key.as_str(), at)).collect();
        let mut before = Vec::new();
        for mut row in self.rows.drain(..) {
            match places.get(row.key.as_str()) {
                Some(at) => before.push((*at, row)),
                None => {
                    row.drawn.unmount();
                    row.owner.cleanup();
                }
            }
        }
        let stays = staying(&before.iter().map(|(at, _)| *at).collect::<Vec<_>>());
        let mut rows: Vec<Option<(Row, bool)>> = keys.iter().map(|_| None).collect();
        for ((at, row), stays) in before.into_iter().zip(stays) {
            rows[at] = Some((row, stays));
        }
        let rows = rows.into_iter().zip(keys).map(|(row, key)| row.unwrap_or_else(|| (draw(key), false)));
        let (mut rows, stay): (Vec<_>, Vec<_>) = rows.unzip();
        // From the end, so that what comes after is in its place already.
        if let Some(parent) = self.end.parent_element() {
            for at in (0..rows.len()).rev().filter(|at| !stay[*at]) {
                let (head, tail) = rows.split_at_mut(at + 1);
                let moved = &mut head[at].drawn;
                match tail.first() {
                    Some(next) => {
                        next.drawn.insert_before_this(moved);
                    }
                    None => moved.mount(&parent, Some(&self.end)),
                }
            }
        }
        self.rows = rows;
    }
}

/// Which of these places, those that rows have to go to in the order in which they stand, need no move: they rise. A single row
/// that goes far is the only one that moves, whether up or down.
fn staying(places: &[usize]) -> Vec<bool> {
    let mut least = 0;
    let stays = |(at, place): (usize, &usize)| {
        let goes_down = places.get(at + 1).is_some_and(|next| next < place && *next >= least);
        let stays = *place >= least && !goes_down;
        if stays {
            least = place + 1;
        }
        stays
    };
    places.iter().enumerate().map(stays).collect()
}

impl Mountable for Rows {
    fn unmount(&mut self) {
        for row in &mut self.rows {
            row.drawn.unmount();
        }
        self.end.remove();
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        for row in &mut self.rows {
            row.drawn.mount(parent, marker);
        }
        let _ = parent.insert_before(&self.end, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        match (self.rows.first(), self.end.parent_element()) {
            (Some(first), _) => first.drawn.insert_before_this(child),
            (None, Some(parent)) => {
                child.mount(&parent, Some(&self.end));
                true
            }
            (None, None) => false,
        }
    }

    fn elements(&self) -> Vec<Element> {
        self.rows.iter().flat_map(|row| row.drawn.elements()).collect()
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
