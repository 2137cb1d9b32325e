//! Who is in which room. Pure: what is to be sent comes back as a list of recipients and messages.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    snapshot::{Left, Opened, Seen, Snapshot},
    wire::{FromPage, FromServer, Participant, Profile},
};

/// Everybody sends to everybody, so a room is small: with twelve, each browser encodes eleven streams.
const MAX_PARTICIPANTS: usize = 12;
/// Entries kept for [`Snapshot::opened`] and [`Snapshot::left`]; a test needs a handful, a demo that runs for days must not grow.
const MAX_KEPT: usize = 200;

/// Number of a page, i.e. of its web socket.
pub(super) type PageId = u64;
/// Messages and whom they go to.
pub(super) type Deliveries = Vec<(PageId, FromServer)>;

#[derive(Debug)]
struct Page {
    room: String,
    url: String,
    id: String,
    state: State,
}

#[derive(Debug)]
enum State {
    Outside,
    Knocking(Profile),
    Inside(Inside),
}

#[derive(Debug)]
struct Inside {
    /// Counts up over all rooms: the lowest one in a room is the moderator.
    order: u64,
    profile: Profile,
}

/// All rooms of one stand-in.
#[derive(Debug, Default)]
pub(super) struct Rooms {
    pages: BTreeMap<PageId, Page>,
    subjects: BTreeMap<String, String>,
    opened: Vec<Opened>,
    left: Vec<Left>,
    joined: u64,
    /// The error that everybody hears who wants in, and waits with.
    door: Option<Value>,
}

/// Meet's spelling of a room's name (`meet-iframe.md` 2): lower case, without the characters that it drops.
pub(super) fn room_name(raw: &str) -> String {
    raw.chars().filter(|c| !":?#[]@!$&'()*+,;=><\"/".contains(*c)).flat_map(char::to_lowercase).collect()
}

impl Rooms {
    /// A page was opened and connected.
    pub(super) fn open(&mut self, page: PageId, room: &str, id: String) {
        let opened = Page { room: room_name(room), url: String::new(), id, state: State::Outside };
        self.pages.insert(page, opened);
    }

    /// A page is gone, hung up or not.
    pub(super) fn close(&mut self, page: PageId) -> Deliveries {
        let deliveries = self.leave(page, None).unwrap_or_default();
        self.pages.remove(&page);
        deliveries
    }

    /// A page said something. What it may not say does nothing.
    pub(super) fn handle(&mut self, page: PageId, said: FromPage) -> Deliveries {
        let deliveries = match said {
            FromPage::Hello { url } => self.hello(page, url),
            FromPage::Join { profile, .. } => match self.door.clone() {
                Some(error) => self.knock(page, profile, error),
                None => self.join(page, profile),
            },
            FromPage::Update { profile } => self.update(page, profile),
            FromPage::Signal { to, signal } => self.pass_on(page, &to, signal),
            FromPage::Subject { subject } => self.set_subject(page, subject),
            FromPage::Kick { id } => self.kick(page, &id),
            FromPage::End => self.end(page),
            FromPage::Leave { live } => self.leave(page, Some(live)),
        };
        deliveries.unwrap_or_default()
    }

    /// What everybody hears from now on who wants in, and then waits with. `None`: they come in.
    pub(super) fn set_door(&mut self, error: Option<Value>) {
        self.door = error;
    }

    /// Opens the lobby's door for everybody who waits for this room, or sends them away.
    pub(super) fn answer_lobby(&mut self, room: &str, admit: bool) -> Deliveries {
        let waiting = self.pages_of(&room_name(room), |page| matches!(page.state, State::Knocking(_)));
        let answers = waiting.into_iter().filter_map(|page| {
            let state = &mut self.pages.get_mut(&page)?.state;
            match std::mem::replace(state, State::Outside) {
                State::Knocking(profile) if admit => self.join(page, profile),
                _ => Some(vec![(page, FromServer::Denied)]),
            }
        });
        answers.flatten().collect()
    }

    /// Shows an error of the conference to everybody in a room.
    pub(super) fn fail(&self, room: &str, error: &Value) -> Deliveries {
        let error = error.clone();
        to_all(self.inside(&room_name(room)), &FromServer::Fail { error })
    }

