//! Web servers as people host the pages on, with the configurations of `docs/hosting.md` as they stand there: only places, names and
//! ports are those of the bed.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use tokio::net::TcpStream;

use super::daemon::Daemon;
use super::free_port;

/// Where the configurations say that the pages lie.
const PAGES: &str = "/srv/meet-in-chat";
/// Where they say that the certificate and its key lie.
const CERTIFICATE: [&str; 2] = ["/etc/ssl/chat.example.org/fullchain.pem", "/etc/ssl/chat.example.org/privkey.pem"];

/// What is to be served, and how.
#[derive(Clone, Copy, Debug)]
pub struct Hosting<'a> {
    /// The configuration as people write it.
    pub text: &'a str,
    /// The folder with the pages.
    pub pages: &'a Path,
    /// The server's name.
    pub name: &'a str,
    /// Another name in the configuration, and the origin that it stands for.
    pub other: (&'a str, &'a str),
}

/// A running nginx or Caddy, on TLS with a certificate of its own. Dropping it stops the server.
#[derive(Debug)]
#[must_use = "dropping it stops the web server"]
pub struct WebServer {
    daemon: Daemon,
    port: u16,
}

impl WebServer {
    /// Starts nginx with its files in `directory`.
    pub async fn nginx(program: &Path, directory: &Path, hosting: Hosting<'_>) -> Result<Self> {
        let (directory, port) = (std::path::absolute(directory)?, free_port()?);
        let (certificate, key) = certificate(&directory, hosting.name)?;
        let site = replaced(
            hosting.text,
            &[
                ("listen 443 ssl", &format!("listen 127.0.0.1:{port} ssl")),
                (CERTIFICATE[0], &certificate),
                (CERTIFICATE[1], &key),
                (PAGES, &hosting.pages.display().to_string()),
                (hosting.other.0, hosting.other.1),
            ],
        )?;
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {}/{kind};", directory.display()))
            .join("\n");
        let user = std::env::var("USER").unwrap_or_else(|_| "root".to_owned());
        // As Debian's own nginx.conf has it, where `sites-enabled` would be included. The user counts only for root.
        let text = format!(
            "user {user};\ndaemon off;\npid {}/pid;\ninclude /etc/nginx/modules-enabled/*.conf;\nevents {{}}\nhttp {{\n\
             include /etc/nginx/mime.types;\ndefault_type application/octet-stream;\naccess_log off;\n{temporary}\n\
             {site}\n}}\n",
            directory.display(),
        );
        let config = written(&directory, "nginx.conf", &text)?;
        let arguments = ["-e".as_ref(), "stderr".as_ref(), "-c".as_ref(), OsStr::new(&config)];
        Self::start("nginx", program, &arguments, &directory, port).await
    }

    /// Starts Caddy with its files in `directory`.
    pub async fn caddy(program: &Path, directory: &Path, hosting: Hosting<'_>) -> Result<Self> {
        let (directory, port) = (std::path::absolute(directory)?, free_port()?);
        let (certificate, key) = certificate(&directory, hosting.name)?;
        let start = format!("{} {{", hosting.name);
        let site = replaced(
            hosting.text,
            &[
                (&start, &format!("https://{}:{port} {{\n\tbind 127.0.0.1\n\ttls {certificate} {key}", hosting.name)),
                (PAGES, &hosting.pages.display().to_string()),
                (hosting.other.0, hosting.other.1),
            ],
        )?;
        let options = format!(
            "{{\n\tadmin off\n\tauto_https disable_redirects\n\tstorage file_system {}\n}}\n",
            directory.join("storage").display()
        );
        let config = written(&directory, "Caddyfile", &[options, site].concat())?;
        let arguments =
            ["run", "--adapter", "caddyfile", "--config"].map(OsStr::new).into_iter().chain([OsStr::new(&config)]);
        Self::start("caddy", program, &arguments.collect::<Vec<_>>(), &directory, port).await
    }

    async fn start(
        name: &'static str,
        program: &Path,
        arguments: &[&OsStr],
        directory: &Path,
        port: u16,
    ) -> Result<Self> {
        let log = directory.join(name).with_extension("log");
        let daemon = Daemon::start(name, program, arguments, log, || async move {
            TcpStream::connect(("127.0.0.1", port)).await.is_ok()
        })
        .await?;
        Ok(Self { daemon, port })
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Stops the server and waits until it is gone.
    pub async fn stop(self) {
        self.daemon.stop().await;
    }
}

/// A certificate for the name and its key, as files.
fn certificate(directory: &Path, name: &str) -> Result<(String, String)> {
    fs::create_dir_all(directory).with_context(|| format!("cannot make {}", directory.display()))?;
    let made = rcgen::generate_simple_self_signed([name.to_owned()]).context("cannot make a certificate")?;
    let certificate = written(directory, "certificate.pem", &made.cert.pem())?;
    Ok((certificate, written(directory, "key.pem", &made.signing_key.serialize_pem())?))
}

fn written(directory: &Path, name: &str, text: &str) -> Result<String> {
    let path = directory.join(name);
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path.display().to_string())
}

/// The text with each of these replaced. What is not there is an error: the configuration is then another than the bed knows.
fn replaced(text: &str, changes: &[(&str, &str)]) -> Result<String> {
    changes.iter().try_fold(text.to_owned(), |text, (from, to)| {
        ensure!(text.contains(from), "the configuration has no {from:?}");
        Ok(text.replace(from, to))
    })
}
