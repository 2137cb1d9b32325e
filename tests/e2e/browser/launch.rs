//! How a browser is started.

use std::path::Path;

use serde_json::{Value, json};

/// What every Chromium gets: WebRTC over loopback alone, made-up devices, and no way out of this machine.
const FLAGS: &[&str] = &[
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--allow-loopback-in-peer-connection",
    // Several windows share the screen (or have none): a covered one must not be put to sleep.
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-background-timer-throttling",
];

/// Which browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Program {
    /// Chromium, through chromedriver and the DevTools protocol.
    Chromium,
    /// Firefox, through geckodriver.
    Firefox,
}

/// How a browser is started.
#[derive(Debug, Clone)]
pub(crate) struct Launch {
    pub(super) program: Program,
    names: Vec<String>,
    trusts: bool,
    flags: Vec<String>,
    devices: Devices,
    sound_at_once: bool,
}

/// What a page that asks for camera and microphone gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Devices {
    /// A made-up camera and microphone, without a question.
    Granted,
    /// `NotAllowedError`, as when a person says no.
    Denied,
    /// A made-up camera and microphone, once [`Browser::answer`](super::Browser::answer) has allowed them.
    Asked,
    /// No microphone, and no camera but the machine's own.
    None,
}

impl Default for Launch {
    fn default() -> Self {
        Self {
            program: Program::Chromium,
            names: Vec::new(),
            trusts: true,
            flags: Vec::new(),
            devices: Devices::Granted,
            sound_at_once: true,
        }
    }
}

impl Launch {
    /// Makes a host name lead to this machine, and self-signed certificates count. All other names lead nowhere.
    pub(crate) fn name(mut self, host: &str) -> Self {
        self.names.push(host.to_owned());
        self
    }

    /// Self-signed certificates count no more, as in people's browsers.
    pub(crate) fn distrustful(mut self) -> Self {
        self.trusts = false;
        self
    }

    /// Adds a command line flag of Chromium.
    pub(crate) fn flag(mut self, flag: &str) -> Self {
        self.flags.push(flag.to_owned());
        self
    }

    /// Sets what a page gets that asks for camera and microphone.
    pub(crate) fn devices(mut self, devices: Devices) -> Self {
        self.devices = devices;
        self
    }

    /// As people have it: no sound before a press, and devices only when they are allowed.
    pub(crate) fn as_people_have_it() -> Self {
        Self { sound_at_once: false, ..Self::default() }.devices(Devices::Asked)
    }

    /// Firefox with made-up devices, granted without a question. What is set of the rest is Chromium's.
    pub(crate) fn firefox() -> Self {
        Self { program: Program::Firefox, ..Self::default() }
    }

    /// What a WebDriver session is asked for: the key and the value of the browser's own options.
    pub(super) fn options(&self, profile: &Path) -> (&'static str, Value) {
        let (key, mut options, binary) = match self.program {
            Program::Chromium => ("goog:chromeOptions", json!({ "args": self.arguments(profile) }), "CHROMIUM"),
            Program::Firefox => {
                let mut arguments = vec!["-profile".to_owned(), profile.display().to_string()];
                arguments.extend(["-width", "1280", "-height", "900"].map(str::to_owned));
                if !is_visible() {
                    arguments.push("-headless".to_owned());
                }
                let preferences = json!({
                    "media.navigator.streams.fake": true,
                    "media.navigator.permission.disabled": true,
                    "media.peerconnection.ice.loopback": true,
                    "media.autoplay.default": 0,
                });
                ("moz:firefoxOptions", json!({ "args": arguments, "prefs": preferences }), "FIREFOX")
            }
        };
        if let Ok(binary) = std::env::var(binary) {
            options["binary"] = Value::String(binary);
        }
        (key, options)
    }

    /// The command line of Chromium.
    fn arguments(&self, profile: &Path) -> Vec<String> {
        let mut rules: Vec<String> = self.names.iter().map(|name| format!("MAP {name} 127.0.0.1")).collect();
        rules.extend(["MAP * ~NOTFOUND", "EXCLUDE 127.0.0.1", "EXCLUDE localhost"].map(str::to_owned));
        let mut arguments: Vec<String> = FLAGS.iter().map(|flag| (*flag).to_owned()).collect();
        arguments.push(format!("--host-resolver-rules={}", rules.join(", ")));
        arguments.push(format!("--user-data-dir={}", profile.display()));
        arguments.push("--window-size=1280,900".to_owned());
        // Made-up devices have a microphone whatever their count is: without any, the machine's own is hidden too.
        let devices =
            if self.devices == Devices::None { "--disable-audio-input" } else { "--use-fake-device-for-media-stream" };
        arguments.push(devices.to_owned());
        match self.devices {
            Devices::Granted | Devices::None => arguments.push("--use-fake-ui-for-media-stream".to_owned()),
            Devices::Denied => arguments.push("--use-fake-ui-for-media-stream=deny".to_owned()),
            Devices::Asked => {}
        }
        if self.sound_at_once {
            arguments.push("--autoplay-policy=no-user-gesture-required".to_owned());
        }
        if self.trusts && !self.names.is_empty() {
            arguments.push("--ignore-certificate-errors".to_owned());
        }
        if !is_visible() {
            arguments.push("--headless=new".to_owned());
        }
        arguments.extend(self.flags.iter().cloned());
        arguments
    }
}

fn is_visible() -> bool {
    std::env::var_os("MEET_IN_CHAT_VISIBLE").is_some()
}
