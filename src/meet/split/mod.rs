//! Whether every current client joins the same conference for one widget event (`mobile.md` 4.4). `clients` says where each of
//! them goes, this compares it: a conference held on two servers is two conferences, and nobody in them knows.

mod clients;

use crate::ids::ConferenceId;
use crate::json::Object;
use crate::meet::MeetDomain;
use crate::meet::widget::{EVENT_TYPE, LONGEST_CONFERENCE_ID, MeetWidget};
use crate::room::StateEvent;
use crate::time::Millis;

pub use clients::{ANDROID_DOMAIN, IOS_DOMAIN, MEET_APP_DOMAIN};

/// A client of today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    /// Chat Web, and Chat Desktop, which is the same.
    Web,
    /// Chat Android.
    Android,
    /// Chat iOS.
    Ios,
    /// This page.
    Ours,
}

/// A conference on a server, and how one gets in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The Meet server.
    pub server: MeetDomain,
    /// The conference's name there, at most 512 bytes.
    pub name: ConferenceId,
    /// Whether the client signs in with a token; a server that wants one keeps out who does not.
    pub signed_in: bool,
}

impl Place {
    /// Whether people in both meet.
    fn is(&self, other: &Self) -> bool {
        self.server == other.server && self.signed_in == other.signed_in && self.name.is_same(&other.name)
    }
}

/// Why a client joins nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// It does not see the conference.
    Unseen,
    /// What it takes for the server is no address.
    BadAddress,
    /// It finds no name for the conference, or one that is too long.
    NoName,
}

/// Where a client goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Landing {
    /// Into this conference.
    In(Place),
    /// Nowhere.
    Nowhere(Obstacle),
}

impl Landing {
    fn new(server: Option<MeetDomain>, name: Option<String>, signed_in: bool) -> Self {
        let fits = |name: &String| !name.trim().is_empty() && name.len() <= LONGEST_CONFERENCE_ID;
        match (server, name.filter(fits)) {
            (None, _) => Self::Nowhere(Obstacle::BadAddress),
            (_, None) => Self::Nowhere(Obstacle::NoName),
            (Some(server), Some(name)) => Self::In(Place { server, name: ConferenceId::new(name), signed_in }),
        }
    }
}

/// Whether the clients agree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Agreement {
    /// Everybody joins the same conference.
    #[default]
    Same,
    /// They go to different places, or one of them nowhere: each of them once.
    Split(Vec<(Client, Landing)>),
}

impl Agreement {
    /// Compares where the clients go.
    pub fn of(landings: Vec<(Client, Landing)>) -> Self {
        let together = landings.first().is_none_or(|(_, first)| {
            landings.iter().all(|(_, landing)| match (first, landing) {
                (Landing::In(one), Landing::In(other)) => one.is(other),
                _ => false,
            })
        });
        if together { Self::Same } else { Self::Split(landings) }
    }

    /// Compares where the clients go for a conference that we read as `widget` from the event `newest`. `legacy` is what the room
    /// holds at the same state key under `im.vector.modular.widgets`, the one type that browsers read.
    pub(in crate::meet) fn about(widget: &MeetWidget, newest: &StateEvent, legacy: Option<&StateEvent>) -> Self {
        Self::of(vec![
            (Client::Web, clients::web(legacy)),
            (Client::Ours, clients::ours(widget)),
            (Client::Android, clients::android(newest)),
            (Client::Ios, clients::ios(newest)),
        ])
    }

    /// Whether an event with this content would lead clients to different places. What is no Meet conference leads nobody anywhere.
    pub fn would_split(content: &Object) -> bool {
        let event = StateEvent {
            event_type: EVENT_TYPE.into(),
            state_key: "w".into(),
            sender: "".into(),
            event_id: "".into(),
            origin_server_ts: Millis(0),
            content: content.clone(),
        };
        MeetWidget::at(&[event].into_iter().collect(), "w").is_some_and(|widget| widget.agreement.is_split())
    }

    /// Whether they don't.
    pub const fn is_split(&self) -> bool {
        matches!(self, Self::Split(_))
    }

    /// Who goes where: those who go to the same place together, in the order in which they stand.
    pub fn groups(&self) -> Vec<(Vec<Client>, &Landing)> {
        let mut groups: Vec<(Vec<Client>, &Landing)> = Vec::new();
        let landings = match self {
            Self::Same => &[][..],
            Self::Split(landings) => landings,
        };
        for (client, landing) in landings {
            let known = groups.iter_mut().find(|(_, there)| match (there, landing) {
                (Landing::In(one), Landing::In(other)) => one.is(other),
                (one, other) => *one == other,
            });
            match known {
                Some((clients, _)) => clients.push(*client),
                None => groups.push((vec![*client], landing)),
            }
        }
        groups
    }
}
