//! The Content Security Policy of each page, as a `meta` element: true on any server. A server that adds
//! `frame-ancestors` must do so in a header, because browsers ignore it here (CSP 3, section 3.3).

use super::digest;
use super::html::Tag;

/// What Trunk's own script for reloading carries under `trunk serve`. Only there do pages have an inline script, and
/// Trunk changes it as it serves, so that no hash could name it.
const RELOAD_NONCE: &str = "trunk-serve";

/// Which page a policy is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Page {
    /// `index.html`: speaks with any homeserver, frames the wrapper, any integration manager and what a call service puts into a room.
    Chat,
    /// `jitsi.html`: speaks with nobody but its own server, frames any Meet and the page of checks.
    Wrapper,
    /// `check.html`: asks any homeserver and any Meet for what they tell everybody, frames nothing.
    Check,
}

/// Servers are reached over https; over http only on this machine, for the demo and the tests.
const SERVERS: &str = "https: http://127.0.0.1:* http://localhost:*";

/// What the small pages may do. No text ever becomes markup or a script there, so that none may.
const ALONE: &str = "img-src 'self' data:; require-trusted-types-for 'script'; trusted-types 'none'";

/// The policy of a page with these tags.
pub(super) fn policy(page: Page, tags: &[Tag<'_>]) -> String {
    let scripts = if tags.iter().any(is_reload_script) {
        format!("'self' 'wasm-unsafe-eval' 'nonce-{RELOAD_NONCE}'")
    } else {
        "'self' 'wasm-unsafe-eval'".to_owned()
    };
    let styles: Vec<_> =
        tags.iter().filter(|tag| tag.name == "style").map(|tag| digest::inline_source(tag.text)).collect();
    let styles = ["'self'".to_owned()].into_iter().chain(styles).collect::<Vec<_>>().join(" ");
    let rest = match page {
        Page::Chat => format!(
            "connect-src 'self' {SERVERS}; img-src 'self' blob: data: {SERVERS}; media-src 'self' blob:; frame-src 'self' {SERVERS}"
        ),
        Page::Wrapper => format!("connect-src 'self'; {ALONE}; frame-src 'self' {SERVERS}"),
        Page::Check => format!("connect-src 'self' {SERVERS}; {ALONE}"),
    };
    format!("default-src 'none'; script-src {scripts}; style-src {styles}; {rest}; base-uri 'none'; form-action 'none'")
}

/// The policy's element.
pub(super) fn element(policy: &str) -> String {
    format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">")
}

/// Trunk's script for reloading.
pub(super) fn is_reload_script(tag: &Tag<'_>) -> bool {
    tag.name == "script" && tag.attribute("src").is_none() && tag.text.contains(".well-known/trunk/ws")
}

/// Its start tag, as the policy wants it.
pub(super) fn reload_script_tag() -> String {
    format!("<script nonce=\"{RELOAD_NONCE}\">")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::html::tags;

    fn directive(policy: &str, name: &str) -> Option<String> {
        let found = policy.split("; ").find_map(|directive| directive.strip_prefix(name)?.strip_prefix(' '));
        found.map(str::to_owned)
    }

    #[test]
    fn scripts_come_from_the_page_s_own_server_only() {
        for page in [Page::Chat, Page::Wrapper, Page::Check] {
            let policy = policy(page, &[]);
            assert_eq!(directive(&policy, "default-src").as_deref(), Some("'none'"));
            assert_eq!(directive(&policy, "script-src").as_deref(), Some("'self' 'wasm-unsafe-eval'"));
            assert_eq!(directive(&policy, "base-uri").as_deref(), Some("'none'"));
            assert_eq!(directive(&policy, "form-action").as_deref(), Some("'none'"));
        }
    }

    #[test]
    fn chat_and_checks_speak_with_servers_and_the_wrapper_frames_meet() {
        let [chat, wrapper, check] = [Page::Chat, Page::Wrapper, Page::Check].map(|page| policy(page, &[]));
        assert_eq!(directive(&chat, "frame-src"), Some(format!("'self' {SERVERS}")));
        assert_eq!(directive(&wrapper, "connect-src").as_deref(), Some("'self'"));
        assert_eq!(directive(&wrapper, "frame-src"), Some(format!("'self' {SERVERS}")));
        assert_eq!(directive(&check, "connect-src"), Some(format!("'self' {SERVERS}")), "to look at servers");
        assert_eq!(directive(&check, "frame-src"), None, "nothing, as `default-src` says");
        assert!(directive(&chat, "connect-src").is_some_and(|sources| sources.ends_with(SERVERS)));
    }

    #[test]
    fn no_text_becomes_markup_in_the_small_pages() {
        for page in [Page::Wrapper, Page::Check] {
            let policy = policy(page, &[]);
            assert_eq!(directive(&policy, "require-trusted-types-for").as_deref(), Some("'script'"));
            assert_eq!(directive(&policy, "trusted-types").as_deref(), Some("'none'"));
        }
    }

    #[test]
    fn an_inline_style_is_allowed_by_its_hash() {
        let policy = policy(Page::Wrapper, &tags("<style></style>"));
        let expected = "'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";
        assert_eq!(directive(&policy, "style-src").as_deref(), Some(expected));
    }

    #[test]
    fn no_inline_script_but_trunk_s_own_is_let_in() {
        let strange = policy(Page::Chat, &tags("<script>alert(1)</script>"));
        assert!(!strange.contains("nonce"));
        let served = policy(Page::Chat, &tags("<script>const url = base + '.well-known/trunk/ws';</script>"));
        assert!(served.contains("script-src 'self' 'wasm-unsafe-eval' 'nonce-trunk-serve';"));
    }
}
