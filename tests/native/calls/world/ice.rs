//! The network between the connections: media flows over a pair of ICE generations that both sides have agreed on, as long as the
//! path is open and neither is closed.

use meet_in_chat::call::peer::{Link, PeerEvent, PeerId};
use meet_in_chat::call::vocabulary::Input;
use meet_in_chat::time::Millis;

use super::World;
use super::happening::Happening;

/// A vanished peer is noticed after 5 s,
const NOTICED: Millis = Millis::seconds(5);
/// and given up by the browser after 15 s (`calls-1to1.md` 1.13, row 6).
const GIVEN_UP: Millis = Millis::seconds(15);

impl World {
    /// Looks at all connections.
    pub(super) fn tick(&mut self) {
        let all: Vec<(usize, PeerId)> = self.open_connections();
        self.ticking = !all.is_empty();
        if self.ticking {
            self.later(100, 100, Happening::Tick);
        }
        let states: Vec<_> = all.iter().map(|(page, id)| self.look(*page, *id)).collect();
        for ((page, id), (link, pair)) in all.into_iter().zip(states) {
            let now = self.now;
            // An input of this round may have closed it.
            let Some(one) = self.pages[page].connections.get_mut(&id).filter(|one| !one.closed) else {
                continue;
            };
            if let Some(pair) = pair {
                one.pair = Some(pair);
                one.lost_since = None;
            } else if one.pair.is_some() {
                one.lost_since.get_or_insert(now);
            }
            if link == Link::Failed {
                one.dead = one.pair.take();
            }
            if one.link != link {
                one.link = link;
                self.input(page, Input::Peer(id, PeerEvent::Link(link)));
            }
        }
    }

    fn open_connections(&self) -> Vec<(usize, PeerId)> {
        let pages = self.pages.iter().enumerate();
        pages
            .flat_map(|(page, seat)| {
                seat.connections.iter().filter(|(_, one)| !one.closed).map(move |(id, _)| (page, *id))
            })
            .collect()
    }

    /// How a connection's link is now, and the pair it lives on.
    fn look(&self, page: usize, id: PeerId) -> (Link, Option<(String, String)>) {
        let one = &self.pages[page].connections[&id];
        let agreed = one.generations().filter(|pair| one.dead.as_ref() != Some(pair));
        if self.path {
            let new = agreed.filter(|(mine, theirs)| {
                self.other(mine, theirs).is_some_and(|other| one.knows_a_way() || other.knows_a_way())
            });
            let old = || one.pair.clone().filter(|(mine, theirs)| self.keeps(mine, theirs));
            if let Some(pair) = new.or_else(old) {
                return (Link::Up, Some(pair));
            }
        }
        let link = match one.lost_since.map(|since| self.now.since(since)) {
            Some(lost) if lost >= GIVEN_UP => Link::Failed,
            Some(lost) if lost >= NOTICED => Link::Disconnected,
            _ => one.link,
        };
        (link, None)
    }

    /// The connection that has agreed on the same two generations.
    fn other(&self, mine: &str, theirs: &str) -> Option<&super::Connection> {
        let all = self.pages.iter().flat_map(|page| page.connections.values()).filter(|one| !one.closed);
        let pair = (theirs.to_owned(), mine.to_owned());
        all.filter(|one| one.dead.as_ref() != Some(&pair)).find(|one| one.generations().as_ref() == Some(&pair))
    }

    /// The other side lives on the same pair still.
    fn keeps(&self, mine: &str, theirs: &str) -> bool {
        let all = self.pages.iter().flat_map(|page| page.connections.values()).filter(|one| !one.closed);
        let pair = (theirs.to_owned(), mine.to_owned());
        all.into_iter().any(|one| one.pair.as_ref() == Some(&pair))
    }

    /// The page at the other end of a connection, and its connection.
    pub(super) fn other_end(&self, page: usize, id: PeerId) -> Option<(usize, PeerId)> {
        let (mine, theirs) = self.pages[page].connections.get(&id)?.pair.clone()?;
        self.open_connections()
            .into_iter()
            .find(|(page, id)| self.pages[*page].connections[id].pair.as_ref() == Some(&(theirs.clone(), mine.clone())))
    }
}
