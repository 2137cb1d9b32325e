//! What is still to be said when the program dies, for each of the page's accounts: it may have two, and one's call outlasts the end
//! of the other's. Pure.

use crate::call::vocabulary::LastWord;
use crate::ids::UserId;

/// One account's words, with what sends them.
pub type Entry<H> = (UserId, H, Vec<LastWord>);

/// The words of all accounts.
#[derive(Debug)]
pub struct Register<H>(Vec<Entry<H>>);

impl<H> Default for Register<H> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<H> Register<H> {
    /// What is to be said for an account from now on. Gives what stood there before: dropping it may do anything.
    pub fn set(&mut self, me: &UserId, host: H, words: Vec<LastWord>) -> Option<Entry<H>> {
        let before = self.forget(me);
        if !words.is_empty() {
            self.0.push((me.clone(), host, words));
        }
        before
    }

    /// Nothing is to be said for this account any more. Gives what was.
    pub fn forget(&mut self, me: &UserId) -> Option<Entry<H>> {
        let at = self.0.iter().position(|(of, ..)| of == me)?;
        Some(self.0.swap_remove(at))
    }

    /// Takes all of it.
    pub fn take(&mut self) -> Vec<Entry<H>> {
        std::mem::take(&mut self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(transaction: &str) -> LastWord {
        LastWord {
            room: "!r:a.example".into(),
            event_type: "m.call.hangup",
            content: serde_json::json!({}),
            transaction: transaction.to_owned(),
        }
    }

    /// With a call in each of two accounts, the end of one emptied what the crash handler says: the other's side waited for nothing.
    #[test]
    fn one_accounts_last_words_outlast_the_end_of_anothers_call() {
        let (ann, ben) = ("@ann:a.example".into(), "@ben:b.example".into());
        let mut register = Register::default();
        register.set(&ann, 'a', vec![word("1")]);
        register.set(&ben, 'b', vec![word("2")]);
        register.set(&ben, 'b', Vec::new());
        register.forget(&ben);
        register.set(&ann, 'a', vec![word("3")]);
        assert_eq!(register.take(), [(ann, 'a', vec![word("3")])]);
        assert!(register.take().is_empty());
    }
}
