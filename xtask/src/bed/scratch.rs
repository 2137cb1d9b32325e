//! Directories that last as long as a test.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// A new, empty directory of its own below the system's temporary one. Dropping it removes it with all it holds.
#[derive(Debug)]
#[must_use = "dropping it removes the directory"]
pub struct Scratch(PathBuf);

impl Scratch {
    /// Makes the directory. `name` tells people who find it what it was for.
    pub fn new(name: &str) -> Result<Self> {
        let unique = format!("meet-in-chat-{name}-{:016x}", rand::random::<u64>());
        let path = std::env::temp_dir().join(unique);
        std::fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self(path))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A server that is just ending may still write; what then stays is in a directory that the system clears.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_scratch_directory_is_gone_with_its_files() {
        let scratch = Scratch::new("scratch").unwrap();
        let path = scratch.path().to_owned();
        std::fs::write(path.join("file"), "text").unwrap();
        drop(scratch);
        assert!(!path.exists());
    }
}
