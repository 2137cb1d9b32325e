//! 1:1 calls in words for people. Every sentence is whole in the locale file; only names and numbers are filled in.

use crate::call::event::Reason;
use crate::call::media::MediaError;
use crate::call::peer::Path;
use crate::call::quality::Quality;
use crate::call::scene::Shortcut;
use crate::call::view::{CallView, Ending, Notice, Phase, PreviewView, Word};
use crate::locale::Texts;
use crate::text_key;
use crate::time::Millis;

/// A length as `mm:ss`, or `h:mm:ss` from an hour on.
pub fn clock(length: Millis) -> String {
    let seconds = length.0 / 1000;
    let two = |number: u64| {
        let digits = number.to_string();
        if number < 10 { ["0", &digits].concat() } else { digits }
    };
    let (hours, rest) = (seconds / 3600, [two(seconds / 60 % 60), two(seconds % 60)].join(":"));
    if hours == 0 { rest } else { [hours.to_string(), rest].join(":") }
}

/// "Video call" or "Voice call".
pub fn kind(texts: &Texts, video: bool) -> String {
    texts.get(if video { text_key!("call.video") } else { text_key!("call.voice") })
}

/// Who calls, to be read out.
pub fn announcement(texts: &Texts, name: &str, video: bool) -> String {
    let key = if video { text_key!("peer_call.video_from") } else { text_key!("peer_call.voice_from") };
    texts.fill(key, &[("name", name)])
}

/// How a call is at the moment; empty when it simply goes on and its clock says so.
pub fn status(texts: &Texts, call: &CallView, name: &str) -> String {
    let key = match call.phase {
        Phase::Preparing => text_key!("peer_call.preparing"),
        Phase::Calling => text_key!("peer_call.calling"),
        Phase::Ringing | Phase::Answering | Phase::Connecting => text_key!("peer_call.connecting"),
        Phase::Reconnecting => text_key!("peer_call.reconnecting"),
        Phase::Connected if call.on_hold => text_key!("peer_call.on_hold"),
        Phase::Connected if call.held_by_peer => text_key!("peer_call.held_by"),
        Phase::Connected if call.peer_muted => text_key!("peer_call.peer_muted"),
        Phase::Connected => return String::new(),
    };
    texts.fill(key, &[("name", name)])
}

/// Why media can't be had, and what to do.
pub fn media(texts: &Texts, error: MediaError) -> String {
    texts.get(match error {
        MediaError::NotAllowed => text_key!("peer_call.media_not_allowed"),
        MediaError::Framed => text_key!("peer_call.media_framed"),
        MediaError::NotFound => text_key!("peer_call.media_not_found"),
        MediaError::InUse => text_key!("peer_call.media_in_use"),
        MediaError::Unfit => text_key!("peer_call.media_unfit"),
        MediaError::Insecure => text_key!("peer_call.media_insecure"),
        MediaError::Unsupported => text_key!("peer_call.media_unsupported"),
        MediaError::Other => text_key!("peer_call.media_other"),
    })
}

/// What there is to say beside a call.
pub fn word(texts: &Texts, word: Word) -> String {
    match word {
        Word::CameraFailed(error) => camera_failed(texts, error),
        Word::DeviceFailed(error) => texts.fill(text_key!("peer_call.device_failed"), &[("why", &media(texts, error))]),
        Word::DeviceGone => texts.get(text_key!("peer_call.device_gone")),
        Word::ScreenFailed(_) => texts.get(text_key!("peer_call.screen_failed")),
        Word::AnswerNotSent => texts.get(text_key!("peer_call.answer_not_sent")),
        Word::NoRelay => texts.get(text_key!("peer_call.no_relay")),
    }
}

/// The camera can't be had, the microphone can.
pub fn camera_failed(texts: &Texts, error: MediaError) -> String {
    texts.fill(text_key!("peer_call.camera_failed"), &[("why", &media(texts, error))])
}

