//! The names of strangers, in a line of the card.

use crate::widget_api::Participant;

/// How many people are named; the rest is counted.
const NAMED: usize = 3;
/// The longest name, in characters: so many stand in one line of the card.
const NAME_LIMIT: usize = 40;
const BETWEEN: &str = " · ";

/// Those who have a name, and how many more there are. `None` when nobody has one.
pub(super) fn line_of<'a>(people: impl Iterator<Item = &'a Participant>) -> Option<String> {
    let mut line = String::new();
    let (mut named, mut more) = (0, 0u32);
    for person in people {
        match person.display_name.as_deref().filter(|name| named < NAMED && !name.trim().is_empty()) {
            Some(name) => {
                if named > 0 {
                    line.push_str(BETWEEN);
                }
                named += 1;
                push(&mut line, name);
            }
            None => more += 1,
        }
    }
    if named > 0 && more > 0 {
        line.push_str(BETWEEN);
        line.push('+');
        line.push_str(&more.to_string());
    }
    (named > 0).then_some(line)
}

/// A name, which keeps its own direction, and its neighbours theirs.
fn push(line: &mut String, name: &str) {
    line.push('\u{2068}');
    for (at, c) in name.chars().enumerate() {
        if at == NAME_LIMIT {
            line.push('…');
            break;
        }
        line.push(c);
    }
    line.push('\u{2069}');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(names: &[Option<&str>]) -> Option<String> {
        let person = |name: &Option<&str>| Participant {
            id: "x".into(),
            display_name: name.map(str::to_owned),
            avatar_url: None,
        };
        let people: Vec<_> = names.iter().map(person).collect();
        let line = line_of(people.iter())?;
        Some(line.replace('\u{2068}', "<").replace('\u{2069}', ">"))
    }

    #[test]
    fn up_to_three_people_are_named_and_the_others_counted() {
        assert_eq!(line(&[Some("Ann")]).as_deref(), Some("<Ann>"));
        assert_eq!(line(&[Some("Ann"), Some("Ben"), Some("Cem")]).as_deref(), Some("<Ann> · <Ben> · <Cem>"));
        let five = [Some("Ann"), None, Some("Ben"), Some("Cem"), Some("Dan")];
        assert_eq!(line(&five).as_deref(), Some("<Ann> · <Ben> · <Cem> · +2"));
    }

    #[test]
    fn where_nobody_has_a_name_there_is_no_line() {
        assert_eq!(line(&[]), None);
        assert_eq!(line(&[None, Some(" ")]), None);
    }

    #[test]
    fn a_long_name_is_cut_short() {
        let long = line(&[Some(&"x".repeat(256))]).expect("a line");
        assert_eq!(long.chars().count(), NAME_LIMIT + "<…>".chars().count());
    }
}
