//! What a sync batch costs in a room that calls look at: `cargo xtask bench room`. The room crosses the seam as a host hands it over
//! (`host::Host::room`, `HostEvent::StateChanged`, `HostEvent::Live`); what is measured is from there to what the buttons show, with a
//! session that watches the room, and to what rings. Figures and their ratios within one run, never a limit that fails.

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use std::any::Any;
    use std::time::{Duration, Instant};

    use meet_in_chat::buttons::{self, Buttons, Kind, Situation};
    use meet_in_chat::host::{LiveEvent, MOST_LISTED};
    use meet_in_chat::ids::UserId;
    use meet_in_chat::meet::preferences::Preferences;
    use meet_in_chat::meet::ringing::{Begun, Circumstances, Ringing};
    use meet_in_chat::meet::session::{Input, Session};
    use meet_in_chat::room::{KeptRoom, RoomFacts};
    use meet_in_chat::time::Millis;
    use peak_alloc::PeakAlloc;
    use serde_json::{Value, json};

    #[global_allocator]
    static MEMORY: PeakAlloc = PeakAlloc;

    /// How often each case runs; the median counts.
    const RUNS: usize = 21;

    /// A room that was there before: so many members, and so many widgets that nobody ever took away.
    struct Existing {
        members: u64,
        /// Of them so many are in the state that the host hands over; it may leave out the rest ([`MOST_LISTED`]).
        listed: u64,
        widgets: u64,
    }

    fn event(kind: &str, key: &str, at: u64, content: &Value) -> Value {
        json!({
            "type": kind, "state_key": key, "sender": "@ann:chat.test", "event_id": format!("${kind}{key}{at}"),
            "origin_server_ts": at, "content": content, "unsigned": { "age": 5 },
        })
    }

    fn widget(key: &str, at: u64) -> Value {
        let content = json!({
            "type": "jitsi", "name": "Jitsi", "id": key, "creatorUserId": "@ann:chat.test",
            "url": "https://app.test/jitsi.html?confId=Garden#conferenceDomain=$domain&conferenceId=$conferenceId",
            "data": { "domain": "meet.test", "conferenceId": format!("Garden{at}"), "isAudioOnly": false },
        });
        event("im.vector.modular.widgets", key, at, &content)
    }

    fn member(number: u64, at: u64, membership: &str) -> Value {
        event(
            "m.room.member",
            &format!("@person{number}:chat.test"),
            at,
            &json!({ "membership": membership, "displayname": format!("Person {number}") }),
        )
    }

    /// A room as a host hands it over.
    fn room(existing: &Existing) -> Value {
        let mut state = vec![
            event("m.room.create", "", 1, &json!({ "room_version": "10" })),
            event("m.room.name", "", 2, &json!({ "name": "Garden club" })),
            event("m.room.power_levels", "", 3, &json!({ "users": { "@ann:chat.test": 100 }, "users_default": 50 })),
        ];
        state.extend((0..existing.listed).map(|number| member(number, 10, "join")));
        state.extend((0..existing.widgets).map(|number| widget(&format!("old{number}"), 100 + number)));
        json!({
            "room_id": "!garden", "membership": "join", "joined_member_count": existing.members, "name": "Garden club",
            "my_name": "Me", "my_avatar_url": "", "state": state,
        })
    }

    /// What one sync brings: of ten events four are said, three are comings and goings, two are of a widget that begins or ends,
    /// one is the room's name.
    fn batch(events: u64) -> (Vec<Value>, Vec<LiveEvent>) {
        let (mut state, mut live) = (Vec::new(), Vec::new());
        for number in 0..events {
            let at = 1_000_000 + number;
            let news = match number % 10 {
                0..=3 => None,
                4..=6 => Some(member(number, at, if number % 2 == 0 { "join" } else { "leave" })),
                7 => Some(widget(&format!("new{number}"), at)),
                8 => Some(event("im.vector.modular.widgets", &format!("new{}", number - 1), at, &json!({}))),
                _ => Some(event("m.room.name", "", at, &json!({ "name": format!("Garden club {number}") }))),
            };
            let said = || json!({ "type": "m.room.message", "event_id": format!("$m{at}"), "sender": "@ann:chat.test", "content": {} });
            live.push(LiveEvent {
                room: "!garden".into(),
                event: news.clone().unwrap_or_else(said),
                encrypted: false,
                received_at: Millis(at),
            });
            state.extend(news);
        }
        (state, live)
    }

    fn decide(facts: &RoomFacts) -> Buttons {
        buttons::decide(&Situation {
            room: Some(facts),
            conference_for_two: false,
            calls_enabled: true,
            widgets_enabled: true,
            online: true,
            webrtc: true,
            can_encrypt: false,
            starting: false,
            calling: false,
            joined: None,
        })
    }

    /// Lets ring what of this begins a conference.
    fn ring(ringing: &mut Ringing, live: &[LiveEvent], facts: &RoomFacts) {
        let chosen = Preferences::default();
        let circumstances = Circumstances {
            chosen: &chosen,
            notified: true,
            ring_allowed: true,
            busy: false,
            there: false,
            ignored: false,
        };
        for begun in live.iter().filter_map(Begun::read) {
            ringing.began(begun.heard, &begun, Some(facts), circumstances);
        }
        ringing.room_changed(&facts.room_id, Some(facts));
    }

    struct Cost {
        time: Duration,
        /// Bytes that were needed at most, beyond what was there.
        memory: usize,
    }

    /// `prepare` gives what is to be measured; what that gives is taken apart after the clock was read.
    fn measured(mut prepare: impl FnMut() -> Box<dyn FnOnce() -> Box<dyn Any>>) -> Cost {
        let mut runs: Vec<(Duration, usize)> = (0..RUNS)
            .map(|_| {
                let run = prepare();
                MEMORY.reset_peak_usage();
                let before = MEMORY.current_usage();
                let began = Instant::now();
                let made = run();
                let cost = (began.elapsed(), MEMORY.peak_usage().saturating_sub(before));
                drop(made);
                cost
            })
            .collect();
        runs.sort_unstable();
        let (time, memory) = runs[RUNS / 2];
        Cost { time, memory }
    }

    fn of_a_batch(existing: &Existing, events: u64) -> Cost {
        let me = UserId::from("@me:chat.test");
        let kept = KeptRoom::read(&room(existing), &me).expect("a room");
        let facts = kept.facts().clone();
        let (state, live) = batch(events);
        measured(|| {
            let (mut kept, state, live) = (kept.clone(), state.clone(), live.clone());
            let mut ringing = Ringing::default();
            // A session that looks at the room: its card asks for consent.
            let mut session = Session::default();
            if let Some(first) = facts.conferences.first() {
                let widget = Box::new(first.clone());
                let join = Input::Join { room: facts.room_id.clone(), widget, kind: Kind::Video, trusted: false };
                session.handle(Millis(0), join);
            }
            Box::new(move || {
                assert!(kept.take(&state, Some(7)), "told all");
                let facts = kept.facts().clone();
                let shown = decide(&facts);
                ring(&mut ringing, &live, &facts);
                session.handle(Millis(1), Input::RoomChanged(Box::new(facts)));
                Box::new((kept, state, live, ringing, shown, session))
            })
        })
    }

    fn of_reading(existing: &Existing) -> Cost {
        let room = room(existing);
        measured(|| {
            let room = room.clone();
            Box::new(move || {
                let kept = KeptRoom::read(&room, &"@me:chat.test".into()).expect("a room");
                let shown = decide(kept.facts());
                Box::new((room, kept, shown))
            })
        })
    }

    pub(super) fn main() {
        let small = Existing { members: MOST_LISTED, listed: MOST_LISTED, widgets: 5 };
        let large = Existing { members: 100_000, listed: 1, widgets: 500 };
        let listing_all = Existing { members: 100_000, listed: 100_000, widgets: 500 };
        println!("A sync batch, from what changed to what the buttons show (median of {RUNS} runs)");
        println!(
            "{:>10} {:>28} {:>34} {:>14}",
            "events", "100 people, 5 widgets", "100,000 people, 500 old widgets", "large : small"
        );
        let mut last = None;
        for events in [10, 100, 1000] {
            let (in_small, in_large) = (of_a_batch(&small, events), of_a_batch(&listing_all, events));
            println!(
                "{events:>10} {:>15.1} µs {:>6} KB {:>21.1} µs {:>6} KB {:>13.2}x",
                micros(&in_small),
                in_small.memory / 1024,
                micros(&in_large),
                in_large.memory / 1024,
                micros(&in_large) / micros(&in_small),
            );
            last = last.map_or(Some(micros(&in_large)), |before: f64| {
                println!("{:>10} ten times the events take {:.1} times the time", "", micros(&in_large) / before);
                Some(micros(&in_large))
            });
        }
        println!("The room as a whole, once when it comes on screen");
        for (name, existing) in [
            ("100 people, 5 widgets", &small),
            ("100,000 people, 500 old widgets", &large),
            ("the same, from a host that lists all people", &listing_all),
        ] {
            let cost = of_reading(existing);
            println!("{name:>45} {:>11.1} µs {:>7} KB", micros(&cost), cost.memory / 1024);
        }
    }

    fn micros(cost: &Cost) -> f64 {
        cost.time.as_secs_f64() * 1e6
    }
}

fn main() {
    #[cfg(not(target_arch = "wasm32"))]
    native::main();
}
