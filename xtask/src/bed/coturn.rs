//! One coturn on loopback: the TURN server of a bed.

use std::{ffi::OsStr, fmt::Write as _, ops::RangeInclusive, path::Path, time::Duration};

use anyhow::{Context, Result};
use rand::Rng as _;
use tokio::net::TcpStream;

use super::{daemon::Daemon, free_port, secrets};

/// What a homeserver must know to hand out credentials for a TURN server.
#[derive(Debug, Clone)]
pub struct TurnSettings {
    /// `turn:` addresses, in the order in which clients get them.
    pub uris: Vec<String>,
    /// The secret that homeserver and TURN server share.
    pub shared_secret: String,
    /// How long a client's credentials are good. A short time makes their renewal testable.
    pub credential_lifetime: Duration,
}

/// A running coturn. Dropping it stops the server; [`stop`](Self::stop) also waits for its end.
#[derive(Debug)]
#[must_use = "dropping it stops the TURN server"]
pub struct Coturn {
    daemon: Daemon,
    port: u16,
    shared_secret: String,
    relay_ports: RangeInclusive<u16>,
}

impl Coturn {
    /// Starts `turnserver` with its files in `directory`, on `port` of 127.0.0.1 or on a free one, and waits until it answers.
    pub async fn start(turnserver: &Path, directory: &Path, port: Option<u16>) -> Result<Self> {
        std::fs::create_dir_all(directory).with_context(|| format!("cannot make {}", directory.display()))?;
        let directory = std::path::absolute(directory)?;
        let port = port.map_or_else(free_port, Ok)?;
        let shared_secret = secrets::kept(&directory.join("secret"))?;
        // A block of its own among 100, below every other port of the bed; coturn passes over ports that are taken.
        let first = 10_000 + 100 * rand::rng().random_range(0..100);
        let relay_ports = first..=first + 99;

        let config = directory.join("turnserver.conf");
        std::fs::write(&config, config_text(&directory, port, &shared_secret, &relay_ports))
            .with_context(|| format!("cannot write {}", config.display()))?;
        let arguments = [OsStr::new("-c"), config.as_os_str()];
        let daemon = Daemon::start("coturn", turnserver, &arguments, directory.join("coturn.log"), || async move {
            TcpStream::connect(("127.0.0.1", port)).await.is_ok()
        })
        .await?;
        Ok(Self { daemon, port, shared_secret, relay_ports })
    }

    /// What a homeserver needs to hand out this server: UDP first, then TCP, credentials for a day.
    pub fn settings(&self) -> TurnSettings {
        TurnSettings {
            uris: ["udp", "tcp"].map(|transport| format!("turn:127.0.0.1:{}?transport={transport}", self.port)).into(),
            shared_secret: self.shared_secret.clone(),
            credential_lifetime: Duration::from_secs(86_400),
        }
    }

    /// The port on 127.0.0.1, UDP and TCP.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The ports of its relays. Media that came through the server shows one of them, even where statistics call the
    /// candidate reflexive (`testbed.md`, "what WebRTC needs here").
    pub fn relay_ports(&self) -> RangeInclusive<u16> {
        self.relay_ports.clone()
    }

    /// Resolves, with the end of the log, when coturn has ended by itself.
    pub async fn ended(&mut self) -> String {
        self.daemon.ended().await;
        self.daemon.last_words()
    }

    /// Stops coturn and waits until it is gone.
    pub async fn stop(self) {
        self.daemon.stop().await;
    }
}

/// The configuration as a file: on the command line the secret would show in every process list.
fn config_text(directory: &Path, port: u16, secret: &str, relay_ports: &RangeInclusive<u16>) -> String {
    let file = |name: &str| directory.join(name).display().to_string();
    let mut text = String::new();
    for (key, value) in [
        ("listening-port", port.to_string()),
        ("listening-ip", "127.0.0.1".to_owned()),
        ("relay-ip", "127.0.0.1".to_owned()),
        ("min-port", relay_ports.start().to_string()),
        ("max-port", relay_ports.end().to_string()),
        ("realm", "localhost".to_owned()),
        ("static-auth-secret", secret.to_owned()),
        ("userdb", file("turndb")),
        ("pidfile", file("turnserver.pid")),
        ("log-file", "stdout".to_owned()),
    ] {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{key}={value}");
    }
    // Without `allow-loopback-peers` a relay on 127.0.0.1 may talk to nobody: 403 Forbidden IP.
    for flag in ["use-auth-secret", "fingerprint", "allow-loopback-peers", "no-tls", "no-dtls", "no-cli", "no-rfc5780"]
    {
        let _ = writeln!(text, "{flag}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_server_listens_and_relays_on_loopback_only() {
        let text = config_text(Path::new("/bed"), 20_001, "shared", &(10_000..=10_099));
        for line in ["listening-ip=127.0.0.1", "relay-ip=127.0.0.1", "min-port=10000", "max-port=10099", "no-cli"] {
            assert!(text.lines().any(|l| l == line), "{line} is missing in\n{text}");
        }
    }
}
