//! Opening devices: which requests are made one after the other, and what is said when none succeeds.

use std::collections::VecDeque;

use crate::call::media::{MediaError, Wanted};

/// One request for devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// What is asked for.
    pub wanted: Wanted,
    /// Device ids must match, instead of being a wish.
    pub exact: bool,
}

/// The microphone, the camera, both or none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kinds {
    /// The microphone.
    pub audio: bool,
    /// The camera.
    pub video: bool,
}

/// What is done with the tracks that a request brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brought {
    /// They are kept.
    Kept {
        /// Why the camera that was wanted, too, is not among them.
        camera_failed: Option<MediaError>,
    },
    /// They are stopped, and [`Attempts::next`] says what follows.
    Stopped,
}

/// What is still wanted when a request was answered: people hang up while the browser asks them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Still {
    /// Whatever was wanted.
    Everything,
    /// No camera any more.
    NoCamera,
    /// Nothing: the capture is gone.
    Nothing,
}

/// The requests that are made until one succeeds: with ids exactly, then as a wish, then without the camera.
#[derive(Clone, Debug)]
pub struct Attempts {
    left: VecDeque<Attempt>,
    camera: bool,
    camera_error: Option<MediaError>,
    error: Option<MediaError>,
}

impl Attempts {
    /// To open this.
    pub fn of(wanted: &Wanted) -> Self {
        Self {
            left: attempts(wanted).into(),
            camera: wanted.video.is_some(),
            camera_error: None,
            // Nothing was wanted, and nothing is there.
            error: (wanted.audio.is_none() && wanted.video.is_none()).then_some(MediaError::NotFound),
        }
    }

    /// The next request; `None` when there is none, see [`end`](Self::end).
    pub fn next(&mut self, still: Still) -> Option<Attempt> {
        match still {
            Still::Everything => {}
            Still::NoCamera => self.forget_camera(),
            Still::Nothing => {
                *self = Self { left: VecDeque::new(), camera: false, camera_error: None, error: None };
            }
        }
        self.left.pop_front()
    }

    /// What became of the camera is nobody's concern any more.
    fn forget_camera(&mut self) {
        if std::mem::take(&mut self.camera) {
            self.left.retain(|attempt| attempt.wanted.video.is_none());
            self.camera_error = None;
            self.error = None;
        }
    }

    /// A request failed. `forbidden` by the page's Permissions Policy, as far as the browser tells.
    pub fn failed(&mut self, attempt: &Attempt, error: MediaError, forbidden: Kinds) {
        let wanted = &attempt.wanted;
        let framed = wanted.audio.is_some() && forbidden.audio || wanted.video.is_some() && forbidden.video;
        let error = error.framed_if(framed);
        self.error = Some(error);
        if wanted.video.is_some() {
            self.camera_error = Some(error);
        }
        if matches!(error, MediaError::NotAllowed | MediaError::Framed) {
            // Wishing for what the person has just refused would only ask again.
            self.left.retain(|later| later.wanted != *wanted);
        }
    }

    /// A request succeeded with tracks of these kinds. Chromium leaves out, without a word, what a Permissions Policy forbids: that is
    /// a refusal. Without the camera a voice call is left; without the microphone nothing is.
    pub fn brought(&mut self, attempt: &Attempt, kinds: Kinds, forbidden: Kinds) -> Brought {
        if attempt.wanted.audio.is_some() && !kinds.audio {
            self.failed(attempt, MediaError::NotAllowed, forbidden);
            return Brought::Stopped;
        }
        let left_out = attempt.wanted.video.is_some() && !kinds.video;
        let refused = MediaError::NotAllowed.framed_if(forbidden.video);
        let earlier = self.camera_error.filter(|_| attempt.wanted.video.is_none());
        Brought::Kept { camera_failed: if left_out { Some(refused) } else { earlier } }
    }

    /// No request is left: the error to name; `None` when what failed is not wanted any more.
    pub fn end(&self) -> Option<MediaError> {
        self.error
    }
}

fn attempts(wanted: &Wanted) -> Vec<Attempt> {
    let voice = Wanted { audio: wanted.audio.clone(), video: None };
    let mut attempts = Vec::new();
    for wanted in [wanted, &voice] {
        // Without a camera the second round would repeat the first; without a microphone it would ask for nothing.
        if wanted.audio.is_none() && wanted.video.is_none() || attempts.iter().any(|a: &Attempt| a.wanted == *wanted) {
            continue;
        }
        if wanted.audio.iter().chain(&wanted.video).any(Option::is_some) {
            attempts.push(Attempt { wanted: wanted.clone(), exact: true });
        }
        attempts.push(Attempt { wanted: wanted.clone(), exact: false });
    }
    attempts
}

#[cfg(test)]
mod tests {
    use super::Still::{Everything, NoCamera, Nothing};
    use super::*;

    fn attempt(audio: Option<Option<&str>>, video: Option<Option<&str>>, exact: bool) -> Attempt {
        let owned = |id: Option<&str>| id.map(str::to_owned);
        Attempt { wanted: Wanted { audio: audio.map(owned), video: video.map(owned) }, exact }
    }

    fn both() -> Attempt {
        attempt(Some(Some("a")), Some(None), true)
    }

    fn voice(exact: bool) -> Attempt {
        attempt(Some(Some("a")), None, exact)
    }

    /// Fails the next request, which has to be this one.
    fn fail(attempts: &mut Attempts, expected: &Attempt, error: MediaError) {
        assert_eq!(attempts.next(Everything).as_ref(), Some(expected));
        attempts.failed(expected, error, NONE);
    }

