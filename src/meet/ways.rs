//! The ways into a conference outside of this chat: its address for a browser, the Meet app of a phone, and the app of the chat where
//! the server wants to know who comes (`mobile.md` 4.5). An address with a token is none of them: custom schemes can be taken over on
//! iOS, and what is copied is passed on.

use serde_json::Value;

use crate::address::Address;
use crate::ids::{RoomId, UserId};
use crate::json::{self, Object};
use crate::meet::template::encode_component;
use crate::meet::widget::MeetWidget;
use crate::within;

/// The scheme and the Android package of the Meet app of the stores.
const APP: &str = "org.jitsi.meet";
/// Where links to rooms lead to the chat's app.
const CHAT_LINKS: &str = "https://matrix.to/#/";

/// A phone or a tablet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phone {
    /// With Android.
    Android,
    /// With iOS or iPadOS.
    Ios,
}

impl Phone {
    /// Tells it by what the browser says of itself. An iPad says that it is a Macintosh, which has no fingers to be touched with.
    pub fn read(user_agent: &str, touch_points: u32) -> Option<Self> {
        let says = |word: &str| within::has(user_agent, word);
        if says("Android") {
            Some(Self::Android)
        } else if says("iPhone") || says("iPad") || says("iPod") || (says("Macintosh") && touch_points > 1) {
            Some(Self::Ios)
        } else {
            None
        }
    }

    /// Where the Meet app is to be had.
    pub const fn store(self) -> &'static str {
        match self {
            Self::Android => "https://play.google.com/store/apps/details?id=org.jitsi.meet",
            Self::Ios => "https://apps.apple.com/app/jitsi-meet/id1165103905",
        }
    }
}

/// `meet_in_chat.app_links`: which apps links lead to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppLinks {
    /// The scheme of the Meet app on iOS; `None`: no link.
    ios: Option<String>,
    /// Scheme and package of the Meet app on Android; `None`: no link.
    android: Option<(String, String)>,
    /// What a room's id is put behind to make a link to the chat's app; `None`: no link.
    chat: Option<String>,
}

impl AppLinks {
    /// Reads the site's `config.json`. `false` in the place of the object switches all of them off; a key that is `false` its own.
    pub fn read(config: &Value) -> Self {
        let links = config.get("meet_in_chat").and_then(|ours| ours.get("app_links"));
        let none = Object::new();
        let keys = links.and_then(Value::as_object).unwrap_or(&none);
        let on = |key: &str| links != Some(&Value::Bool(false)) && json::boolean(keys, key) != Some(false);
        let name = |key: &str| json::string(keys, key).filter(|name| is_name(name)).unwrap_or(APP).to_owned();
        let chat = json::string(keys, "chat_app").filter(|url| Address::read(url).is_some_and(|url| url.is_secure()));
        Self {
            ios: on("ios_scheme").then(|| name("ios_scheme")),
            android: (on("android_scheme") && on("android_package"))
                .then(|| (name("android_scheme"), name("android_package"))),
            chat: on("chat_app").then(|| chat.unwrap_or(CHAT_LINKS).to_owned()),
        }
    }
}

/// Whether this can be a scheme and a package: letters, digits, dots, dashes and underscores, beginning with a letter.
fn is_name(name: &str) -> bool {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_');
    name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.len() <= 100 && name.chars().all(fits)
}

/// Who goes, and from where.
#[derive(Clone, Copy, Debug)]
pub struct Traveller<'a> {
    /// The room.
    pub room: &'a RoomId,
    /// The room's name as they see it.
    pub room_name: &'a str,
    /// Who.
    pub me: &'a UserId,
    /// Their name.
    pub my_name: &'a str,
    /// What they hold; `None`: no phone.
    pub phone: Option<Phone>,
}

/// The ways that there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ways {
    /// The conference's address, for browsers and to be passed on.
    pub link: Option<String>,
    /// The address that opens the Meet app, on a phone.
    pub app: Option<String>,
    /// The address that opens the room in the chat's app, on a phone.
    pub chat: Option<String>,
}

