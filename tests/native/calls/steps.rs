//! What can happen in a random world: what people do, and what the network, the homeserver, strangers and the browsers make of it.

use meet_in_chat::call::media::Kind;
use meet_in_chat::call::view::Phase;
use meet_in_chat::call::vocabulary::{Deed, Input, PreviewDeed};
use proptest::prelude::{Just, Strategy, any};
use proptest::prop_oneof;

use super::forgery::Forgery;
use super::world::others::invite;
use super::world::{ANN, ANN_ID, BEN, BEN_ID, BROKEN, CAT_ID, DM, EVE_ID, Faults, OTHER_DM, World};

/// One thing that happens.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Place {
        page: usize,
        other: bool,
        video: bool,
    },
    /// Ann and Ben call each other, one of them so many milliseconds later.
    Both {
        video: (bool, bool),
        later: u64,
    },
    /// One of them calls, and the other accepts so many milliseconds later.
    Talk {
        ann: bool,
        video: bool,
        later: u64,
    },
    /// To the call at this place in the page's list.
    Do {
        page: usize,
        call: usize,
        deed: Deed,
    },
    Preview(usize, PreviewDeed),
    /// The next call begins with a preview.
    ForgetPreview(usize),
    Wait(u64),
    Path(bool),
    Reload {
        page: usize,
        said: bool,
    },
    Online(usize),
    /// The person is about to sign out.
    Leave(usize),
    DevicesGone(usize, Kind),
    /// A page gets no syncs, or gets them again.
    Sync(usize, bool),
    /// Somebody joins or leaves Ann's and Ben's room.
    Member(bool, bool),
    Encrypt,
    /// A client of Ben's, which is never heard of again, calls Ann, and lets it ring for so long.
    Old(u64),
    /// Somebody who may not says something to a call.
    Forge(usize, Forgery),
}

fn deed() -> impl Strategy<Value = Deed> {
    let device = prop_oneof![Just(None), Just(Some("second".to_owned())), Just(Some(BROKEN.to_owned()))];
    prop_oneof![
        6 => any::<bool>().prop_map(|video| Deed::Accept { video }),
        1 => Just(Deed::Decline),
        1 => Just(Deed::Ignore),
        1 => any::<bool>().prop_map(Deed::Silence),
        2 => Just(Deed::HangUp),
        2 => any::<bool>().prop_map(Deed::Mute),
        3 => any::<bool>().prop_map(Deed::Camera),
        2 => any::<bool>().prop_map(Deed::Share),
        3 => any::<bool>().prop_map(Deed::Hold),
        1 => (kind(), device).prop_map(|(kind, device)| Deed::Device(kind, device)),
    ]
}

/// What people do in a call that goes on, and how long they wait after it.
pub(super) fn change() -> impl Strategy<Value = (usize, Deed, u64)> {
    let deed = prop_oneof![
        1 => any::<bool>().prop_map(Deed::Mute),
        2 => any::<bool>().prop_map(Deed::Camera),
        2 => any::<bool>().prop_map(Deed::Share),
        3 => any::<bool>().prop_map(Deed::Hold),
    ];
    (0..2_usize, deed, prop_oneof![2 => Just(0), 2 => 0..100_u64, 1 => 0..1000_u64])
}

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![Just(Kind::Audio), Just(Kind::Video)]
}

fn preview_deed() -> impl Strategy<Value = PreviewDeed> {
    prop_oneof![
        4 => any::<(bool, bool)>().prop_map(|(video, muted)| PreviewDeed::Call { video, muted }),
        1 => Just(PreviewDeed::Cancel),
        2 => any::<bool>().prop_map(PreviewDeed::Camera),
        1 => Just(PreviewDeed::Retry),
        1 => kind().prop_map(|kind| PreviewDeed::Device(kind, Some("second".to_owned()))),
    ]
}

