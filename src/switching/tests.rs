use std::sync::Arc;

use super::*;
use crate::call::view::Phase;
use crate::meet::server::Origin;
use crate::meet::session::{Company, Ending, Step};
use crate::meet::widget::MeetWidget;
use crate::room::StateEvent;
use crate::room_widget::{Place, RoomWidget, Target};
use crate::widget_api::DeviceStates;
use serde_json::json;

fn widget() -> Box<MeetWidget> {
    let event = json!({
        "type": "im.vector.modular.widgets", "state_key": "w", "sender": "@ann:chat.test", "event_id": "$1",
        "origin_server_ts": 1,
        "content": {
            "type": "jitsi", "url": "https://w.test/", "data": { "domain": "meet.test", "conferenceId": "Abc" },
        },
    });
    let state = [StateEvent::read(&event).expect("an event")].into_iter().collect();
    Box::new(MeetWidget::all_in(&state).pop().expect("a widget"))
}

fn open(stage: Stage) -> View {
    View::Open {
        room: "!garden".into(),
        widget: widget(),
        stage,
        moves_to: None,
        company: Company::default(),
        devices: DeviceStates::default(),
    }
}

fn starting() -> View {
    let domain = MeetDomain::parse("meet.test").expect("a domain");
    View::Starting { room: "!garden".into(), domain, origin: Origin::Config, step: Step::Sending }
}

fn consent(room: &str) -> View {
    View::Consent { room: room.into(), widget: widget(), asks: true }
}

fn call(key: u64) -> CallView {
    CallView::bare(CallKey(key), "!ben".into(), "@ben:chat.test".into())
}

fn ringing(key: u64) -> CallView {
    CallView { phase: Phase::Ringing, ..call(key) }
}

fn call_left(key: u64) -> Obstacle {
    Obstacle::Call { key: CallKey(key), room: "!ben".into(), peer: "@ben:chat.test".into() }
}

fn garden() -> Obstacle {
    Obstacle::Conference("!garden".into())
}

fn press(button: Button) -> Wish {
    Wish::Press { room: "!club".into(), button }
}

fn join() -> Button {
    Button::JoinConference("w".into(), Kind::Video)
}

const START: Button = Button::StartConference(Kind::Video);
const CALL: Button = Button::StartCall(Kind::Video);

/// A switch with a hand on what goes on.
struct Scene {
    switching: Switching,
    conference: View,
    widget: room_widget::View,
    calls: Vec<CallView>,
    button: Option<Button>,
}

impl Scene {
    fn with(conference: View, calls: &[CallView]) -> Self {
        let (switching, widget) = (Switching::default(), room_widget::View::Idle);
        Self { switching, conference, widget, calls: calls.to_vec(), button: None }
    }

    fn want(&mut self, wish: Wish) -> Vec<Action> {
        if let Wish::Press { button, .. } = &wish {
            self.button = Some(button.clone());
        }
        self.tell(Input::Want(wish))
    }

    fn tell(&mut self, input: Input) -> Vec<Action> {
        let around = Around {
            conference: &self.conference,
            widget: &self.widget,
            calls: &self.calls,
            button: self.button.as_ref(),
        };
        self.switching.handle(input, &around)
    }

    fn asks(&self) -> Option<Question> {
        let around = Around {
            conference: &self.conference,
            widget: &self.widget,
            calls: &self.calls,
            button: self.button.as_ref(),
        };
        self.switching.question(&around)
    }
}

#[test]
fn where_nothing_goes_on_a_press_does_what_it_says() {
    let over = open(Stage::Ended(Ending::OnCard));
    for conference in [View::Idle, over, consent("!garden")] {
        for button in [join(), START, CALL] {
            let mut scene = Scene::with(conference.clone(), &[ringing(1)]);
            assert_eq!(scene.want(press(button.clone())), [Action::Carry(press(button))]);
            assert_eq!(scene.asks(), None);
        }
    }
}

