//! Random secrets of the bed's servers, kept in files so that sessions survive a restart.

use std::path::Path;

use anyhow::{Context, Result};
use data_encoding::BASE64_NOPAD;

/// The secret kept in `file`: 32 random bytes in unpadded base64, made when the file is missing.
pub(crate) fn kept(file: &Path) -> Result<String> {
    if let Ok(text) = std::fs::read_to_string(file) {
        return Ok(text.trim().to_owned());
    }
    let secret = fresh();
    std::fs::write(file, &secret).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(secret)
}

/// 32 random bytes in unpadded base64.
pub(crate) fn fresh() -> String {
    BASE64_NOPAD.encode(&rand::random::<[u8; 32]>())
}