/// Anything, among so many pages.
pub(super) fn step(pages: usize) -> impl Strategy<Value = Step> {
    let page = 0..pages;
    prop_oneof![
        3 => (page.clone(), proptest::bool::weighted(0.15), any::<bool>())
            .prop_map(|(page, other, video)| Step::Place { page, other, video }),
        2 => (any::<(bool, bool)>(), prop_oneof![Just(0), 0..200_u64, 0..6000_u64])
            .prop_map(|(video, later)| Step::Both { video, later }),
        3 => (any::<(bool, bool)>(), 300..6000_u64).prop_map(|((ann, video), later)| Step::Talk { ann, video, later }),
        10 => (page.clone(), 0..2_usize, deed()).prop_map(|(page, call, deed)| Step::Do { page, call, deed }),
        8 => prop_oneof![3 => 0..300_u64, 3 => 300..4000_u64, 1 => 4000..40_000_u64].prop_map(Step::Wait),
        1 => any::<bool>().prop_map(Step::Path),
        1 => (page.clone(), any::<bool>()).prop_map(|(page, said)| Step::Reload { page, said }),
        1 => page.clone().prop_map(Step::Online),
        1 => page.clone().prop_map(Step::Leave),
        1 => (page.clone(), kind()).prop_map(|(page, kind)| Step::DevicesGone(page, kind)),
        1 => (page.clone(), any::<bool>()).prop_map(|(page, stopped)| Step::Sync(page, stopped)),
        1 => page.clone().prop_map(Step::ForgetPreview),
        2 => (page.clone(), preview_deed()).prop_map(|(page, deed)| Step::Preview(page, deed)),
        1 => any::<(bool, bool)>().prop_map(|(eve, here)| Step::Member(eve, here)),
        1 => proptest::bool::weighted(0.3).prop_map(|on| if on { Step::Encrypt } else { Step::Wait(500) }),
        1 => prop_oneof![1000..6000_u64, 6000..60_000_u64].prop_map(Step::Old),
        4 => (page, any::<Forgery>()).prop_map(|(page, forgery)| Step::Forge(page, forgery)),
    ]
}

/// What may go wrong; often nothing.
pub(super) fn faults() -> impl Strategy<Value = Faults> {
    let rate = || prop_oneof![3 => Just(0_u64), 2 => 3..20_u64];
    (rate(), rate(), rate(), rate(), rate(), rate(), rate(), rate(), rate(), rate()).prop_map(
        |(lost, unanswered, limited, broken, gap, fetch, again, late_key, devices, turn)| Faults {
            lost,
            unanswered,
            limited,
            broken,
            gap,
            fetch,
            again,
            late_key,
            devices,
            turn,
        },
    )
}

/// Lets it happen.
pub(super) fn take(world: &mut World, step: Step) {
    match step {
        Step::Place { page, other, video } => {
            let user = world.pages[page].user;
            let room = if user == CAT_ID || (other && user == ANN_ID) { OTHER_DM } else { DM };
            world.place_in(page, room, video);
        }
        Step::Both { video, later } => {
            world.place(ANN, video.0);
            world.run(later);
            world.place(BEN, video.1);
        }
        Step::Talk { ann, video, later } => {
            let (caller, callee) = if ann { (ANN, BEN) } else { (BEN, ANN) };
            world.place(caller, video);
            world.run(later);
            let calls = world.pages[callee].board.view().calls;
            if let Some(call) = calls.iter().find(|call| call.phase == Phase::Ringing) {
                world.input(callee, Input::Do(call.key, Deed::Accept { video }));
            }
        }
        Step::Do { page, call, deed } => {
            let key = world.pages[page].board.view().calls.get(call).map(|call| call.key);
            if let Some(key) = key {
                world.input(page, Input::Do(key, deed));
            }
        }
        Step::Preview(page, deed) => world.input(page, Input::Preview(deed)),
        Step::ForgetPreview(page) => world.forget_preview(page),
        Step::Wait(millis) => world.run(millis),
        Step::Path(open) => world.path = open,
        Step::Reload { page, said } => world.reload(page, said),
        Step::Online(page) => world.input(page, Input::Online),
        Step::Leave(page) => world.input(page, Input::SigningOut),
        Step::DevicesGone(page, kind) => world.input(page, Input::DevicesGone(vec![kind])),
        Step::Sync(page, stopped) => world.stop_sync(page, stopped),
        Step::Member(eve, here) => world.change(DM, |room| {
            let who = if eve { EVE_ID } else { BEN_ID };
            if here {
                room.members.insert(who);
            } else {
                room.members.remove(who);
            }
        }),
        Step::Encrypt => world.change(DM, |room| room.encrypted = true),
        Step::Old(lifetime) => {
            let mut content = invite(&format!("old{}", world.dice.next()), "old");
            content["lifetime"] = lifetime.into();
            if world.server.room(DM).is_some_and(|room| room.members.contains(BEN_ID)) {
                world.say_in(DM, BEN_ID, "m.call.invite", content);
            }
        }
        Step::Forge(page, forgery) => forgery.send(world, page),
    }
    world.run(0);
}
