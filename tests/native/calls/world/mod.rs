//! A small world for 1:1 calls: people with tabs, each with a real [`Switchboard`](meet_in_chat::call::Switchboard), and stand-ins for
//! everything around it: the homeserver, the devices, the peer connections, the network between them, the clock. What happens in it
//! depends on nothing but what is done to it and the seed of its [`Dice`].
//!
//! `homeserver`, `capture` and `connection` are the stand-ins, `page` is one tab, `happening` carries out what is due, `rules` is what
//! must hold at every step, `agreement` what must hold once everything has come to rest.

mod actions;
mod agreement;
mod batches;
mod capture;
mod connection;
mod dice;
mod happening;
mod homeserver;
mod ice;
pub(crate) mod others;
mod page;
mod rules;
mod sdp;

use std::collections::{BTreeMap, VecDeque};

use meet_in_chat::call::view::{CallView, Ending, Phase};
use meet_in_chat::call::vocabulary::{Action, Deed, Input, Place};
use meet_in_chat::time::Millis;
use serde_json::Value;

use connection::Connection;
use happening::Happening;
use homeserver::{Homeserver, Room, Stored};

pub(crate) use capture::BROKEN;
pub(crate) use dice::{Dice, Faults};
pub(crate) use page::{Page, Sent};

pub(crate) const ANN: usize = 0;
pub(crate) const BEN: usize = 1;
pub(crate) const ANN_ID: &str = "@ann:chat.test";
pub(crate) const BEN_ID: &str = "@ben:chat.test";
pub(crate) const CAT_ID: &str = "@cat:chat.test";
pub(crate) const EVE_ID: &str = "@eve:chat.test";
pub(crate) const DM: &str = "!ann-ben";
pub(crate) const OTHER_DM: &str = "!ann-cat";

/// The world.
pub(crate) struct World {
    pub(crate) now: Millis,
    pub(crate) dice: Dice,
    pub(crate) pages: Vec<Page>,
    pub(crate) server: Homeserver,
    /// The networks of the people reach each other.
    pub(crate) path: bool,
    /// What the server says to the next requests of a page, before chance has a say: `(arrives, answer)`.
    pub(crate) answers: BTreeMap<usize, VecDeque<(bool, Option<meet_in_chat::host::HostError>)>>,
    /// What was done against the rules.
    pub(crate) faults: Vec<String>,
    due: BTreeMap<(Millis, u64), Happening>,
    happenings: u64,
    ticking: bool,
    watched: Option<Vec<Action>>,
}

impl World {
    /// Ann and Ben with a tab each and a room of their own; and Cat, who has no tab, with a room with Ann.
    pub(crate) fn new(dice: Dice) -> Self {
        let room =
            |id, members: [&'static str; 2]| Room { id, members: members.into(), encrypted: false, public: false };
        let rooms = vec![room(DM, [ANN_ID, BEN_ID]), room(OTHER_DM, [ANN_ID, CAT_ID])];
        let mut world = Self {
            now: Millis(1_700_000_000_000),
            dice,
            pages: Vec::new(),
            server: Homeserver::new(rooms),
            path: true,
            answers: BTreeMap::new(),
            faults: Vec::new(),
            due: BTreeMap::new(),
            happenings: 0,
            ticking: false,
            watched: None,
        };
        world.add(ANN_ID);
        world.add(BEN_ID);
        world
    }

    /// Ann and Ben, and a world in which nothing goes wrong.
    pub(crate) fn two() -> Self {
        Self::new(Dice::still())
    }

    /// Ann alone; the others exist only in what is [said](Self::say).
    pub(crate) fn alone() -> Self {
        let mut world = Self::two();
        world.pages.truncate(1);
        world
    }

    /// Ann and Ben in a call.
    pub(crate) fn talking(video: bool) -> Self {
        let mut world = Self::two();
        world.connect(video);
        world
    }

    pub(crate) fn connect(&mut self, video: bool) {
        self.place(ANN, video);
        self.run(1000);
        self.act(BEN, Deed::Accept { video });
        self.run(3000);
        assert_eq!((self.phase(ANN), self.phase(BEN)), (Some(Phase::Connected), Some(Phase::Connected)));
    }

    pub(crate) fn add_room(&mut self, id: &'static str, members: [&'static str; 2]) {
        self.server.rooms.push(Room { id, members: members.into(), encrypted: false, public: false });
    }

    /// A device of this user, with a tab.
    pub(crate) fn add(&mut self, user: &'static str) -> usize {
        let mut page = Page::new(user, self.pages.len());
        page.position = self.server.timeline.len();
        self.pages.push(page);
        self.pages.len() - 1
    }

