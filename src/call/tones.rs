//! What is heard of a call: which sound when (`calls-1to1.md` 3.10) and what each is made of. The sounds are scores of this project's
//! own that the browser plays note by note, so no file is loaded and none needs a licence.

/// A sound that goes on until another takes its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loop {
    /// Somebody calls.
    Ring,
    /// It rings at the other side.
    RingBack,
    /// Somebody calls while I am in a call: a soft beep now and then.
    Waiting,
}

/// A sound that ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// They said no, are busy, or can't be reached.
    Busy,
    /// The call is over.
    Ended,
}

/// What to play.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sound {
    /// From now on this, or nothing.
    Loop(Option<Loop>),
    /// Once, and whatever loops goes on.
    Once(Tone),
}

/// One note: a sine with its octave, faded in and out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Note {
    /// When it begins, in seconds from the start of the score.
    pub at: f64,
    /// How long it sounds, in seconds.
    pub length: f64,
    /// Its pitch in hertz.
    pub pitch: f64,
    /// How loud it is, 0 to 1.
    pub loudness: f64,
}

/// Notes, and how long until they begin again when they loop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// The notes in order.
    pub notes: &'static [Note],
    /// From the beginning to the next beginning, in seconds.
    pub period: f64,
}

const fn note(at: f64, length: f64, pitch: f64, loudness: f64) -> Note {
    Note { at, length, pitch, loudness }
}

const RING: [Note; 6] = [
    note(0.00, 0.28, 523.25, 0.30),
    note(0.16, 0.28, 659.25, 0.30),
    note(0.32, 0.50, 783.99, 0.32),
    note(0.90, 0.28, 523.25, 0.26),
    note(1.06, 0.28, 659.25, 0.26),
    note(1.22, 0.70, 880.00, 0.28),
];
const RING_BACK: [Note; 2] = [note(0.0, 0.9, 440.0, 0.10), note(0.0, 0.9, 349.23, 0.08)];
const WAITING: [Note; 2] = [note(0.0, 0.16, 587.33, 0.09), note(0.24, 0.16, 587.33, 0.09)];
const BUSY: [Note; 3] = [note(0.0, 0.24, 415.30, 0.16), note(0.4, 0.24, 415.30, 0.16), note(0.8, 0.24, 415.30, 0.16)];
const ENDED: [Note; 2] = [note(0.0, 0.16, 587.33, 0.18), note(0.15, 0.30, 392.00, 0.18)];

impl Loop {
    /// What it is made of.
    pub const fn score(self) -> Score {
        match self {
            Self::Ring => Score { notes: &RING, period: 3.2 },
            Self::RingBack => Score { notes: &RING_BACK, period: 3.6 },
            Self::Waiting => Score { notes: &WAITING, period: 5.0 },
        }
    }
}

impl Tone {
    /// What it is made of; its period is its length.
    pub const fn score(self) -> Score {
        match self {
            Self::Busy => Score { notes: &BUSY, period: 1.2 },
            Self::Ended => Score { notes: &ENDED, period: 0.6 },
        }
    }
}
