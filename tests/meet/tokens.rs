//! A check of tokens as a Meet server with `openidtoken-jwt` makes it (`meet-iframe.md` 7): Prosody's module looks at signature and
//! claims, and a service beside it asks the homeserver whose OpenID token it is.

use anyhow::{Context as _, ensure};
use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD};
use reqwest::Client;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::bed::percent_encode;

/// What the module verifies signatures with. Everybody knows it.
const SECRET: &[u8] = b"notused";
/// The block of SHA-256, in bytes.
const BLOCK: usize = 64;

/// Who checks tokens, and whom it asks.
#[derive(Debug, Clone)]
pub struct TokenCheck {
    /// The server's own name, which tokens have to be made for.
    pub domain: String,
    /// The homeserver's address, without a slash at the end.
    pub homeserver: String,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
    room: String,
    context: Context,
}

#[derive(Deserialize)]
struct Context {
    matrix: Matrix,
    #[serde(rename = "user")]
    _user: User,
}

#[derive(Deserialize)]
struct Matrix {
    token: String,
    room_id: String,
    server_name: String,
}

/// The plugin throws at anything in here that is no string.
#[derive(Deserialize)]
struct User {
    #[serde(rename = "avatar")]
    _avatar: String,
    #[serde(rename = "name")]
    _name: String,
}

impl TokenCheck {
    /// The Matrix user that a token lets into the conference `room`, named as the address names it.
    pub(super) async fn user_of(&self, jwt: Option<&str>, room: &str) -> anyhow::Result<String> {
        let claims = self.claims(jwt.context("no token")?)?;
        let matrix = &claims.context.matrix;
        let named = BASE32_NOPAD.decode(room.to_uppercase().as_bytes()).context("the room is no base32")?;
        ensure!(named == matrix.room_id.as_bytes(), "a token for another room");

        let token = percent_encode(&matrix.token);
        let url = format!("{}/_matrix/federation/v1/openid/userinfo?access_token={token}", self.homeserver);
        let answer = Client::new().get(url).send().await?;
        let answer: Value = answer.error_for_status().context("the homeserver does not know it")?.json().await?;
        let user = answer["sub"].as_str().context("no user")?;
        let server = user.split_once(':').map(|(_, server)| server);
        ensure!(server == Some(&matrix.server_name), "{user} is not of {}", matrix.server_name);
        Ok(user.to_owned())
    }

    fn claims(&self, jwt: &str) -> anyhow::Result<Claims> {
        let (signed, signature) = jwt.rsplit_once('.').context("no signature")?;
        let (header, payload) = signed.split_once('.').context("no payload")?;
        let part = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes());
        let header: Value = serde_json::from_slice(&part(header)?)?;
        ensure!(header == json!({ "alg": "HS256", "typ": "JWT" }), "the header {header}");
        ensure!(part(signature)? == hmac(SECRET, signed.as_bytes()), "a wrong signature");
        let claims: Claims = serde_json::from_slice(&part(payload)?)?;
        ensure!(claims.iss == self.domain && claims.sub == self.domain, "a token for {}", claims.iss);
        ensure!(claims.aud == format!("https://{}", self.domain), "the audience {}", claims.aud);
        ensure!(claims.room == "*", "the room {}", claims.room);
        Ok(claims)
    }
}

/// HMAC with SHA-256 (RFC 2104). A key is shorter than a block here.
fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let padded = |pad: u8| {
        let mut block = vec![pad; BLOCK];
        block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
        block
    };
    let inner = Sha256::digest([&padded(0x36), text].concat());
    Sha256::digest([padded(0x5c).as_slice(), &inner].concat()).to_vec()
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;

    fn check() -> TokenCheck {
        TokenCheck { domain: "meet.test".to_owned(), homeserver: "http://127.0.0.1:1".to_owned() }
    }

    fn claims() -> Value {
        json!({
            "iss": "meet.test", "sub": "meet.test", "aud": "https://meet.test", "room": "*",
            "context": {
                "matrix": { "token": "open", "room_id": "!r", "server_name": "example.org" },
                "user": { "avatar": "", "name": "Ann" },
            },
        })
    }

    fn token(claims: &Value, secret: &str) -> String {
        let part = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
        let signed = [part(r#"{"typ":"JWT","alg":"HS256"}"#), part(&claims.to_string())].join(".");
        format!("{signed}.{}", BASE64URL_NOPAD.encode(&hmac(secret.as_bytes(), signed.as_bytes())))
    }

    /// RFC 4231, test case 2.
    #[test]
    fn the_signature_is_the_one_of_the_rfc() {
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(HEXLOWER.encode(&hmac(b"Jefe", b"what do ya want for nothing?")), expected);
    }

    #[test]
    fn a_token_as_specified_is_read_and_one_with_another_secret_is_not() {
        assert!(check().claims(&token(&claims(), "notused")).is_ok());
        assert!(check().claims(&token(&claims(), "secret")).is_err());
    }

    #[test]
    fn every_claim_counts() {
        for (place, value) in [
            ("/iss", json!("other.test")),
            ("/sub", json!("other.test")),
            ("/aud", json!("meet.test")),
            ("/room", json!("abc")),
            ("/context/user/avatar", json!(null)),
            ("/context/matrix/room_id", json!(7)),
        ] {
            let mut claims = claims();
            *claims.pointer_mut(place).expect("the claim") = value;
            assert!(check().claims(&token(&claims, "notused")).is_err(), "{place}");
        }
    }

    #[tokio::test]
    async fn a_token_opens_its_own_room_alone() {
        let jwt = token(&claims(), "notused");
        let why = check().user_of(Some(&jwt), "mfrgg").await.unwrap_err();
        assert_eq!(why.to_string(), "a token for another room");
        let asks = check().user_of(Some(&jwt), &BASE32_NOPAD.encode(b"!r").to_lowercase()).await.unwrap_err();
        assert!(asks.downcast_ref::<reqwest::Error>().is_some(), "{asks}");
        assert!(check().user_of(None, "mfrgg").await.is_err());
    }
}
