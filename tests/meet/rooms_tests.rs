use super::super::options::Behaviour;
use super::*;

fn named(name: &str) -> Profile {
    Profile { display_name: Some(name.to_owned()), ..Profile::default() }
}

/// Pages 1, 2, … with the ids `p1`, `p2`, … in the room `r`.
fn room_of(pages: PageId) -> Rooms {
    filled(Rooms::default(), pages)
}

fn filled(mut rooms: Rooms, pages: PageId) -> Rooms {
    for page in 1..=pages {
        rooms.open(page, "R", format!("p{page}"));
        rooms.handle(page, FromPage::Hello { url: format!("https://meet.test/R#{page}") });
        rooms.handle(page, FromPage::Join { profile: named(&format!("Person {page}")), token: None });
    }
    rooms
}

fn moderator(rooms: &Rooms) -> Vec<String> {
    let seen = rooms.snapshot().rooms.remove("r").unwrap_or_default();
    seen.into_iter().filter(|seen| seen.participant.moderator).map(|seen| seen.participant.id).collect()
}

#[test]
fn a_room_name_is_spelt_as_meet_spells_it() {
    assert_eq!(room_name("JitsiAbc(1)+x=y"), "jitsiabc1xy");
    assert_eq!(room_name("Grüße \"<b>\""), "grüße b");
}

#[test]
fn who_joins_last_hears_of_those_before_and_makes_the_offers() {
    let mut rooms = room_of(2);
    rooms.open(3, "r", "p3".to_owned());
    let deliveries = rooms.handle(3, FromPage::Join { profile: named("Person 3"), token: None });
    let recipients: Vec<PageId> = deliveries.iter().map(|(page, _)| *page).collect();
    assert_eq!(recipients, [3, 1, 2]);
    let Some((_, FromServer::Joined { participants, moderator, .. })) = deliveries.first() else {
        panic!("{deliveries:?}")
    };
    assert!(!moderator);
    let ids: Vec<&str> = participants.iter().map(|participant| participant.id.as_str()).collect();
    assert_eq!(ids, ["p1", "p2"]);
}

#[test]
fn when_the_moderator_leaves_the_next_one_is_moderator() {
    let mut rooms = room_of(3);
    assert_eq!(moderator(&rooms), ["p1"]);
    let deliveries = rooms.close(1);
    assert_eq!(moderator(&rooms), ["p2"]);
    assert!(deliveries.iter().any(|(page, said)| *page == 2 && matches!(said, FromServer::Role { moderator: true })));
}

#[test]
fn a_signal_goes_to_the_one_it_is_for_and_never_into_another_room() {
    let mut rooms = room_of(2);
    rooms.open(3, "elsewhere", "p3".to_owned());
    rooms.handle(3, FromPage::Join { profile: named("Stranger"), token: None });
    let signal = |to: &str| FromPage::Signal { to: to.to_owned(), signal: Value::Null };
    assert!(matches!(rooms.handle(1, signal("p2")).as_slice(), [(2, FromServer::Signal { .. })]));
    assert!(rooms.handle(3, signal("p2")).is_empty());
}

#[test]
fn only_the_moderator_kicks_ends_and_names_the_meeting() {
    let mut rooms = room_of(2);
    let kick = |id: &str| FromPage::Kick { id: id.to_owned() };
    let subject = || FromPage::Subject { subject: "Tea".to_owned() };
    assert!(rooms.handle(2, kick("p1")).is_empty());
    assert!(rooms.handle(2, FromPage::End).is_empty());
    assert!(rooms.handle(2, subject()).is_empty());
    assert!(matches!(rooms.handle(1, kick("p2")).as_slice(), [(2, FromServer::Kicked { .. })]));
    assert_eq!(rooms.handle(1, subject()).len(), 2);
    assert_eq!(rooms.handle(1, FromPage::End).len(), 2);
}

#[test]
fn nobody_gets_past_the_lobby_without_an_answer() {
    let mut rooms = Rooms::default();
    rooms.set_door(Behaviour::Lobby.door());
    let mut rooms = filled(rooms, 2);
    assert!(rooms.snapshot().rooms.is_empty());
    assert_eq!(rooms.snapshot().opened.len(), 2);
    rooms.answer_lobby("R", true);
    assert_eq!(rooms.snapshot().rooms.get("r").map(Vec::len), Some(2));
}

#[test]
fn an_open_door_lets_in_who_comes_next_and_not_who_waits() {
    let mut rooms = Rooms::default();
    rooms.set_door(Some(json!({ "name": "conference.passwordRequired" })));
    let mut rooms = filled(rooms, 1);
    rooms.set_door(None);
    assert!(rooms.snapshot().rooms.is_empty());
    rooms.open(2, "R", "p2".to_owned());
    rooms.handle(2, FromPage::Join { profile: named("Person 2"), token: None });
    assert_eq!(moderator(&rooms), ["p2"]);
    assert_eq!(rooms.snapshot().rooms.get("r").map(Vec::len), Some(1));
    assert!(matches!(rooms.kick_all("R", Some("Ann")).as_slice(), [(2, FromServer::Kicked { .. })]));
    assert!(matches!(rooms.end_all("R").as_slice(), [(2, FromServer::Ended)]));
}

#[test]
fn a_full_room_says_so() {
    let pages = PageId::try_from(MAX_PARTICIPANTS).expect("small") + 1;
    let rooms = room_of(pages);
    assert_eq!(rooms.snapshot().rooms.get("r").map(Vec::len), Some(MAX_PARTICIPANTS));
}

#[test]
fn the_lists_of_pages_do_not_grow_for_ever() {
    let mut rooms = Rooms::default();
    for page in 0..300 {
        rooms.open(page, "r", String::new());
        rooms.handle(page, FromPage::Hello { url: page.to_string() });
        rooms.handle(page, FromPage::Leave { live: 0 });
        rooms.close(page);
    }
    assert_eq!(rooms.snapshot().left.len(), MAX_KEPT);
    assert_eq!(rooms.snapshot().opened.len(), MAX_KEPT);
    assert_eq!(rooms.snapshot().opened.last().map(|opened| opened.url.clone()), Some("299".to_owned()));
}

#[test]
fn who_hung_up_is_told_from_who_went_without_a_word() {
    let mut rooms = room_of(3);
    assert_eq!(rooms.snapshot().connected, 3);
    rooms.handle(1, FromPage::Leave { live: 2 });
    rooms.close(1);
    rooms.close(2);
    let snapshot = rooms.snapshot();
    let left = |id: &str, live| Left { room: "r".to_owned(), id: id.to_owned(), live };
    assert_eq!(snapshot.left, [left("p1", Some(2)), left("p2", None)]);
    assert_eq!(snapshot.connected, 1);
}
