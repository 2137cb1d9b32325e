//! What is still done when the program dies. Nothing of it may rely on the engine, whose state a panic leaves in the middle of
//! a change: the words to send lie apart, and what is to be closed is in the register of `browser::crash`.

use std::cell::RefCell;
use std::rc::Rc;

use crate::browser::crash;
use crate::call::vocabulary::LastWord;
use crate::host::Host;

type Words = (Rc<dyn Host>, Vec<LastWord>);

thread_local! {
    static WORDS: RefCell<Option<Words>> = const { RefCell::new(None) };
}

/// What is to be said, in place of what was before.
pub(super) fn set(host: Rc<dyn Host>, words: Vec<LastWord>) {
    WORDS.set((!words.is_empty()).then_some((host, words)));
}

/// Nothing is to be said.
pub(super) fn forget() {
    let before = WORDS.with(|kept| kept.try_borrow_mut().ok().and_then(|mut kept| kept.take()));
    drop(before);
}

/// For a panic hook: stops every microphone, camera, screen and sound, closes every connection and whatever else is open, and tells
/// the other sides that their calls are over. Does not panic, and does all that once.
pub fn crashed() {
    crash::close_all();
    let words = WORDS.try_with(|kept| kept.try_borrow_mut().ok().and_then(|mut kept| kept.take()));
    let Ok(Some((host, words))) = words else { return };
    for LastWord { room, event_type, content, transaction } in words {
        host.send_last_word(&room, event_type, content, &transaction);
    }
}