    /// Throws everybody out of a room, in somebody's name.
    pub(super) fn kick_all(&self, room: &str, by: Option<&str>) -> Deliveries {
        let kicked = FromServer::Kicked { by: "somebody".to_owned(), name: by.map(str::to_owned) };
        to_all(self.inside(&room_name(room)), &kicked)
    }

    /// Ends the meeting in a room for all.
    pub(super) fn end_all(&self, room: &str) -> Deliveries {
        to_all(self.inside(&room_name(room)), &FromServer::Ended)
    }

    /// What a test may look at.
    pub(super) fn snapshot(&self) -> Snapshot {
        let mut snapshot = Snapshot {
            rooms: BTreeMap::new(),
            opened: self.opened.clone(),
            left: self.left.clone(),
            connected: self.pages.len(),
        };
        let mut inside: Vec<&Page> = self.pages.values().collect();
        inside.sort_by_key(|page| page.order());
        for page in inside {
            let Some(participant) = self.participant(page) else {
                continue;
            };
            let url = page.url.clone();
            let room = snapshot.rooms.entry(page.room.clone()).or_default();
            room.push(Seen { url, participant });
        }
        snapshot
    }

    fn hello(&mut self, page: PageId, url: String) -> Option<Deliveries> {
        let found = self.pages.get_mut(&page)?;
        found.url.clone_from(&url);
        let (id, room) = (found.id.clone(), found.room.clone());
        keep(&mut self.opened, Opened { room: room.clone(), url });
        let welcome = FromServer::Welcome { id, room };
        Some(vec![(page, welcome)])
    }

    fn knock(&mut self, page: PageId, profile: Profile, error: Value) -> Option<Deliveries> {
        self.pages.get_mut(&page)?.state = State::Knocking(profile);
        Some(vec![(page, FromServer::Fail { error })])
    }

    fn join(&mut self, page: PageId, profile: Profile) -> Option<Deliveries> {
        let found = self.pages.get(&page).filter(|page| !page.is_inside())?;
        let room = found.room.clone();
        let others = self.inside(&room);
        if others.len() >= MAX_PARTICIPANTS {
            let error = json!({ "name": "conference.max_users", "type": "CONFERENCE", "isFatal": false });
            return Some(vec![(page, FromServer::Fail { error })]);
        }
        let before = others.iter().filter_map(|other| self.pages.get(other));
        let joined = FromServer::Joined {
            participants: before.filter_map(|other| self.participant(other)).collect(),
            moderator: others.is_empty(),
            subject: self.subjects.get(&room).cloned(),
        };
        self.joined += 1;
        let order = self.joined;
        self.pages.get_mut(&page)?.state = State::Inside(Inside { order, profile });
        let participant = self.participant(self.pages.get(&page)?)?;
        let mut deliveries = vec![(page, joined)];
        let news = FromServer::ParticipantJoined { participant };
        deliveries.extend(to_all(others, &news));
        Some(deliveries)
    }

    fn update(&mut self, page: PageId, profile: Profile) -> Option<Deliveries> {
        match &mut self.pages.get_mut(&page)?.state {
            State::Inside(inside) => inside.profile = profile,
            State::Knocking(knocking) => *knocking = profile,
            State::Outside => {}
        }
        self.tell_others_about(page)
    }

    fn pass_on(&self, page: PageId, to: &str, signal: Value) -> Option<Deliveries> {
        let from = self.pages.get(&page).filter(|page| page.is_inside())?;
        let recipient = self.find(&from.room, to)?;
        let from = from.id.clone();
        Some(vec![(recipient, FromServer::Signal { from, signal })])
    }

    fn set_subject(&mut self, page: PageId, subject: String) -> Option<Deliveries> {
        let room = self.moderated_by(page)?;
        self.subjects.insert(room.clone(), subject.clone());
        Some(to_all(self.inside(&room), &FromServer::Subject { subject }))
    }

