//! One Synapse on loopback, on SQLite, in a directory of its own.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use serde_json::{Map, Value};

use super::{TurnSettings, client, daemon::Daemon, free_port, secrets, synapse_config};

/// What differs from bed to bed.
#[derive(Debug, Clone)]
pub struct SynapseSettings {
    /// The part of every user ID behind the colon.
    pub server_name: String,
    /// The port on 127.0.0.1; `None` takes a free one.
    pub port: Option<u16>,
    /// Given to clients by `GET /voip/turnServer`; `None` answers them with an empty object.
    pub turn: Option<TurnSettings>,
    /// More keys of `/.well-known/matrix/client`, such as `im.vector.riot.jitsi`.
    pub well_known: Map<String, Value>,
    /// Limits how fast people send events as a stock Synapse does: ten at once, then one in five seconds.
    pub stock_message_limit: bool,
    /// The token of an application service that may speak for any user and date their events: see [`Person::set_state_at`].
    ///
    /// [`Person::set_state_at`]: super::Person::set_state_at
    pub chronicler: Option<String>,
}

impl Default for SynapseSettings {
    fn default() -> Self {
        Self {
            server_name: "localhost".to_owned(),
            port: None,
            turn: None,
            well_known: Map::new(),
            stock_message_limit: false,
            chronicler: None,
        }
    }
}

/// A running Synapse. Dropping it stops the server; [`stop`](Self::stop) also waits for its end.
#[derive(Debug)]
#[must_use = "dropping it stops the homeserver"]
pub struct Synapse {
    daemon: Daemon,
    port: u16,
    server_name: String,
}

impl Synapse {
    /// Starts a Synapse whose data live in `directory` (made when missing, kept when there) and waits until it answers.
    /// `python` is the interpreter of an environment in which `matrix-synapse` is installed.
    pub async fn start(python: &Path, directory: &Path, settings: &SynapseSettings) -> Result<Self> {
        std::fs::create_dir_all(directory).with_context(|| format!("cannot make {}", directory.display()))?;
        let directory = std::path::absolute(directory)?;
        let port = settings.port.map_or_else(free_port, Ok)?;
        let config = write_config(&directory, port, settings)?;

        let arguments = [OsStr::new("-m"), OsStr::new("synapse.app.homeserver"), OsStr::new("-c"), config.as_os_str()];
        let http = client();
        let versions = format!("http://127.0.0.1:{port}/_matrix/client/versions");
        let daemon = Daemon::start("Synapse", python, &arguments, directory.join("homeserver.log"), || {
            let request = http.get(&versions);
            async move { request.send().await.is_ok_and(|answer| answer.status().is_success()) }
        })
        .await?;
        Ok(Self { daemon, port, server_name: settings.server_name.clone() })
    }

    /// The address that clients use: `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The part of every user ID behind the colon.
    pub fn server_name(&self) -> &str {
        &self.server_name
    }

    /// Resolves, with the end of the log, when Synapse has ended by itself.
    pub async fn ended(&mut self) -> String {
        self.daemon.ended().await;
        self.daemon.last_words()
    }

    /// Stops Synapse and waits until it is gone.
    pub async fn stop(self) {
        self.daemon.stop().await;
    }
}

/// Writes the configuration and what it refers to, and answers with its path.
fn write_config(directory: &Path, port: u16, settings: &SynapseSettings) -> Result<PathBuf> {
    let signing_key = directory.join("signing.key");
    if !signing_key.exists() {
        std::fs::write(&signing_key, format!("ed25519 bed {}\n", secrets::fresh()))?;
    }
    let secret = secrets::kept(&directory.join("secret"))?;
    if let Some(token) = &settings.chronicler {
        std::fs::write(directory.join(synapse_config::CHRONICLER), synapse_config::chronicler_yaml(token))?;
    }
    let config = synapse_config::homeserver_yaml(directory, port, &secret, settings);
    let path = directory.join("homeserver.yaml");
    std::fs::write(&path, config).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}
