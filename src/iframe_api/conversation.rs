//! One frame's life: opened, answered, joined, left.

use serde_json::Value;

use crate::iframe_api::device::ToggledDevice;
use crate::iframe_api::end::{End, Failure, Waiting};
use crate::iframe_api::message::{self, Event, MeetError, Message};
use crate::iframe_api::others::Others;
use crate::iframe_api::postis::Postis;
use crate::json;
use crate::secret::Secret;
use crate::time::Millis;
use crate::widget_api::{DeviceStates, Participant};

/// How long Meet may keep silent after its frame was opened.
pub const ANSWER_LIMIT: Millis = Millis::seconds(15);
/// How long Meet may take to say goodbye after a hang-up, and to close after having left. Later it would show its welcome page.
pub const CLOSE_LIMIT: Millis = Millis::seconds(3);
/// How long Meet may take to be back in after its page began anew. A welcome page begins too, and leads nowhere.
const RELOAD_LIMIT: Millis = Millis::seconds(30);

/// Requests that are answered by id.
const ASKED_AUDIO: u64 = 1;
const ASKED_VIDEO: u64 = 2;

/// How the user is introduced once in. Sent only then: Meet escapes the name in its URL as if it were HTML, and early commands
/// have crashed it (`meet-iframe.md` 2 and 5).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Introduction {
    /// What they are called.
    pub display_name: Option<String>,
    /// An HTTP address of their picture.
    pub avatar_url: Option<String>,
    /// Whether the frame was opened with a token: then a refused connection means that the token was refused.
    pub signed_in: bool,
    /// Whether everybody is to be seen in tiles; `None` leaves it to Meet.
    pub tiles: Option<bool>,
}