/// The address to pass on. None where the server wants a sign-in: there only the chat's app leads in, which signs in itself.
pub fn passed_on(widget: &MeetWidget) -> Option<String> {
    widget.link().filter(|_| widget.auth.is_none())
}

impl Ways {
    /// The ways into this conference. Where the server wants a sign-in only the chat's app leads in, which signs in itself.
    pub fn into(widget: &MeetWidget, traveller: &Traveller<'_>, apps: &AppLinks) -> Self {
        let phone = traveller.phone;
        let Some(link) = passed_on(widget) else {
            let chat = apps.chat.as_ref().filter(|_| phone.is_some() && widget.domain.is_ok());
            return Self { chat: chat.map(|base| room_link(base, traveller)), ..Self::default() };
        };
        let app = phone.and_then(|phone| app_link(&link, widget, traveller, phone, apps));
        Self { link: Some(link), app, chat: None }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn room_link(base: &str, traveller: &Traveller<'_>) -> String {
    let room = encode_component(traveller.room.as_str());
    let server = traveller.me.as_str().split_once(':').map(|(_, server)| server).unwrap_or_default();
    [base, &room, "?via=", &encode_component(server)].concat()
}

fn app_link(
    link: &str,
    widget: &MeetWidget,
    traveller: &Traveller<'_>,
    phone: Phone,
    apps: &AppLinks,
) -> Option<String> {
    let there = link.strip_prefix("https://")?;
    let said = |text: &str| encode_component(&json::text(&Value::from(text)));
    let mut options = String::new();
    let mut option = |name: &str, value: &str| {
        options.push_str(if options.is_empty() { "#" } else { "&" });
        options.push_str(name);
        options.push('=');
        options.push_str(value);
    };
    if widget.audio_only {
        option("config.startWithVideoMuted", "true");
    }
    if !traveller.room_name.is_empty() {
        option("config.localSubject", &said(traveller.room_name));
    }
    if !traveller.my_name.is_empty() {
        option("userInfo.displayName", &said(traveller.my_name));
    }
    Some(match phone {
        Phone::Ios => [apps.ios.as_ref()?, "://", there, &options].concat(),
        Phone::Android => {
            let (scheme, package) = apps.android.as_ref()?;
            // A browser that knows no intents, or a phone without the app, goes there instead.
            let instead =
                encode_component(&[link, "#config.deeplinking.disabled=true&config.disableDeepLinking=true"].concat());
            let intent = ["#Intent;scheme=", scheme, ";package=", package].concat();
            ["intent://", there, &options, &intent, ";S.browser_fallback_url=", &instead, ";end"].concat()
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::room::StateEvent;

    fn widget(data: &Value) -> MeetWidget {
        let event = json!({
            "type": "im.vector.modular.widgets", "state_key": "w", "sender": "@ann:chat.test",
            "content": { "type": "jitsi", "url": "https://w.test/", "data": data },
        });
        MeetWidget::all_in(&StateEvent::read(&event).into_iter().collect()).remove(0)
    }

    fn ways(data: &Value, phone: Option<Phone>, config: &Value, name: &str) -> Ways {
        let (room, me) = ("!garden:chat.test".into(), "@ann:chat.test".into());
        let traveller = Traveller { room: &room, room_name: "Tea & Co", me: &me, my_name: name, phone };
        Ways::into(&widget(data), &traveller, &AppLinks::read(config))
    }

    fn garden(phone: Phone) -> String {
        let data = json!({ "domain": "meet.test:8443", "conferenceId": "Garden", "isAudioOnly": true });
        ways(&data, Some(phone), &json!({}), "Ann").app.unwrap()
    }

    #[test]
    fn an_iphone_opens_the_app_on_the_conference_s_own_server() {
        assert_eq!(
            garden(Phone::Ios),
            "org.jitsi.meet://meet.test:8443/Garden#config.startWithVideoMuted=true\
             &config.localSubject=%22Tea%20%26%20Co%22&userInfo.displayName=%22Ann%22"
        );
    }

    #[test]
    fn android_opens_the_app_or_goes_on_in_the_browser() {
        assert_eq!(
            garden(Phone::Android),
            "intent://meet.test:8443/Garden#config.startWithVideoMuted=true\
             &config.localSubject=%22Tea%20%26%20Co%22&userInfo.displayName=%22Ann%22\
             #Intent;scheme=org.jitsi.meet;package=org.jitsi.meet;S.browser_fallback_url=\
             https%3A%2F%2Fmeet.test%3A8443%2FGarden%23config.deeplinking.disabled%3Dtrue%26config.disableDeepLinking%3Dtrue;end"
        );
    }

    #[test]
    fn nobody_s_name_ends_the_link_or_begins_another() {
        let data = json!({ "domain": "meet.test", "conferenceId": "a;b#c" });
        for name in ["\";end#Intent;", "A\"nn\\", "a;package=evil;b", "\u{202e}#"] {
            let link = ways(&data, Some(Phone::Android), &json!({}), name).app.unwrap();
            let (before, intent) = link.split_once("#Intent;").unwrap();
            assert_eq!(before.matches('#').count(), 1, "{link}");
            assert!(!before.contains([';', '"']), "{link}");
            assert_eq!(intent.matches(';').count(), 3, "{link}");
        }
    }

    #[test]
    fn where_the_server_wants_a_sign_in_only_the_chat_s_own_app_leads_in() {
        let data = json!({ "domain": "meet.test", "conferenceId": "ABC", "auth": "openidtoken-jwt" });
        let on_a_phone = ways(&data, Some(Phone::Ios), &json!({}), "Ann");
        let room = "https://matrix.to/#/!garden%3Achat.test?via=chat.test";
        assert_eq!(on_a_phone, Ways { chat: Some(room.to_owned()), ..Ways::default() });
        assert!(ways(&data, None, &json!({}), "Ann").is_empty());
    }

    #[test]
    fn at_a_desk_there_is_the_address_and_no_app() {
        let data = json!({ "domain": "meet.test", "conferenceId": "ABC" });
        let link = Some("https://meet.test/ABC".to_owned());
        assert_eq!(ways(&data, None, &json!({}), "Ann"), Ways { link, ..Ways::default() });
        assert!(ways(&json!({ "domain": "ann@meet.test", "conferenceId": "ABC" }), None, &json!({}), "Ann").is_empty());
    }

    #[test]
    fn a_site_names_its_own_apps_or_none() {
        let data = json!({ "domain": "meet.test", "conferenceId": "ABC" });
        let app = |links: Value, phone| {
            ways(&data, Some(phone), &json!({ "meet_in_chat": { "app_links": links } }), "").app.unwrap_or_default()
        };
        assert!(app(json!({ "ios_scheme": "org.our.meet" }), Phone::Ios).starts_with("org.our.meet://meet.test/ABC"));
        let ours = app(json!({ "android_scheme": "our", "android_package": "org.our.meet" }), Phone::Android);
        assert!(ours.contains("#Intent;scheme=our;package=org.our.meet;"), "{ours}");
        assert_eq!(app(json!(false), Phone::Ios), "");
        assert_eq!(app(json!({ "android_package": false }), Phone::Android), "");
        for odd in [json!("javascript:alert(1)//"), json!(7), json!("a;b"), json!("")] {
            assert!(app(json!({ "ios_scheme": odd }), Phone::Ios).starts_with("org.jitsi.meet://"));
        }
    }

    #[test]
    fn a_phone_is_told_by_what_its_browser_says() {
        let android = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36";
        assert_eq!(Phone::read(android, 5), Some(Phone::Android));
        assert_eq!(Phone::read("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)", 5), Some(Phone::Ios));
        let mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15";
        assert_eq!((Phone::read(mac, 5), Phone::read(mac, 0)), (Some(Phone::Ios), None));
        assert_eq!(Phone::read("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", 0), None);
    }
}
