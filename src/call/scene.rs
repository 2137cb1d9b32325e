//! What is drawn where: which pictures and sounds a call has, which picture is the large one, and what answering means for what
//! else goes on (`calls-1to1.md` 3.6 and 3.11).

use crate::call::Input;
use crate::call::media::{CaptureId, Kind, Slot};
use crate::call::peer::PeerId;
use crate::call::settings::Preferences;
use crate::call::view::{CallKey, CallView, CallsView, Camera, Ending, Notice, Phase, Screen};
use crate::call::vocabulary::{Deed, PreviewDeed};
use crate::ids::StreamId;
use crate::meet::session::View;

/// Where a picture or a sound comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A stream of the other side.
    Remote(PeerId, StreamId),
    /// What I send.
    Local(CaptureId, Slot),
}

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its name in the page: `remote`, `remote-screen`, `local`, `local-screen`.
    pub name: &'static str,
    /// Where it comes from.
    pub source: Source,
    /// It is the large one.
    pub main: bool,
}

/// The pictures of a call. The other side's screen is large when there is one, else their camera; mine never is: seeing one's own
/// screen in one's own screen helps nobody.
pub fn pictures(call: &CallView) -> Vec<Picture> {
    let remote = |name, stream: &Option<StreamId>, main| {
        let source = Source::Remote(call.connection?, stream.clone()?);
        Some(Picture { name, source, main })
    };
    let local = |name, slot, shown: bool| {
        let source = Source::Local(call.capture.filter(|_| shown)?, slot);
        Some(Picture { name, source, main: false })
    };
    [
        remote("remote-screen", &call.peer_screen, true),
        remote("remote", &call.peer_camera, call.peer_screen.is_none()),
        local("local-screen", Slot::Screen, call.screen == Screen::On),
        local("local", Slot::User, call.camera == Camera::On),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The streams of a call that are to be heard.
pub fn sounds(call: &CallView) -> Vec<Source> {
    let streams =
        call.connection.map(|peer| call.peer_audio.iter().map(move |stream| Source::Remote(peer, stream.clone())));
    streams.into_iter().flatten().collect()
}

/// What goes on while somebody calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Busy {
    /// Nothing.
    Free,
    /// A call, which can be put on hold.
    Call(CallKey),
    /// As many calls as there can be; this one is heard.
    Full(CallKey),
    /// A conference, which can only be left.
    Conference,
}

/// What goes on besides what rings. A conference that starts goes on: both would open otherwise.
pub fn busy(calls: &[CallView], conference: &View) -> Busy {
    let mut going_on = calls.iter().filter(|call| goes_on(call)).map(|call| call.key);
    match (going_on.next(), going_on.next()) {
        _ if conference.way_out().is_some() => Busy::Conference,
        (None, _) => Busy::Free,
        (Some(call), None) => Busy::Call(call),
        (Some(call), Some(_)) => Busy::Full(call),
    }
}

/// The calls that ring, the newest last. There is no end of people who can call.
pub fn ringing(calls: &[CallView]) -> impl Iterator<Item = &CallView> {
    calls.iter().filter(|call| !goes_on(call))
}

/// Whether the screen is to stay on: for who watches and touches nothing.
pub fn keeps_screen_on(view: &CallsView) -> bool {
    view.calls.iter().any(|call| call.video && call.phase == Phase::Connected)
}

/// Whether people speak with each other, so that the page should not go away by mistake.
pub fn is_spoken_in(view: &CallsView) -> bool {
    view.calls.iter().any(|call| matches!(call.phase, Phase::Connected | Phase::Reconnecting))
}

/// What a device that a person chooses is told to: the preview, the call that is heard, or the choices for those to come.
pub fn chosen(view: &CallsView, preferences: &Preferences, kind: Kind, device: Option<String>) -> Input {
    if view.preview.is_some() {
        return Input::Preview(PreviewDeed::Device(kind, device));
    }
    if let Some(call) = view.calls.first().filter(|call| call.capture.is_some()) {
        return Input::Do(call.key, Deed::Device(kind, device));
    }
    let mut preferences = preferences.clone();
    match kind {
        Kind::Audio => preferences.microphone = device,
        Kind::Video => preferences.camera = device,
    }
    Input::Preferences(preferences)
}

/// Whether a call has a view of its own: it was placed or accepted here.
pub fn goes_on(call: &CallView) -> bool {
    call.phase != Phase::Ringing
}

/// Whether a call can be put on top of all windows: as a whole in a browser with windows for that, and in one that only does it to
/// videos while there is a large picture.
pub fn goes_on_top(call: &CallView, windows: bool, videos: bool) -> bool {
    windows || (videos && pictures(call).iter().any(|picture| picture.main))
}

/// A phase's name in the page.
pub const fn phase_name(phase: Phase) -> &'static str {
    match phase {
        Phase::Preparing => "preparing",
        Phase::Calling => "calling",
        Phase::Ringing => "ringing",
        Phase::Answering => "answering",
        Phase::Connecting => "connecting",
        Phase::Connected => "connected",
        Phase::Reconnecting => "reconnecting",
    }
}

