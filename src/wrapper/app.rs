//! The way into the Meet app on a phone: a link for a person to press (`mobile.md` 4.5). It never holds a token, because any app can
//! claim such an address.

use crate::meet::template::encode_component;
use crate::wrapper::Conference;

/// Tells Meet's own page, in both spellings that it has had, not to offer the app once more.
const STAY_IN_THE_BROWSER: &str = "#config.deeplinking.disabled=true&config.disableDeepLinking=true";
/// The camera starts off.
const VOICE: &str = "config.startWithVideoMuted=true";

/// A kind of phone or tablet that the Meet app exists for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phone {
    /// Android.
    Android,
    /// An iPhone or iPad.
    Ios,
}

impl Phone {
    /// Reads `navigator.userAgent` and `navigator.maxTouchPoints`. An iPad calls itself a Macintosh, which has no touch screen.
    pub fn of_browser(user_agent: &str, touch_points: i32) -> Option<Self> {
        // Not `contains`: the searcher behind it is 6 KB of the page.
        let has = |name: &str| user_agent.as_bytes().windows(name.len()).any(|part| part == name.as_bytes());
        if has("Android") {
            Some(Self::Android)
        } else if has("iPhone") || has("iPad") || has("iPod") || has("Macintosh") && touch_points > 1 {
            Some(Self::Ios)
        } else {
            None
        }
    }
}

/// The link that opens a conference in the app. Android goes to the web page where the app is missing; iOS can't tell. `None` for
/// a conference that wants a token.
pub fn app_link(phone: Phone, conference: &Conference) -> Option<String> {
    if conference.auth.is_some() {
        return None;
    }
    let id = encode_component(conference.conference_id.as_str());
    let place = [conference.domain.as_str(), "/", &id].concat();
    let voice = if conference.audio_only { ["#", VOICE] } else { [""; 2] }.concat();
    Some(match phone {
        Phone::Ios => ["org.jitsi.meet://", &place, &voice].concat(),
        Phone::Android => {
            let and_voice = if conference.audio_only { ["&", VOICE] } else { [""; 2] }.concat();
            let page = ["https://", &place, STAY_IN_THE_BROWSER, &and_voice].concat();
            [
                "intent://",
                &place,
                &voice,
                "#Intent;scheme=org.jitsi.meet;package=org.jitsi.meet;S.browser_fallback_url=",
                &encode_component(&page),
                ";end",
            ]
            .concat()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Page;
    use crate::wrapper::Parameters;

    const ANDROID: &str = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile \
                           Safari/537.36";
    const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                          Version/18.6 Mobile/15E148 Safari/604.1";
    const MAC: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                       Version/18.6 Safari/605.1.15";

    fn link(phone: Phone, fragment: &str) -> Option<String> {
        let parameters = Parameters::read(&Page { fragment, query: "", url: "https://chat.test/jitsi.html" });
        app_link(phone, &parameters.conference.expect("a conference"))
    }

    #[test]
    fn phones_and_tablets_are_told_from_computers() {
        assert_eq!(Phone::of_browser(ANDROID, 5), Some(Phone::Android));
        assert_eq!(Phone::of_browser(IPHONE, 5), Some(Phone::Ios));
        assert_eq!(Phone::of_browser(MAC, 5), Some(Phone::Ios), "an iPad");
        assert_eq!(Phone::of_browser(MAC, 0), None, "a Mac");
        assert_eq!(Phone::of_browser("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0", 10), None);
        assert_eq!(Phone::of_browser("", 0), None);
    }

    #[test]
    fn the_app_opens_the_conference_on_its_own_server() {
        let address = "conferenceDomain=meet.example.org%3A8443&conferenceId=tea%20%23%3B%2F1";
        assert_eq!(
            link(Phone::Ios, address).as_deref(),
            Some("org.jitsi.meet://meet.example.org:8443/tea%20%23%3B%2F1")
        );
        assert_eq!(
            link(Phone::Android, address).as_deref(),
            Some(
                "intent://meet.example.org:8443/tea%20%23%3B%2F1#Intent;scheme=org.jitsi.meet;package=org.jitsi.meet;\
                 S.browser_fallback_url=https%3A%2F%2Fmeet.example.org%3A8443%2Ftea%2520%2523%253B%252F1%23config.\
                 deeplinking.disabled%3Dtrue%26config.disableDeepLinking%3Dtrue;end"
            )
        );
    }

    #[test]
    fn a_conference_by_voice_starts_without_camera_in_the_app_too() {
        let address = "conferenceDomain=meet.example.org&conferenceId=tea&isAudioOnly=true";
        let ios = "org.jitsi.meet://meet.example.org/tea#config.startWithVideoMuted=true";
        assert_eq!(link(Phone::Ios, address).as_deref(), Some(ios));
        let android = link(Phone::Android, address).expect("a link");
        assert!(
            android.starts_with("intent://meet.example.org/tea#config.startWithVideoMuted=true#Intent;"),
            "{android}"
        );
        assert!(android.ends_with("%26config.startWithVideoMuted%3Dtrue;end"), "{android}");
    }

    #[test]
    fn a_conference_that_wants_a_token_has_no_link() {
        let address = "conferenceDomain=meet.example.org&conferenceId=tea&auth=openidtoken-jwt&roomId=!a:b";
        for phone in [Phone::Android, Phone::Ios] {
            assert_eq!(link(phone, address), None);
        }
    }
}
