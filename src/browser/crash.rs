//! What a program that has crashed leaves open: it drops nothing any more. Whoever opens something enters how it is closed in a
//! register apart from its owner, whose state a panic leaves in the middle of a change. The panic hook closes all of it, and
//! what opens later (a camera that the person was being asked for) is closed at once.

use std::cell::{Cell, RefCell};

type Close = Box<dyn Fn()>;

thread_local! {
    static CRASHED: Cell<bool> = const { Cell::new(false) };
    static OPEN: RefCell<Vec<(u64, Close)>> = const { RefCell::new(Vec::new()) };
    static LAST: Cell<u64> = const { Cell::new(0) };
}

/// Something open, as the register has it. Dropping it takes it out.
#[must_use = "dropping the entry takes it out of the register"]
pub struct Entry(u64);

/// Enters something open. What closes it must only reach the browser, and must not panic.
pub fn enter(close: impl Fn() + 'static) -> Entry {
    if crashed() {
        close();
    }
    let number = LAST.get().wrapping_add(1);
    LAST.set(number);
    OPEN.with(|open| {
        if let Ok(mut open) = open.try_borrow_mut() {
            open.push((number, Box::new(close)));
        }
    });
    Entry(number)
}

impl Drop for Entry {
    fn drop(&mut self) {
        let entry = OPEN.try_with(|open| {
            let mut open = open.try_borrow_mut().ok()?;
            let at = open.iter().position(|(number, _)| *number == self.0)?;
            Some(open.swap_remove(at))
        });
        drop(entry);
    }
}

/// Whether the program has crashed: nothing is to be opened any more.
pub fn crashed() -> bool {
    CRASHED.try_with(Cell::get).unwrap_or(true)
}

/// For a panic hook: closes whatever is open, and whatever will be. Does not panic.
pub fn close_all() {
    let _ = CRASHED.try_with(|crashed| crashed.set(true));
    // Not within the loop: closing may drop an entry.
    let open =
        OPEN.try_with(|open| open.try_borrow_mut().map(|mut open| std::mem::take(&mut *open)).unwrap_or_default());
    for (_, close) in open.iter().flatten() {
        close();
    }
}

/// For tests, whose program goes on after a crash that was none.
pub fn survived() {
    CRASHED.set(false);
}
