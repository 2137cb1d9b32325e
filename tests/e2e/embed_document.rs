//! `docs/embedding.md` taken at its word: somebody with nothing but the document and an empty folder comes to a chat with calls, and
//! each of its other ways shows what it promises. Before: `cargo xtask package`.

mod blocks;
mod folder;

use serde_json::{Value, json};
use xtask::bed::{Person, listener};
use xtask::serve::PageServer;
use xtask::setup::{self, Report};

use crate::browser::{Browser, Launch};
use crate::calls::cases;
use crate::calls::panel::{AtPanel, Place};
use crate::calls::party::{Kind, Party as _};
use crate::calls::scene::{CallScene, observe};
use crate::scene::PASSWORD;
use folder::{Folder, Vite};

const FROM_NOTHING: &str = "From an empty folder to a ringing call";

fn document() -> anyhow::Result<String> {
    Ok(std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/embedding.md"))?)
}

/// A person in front of a page of the folder's, who has called before.
async fn at(address: &str) -> anyhow::Result<Browser> {
    let browser = Browser::start(Launch::default()).await?;
    observe(&browser, Some(&json!({ "previewed": true }))).await?;
    browser.open(address).await?;
    Ok(browser)
}

/// The chat that the document makes, in a browser.
struct Reader(Browser);

impl Place for Reader {
    const NAME: &'static str = "the chat of the document";

    fn browser(&self) -> &Browser {
        &self.0
    }
}

/// Signs in by the form, as the document says, and chooses the room.
async fn signed_in(address: &str, person: &Person, room: &str) -> anyhow::Result<AtPanel<Reader>> {
    let browser = at(address).await?;
    let script = "const [server, user, password] = arguments; const form = document.querySelector('#sign-in'); \
         Object.assign(form.elements.server, { value: server }); Object.assign(form.elements.user, { value: user }); \
         Object.assign(form.elements.password, { value: password }); form.requestSubmit(); return null";
    let who = [&person.homeserver, &person.user_id, PASSWORD].map(|text| json!(text));
    browser.run::<Value>(script, who.to_vec()).await?;
    browser.becomes::<bool>("!document.querySelector('#chat').hidden").await?;
    let choose = "rooms.value = arguments[0]; rooms.dispatchEvent(new Event('change')); return rooms.value";
    let chosen: String = browser.run(choose, vec![json!(room)]).await?;
    anyhow::ensure!(chosen == room, "{chosen:?} in place of {room}");
    Ok(AtPanel::new(Reader(browser), room))
}

async fn both(scene: &CallScene, vite: &Vite) -> anyhow::Result<(AtPanel<Reader>, AtPanel<Reader>)> {
    tokio::try_join!(
        signed_in(&vite.address, &scene.alice, &scene.room),
        signed_in(&vite.address, &scene.bob, &scene.room),
    )
}

/// A call that is called off is told to what the page has put on the stage.
async fn hears_of_an_end(reader: &AtPanel<Reader>) -> anyhow::Result<()> {
    reader.call(Kind::Voice).await?;
    reader.is_calling().await?;
    reader.hang_up().await?;
    reader.has_let_go().await?;
    let said = reader.browser().console().await?;
    anyhow::ensure!(said.iter().filter(|entry| entry.message.contains("\"ended\"")).count() == 1, "{said:?}");
    Ok(())
}

/// Buttons by `plain-functions.js` come, and go with what it gives.
async fn has_buttons_by_functions(reader: &AtPanel<Reader>) -> anyhow::Result<()> {
    let browser = reader.browser();
    let mount = "const room = document.querySelector('meet-call-buttons').getAttribute('room-id'); \
         return import('/plain-functions.js').then(({ buttonsIn }) => { window.own = buttonsIn(document.body, room); return null })";
    browser.run::<Value>(mount, Vec::new()).await?;
    let can_be_pressed = "document.querySelector('[data-part=buttons]').shadowRoot \
         .querySelectorAll('[data-kind=voice][aria-disabled=false]').length";
    browser.becomes::<bool>(&format!("{can_be_pressed} === 1")).await?;
    browser.run::<Value>("own.show('!nobody:localhost'); return null", Vec::new()).await?;
    browser.becomes::<bool>(&format!("{can_be_pressed} === 0")).await?;
    browser.run::<Value>("own.remove(); return null", Vec::new()).await?;
    browser.becomes::<bool>("!document.querySelector('[data-part=buttons]')").await.map(drop)
}

/// In Node.js the SDK has no calls of its own to warn of.
async fn is_warned_of_the_sdks_own_calls(reader: &AtPanel<Reader>) -> anyhow::Result<()> {
    for (options, warnings) in [("{ disableVoip: true }", 0), ("{}", 1)] {
        let adapt = format!("return import('/{OWN_CALLS}').then(({{ adapted }}) => adapted({options}).userId)");
        let user: String = reader.browser().run(&adapt, Vec::new()).await?;
        let said = reader.browser().console().await?;
        let warned = said.iter().filter(|entry| entry.level == "WARNING" && entry.message.contains("own calls are on"));
        anyhow::ensure!(user == "@ann:localhost" && warned.count() == warnings, "{options}: {said:?}");
    }
    Ok(())
}

/// One test, as the document is one way: its later sections go on in the folder of the first.
#[tokio::test]
async fn the_document_of_embedding_leads_from_an_empty_folder_to_a_ringing_call_and_keeps_what_it_promises()
-> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let (text, folder) = (document()?, Folder::empty()?);
    let blocks = blocks::of(&text);
    for (_, block) in blocks.iter().filter(|(section, _)| *section == FROM_NOTHING) {
        folder.follow(block).await?;
    }
    let vite = folder.vite().await?;
    let (alice, bob) = both(&scene, &vite).await?;
    cases::whole(&alice, &bob, Kind::Voice).await?;
    cases::whole(&bob, &alice, Kind::Video).await?;
    vite.stop().await?;

    for (_, block) in blocks.iter().filter(|(section, _)| *section != FROM_NOTHING) {
        folder.follow(block).await?;
    }
    let vite = folder.vite().await?;
    let who = [("server", &*scene.alice.homeserver), ("user", &scene.alice.user_id), ("password", PASSWORD)];
    let who = who.map(|(name, value)| format!("{name}={}", xtask::bed::percent_encode(value))).join("&");
    std::fs::write(folder.path().join(OWN_CALLS), ADAPTED)?;
    for page in ["react.html", "vue.html"] {
        let reader = AtPanel::new(Reader(at(&format!("{}/{page}#{who}", vite.address)).await?), &scene.room);
        hears_of_an_end(&reader).await?;
        has_buttons_by_functions(&reader).await?;
        is_warned_of_the_sdks_own_calls(&reader).await?;
    }
    at(&format!("{}/plain.html", vite.address)).await?.becomes::<bool>(BUTTONS).await?;
    vite.stop().await?;

    // What esbuild made, on a server that knows nothing of bundlers.
    folder.run("cp index.html chat.css built/").await?;
    let built = PageServer::start(listener().await?, &folder.path().join("built"), &json!({})).await?;
    signed_in(&built.origin(), &scene.alice, &scene.room).await?.browser().becomes::<bool>(BUTTONS).await?;

    // "In development and in the build."
    folder.run("npx vite build --logLevel warn").await?;
    let vite = folder.serve("npx vite preview").await?;
    let (alice, bob) = both(&scene, &vite).await?;
    cases::whole(&alice, &bob, Kind::Voice).await?;
    vite.stop().await?;

    let compiler = setup::embed_tools(Report::OnlyWork)?;
    folder.run(&format!("node {} {STRICT} host.ts", compiler.display())).await
}

const STRICT: &str = "--noEmit --strict --target es2022 --module esnext --moduleResolution bundler";

/// A file of the folder that gives the host of a client of the SDK, made as the page says.
const OWN_CALLS: &str = "own-calls.js";
const ADAPTED: &str = r#"
import { createClient } from "matrix-js-sdk";
import { fromMatrixClient } from "meet-in-chat/matrix-js-sdk";

const signedIn = { baseUrl: "http://localhost", userId: "@ann:localhost", deviceId: "DEVICE", accessToken: "none" };
export const adapted = (options) => fromMatrixClient(createClient({ ...signedIn, ...options }));
"#;

/// The voice button can be pressed.
const BUTTONS: &str = "!!document.querySelector('meet-call-buttons')?.shadowRoot \
     ?.querySelector('[data-kind=voice][aria-disabled=false]')";