#[test]
fn a_conference_is_left_for_another_and_for_a_call_only_when_the_person_says_so() {
    for button in [join(), START, CALL] {
        for conference in [open(Stage::Joined), open(Stage::Connecting), starting()] {
            let mut scene = Scene::with(conference, &[]);
            assert_eq!(scene.want(press(button.clone())), []);
            let asked = Question { from: vec![garden()], to: press(button.clone()), leaving: false };
            assert_eq!(scene.asks(), Some(asked.clone()));
            assert_eq!(scene.tell(Input::Switch), [Action::Leave(garden())]);
            assert_eq!(scene.asks(), Some(Question { leaving: true, ..asked }), "it shows until it is left");
            scene.conference = open(Stage::Leaving);
            assert_eq!(scene.tell(Input::Look), [], "not before the camera is free");
            scene.conference = View::Idle;
            assert_eq!(scene.tell(Input::Look), [Action::Carry(press(button.clone()))]);
            assert_eq!((scene.asks(), scene.tell(Input::Look)), (None, vec![]), "once");
        }
    }
}

#[test]
fn both_calls_are_left_for_a_conference() {
    let mut scene = Scene::with(View::Idle, &[call(1), call(2), ringing(3)]);
    scene.want(press(join()));
    assert_eq!(scene.tell(Input::Switch), [call_left(1), call_left(2)].map(Action::Leave));
    scene.calls.remove(0);
    assert_eq!(scene.tell(Input::Look), []);
    scene.calls.remove(0);
    assert_eq!(scene.tell(Input::Look), [Action::Carry(press(join()))], "what only rings is in nobody's way");
}

#[test]
fn a_second_call_has_a_place_and_for_a_third_the_one_that_is_heard_goes() {
    let mut scene = Scene::with(View::Idle, &[call(1)]);
    assert_eq!(scene.want(press(CALL)), [Action::Carry(press(CALL))]);
    let mut scene = Scene::with(View::Idle, &[call(1), call(2)]);
    assert_eq!(scene.want(press(CALL)), []);
    assert_eq!(scene.asks().map(|asked| asked.from), Some(vec![call_left(1)]));
}

#[test]
fn who_stays_has_pressed_nothing() {
    let mut scene = Scene::with(open(Stage::Joined), &[]);
    scene.want(press(join()));
    assert_eq!(scene.tell(Input::Stay), []);
    assert_eq!(scene.asks(), None);
    scene.conference = View::Idle;
    assert_eq!((scene.tell(Input::Look), scene.tell(Input::Switch)), (vec![], vec![]));
}

/// The camera must not open because somebody else hung up.
#[test]
fn what_ends_by_itself_during_the_question_leaves_the_question() {
    let mut scene = Scene::with(View::Idle, &[call(1)]);
    scene.want(press(join()));
    scene.calls.clear();
    assert_eq!(scene.tell(Input::Look), []);
    assert_eq!(scene.asks(), Some(Question { from: vec![], to: press(join()), leaving: false }));
    assert_eq!(scene.tell(Input::Switch), [Action::Carry(press(join()))]);
}

#[test]
fn a_press_during_the_goodbye_waits_and_asks_nothing() {
    for button in [join(), START, CALL] {
        let mut scene = Scene::with(open(Stage::Leaving), &[]);
        assert_eq!(scene.want(press(button.clone())), [Action::Leave(garden())], "nothing else follows on it");
        scene.conference = View::Idle;
        assert_eq!(scene.tell(Input::Look), [Action::Carry(press(button))]);
    }
    let again = Wish::Press { room: "!garden".into(), button: join() };
    let mut scene = Scene::with(open(Stage::Leaving), &[]);
    assert_eq!(scene.want(again.clone()), [Action::Carry(again)], "the session lets in again by itself");
}

