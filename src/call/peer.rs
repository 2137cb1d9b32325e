//! The peer connection as a call sees it: what it is told and what it reports. The shell (`browser::peer`) carries the commands
//! of one connection out one after the other, in order, each after the browser has finished the one before.

use crate::call::event::{Candidate, Description};
use crate::call::media::{CaptureId, Kind, Slot};
use crate::ids::StreamId;

/// One peer connection. Never used twice, so that a late report finds nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PeerId(pub u64);

/// A STUN or TURN server in the form that `RTCConfiguration` takes; checked, see `turn`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IceServer {
    /// `stun:`, `turn:` and `turns:` addresses that no browser refuses.
    pub urls: Vec<String>,
    /// The user name; a `stun:` server has none.
    pub username: Option<String>,
    /// The password.
    pub credential: Option<String>,
}

/// How a connection is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerSettings {
    /// The servers that help.
    pub ice_servers: Vec<IceServer>,
    /// `iceTransportPolicy: "relay"`: the other side never learns my address.
    pub relay_only: bool,
    /// Whose streams it sends.
    pub capture: CaptureId,
}

/// The most streams of the other side that are kept: a client has two.
pub const MOST_STREAMS: usize = 16;

/// What a connection is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PeerCommand {
    /// Make it, with `bundlePolicy: "max-bundle"`.
    Open(PeerSettings),
    /// New servers (`setConfiguration`), before an ICE restart.
    Configure(PeerSettings),
    /// Bring the senders in line with the tracks that the capture has in this slot at the moment: each (slot, kind) has one
    /// transceiver for ever, made by `addTrack(track, stream)` and kept by `replaceTrack` and its direction.
    Send(Slot),
    /// Send the camera's picture small ([`smaller_by`], `true`) or whole (`scaleResolutionDownBy`).
    SmallPicture(bool),
    /// The camera's sender sends the screen (`true`) or the camera again: for peers that know no second stream.
    ScreenInsteadOfCamera(bool),
    /// `createOffer`, `setLocalDescription`; answered by [`PeerEvent::Described`].
    Offer,
    /// `setRemoteDescription`; answered by [`PeerEvent::RemoteSet`].
    SetRemote(Description),
    /// `createAnswer`, `setLocalDescription`; answered by [`PeerEvent::Described`].
    Answer,
    /// Report the local description as it is by now, with the candidates gathered so far: [`PeerEvent::Described`].
    Describe,
    /// `addIceCandidate`. What the browser refuses is passed over.
    AddCandidate(Candidate),
    /// `restartIce`: leads to [`PeerEvent::NegotiationNeeded`], unless an offer of mine has no answer yet or the browser has asked for an
    /// exchange before and got none.
    RestartIce,
    /// Nothing is received any more (`true`): what sends is `sendonly`, the rest `inactive`, so that no line that is at rest announces a
    /// stream. Or each transceiver receives again as it did before, and sends what it sends by now.
    Hold(bool),
    /// `getStats`; answered by [`PeerEvent::Measured`].
    Measure,
    /// Close and forget it. Nothing is reported any more.
    Close,
}

/// The pixels of a picture that Chromium encodes whatever the network's capacity: 320 by 180. A larger first picture is dropped, and
/// the next, and the next, until one is small enough for the first guess at that capacity (`docs/performance.md`).
const SMALL: f64 = 320.0 * 180.0;

/// How many times smaller in each direction (`scaleResolutionDownBy`) a camera's first pictures are to be, given its width and height
/// in pixels. `1.0` for a picture that is small enough, and for numbers that no camera has.
pub fn smaller_by(width: f64, height: f64) -> f64 {
    let times = (width * height / SMALL).sqrt();
    if times.is_finite() { times.max(1.0) } else { 1.0 }
}

/// Where a connection failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeerStep {
    /// The browser refused to make one.
    Open,
    /// Making or setting my offer.
    Offer,
    /// Making or setting my answer.
    Answer,
    /// Setting the other side's description.
    SetRemote,
}

/// `iceConnectionState` and `connectionState`, which differ where it matters (`calls-1to1.md` 1.13, row 6), as one. From the best to
/// the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Link {
    /// Media flows.
    Up,
    /// Not tried yet, or trying.
    Checking,
    /// Lost, may come back by itself.
    Disconnected,
    /// Lost for good without a restart.
    Failed,
}

