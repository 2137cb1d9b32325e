//! What happens while something else is being dealt with.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

/// Deals with inputs one after the other. Carrying out an action may bring the next input at once, from a host that answers at
/// once: it waits here, so that actions keep their order and no machine is entered twice.
pub struct Inbox<T> {
    waiting: RefCell<VecDeque<T>>,
    busy: Cell<bool>,
}

impl<T> Default for Inbox<T> {
    fn default() -> Self {
        Self { waiting: RefCell::default(), busy: Cell::default() }
    }
}

impl<T> Inbox<T> {
    /// Has `deal` deal with this input and all that come meanwhile. Whether that is done: not while an earlier one is dealt with, whose
    /// turn it then becomes.
    pub fn put(&self, input: T, deal: &dyn Fn(T)) -> bool {
        self.waiting.borrow_mut().push_back(input);
        if self.busy.replace(true) {
            return false;
        }
        loop {
            let next = self.waiting.borrow_mut().pop_front();
            let Some(input) = next else { break };
            deal(input);
        }
        self.busy.set(false);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_while_something_is_dealt_with_waits_for_its_turn() {
        let (inbox, dealt) = (Inbox::default(), RefCell::new(Vec::new()));
        let within = |input: u32| {
            if input < 10 {
                // Were it dealt with at once, 10 would come before 1.
                assert!(!inbox.put(input + 10, &|_| unreachable!()));
                assert!(!inbox.put(input + 20, &|_| unreachable!()));
            }
            dealt.borrow_mut().push(input);
        };
        assert!(inbox.put(1, &within));
        assert!(inbox.put(2, &within));
        assert_eq!(dealt.into_inner(), [1, 11, 21, 2, 12, 22]);
    }
}
