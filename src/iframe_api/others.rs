//! Who else is in the meeting, and who still was as the user left.

use crate::time::Millis;
use crate::widget_api::Participant;

/// How many other people are kept. A conference of more would be a broadcast, and the list is a stranger's.
const PEOPLE_LIMIT: usize = 200;
/// How long before its goodbye Meet may have said of everybody else that they left: it takes them off its list as the user leaves, and
/// says goodbye when the server has answered. On a slower way nobody is named; in a longer time somebody would be who really left.
const CLEARING: Millis = Millis::seconds(1);

#[derive(Debug)]
struct Other {
    who: Participant,
    /// Since when they are off Meet's list.
    gone: Option<Millis>,
}

/// The other people, as Meet names them.
#[derive(Debug, Default)]
pub(super) struct Others {
    all: Vec<Other>,
    user_left: Option<Millis>,
}

impl Others {
    pub(super) fn present(&self) -> impl Iterator<Item = &Participant> {
        self.all.iter().filter(|other| other.gone.is_none()).map(|other| &other.who)
    }

    pub(super) fn came(&mut self, participant: Participant) {
        let full = self.all.len() == PEOPLE_LIMIT;
        self.all.retain(|other| other.who.id != participant.id && !(full && other.gone.is_some()));
        if self.all.len() < PEOPLE_LIMIT {
            self.all.push(Other { who: participant, gone: None });
        }
    }

    pub(super) fn renamed(&mut self, id: &str, name: Option<&str>) {
        for other in self.all.iter_mut().filter(|other| other.who.id == id) {
            other.who.display_name = name.map(str::to_owned);
        }
    }

    pub(super) fn left(&mut self, now: Millis, id: &str) {
        self.go(now, Some(id));
    }

    /// Meet knows of nobody any more.
    pub(super) fn forget(&mut self, now: Millis) {
        self.go(now, None);
    }

    fn go(&mut self, now: Millis, id: Option<&str>) {
        for other in self.all.iter_mut().filter(|other| id.is_none_or(|id| other.who.id == id)) {
            other.gone.get_or_insert(now);
        }
    }

    /// The user is in, perhaps again. Those who were in before were named already.
    pub(super) fn user_came(&mut self) {
        self.user_left = None;
        self.all.retain(|other| other.gone.is_none());
    }

    /// The user leaves, and whoever goes off the list from now on goes for that alone.
    pub(super) fn user_leaves(&mut self, now: Millis) {
        self.user_left.get_or_insert(now);
    }

    /// Who was in as the user left, or is in now.
    pub(super) fn stayed(&self, now: Millis) -> impl Iterator<Item = &Participant> {
        let then = self.user_left.unwrap_or(now);
        let stayed = move |other: &&Other| other.gone.is_none_or(|gone| then.since(gone) < CLEARING);
        self.all.iter().filter(stayed).map(|other| &other.who)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: &str) -> Participant {
        Participant { id: id.into(), display_name: None, avatar_url: None }
    }

    fn of(ids: &[&str]) -> Others {
        let mut others = Others::default();
        for id in ids {
            others.came(person(id));
        }
        others
    }

    fn stayed(others: &Others, now: u64) -> Vec<String> {
        others.stayed(Millis(now)).map(|person| person.id.clone()).collect()
    }

    /// Meet's list follows its conference (`base/participants/middleware.ts`), and that is gone before the goodbye.
    #[test]
    fn everybody_whom_meet_takes_off_the_list_as_the_user_leaves_has_stayed() {
        let mut others = of(&["b", "c"]);
        others.left(Millis(5_000), "b");
        others.left(Millis(5_001), "c");
        others.user_leaves(Millis(5_200));
        others.forget(Millis(5_200));
        assert_eq!(stayed(&others, 60_000), ["b", "c"]);
    }

    #[test]
    fn who_left_before_the_user_has_not_stayed() {
        let mut others = of(&["b", "c"]);
        others.left(Millis(5_000), "b");
        others.left(Millis(6_500), "c");
        assert_eq!(stayed(&others, 6_600), ["c"]);
        assert_eq!(stayed(&others, 7_500), Vec::<String>::new());
    }

    #[test]
    fn whoever_is_in_once_the_user_is_back_counts_anew() {
        let mut others = of(&["b"]);
        others.user_leaves(Millis(1_000));
        others.forget(Millis(1_000));
        others.came(person("c"));
        others.user_came();
        assert_eq!(stayed(&others, 2_000), ["c"]);
    }

    #[test]
    fn a_flood_of_people_is_cut_short() {
        let mut others = Others::default();
        for n in 0..1_000 {
            others.came(person(&n.to_string()));
        }
        assert_eq!(others.present().count(), PEOPLE_LIMIT);
        others.left(Millis(1), "7");
        others.came(person("late"));
        assert_eq!(others.all.len(), PEOPLE_LIMIT);
        assert!(others.present().any(|person| person.id == "late"));
    }
}
