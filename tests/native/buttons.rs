//! What the two buttons do: the table of `chat-web.md` 1.2 to 1.4 as ours.

use meet_in_chat::buttons::{self, Act, Button, Buttons, Kind, Offer, Reason, Situation, Way};
use meet_in_chat::ids::WidgetId;
use meet_in_chat::meet::session::may_repair;
use meet_in_chat::meet::widget;
use meet_in_chat::room::{Membership, Power, RoomFacts};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_assert, prop_assert_eq};
use proptest::{prop_oneof, proptest};
use serde_json::{Value, json};

use crate::rooms::{ME, event, me};

const WIDGET: &str = "im.vector.modular.widgets";

/// A room of so many people, with me at this power where starting a conference needs 50 and calling 0.
fn room(people: u64, power: i64) -> RoomFacts {
    room_with(people, &json!({ "users": { ME: power } }), &[])
}

fn room_with(people: u64, power_levels: &Value, more: &[Value]) -> RoomFacts {
    let mut events = vec![
        event("m.room.create", "", json!({ "room_version": "10" })),
        event("m.room.power_levels", "", power_levels.clone()),
    ];
    events.extend_from_slice(more);
    let room = json!({
        "room_id": "!room:chat.test", "membership": "join", "joined_member_count": people, "state": events,
    });
    RoomFacts::read(&room, &me()).expect("a room")
}

fn conference(id: &str, domain: &str) -> Value {
    let data = json!({ "domain": domain, "conferenceId": "Room" });
    event(WIDGET, id, json!({ "type": "jitsi", "url": "https://w.test/", "data": data }))
}

/// A situation in which nothing stands in the way.
fn free(room: &RoomFacts) -> Situation<'_> {
    Situation {
        room: Some(room),
        conference_for_two: false,
        calls_enabled: true,
        widgets_enabled: true,
        online: true,
        webrtc: true,
        can_encrypt: false,
        starting: false,
        calling: false,
        joined: None,
    }
}

/// The buttons alone.
fn decide(situation: &Situation<'_>) -> Buttons {
    Buttons { offer: None, ..buttons::decide(situation) }
}

/// What is on offer beside them.
fn offer(situation: &Situation<'_>) -> Option<(String, Way)> {
    let Offer { widget, way } = buttons::decide(situation).offer?;
    Some((widget.to_string(), way))
}

fn both(button: impl Fn(Kind) -> Button) -> Buttons {
    Buttons { voice: button(Kind::Voice), video: button(Kind::Video), offer: None }
}

fn disabled(reason: Reason) -> Buttons {
    both(|_| Button::Disabled(reason))
}

#[test]
fn two_people_call_each_other_and_more_meet() {
    assert_eq!(decide(&free(&room(2, 0))), both(Button::StartCall));
    for people in [3, 4, 5000] {
        assert_eq!(decide(&free(&room(people, 50))), both(Button::StartConference));
    }
}

/// A service of the site made it: it is opened, not started beside, also by who may start none.
#[test]
fn a_call_of_another_kind_is_opened_where_no_conference_runs() {
    let other = |id: &str| {
        let content = json!({ "type": "m.custom", "url": "https://call.test/", "io.element.managed_hybrid": true });
        event(WIDGET, id, content)
    };
    let joins = |id: &str| both(|kind| Button::JoinConference(id.into(), kind));
    for people in [2, 3] {
        assert_eq!(decide(&free(&room_with(people, &json!({}), &[other("other")]))), joins("other"));
    }
    let both_kinds = room_with(3, &json!({}), &[other("a"), conference("meet", "meet.test")]);
    assert_eq!(decide(&free(&both_kinds)), joins("meet"));
    let room = room_with(3, &json!({ "users": { ME: 50 } }), &[other("other")]);
    let off = decide(&Situation { widgets_enabled: false, ..free(&room) });
    assert_eq!(off, disabled(Reason::WidgetsOff));
}

#[test]
fn nobody_calls_themselves() {
    for people in [0, 1] {
        assert_eq!(decide(&free(&room(people, 100))), disabled(Reason::Alone));
    }
}

/// In Chat Web such a room shows "Jitsi Conference" and then places a 1:1 call.
#[test]
fn a_bot_does_not_make_two_people_a_group() {
    let member = |user: &str| event("m.room.member", user, json!({ "membership": "join" }));
    let room = room_with(
        3,
        &json!({}),
        &[
            member(ME),
            member("@ben:chat.test"),
            member("@bot:chat.test"),
            event("io.element.functional_members", "", json!({ "service_members": ["@bot:chat.test"] })),
        ],
    );
    assert_eq!(decide(&free(&room)), both(Button::StartCall));
}

