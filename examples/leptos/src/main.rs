//! A small chat in Leptos with calls. It has no server: people are tabs of one browser. `?me=alice` and `?me=bob` share two
//! rooms; `?me=carol` is only in the second one, the club.
//!
//! What a chat of your own takes from here is [`host`], over its own client in place of [`client`], and the lines of [`view`] that say
//! `calls`.

#[cfg(target_arch = "wasm32")]
mod client;
#[cfg(target_arch = "wasm32")]
mod host;
#[cfg(target_arch = "wasm32")]
mod view;

#[cfg(target_arch = "wasm32")]
fn main() {
    // After a panic no button works any more: what is open is closed, or a camera stays on.
    std::panic::set_hook(Box::new(meet_in_chat::ui::end_after_panic));
    wasm_bindgen_futures::spawn_local(async {
        let configuration = configuration().await;
        let client = client::Client::new(&me());
        leptos::mount::mount_to_body(move || view::chat(client, configuration));
    });
}

/// Who is signed in.
#[cfg(target_arch = "wasm32")]
fn me() -> String {
    let search = web_sys::window().and_then(|window| window.location().search().ok()).unwrap_or_default();
    let me = web_sys::UrlSearchParams::new_with_str(&search).ok().and_then(|search| search.get("me"));
    me.unwrap_or_else(|| "alice".to_owned())
}

/// The site's `config.json` beside the page (`docs/configuration.md`). It may be missing.
#[cfg(target_arch = "wasm32")]
async fn configuration() -> serde_json::Value {
    use wasm_bindgen::JsCast;
    use wasm_bindgen_futures::JsFuture;

    let text = async {
        let answer = JsFuture::from(web_sys::window()?.fetch_with_str("config.json")).await.ok()?;
        let answer = answer.dyn_into::<web_sys::Response>().ok().filter(web_sys::Response::ok)?;
        JsFuture::from(answer.text().ok()?).await.ok()?.as_string()
    };
    let file = text.await.and_then(|text| serde_json::from_str(&text).ok());
    file.filter(serde_json::Value::is_object).unwrap_or_else(|| serde_json::json!({}))
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!(
        "This program is a web page: `trunk serve --config examples/leptos/Trunk.toml`, then /?me=alice and /?me=bob in two tabs."
    );
}
