//! The address of Meet's frame (`meet-iframe.md` 2). Meet's own library pastes domain and room in unchecked; here the domain
//! is a checked one and everything else is encoded.

use std::fmt;

use crate::ids::ConferenceId;
use crate::meet::MeetDomain;
use crate::meet::template::encode_component;

/// What a frame is opened with.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening<'a> {
    /// The server.
    pub domain: &'a MeetDomain,
    /// The conference there.
    pub conference_id: &'a ConferenceId,
    /// Whether this page came from loopback; then a loopback server is opened over http.
    pub page_is_loopback: bool,
    /// Which frame of this page it is, counted from 0. Makes the scope of its messages.
    pub instance: u32,
    /// The meeting's subject.
    pub subject: Option<&'a str>,
    /// Its subject for the viewer alone.
    pub local_subject: Option<&'a str>,
    /// What the user is called. Never a user id as e-mail address: Meet has no use for one.
    pub display_name: Option<&'a str>,
    /// The viewer's language as a BCP 47 tag.
    pub language: Option<&'a str>,
    /// Whether the microphone starts muted; `None` leaves it to the server.
    pub audio_muted: Option<bool>,
    /// Whether the camera starts off; `None` leaves it to the server. A voice call is this and nothing more: Meet's
    /// low-bandwidth modes also stop *receiving* video.
    pub video_muted: Option<bool>,
    /// The label of the microphone.
    pub audio_input: Option<&'a str>,
    /// The label of the camera.
    pub video_input: Option<&'a str>,
    /// It is the call of a video room, with a button to share the screen or without.
    pub video_room: Option<bool>,
    /// The token that lets the user in.
    pub token: Option<Token<'a>>,
}

/// A token, and where Meet looks for it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    /// The JWT.
    pub jwt: &'a str,
    /// In the query, where the server's access log sees it: releases without the event `ready` (up to 1.0.3 at least) read it nowhere
    /// else. From 10.2.0 on it is read in the fragment, which no server sees.
    pub in_query: bool,
}

impl fmt::Debug for Token<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("in_query", &self.in_query).finish_non_exhaustive()
    }
}