/// What happens to a conversation.
#[derive(Clone, Debug, PartialEq)]
pub enum ConversationInput<'a> {
    /// The frame posted this (a string of JSON, parsed); window and origin were checked.
    Received(&'a Value),
    /// The user wants out.
    HangUp,
    /// The user wants devices on or off; `None` leaves one alone.
    SetDevices(DeviceStates),
    /// Everybody in tiles, or whoever speaks large; for later, too, while the user is not in.
    SetTiles(bool),
    /// Stream the meeting to where this key leads. Whether it begins is for Meet to show: nothing of that comes back.
    StartStream(&'a Secret),
    /// The frame's `load` event, which says nothing of what has loaded.
    Loaded,
    /// The time of [`Conversation::deadline`] has come. Too early or too often does no harm.
    Tick,
}

/// What a conversation wants done, or found out.
#[derive(Clone, Debug, PartialEq)]
pub enum ConversationOutput {
    /// Post this to the frame as a string of JSON, for its origin only.
    Post(Value),
    /// Meet is there and may be seen: it may ask for a password or show its lobby.
    Answered,
    /// The user is not in yet and waits for this; shown by Meet itself.
    Waits(Waiting),
    /// The user is in. Again after Meet reloaded itself or changed rooms.
    Joined,
    /// Who is in, the user first. Nobody: Meet no longer knows, since the user is out of it, perhaps to come back.
    Participants(Vec<Participant>),
    /// Devices that were switched; `None` is unknown.
    Devices(DeviceStates),
    /// Trouble that Meet recovers from, by its name: worth a line in the browser's log.
    Trouble(String),
    /// It is over. The last output there is.
    Ended(End),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Silent { until: Millis },
    Talking,
    Left { until: Millis },
    HangingUp { until: Millis },
    Over,
}

/// One frame's dialogue with Meet.
#[derive(Debug)]
pub struct Conversation {
    postis: Postis,
    introduction: Introduction,
    phase: Phase,
    joined: bool,
    says_ready: bool,
    /// How often the frame has loaded, and whether Meet has said since that its page begins.
    loads: u32,
    begun: bool,
    waiting: Option<Waiting>,
    /// How it will end, as Meet said before the usual goodbye.
    announced: Option<End>,
    audio: ToggledDevice,
    video: ToggledDevice,
    me: Option<Participant>,
    others: Others,
    /// Somebody is in a breakout room of the meeting, whom Meet does not name to those who are not.
    beyond: bool,
}

impl Conversation {
    /// The conversation with a frame that is opened now. `instance` is the one in its URL.
    pub fn new(now: Millis, instance: u32, introduction: Introduction) -> Self {
        Self {
            postis: Postis::new(instance, now.0),
            introduction,
            phase: Phase::Silent { until: now.plus(ANSWER_LIMIT) },
            joined: false,
            says_ready: false,
            loads: 0,
            begun: false,
            waiting: None,
            announced: None,
            audio: ToggledDevice::default(),
            video: ToggledDevice::default(),
            me: None,
            others: Others::default(),
            beyond: false,
        }
    }

    /// Takes what happened, gives what follows, in order. Nothing follows once it has ended.
    pub fn handle(&mut self, now: Millis, input: ConversationInput<'_>) -> Vec<ConversationOutput> {
        let mut outputs = Vec::new();
        if self.phase == Phase::Over {
            return outputs;
        }
        match input {
            ConversationInput::Received(posted) => {
                if let Some(received) = self.postis.receive(now, posted) {
                    outputs.extend(received.posts.into_iter().map(ConversationOutput::Post));
                    match received.message.as_ref().map(Message::read) {
                        Some(Message::Event(event)) => self.event(now, event, &mut outputs),
                        Some(Message::Response(id, result)) => {
                            self.response(now, id, &result, &mut outputs);
                        }
                        Some(Message::Other) | None => {}
                    }
                }
            }
            ConversationInput::HangUp => match self.phase {
                Phase::Silent { .. } => self.end(End::Left, &mut outputs),
                // Also out of `Left`, which may be a reload and lead back in.
                Phase::Talking | Phase::Left { .. } => {
                    self.others.user_leaves(now);
                    self.command("video-hangup", None, &mut outputs);
                    self.phase = Phase::HangingUp { until: now.plus(CLOSE_LIMIT) };
                }
                Phase::HangingUp { .. } | Phase::Over => {}
            },
            ConversationInput::SetDevices(wanted) => {
                if wanted.audio_enabled.is_some_and(|on| self.audio.want(now, on)) {
                    self.command("toggle-audio", None, &mut outputs);
                }
                if wanted.video_enabled.is_some_and(|on| self.video.want(now, on)) {
                    self.command("toggle-video", None, &mut outputs);
                }
            }
            ConversationInput::SetTiles(on) => {
                self.introduction.tiles = Some(on);
                if self.joined {
                    self.set_tiles(&mut outputs);
                }
            }
            ConversationInput::StartStream(key) => {
                let mut data = json::with("mode", "stream");
                data.insert("youtubeStreamKey".into(), key.0.as_str().into());
                self.command("start-recording", Some(data.into()), &mut outputs);
            }
            ConversationInput::Loaded => {
                self.loads = self.loads.saturating_add(1);
                // Something else than Meet is in the frame, unless it still says otherwise. Before the user is in, that may be a page
                // to sign in at.
                if !std::mem::take(&mut self.begun) && self.loads > 1 && self.joined {
                    self.leaving(now);
                }
            }
            ConversationInput::Tick => self.tick(now, &mut outputs),
        }
        outputs
    }

    /// Whether this Meet is of a release that reads its token in the fragment; see [`Token`](crate::iframe_api::Token).
    pub fn reads_token_in_fragment(&self) -> bool {
        self.says_ready
    }

    /// Who else was in as the user left, or is in now; nobody before the user has been in.
    pub fn stayed(&self, now: Millis) -> impl Iterator<Item = &Participant> {
        self.others.stayed(now).filter(|_| self.joined)
    }

    /// When [`ConversationInput::Tick`] is due.
    pub fn deadline(&self) -> Option<Millis> {
        let limit = match self.phase {
            Phase::Silent { until } | Phase::Left { until } | Phase::HangingUp { until } => Some(until),
            Phase::Talking => None,
            Phase::Over => return None,
        };
        limit.into_iter().chain(self.postis.deadline()).min()
    }

    fn tick(&mut self, now: Millis, outputs: &mut Vec<ConversationOutput>) {
        outputs.extend(self.postis.tick(now).map(ConversationOutput::Post));
        match self.phase {
            Phase::Silent { until } if until <= now => {
                self.end(End::Failed(Failure::NoAnswer), outputs);
            }
            // Left before it let anybody in: it could not start (`meet-iframe.md` 4), and nobody wanted out.
            Phase::Left { until } if until <= now && !self.joined && self.announced.is_none() => {
                self.end(End::Failed(Failure::Lost("video-conference-left".to_owned())), outputs);
            }
            Phase::Left { until } | Phase::HangingUp { until } if until <= now => {
                self.end(End::Left, outputs);
            }
            _ => {}
        }
    }

    fn event(&mut self, now: Millis, event: Event, outputs: &mut Vec<ConversationOutput>) {
        if matches!(self.phase, Phase::Silent { .. }) {
            self.phase = Phase::Talking;
            outputs.push(ConversationOutput::Answered);
        }
        match event {
            Event::Joined { me, breakout } => {
                // Also out of `Left`: Meet reloaded itself or moved to a breakout room.
                if !matches!(self.phase, Phase::HangingUp { .. }) {
                    self.phase = Phase::Talking;
                }
                self.joined = true;
                // What was announced was not the end.
                self.announced = None;
                // In a breakout room nobody can tell who is in the meeting.
                self.me = (!breakout).then_some(me);
                self.others.user_came();
                self.introduce(outputs);
                outputs.push(ConversationOutput::Joined);
                if breakout {
                    // Said again: who left a moment ago is in, and it was no goodbye.
                    self.says_nobody(outputs);
                }
                self.people_changed(outputs);
            }
            Event::Left => {
                self.leaving(now);
                self.others.forget(now);
                self.knows_nobody(outputs);
            }
            Event::ReadyToClose => self.end(End::Left, outputs),
            Event::PasswordRequired => self.waits(Waiting::Password, outputs),
            Event::Error(error) => self.error(now, &error, outputs),
            Event::RemovedByModerator { by } => {
                self.leaving(now);
                self.announced = Some(End::Removed { by });
            }
            Event::ParticipantJoined(participant) => {
                self.others.came(participant);
                self.people_changed(outputs);
            }
            Event::ParticipantLeft(id) => {
                self.others.left(now, &id);
                self.people_changed(outputs);
            }
            Event::Renamed { id, name } => {
                self.others.renamed(&id, name.as_deref());
                if let Some(me) = self.me.as_mut().filter(|me| me.id == id) {
                    me.display_name = name;
                }
                self.people_changed(outputs);
            }
            Event::BreakoutRooms { occupied } => {
                let was = std::mem::replace(&mut self.beyond, occupied);
                if occupied && !was && self.me.is_some() {
                    self.says_nobody(outputs);
                } else if was && !occupied {
                    self.people_changed(outputs);
                }
            }
            Event::AudioMuted(muted) => self.audio_is(now, !muted, outputs),
            Event::VideoMuted(muted) => self.video_is(now, !muted, outputs),
            Event::MicrophoneFailed => {
                self.audio.failed();
                outputs.push(devices(Some(false), None));
            }
            Event::CameraFailed => {
                self.video.failed();
                outputs.push(devices(None, Some(false)));
            }
            Event::Begins => {
                self.begun = true;
                self.knows_nobody(outputs);
                // It loads itself again, which may take longer than a goodbye. What was announced comes all the same.
                if matches!(self.phase, Phase::Left { .. }) && self.announced.is_none() {
                    self.phase = Phase::Left { until: now.plus(RELOAD_LIMIT) };
                }
            }
            Event::Ready => {
                self.says_ready = true;
                // A page that loads itself again may be gone before it says so.
                self.others.forget(now);
            }
            Event::Other(_) => {}
        }
    }

    /// Meet is about to say goodbye, or it loads itself again.
    fn leaving(&mut self, now: Millis) {
        self.others.user_leaves(now);
        if self.phase == Phase::Talking {
            self.phase = Phase::Left { until: now.plus(CLOSE_LIMIT) };
        }
    }

    fn error(&mut self, now: Millis, error: &MeetError, outputs: &mut Vec<ConversationOutput>) {
        if let Some(waiting) = Waiting::of(error) {
            self.waits(waiting, outputs);
        } else if error.name == "conference.destroyed" {
            self.leaving(now);
            self.announced = Some(End::EndedForAll);
        } else if let Some(failure) = Failure::of(error, self.joined, self.introduction.signed_in) {
            // Whoever hangs up is out, whatever Meet says to it.
            let wanted = matches!(self.phase, Phase::HangingUp { .. });
            self.end(if wanted { End::Left } else { End::Failed(failure) }, outputs);
        } else {
            outputs.push(ConversationOutput::Trouble(error.name.clone()));
        }
    }

    /// Meet repeats some of these every few seconds.
    fn waits(&mut self, waiting: Waiting, outputs: &mut Vec<ConversationOutput>) {
        if matches!(self.phase, Phase::Left { .. }) && self.announced.is_none() {
            self.phase = Phase::Talking;
        }
        if !self.joined && self.waiting.replace(waiting) != Some(waiting) {
            outputs.push(ConversationOutput::Waits(waiting));
        }
    }

    fn response(&mut self, now: Millis, id: u64, result: &Value, outputs: &mut Vec<ConversationOutput>) {
        // A Meet that lacks the request answers with an object.
        match (id, result.as_bool()) {
            (ASKED_AUDIO, Some(muted)) => self.audio_is(now, !muted, outputs),
            (ASKED_VIDEO, Some(muted)) => self.video_is(now, !muted, outputs),
            _ => {}
        }
    }

    fn introduce(&mut self, outputs: &mut Vec<ConversationOutput>) {
        let Introduction { display_name, avatar_url, .. } = self.introduction.clone();
        if let Some(name) = display_name {
            self.command("display-name", Some(name.into()), outputs);
        }
        if let Some(address) = avatar_url {
            self.command("avatar-url", Some(address.into()), outputs);
        }
        self.set_tiles(outputs);
        self.post(message::request(ASKED_AUDIO, "is-audio-muted"), outputs);
        self.post(message::request(ASKED_VIDEO, "is-video-muted"), outputs);
    }

    fn set_tiles(&mut self, outputs: &mut Vec<ConversationOutput>) {
        if let Some(on) = self.introduction.tiles {
            self.command("set-tile-view", Some(on.into()), outputs);
        }
    }

    fn audio_is(&mut self, now: Millis, on: bool, outputs: &mut Vec<ConversationOutput>) {
        if self.audio.report(now, on) {
            self.command("toggle-audio", None, outputs);
        }
        outputs.push(devices(Some(on), None));
    }

    fn video_is(&mut self, now: Millis, on: bool, outputs: &mut Vec<ConversationOutput>) {
        if self.video.report(now, on) {
            self.command("toggle-video", None, outputs);
        }
        outputs.push(devices(None, Some(on)));
    }

    /// Meet names those who are in before it lets the user in; and never all, while some are in breakout rooms.
    fn people_changed(&self, outputs: &mut Vec<ConversationOutput>) {
        if let Some(me) = self.me.as_ref().filter(|_| !self.beyond) {
            let everyone = std::iter::once(me).chain(self.others.present()).cloned().collect();
            outputs.push(ConversationOutput::Participants(everyone));
        }
    }

    /// The user is out of it, for a reload perhaps: those who were named are not known to be in.
    fn knows_nobody(&mut self, outputs: &mut Vec<ConversationOutput>) {
        if self.me.take().is_some() {
            self.says_nobody(outputs);
        }
    }

    fn says_nobody(&self, outputs: &mut Vec<ConversationOutput>) {
        // Who hangs up here is about to say so.
        if !matches!(self.phase, Phase::HangingUp { .. }) {
            outputs.push(ConversationOutput::Participants(Vec::new()));
        }
    }

    /// Left, ready to close, an error and a limit may all come; the first one that ends it is the end.
    fn end(&mut self, end: End, outputs: &mut Vec<ConversationOutput>) {
        self.phase = Phase::Over;
        let end = match (self.announced.take(), end) {
            (Some(announced), End::Left) => announced,
            (None, End::Left) if !self.joined => End::NotJoined,
            (_, end) => end,
        };
        outputs.push(ConversationOutput::Ended(end));
    }

    fn command(&mut self, name: &str, argument: Option<Value>, outputs: &mut Vec<ConversationOutput>) {
        self.post(message::command(name, argument), outputs);
    }

    fn post(&mut self, message: Value, outputs: &mut Vec<ConversationOutput>) {
        outputs.extend(self.postis.send(message).map(ConversationOutput::Post));
    }
}

fn devices(audio_enabled: Option<bool>, video_enabled: Option<bool>) -> ConversationOutput {
    ConversationOutput::Devices(DeviceStates { audio_enabled, video_enabled })
}

#[cfg(test)]
mod tests;
