//! Each file compressed, beside itself: a server that has `name.br` need not compress `name` anew for each visit, and sends fewer
//! bytes than it would take the time for.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::finish::children;

/// What compresses well. Pictures and sounds are compressed already.
const EXTENSIONS: [&str; 7] = ["html", "js", "wasm", "css", "json", "svg", "txt"];

/// Brotli at its best, which is also its slowest.
pub(crate) fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut compressed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut &*bytes, &mut compressed, &parameters)?;
    Ok(compressed)
}

/// Writes `name.br` beside every file of a folder, and of those below, that gets smaller by it.
pub(super) fn beside_all(folder: &Path) -> Result<()> {
    for path in children(folder)? {
        if path.is_dir() {
            beside_all(&path)?;
            continue;
        }
        let (Some(name), Some(extension)) = (path.file_name(), path.extension().and_then(|end| end.to_str())) else {
            continue;
        };
        if EXTENSIONS.contains(&extension) {
            let bytes = fs::read(&path).with_context(|| format!("{} can't be read", path.display()))?;
            let compressed = brotli(&bytes).with_context(|| format!("{} can't be compressed", path.display()))?;
            let mut name = name.to_owned();
            name.push(".br");
            if compressed.len() < bytes.len() {
                let path = path.with_file_name(name);
                fs::write(&path, compressed).with_context(|| format!("{} can't be written", path.display()))?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bed::Scratch;

    #[test]
    fn what_gets_smaller_lies_compressed_beside_itself_in_folders_too() {
        let scratch = Scratch::new("compress").expect("a folder");
        let at = |name: &str| scratch.path().join(name);
        fs::create_dir(at("locales")).expect("a folder");
        let text = "[\"again\"]".repeat(100);
        for name in ["a.js", "locales/b.json", "c.png"] {
            fs::write(at(name), &text).expect("a file");
        }
        fs::write(at("d.txt"), "d").expect("a file");
        beside_all(scratch.path()).expect("compressed");
        for name in ["a.js.br", "locales/b.json.br"] {
            let mut whole = Vec::new();
            let compressed = fs::read(at(name)).expect(name);
            brotli::BrotliDecompress(&mut &*compressed, &mut whole).expect("brotli");
            assert_eq!(whole, text.as_bytes(), "{name}");
        }
        assert!(!at("c.png.br").exists() && !at("d.txt.br").exists());
    }
}
