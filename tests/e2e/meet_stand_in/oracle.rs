//! Meet's own outer library in a browser, pointed at a stand-in.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use axum::{Router, response::Html, routing::get};
use serde_json::{Value, json};
use tokio::{net::TcpListener, process::Command, sync::OnceCell};
use xtask::meet_stand_in::{MeetStandIn, Options};

use crate::browser::{Browser, Frame, Launch};

const NAME: &str = "meet.test";
pub(super) const ROOM: &str = "JitsiSomeRoom";
const FRAME: &[&str] = &["#jitsiConferenceFrame0"];

/// A stand-in on TLS, and a page with Meet's library beside it.
pub(super) struct Bed {
    pub(super) stand_in: MeetStandIn,
    oracle: String,
}

impl Bed {
    pub(super) async fn make(options: Options) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let tls = Some(vec![NAME.to_owned()]);
        let stand_in = MeetStandIn::start(listener, Options { tls, ..options }).await?;
        Ok(Self { stand_in, oracle: serve_oracle().await? })
    }

    pub(super) fn domain(&self) -> String {
        format!("{NAME}:{}", self.stand_in.addr().port())
    }

    /// A new browser in which the library opened the room.
    pub(super) async fn person(&self, name: &str, config: Value) -> anyhow::Result<Person> {
        self.person_with(Launch::default(), name, config).await
    }

    pub(super) async fn person_with(&self, launch: Launch, name: &str, config: Value) -> anyhow::Result<Person> {
        let browser = Browser::start(launch.name(NAME)).await?;
        browser.open(&self.oracle).await?;
        let mut overwrite = json!({ "prejoinConfig": { "enabled": false }, "pip": { "disabled": true } });
        if let (Some(all), Value::Object(more)) = (overwrite.as_object_mut(), config) {
            all.extend(more);
        }
        let user = json!({ "displayName": name, "email": "someone@example.org" });
        let options = json!({ "roomName": ROOM, "configOverwrite": overwrite, "userInfo": user, "lang": "de" });
        let _: Value =
            browser.run("openMeeting(arguments[0], arguments[1])", vec![json!(self.domain()), options]).await?;
        Ok(Person { browser })
    }
}

/// Somebody in a browser, and what the library told them.
pub(super) struct Person {
    pub(super) browser: Browser,
}

impl Person {
    /// The frame that the library opened.
    pub(super) fn frame(&self) -> Frame<'_> {
        self.browser.within(FRAME)
    }

    /// Waits for an event and returns the payload of the last one of that name.
    pub(super) async fn hears(&self, event: &str) -> anyhow::Result<Value> {
        self.browser.becomes(&format!("heard.findLast(([name]) => name === '{event}')?.[1]")).await
    }

    /// Waits for an event whose payload says this.
    pub(super) async fn hears_that(&self, event: &str, field: &str, value: Value) -> anyhow::Result<Value> {
        let found = format!("heard.findLast(([name, said]) => name === '{event}' && said.{field} === {value})?.[1]");
        self.browser.becomes(&found).await
    }

    /// The names of all events so far, without the ones in between that are not asked for.
    pub(super) async fn order_of(&self, wanted: &[&str]) -> anyhow::Result<Vec<String>> {
        let script = "return heard.map(([name]) => name).filter(name => arguments[0].includes(name))";
        self.browser.run(script, vec![json!(wanted)]).await
    }

    pub(super) async fn command(&self, command: &str, arguments: Value) -> anyhow::Result<()> {
        let script = "api.executeCommand(arguments[0], ...arguments[1])";
        let _: Value = self.browser.run(script, vec![json!(command), arguments]).await?;
        Ok(())
    }

    pub(super) async fn asks(&self, method: &str) -> anyhow::Result<Value> {
        self.browser.run("return api[arguments[0]]()", vec![json!(method)]).await
    }

    /// Waits until so many others are decoded in the frame, with sound, and still more frames come.
    pub(super) async fn sees_and_hears(&self, others: usize) -> anyhow::Result<()> {
        let enough = format!(
            "standIn.stats().then(all => all.length === {others} && all.every(one => one.framesDecoded > 20 \
             && one.audioEnergy > 0) && all.map(one => one.framesDecoded))"
        );
        let before: Vec<u64> = self.frame().becomes(&enough).await?;
        let more = format!("standIn.stats().then(all => all.every((one, i) => one.framesDecoded > {before:?}[i] + 5))");
        self.frame().becomes::<bool>(&more).await?;
        Ok(())
    }
}

/// Meet's library, built once for all tests.
async fn library() -> anyhow::Result<&'static Path> {
    static BUILT: OnceCell<PathBuf> = OnceCell::const_new();
    let path = BUILT.get_or_try_init(async || {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/meet/oracle");
        let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("external_api.js");
        let lock = std::fs::metadata(folder.join("package-lock.json"))?.modified()?;
        let installed = std::fs::metadata(folder.join("node_modules/.package-lock.json"));
        if !installed.is_ok_and(|installed| installed.modified().is_ok_and(|at| at >= lock)) {
            run(Command::new("npm").args(["ci", "--ignore-scripts"]).current_dir(&folder)).await?;
        }
        run(Command::new("node").arg("build.mjs").arg(&out).current_dir(&folder)).await?;
        anyhow::Ok(out)
    });
    path.await.map(PathBuf::as_path)
}

async fn run(command: &mut Command) -> anyhow::Result<()> {
    let output = command.output().await.context("Node.js with npm is needed for this test")?;
    ensure!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

async fn serve_oracle() -> anyhow::Result<String> {
    let script = std::fs::read_to_string(library().await?)?;
    let page = Html(include_str!("../../meet/oracle/oracle.html"));
    let router = Router::new()
        .route("/", get(async move || page))
        .route("/external_api.js", get(async move || ([("content-type", "text/javascript")], script)));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    // Ends with the test's own runtime.
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(format!("http://{address}/"))
}
