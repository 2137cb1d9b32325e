use proptest::prelude::*;
use serde_json::json;

use super::*;

const ME: &str = "@me:x";
const ANN: &str = "@ann:x";
const EVE: &str = "@eve:x";

/// Sender, type, second, content; `call_id` is `c` unless the content says otherwise.
type Line<'a> = (&'a str, &'a str, u64, Value);

struct Scene {
    now: u64,
    public: bool,
}

const LATER: Scene = Scene { now: 100_000, public: false };

impl Scene {
    fn tiles(&self, lines: &[Line]) -> Vec<(String, CallTile)> {
        self.with(lines, |told, setting| {
            tiles(told.iter().copied(), setting).into_iter().map(|(id, tile)| (id.to_string(), tile)).collect()
        })
    }

    fn with<T>(&self, lines: &[Line], look: impl FnOnce(&[Told], &Setting) -> T) -> T {
        let events: Vec<(EventId, String, UserId, Millis, Object)> = lines
            .iter()
            .enumerate()
            .map(|(number, (sender, event_type, at, content))| {
                let mut whole = json!({ "call_id": "c" }).as_object().unwrap().clone();
                whole.extend(content.as_object().unwrap().clone());
                let id = EventId::new(format!("${number}"));
                (id, format!("m.call.{event_type}"), (*sender).into(), Millis::seconds(*at), slim(&whole))
            })
            .collect();
        let told: Vec<Told> = events
            .iter()
            .map(|(id, event_type, sender, at, content)| Told { id, event_type, sender, at: *at, content })
            .collect();
        let me = UserId::from(ME);
        let setting = Setting { me: &me, now: Millis::seconds(self.now), public: self.public };
        look(&told, &setting)
    }

    /// The line at which the first call stands that rings.
    fn ringing(&self, lines: &[Line]) -> Option<usize> {
        self.with(lines, |told, setting| {
            let at = first_ringing(told.iter().copied(), setting)?;
            told.iter().position(|event| event.id == at)
        })
    }

    /// The one tile, which is where the first line is.
    fn tile(&self, lines: &[Line]) -> CallTile {
        let tiles = self.tiles(lines);
        assert_eq!(tiles.len(), 1, "{tiles:?}");
        assert_eq!(tiles[0].0, "$0");
        tiles[0].1.clone()
    }

    fn outcome(&self, lines: &[Line]) -> Outcome {
        self.tile(lines).outcome
    }
}

fn invite(sender: &str, at: u64) -> Line<'_> {
    (
        sender,
        "invite",
        at,
        json!({ "lifetime": 60_000, "party_id": "A", "offer": { "sdp": "v=0\nm=audio 9 x\nm=video 9 x\n" } }),
    )
}

fn answer(sender: &str, at: u64) -> Line<'_> {
    (sender, "answer", at, json!({ "party_id": "B", "answer": { "sdp": "m=audio 9 x" } }))
}

fn select(sender: &str, at: u64) -> Line<'_> {
    (sender, "select_answer", at, json!({ "selected_party_id": "B" }))
}

fn reject(sender: &str, at: u64) -> Line<'_> {
    (sender, "reject", at, json!({}))
}

fn hangup<'a>(sender: &'a str, at: u64, reason: &str) -> Line<'a> {
    (sender, "hangup", at, json!({ "reason": reason }))
}

fn candidates(sender: &str, at: u64) -> Line<'_> {
    (sender, "candidates", at, json!({ "candidates": [{ "candidate": "x".repeat(500) }] }))
}

#[test]
fn a_call_lasts_from_the_answer_that_was_taken_to_the_hang_up() {
    let lines = [
        invite(ANN, 0),
        candidates(ANN, 1),
        answer(ME, 5),
        select(ANN, 6),
        candidates(ME, 6),
        hangup(ME, 198, "user_hangup"),
    ];
    let tile = LATER.tile(&lines);
    assert_eq!(tile.outcome, Outcome::Ended(Some(Millis::seconds(192))));
    assert!(tile.incoming && tile.video && tile.call_back && !tile.quiet);
    let old_protocol = [invite(ME, 0), answer(ANN, 5), hangup(ANN, 65, "")];
    let tile = LATER.tile(&old_protocol);
    assert_eq!(tile.outcome, Outcome::Ended(Some(Millis::seconds(60))));
    assert!(!tile.incoming);
}