/// An ending's name in the page.
pub const fn ending_name(ending: &Ending) -> &'static str {
    match ending {
        Ending::HungUp => "hung-up",
        Ending::PeerHungUp => "peer-hung-up",
        Ending::Declined => "declined",
        Ending::DeclinedByMe => "declined-by-me",
        Ending::NoAnswer => "no-answer",
        Ending::Missed => "missed",
        Ending::AnsweredElsewhere { .. } => "answered-elsewhere",
        Ending::Busy => "busy",
        Ending::PeerLeft => "peer-left",
        Ending::Reloaded => "reloaded",
        Ending::NotConnected => "not-connected",
        Ending::ConnectionLost => "connection-lost",
        Ending::Media(_) => "media",
        Ending::Browser(_) => "browser",
        Ending::NotSent(_) => "not-sent",
        Ending::NoRelay => "no-relay",
        Ending::NeedsEncryption => "needs-encryption",
        Ending::NobodyKnown => "nobody-known",
        Ending::ByPeer(_) => "by-peer",
        Ending::Replaced => "replaced",
        Ending::Crossed => "crossed",
        Ending::SignedOut => "signed-out",
    }
}

/// Whether there is nothing to do about an ending: it is said in passing and goes away by itself.
pub const fn is_passing(ending: &Ending) -> bool {
    matches!(ending, Ending::PeerHungUp | Ending::AnsweredElsewhere { .. })
}

/// What can be done about a call that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Saying whether the site's fallback servers may be used; nothing else then.
    Fallback,
    /// Calling without a relay from now on.
    Direct,
    /// Calling once more.
    Again,
}

/// The ways out of an ending; `may_go_direct` by the site.
pub fn ways(notice: &Notice, may_go_direct: bool) -> Vec<Way> {
    if notice.ask_fallback {
        return vec![Way::Fallback];
    }
    let direct = notice.ending == Ending::NoRelay && may_go_direct;
    let direct = direct.then_some(Way::Direct);
    direct.into_iter().chain(notice.call_back.then_some(Way::Again)).collect()
}

/// A shortcut that works everywhere on the page while a call goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortcut {
    /// Mutes the microphone, or not.
    Microphone,
    /// Switches the camera.
    Camera,
}

/// A key that was pressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Key<'a> {
    /// `KeyboardEvent.key`.
    pub key: &'a str,
    /// With Ctrl.
    pub ctrl: bool,
    /// With Cmd.
    pub meta: bool,
    /// With Shift or Alt, which make it another shortcut; AltGr comes as Ctrl and Alt.
    pub other: bool,
}

impl Shortcut {
    /// Its letter.
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Microphone => "D",
            Self::Camera => "E",
        }
    }

    /// As `aria-keyshortcuts` has it.
    pub fn aria(self, mac: bool) -> String {
        [if mac { "Meta+" } else { "Control+" }, self.letter()].concat()
    }
}

impl Key<'_> {
    /// The shortcut that it is: Ctrl, or Cmd on a Mac, with D or E, as in Element. With Ctrl they edit text on a Mac.
    pub fn shortcut(self, mac: bool) -> Option<Shortcut> {
        let (held, not_held) = if mac { (self.meta, self.ctrl) } else { (self.ctrl, self.meta) };
        match self.key {
            _ if !held || not_held || self.other => None,
            "d" | "D" => Some(Shortcut::Microphone),
            "e" | "E" => Some(Shortcut::Camera),
            _ => None,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
