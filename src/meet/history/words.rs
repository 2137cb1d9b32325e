//! A conference of a timeline in words.

use crate::call::words::duration;
use crate::locale::Texts;
use crate::meet::history::{Conference, Outcome};
use crate::meet::session::Company;
use crate::text_key;

/// Who began it: "Ann started a conference".
pub fn headline(texts: &Texts, conference: &Conference) -> String {
    match &conference.started {
        Some(started) => texts.fill(text_key!("timeline.conference_started"), &[("name", &started.name)]),
        None => texts.get(text_key!("rooms.conference")),
    }
}

/// How it stands: "Ended by Bob after 12 min 3 s".
pub fn standing(texts: &Texts, conference: &Conference) -> String {
    let stands = match &conference.outcome {
        Outcome::Running => texts.get(text_key!("timeline.conference_running")),
        Outcome::Ended(None) => texts.get(text_key!("timeline.conference_over")),
        Outcome::Ended(Some(ended)) => match conference.lasted() {
            None => texts.fill(text_key!("timeline.conference_ended"), &[("name", &ended.name)]),
            Some(length) => {
                let length = duration(texts, length);
                texts.fill(text_key!("timeline.conference_lasted"), &[("name", &ended.name), ("length", &length)])
            }
        },
    };
    if !conference.edited {
        return stands;
    }
    [&stands, " · ", &texts.get(text_key!("timeline.conference_edited"))].concat()
}

/// All in one line, for the list of rooms.
pub fn line(texts: &Texts, conference: &Conference) -> String {
    if conference.outcome == Outcome::Running && conference.started.is_some() {
        return headline(texts, conference);
    }
    let (call, how) = (texts.get(text_key!("rooms.conference")), standing(texts, conference));
    texts.fill(text_key!("timeline.call"), &[("call", &call), ("how", &how)])
}

/// How many are in a conference and who, or that the others have left.
pub fn company(texts: &Texts, company: &Company) -> String {
    if company.left_alone {
        return texts.get(text_key!("conference.alone"));
    }
    let count = texts.fill(text_key!("conference.people"), &[("count", &company.count.to_string())]);
    let names = company.line();
    if names.is_empty() { count } else { [&count, ": ", &names].concat() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::CHAT_EN;
    use crate::meet::history::Mark;
    use crate::time::Millis;

    fn conference(started: Option<&str>, outcome: Outcome) -> Conference {
        let started = started.map(|name| Mark { name: name.into(), at: Millis::seconds(100) });
        Conference { widget: "w".into(), started, edited: false, outcome }
    }

    fn ended(at: u64) -> Outcome {
        Outcome::Ended(Some(Mark { name: "Bob".into(), at: Millis::seconds(at) }))
    }

    #[test]
    fn what_is_known_of_a_conference_is_said_and_nothing_else() {
        let texts = Texts::read(CHAT_EN);
        let said = |started, outcome| {
            let conference = conference(started, outcome);
            [headline(&texts, &conference), standing(&texts, &conference), line(&texts, &conference)]
        };
        let ann = "Ann started a conference";
        assert_eq!(said(Some("Ann"), Outcome::Running), [ann, "Running", ann]);
        assert_eq!(said(None, Outcome::Running), ["Conference", "Running", "Conference · Running"]);
        let lasted = "Ended by Bob after 12 min 3 s";
        assert_eq!(said(Some("Ann"), ended(823)), [ann, lasted, &["Conference · ", lasted].concat()]);
        assert_eq!(said(Some("Ann"), ended(1))[1], "Ended by Bob");
        assert_eq!(said(None, ended(823))[1], "Ended by Bob");
        assert_eq!(said(Some("Ann"), Outcome::Ended(None))[1], "Ended");
    }

    #[test]
    fn who_is_there_is_named_and_who_is_left_alone_needs_no_name() {
        let texts = Texts::read(CHAT_EN);
        let mut there = Company::of(2, ["Ann", "Bob"].into_iter());
        assert_eq!(company(&texts, &there), "2 in the conference: \u{2068}Ann\u{2069} · \u{2068}Bob\u{2069}");
        assert_eq!(company(&texts, &Company::of(1, std::iter::empty())), "1 in the conference");
        there.left_alone = true;
        assert_eq!(company(&texts, &there), "Everybody else has left.");
    }

    #[test]
    fn a_change_is_mentioned() {
        let mut changed = conference(Some("Ann"), Outcome::Running);
        changed.edited = true;
        assert_eq!(standing(&Texts::read(CHAT_EN), &changed), "Running · changed since");
    }
}