/// The URL to open: `https://<domain>/<conference>?lang=…#jitsi_meet_external_api_id=<n>&config.…`.
pub fn frame_url(opening: &Opening<'_>) -> String {
    let mut url = opening.domain.origin(opening.page_is_loopback);
    url.push('/');
    url.push_str(&encode_component(opening.conference_id.as_str()));
    let mut query = '?';
    let mut ask = |key: &str, value: &str| {
        url.push(std::mem::replace(&mut query, '&'));
        url.push_str(key);
        url.push_str(&encode_component(value));
    };
    if let Some(token) = opening.token.filter(|token| token.in_query) {
        ask("jwt=", token.jwt);
    }
    if let Some(language) = opening.language {
        ask("lang=", &meet_language(language));
    }
    url.push_str("#jitsi_meet_external_api_id=");
    url.push_str(&opening.instance.to_string());
    let mut add = |key: &str, json: &str| {
        url.push('&');
        url.push_str(key);
        url.push('=');
        url.push_str(&encode_component(json));
    };
    if let Some(token) = opening.token.filter(|token| !token.in_query) {
        add("jwt", &quoted(token.jwt));
    }
    if let Some(subject) = opening.local_subject {
        add("config.localSubject", &quoted(subject));
    }
    if let Some(subject) = opening.subject {
        add("config.subject", &quoted(subject));
    }
    if let Some(muted) = opening.audio_muted {
        add("config.startWithAudioMuted", boolean(muted));
    }
    if let Some(muted) = opening.video_muted {
        add("config.startWithVideoMuted", boolean(muted));
    }
    // Our card was the pre-join page. Both spellings: Meet renamed the key between 10.2.0 and 11.6.3.
    add("config.prejoinConfig", r#"{"enabled":false}"#);
    add("config.prejoinPageEnabled", "false");
    // On a phone Meet would else offer its app before anything else. Both spellings, the new one decides (section 9).
    add("config.deeplinking", r#"{"disabled":true}"#);
    add("config.disableDeepLinking", "true");
    // Meet opens its own picture-in-picture when it finds its frame hidden; inside a widget that always fails.
    add("config.pip", r#"{"disabled":true}"#);
    // A video room's own interface is the chat's (`chat-web.md` 5.3).
    if let Some(screensharing) = opening.video_room {
        add(
            "config.toolbarButtons",
            match screensharing {
                true => r#"["microphone","camera","desktop","tileview","hangup"]"#,
                false => r#"["microphone","camera","tileview","hangup"]"#,
            },
        );
        add("config.conferenceInfo", r#"{"autoHide":[]}"#);
        add("config.disableSelfViewSettings", "true");
    }
    // Never "log": its circular values wedged Meet.
    add("config.apiLogLevels", r#"["warn","error"]"#);
    add("interfaceConfig.VIDEO_LAYOUT_FIT", r#""height""#);
    if let Some(label) = opening.audio_input {
        add("devices.audioInput", &quoted(label));
    }
    if let Some(label) = opening.video_input {
        add("devices.videoInput", &quoted(label));
    }
    if let Some(name) = opening.display_name {
        add("userInfo.displayName", &quoted(name));
    }
    add("appData.localStorageContent", "null");
    url
}

const fn boolean(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

/// A text as JSON (RFC 8259, 7). serde_json's writer would bring its tables for floating-point numbers along, 8 KB of the page.
pub(crate) fn quoted(text: &str) -> String {
    let mut json = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => json.extend(['\\', character]),
            // A control character says nothing in a name, and its escape would be four digits.
            '\0'..='\x1f' => json.push(' '),
            _ => json.push(character),
        }
    }
    json.push('"');
    json
}

/// A BCP 47 tag as Meet spells languages: `de-at` is `deAT`, a variant that repeats the language goes, plain English is
/// `enGB` and American English `en` (`chat-web.md` 5.3).
pub fn meet_language(tag: &str) -> String {
    let (language, variant) = tag.split_once(['-', '_']).unwrap_or((tag, ""));
    let mut name = language.to_ascii_lowercase();
    if !variant.eq_ignore_ascii_case(language) {
        name.push_str(&variant.to_ascii_uppercase());
    }
    match name.as_str() {
        "en" => "enGB".into(),
        "enUS" => "en".into(),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meet::template::read_parameters;

    fn opening(domain: &MeetDomain, conference_id: &ConferenceId) -> String {
        frame_url(&Opening {
            domain,
            conference_id,
            page_is_loopback: false,
            instance: 3,
            subject: Some("Tea & \"cake\" #1"),
            local_subject: None,
            display_name: Some("Ann <b>"),
            language: Some("de-AT"),
            audio_muted: None,
            video_muted: Some(true),
            audio_input: None,
            video_input: Some("Cam=1"),
            video_room: None,
            token: None,
        })
    }

    fn url_of(conference: &str) -> String {
        let domain = MeetDomain::parse("meet.example.org:8443").expect("a domain");
        opening(&domain, &conference.into())
    }

    #[test]
    fn the_frame_is_opened_as_meet_reads_it() {
        let url = url_of("JitsiAbc");
        let (address, hash) = url.split_once('#').expect("a fragment");
        assert_eq!(address, "https://meet.example.org:8443/JitsiAbc?lang=deAT");
        let values = read_parameters(hash);
        let value = |name: &str| values.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        for (key, expected) in [
            ("jitsi_meet_external_api_id", "3"),
            ("config.subject", "\"Tea & \\\"cake\\\" #1\""),
            ("config.startWithVideoMuted", "true"),
            ("config.prejoinConfig", "{\"enabled\":false}"),
            ("config.prejoinPageEnabled", "false"),
            ("config.deeplinking", "{\"disabled\":true}"),
            ("config.disableDeepLinking", "true"),
            ("config.pip", "{\"disabled\":true}"),
            ("config.apiLogLevels", "[\"warn\",\"error\"]"),
            ("devices.videoInput", "\"Cam=1\""),
            ("userInfo.displayName", "\"Ann <b>\""),
            ("appData.localStorageContent", "null"),
        ] {
            assert_eq!(value(key), Some(expected), "{key}");
        }
        for absent in [
            "config.startWithAudioMuted",
            "config.startAudioOnly",
            "config.startLowBandwidthMode",
            "devices.audioInput",
            "userInfo.email",
            "jwt",
        ] {
            assert_eq!(value(absent), None, "{absent}");
        }
    }

    #[test]
    fn a_conference_name_can_t_leave_its_place_in_the_path() {
        for name in ["a/b", "a?b", "a#b", "a%2f..", "a&jwt=x", "a b", "ä"] {
            let url = url_of(name);
            let path = url
                .strip_prefix("https://meet.example.org:8443/")
                .and_then(|rest| rest.split_once("?lang="))
                .map(|(path, _)| path.to_owned())
                .expect("a path");
            assert_eq!(path, encode_component(name), "{name}");
        }
    }

    #[test]
    fn a_quoted_text_is_json_whatever_is_in_it() {
        for text in ["", "\"", "a\\", "\\\"", "Ann 🎉 </b> \u{2028}"] {
            let read: Result<String, _> = serde_json::from_str(&quoted(text));
            assert_eq!(read.ok().as_deref(), Some(text));
        }
        assert_eq!(quoted("two\nlines"), "\"two lines\"");
    }

    #[test]
    fn languages_are_spelt_as_meet_spells_them() {
        for (tag, name) in [
            ("en", "enGB"),
            ("en-US", "en"),
            ("en-GB", "enGB"),
            ("de", "de"),
            ("de-de", "de"),
            ("de_at", "deAT"),
            ("pt-BR", "ptBR"),
        ] {
            assert_eq!(meet_language(tag), name, "{tag}");
        }
    }
}
