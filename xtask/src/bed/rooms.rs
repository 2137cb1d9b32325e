//! What a [`Person`] does in rooms: make them, talk in them, look at them.

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use super::{
    Person, percent_encode,
    person::{optional, text},
    secrets,
};

/// A room to be made. Rooms are private and of the homeserver's default version (12 today: no `:server` in the ID, and the
/// creator is not in the power levels).
#[derive(Debug, Clone, Default)]
pub struct RoomSpec {
    name: Option<String>,
    topic: Option<String>,
    is_direct: bool,
    invite: Vec<String>,
    power_levels: Map<String, Value>,
    initial_state: Vec<Value>,
    version: Option<String>,
    kind: Option<String>,
}

impl RoomSpec {
    /// A room with a name.
    pub fn named(name: &str) -> Self {
        Self { name: Some(name.to_owned()), ..Self::default() }
    }

    /// A nameless room for two, `is_direct` for the one invited. Both mark it in `m.direct` themselves:
    /// [`Person::start_direct_chat`] does all of it.
    pub fn direct() -> Self {
        Self { is_direct: true, ..Self::default() }
    }

    /// Sets the topic.
    #[must_use]
    pub fn topic(mut self, topic: &str) -> Self {
        self.topic = Some(topic.to_owned());
        self
    }

    /// Invites people; they [`join`](Person::join) themselves.
    #[must_use]
    pub fn invite(mut self, people: &[&Person]) -> Self {
        self.invite.extend(people.iter().map(|person| person.user_id.clone()));
        self
    }

    /// Overrides one top-level key of the first `m.room.power_levels`.
    #[must_use]
    pub fn power_level(mut self, key: &str, value: Value) -> Self {
        self.power_levels.insert(key.to_owned(), value);
        self
    }

    /// Adds a state event that is there from the beginning.
    #[must_use]
    pub fn state(mut self, kind: &str, key: &str, content: &Value) -> Self {
        self.initial_state.push(json!({ "type": kind, "state_key": key, "content": content }));
        self
    }

    /// Encrypts the room from the beginning.
    #[must_use]
    pub fn encrypted(self) -> Self {
        self.state("m.room.encryption", "", &json!({ "algorithm": "m.megolm.v1.aes-sha2" }))
    }

    /// Another room version than the homeserver's default.
    #[must_use]
    pub fn version(mut self, version: &str) -> Self {
        self.version = Some(version.to_owned());
        self
    }

    /// A room of a type (`m.room.create`, `type`).
    #[must_use]
    pub fn of_type(mut self, kind: &str) -> Self {
        self.kind = Some(kind.to_owned());
        self
    }

    fn body(&self) -> Value {
        let mut body = json!({
            "preset": "private_chat",
            "is_direct": self.is_direct,
            "invite": self.invite,
            "initial_state": self.initial_state,
            "power_level_content_override": self.power_levels,
        });
        if let Some(kind) = &self.kind {
            body["creation_content"] = json!({ "type": kind });
        }
        for (key, value) in [("name", &self.name), ("topic", &self.topic), ("room_version", &self.version)] {
            if let (Some(value), Some(body)) = (value, body.as_object_mut()) {
                body.insert(key.to_owned(), json!(value));
            }
        }
        body
    }
}

impl Person {
    /// Makes a room and answers with its ID.
    pub async fn create_room(&self, spec: RoomSpec) -> Result<String> {
        text(&self.post("client/v3/createRoom", &spec.body()).await?, "room_id")
    }

    /// Makes a room, and everyone named joins it.
    pub async fn create_room_with(&self, spec: RoomSpec, people: &[&Person]) -> Result<String> {
        let room = self.create_room(spec.invite(people)).await?;
        for person in people {
            person.join(&room).await?;
        }
        Ok(room)
    }

    /// A direct chat as clients make it: `is_direct`, joined by both, in both people's `m.direct`.
    pub async fn start_direct_chat(&self, other: &Person) -> Result<String> {
        let room = self.create_room_with(RoomSpec::direct(), &[other]).await?;
        self.mark_direct(&room, &other.user_id).await?;
        other.mark_direct(&room, &self.user_id).await?;
        Ok(room)
    }

    /// Invites someone.
    pub async fn invite(&self, room: &str, other: &Person) -> Result<()> {
        let body = json!({ "user_id": other.user_id });
        self.post(&format!("client/v3/rooms/{}/invite", percent_encode(room)), &body).await?;
        Ok(())
    }

    /// Joins a room to which this person is invited.
    pub async fn join(&self, room: &str) -> Result<()> {
        self.post(&format!("client/v3/rooms/{}/join", percent_encode(room)), &json!({})).await?;
        Ok(())
    }