impl Link {
    /// The worse of the two states: Chromium never says `failed` of the ICE connection when the other side vanishes.
    pub fn of(ice: Option<&str>, connection: Option<&str>) -> Self {
        Self::named(ice).max(Self::named(connection))
    }

    /// A state that this browser lacks, or a word yet unknown, worsens nothing.
    fn named(state: Option<&str>) -> Self {
        match state {
            Some("new" | "checking" | "connecting") => Self::Checking,
            Some("disconnected") => Self::Disconnected,
            Some("failed") => Self::Failed,
            _ => Self::Up,
        }
    }
}

/// What a connection reports.
#[derive(Clone, Debug, PartialEq)]
pub enum PeerEvent {
    /// `negotiationneeded`.
    NegotiationNeeded,
    /// The local description is set, or was asked for.
    Described(Description),
    /// The other side's description is set.
    RemoteSet,
    /// A step failed; the browser's words.
    Failed(PeerStep, String),
    /// A candidate was gathered.
    Candidate(Candidate),
    /// `iceGatheringState` became "complete", or a `null` or empty candidate came: once per gathering.
    Gathered,
    /// The worse of the two connection states.
    Link(Link),
    /// A remote track came.
    Track {
        /// The first stream it belongs to; `None` for a track without any.
        stream: Option<StreamId>,
        /// Its kind.
        kind: Kind,
    },
    /// A remote track was taken out of its stream.
    TrackGone {
        /// The stream.
        stream: StreamId,
        /// Its kind.
        kind: Kind,
    },
    /// The answer to [`PeerCommand::Measure`].
    Measured(Sample),
}

/// One reading of `getStats`; counters since the connection began.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sample {
    /// The selected pair's `currentRoundTripTime`, in milliseconds.
    pub round_trip: Option<f64>,
    /// Inbound packets received.
    pub received: u64,
    /// Inbound packets lost; can go down.
    pub lost: i64,
    /// The worst inbound jitter, in milliseconds.
    pub jitter: Option<f64>,
    /// Bytes received.
    pub bytes_received: u64,
    /// Bytes sent.
    pub bytes_sent: u64,
    /// Frames decoded per second of the remote video.
    pub frames_per_second: Option<f64>,
    /// How often the remote video froze.
    pub freezes: u64,
    /// My side of the selected pair.
    pub path: Option<Path>,
    /// `qualityLimitationReason` of what I send is `cpu`.
    pub limited_by_cpu: bool,
    /// `qualityLimitationReason` of what I send is `bandwidth`.
    pub limited_by_bandwidth: bool,
}

/// How media travels from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path {
    /// From this network's own address.
    Direct,
    /// Through an address that a router gave (`srflx`, `prflx`).
    Mapped,
    /// Through a TURN server (`relay`, or a pair with a `relayProtocol`).
    Relayed,
}

#[cfg(test)]
mod tests {
    use super::{Link, smaller_by};

    #[test]
    fn the_worse_of_the_two_states_counts_whichever_says_it() {
        for (ice, connection, link) in [
            ("disconnected", "failed", Link::Failed),
            ("failed", "connecting", Link::Failed),
            ("connected", "disconnected", Link::Disconnected),
            ("checking", "connected", Link::Checking),
            ("connected", "new", Link::Checking),
            ("completed", "connected", Link::Up),
        ] {
            assert_eq!(Link::of(Some(ice), Some(connection)), link, "{ice} {connection}");
        }
    }

    #[test]
    fn a_state_that_the_browser_does_not_have_worsens_nothing() {
        assert_eq!(Link::of(Some("connected"), None), Link::Up);
        assert_eq!(Link::of(Some("disconnected"), Some("a new word")), Link::Disconnected);
    }

    #[test]
    fn the_first_pictures_are_small_enough_to_be_encoded_at_once() {
        assert_eq!(smaller_by(1280.0, 720.0), 4.0);
        for (width, height) in [(1920.0, 1080.0), (640.0, 480.0), (720.0, 1280.0), (1000.0, 999.0)] {
            let times = smaller_by(width, height);
            assert!(width / times * height / times <= 57_600.5, "{width} by {height}");
        }
    }

    #[test]
    fn a_picture_is_never_made_larger_and_odd_numbers_leave_it_as_it_is() {
        assert_eq!(smaller_by(160.0, 120.0), 1.0);
        for odd in [0.0, -5.0, f64::NAN, f64::INFINITY] {
            assert_eq!(smaller_by(odd, 720.0), 1.0);
        }
    }
}
