//! Two conferences where one was meant: which of them is left, and who is where.

use super::*;
use crate::ids::UserId;

/// A room with two people and a server that tells each of them what happened in an order of its own.
struct Scene {
    people: [Person; 2],
    /// What the server took, in its order.
    log: Vec<Value>,
}

struct Person {
    session: Session,
    me: UserId,
    domain: &'static str,
    /// What the room's state is to them.
    known: Vec<Value>,
    sending: Vec<(&'static str, WidgetId, Value)>,
    frames: usize,
}

impl Person {
    fn new(me: &str, domain: &'static str) -> Self {
        let known = vec![
            event("m.room.create", "", json!({"room_version": "10"})),
            event("m.room.power_levels", "", json!({"users_default": 50})),
        ];
        Self { session: Session::default(), me: me.into(), domain, known, sending: Vec::new(), frames: 0 }
    }

    fn facts(&self) -> RoomFacts {
        let room =
            json!({"room_id": "!garden", "membership": "join", "joined_member_count": 3, "state": self.known.clone()});
        RoomFacts::read(&room, &self.me).expect("a room")
    }

    fn tell(&mut self, input: Input) {
        for action in self.session.handle(T0, input) {
            match action {
                Action::LookUpAuth { generation, .. } => self.tell(Input::AuthKnown { generation, auth: None }),
                Action::SendState { widget, content, .. } => self.sending.push((widget::EVENT_TYPE, widget, content)),
                Action::Blank { widget, event_type, .. } => self.sending.push((event_type, widget, json!({}))),
                Action::OpenFrame { .. } => self.frames += 1,
                Action::CloseFrame => self.frames -= 1,
                _ => {}
            }
        }
    }

    fn press(&mut self) {
        let mut start = start();
        start.choice.domain = domain(self.domain);
        start.widget_random = std::array::from_fn(|i| (i + self.me.as_str().len()) as u8);
        self.tell(Input::Start(Box::new(self.facts()), start));
    }

    fn learn(&mut self, events: &[Value]) {
        for event in events {
            self.known.retain(|known| (&known["type"], &known["state_key"]) != (&event["type"], &event["state_key"]));
            self.known.push(event.clone());
        }
        self.tell(Input::RoomChanged(Box::new(self.facts())));
    }

    fn get_in(&mut self) {
        let View::Open { widget, .. } = self.session.view() else { panic!("{:?}", self.session.view()) };
        self.tell(says(&widget, "io.element.join", json!({})));
    }

    fn is_in(&self) -> Option<WidgetId> {
        match self.session.view() {
            View::Open { widget, .. } => Some(widget.id),
            _ => None,
        }
    }