    /// Another tab in the browser of this one.
    pub(crate) fn add_tab(&mut self, beside: usize) -> usize {
        let added = self.add(self.pages[beside].user);
        self.pages[added].browser = self.pages[beside].browser;
        added
    }

    pub(crate) fn place_in(&mut self, page: usize, room: &str, video: bool) {
        let random = self.dice.bytes();
        self.place_with(page, room, video, random);
    }

    pub(crate) fn place_with(&mut self, page: usize, room: &str, video: bool, random: [u8; 32]) {
        let (user, can_encrypt) = (self.pages[page].user, self.pages[page].can_encrypt);
        let room = self.server.seen_by(room, user, can_encrypt).expect("a room");
        self.input(page, Input::Place(Box::new(Place { room, video, random })));
    }

    pub(crate) fn place(&mut self, page: usize, video: bool) {
        self.place_in(page, DM, video);
    }

    /// Does something to the page's first call.
    pub(crate) fn act(&mut self, page: usize, deed: Deed) {
        let key = self.pages[page].key().expect("a call");
        self.input(page, Input::Do(key, deed));
    }

    /// Ends the page and begins it anew. `said`: the page could still say something.
    pub(crate) fn reload(&mut self, page: usize, said: bool) {
        if said {
            self.input(page, Input::PageHidden);
        } else {
            // A crash handler says it instead.
            for word in std::mem::take(&mut self.pages[page].last_words) {
                let stored = self.stored(page, word.room.as_str(), word.event_type, word.content);
                self.arrive(page, &word.transaction, stored);
            }
        }
        // It goes on where the page before was, and what happened just before is fetched; or a sync brings that once more.
        let newest = self.server.timeline.len().saturating_sub(5);
        let goes_on = self.dice.one_in(2);
        let position = if goes_on { self.pages[page].position } else { newest };
        self.pages[page].reload(position);
        if goes_on {
            let life = self.pages[page].life;
            self.later(30, 4000, Happening::Fetched(page, life, DM.to_owned(), newest.checked_sub(1)));
        }
        let kept = std::mem::take(&mut self.pages[page].kept);
        self.input(page, Input::Kept(kept));
        self.pass_the_lock();
        self.sync_soon(page);
    }

    /// Ends the page for good.
    pub(crate) fn close(&mut self, page: usize) {
        self.input(page, Input::PageHidden);
        let position = self.server.timeline.len();
        self.pages[page].reload(position);
        self.stop_sync(page, true);
        self.pass_the_lock();
    }

    /// Somebody without a tab says something.
    pub(crate) fn say_in(&mut self, room: &str, sender: &str, event_type: &str, content: Value) {
        let encrypted = self.server.room(room).is_some_and(|room| room.encrypted);
        let (room, sender, event_type) = (room.to_owned(), sender.to_owned(), event_type.to_owned());
        self.server.timeline.push(Stored { room, sender, event_type, content, at: self.now, encrypted });
        for page in 0..self.pages.len() {
            self.sync_soon(page);
        }
    }

    pub(crate) fn say(&mut self, sender: &str, event_type: &str, content: Value) {
        self.say_in(DM, sender, event_type, content);
        self.run(60);
    }

    /// A page gets no syncs any more, or all that it missed.
    pub(crate) fn stop_sync(&mut self, page: usize, stopped: bool) {
        self.pages[page].sync_stopped = stopped;
        self.sync_soon(page);
    }

    /// The page's devices take their time.
    pub(crate) fn slow_devices(&mut self, page: usize, millis: u64) {
        self.pages[page].devices_free_at = self.now.plus(Millis(millis));
    }

    /// TURN is answered by hand only.
    pub(crate) fn slow_turn(&mut self, page: usize) {
        self.pages[page].turn_by_hand = true;
    }

    /// This person has not called yet.
    pub(crate) fn forget_preview(&mut self, page: usize) {
        self.pages[page].preferences.previewed = false;
        let preferences = self.pages[page].preferences.clone();
        self.input(page, Input::Preferences(preferences));
    }

    /// Lets time pass.
    pub(crate) fn run(&mut self, millis: u64) {
        let until = self.now.plus(Millis(millis));
        while let Some(entry) = self.due.first_entry().filter(|entry| entry.key().0 <= until) {
            self.now = self.now.max(entry.key().0);
            let happening = entry.remove();
            self.happen(happening);
        }
        self.now = until;
        assert!(self.faults.is_empty(), "{:#?}", self.faults);
    }