#[test]
fn a_call_that_is_accepted_waits_for_the_end_of_the_conference() {
    let accept = Wish::Accept { call: CallKey(1), video: true };
    let mut scene = Scene::with(open(Stage::Joined), &[ringing(1)]);
    assert_eq!(scene.want(accept.clone()), [Action::Leave(garden())]);
    assert_eq!(scene.asks(), None, "the button that was pressed has said so");
    scene.conference = View::Idle;
    assert_eq!(scene.tell(Input::Look), [Action::Carry(accept.clone())]);

    let mut scene = Scene::with(View::Idle, &[call(2), call(3), ringing(1)]);
    assert_eq!(scene.want(accept.clone()), [Action::Carry(accept.clone())], "calls hold each other by themselves");

    let mut scene = Scene::with(open(Stage::Joined), &[ringing(1)]);
    scene.want(accept);
    (scene.calls, scene.conference) = (vec![], View::Idle);
    assert_eq!(scene.tell(Input::Look), [], "they have given up");
}

/// The card was there before the call was.
#[test]
fn a_card_s_consent_during_a_call_asks_too() {
    let domain = MeetDomain::parse("meet.test").expect("a domain");
    let repair = Wish::Repair { room: "!club".into(), domain: domain.clone() };
    for wish in [Wish::Approve { room: "!club".into(), domain, split: false }, repair] {
        let mut scene = Scene::with(consent("!club"), &[call(1)]);
        assert_eq!(scene.want(wish.clone()), []);
        assert_eq!(scene.tell(Input::Switch), [Action::Leave(call_left(1))]);
        scene.calls.clear();
        assert_eq!(scene.tell(Input::Look), [Action::Carry(wish.clone())]);

        let mut scene = Scene::with(consent("!club"), &[call(1)]);
        scene.want(wish);
        scene.conference = consent("!other");
        scene.tell(Input::Look);
        assert_eq!(scene.asks(), None, "the card is gone");
    }
}

#[test]
fn what_no_longer_leads_there_is_not_asked_and_not_done() {
    let refused = Button::Disabled(crate::buttons::Reason::Alone);
    for (wanted, now, still) in [
        (join(), Button::JoinConference("elder".into(), Kind::Video), true),
        (START, join(), true),
        (join(), START, false),
        (CALL, START, false),
        (START, CALL, false),
        (CALL, refused, false),
    ] {
        let mut scene = Scene::with(open(Stage::Joined), &[]);
        scene.want(press(wanted.clone()));
        scene.button = Some(now.clone());
        scene.tell(Input::Look);
        assert_eq!(scene.asks().map(|asked| asked.to), still.then(|| press(now.clone())), "{wanted:?} {now:?}");
    }
}

#[test]
fn the_last_press_counts() {
    let mut scene = Scene::with(open(Stage::Joined), &[]);
    scene.want(press(join()));
    scene.tell(Input::Switch);
    scene.conference = open(Stage::Leaving);
    scene.want(press(CALL));
    scene.conference = View::Idle;
    assert_eq!(scene.tell(Input::Look), [Action::Carry(press(CALL))]);
}

#[test]
fn a_connection_that_is_lost_while_a_call_is_left_loses_no_press() {
    let mut scene = Scene::with(open(Stage::Joined), &[]);
    scene.want(press(CALL));
    scene.tell(Input::Switch);
    scene.button = Some(Button::Disabled(Reason::Offline));
    assert_eq!(scene.tell(Input::Look), []);
    scene.conference = View::Idle;
    assert_eq!(scene.tell(Input::Look), [Action::Carry(press(CALL))], "and says it itself where it fails");
}

#[test]
fn who_approved_of_a_conference_is_not_led_into_one_that_became_split() {
    let mut scene = Scene::with(consent("!club"), &[call(1)]);
    let domain = MeetDomain::parse("meet.test").expect("a domain");
    scene.want(Wish::Approve { room: "!club".into(), domain, split: false });
    scene.tell(Input::Switch);
    let mut edited = widget();
    edited.agreement = crate::meet::split::Agreement::Split(Vec::new());
    scene.conference = View::Consent { room: "!club".into(), widget: edited, asks: true };
    scene.calls.clear();
    assert_eq!(scene.tell(Input::Look), []);
    assert_eq!(scene.asks(), None);
}

