//! What is still done when the program dies. Nothing of it may rely on the engine, whose state a panic leaves in the middle of
//! a change: the words to send lie apart, and what is to be closed is in the register of `browser::crash`.

use std::cell::RefCell;
use std::rc::Rc;

use crate::browser::crash;
use crate::call::last_words::Register;
use crate::call::vocabulary::LastWord;
use crate::host::Host;
use crate::ids::UserId;

thread_local! {
    static WORDS: RefCell<Register<Rc<dyn Host>>> = RefCell::default();
}

/// What is to be said for the host's account, in place of what was before.
pub(super) fn set(host: Rc<dyn Host>, words: Vec<LastWord>) {
    let me = host.identity().user_id;
    let before = WORDS.with(|kept| kept.try_borrow_mut().ok().and_then(|mut kept| kept.set(&me, host, words)));
    drop(before);
}

/// Nothing is to be said for this account.
pub(super) fn forget(me: &UserId) {
    let before = WORDS.with(|kept| kept.try_borrow_mut().ok().and_then(|mut kept| kept.forget(me)));
    drop(before);
}

/// For a panic hook: stops every microphone, camera, screen and sound, closes every connection and whatever else is open, and tells
/// the other sides that their calls are over. Does not panic, and does all that once.
pub fn crashed() {
    crash::close_all();
    let all = WORDS.try_with(|kept| kept.try_borrow_mut().map(|mut kept| kept.take()).unwrap_or_default());
    for (_, host, words) in all.unwrap_or_default() {
        for LastWord { room, event_type, content, transaction } in words {
            host.send_last_word(&room, event_type, content, &transaction);
        }
    }
}
