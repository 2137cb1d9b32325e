//! What a web server has to know about a file by its name alone.

/// The file of `dist/` that a request path names, or `None` for a path that no file of ours has: one with an empty or a
/// hidden segment (so also `.` and `..`), or with any character that our build does not use in names, `%` and `\` among them.
pub(super) fn file_of(request_path: &str) -> Option<&str> {
    let path = request_path.strip_prefix('/')?;
    if path.is_empty() {
        return Some("index.html");
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-~@+".contains(c);
    let is_safe = |segment: &str| !segment.is_empty() && !segment.starts_with('.') && segment.chars().all(is_plain);
    path.split('/').all(is_safe).then_some(path)
}

/// The media type. WebAssembly must have its own, or browsers refuse to compile it while it loads.
pub(super) fn content_type(file: &str) -> &'static str {
    let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "ogg" | "oga" => "audio/ogg",
        "mp3" => "audio/mpeg",
        "wav" => "audio/wav",
        "woff2" => "font/woff2",
        "txt" | "md" => "text/plain; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

/// Whether this `Accept-Encoding` takes brotli.
pub(super) fn takes_brotli(accepted: &str) -> bool {
    accepted.split(',').any(|coding| {
        let (name, quality) = coding.split_once(';').unwrap_or((coding, ""));
        let refused = quality.trim().strip_prefix("q=").and_then(|quality| quality.parse().ok()) == Some(0.0);
        name.trim() == "br" && !refused
    })
}

/// For ever when the name carries a hash of the content; otherwise the browser asks each time.
pub(super) fn cache_control(file: &str) -> &'static str {
    if has_hash(file) { "public, max-age=31536000, immutable" } else { "no-cache" }
}

/// Whether one part of the file's name, between `-`, `_` and `.`, is a hash: 12 to 64 hexadecimal digits in lower case.
/// Trunk writes 16, fewer when the first ones are zero.
fn has_hash(file: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or(file);
    let is_hex = |part: &str| part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    name.split(['-', '_', '.']).any(|part| (12..=64).contains(&part.len()) && is_hex(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_climbs_out_or_reaches_a_hidden_file() {
        for path in [
            "/../Cargo.toml",
            "/a/../../b",
            "/%2e%2e/b",
            "/a//b",
            "/.git/config",
            "/a\\..\\b",
            "/C:/x",
            "no-slash",
            "/a/",
        ] {
            assert_eq!(file_of(path), None, "{path}");
        }
    }

    #[test]
    fn a_bare_slash_is_the_chat_page() {
        assert_eq!(file_of("/"), Some("index.html"));
        assert_eq!(file_of("/locales/en.json"), Some("locales/en.json"));
    }

    #[test]
    fn webassembly_has_its_own_type() {
        assert_eq!(content_type("chat-3f2a_bg.wasm"), "application/wasm");
        assert_eq!(content_type("LICENSE"), "application/octet-stream");
    }

    #[test]
    fn brotli_is_for_those_who_name_it() {
        for taken in ["br", "gzip, deflate, br, zstd", "gzip;q=0.5, br;q=1.0"] {
            assert!(takes_brotli(taken), "{taken}");
        }
        for not in ["", "gzip, deflate", "brotli", "br;q=0", "gzip, br; q=0.0"] {
            assert!(!takes_brotli(not), "{not}");
        }
    }

    #[test]
    fn only_hashed_names_are_kept_for_ever() {
        for hashed in ["chat-8f14e45fceea167a_bg.wasm", "chat-8f14e45fceea167a.js", "style-8f14e45fceea1.css"] {
            assert!(cache_control(hashed).contains("immutable"), "{hashed}");
        }
        for plain in
            ["index.html", "config.json", "locales/en.json", "icons/video-call.svg", "snippets/x-8f14e45fceea167a/i.js"]
        {
            assert_eq!(cache_control(plain), "no-cache", "{plain}");
        }
    }
}