#[test]
fn the_well_known_can_ask_for_a_conference_between_two() {
    let with_power = room(2, 50);
    let without_power = room(2, 0);
    let for_two = |room| Situation { conference_for_two: true, ..free(room) };
    assert_eq!(decide(&for_two(&with_power)), both(Button::StartConference));
    assert_eq!(decide(&for_two(&without_power)), disabled(Reason::NoPower { own: Power::Level(0), needed: 50 }));
}

/// `chat-web.md` 6.4: nobody has power 200 once its creator has given it up.
#[test]
fn a_video_room_s_conference_is_joined_and_none_is_started_beside_it() {
    let levels = json!({ "users": { ME: 100 }, "events": { WIDGET: 200, "io.element.video.member": 0 } });
    let video_room = |people, more: &[Value]| {
        let mut room = vec![event("m.room.create", "", json!({ "room_version": "10", "type": "io.element.video" }))];
        room.extend_from_slice(more);
        room_with(people, &levels, &room)
    };
    let running = [conference("w", "meet.test")];
    for people in [1, 2, 7] {
        let join = both(|kind| Button::JoinConference(WidgetId::from("w"), kind));
        assert_eq!(decide(&free(&video_room(people, &running))), join);
    }
    // It was removed: whoever may can make it again, and two people don't call each other in its place.
    let gone = disabled(Reason::NoPower { own: Power::Level(100), needed: 200 });
    assert_eq!([2, 7].map(|people| decide(&free(&video_room(people, &[])))), [gone.clone(), gone]);
}

#[test]
fn too_little_power_is_named_with_what_is_needed() {
    let levels = json!({ "users": { ME: 9 }, "events": { WIDGET: 10 } });
    assert_eq!(
        decide(&free(&room_with(3, &levels, &[]))),
        disabled(Reason::NoPower { own: Power::Level(9), needed: 10 })
    );
}

#[test]
fn a_room_may_forbid_one_to_one_calls() {
    let levels = json!({ "events": { "m.call.invite": 50 } });
    assert_eq!(
        decide(&free(&room_with(2, &levels, &[]))),
        disabled(Reason::NoPowerToCall { own: Power::Level(0), needed: 50 })
    );
}

/// No call event may leave in clear in an encrypted room.
#[test]
fn an_encrypted_room_has_conferences_but_calls_only_where_the_chat_can_encrypt() {
    let encryption = [event("m.room.encryption", "", json!({}))];
    let levels = json!({ "users": { ME: 50 } });
    let (two, three) = (room_with(2, &levels, &encryption), room_with(3, &levels, &encryption));
    assert_eq!(decide(&free(&two)), disabled(Reason::OneToOneNeedsEncryption));
    assert_eq!(decide(&Situation { can_encrypt: true, ..free(&two) }), both(Button::StartCall));
    assert_eq!(decide(&free(&three)), both(Button::StartConference));
}

#[test]
fn who_is_in_a_call_is_led_back_to_it() {
    let room = room(2, 0);
    for situation in [
        free(&room),
        Situation { room: None, ..free(&room) },
        Situation { online: false, webrtc: false, ..free(&room) },
    ] {
        assert_eq!(decide(&Situation { calling: true, ..situation }), both(|_| Button::ReturnToCall));
    }
}

/// In Chat Web the button is disabled for exactly those who could only join.
#[test]
fn everyone_may_join_what_runs_whatever_their_power() {
    for people in [1, 2, 3] {
        let room = room_with(people, &json!({}), &[conference("w", "meet.test")]);
        let join = both(|kind| Button::JoinConference("w".into(), kind));
        assert_eq!(decide(&free(&room)), join, "{people}");
        let offline = Situation { online: false, ..free(&room) };
        assert_eq!(decide(&offline), join, "{people}");
    }
}

/// `mobile.md` 4.4, V11: phones would still go there beside a second one. The press leads to the sheet, which can mend it.
#[test]
fn a_conference_without_a_server_is_led_to_before_another_is_started_beside_it() {
    let leads = |id: &str| both(|kind| Button::JoinConference(id.into(), kind));
    let levels = |own: i64| json!({ "users": { ME: own } });
    for domain in ["", "no domain", "user@meet.test", "meet.test/tenant"] {
        for own in [0, 50] {
            assert_eq!(decide(&free(&room_with(3, &levels(own), &[conference("a", domain)]))), leads("a"), "{domain}");
        }
    }
    let room = room_with(3, &levels(50), &[conference("a", ""), conference("b", "meet.test")]);
    assert_eq!(decide(&free(&room)), leads("b"));
}

