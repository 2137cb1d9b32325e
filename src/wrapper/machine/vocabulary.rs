//! What the machine is told and what it asks for.

use serde_json::Value;

use crate::page::Theme;
use crate::secret::Secret;
use crate::time::Millis;
use crate::wrapper::{DeviceAction, DeviceInput, Site, View};

/// What a button of the card does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// Enter the conference, for the first time or again.
    Join,
    /// Don't enter after all.
    Cancel,
}

/// What happens to the page.
#[derive(Clone, Debug, PartialEq)]
pub enum Input<'a> {
    /// The page listens from now on. Comes first, once.
    Started,
    /// The site's `config.json` has arrived, or there is none: then nothing is in it.
    Site(Site),
    /// The parent window posted this, from this origin.
    FromClient {
        /// `event.origin`.
        origin: &'a str,
        /// What was posted, as JSON.
        message: &'a Value,
    },
    /// The Meet frame that is open posted this, from this origin.
    FromFrame {
        /// `event.origin`.
        origin: &'a str,
        /// What was posted: a string of JSON, parsed.
        message: &'a Value,
    },
    /// The `load` event of the Meet frame that is open.
    FrameLoaded,
    /// The card's button.
    Press(Press),
    /// The card's devices.
    Device(DeviceInput),
    /// The labels of the devices to enter with, as the check keeps them: before anything else happens, and whenever they change.
    Remembered(&'a Value),
    /// What came of [`Action::Sign`]; without a signature the browser has none to give.
    Signed {
        /// Which one it answers.
        attempt: u32,
        /// HMAC with SHA-256.
        signature: Option<&'a [u8]>,
    },
    /// The time of [`Action::WakeAt`] has come. Too early or too often does no harm.
    Tick,
}

/// What the shell is to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Show this.
    Show(Box<View>),
    /// Open Meet's frame. There is none at that moment.
    OpenFrame {
        /// Its address, which may hold a token.
        url: Secret,
        /// The server, for the frame's title.
        domain: String,
    },
    /// Empty the frame and remove it, so that the browser frees camera and microphone.
    CloseFrame,
    /// Post to the Meet frame as a string of JSON, for this origin only.
    PostToFrame {
        /// What.
        message: Value,
        /// The only origin that may receive it.
        origin: String,
    },
    /// Post to the parent window, for this origin only.
    PostToClient {
        /// What.
        message: Value,
        /// The only origin that may receive it.
        origin: String,
    },
    /// Sign this text with [`SECRET`](crate::wrapper::SECRET) and pass [`Input::Signed`].
    Sign {
        /// What the answer is told apart by.
        attempt: u32,
        /// The text, which holds a token: it goes nowhere else.
        text: Secret,
    },
    /// Do this about the card's devices.
    Device(DeviceAction),
    /// Write this trouble of Meet's into the browser's log.
    Log(String),
    /// Take on this look.
    Look(Theme),
    /// Pass [`Input::Tick`] at this time. Replaces the wake-up before it.
    WakeAt(Millis),
}