    const NONE: Kinds = Kinds { audio: false, video: false };
    const MICROPHONE: Kinds = Kinds { audio: true, video: false };
    const CAMERA: Kinds = Kinds { audio: false, video: true };
    const BOTH: Kinds = Kinds { audio: true, video: true };

    fn kept(camera_failed: Option<MediaError>) -> Brought {
        Brought::Kept { camera_failed }
    }

    #[test]
    fn a_chosen_device_is_demanded_then_wished_for_and_the_camera_is_given_up_last() {
        let mut attempts = Attempts::of(&both().wanted);
        for expected in [both(), Attempt { exact: false, ..both() }, voice(true), voice(false)] {
            fail(&mut attempts, &expected, MediaError::Unfit);
        }
        assert_eq!((attempts.next(Everything), attempts.end()), (None, Some(MediaError::Unfit)));
    }

    #[test]
    fn no_request_is_made_twice_or_for_nothing() {
        let all = |audio, video| attempts(&attempt(audio, video, false).wanted);
        assert_eq!(all(Some(None), None), [attempt(Some(None), None, false)]);
        assert_eq!(all(None, Some(None)), [attempt(None, Some(None), false)]);
        assert_eq!(all(None, None), []);
        assert_eq!(Attempts::of(&Wanted::default()).end(), Some(MediaError::NotFound));
    }

    #[test]
    fn what_was_refused_is_not_wished_for_and_a_voice_call_is_asked_for_all_the_same() {
        let mut attempts = Attempts::of(&both().wanted);
        fail(&mut attempts, &both(), MediaError::NotAllowed);
        fail(&mut attempts, &voice(true), MediaError::NotAllowed);
        assert_eq!((attempts.next(Everything), attempts.end()), (None, Some(MediaError::NotAllowed)));
    }

    #[test]
    fn a_voice_call_says_why_its_camera_failed_and_a_camera_that_opens_says_nothing() {
        let mut attempts = Attempts::of(&both().wanted);
        fail(&mut attempts, &both(), MediaError::NotFound);
        let wish = Attempt { exact: false, ..both() };
        assert_eq!(attempts.brought(&wish, BOTH, NONE), kept(None));
        fail(&mut attempts, &wish, MediaError::InUse);
        fail(&mut attempts, &voice(true), MediaError::Unfit);
        assert_eq!(attempts.brought(&voice(false), MICROPHONE, NONE), kept(Some(MediaError::InUse)));
    }

    /// The browser asked again after the call was over.
    #[test]
    fn nothing_is_asked_for_once_nothing_is_wanted() {
        let mut attempts = Attempts::of(&both().wanted);
        fail(&mut attempts, &both(), MediaError::Unfit);
        assert_eq!((attempts.next(Nothing), attempts.end()), (None, None));
    }

    #[test]
    fn a_camera_that_is_not_wanted_any_more_is_neither_asked_for_nor_missed() {
        let mut attempts = Attempts::of(&both().wanted);
        fail(&mut attempts, &both(), MediaError::InUse);
        assert_eq!(attempts.next(NoCamera), Some(voice(true)));
        assert_eq!(attempts.brought(&voice(true), MICROPHONE, NONE), kept(None));
        attempts.failed(&voice(true), MediaError::Unfit, NONE);
        assert_eq!(attempts.next(NoCamera), Some(voice(false)));
        attempts.failed(&voice(false), MediaError::InUse, NONE);
        assert_eq!((attempts.next(NoCamera), attempts.end()), (None, Some(MediaError::InUse)));

        let camera = attempt(None, Some(Some("c")), true);
        let mut attempts = Attempts::of(&camera.wanted);
        fail(&mut attempts, &camera, MediaError::InUse);
        assert_eq!((attempts.next(NoCamera), attempts.end()), (None, None));
    }

    #[test]
    fn a_camera_that_the_policy_leaves_out_makes_a_voice_call_that_says_so() {
        let mut attempts = Attempts::of(&both().wanted);
        assert_eq!(attempts.next(Everything), Some(both()));
        assert_eq!(attempts.brought(&both(), MICROPHONE, CAMERA), kept(Some(MediaError::Framed)));
        // A browser that doesn't tell its policy.
        assert_eq!(attempts.brought(&both(), MICROPHONE, NONE), kept(Some(MediaError::NotAllowed)));
    }

    /// The picture of somebody who can't be heard is not what they asked for.
    #[test]
    fn a_microphone_that_the_policy_leaves_out_ends_the_attempt_and_its_camera_is_stopped() {
        let mut attempts = Attempts::of(&both().wanted);
        assert_eq!(attempts.next(Everything), Some(both()));
        assert_eq!(attempts.brought(&both(), CAMERA, MICROPHONE), Brought::Stopped);
        assert_eq!(attempts.next(Everything), Some(voice(true)));
        attempts.failed(&voice(true), MediaError::NotAllowed, MICROPHONE);
        assert_eq!((attempts.next(Everything), attempts.end()), (None, Some(MediaError::Framed)));
    }

    #[test]
    fn a_refusal_is_the_policys_only_where_it_forbids_what_was_asked_for() {
        let mut attempts = Attempts::of(&voice(false).wanted);
        assert_eq!(attempts.next(Everything), Some(voice(true)));
        attempts.failed(&voice(true), MediaError::NotAllowed, CAMERA);
        assert_eq!(attempts.end(), Some(MediaError::NotAllowed));
    }
}
