//! Hashes of what is served: in file names, for subresource integrity and in the policy.

use data_encoding::{BASE64, HEXLOWER};
use sha2::{Digest, Sha256, Sha384};

/// 64 bits of a hash of the content, for file names that may be cached for ever.
pub(super) fn short(content: &[u8]) -> String {
    let mut hex = HEXLOWER.encode(&Sha256::digest(content));
    hex.truncate(16);
    hex
}

/// The value of an `integrity` attribute.
pub(crate) fn integrity(content: &[u8]) -> String {
    format!("sha384-{}", BASE64.encode(&Sha384::digest(content)))
}

/// An inline element's source expression in a policy.
pub(super) fn inline_source(text: &str) -> String {
    format!("'sha256-{}'", BASE64.encode(&Sha256::digest(text)))
}

/// A file name that carries the hash of the content, in place of the one that Trunk put there: `chat-0123456789abcdef.js`. Of
/// Trunk's 16 digits those before the first that is not zero are missing.
pub(super) fn hashed_name(name: &str, content: &[u8]) -> String {
    let (base, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let base = base.strip_suffix("_bg").unwrap_or(base);
    let stem = match base.rsplit_once('-') {
        Some((stem, hash)) if (12..=16).contains(&hash.len()) && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            stem
        }
        _ => base,
    };
    format!("{stem}-{}.{extension}", short(content))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_carries_the_hash_of_the_bytes_it_names() {
        assert_eq!(hashed_name("chat-0123456789abcdef_bg.wasm", b""), "chat-e3b0c44298fc1c14.wasm");
        assert_eq!(hashed_name("chat-0123456789abcdef.js", b""), "chat-e3b0c44298fc1c14.js");
        assert_eq!(hashed_name("chat-123456789abcdef_bg.wasm", b""), "chat-e3b0c44298fc1c14.wasm");
        assert_ne!(hashed_name("chat.css", b"a"), hashed_name("chat.css", b"b"));
    }

    #[test]
    fn a_name_without_a_hash_gets_one_and_keeps_its_words() {
        assert_eq!(hashed_name("meet-in-chat.css", b""), "meet-in-chat-e3b0c44298fc1c14.css");
        assert_eq!(hashed_name("chat-boot.js", b""), "chat-boot-e3b0c44298fc1c14.js");
    }

    #[test]
    fn hashes_are_written_as_browsers_read_them() {
        assert_eq!(inline_source(""), "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='");
        assert_eq!(integrity(b""), "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb");
    }
}