    /// Leaves a room or declines an invitation.
    pub async fn leave(&self, room: &str) -> Result<()> {
        self.post(&format!("client/v3/rooms/{}/leave", percent_encode(room)), &json!({})).await?;
        Ok(())
    }

    /// Sends a text message and answers with its event ID.
    pub async fn send_text(&self, room: &str, text: &str) -> Result<String> {
        self.send(room, "m.room.message", &json!({ "msgtype": "m.text", "body": text })).await
    }

    /// Sends any message event and answers with its event ID.
    pub async fn send(&self, room: &str, kind: &str, content: &Value) -> Result<String> {
        let transaction = percent_encode(&secrets::fresh());
        let (room, kind) = (percent_encode(room), percent_encode(kind));
        text(&self.put(&format!("client/v3/rooms/{room}/send/{kind}/{transaction}"), content).await?, "event_id")
    }

    /// Sets a state event and answers with its event ID.
    pub async fn set_state(&self, room: &str, kind: &str, key: &str, content: &Value) -> Result<String> {
        text(&self.put(&state_path(room, kind, key), content).await?, "event_id")
    }

    /// The same as if it had been sent at `at` (milliseconds since 1970), through the application service with this token, as only such
    /// may date events ([`SynapseSettings::chronicler`](super::SynapseSettings::chronicler)).
    pub async fn set_state_at(
        &self,
        at: u64,
        token: &str,
        room: &str,
        kind: &str,
        key: &str,
        content: &Value,
    ) -> Result<String> {
        let dated = format!("{}?user_id={}&ts={at}", state_path(room, kind, key), percent_encode(&self.user_id));
        text(&self.speaking_through(token).put(&dated, content).await?, "event_id")
    }

    /// The content of a state event, `None` when there is none.
    pub async fn state(&self, room: &str, kind: &str, key: &str) -> Result<Option<Value>> {
        optional(self.get(&state_path(room, kind, key)).await)
    }

    /// Every state event of the room, whole: with sender, state key and the rest.
    pub async fn full_state(&self, room: &str) -> Result<Vec<Value>> {
        let answer = self.get(&format!("client/v3/rooms/{}/state", percent_encode(room))).await?;
        answer.as_array().cloned().context("the homeserver's state is no list")
    }

    /// The state events of one type, such as every widget of the room. Emptied ones (`{}`) are among them.
    pub async fn state_of_type(&self, room: &str, kind: &str) -> Result<Vec<Value>> {
        let mut events = self.full_state(room).await?;
        events.retain(|event| event.get("type").and_then(Value::as_str) == Some(kind));
        Ok(events)
    }

    /// The last events of the timeline as far as this person may see them, oldest first, at most 200.
    pub async fn messages(&self, room: &str) -> Result<Vec<Value>> {
        let answer = self.get(&format!("client/v3/rooms/{}/messages?dir=b&limit=200", percent_encode(room))).await?;
        let mut events = answer.get("chunk").and_then(Value::as_array).cloned().context("an answer without a chunk")?;
        events.reverse();
        Ok(events)
    }

    /// Lets `level` be enough for sending state or messages of type `kind`. Everything else in the power levels stays.
    pub async fn set_level_for(&self, room: &str, kind: &str, level: i64) -> Result<()> {
        self.change_levels(room, "events", kind, level).await
    }

    /// Gives `other` a power level. Everything else in the power levels stays.
    pub async fn set_level_of(&self, room: &str, other: &Person, level: i64) -> Result<()> {
        self.change_levels(room, "users", &other.user_id, level).await
    }

    async fn change_levels(&self, room: &str, table: &str, key: &str, level: i64) -> Result<()> {
        let mut levels = self.state(room, "m.room.power_levels", "").await?.context("a room without power levels")?;
        let levels_of = levels.as_object_mut().context("power levels that are no object")?;
        let table = levels_of.entry(table).or_insert_with(|| json!({}));
        table.as_object_mut().context("power levels without a table")?.insert(key.to_owned(), json!(level));
        self.set_state(room, "m.room.power_levels", "", &levels).await?;
        Ok(())
    }
}

fn state_path(room: &str, kind: &str, key: &str) -> String {
    format!("client/v3/rooms/{}/state/{}/{}", percent_encode(room), percent_encode(kind), percent_encode(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nameless_room_sends_no_name() {
        let body = RoomSpec::direct().body();
        assert_eq!(body["is_direct"], true);
        assert!(body.get("name").is_none() && body.get("room_version").is_none());
    }

    #[test]
    fn an_encrypted_room_is_so_from_its_first_event() {
        let body = RoomSpec::named("Safe").encrypted().body();
        assert_eq!(body["initial_state"][0]["type"], "m.room.encryption");
        assert_eq!(body["initial_state"][0]["state_key"], "");
    }
}