#[test]
fn a_conference_without_a_server_keeps_nobody_from_starting_one_who_could_not_end_it() {
    let mut broken = conference("a", "");
    broken["type"] = json!("m.widget");
    let room = |own: i64| {
        let levels = json!({ "users": { ME: own }, "events": { WIDGET: 0, "m.widget": 50 } });
        room_with(3, &levels, std::slice::from_ref(&broken))
    };
    assert_eq!(decide(&free(&room(10))), both(Button::StartConference));
    assert_eq!(decide(&free(&room(50))), both(|kind| Button::JoinConference("a".into(), kind)));
}

/// A call between two is no second conference, and is displaced by none that nobody can join.
#[test]
fn a_conference_without_a_server_keeps_no_two_people_from_calling_each_other() {
    let broken = conference("a", "meet.test/tenant");
    for own in [0, 50] {
        let room = room_with(2, &json!({ "users": { ME: own } }), std::slice::from_ref(&broken));
        assert_eq!(decide(&free(&room)), both(Button::StartCall), "{own}");
        assert_eq!(decide(&Situation { online: false, ..free(&room) }), disabled(Reason::Offline), "{own}");
        let for_two = Situation { conference_for_two: true, ..free(&room) };
        assert_eq!(decide(&for_two), both(|kind| Button::JoinConference("a".into(), kind)), "{own}");
    }
    let levels = json!({ "events": { "m.call.invite": 50 } });
    let no_call = room_with(2, &levels, &[broken]);
    assert_eq!(decide(&free(&no_call)), both(|kind| Button::JoinConference("a".into(), kind)));
}

/// With `UIFeature.widgets` off, "Join" beside a running conference placed a call between two.
#[test]
fn an_offer_never_joins_by_what_would_call() {
    let readable = room_with(2, &json!({}), &[conference("a", "meet.test")]);
    let unreadable = room_with(2, &json!({}), &[conference("a", "")]);
    let of = |way| Some(("a".to_owned(), way));
    let off = |room| Situation { widgets_enabled: false, ..free(room) };
    for calling in [false, true] {
        assert_eq!(offer(&Situation { calling, ..free(&readable) }), of(Way::In), "the call is left for it");
        assert!(decide(&free(&readable)).video.joins() && !decide(&off(&readable)).video.joins());
        assert_eq!(offer(&Situation { calling, ..off(&readable) }), of(Way::Nowhere));
        assert_eq!(offer(&Situation { calling, ..free(&unreadable) }), of(Way::Nowhere));
    }
    let group = room_with(3, &json!({}), &[conference("a", "meet.test")]);
    assert_eq!(offer(&off(&group)), of(Way::Closed(Reason::WidgetsOff)));
    assert_eq!(offer(&Situation { calls_enabled: false, ..free(&group) }), None);
    assert_eq!(offer(&free(&room(3, 0))), None);
}

#[test]
fn who_is_in_a_conference_is_led_back_to_it() {
    let room = room_with(3, &json!({}), &[conference("w", "meet.test")]);
    let joined = WidgetId::from("w");
    for situation in [
        free(&room),
        Situation { room: None, ..free(&room) },
        Situation { online: false, widgets_enabled: false, ..free(&room) },
    ] {
        let inside = Situation { joined: Some(&joined), ..situation };
        assert_eq!(decide(&inside), both(|_| Button::ReturnToConference(joined.clone())));
    }
}

#[test]
fn the_site_may_switch_calls_or_widgets_off() {
    let group = room_with(3, &json!({ "users": { ME: 100 } }), &[conference("w", "meet.test")]);
    let two = room(2, 0);
    let hidden = Situation { calls_enabled: false, ..free(&group) };
    assert_eq!(decide(&hidden), both(|_| Button::Hidden));
    let without_widgets = |room| Situation { widgets_enabled: false, ..free(room) };
    assert_eq!(decide(&without_widgets(&group)), disabled(Reason::WidgetsOff));
    assert_eq!(decide(&without_widgets(&two)), both(Button::StartCall));
}

#[test]
fn what_will_not_pass_is_said_before_what_will() {
    let room = room(3, 100);
    let mut left = room.clone();
    left.membership = Membership::Out;
    let offline = Situation { online: false, ..free(&room) };
    for (situation, reason) in [
        (Situation { room: None, ..free(&room) }, Reason::Loading),
        (free(&left), Reason::NotJoined),
        (Situation { webrtc: false, online: false, ..free(&room) }, Reason::NoWebRtc),
        (Situation { starting: true, ..free(&room) }, Reason::Starting),
        (Situation { widgets_enabled: false, ..offline.clone() }, Reason::WidgetsOff),
        (offline, Reason::Offline),
    ] {
        assert_eq!(decide(&situation), disabled(reason));
    }
}