#[test]
fn a_call_that_nobody_took_was_missed_or_not_answered() {
    for end in [
        vec![],
        vec![hangup(ANN, 20, "user_hangup")],
        vec![hangup(ANN, 60, "invite_timeout")],
        vec![hangup(ANN, 2, "ice_failed")],
    ] {
        let lines: Vec<Line> = std::iter::once(invite(ANN, 0)).chain(end).collect();
        assert_eq!(LATER.outcome(&lines), Outcome::Missed);
    }
    for end in [vec![], vec![hangup(ME, 20, "user_hangup")], vec![hangup(ME, 60, "invite_timeout")]] {
        let lines: Vec<Line> = std::iter::once(invite(ME, 0)).chain(end).collect();
        assert_eq!(LATER.outcome(&lines), Outcome::NoAnswer);
    }
}

#[test]
fn a_call_about_which_i_did_something_was_not_missed() {
    let lines = [invite(ANN, 0), candidates(ME, 5), hangup(ANN, 20, "user_hangup")];
    assert_eq!(LATER.outcome(&lines), Outcome::Ended(None));
}

#[test]
fn what_rings_is_young_from_somebody_else_and_nobody_has_done_anything_about_it() {
    let young = Scene { now: 30, public: false };
    assert_eq!(young.ringing(&[candidates(ANN, 0), invite(ANN, 1), candidates(ANN, 1)]), Some(0));
    for end in
        [answer(ME, 5), select(ANN, 5), reject(ME, 5), hangup(ME, 5, "user_hangup"), hangup(ANN, 5, "user_hangup")]
    {
        assert_eq!(young.ringing(&[invite(ANN, 1), end]), None);
    }
    // Others can't end it.
    assert_eq!(young.ringing(&[invite(ANN, 1), hangup(EVE, 2, "user_hangup"), reject(EVE, 2)]), Some(0));
    assert_eq!(young.ringing(&[invite(ME, 1)]), None);
    assert_eq!(Scene { now: 62, public: false }.ringing(&[invite(ANN, 1)]), None);
    assert_eq!(Scene { now: 30, public: true }.ringing(&[invite(ANN, 1)]), None);
    let (sender, kind, at, mut other) = invite(ANN, 20);
    other["call_id"] = json!("d");
    let lines = [invite(ANN, 1), hangup(ANN, 5, "user_hangup"), (sender, kind, at, other)];
    assert_eq!(young.ringing(&lines), Some(2), "the next call");
}

#[test]
fn a_call_rings_until_its_lifetime_is_over() {
    let at = |now: u64| Scene { now, public: false }.tile(&[invite(ANN, 10)]);
    let ringing = Outcome::Ongoing { until: Millis::seconds(70) };
    for now in [5, 10, 69] {
        let tile = at(now);
        assert!(tile.outcome == ringing && !tile.call_back, "{now}");
    }
    assert_eq!(at(70).outcome, Outcome::Missed);
    let ahead = Scene { now: 10, public: false }.outcome(&[invite(ANN, 100_000)]);
    assert_eq!(ahead, Outcome::Missed, "a clock that is a day ahead");
}

#[test]
fn a_call_goes_on_until_it_ends_or_the_next_begins() {
    let scene = Scene { now: 5000, public: false };
    let answered = [invite(ANN, 0), answer(ME, 5), select(ANN, 6)];
    assert_eq!(scene.outcome(&answered), Outcome::Ongoing { until: Millis::seconds(6).plus(LONGEST_CALL) });
    assert_eq!(LATER.outcome(&answered), Outcome::Ended(None), "a day later");
    let mut next = invite(ANN, 4999);
    next.3["call_id"] = json!("d");
    let tiles = scene.tiles(&[answered[0].clone(), answered[1].clone(), next]);
    assert_eq!(tiles[0].1.outcome, Outcome::Ended(None));
    assert_eq!(tiles[1].1.outcome, Outcome::Ongoing { until: Millis::seconds(5059) });
}

#[test]
fn the_next_change_is_the_first_end_of_what_goes_on() {
    let mut rings = invite(ANN, 4999);
    rings.3["call_id"] = json!("d");
    let mut answered = [invite(ANN, 0), answer(ME, 5)];
    let scene = Scene { now: 5000, public: false };
    let after = |lines: &[Line]| {
        let tiles = scene.tiles(lines);
        next_change(tiles.iter().map(|(_, tile)| tile), Millis::seconds(scene.now))
    };
    assert_eq!(after(&answered), Some(Millis::seconds(5).plus(LONGEST_CALL).since(Millis::seconds(5000))));
    assert_eq!(after(&[rings]), Some(Millis::seconds(59)));
    answered[1] = hangup(ANN, 5, "user_hangup");
    assert_eq!(after(&answered), None);
}

