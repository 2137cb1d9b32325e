//! What puts somebody out of a conference at once, wherever its frame lies on the page: nothing here asks for that.

use super::*;
use crate::meet::session::Ending;

/// In each stage in which there is a frame: on the way in, in, on the way out, and with only the wrapper's card left.
fn framed() -> Vec<(Session, Stage)> {
    let (connecting, _) = joined();
    let is_in = || {
        let (mut session, widget) = joined();
        session.handle(T0, says(&widget, "io.element.join", json!({})));
        (session, widget)
    };
    let (inside, _) = is_in();
    let (mut leaving, _) = is_in();
    leaving.handle(T0, Input::HangUp);
    let (mut over, widget) = is_in();
    over.handle(T0, says(&widget, "im.vector.hangup", json!({"errorMessage": "connection lost"})));
    vec![
        (connecting, Stage::Connecting),
        (inside, Stage::Joined),
        (leaving, Stage::Leaving),
        (over, Stage::Ended(Ending::OnCard)),
    ]
}

#[test]
fn whoever_is_out_of_the_room_is_out_of_its_conference() {
    let ways = || {
        ["leave", "ban", "knock", "invite"]
            .map(|membership| Input::RoomChanged(Box::new(room_as(membership, &[]))))
            .into_iter()
            .chain([Input::RoomGone("!garden".into()), Input::SignedOut])
    };
    for way in ways() {
        for (mut session, stage) in framed() {
            let actions = session.handle(T0, way.clone());
            assert!(actions.contains(&Action::CloseFrame), "{stage:?} {way:?}: {actions:?}");
            assert_eq!(session.view(), View::Idle, "{stage:?} {way:?}");
        }
        let mut starting = Session::default();
        started(&mut starting);
        starting.handle(T0, way.clone());
        assert_eq!(starting.view(), View::Idle, "{way:?}");
    }
}

#[test]
fn the_end_of_the_widget_closes_the_frame_in_every_stage() {
    for (mut session, stage) in framed() {
        let actions = session.handle(T0, Input::RoomChanged(Box::new(room(&[]))));
        assert!(actions.contains(&Action::CloseFrame), "{stage:?}: {actions:?}");
        let wanted = stage == Stage::Leaving;
        assert_eq!(failure(&session), (!wanted).then_some(Failure::Removed), "{stage:?}");
    }
}

/// Power is for starting and ending; to be in it none is needed.
#[test]
fn whoever_loses_their_power_stays_in_it_and_is_no_longer_asked_about_its_end() {
    let content = json!({
        "type": "jitsi", "url": "https://app.example.org/jitsi.html?confId=Abc#x",
        "data": {"domain": "meet.test", "conferenceId": "Abc", "isAudioOnly": false},
    });
    let with_power = |power: u64| {
        let state = [
            event("m.room.create", "", json!({"room_version": "10"})),
            event("m.room.power_levels", "", json!({"users": {"@ann:chat.test": power}})),
            event(widget::EVENT_TYPE, "theirs", content.clone()),
        ];
        let room = json!({"room_id": "!garden", "membership": "join", "joined_member_count": 3, "state": state});
        Box::new(RoomFacts::read(&room, &"@ann:chat.test".into()).expect("a room"))
    };
    let (mut session, widget) = joined();
    session.handle(T0, Input::RoomChanged(with_power(100)));
    session.handle(T0, Input::End(with_power(100), widget.id));
    assert!(session.closing().is_some());
    let actions = session.handle(T0, Input::RoomChanged(with_power(0)));
    assert!(!actions.contains(&Action::CloseFrame), "{actions:?}");
    assert!(matches!(session.view(), View::Open { .. }) && session.closing().is_none());
}
