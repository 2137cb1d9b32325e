//! What is kept of a person's choices may be anything: another version wrote it, or a hand.

use meet_in_chat::meet::preferences::Preferences;
use proptest::prelude::{Strategy, proptest};
use proptest::sample::select;
use serde_json::json;

use crate::garbage::arbitrary_json;

proptest! {
    #[test]
    fn whatever_is_kept_is_read_bounded_and_stays_what_it_is(
        kept in arbitrary_json(
            select(vec!["!a:x", "always", "off"]).prop_map(str::to_owned),
            &["ring", "sound", "quiet_rooms", "auto_end", "bell"],
        ),
    ) {
        let chosen = Preferences::read(&kept);
        assert_eq!(Preferences::read(&chosen.write()), chosen);
        assert!(chosen.write().to_string().len() < 300_000);
        let mut quiet = chosen.clone();
        quiet.set_rings_in(&"!b:x".into(), false);
        assert!(!quiet.rings_in(&"!b:x".into()));
        assert_eq!(Preferences::read(&json!([kept])), Preferences::default());
    }
}