    /// Changes a room for everybody in it.
    pub(crate) fn change(&mut self, room: &'static str, change: impl FnOnce(&mut Room)) {
        change(self.server.room_mut(room));
        if self.server.room_mut(room).encrypted {
            // What was said in clear just before is lost to those who hear of it after; that is not looked at here.
            let before = self.server.timeline.iter_mut().filter(|event| event.room == room);
            before.for_each(|event| event.encrypted = true);
        }
        for page in 0..self.pages.len() {
            self.later(20, 2000, Happening::Room(page, room));
        }
    }

    pub(crate) fn view(&self, page: usize) -> Option<CallView> {
        self.pages[page].board.view().calls.first().cloned()
    }

    pub(crate) fn phase(&self, page: usize) -> Option<Phase> {
        self.view(page).map(|call| call.phase)
    }

    pub(crate) fn ending(&self, page: usize) -> Option<Ending> {
        self.pages[page].board.view().notices.last().map(|notice| notice.ending.clone())
    }

    /// Nothing is open anywhere.
    pub(crate) fn is_quiet(&self) -> bool {
        self.pages.iter().all(|page| page.board.view().calls.is_empty() && page.open_resources().is_empty())
    }

    pub(crate) fn call_id(&self, page: usize) -> String {
        let last = self.pages[page].sent.last().expect("something was sent");
        last.content["call_id"].as_str().expect("an id").to_owned()
    }

    pub(crate) fn last(&self, page: usize, event_type: &str) -> Option<&Sent> {
        self.pages[page].sent.iter().rev().find(|sent| sent.event_type == event_type)
    }

    pub(crate) fn count(&self, page: usize, event_type: &str) -> usize {
        self.pages[page].sent.iter().filter(|sent| sent.event_type == event_type).count()
    }

    fn later(&mut self, least: u64, most: u64, happening: Happening) {
        let wait = self.dice.between(least, most);
        self.at(self.now.plus(Millis(wait)), happening);
    }

    fn at(&mut self, at: Millis, happening: Happening) {
        self.happenings += 1;
        self.due.insert((at, self.happenings), happening);
    }

    /// Gives an input to a page, carries out what it wants, and tells what that was.
    pub(crate) fn watch(&mut self, page: usize, input: Input) -> Vec<Action> {
        self.watched = Some(Vec::new());
        self.input(page, input);
        self.watched.take().unwrap_or_default()
    }

    /// The call of the last event that this user can see, and the party of somebody else in it.
    pub(crate) fn last_call(&self, user: &str) -> (String, String) {
        let word = |event: &Stored, key: &str| event.content[key].as_str().unwrap_or("none").to_owned();
        let events = || self.server.timeline.iter().rev().filter(|event| event.room == DM);
        let call = events().next().map_or_else(|| "none".to_owned(), |event| word(event, "call_id"));
        let theirs = events().find(|event| event.sender != user && word(event, "call_id") == call);
        let party = theirs.map_or_else(|| "none".to_owned(), |event| word(event, "party_id"));
        (call, party)
    }

    /// Gives an input to a page and carries out what it wants.
    pub(crate) fn input(&mut self, page: usize, input: Input) {
        let wakes = matches!(input, Input::Wake);
        let hidden = matches!(input, Input::PageHidden);
        let actions = self.pages[page].board.handle(self.now, input);
        if let Some(watched) = &mut self.watched {
            watched.extend_from_slice(&actions);
        }
        let alone = self.pages[page].board.view().calls.is_empty();
        for action in actions {
            if let Action::Send { event_type, transaction, .. } = &action {
                let again = self.pages[page].sent.iter().any(|sent| sent.transaction == *transaction);
                let last = ["m.call.hangup", "m.call.reject", "m.call.select_answer"].contains(event_type);
                if alone && !last && (!again || *event_type == "m.call.invite") {
                    self.faults.push(format!("{event_type} of a call that is not there"));
                }
            }
            if let (Action::WakeAt(at), true) = (&action, wakes)
                && *at <= self.now
            {
                panic!("the alarm goes off for ever");
            }
            self.carry_out(page, action, hidden);
        }
    }

    fn stored(&self, page: usize, room: &str, event_type: &str, content: Value) -> Stored {
        let (room, sender, at) = (room.to_owned(), self.pages[page].user.to_owned(), self.now);
        // The host encrypts where the room is, see `arrive`.
        Stored { room, sender, event_type: event_type.to_owned(), content, at, encrypted: false }
    }
}
