//! Call buttons, 1:1 calls and Meet (Jitsi Meet) conferences for a Matrix web chat.
//!
//! # For a chat in Leptos
//!
//! What such a chat uses, and all that this crate promises to keep within a version by Semantic Versioning:
//!
//! - [`host::Host`], the one way from calls to the chat, and what crosses it (the rest of [`host`], [`ids`], [`time`], [`secret`]);
//! - [`locale::Texts`] with [`locale::components::COMPONENTS_EN`], the words that are shown;
//! - `ui`, for wasm32 alone and with the feature `components`: `Calls`, the engine, of which a page has one; `CallButtons` beside the
//!   composer, `CallStage` over the timeline, `CallLayer` and `CallOverlay` once per page, `CallSettings`, `RoomRing`, `CallCheck` and
//!   `ConferenceTile` where the chat wants them; `STYLES`, their style sheet, whose colours are the custom properties
//!   of `docs/embedding.md`;
//! - `ui::end_after_panic`, for the page's panic hook: what no button can end any more.
//!
//! ```toml
//! [dependencies]
//! leptos = { version = "0.8", features = ["csr"] }
//! meet-in-chat = { version = "0.1", default-features = false, features = ["components"] }
//! ```
//!
//! ```ignore
//! let texts = Texts::read(COMPONENTS_EN);
//! let calls = StoredValue::new_local(Calls::new(Rc::new(MyHost::new()), texts));
//! let room = RwSignal::new(RoomId::from("!room:example.org"));
//! view! {
//!     <style>{STYLES}</style>
//!     <CallLayer calls/>
//!     <main>
//!         <CallStage calls room/>
//!         <Timeline room/>
//!         <footer><Composer room/> <CallButtons calls room/></footer>
//!     </main>
//!     <CallOverlay calls/>
//! }
//! ```
//!
//! `examples/leptos` in the repository is the whole of it, with a host to copy; `docs/embedding-leptos.md` says the rest. Calls between two
//! people need nothing more. A conference opens in the wrapper, `jitsi.html`, which `cargo xtask build` makes together with what it
//! loads: it lies beside the chat's page, or where `meet_in_chat.own_wrapper_url` of [`host::Host::configuration`] says. Frames of conferences lie in
//! one layer at the end of `<body>`, and follow their place on the stage without ever being moved in the document.
//!
//! ## Features
//!
//! | | |
//! |---|---|
//! | `components` | `ui`, for a Leptos chat with a client of its own |
//! | `chat` | the chat page with its own Matrix client (`index.html`) |
//! | `embed` | the npm package for a chat in JavaScript, see `docs/embedding.md` |
//!
//! # Inside
//!
//! All other modules are inner workings, public for the programs and tests of this repository: they may change in any version.
//!
//! The pure core (everything without a `cfg` below) decides; it knows no DOM, no clock, no randomness and no futures,
//! and is tested natively. The shell (wasm32 only) carries its decisions out. `docs/design.md` has the map.

pub mod address;
pub mod buttons;
pub mod call;
pub mod check;
pub mod embed;
pub mod grouping;
pub mod host;
pub mod ids;
pub mod iframe_api;
pub mod inbox;
pub mod integrations;
pub mod json;
pub mod linkify;
pub mod locale;
pub mod matrix;
pub mod meet;
pub mod one_line;
pub mod ordered;
pub mod page;
pub mod push_rules;
pub mod room;
pub mod room_widget;
pub mod secret;
pub mod site;
pub mod switching;
pub mod time;
pub mod widget_api;
pub mod within;
pub mod wrapper;

#[cfg(target_arch = "wasm32")]
pub mod browser;
#[cfg(all(target_arch = "wasm32", feature = "chat"))]
pub mod chat;
#[cfg(all(target_arch = "wasm32", feature = "components"))]
pub mod ui;