    fn kick(&mut self, page: PageId, id: &str) -> Option<Deliveries> {
        let victim = self.find(&self.moderated_by(page)?, id)?;
        let kicker = self.participant(self.pages.get(&page)?)?;
        let by = kicker.id;
        let name = kicker.profile.display_name;
        (victim != page).then(|| vec![(victim, FromServer::Kicked { by, name })])
    }

    fn end(&self, page: PageId) -> Option<Deliveries> {
        let room = self.moderated_by(page)?;
        Some(to_all(self.inside(&room), &FromServer::Ended))
    }

    fn leave(&mut self, page: PageId, live: Option<u32>) -> Option<Deliveries> {
        let was_moderator = self.moderated_by(page).is_some();
        let found = self.pages.get_mut(&page)?;
        let (room, id) = (found.room.clone(), found.id.clone());
        let was_inside = matches!(std::mem::replace(&mut found.state, State::Outside), State::Inside(_));
        if was_inside || live.is_some() {
            keep(&mut self.left, Left { room: room.clone(), id: id.clone(), live });
        }
        if !was_inside {
            return None;
        }
        let others = self.inside(&room);
        let heir = others.first().copied();
        let mut deliveries = to_all(others, &FromServer::ParticipantLeft { id });
        match heir {
            Some(heir) if was_moderator => {
                deliveries.push((heir, FromServer::Role { moderator: true }));
                deliveries.extend(self.tell_others_about(heir)?);
            }
            Some(_) => {}
            None => {
                self.subjects.remove(&room);
            }
        }
        Some(deliveries)
    }

    fn tell_others_about(&self, page: PageId) -> Option<Deliveries> {
        let found = self.pages.get(&page)?;
        let participant = self.participant(found)?;
        let mut others = self.inside(&found.room);
        others.retain(|other| *other != page);
        let news = FromServer::ParticipantUpdated { participant };
        Some(to_all(others, &news))
    }

    /// The room that this page is moderator of.
    fn moderated_by(&self, page: PageId) -> Option<String> {
        let room = &self.pages.get(&page)?.room;
        (self.inside(room).first() == Some(&page)).then(|| room.clone())
    }

    /// The participant of a room with this id.
    fn find(&self, room: &str, id: &str) -> Option<PageId> {
        let wanted = |page: &Page| page.room == room && page.id == id && page.is_inside();
        let mut pages = self.pages.iter();
        pages.find(|(_, page)| wanted(page)).map(|(number, _)| *number)
    }

    fn participant(&self, page: &Page) -> Option<Participant> {
        let State::Inside(inside) = &page.state else {
            return None;
        };
        let first = self.pages.get(self.inside(&page.room).first()?)?;
        Some(Participant {
            id: page.id.clone(),
            moderator: first.order() == Some(inside.order),
            profile: inside.profile.clone(),
        })
    }

    /// The pages in a room, in the order they joined.
    fn inside(&self, room: &str) -> Vec<PageId> {
        let mut pages = self.pages_of(room, Page::is_inside);
        pages.sort_by_key(|page| self.pages.get(page).and_then(Page::order));
        pages
    }

    fn pages_of(&self, room: &str, wanted: impl Fn(&Page) -> bool) -> Vec<PageId> {
        let mut numbers = Vec::new();
        for (number, page) in &self.pages {
            if page.room == room && wanted(page) {
                numbers.push(*number);
            }
        }
        numbers
    }
}

/// Adds to a list whose oldest entries go.
fn keep<T>(list: &mut Vec<T>, entry: T) {
    if list.len() == MAX_KEPT {
        list.remove(0);
    }
    list.push(entry);
}

fn to_all(pages: Vec<PageId>, message: &FromServer) -> Deliveries {
    let each = pages.into_iter();
    each.map(|page| (page, message.clone())).collect()
}

impl Page {
    fn is_inside(&self) -> bool {
        matches!(self.state, State::Inside(_))
    }

    fn order(&self) -> Option<u64> {
        match &self.state {
            State::Inside(inside) => Some(inside.order),
            State::Outside | State::Knocking(_) => None,
        }
    }
}

#[cfg(test)]
#[path = "rooms_tests.rs"]
mod tests;
