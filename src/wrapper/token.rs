//! The token that a Meet server with `openidtoken-jwt` lets people in by (`meet-iframe.md` 7, `chat-web.md` 5.3): a JWT that carries
//! a Matrix OpenID token for the server to ask the homeserver with. It proves nothing by its signature, which is made with a
//! word that everybody knows.

use data_encoding::BASE64URL_NOPAD;

use crate::iframe_api::quoted;
use crate::widget_api::OpenIdToken;
use crate::wrapper::Conference;

/// The secret that every such token is signed with: HMAC with SHA-256. Some releases of the server's module check it.
pub const SECRET: &str = "notused";

/// The two parts of a JWT that are signed: `base64url(header).base64url(payload)`. There is no expiry: what it carries has one.
pub(super) fn unsigned(conference: &Conference, token: &OpenIdToken) -> String {
    let domain = conference.domain.as_str();
    let audience = ["https://", domain].concat();
    let text = |value: Option<&str>| quoted(value.unwrap_or_default());
    let room_id = conference.room_id.as_ref().map(|id| id.as_str());
    // The server's module throws at a name or picture that is no string.
    let name = conference.display_name.as_deref().or(conference.user_id.as_ref().map(|id| id.as_str()));
    let payload = [
        r#"{"iss":"#,
        &quoted(domain),
        r#","sub":"#,
        &quoted(domain),
        r#","aud":"#,
        &quoted(&audience),
        r#","room":"*","context":{"matrix":{"token":"#,
        &quoted(&token.access_token),
        r#","room_id":"#,
        &text(room_id),
        r#","server_name":"#,
        &quoted(&token.server_name),
        r#"},"user":{"avatar":"#,
        &text(conference.avatar_url.as_deref()),
        r#","name":"#,
        &text(name),
        "}}}",
    ]
    .concat();
    let header = r#"{"alg":"HS256","typ":"JWT"}"#;
    [BASE64URL_NOPAD.encode(header.as_bytes()), BASE64URL_NOPAD.encode(payload.as_bytes())].join(".")
}

/// The whole token.
pub(super) fn signed(unsigned: &str, signature: &[u8]) -> String {
    [unsigned, &BASE64URL_NOPAD.encode(signature)].join(".")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::page::Page;
    use crate::wrapper::Parameters;

    fn conference(more: &str) -> Conference {
        let fragment = ["conferenceDomain=meet.example.org&conferenceId=MFRGG&auth=openidtoken-jwt&", more].concat();
        let page = Page { fragment: &fragment, query: "", url: "https://chat.test/jitsi.html" };
        Parameters::read(&page).conference.expect("a conference")
    }

    fn token() -> OpenIdToken {
        OpenIdToken { access_token: "tok\"en".into(), server_name: "example.org".into() }
    }

    fn part(unsigned: &str, index: usize) -> String {
        let part = unsigned.split('.').nth(index).expect("two parts");
        String::from_utf8(BASE64URL_NOPAD.decode(part.as_bytes()).expect("base64url")).expect("UTF-8")
    }

    #[test]
    fn the_token_says_what_the_servers_module_reads() {
        let more = "roomId=!r%3Aexample.org&displayName=Ann%20%3Cb%3E&avatarUrl=https%3A%2F%2Fexample.org%2Fa.png";
        let token = unsigned(&conference(more), &token());
        assert_eq!(part(&token, 0), r#"{"alg":"HS256","typ":"JWT"}"#);
        assert_eq!(
            part(&token, 1),
            concat!(
                r#"{"iss":"meet.example.org","sub":"meet.example.org","aud":"https://meet.example.org","room":"*","#,
                r#""context":{"matrix":{"token":"tok\"en","room_id":"!r:example.org","server_name":"example.org"},"#,
                r#""user":{"avatar":"https://example.org/a.png","name":"Ann <b>"}}}"#
            )
        );
    }

    #[test]
    fn a_person_without_name_and_picture_is_still_made_of_strings() {
        let token = unsigned(&conference("roomId=!r&userId=%40ann%3Aexample.org"), &token());
        let payload: Value = serde_json::from_str(&part(&token, 1)).expect("JSON");
        assert_eq!(payload["context"]["user"], json!({"avatar": "", "name": "@ann:example.org"}));
    }

    #[test]
    fn the_signature_is_the_third_part() {
        assert_eq!(signed("a.b", &[0xff, 0xfe, 0xfd]), "a.b.__79");
    }
}