fn rooms() -> impl Strategy<Value = RoomFacts> {
    let level = || prop_oneof![Just(0_i64), Just(50), Just(100), -10..110_i64];
    let membership = prop_oneof![
        4 => Just(Membership::Join),
        1 => Just(Membership::Invite),
        1 => Just(Membership::Out),
    ];
    (0..5_u64, any::<bool>(), membership, level(), level(), level(), any::<(bool, bool)>()).prop_map(
        |(people, encrypted, membership, own, for_widgets, for_calls, (runs, has_server))| {
            let levels = json!({
                "users": { ME: own }, "events": { WIDGET: for_widgets, "m.call.invite": for_calls },
            });
            let domain = if has_server { "meet.test" } else { "" };
            let widgets = runs.then(|| conference("w", domain));
            let mut room = room_with(people, &levels, widgets.as_slice());
            room.encrypted = encrypted;
            room.membership = membership;
            room
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn nothing_is_offered_that_would_fail(
        room in rooms(), known in any::<bool>(), switches in any::<[bool; 7]>(), inside in any::<bool>(),
        calling in any::<bool>(),
    ) {
        let [conference_for_two, calls_enabled, widgets_enabled, online, webrtc, can_encrypt, starting] = switches;
        let joined = WidgetId::from("w");
        let situation = Situation {
            room: known.then_some(&room),
            conference_for_two, calls_enabled, widgets_enabled, online, webrtc, can_encrypt, starting, calling,
            joined: inside.then_some(&joined),
        };
        let buttons = buttons::decide(&situation);
        let past_calls = decide(&Situation { calling: false, ..situation.clone() }).video;
        if let Some(Offer { widget, way: Way::In }) = &buttons.offer {
            prop_assert_eq!(&past_calls, &Button::JoinConference(widget.clone(), Kind::Video));
        }
        for (button, kind) in [(&buttons.voice, Kind::Voice), (&buttons.video, Kind::Video)] {
            match button {
                Button::Hidden => prop_assert!(!calls_enabled),
                Button::StartConference(offered) => {
                    prop_assert_eq!(*offered, kind);
                    prop_assert!(room.power.may_send_state(&me(), WIDGET));
                    prop_assert!(room.people > 2 || (room.people == 2 && conference_for_two));
                    prop_assert!(room.membership == Membership::Join && online && webrtc && widgets_enabled && !starting);
                    prop_assert!(!calling);
                    prop_assert!(room.conferences.iter().all(|conference| conference.domain.is_err()));
                    prop_assert!(room.conferences.first().is_none_or(|first| !may_repair(&room, first)));
                }
                Button::StartCall(offered) => {
                    prop_assert_eq!(*offered, kind);
                    prop_assert!(room.people == 2 && (!room.encrypted || can_encrypt) && !conference_for_two);
                    prop_assert!(!calling);
                    prop_assert!(room.power.may_send_event(&me(), "m.call.invite") && online && webrtc);
                }
                Button::JoinConference(id, offered) => {
                    prop_assert!(!calling);
                    prop_assert_eq!(*offered, kind);
                    prop_assert_eq!(widget::offered(&room.conferences).map(|conference| &conference.id), Some(id));
                    prop_assert!(room.membership == Membership::Join && widgets_enabled && webrtc);
                    let leads_nowhere = room.conferences.iter().all(|conference| conference.domain.is_err());
                    let may_call = room.people == 2 && !conference_for_two && (!room.encrypted || can_encrypt)
                        && room.power.may_send_event(&me(), "m.call.invite");
                    prop_assert!(!leads_nowhere || !may_call);
                }
                Button::ReturnToConference(id) => prop_assert!(inside && *id == joined),
                Button::ReturnToCall => prop_assert!(calling && !inside),
                Button::Disabled(Reason::NoPower { own, needed } | Reason::NoPowerToCall { own, needed }) => {
                    prop_assert!(*own < Power::Level(*needed));
                }
                Button::Disabled(_) => prop_assert!(calls_enabled && !inside && !calling),
            }
        }
    }
}

#[test]
fn a_press_begins_what_its_button_says_and_names_lead_back_to_it() {
    for (button, act) in [
        (Button::StartCall(Kind::Voice), Some(Act::Call)),
        (Button::StartConference(Kind::Video), Some(Act::Start)),
        (Button::JoinConference("jitsi_1".into(), Kind::Video), Some(Act::Join)),
        (Button::ReturnToConference("jitsi_1".into()), None),
        (Button::ReturnToCall, None),
        (Button::Disabled(Reason::Alone), None),
        (Button::Hidden, None),
    ] {
        assert_eq!(button.act(), act, "{button:?}");
        assert_eq!(act.and_then(|act| Act::named(act.name())), act);
    }
    for kind in [Kind::Voice, Kind::Video] {
        assert_eq!(Kind::named(kind.name()), Some(kind));
    }
    assert_eq!((Kind::named("screen"), Act::named("")), (None, None));
}
