//! How a timeline is set: where a day begins, and which messages of one person stand together.

use crate::matrix::view::{ItemContent, TimelineItem};
use crate::time::Millis;

/// Messages of one person further apart than this stand apart.
const TOGETHER: Millis = Millis::seconds(10 * 60);

/// An item with its place among the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The item.
    pub item: TimelineItem,
    /// The first of its day.
    pub opens_day: bool,
    /// The first of its group: the sender is named above it.
    pub opens_group: bool,
    /// The last of its group.
    pub closes_group: bool,
}

/// Whether an item is something that a person said, rather than something that happened.
pub fn is_message(content: &ItemContent) -> bool {
    matches!(
        content,
        ItemContent::Text { .. }
            | ItemContent::Notice(_)
            | ItemContent::Emote(_)
            | ItemContent::File(_)
            | ItemContent::Redacted
            | ItemContent::Encrypted
    )
}

/// Places the items, oldest first. `day` numbers the days where the reader is.
pub fn place(items: Vec<TimelineItem>, day: impl Fn(Millis) -> i64) -> Vec<Placed> {
    let mut placed: Vec<Placed> = Vec::with_capacity(items.len());
    let mut day_before = None;
    for item in items {
        let today = day(item.at);
        let opens_day = day_before != Some(today);
        day_before = Some(today);
        let continues = !opens_day && placed.last().is_some_and(|before| belong_together(&before.item, &item));
        if let Some(before) = placed.last_mut() {
            before.closes_group = !continues;
        }
        placed.push(Placed { item, opens_day, opens_group: !continues, closes_group: true });
    }
    placed
}

fn belong_together(before: &TimelineItem, item: &TimelineItem) -> bool {
    is_message(&before.content)
        && is_message(&item.content)
        && before.sender == item.sender
        && item.at.since(before.at) <= TOGETHER
        && before.at.since(item.at) <= TOGETHER
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::UserId;
    use crate::matrix::view::Sending;

    const DAY: u64 = 24 * 60 * 60;

    fn said(sender: &str, seconds: u64) -> TimelineItem {
        TimelineItem {
            key: [sender, &seconds.to_string()].concat(),
            event_id: None,
            sender: UserId::from(sender),
            sender_name: sender.into(),
            sender_avatar: None,
            mine: false,
            at: Millis::seconds(seconds),
            content: ItemContent::Notice("hello".into()),
            sending: Sending::Sent,
        }
    }

    fn joined(sender: &str, seconds: u64) -> TimelineItem {
        TimelineItem { content: ItemContent::Joined(sender.into()), ..said(sender, seconds) }
    }

    fn marks(items: Vec<TimelineItem>) -> Vec<String> {
        let day = |at: Millis| i64::try_from(at.0 / (DAY * 1000)).unwrap_or(i64::MAX);
        place(items, day)
            .into_iter()
            .map(|placed| {
                [(placed.opens_day, 'D'), (placed.opens_group, '('), (placed.closes_group, ')')]
                    .into_iter()
                    .filter_map(|(is, mark)| is.then_some(mark))
                    .collect()
            })
            .collect()
    }

    #[test]
    fn messages_of_one_person_stand_together() {
        let items = vec![said("a", 0), said("a", 60), said("a", 120), said("b", 130)];
        assert_eq!(marks(items), ["D(", "", ")", "()"]);
    }

    #[test]
    fn a_pause_a_new_day_and_an_event_part_them() {
        assert_eq!(marks(vec![said("a", 0), said("a", 601)]), ["D()", "()"]);
        assert_eq!(marks(vec![said("a", DAY - 1), said("a", DAY)]), ["D()", "D()"]);
        assert_eq!(marks(vec![said("a", 0), joined("a", 1), said("a", 2)]), ["D()", "()", "()"]);
    }

    #[test]
    fn times_out_of_order_are_no_trouble() {
        assert_eq!(marks(vec![said("a", 700), said("a", 0)]), ["D()", "()"]);
        assert_eq!(marks(vec![said("a", 30), said("a", 0)]), ["D(", ")"]);
        assert!(marks(Vec::new()).is_empty());
    }
}