/// How a call ended and what to do about it; and what the software said, for under "Details". `None` where there is nothing to say:
/// people know what they did themselves.
pub fn ending(texts: &Texts, notice: &Notice, name: &str) -> Option<(String, Option<String>)> {
    let plain = |key: &str| Some((texts.fill(key, &[("name", name)]), None));
    let with_details = |key: &str, details: &str| Some((texts.fill(key, &[("name", name)]), some(details)));
    match &notice.ending {
        Ending::HungUp
        | Ending::DeclinedByMe
        | Ending::AnsweredElsewhere { accepted: false }
        | Ending::Replaced
        | Ending::SignedOut => None,
        Ending::PeerHungUp => plain(text_key!("peer_call.ended_by_peer")),
        Ending::Declined => plain(text_key!("peer_call.declined")),
        Ending::NoAnswer => plain(text_key!("peer_call.no_answer")),
        Ending::Missed if notice.video => plain(text_key!("peer_call.missed_video")),
        Ending::Missed => plain(text_key!("peer_call.missed_voice")),
        Ending::AnsweredElsewhere { accepted: true } => plain(text_key!("peer_call.answered_faster")),
        Ending::Busy => plain(text_key!("peer_call.busy")),
        Ending::PeerLeft => plain(text_key!("peer_call.peer_left")),
        Ending::Reloaded => plain(text_key!("peer_call.reloaded")),
        Ending::NotConnected => plain(text_key!("peer_call.not_connected")),
        Ending::ConnectionLost => plain(text_key!("peer_call.connection_lost")),
        Ending::Media(error) => Some((media(texts, *error), None)),
        Ending::Browser(details) => with_details(text_key!("peer_call.browser_failed"), details),
        Ending::NotSent(details) => with_details(text_key!("peer_call.not_sent"), details),
        Ending::NoRelay => plain(text_key!("peer_call.no_relay")),
        Ending::NeedsEncryption => plain(text_key!("call.why_one_to_one_needs_encryption")),
        Ending::NobodyKnown => plain(text_key!("peer_call.nobody_known")),
        Ending::Crossed => plain(text_key!("peer_call.crossed")),
        Ending::ByPeer(reason) => {
            let key = match reason {
                Reason::UserMediaFailed => text_key!("peer_call.peer_media_failed"),
                Reason::IceFailed | Reason::IceTimeout => text_key!("peer_call.peer_lost"),
                _ => text_key!("peer_call.peer_failed"),
            };
            with_details(
                key,
                match reason {
                    Reason::Other(words) => words,
                    known => known.word(),
                },
            )
        }
    }
}

/// What calling once more is called: back, when they called or ended it.
pub fn again(texts: &Texts, ending: &Ending) -> String {
    texts.get(match ending {
        Ending::Missed | Ending::PeerHungUp | Ending::Crossed => text_key!("peer_call.call_back"),
        _ => text_key!("peer_call.try_again"),
    })
}

/// What the look before a call says in place of one's own picture; `None` while that is there.
pub fn preview(texts: &Texts, preview: &PreviewView) -> Option<String> {
    match preview {
        PreviewView { opening: true, .. } => Some(texts.get(text_key!("peer_call.preview_opening"))),
        PreviewView { camera: false, .. } => Some(texts.get(text_key!("peer_call.camera_off"))),
        _ => None,
    }
}

/// Why a device of the look before a call can't be had; of the camera when the microphone can.
pub fn preview_trouble(texts: &Texts, preview: &PreviewView) -> Option<String> {
    let say = if preview.microphone { camera_failed } else { media };
    preview.error.map(|error| say(texts, error))
}

/// What the button of the look before a call says that it does.
pub fn preview_call(texts: &Texts, preview: &PreviewView) -> String {
    let without = preview.error.is_some() && preview.video && !preview.camera;
    texts.get(if without { text_key!("peer_call.call_without_camera") } else { text_key!("peer_call.call") })
}

fn some(words: &str) -> Option<String> {
    (!words.is_empty()).then(|| words.to_owned())
}

/// Why a call of a timeline failed, as the key of its text. A stranger's own words are never part of it: they could say anything, in
/// the chat's name.
pub fn why_failed(reason: &Reason) -> &'static str {
    match reason {
        Reason::UserBusy => text_key!("timeline.call_why_busy"),
        Reason::IceFailed => text_key!("timeline.call_why_connection"),
        Reason::IceTimeout => text_key!("timeline.call_why_lost"),
        Reason::UserMediaFailed => text_key!("timeline.call_why_media"),
        _ => text_key!("timeline.call_why_unknown"),
    }
}

/// A length of time in its two largest units, for a timeline.
pub fn duration(texts: &Texts, length: Millis) -> String {
    let seconds = length.0 / 1000;
    let [hours, minutes, rest] = [seconds / 3600, seconds / 60 % 60, seconds % 60].map(|count| count.to_string());
    match seconds {
        0..60 => texts.fill(text_key!("time.seconds"), &[("seconds", &rest)]),
        60..3600 => texts.fill(text_key!("time.minutes"), &[("minutes", &minutes), ("seconds", &rest)]),
        _ => texts.fill(text_key!("time.hours"), &[("hours", &hours), ("minutes", &minutes)]),
    }
}

