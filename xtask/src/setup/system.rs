//! What the system's own packages bring: Chromium, its driver, Firefox, coturn, nginx, Caddy, Node.js.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::report::Report;
use super::version::Version;
use super::{BrowserTools, WebServers};
use crate::process;

const CHROMIUM: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

const FIREFOX: &[&str] = &["firefox-esr", "firefox"];

/// Where Debian's package has nginx load its brotli module.
const NGINX_BROTLI: &str = "/etc/nginx/modules-enabled/50-mod-http-brotli-static.conf";

/// The oldest Node.js that esbuild runs on.
const OLDEST_NODE: Version = Version([18, 0, 0]);

/// Where packages put these two when it is not on PATH.
const ELSEWHERE: &[&str] = &[
    "/usr/lib/chromium",
    "/usr/lib/chromium-browser",
    "/usr/sbin",
    "/Applications/Google Chrome.app/Contents/MacOS",
    "/Applications/Chromium.app/Contents/MacOS",
    "/Applications/Firefox.app/Contents/MacOS",
];

/// Chromium and its driver.
pub(super) fn browser(report: Report) -> Result<BrowserTools> {
    if find_browser().is_none() {
        install_debian(&["chromium", "chromium-driver"], report);
    }
    let Some(tools) = find_browser() else {
        bail!(
            "Chromium (or Chrome) and chromedriver are needed, both of one version; install them (Debian: `apt-get \
             install chromium chromium-driver`, Fedora: `dnf install chromium chromedriver`, macOS: `brew install \
             --cask chromium chromedriver`), or name them in CHROMIUM and CHROMEDRIVER"
        );
    };
    report.ready("chromium", tools.chromium.display());
    report.ready("chromedriver", tools.chromedriver.display());
    Ok(tools)
}

fn find_browser() -> Option<BrowserTools> {
    let mac = ["Google Chrome", "Chromium"];
    Some(BrowserTools {
        chromium: named("CHROMIUM").or_else(|| find(CHROMIUM)).or_else(|| find(&mac))?,
        chromedriver: named("CHROMEDRIVER").or_else(|| find(&["chromedriver"]))?,
    })
}

/// Firefox.
pub(super) fn firefox(report: Report) -> Result<PathBuf> {
    let found = named("FIREFOX").or_else(|| find(FIREFOX)).or_else(|| {
        install_debian(&["firefox-esr"], report);
        find(FIREFOX)
    });
    let Some(firefox) = found else {
        bail!(
            "Firefox is needed by the end-to-end tests; install it (Debian: `apt-get install firefox-esr`, Fedora: `dnf \
             install firefox`, macOS: `brew install --cask firefox`), or name it in FIREFOX"
        );
    };
    report.ready("firefox", firefox.display());
    Ok(firefox)
}

/// coturn, or a word that calls will do without.
pub(super) fn turnserver(report: Report) -> Option<PathBuf> {
    let found = find(&["turnserver"]).or_else(|| {
        install_debian(&["coturn"], report);
        find(&["turnserver"])
    });
    match &found {
        Some(path) => report.ready("coturn", path.display()),
        None => report.notice("coturn", "missing: calls will do without a TURN server. Install your system's `coturn`"),
    }
    found
}

/// nginx with its brotli module, and Caddy.
pub(super) fn web_servers(report: Report) -> Result<WebServers> {
    if find_web_servers().is_none() {
        install_debian(&["nginx", "libnginx-mod-http-brotli-static", "caddy"], report);
    }
    let Some(servers) = find_web_servers() else {
        bail!(
            "nginx with its module for .br files, and Caddy, are needed by the end-to-end tests; install them (Debian: \
             `apt-get install nginx libnginx-mod-http-brotli-static caddy`)"
        );
    };
    report.ready("nginx", servers.nginx.display());
    report.ready("caddy", servers.caddy.display());
    Ok(servers)
}

fn find_web_servers() -> Option<WebServers> {
    if !Path::new(NGINX_BROTLI).is_file() {
        return None;
    }
    Some(WebServers { nginx: find(&["nginx"])?, caddy: find(&["caddy"])? })
}

/// Node.js with npm.
pub(super) fn node(report: Report) -> Result<()> {
    let found = find_node().or_else(|| {
        install_debian(&["nodejs", "npm"], report);
        find_node()
    });
    let Some(node) = found else {
        bail!(
            "Node.js {OLDEST_NODE} or later with npm is needed by the tests; install it (Debian: `apt-get \
             install nodejs npm`, macOS: `brew install node`)"
        );
    };
    report.ready("node", node.display());
    Ok(())
}

fn find_node() -> Option<PathBuf> {
    process::find(&["npm"])?;
    process::find(&["node"]).filter(|node| {
        process::answer(process::command(node).arg("--version"))
            .and_then(|version| Version::parse(version.strip_prefix('v')?))
            .is_some_and(|version| version >= OLDEST_NODE)
    })
}

fn named(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).map(PathBuf::from).filter(|path| path.is_file())
}

fn find(names: &[&str]) -> Option<PathBuf> {
    let elsewhere = || {
        let mut places = ELSEWHERE.iter().flat_map(|folder| names.iter().map(move |name| Path::new(folder).join(name)));
        places.find(|path| path.is_file())
    };
    process::find(names).or_else(elsewhere)
}

/// Installs Debian packages where there is apt-get and we may. Whether it helped is for the caller to see: a failure is
/// told, and the caller names what is missing.
pub(super) fn install_debian(packages: &[&str], report: Report) {
    if process::find(&["apt-get"]).is_none() {
        return;
    }
    let names = packages.join(" ");
    let Some(privileged) = privileged() else {
        report.notice(&names, &format!("needs root, which we don't have: run `sudo apt-get install {names}`"));
        return;
    };
    let result = report.work(&names, "installing with apt-get", || {
        let install = || {
            let mut install = apt(privileged, "install");
            process::run_with_heartbeat(install.args(["--no-install-recommends"]).args(packages), "apt-get")
        };
        // A fresh machine has no package lists yet, an old one stale ones.
        install().or_else(|_| {
            process::run_with_heartbeat(&mut apt(privileged, "update"), "apt-get")?;
            install()
        })
    });
    if let Err(error) = result {
        report.notice(&names, &format!("{error:#}"));
    }
}

fn apt(privileged: Privileged, what: &str) -> std::process::Command {
    let mut command = match privileged {
        Privileged::Root => process::command("apt-get"),
        Privileged::Sudo => {
            let mut sudo = process::command("sudo");
            sudo.args(["-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
            sudo
        }
    };
    command.args([what, "-y", "-q"]).env("DEBIAN_FRONTEND", "noninteractive");
    command
}

#[derive(Clone, Copy)]
enum Privileged {
    Root,
    /// Without a password: set-up never asks for one.
    Sudo,
}

fn privileged() -> Option<Privileged> {
    if process::answer(process::command("id").arg("-u")).as_deref() == Some("0") {
        return Some(Privileged::Root);
    }
    process::succeeds(process::command("sudo").args(["-n", "true"])).then_some(Privileged::Sudo)
}
