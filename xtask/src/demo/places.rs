//! The ports of the demo, the same at every start as long as they are free.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tokio::{
    net::TcpListener,
    time::{Instant, sleep},
};

use crate::bed::{client, free_port, is_free};

/// The homeserver's place, by whose port a demo that still runs is recognised.
pub(super) const HOMESERVER: &str = "homeserver";

/// How long a demo that was just killed may need until its servers are gone.
const FAREWELL: Duration = Duration::from_secs(10);

/// Which port each part had, by the part's name.
#[derive(Debug)]
pub(super) struct Places {
    ports: BTreeMap<String, u16>,
    file: PathBuf,
}

impl Places {
    /// The ports remembered in `data`; none at the first start, or when the file is no longer readable.
    pub(super) fn remembered(data: &Path) -> Result<Self> {
        let file = data.join("ports.json");
        let ports = match std::fs::read_to_string(&file) {
            Ok(text) => serde_json::from_str(&text).unwrap_or_default(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", file.display()));
            }
        };
        Ok(Self { ports, file })
    }

    /// Waits for the homeserver of an earlier start that is just ending. An error when it stays: two homeservers on one data
    /// base would destroy it.
    pub(super) async fn wait_for_predecessor(&self) -> Result<()> {
        let Some(&port) = self.ports.get(HOMESERVER) else {
            return Ok(());
        };
        let since = Instant::now();
        while !is_free(port) && is_our_homeserver(port).await {
            if since.elapsed() > FAREWELL {
                bail!(
                    "this demo is already running: its homeserver answers on port {port}. Stop it first, with Ctrl-C"
                );
            }
            sleep(Duration::from_millis(250)).await;
        }
        Ok(())
    }

    /// The port of `part`: the remembered one, or a free one when there is none or another program has it.
    pub(super) fn port(&mut self, part: &str) -> Result<u16> {
        let remembered = self.ports.get(part).copied();
        if let Some(port) = remembered.filter(|port| is_free(*port)) {
            return Ok(port);
        }
        let port = free_port()?;
        if let Some(taken) = remembered {
            println!("Port {taken} ({part}) is taken by another program; using {port}. Old sessions need new links.");
        }
        self.ports.insert(part.to_owned(), port);
        let text = serde_json::to_string_pretty(&self.ports)?;
        std::fs::write(&self.file, text).with_context(|| format!("cannot write {}", self.file.display()))?;
        Ok(port)
    }

    /// A listener on [`port`](Self::port).
    pub(super) async fn listener(&mut self, part: &str) -> Result<TcpListener> {
        let port = self.port(part)?;
        TcpListener::bind(("127.0.0.1", port)).await.with_context(|| format!("cannot listen on 127.0.0.1:{port}"))
    }
}

/// Whether the server on this port is a homeserver that calls this port its own, as ours do.
async fn is_our_homeserver(port: u16) -> bool {
    let request = client().get(format!("http://127.0.0.1:{port}/.well-known/matrix/client"));
    let Ok(answer) = request.timeout(Duration::from_secs(2)).send().await else {
        return false;
    };
    let known: Value = answer.json().await.unwrap_or_default();
    let address = known.pointer("/m.homeserver/base_url").and_then(Value::as_str);
    address.is_some_and(|address| address.trim_end_matches('/') == format!("http://127.0.0.1:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bed::Scratch;

    #[test]
    fn a_part_gets_the_same_port_at_every_start() {
        let scratch = Scratch::new("same").unwrap();
        let data = scratch.path();
        let first = Places::remembered(data).unwrap().port("alice").unwrap();
        assert_eq!(Places::remembered(data).unwrap().port("alice").unwrap(), first);
    }

    #[tokio::test]
    async fn a_port_that_another_program_has_is_given_up_for_good() {
        let scratch = Scratch::new("taken").unwrap();
        let data = scratch.path();
        let taken = Places::remembered(data).unwrap().listener("alice").await.unwrap();
        let next = Places::remembered(data).unwrap().port("alice").unwrap();
        assert_ne!(next, taken.local_addr().unwrap().port());

        drop(taken);
        assert_eq!(Places::remembered(data).unwrap().port("alice").unwrap(), next);
    }

    #[test]
    fn an_unreadable_memory_is_a_first_start() {
        let scratch = Scratch::new("garbage").unwrap();
        let data = scratch.path();
        std::fs::write(data.join("ports.json"), "{\"alice\": -1}").unwrap();
        assert!(Places::remembered(data).unwrap().ports.is_empty());
    }

    #[tokio::test]
    async fn another_program_on_the_homeservers_port_is_no_predecessor() {
        let scratch = Scratch::new("stranger").unwrap();
        let mut places = Places::remembered(scratch.path()).unwrap();
        let stranger = places.listener(HOMESERVER).await.unwrap();
        let answering = crate::serve::serve(axum::Router::new(), stranger, None).await.unwrap();
        places.wait_for_predecessor().await.unwrap();
        drop(answering);
    }
}
