//! An account on a homeserver of the bed, and what belongs to the account alone.

use anyhow::{Context, Result};
use reqwest::{Client, Method};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::requests::{Refused, ask, client, percent_encode};

/// A signed-in account. What it does in rooms is in `rooms.rs`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Person {
    /// The full user ID, `@alice:localhost`.
    pub user_id: String,
    /// Good until this device signs out.
    pub access_token: String,
    /// The device of this session, not that of the person's browser.
    pub device_id: String,
    /// The homeserver's address without a slash at the end.
    pub homeserver: String,
    #[serde(skip, default = "client")]
    http: Client,
}

impl Person {
    /// Makes the account `localpart` on `homeserver` (its address without a slash at the end) and signs it in.
    pub async fn register(homeserver: &str, localpart: &str, password: &str) -> Result<Self> {
        let body = json!({ "auth": { "type": "m.login.dummy" }, "username": localpart, "password": password });
        Self::open(homeserver, "client/v3/register", &body).await
    }

    /// Signs in with a password, on a new device. `user` is a localpart or a full user ID.
    pub async fn login(homeserver: &str, user: &str, password: &str) -> Result<Self> {
        let identifier = json!({ "type": "m.id.user", "user": user });
        let body = json!({ "type": "m.login.password", "identifier": identifier, "password": password });
        Self::open(homeserver, "client/v3/login", &body).await
    }

    /// Signs in with a one-time token of [`login_token`](Self::login_token), on a new device.
    pub async fn login_with_token(homeserver: &str, token: &str) -> Result<Self> {
        Self::open(homeserver, "client/v3/login", &json!({ "type": "m.login.token", "token": token })).await
    }

    async fn open(homeserver: &str, path: &str, body: &Value) -> Result<Self> {
        let http = client();
        let answer = ask(&http, homeserver, Method::POST, path, |request| request.json(body)).await?;
        let text = |key| text(&answer, key);
        Ok(Self {
            user_id: text("user_id")?,
            access_token: text("access_token")?,
            device_id: text("device_id")?,
            homeserver: homeserver.to_owned(),
            http,
        })
    }

    /// Any request of this person: `path` is what follows `/_matrix/`, its segments already escaped
    /// ([`percent_encode`]). A refusal is an error that holds a [`Refused`].
    pub async fn request(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value> {
        ask(&self.http, &self.homeserver, method, path, |request| {
            let request = request.bearer_auth(&self.access_token);
            match body {
                Some(body) => request.json(body),
                None => request,
            }
        })
        .await
    }

    /// The same person, for whom an application service speaks.
    pub(super) fn speaking_through(&self, token: &str) -> Self {
        Self { access_token: token.to_owned(), ..self.clone() }
    }

    /// Whether the session is still good.
    pub async fn is_signed_in(&self) -> bool {
        self.get("client/v3/account/whoami").await.is_ok()
    }

    /// The user ID as a path segment.
    fn me(&self) -> String {
        percent_encode(&self.user_id)
    }

    /// The name that rooms show.
    pub async fn set_display_name(&self, name: &str) -> Result<()> {
        self.put(&format!("client/v3/profile/{}/displayname", self.me()), &json!({ "displayname": name })).await?;
        Ok(())
    }

    /// Uploads a PNG and makes it the account's picture.
    pub async fn set_avatar(&self, png: Vec<u8>) -> Result<()> {
        let mxc = self.upload("image/png", png).await?;
        self.put(&format!("client/v3/profile/{}/avatar_url", self.me()), &json!({ "avatar_url": mxc })).await?;
        Ok(())
    }

    /// Uploads a file and answers with its `mxc:` address.
    pub async fn upload(&self, content_type: &str, bytes: Vec<u8>) -> Result<String> {
        let answer = ask(&self.http, &self.homeserver, Method::POST, "media/v3/upload", |request| {
            request.bearer_auth(&self.access_token).header("Content-Type", content_type).body(bytes)
        })
        .await?;
        text(&answer, "content_uri")
    }

    /// A token that signs one more device in, once, within a day. Synapse gives one a minute to each person.
    pub async fn login_token(&self) -> Result<String> {
        text(&self.post("client/v1/login/get_token", &json!({})).await?, "login_token")
    }

    /// The homeserver's answer to `GET /voip/turnServer`.
    pub async fn turn_server(&self) -> Result<Value> {
        self.get("client/v3/voip/turnServer").await
    }

    /// The account data of this type, `None` when there are none.
    pub async fn account_data(&self, kind: &str) -> Result<Option<Value>> {
        optional(self.get(&format!("client/v3/user/{}/account_data/{}", self.me(), percent_encode(kind))).await)
    }

    /// Replaces the account data of this type.
    pub async fn set_account_data(&self, kind: &str, content: &Value) -> Result<()> {
        self.put(&format!("client/v3/user/{}/account_data/{}", self.me(), percent_encode(kind)), content).await?;
        Ok(())
    }

    /// This person's account data of this type in one room, `None` when there are none.
    pub async fn room_account_data(&self, room: &str, kind: &str) -> Result<Option<Value>> {
        let (room, kind) = (percent_encode(room), percent_encode(kind));
        optional(self.get(&format!("client/v3/user/{}/rooms/{room}/account_data/{kind}", self.me())).await)
    }

    /// Notes in `m.direct` that `room` is the direct chat with `user_id`, beside those already noted.
    pub async fn mark_direct(&self, room: &str, user_id: &str) -> Result<()> {
        let mut direct = self.account_data("m.direct").await?.unwrap_or_else(|| json!({}));
        let rooms =
            direct.as_object_mut().context("m.direct is no object")?.entry(user_id).or_insert_with(|| json!([]));
        rooms.as_array_mut().context("m.direct holds no list")?.push(json!(room));
        self.set_account_data("m.direct", &direct).await
    }

    /// Ends this session.
    pub async fn logout(&self) -> Result<()> {
        self.post("client/v3/logout", &json!({})).await?;
        Ok(())
    }

    pub(super) async fn get(&self, path: &str) -> Result<Value> {
        self.request(Method::GET, path, None).await
    }

    pub(super) async fn put(&self, path: &str, body: &Value) -> Result<Value> {
        self.request(Method::PUT, path, Some(body)).await
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.request(Method::POST, path, Some(body)).await
    }
}

/// `None` for "there is no such thing", which homeservers say as an error.
pub(super) fn optional(answer: Result<Value>) -> Result<Option<Value>> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.downcast_ref::<Refused>().is_some_and(|refused| refused.status == 404) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A string that the specification promises in an answer.
pub(super) fn text(answer: &Value, key: &str) -> Result<String> {
    let found = answer.get(key).and_then(Value::as_str);
    found.map(str::to_owned).with_context(|| format!("the homeserver's answer has no {key}"))
}