    fn offered(&self) -> Option<WidgetId> {
        match self.session.view() {
            View::Open { moves_to: Some(MovesTo::Elder(elder)), .. } => Some(elder.id),
            _ => None,
        }
    }
}

impl Scene {
    fn new(domains: [&'static str; 2]) -> Self {
        let [ann, ben] = domains;
        Self { people: [Person::new("@ann:chat.test", ann), Person::new("@bennie:chat.test", ben)], log: Vec::new() }
    }

    /// The server takes what this person is sending.
    fn take(&mut self, who: usize, at: u64) -> Vec<Value> {
        let person = &mut self.people[who];
        let taken: Vec<Value> = person
            .sending
            .drain(..)
            .map(|(event_type, widget, content)| {
                json!({
                    "type": event_type, "state_key": widget, "sender": person.me, "content": content,
                    "event_id": format!("${at}"), "origin_server_ts": at,
                })
            })
            .collect();
        self.log.extend(taken.clone());
        taken
    }

    /// Both pressed at once; their events are at the server and nobody knows of the other's yet. Ann's is the older one.
    fn pressed_at_once(domains: [&'static str; 2], apart: u64) -> (Self, [Value; 2]) {
        let mut scene = Self::new(domains);
        scene.people.iter_mut().for_each(Person::press);
        let events = [scene.take(0, 1_000), scene.take(1, 1_000 + apart)].concat();
        (scene, events.try_into().expect("one event each"))
    }

    /// What follows, told to everybody until nothing more happens.
    fn settle(&mut self) {
        for at in 100_000..100_010 {
            let news = [self.take(0, at), self.take(1, at)].concat();
            self.people.iter_mut().for_each(|person| person.learn(&news));
        }
        assert!(self.people.iter().all(|person| person.sending.is_empty()), "it never ends");
    }

    fn running(&self) -> Vec<WidgetId> {
        self.people[0].facts().conferences.iter().map(|widget| widget.id.clone()).collect()
    }
}

fn id(event: &Value) -> WidgetId {
    event["state_key"].as_str().expect("a state key").into()
}

#[test]
fn two_people_who_press_at_the_same_moment_meet_in_the_older_conference() {
    let both_orders = |[one, other]: &[Value; 2]| {
        let (one, other) = (one.clone(), other.clone());
        [
            vec![vec![one.clone()], vec![other.clone()]],
            vec![vec![other.clone()], vec![one.clone()]],
            vec![vec![one, other]],
        ]
    };
    for ann_hears in 0..3 {
        for ben_hears in 0..3 {
            let (mut scene, events) = Scene::pressed_at_once(["meet.test"; 2], 29_999);
            for (who, order) in [(0, ann_hears), (1, ben_hears)] {
                both_orders(&events)[order].iter().for_each(|batch| scene.people[who].learn(batch));
            }
            scene.settle();
            let oldest = id(&events[0]);
            assert_eq!(scene.running(), std::slice::from_ref(&oldest), "{ann_hears} {ben_hears}");
            for person in &scene.people {
                assert_eq!((person.is_in(), person.frames), (Some(oldest.clone()), 1), "{ann_hears} {ben_hears}");
                assert_eq!(person.offered(), None);
            }
            assert_eq!(scene.log.len(), 3, "two starts and one end: {:?}", scene.log);
        }
    }
}

#[test]
fn at_the_same_instant_both_give_up_the_same_one() {
    let (mut scene, mut events) = Scene::pressed_at_once(["meet.test"; 2], 0);
    (events[0]["event_id"], events[1]["event_id"]) = (json!("$2"), json!("$1"));
    scene.people.iter_mut().for_each(|person| person.learn(&events));
    scene.settle();
    assert_eq!(scene.running(), [id(&events[1])]);
    assert!(scene.people.iter().all(|person| person.is_in() == Some(id(&events[1]))));
}

#[test]
fn conferences_that_began_half_a_minute_apart_both_stay() {
    let (mut scene, events) = Scene::pressed_at_once(["meet.test"; 2], 30_000);
    scene.people.iter_mut().for_each(|person| person.learn(&events));
    scene.settle();
    assert_eq!(scene.running().len(), 2);
    assert_eq!(scene.people[1].is_in(), Some(id(&events[1])));
    assert_eq!(scene.people[1].offered(), None);
}

/// Whoever may write widgets can make one that looks older, on a server of theirs.
#[test]
fn nobody_is_brought_to_another_server_by_a_conference_that_says_it_is_older() {
    let (mut scene, events) = Scene::pressed_at_once(["evil.test", "meet.test"], 10);
    let ben = &mut scene.people[1];
    ben.learn(&events[1..]);
    ben.learn(&events[..1]);
    assert_eq!((ben.is_in(), ben.offered()), (Some(id(&events[1])), Some(id(&events[0]))));
    assert_eq!(ben.sending, [], "and what they made still runs");

    ben.tell(Input::Move);
    let View::Open { widget, .. } = ben.session.view() else { panic!("the goodbye first") };
    ben.tell(says(&widget, "im.vector.hangup", json!({})));
    assert!(
        matches!(ben.session.view(), View::Consent { .. }),
        "they said move, not yet that this server may know them"
    );
    assert_eq!((ben.frames, ben.sending.len()), (0, 0));
    ben.tell(Input::Approve(domain("evil.test")));
    assert_eq!((ben.is_in(), ben.frames), (Some(id(&events[0])), 1));
    scene.people[0].learn(&events);
    scene.settle();
    assert_eq!(scene.running(), [id(&events[0])]);
}

#[test]
fn who_is_in_already_is_offered_the_move_and_stays_until_they_take_it() {
    let (mut scene, events) = Scene::pressed_at_once(["meet.test"; 2], 10);
    let ben = &mut scene.people[1];
    ben.learn(&events[1..]);
    ben.get_in();
    ben.learn(&events[..1]);
    assert_eq!((ben.is_in(), ben.offered()), (Some(id(&events[1])), Some(id(&events[0]))));
    assert_eq!(ben.sending, []);

    ben.tell(Input::Move);
    let View::Open { widget, stage: Stage::Leaving, .. } = ben.session.view() else {
        panic!("{:?}", ben.session.view())
    };
    ben.tell(says(&widget, "im.vector.hangup", json!({})));
    assert_eq!(ben.is_in(), Some(id(&events[0])));
    scene.people[0].learn(&events);
    scene.settle();
    assert_eq!(scene.running(), [id(&events[0])]);
}

/// Whoever made the younger one moved and ended it, with others in it who were not asked.
#[test]
fn who_is_in_a_conference_that_gives_way_is_told_of_the_other_one() {
    let (_, events) = Scene::pressed_at_once(["meet.test"; 2], 10);
    let mut over = events[1].clone();
    over["content"] = json!({});
    for (news, why) in
        [(vec![events[0].clone(), over.clone()], Failure::GaveWay), (vec![over.clone()], Failure::Removed)]
    {
        let mut cat = Person::new("@cat:chat.test", "meet.test");
        cat.learn(&events[1..]);
        let widget = Box::new(cat.facts().conferences[0].clone());
        cat.tell(Input::Join { room: "!garden".into(), widget, kind: Kind::Video, trusted: true });
        cat.get_in();
        cat.learn(&news);
        assert_eq!((failure(&cat.session), cat.frames), (Some(why), 0));
    }
}

#[test]
fn an_offer_to_move_goes_with_the_conference_it_leads_to() {
    let (mut scene, events) = Scene::pressed_at_once(["meet.test"; 2], 10);
    let ben = &mut scene.people[1];
    ben.learn(&events[1..]);
    ben.get_in();
    ben.learn(&events[..1]);
    let mut over = events[0].clone();
    over["content"] = json!({});
    ben.learn(&[over]);
    assert_eq!((ben.is_in(), ben.offered()), (Some(id(&events[1])), None));
    ben.tell(Input::Move);
    assert_eq!(ben.is_in(), Some(id(&events[1])));
}

#[test]
fn who_was_joining_the_younger_one_is_moved_and_ends_nothing_of_others() {
    let (mut scene, events) = Scene::pressed_at_once(["meet.test"; 2], 10);
    let mut cat = Person::new("@cat:chat.test", "meet.test");
    for gone_by_then in [false, true] {
        cat.session = Session::default();
        cat.learn(&events[1..]);
        let widget = Box::new(cat.facts().conferences[0].clone());
        cat.frames = 0;
        cat.tell(Input::Join { room: "!garden".into(), widget, kind: Kind::Voice, trusted: true });
        let mut news = events.to_vec();
        if gone_by_then {
            news[1]["content"] = json!({});
        }
        cat.learn(&news);
        assert_eq!((cat.is_in(), cat.frames), (Some(id(&events[0])), 1));
        assert_eq!(cat.sending, []);
        cat.known.truncate(2);
    }
    scene.settle();
}

#[test]
fn a_card_that_asks_about_the_younger_one_asks_about_the_older_one_then() {
    let (_, events) = Scene::pressed_at_once(["evil.test", "meet.test"], 10);
    let mut cat = Person::new("@cat:chat.test", "other.test");
    cat.learn(&events[1..]);
    let widget = Box::new(cat.facts().conferences[0].clone());
    cat.tell(Input::Join { room: "!garden".into(), widget, kind: Kind::Video, trusted: false });
    cat.learn(&events);
    let View::Consent { widget, .. } = cat.session.view() else { panic!("{:?}", cat.session.view()) };
    assert_eq!(widget.id, id(&events[0]));
    cat.tell(Input::Approve(domain("meet.test")));
    assert!(matches!(cat.session.view(), View::Consent { .. }), "the press was for the other server");
}

/// Without an answer the younger one may still be there, and nobody pressed anything that they could press again.
#[test]
fn a_younger_one_that_could_not_be_ended_is_ended_when_the_room_is_heard_of_next() {
    let limited = HostError::Refused {
        errcode: "M_LIMIT_EXCEEDED".into(),
        status: 429,
        message: String::new(),
        retry_after: Some(2_000),
    };
    for (error, tries_again) in [(HostError::Unreachable, true), (limited, true), (HostError::Unsupported, false)] {
        let (mut scene, events) = Scene::pressed_at_once(["meet.test"; 2], 10);
        let ben = &mut scene.people[1];
        ben.learn(&events);
        let (event_type, widget, _) = ben.sending.pop().expect("a blank event");
        ben.tell(Input::Blanked { room: "!garden".into(), widget, event_type, result: Err(error) });
        assert!(ben.session.watches(&"!garden".into()));
        ben.learn(&[]);
        assert_eq!(ben.sending.len(), usize::from(tries_again));
        ben.learn(&[]);
        assert_eq!(ben.sending.len(), usize::from(tries_again), "once for each answer");
        let result = Err(HostError::Unreachable);
        let theirs = Input::Blanked { room: "!garden".into(), widget: id(&events[0]), event_type, result };
        ben.tell(theirs);
        ben.learn(&[]);
        assert_eq!(ben.sending.len(), usize::from(tries_again), "and never what others made");
    }
}

/// An edit makes it somebody else's too: what they wrote into it is not for this button to end.
#[test]
fn a_conference_that_was_edited_since_is_not_ended_as_mine() {
    let (mut scene, events) = Scene::pressed_at_once(["meet.test"; 2], 10);
    let ben = &mut scene.people[1];
    ben.learn(&events[1..]);
    let mut edited = events[1].clone();
    edited["event_id"] = json!("$edit");
    edited["content"]["name"] = json!("Mine now");
    ben.learn(&[edited]);
    ben.learn(&events[..1]);
    assert_eq!(ben.is_in(), Some(id(&events[0])));
    assert_eq!(ben.sending, []);
}
