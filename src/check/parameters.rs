//! What the address of `check.html` asks for.

use crate::page::{Page, Theme, Values};

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// How the pages are hosted.
    Hosting,
    /// Microphone and camera: the address has the word `devices`.
    Devices,
    /// The servers that calls need: the address has the word `calls`.
    Calls,
}

impl Subject {
    /// The name in `data-stage`, which the style sheet knows, and the id of its section.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hosting => "hosting",
            Self::Devices => "devices",
            Self::Calls => "calls",
        }
    }

    /// What is looked at where the page stands in a frame of a page of ours, or does not: a link, or a stranger's frame, must never
    /// open a camera.
    #[must_use]
    pub const fn in_frame_of_ours(self, framed: bool) -> Self {
        if framed || !matches!(self, Self::Devices) { self } else { Self::Hosting }
    }
}

/// What the address says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// What is looked at.
    pub subject: Subject,
    /// Light or dark, when the address says so.
    pub theme: Option<Theme>,
    /// The viewer's language, as a BCP 47 tag of ASCII letters, digits and hyphens.
    pub language: Option<String>,
    /// The homeserver's name that is to be looked at, as it stands there: `server`. Nothing is asked of it before a press.
    pub server: Option<String>,
    /// The Meet server's, likewise: `domain`.
    pub domain: Option<String>,
}

impl Parameters {
    /// Reads the page's address.
    pub fn read(page: &Page<'_>) -> Self {
        let values = Values::read(page);
        let subject = [Subject::Devices, Subject::Calls].into_iter().find(|subject| values.has(subject.as_str()));
        Self {
            subject: subject.unwrap_or(Subject::Hosting),
            theme: values.theme(),
            language: values.language().map(str::to_owned),
            server: values.get("server").map(str::to_owned),
            domain: values.get("domain").map(str::to_owned),
        }
    }
}

/// The address of `check.html` that asks for this; what it names is as [`Parameters::read`] wants it.
pub fn address(subject: Subject, theme: Option<Theme>, language: Option<&str>) -> String {
    let mut address = String::from("check.html");
    let mut separator = "#";
    if subject != Subject::Hosting {
        address.push('#');
        address.push_str(subject.as_str());
        separator = "&";
    }
    for (name, value) in [("theme=", theme.map(Theme::as_str)), ("language=", language)] {
        if let Some(value) = value {
            for part in [separator, name, value] {
                address.push_str(part);
            }
            separator = "&";
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_is_read_from_it() {
        assert_eq!(address(Subject::Hosting, None, None), "check.html");
        for subject in [Subject::Hosting, Subject::Devices, Subject::Calls] {
            for theme in [None, Some(Theme::Light), Some(Theme::Dark)] {
                for language in [None, Some("de-AT")] {
                    let address = address(subject, theme, language);
                    let fragment = address.strip_prefix("check.html").expect("the page");
                    let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
                    let language = language.map(str::to_owned);
                    let expected = Parameters { subject, theme, language, server: None, domain: None };
                    assert_eq!(read(fragment), expected, "{address}");
                }
            }
        }
    }

    fn read(fragment: &str) -> Parameters {
        Parameters::read(&Page { fragment, query: "", url: "https://chat.test/check.html" })
    }

    #[test]
    fn the_word_devices_asks_for_the_look_at_them_and_anything_else_for_the_hosting() {
        for fragment in ["devices", "devices&theme=dark&language=de", "language=de&devices=", "devices=yes"] {
            assert_eq!(read(fragment).subject, Subject::Devices, "{fragment}");
        }
        for fragment in ["", "language=de&theme=dark", "a=devices", "devicesx"] {
            assert_eq!(read(fragment).subject, Subject::Hosting, "{fragment}");
        }
    }

    #[test]
    fn a_link_opens_no_camera() {
        assert_eq!(Subject::Devices.in_frame_of_ours(true), Subject::Devices);
        assert_eq!(Subject::Devices.in_frame_of_ours(false), Subject::Hosting);
        assert_eq!(Subject::Calls.in_frame_of_ours(false), Subject::Calls, "it opens none before a press");
    }

    #[test]
    fn whoever_runs_a_server_can_be_sent_to_the_check_of_it() {
        let parameters = read("calls&server=example.org&domain=meet.example.org%3A8443");
        assert_eq!(parameters.subject, Subject::Calls);
        assert_eq!(parameters.server.as_deref(), Some("example.org"));
        assert_eq!(parameters.domain.as_deref(), Some("meet.example.org:8443"));
    }

    #[test]
    fn look_and_language_come_with_either() {
        for fragment in ["devices&theme=light&language=pt-BR", "theme=light&language=pt-BR"] {
            let parameters = read(fragment);
            assert_eq!((parameters.theme, parameters.language.as_deref()), (Some(Theme::Light), Some("pt-BR")));
        }
    }
}
