//! Who is in which room. Pure: what is to be sent comes back as a list of recipients and messages.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::{
    options::Behaviour,
    wire::{FromPage, FromServer, Participant, Profile},
};

/// Everybody sends to everybody, so a room is small: with twelve, each browser encodes eleven streams.
const MAX_PARTICIPANTS: usize = 12;
/// Addresses kept for [`Snapshot::opened`]; a test needs a handful, a demo that runs for days must not grow.
const MAX_OPENED: usize = 200;

/// Number of a page, i.e. of its web socket.
pub(super) type PageId = u64;
/// Messages and whom they go to.
pub(super) type Deliveries = Vec<(PageId, FromServer)>;

/// What a test may look at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Snapshot {
    /// Participants by room, in the order they joined. Rooms without any are not listed.
    pub rooms: BTreeMap<String, Vec<Seen>>,
    /// Every page that was opened and reported its address, oldest first, joined or not.
    pub opened: Vec<Opened>,
}

/// A participant in a [`Snapshot`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// The address that the page was opened with, fragment included.
    pub url: String,
    /// What the others see.
    #[serde(flatten)]
    pub participant: Participant,
}

/// A page that was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Opened {
    /// The room's name as Meet spells it.
    pub room: String,
    /// The address that the page was opened with, fragment included.
    pub url: String,
}

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
    joined: u64,
}