fn other_place(room: &str) -> Arc<Place> {
    let event = json!({
        "type": "im.vector.modular.widgets", "state_key": "o", "sender": "@ann:chat.test", "event_id": "$o",
        "content": { "type": "m.custom", "url": "https://call.test/", "io.element.managed_hybrid": true },
    });
    let state = [StateEvent::read(&event).expect("an event")].into_iter().collect();
    let widget = RoomWidget::first_in(&state).expect("a widget");
    let target = Target { url: "https://call.test/".into(), host: "call.test".into(), is_manager: false };
    Arc::new(Place { room: room.into(), widget, target, edited: false })
}

#[test]
fn a_room_s_buttons_lead_back_to_what_i_am_in_there_until_i_leave_it() {
    let (garden, idle) = ("!garden".into(), room_widget::View::Idle);
    let conference = |view: View, room: &RoomId| {
        let (starting, joined) = mine_in(room, &view, &idle);
        (starting, joined.is_some())
    };
    for stage in [Stage::Connecting, Stage::Joined] {
        assert_eq!(conference(open(stage), &garden), (false, true));
        assert_eq!(conference(open(stage), &"!club".into()), (false, false));
    }
    // Whoever presses now wants in again.
    for stage in [Stage::Leaving, Stage::Ended(Ending::ForEveryone)] {
        assert_eq!(conference(open(stage), &garden), (false, false));
    }
    assert_eq!(conference(starting(), &garden), (true, false));
    assert_eq!(conference(starting(), &"!club".into()), (false, false));
    assert_eq!(conference(consent("!garden"), &garden), (false, false));

    let other = |view: room_widget::View, room: &RoomId| {
        let (starting, joined) = mine_in(room, &View::Idle, &view);
        (starting, joined.is_some())
    };
    let asking = room_widget::View::Asking(other_place("!garden"));
    assert_eq!((other(asking.clone(), &garden), other(asking, &"!club".into())), ((true, false), (false, false)));
    let open = room_widget::View::Open(other_place("!garden"), false);
    assert_eq!((other(open.clone(), &garden), other(open, &"!club".into())), ((false, true), (false, false)));
}

#[test]
fn a_call_of_another_kind_is_left_as_a_conference_is() {
    let open = room_widget::View::Open(other_place("!garden"), false);
    for view in [open, room_widget::View::Asking(other_place("!garden"))] {
        for button in [join(), START, CALL] {
            let mut scene = Scene::with(View::Idle, &[]);
            scene.widget = view.clone();
            assert_eq!(scene.want(press(button.clone())), []);
            assert_eq!(scene.asks().map(|asked| asked.from), Some(vec![garden()]));
            assert_eq!(scene.tell(Input::Switch), [Action::Leave(garden())]);
            scene.widget = room_widget::View::Idle;
            assert_eq!(scene.tell(Input::Look), [Action::Carry(press(button))]);
        }
    }
}

#[test]
fn opening_a_call_of_another_kind_waits_for_the_card_that_was_read() {
    let wish = |event: &str| Wish::Open { room: "!club".into(), event: event.into() };
    let consent = room_widget::View::Consent(other_place("!club"));
    let mut scene = Scene::with(View::Idle, &[]);
    scene.widget = consent.clone();
    assert_eq!(scene.want(wish("$o")), [Action::Carry(wish("$o"))]);
    assert_eq!(scene.want(wish("$edited")), [], "the card is of another event");
    let mut scene = Scene::with(open(Stage::Joined), &[]);
    scene.widget = consent;
    assert_eq!(scene.want(wish("$o")), []);
    assert_eq!(scene.tell(Input::Switch), [Action::Leave(garden())]);
    scene.conference = View::Idle;
    scene.widget = room_widget::View::Idle;
    assert_eq!((scene.tell(Input::Look), scene.asks()), (vec![], None), "dismissed meanwhile");
}
