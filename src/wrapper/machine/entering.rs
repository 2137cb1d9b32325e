//! The way into a conference: by a press, by the client's wish or by the site's, past the server's question who the user is, to Meet's
//! frame.

use crate::iframe_api::{Conversation, End, Introduction, NOT_POSSIBLE, Opening, Token, frame_url};
use crate::secret::Secret;
use crate::time::Millis;
use crate::widget_api::{Device, NoOpenId, OpenIdToken, WidgetInput};
use crate::wrapper::devices::Wish;
use crate::wrapper::machine::{Action, Machine, Outcome, Proof, State, Unproven};
use crate::wrapper::{Stage, token};

impl Machine {
    /// Enters where the site wishes so and it is safe to: in a client, on a server that the site itself named.
    pub(super) fn enter_by_itself(&mut self, now: Millis, actions: &mut Vec<Action>) {
        let trusted = matches!(&self.conference, Ok(conference) if self.site.as_ref().is_some_and(|site| site.enters_by_itself(&conference.domain)));
        let client_ready = self.client.as_ref().is_some_and(|client| client.ready);
        if trusted && client_ready && self.enters_by_itself {
            self.join(now, self.desk.wishes(), actions);
        }
    }

    /// What a client asks for, with what the card has where it asks for any.
    pub(super) fn wishes_of_client(&self, audio: &Device, video: &Device) -> [Wish; 2] {
        let [microphone, camera] = self.desk.wishes();
        [Wish::of_client(audio, microphone), Wish::of_client(video, camera)]
    }

    /// Somebody wants in, with these devices.
    pub(super) fn join(&mut self, now: Millis, wishes: [Wish; 2], actions: &mut Vec<Action>) {
        match &mut self.state {
            // A client that asks again is told again.
            State::Meeting { joined: Some(_), stage: Stage::Meeting, .. } => {
                return self.tell_client(now, WidgetInput::SayJoined, actions);
            }
            // The page entered by itself a moment before the client said that the camera is to stay off.
            State::Meeting { stage: Stage::Opening, devices, .. } if wishes != *devices => {
                actions.push(Action::CloseFrame);
            }
            State::SigningIn { devices, .. } => {
                *devices = wishes;
                return;
            }
            State::Meeting { stage: Stage::Opening | Stage::Waiting | Stage::Meeting, .. } => return,
            // Leaving: the old frame goes at once, the new one is a new conversation.
            State::Meeting { .. } => self.end(now, Outcome::Met(End::Left), actions),
            State::Card(_) => {}
        }
        self.enters_by_itself = false;
        // Some systems give a device to one page only.
        actions.extend(self.desk.close().map(Action::Device));
        match &self.conference {
            Ok(conference) if conference.auth.is_some() => self.sign_in(now, wishes, actions),
            Ok(_) => self.open(now, wishes, None, actions),
            // The client waits for an answer, and the card already says what is wrong.
            Err(_) => self.say_hung_up(now, Some(NOT_POSSIBLE), None, actions),
        }
    }

    /// Asks the chat who the user is. At each join: such a token lives for about an hour, and a card may be looked at for longer.
    fn sign_in(&mut self, now: Millis, devices: [Wish; 2], actions: &mut Vec<Action>) {
        self.state = State::SigningIn { devices, waits_for: Proof::Chat };
        if self.client.is_none() {
            return self.end(now, Outcome::Unproven(Unproven::Alone), actions);
        }
        self.tell_client(now, WidgetInput::AskOpenId, actions);
    }

    /// The chat asks its user, which takes as long as it takes.
    pub(super) fn chat_asks_its_user(&mut self) {
        if let State::SigningIn { waits_for, .. } = &mut self.state
            && *waits_for == Proof::Chat
        {
            *waits_for = Proof::User;
        }
    }

    /// The chat has given a token, or has not.
    pub(super) fn chat_answered(
        &mut self,
        now: Millis,
        result: Result<OpenIdToken, NoOpenId>,
        actions: &mut Vec<Action>,
    ) {
        let (State::SigningIn { waits_for: waits_for @ (Proof::Chat | Proof::User), .. }, Ok(conference)) =
            (&mut self.state, &self.conference)
        else {
            return;
        };
        match result {
            Ok(open_id) => {
                let text = Secret(token::unsigned(conference, &open_id));
                *waits_for = Proof::Browser { text: text.clone() };
                self.signed = self.signed.wrapping_add(1);
                actions.push(Action::Sign { attempt: self.signed, text });
            }
            Err(reason) => self.end(now, Outcome::Unproven(Unproven::NoOpenId(reason)), actions),
        }
    }

    /// The browser has signed, or can't.
    pub(super) fn signed(&mut self, now: Millis, attempt: u32, signature: Option<&[u8]>, actions: &mut Vec<Action>) {
        let State::SigningIn { devices, waits_for: Proof::Browser { text } } = &self.state else { return };
        if attempt != self.signed {
            return;
        }
        match signature {
            Some(signature) => {
                let (devices, jwt) = (devices.clone(), Secret(token::signed(&text.0, signature)));
                self.open(now, devices, Some(jwt), actions);
            }
            None => self.end(now, Outcome::Unproven(Unproven::NotSecure), actions),
        }
    }

    /// The user came without a token, or so it seems to this Meet: its release looks for it in the query alone.
    pub(super) fn has_not_read_its_token(&self) -> bool {
        matches!(&self.state, State::Meeting { conversation, jwt: Some(_), .. }
            if !self.token_in_query && !conversation.reads_token_in_fragment())
    }

    /// There it gets it, without another question to the user.
    pub(super) fn open_with_token_in_query(&mut self, now: Millis, actions: &mut Vec<Action>) {
        let State::Meeting { devices, jwt, .. } = &self.state else { return };
        let (devices, jwt) = (devices.clone(), jwt.clone());
        self.token_in_query = true;
        actions.push(Action::CloseFrame);
        self.open(now, devices, jwt, actions);
    }

    /// Opens Meet's frame.
    pub(super) fn open(&mut self, now: Millis, devices: [Wish; 2], jwt: Option<Secret>, actions: &mut Vec<Action>) {
        let Ok(conference) = &self.conference else { return };
        let [audio, video] = &devices;
        let opening = Opening {
            domain: &conference.domain,
            conference_id: &conference.conference_id,
            page_is_loopback: self.page_is_loopback,
            instance: self.opened,
            subject: conference.room_name.as_deref(),
            local_subject: conference.local_room_name.as_deref(),
            display_name: conference.display_name.as_deref(),
            language: self.language.as_deref(),
            audio_muted: audio.muted.or(conference.start_audio_muted),
            video_muted: video.muted.or(conference.starts_without_camera()),
            audio_input: audio.label.as_deref(),
            video_input: video.label.as_deref(),
            video_room: conference.video_channel.then_some(conference.screensharing),
            token: jwt.as_ref().map(|jwt| Token { jwt: &jwt.0, in_query: self.token_in_query }),
        };
        let introduction = Introduction {
            display_name: conference.display_name.clone(),
            avatar_url: conference.avatar_url.clone(),
            signed_in: jwt.is_some(),
            tiles: self.tiles,
        };
        actions.push(Action::OpenFrame { url: Secret(frame_url(&opening)), domain: conference.domain.as_str().into() });
        self.state = State::Meeting {
            conversation: Box::new(Conversation::new(now, self.opened, introduction)),
            stage: Stage::Opening,
            waits_for: None,
            joined: None,
            devices,
            jwt,
        };
        self.opened = self.opened.wrapping_add(1);
        self.tell_client(now, WidgetInput::SayOpening, actions);
    }
}