#[test]
fn saying_no_is_told_by_who_said_it_and_in_either_protocol() {
    for no in [reject(ME, 5), hangup(ME, 5, "user_hangup")] {
        assert_eq!(LATER.outcome(&[invite(ANN, 0), no]), Outcome::Declined { by_me: true });
    }
    for no in [reject(ANN, 5), hangup(ANN, 5, "")] {
        assert_eq!(LATER.outcome(&[invite(ME, 0), no]), Outcome::Declined { by_me: false });
    }
    let selected = [invite(ME, 0), reject(ANN, 5), (ME, "select_answer", 6, json!({ "selected_party_id": "B" }))];
    assert_eq!(LATER.outcome(&selected), Outcome::Declined { by_me: false });
    assert_eq!(LATER.outcome(&[invite(ME, 0), hangup(ANN, 5, "user_busy")]), Outcome::Failed(Reason::UserBusy));
}

#[test]
fn what_came_too_late_changes_nothing() {
    let lines = [
        invite(ANN, 0),
        answer(ME, 5),
        select(ANN, 6),
        reject(ME, 7),
        hangup(ANN, 66, "user_hangup"),
        hangup(ME, 99, "ice_failed"),
    ];
    assert_eq!(LATER.outcome(&lines), Outcome::Ended(Some(Millis::seconds(60))));
}

#[test]
fn a_failure_is_named() {
    for (reason, named) in [
        ("ice_failed", Reason::IceFailed),
        ("user_media_failed", Reason::UserMediaFailed),
        ("odd", Reason::Other("odd".into())),
    ] {
        let lines = [invite(ME, 0), answer(ANN, 5), select(ME, 6), hangup(ANN, 40, reason)];
        assert_eq!(LATER.outcome(&lines), Outcome::Failed(named));
    }
}

#[test]
fn the_call_that_lost_a_glare_is_not_shown() {
    assert!(LATER.tiles(&[invite(ME, 0), hangup(ANN, 1, "replaced")]).is_empty());
    assert!(LATER.tiles(&[invite(ANN, 0), hangup(ANN, 1, "replaced")]).is_empty());
}

#[test]
fn a_third_person_can_neither_end_nor_hide_a_call() {
    let lines = [
        invite(ANN, 0),
        hangup(EVE, 1, "replaced"),
        answer(ME, 5),
        select(EVE, 5),
        select(ANN, 6),
        hangup(EVE, 7, "user_hangup"),
    ];
    assert_eq!(LATER.outcome(&lines), Outcome::Ended(None));
    assert_eq!(LATER.outcome(&[invite(ANN, 0), reject(EVE, 1)]), Outcome::Missed);
}

fn invite_for<'a>(sender: &'a str, invitee: &str) -> Line<'a> {
    let mut invite = invite(sender, 0);
    invite.3["invitee"] = json!(invitee);
    invite
}

#[test]
fn only_who_was_called_answers_or_says_no() {
    for forged in [reject(EVE, 1), answer(EVE, 1)] {
        assert_eq!(LATER.outcome(&[invite_for(ME, ANN), forged.clone()]), Outcome::NoAnswer, "{forged:?}");
        assert_eq!(LATER.outcome(&[invite_for(ANN, ME), forged.clone()]), Outcome::Missed, "{forged:?}");
        // What is decrypted late may come before its invite.
        let early = LATER.tiles(&[forged.clone(), invite_for(ME, ANN)]);
        assert_eq!(early[0].1.outcome, Outcome::NoAnswer, "{forged:?}");
        let real = [invite_for(ME, ANN), forged, answer(ANN, 5), select(ME, 6), hangup(ANN, 66, "user_hangup")];
        assert_eq!(LATER.outcome(&real), Outcome::Ended(Some(Millis::seconds(60))));
    }
    // Her answer is not loaded: that Eve says no does not undo it.
    let taken = [invite_for(ME, ANN), reject(EVE, 1), select(ME, 6), hangup(ANN, 66, "user_hangup")];
    assert_eq!(LATER.outcome(&taken), Outcome::Ended(Some(Millis::seconds(60))));
}

#[test]
fn many_forged_events_do_not_hide_the_real_one() {
    for invite in [invite(ANN, 0), invite_for(ANN, ME)] {
        let mut lines = vec![invite, answer(ME, 5), select(ANN, 6)];
        lines.extend((0..20).map(|_| hangup(EVE, 7, "ice_failed")));
        lines.push(hangup(ANN, 66, "user_hangup"));
        assert_eq!(LATER.outcome(&lines), Outcome::Ended(Some(Millis::seconds(60))));
    }
    let mut lines = vec![invite_for(ME, ANN)];
    lines.extend((0..20).map(|_| answer(EVE, 3)));
    lines.extend([answer(ANN, 5), hangup(ANN, 65, "user_hangup")]);
    assert_eq!(LATER.outcome(&lines), Outcome::Ended(Some(Millis::seconds(60))));
}

