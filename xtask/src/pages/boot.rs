//! The one script that a page names itself: it starts the WebAssembly, or says that it could not.

/// What the boot module keeps for the program that it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// Nothing.
    Nothing,
    /// The messages that come before the program listens, in `window.earlyMessages`, until it takes that away: Chat Web speaks to a
    /// widget once, at its frame's `load`. 64 are more than any chat sends before it is answered.
    Messages,
}

const KEEP_MESSAGES: &str = "const early = (window.earlyMessages = []);
addEventListener(\"message\", (event) => {
  if (window.earlyMessages === early && early.length < 64) early.push(event);
});
";

/// The module's text. It is a file of its own because the policy allows no inline script.
///
/// The message is English: without WebAssembly there is nothing that could translate it.
pub(super) fn module(js: &str, wasm: &str, wasm_integrity: &str, keep: Keep) -> String {
    let keep = match keep {
        Keep::Nothing => "",
        Keep::Messages => KEEP_MESSAGES,
    };
    format!(
        r#"{keep}import("./{js}")
  .then(({{ default: init }}) =>
    init({{ module_or_path: fetch(new URL("./{wasm}", import.meta.url), {{ integrity: "{wasm_integrity}" }}) }}))
  .catch((error) => {{
    const line = document.createElement("p");
    line.setAttribute("role", "alert");
    line.textContent = `This page could not start. Reload it; it needs a current browser with WebAssembly. (${{error}})`;
    document.body.prepend(line);
    throw error;
  }});
"#
    )
}

/// What stands in the page: the files are fetched at once, not one after the other. Chromium checks no integrity of a
/// preloaded wasm and warns of the attribute (crbug.com/981419), so the boot module asks for that check.
pub(super) fn elements(boot: &str, boot_integrity: &str, js: &str, js_integrity: &str, wasm: &str) -> String {
    [
        format!(r#"<link rel="modulepreload" href="./{js}" integrity="{js_integrity}">"#),
        format!(r#"<link rel="preload" href="./{wasm}" as="fetch" type="application/wasm" crossorigin>"#),
        format!(r#"<script type="module" src="./{boot}" integrity="{boot_integrity}"></script>"#),
    ]
    .join("\n    ")
}