/// How long a call lasted.
pub fn lasted(texts: &Texts, length: Millis) -> String {
    texts.fill(text_key!("peer_call.lasted"), &[("time", &clock(length))])
}

/// A shortcut as people of this language and system write it.
pub fn shortcut(texts: &Texts, shortcut: Shortcut, mac: bool) -> String {
    let key = if mac { text_key!("peer_call.shortcut_mac") } else { text_key!("peer_call.shortcut") };
    texts.fill(key, &[("letter", shortcut.letter())])
}

/// A quality in one word.
pub fn quality(texts: &Texts, quality: Quality) -> String {
    texts.get(match quality {
        Quality::Good => text_key!("peer_call.quality_good"),
        Quality::Fair => text_key!("peer_call.quality_fair"),
        Quality::Poor => text_key!("peer_call.quality_poor"),
    })
}

/// The lines of a call's details: what, and how much. What is not known has none.
pub fn details(texts: &Texts, call: &CallView) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    let mut line = |key: &str, value: String| lines.push((texts.get(key), value));
    if let Some(quality) = call.quality {
        line(text_key!("peer_call.quality"), self::quality(texts, quality));
    }
    if let Some(reading) = call.readings.last() {
        let with_unit = |key: &str, value: f64| texts.fill(key, &[("number", &whole(value).to_string())]);
        let milliseconds = |value| with_unit(text_key!("peer_call.milliseconds"), value);
        if let Some(round_trip) = reading.round_trip {
            line(text_key!("peer_call.round_trip"), milliseconds(round_trip));
        }
        let tenths = whole(reading.loss * 1000.0);
        let (percent, tenth) = ((tenths / 10).to_string(), (tenths % 10).to_string());
        line(
            text_key!("peer_call.loss"),
            texts.fill(text_key!("peer_call.percent"), &[("whole", &percent), ("tenth", &tenth)]),
        );
        if let Some(jitter) = reading.jitter {
            line(text_key!("peer_call.jitter"), milliseconds(jitter));
        }
        line(text_key!("peer_call.down"), with_unit(text_key!("peer_call.kilobits"), reading.down));
        line(text_key!("peer_call.up"), with_unit(text_key!("peer_call.kilobits"), reading.up));
        if let Some(frames) = reading.frames_per_second {
            line(text_key!("peer_call.frames"), whole(frames).to_string());
        }
    }
    if let Some(path) = call.path {
        let key = match path {
            Path::Direct => text_key!("peer_call.path_direct"),
            Path::Mapped => text_key!("peer_call.path_mapped"),
            Path::Relayed => text_key!("peer_call.path_relayed"),
        };
        line(text_key!("peer_call.path"), texts.get(key));
    }
    lines
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates, and NaN gives 0")]
fn whole(value: f64) -> u32 {
    value.round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::quality::Reading;
    use crate::call::scene::tests::call;
    use crate::call::view::CallKey;
    use crate::locale::CHAT_EN;

    fn texts() -> Texts {
        Texts::read(CHAT_EN)
    }

    fn notice(ending: Ending) -> Notice {
        Notice {
            key: CallKey(1),
            room: "!room".into(),
            peer: "@ben:chat.test".into(),
            video: false,
            incoming: false,
            ending,
            lasted: None,
            call_back: false,
            ask_fallback: false,
        }
    }

    #[test]
    fn a_clock_has_minutes_and_from_an_hour_on_hours() {
        for (seconds, written) in [(0, "00:00"), (7, "00:07"), (605, "10:05"), (3599, "59:59"), (3661, "1:01:01")] {
            assert_eq!(clock(Millis::seconds(seconds)), written);
        }
        assert_eq!(clock(Millis(1999)), "00:01");
    }

    #[test]
    fn a_shortcut_is_written_as_on_the_keys() {
        let (english, german) = (texts(), Texts::read(include_str!("../../assets/locales/chat.de.json")));
        assert_eq!(shortcut(&english, Shortcut::Microphone, false), "Ctrl+D");
        assert_eq!(shortcut(&german, Shortcut::Camera, false), "Strg+E");
        assert_eq!(shortcut(&german, Shortcut::Camera, true), "⌘E");
    }

    #[test]
    fn every_ending_has_words_of_its_own() {
        let endings = [
            Ending::PeerHungUp,
            Ending::Declined,
            Ending::NoAnswer,
            Ending::Missed,
            Ending::AnsweredElsewhere { accepted: true },
            Ending::Busy,
            Ending::PeerLeft,
            Ending::Reloaded,
            Ending::NotConnected,
            Ending::ConnectionLost,
            Ending::Media(MediaError::NotAllowed),
            Ending::Browser("x".into()),
            Ending::NotSent("x".into()),
            Ending::NoRelay,
            Ending::NeedsEncryption,
            Ending::NobodyKnown,
            Ending::ByPeer(Reason::UserMediaFailed),
            Ending::ByPeer(Reason::IceFailed),
            Ending::ByPeer(Reason::UnknownError),
            Ending::Crossed,
        ];
        let mut said: Vec<_> =
            endings.iter().map(|e| ending(&texts(), &notice(e.clone()), "Ben").expect("words").0).collect();
        assert!(said.iter().all(|words| !words.contains('{')), "{said:?}");
        said.sort();
        said.dedup();
        assert_eq!(said.len(), endings.len());
    }

    #[test]
    fn what_the_software_said_stands_apart() {
        let said = |of| ending(&texts(), &notice(of), "Ben").expect("words");
        let (words, details) = said(Ending::Browser("OperationError: no".into()));
        assert!(!words.contains("OperationError"));
        assert_eq!(details.as_deref(), Some("OperationError: no"));
        assert_eq!(said(Ending::NotSent(String::new())).1, None);
    }

    #[test]
    fn people_are_not_told_what_they_did_themselves() {
        for of in
            [Ending::HungUp, Ending::DeclinedByMe, Ending::AnsweredElsewhere { accepted: false }, Ending::Replaced]
        {
            assert_eq!(ending(&texts(), &notice(of), "Ben"), None);
        }
    }

    #[test]
    fn the_look_before_a_call_says_what_fails_and_what_the_button_does_then() {
        let fine = PreviewView::bare("!room".into(), "@ben:chat.test".into());
        let said = |view: &PreviewView| {
            (preview(&texts(), view), preview_trouble(&texts(), view), preview_call(&texts(), view))
        };
        assert_eq!(said(&fine), (None, None, "Call".into()));
        let without = PreviewView { error: Some(MediaError::InUse), camera: false, ..fine.clone() };
        let why = camera_failed(&texts(), MediaError::InUse);
        assert_eq!(said(&without), (Some("Your camera is off".into()), Some(why), "Call without camera".into()));
        let nothing = PreviewView { microphone: false, ..without };
        assert_eq!(said(&nothing).1, Some(media(&texts(), MediaError::InUse)));
        let opening = PreviewView { opening: true, camera: false, ..fine };
        assert_ne!(said(&opening).0, Some("Your camera is off".into()));
    }

    #[test]
    fn a_strangers_reason_stands_apart_and_is_not_in_the_timeline() {
        let reason = Reason::Other("your password expired, call 0900".into());
        let (words, details) = ending(&texts(), &notice(Ending::ByPeer(reason.clone())), "Ben").expect("words");
        assert!(!words.contains("0900") && details.is_some_and(|details| details.contains("0900")));
        assert_eq!(texts().get(why_failed(&reason)), "unknown error");
        assert_eq!(texts().get(why_failed(&Reason::IceFailed)), "no connection");
    }

    #[test]
    fn a_call_that_goes_on_says_only_what_is_special() {
        let quiet = call(1);
        assert_eq!(status(&texts(), &quiet, "Ben"), "");
        let muted = CallView { peer_muted: true, ..quiet.clone() };
        assert_eq!(status(&texts(), &muted, "Ben"), "Ben muted their microphone");
        let held = CallView { on_hold: true, held_by_peer: true, ..muted.clone() };
        assert_eq!(status(&texts(), &held, "Ben"), "On hold");
        let lost = CallView { phase: Phase::Reconnecting, ..held };
        assert_eq!(status(&texts(), &lost, "Ben"), "Reconnecting…");
    }

    #[test]
    fn details_are_rounded_and_what_is_unknown_is_left_out() {
        let reading = Reading {
            round_trip: Some(41.6),
            loss: 0.0123,
            jitter: None,
            down: 1499.6,
            up: 64.0,
            frames_per_second: None,
            froze: false,
        };
        let call = CallView { readings: vec![reading], path: Some(Path::Relayed), ..call(1) };
        let values: Vec<_> = details(&texts(), &call).into_iter().map(|(_, value)| value).collect();
        assert_eq!(values[..4], ["42 ms", "1.2 %", "1500 kbit/s", "64 kbit/s"]);
        assert_eq!(values.len(), 5);
    }
}