#[test]
fn another_one_may_have_answered() {
    let tile = LATER.tile(&[invite(ANN, 0), answer(EVE, 5), select(ANN, 6), hangup(ANN, 60, "user_hangup")]);
    assert!(tile.outcome == Outcome::Elsewhere && !tile.call_back);
    assert_eq!(LATER.outcome(&[invite(ANN, 0), hangup(ANN, 5, "answered_elsewhere")]), Outcome::Elsewhere);
}

#[test]
fn a_call_between_others_was_not_missed_by_me() {
    let mut call = invite(ANN, 0);
    call.3["invitee"] = json!(EVE);
    let tile = LATER.tile(&[call]);
    assert!(tile.outcome == Outcome::Ended(None) && !tile.call_back);
}

#[test]
fn in_a_public_room_it_is_said_that_a_call_did_not_ring() {
    let public = Scene { now: 100_000, public: true };
    assert!(public.tile(&[invite(ANN, 0)]).quiet);
    assert!(!public.tile(&[invite(ME, 0)]).quiet);
    assert!(!public.tile(&[invite(ANN, 0), answer(ME, 4)]).quiet);
}

#[test]
fn of_a_call_whose_beginning_is_not_loaded_only_what_is_sure_is_said() {
    assert_eq!(LATER.outcome(&[hangup(ANN, 60, "user_hangup")]), Outcome::Ended(None));
    assert_eq!(LATER.outcome(&[reject(ME, 60)]), Outcome::Declined { by_me: true });
    let tile = LATER.tile(&[answer(ME, 5), select(ANN, 6), hangup(ANN, 66, "")]);
    assert_eq!((tile.outcome, tile.incoming), (Outcome::Ended(Some(Millis::seconds(60))), true));
    assert!(LATER.tiles(&[candidates(ANN, 1)]).is_empty());
}

#[test]
fn a_tile_moves_to_the_invite_once_that_is_loaded() {
    let tiles = LATER.tiles(&[candidates(ANN, 0), invite(ANN, 1)]);
    assert_eq!(tiles[0].0, "$1");
}

#[test]
fn group_calls_and_events_without_a_call_are_no_calls() {
    let mut of_group = invite(ANN, 0);
    of_group.3["conf_id"] = json!("g");
    let mut nameless = invite(ANN, 0);
    nameless.3["call_id"] = json!(7);
    let mut long = invite(ANN, 0);
    long.3["call_id"] = json!("x".repeat(LONGEST + 1));
    assert!(LATER.tiles(&[of_group, nameless, long]).is_empty());
}

#[test]
fn little_is_kept_of_an_event_and_slimming_again_changes_nothing() {
    let (_, _, _, whole) = invite(ANN, 0);
    let once = slim(whole.as_object().unwrap());
    assert_eq!(json!(once), json!({ "lifetime": 60_000, "party_id": "A", "offer": { "sdp": "m=video 9" } }));
    assert_eq!(slim(&once), once);
    let (_, _, _, whole) = candidates(ANN, 0);
    assert!(slim(whole.as_object().unwrap()).is_empty());
    let voice = json!({ "offer": { "sdp": "m=audio 9\nm=video 0 x" } });
    assert!(slim(voice.as_object().unwrap()).is_empty());
}

proptest! {
    #[test]
    fn whatever_strangers_send_there_is_at_most_one_tile_per_call(
        lines in prop::collection::vec((0..3_usize, 0..7_usize, any::<u64>(), 0..3_u8, any::<i64>(), 0..4_usize), 0..30),
        now in any::<u64>(),
    ) {
        let senders = [ME, ANN, EVE];
        let types = ["invite", "answer", "select_answer", "reject", "hangup", "candidates", "odd"];
        let reasons = ["user_hangup", "replaced", "ice_failed", "user_busy"];
        let lines: Vec<Line> = lines
            .into_iter()
            .map(|(sender, event_type, at, call, lifetime, reason)| {
                let content = json!({ "call_id": call.to_string(), "lifetime": lifetime, "reason": reasons[reason] });
                (senders[sender], types[event_type], at, content)
            })
            .collect();
        let tiles = Scene { now, public: true }.tiles(&lines);
        prop_assert!(tiles.len() <= 3);
    }
}
