//! `docs/embedding.md` taken at its word: somebody with nothing but the document and an empty folder comes to a chat with calls, and
//! each of its other ways shows what it promises. Before: `cargo xtask package`.

mod blocks;
mod folder;

use serde_json::{Value, json};
use xtask::bed::Person;
use xtask::setup::{self, Report};

use crate::browser::{Browser, Launch};
use crate::calls::cases;
use crate::calls::panel::{AtPanel, Place};
use crate::calls::party::Kind;
use crate::calls::scene::{CallScene, observe};
use crate::scene::PASSWORD;
use folder::{Folder, Vite};

const FROM_NOTHING: &str = "From an empty folder to a ringing call";

fn document() -> anyhow::Result<String> {
    Ok(std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/embedding.md"))?)
}

/// A person in front of a page of the folder's, who has called before.
async fn at(vite: &Vite, page: &str) -> anyhow::Result<Browser> {
    let browser = Browser::start(Launch::default()).await?;
    observe(&browser, Some(&json!({ "previewed": true }))).await?;
    browser.open(&format!("{}/{page}", vite.address)).await?;
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
async fn signed_in(vite: &Vite, person: &Person, room: &str) -> anyhow::Result<AtPanel<Reader>> {
    let browser = at(vite, "").await?;
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
    let (alice, bob) =
        tokio::try_join!(signed_in(&vite, &scene.alice, &scene.room), signed_in(&vite, &scene.bob, &scene.room))?;
    cases::whole(&alice, &bob, Kind::Voice).await?;
    cases::whole(&bob, &alice, Kind::Video).await?;
    vite.stop().await?;

    for (_, block) in blocks.iter().filter(|(section, _)| *section != FROM_NOTHING) {
        folder.follow(block).await?;
    }
    let vite = folder.vite().await?;
    let who = [("server", &*scene.alice.homeserver), ("user", &scene.alice.user_id), ("password", PASSWORD)];
    let who = who.map(|(name, value)| format!("{name}={}", xtask::bed::percent_encode(value))).join("&");
    for page in ["react.html", "vue.html"] {
        at(&vite, &format!("{page}#{who}")).await?.becomes::<bool>(BUTTONS).await?;
    }
    at(&vite, "plain.html").await?.becomes::<bool>(BUTTONS).await?;
    vite.stop().await?;

    // "In development and in the build."
    folder.run("npx vite build --logLevel warn").await?;
    let vite = folder.serve("npx vite preview").await?;
    let (alice, bob) =
        tokio::try_join!(signed_in(&vite, &scene.alice, &scene.room), signed_in(&vite, &scene.bob, &scene.room))?;
    cases::whole(&alice, &bob, Kind::Voice).await?;
    vite.stop().await?;

    let compiler = setup::embed_tools(Report::OnlyWork)?;
    folder.run(&format!("node {} {STRICT} host.ts", compiler.display())).await
}

const STRICT: &str = "--noEmit --strict --target es2022 --module esnext --moduleResolution bundler";

/// The voice button can be pressed.
const BUTTONS: &str = "!!document.querySelector('meet-call-buttons')?.shadowRoot \
     ?.querySelector('[data-kind=voice][aria-disabled=false]')";