/// Meet's spelling of a room's name (`meet-iframe.md` 2): lower case, without the characters that it drops.
pub(super) fn room_name(raw: &str) -> String {
    raw.chars()
        .filter(|c| !":?#[]@!$&'()*+,;=><\"/".contains(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

impl Rooms {
    /// A page was opened and connected.
    pub(super) fn open(&mut self, page: PageId, room: &str, id: String) {
        let page_state = Page {
            room: room_name(room),
            url: String::new(),
            id,
            state: State::Outside,
        };
        self.pages.insert(page, page_state);
    }

    /// A page is gone, hung up or not.
    pub(super) fn close(&mut self, page: PageId) -> Deliveries {
        let deliveries = self.leave(page);
        self.pages.remove(&page);
        deliveries
    }

    /// A page said something.
    pub(super) fn handle(
        &mut self,
        page: PageId,
        said: FromPage,
        behaviour: Behaviour,
    ) -> Deliveries {
        match said {
            FromPage::Hello { url } => self.hello(page, url, behaviour),
            FromPage::Join { profile } if behaviour == Behaviour::Lobby => {
                self.knock(page, profile)
            }
            FromPage::Join { profile } => self.join(page, profile),
            FromPage::Update { profile } => self.update(page, profile),
            FromPage::Signal { to, signal } => self.pass_on(page, &to, signal),
            FromPage::Subject { subject } => self.set_subject(page, subject),
            FromPage::Kick { id } => self.kick(page, &id),
            FromPage::End => self.end(page),
            FromPage::Leave => self.leave(page),
        }
    }

    /// Opens the lobby's door for everybody who waits for this room, or sends them away.
    pub(super) fn answer_lobby(&mut self, room: &str, admit: bool) -> Deliveries {
        let mut deliveries = Vec::new();
        for page in self.pages_of(&room_name(room), |state| {
            matches!(state, State::Knocking(_))
        }) {
            let Some(found) = self.pages.get_mut(&page) else {
                continue;
            };
            let State::Knocking(profile) = std::mem::replace(&mut found.state, State::Outside)
            else {
                continue;
            };
            if admit {
                deliveries.extend(self.join(page, profile));
            } else {
                deliveries.push((page, FromServer::Denied));
            }
        }
        deliveries
    }

    /// Shows an error of the conference to everybody in a room.
    pub(super) fn fail(&self, room: &str, error: &Value) -> Deliveries {
        let inside = self.pages_of(&room_name(room), |state| matches!(state, State::Inside(_)));
        inside
            .into_iter()
            .map(|page| {
                (
                    page,
                    FromServer::Fail {
                        error: error.clone(),
                    },
                )
            })
            .collect()
    }

    /// What a test may look at.
    pub(super) fn snapshot(&self) -> Snapshot {
        let mut inside: Vec<_> = self
            .pages
            .values()
            .filter_map(|page| Some((page.order()?, page)))
            .collect();
        inside.sort_by_key(|(order, _)| *order);
        let mut rooms: BTreeMap<String, Vec<Seen>> = BTreeMap::new();
        for (_, page) in inside {
            let Some(participant) = self.participant(page) else {
                continue;
            };
            rooms.entry(page.room.clone()).or_default().push(Seen {
                url: page.url.clone(),
                participant,
            });
        }
        Snapshot {
            rooms,
            opened: self.opened.clone(),
        }
    }

    fn hello(&mut self, page: PageId, url: String, behaviour: Behaviour) -> Deliveries {
        let Some(found) = self.pages.get_mut(&page) else {
            return Vec::new();
        };
        found.url.clone_from(&url);
        let (id, room) = (found.id.clone(), found.room.clone());
        if self.opened.len() == MAX_OPENED {
            self.opened.remove(0);
        }
        self.opened.push(Opened {
            room: room.clone(),
            url,
        });
        vec![(
            page,
            FromServer::Welcome {
                id,
                room,
                behaviour,
            },
        )]
    }

    fn knock(&mut self, page: PageId, profile: Profile) -> Deliveries {
        let Some(found) = self.pages.get_mut(&page) else {
            return Vec::new();
        };
        found.state = State::Knocking(profile);
        vec![(page, FromServer::Lobby)]
    }

    fn join(&mut self, page: PageId, profile: Profile) -> Deliveries {
        let Some(found) = self.pages.get(&page) else {
            return Vec::new();
        };
        if found.order().is_some() {
            return Vec::new();
        }
        let room = found.room.clone();
        let others = self.inside(&room);
        if others.len() >= MAX_PARTICIPANTS {
            let error = serde_json::json!({ "name": "conference.max_users", "type": "CONFERENCE", "isFatal": false });
            return vec![(page, FromServer::Fail { error })];
        }
        let participants = others
            .iter()
            .filter_map(|other| self.participant(self.pages.get(other)?))
            .collect();
        self.joined += 1;
        let order = self.joined;
        if let Some(found) = self.pages.get_mut(&page) {
            found.state = State::Inside(Inside { order, profile });
        }
        let subject = self.subjects.get(&room).cloned();
        let mut deliveries = vec![(
            page,
            FromServer::Joined {
                participants,
                moderator: others.is_empty(),
                subject,
            },
        )];
        if let Some(participant) = self
            .pages
            .get(&page)
            .and_then(|found| self.participant(found))
        {
            let message = FromServer::ParticipantJoined { participant };
            deliveries.extend(others.into_iter().map(|other| (other, message.clone())));
        }
        deliveries
    }

    fn update(&mut self, page: PageId, profile: Profile) -> Deliveries {
        match self.pages.get_mut(&page).map(|found| &mut found.state) {
            Some(State::Inside(inside)) => inside.profile = profile,
            Some(State::Knocking(knocking)) => {
                *knocking = profile;
                return Vec::new();
            }
            Some(State::Outside) | None => return Vec::new(),
        }
        self.tell_others_about(page)
    }

    fn pass_on(&self, page: PageId, to: &str, signal: Value) -> Deliveries {
        let Some(from) = self
            .pages
            .get(&page)
            .filter(|found| found.order().is_some())
        else {
            return Vec::new();
        };
        let recipient = self
            .inside(&from.room)
            .into_iter()
            .find(|other| self.is(*other, to));
        let message = FromServer::Signal {
            from: from.id.clone(),
            signal,
        };
        recipient
            .map(|recipient| (recipient, message))
            .into_iter()
            .collect()
    }

    fn set_subject(&mut self, page: PageId, subject: String) -> Deliveries {
        let Some(room) = self.moderated_by(page) else {
            return Vec::new();
        };
        self.subjects.insert(room.clone(), subject.clone());
        self.inside(&room)
            .into_iter()
            .map(|each| {
                (
                    each,
                    FromServer::Subject {
                        subject: subject.clone(),
                    },
                )
            })
            .collect()
    }

    fn kick(&mut self, page: PageId, id: &str) -> Deliveries {
        let Some(room) = self.moderated_by(page) else {
            return Vec::new();
        };
        let Some(kicker) = self
            .pages
            .get(&page)
            .and_then(|found| self.participant(found))
        else {
            return Vec::new();
        };
        let victim = self
            .inside(&room)
            .into_iter()
            .find(|other| *other != page && self.is(*other, id));
        let message = FromServer::Kicked {
            by: kicker.id,
            name: kicker.profile.display_name,
        };
        victim.map(|victim| (victim, message)).into_iter().collect()
    }

    fn end(&self, page: PageId) -> Deliveries {
        let Some(room) = self.moderated_by(page) else {
            return Vec::new();
        };
        self.inside(&room)
            .into_iter()
            .map(|each| (each, FromServer::Ended))
            .collect()
    }

    fn leave(&mut self, page: PageId) -> Deliveries {
        let moderated = self.moderated_by(page);
        let Some(found) = self.pages.get_mut(&page) else {
            return Vec::new();
        };
        let left = std::mem::replace(&mut found.state, State::Outside);
        if !matches!(left, State::Inside(_)) {
            return Vec::new();
        }
        let (room, id) = (found.room.clone(), found.id.clone());
        let others = self.inside(&room);
        let message = FromServer::ParticipantLeft { id };
        let mut deliveries: Deliveries = others
            .iter()
            .map(|other| (*other, message.clone()))
            .collect();
        match others.first() {
            Some(heir) if moderated.is_some() => {
                deliveries.push((*heir, FromServer::Role { moderator: true }));
                deliveries.extend(self.tell_others_about(*heir));
            }
            Some(_) => {}
            None => {
                self.subjects.remove(&room);
            }
        }
        deliveries
    }

    fn tell_others_about(&self, page: PageId) -> Deliveries {
        let Some(found) = self.pages.get(&page) else {
            return Vec::new();
        };
        let Some(participant) = self.participant(found) else {
            return Vec::new();
        };
        let message = FromServer::ParticipantUpdated { participant };
        let others = self
            .inside(&found.room)
            .into_iter()
            .filter(|other| *other != page);
        others.map(|other| (other, message.clone())).collect()
    }

    /// The room that this page is moderator of.
    fn moderated_by(&self, page: PageId) -> Option<String> {
        let room = &self.pages.get(&page)?.room;
        (self.inside(room).first() == Some(&page)).then(|| room.clone())
    }

    fn is(&self, page: PageId, id: &str) -> bool {
        self.pages.get(&page).is_some_and(|found| found.id == id)
    }

    fn participant(&self, page: &Page) -> Option<Participant> {
        let State::Inside(inside) = &page.state else {
            return None;
        };
        let first = self
            .inside(&page.room)
            .first()
            .and_then(|first| self.pages.get(first)?.order());
        let moderator = first == Some(inside.order);
        Some(Participant {
            id: page.id.clone(),
            moderator,
            profile: inside.profile.clone(),
        })
    }

    /// The pages in a room, in the order they joined.
    fn inside(&self, room: &str) -> Vec<PageId> {
        let mut pages = self.pages_of(room, |state| matches!(state, State::Inside(_)));
        pages.sort_by_key(|page| self.pages.get(page).and_then(Page::order));
        pages
    }

    fn pages_of(&self, room: &str, wanted: impl Fn(&State) -> bool) -> Vec<PageId> {
        let of_room = self
            .pages
            .iter()
            .filter(|(_, page)| page.room == room && wanted(&page.state));
        of_room.map(|(id, _)| *id).collect()
    }
}

impl Page {
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
