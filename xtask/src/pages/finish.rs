//! Trunk's `post_build` hook: builds the second page, optimises, and has [`super::rewrite`] finish both.

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result};

use super::glue::slimmed;
use super::rewrite::{self, Files};
use super::{Profile, trunk};
use crate::{process, setup, workspace};

/// Where `Trunk.jitsi.toml` puts the second page.
const SECOND: &str = "target/trunk-jitsi";

/// Finishes the pages in the folder that Trunk names to its hooks.
pub fn finish() -> Result<()> {
    let staging = env::var_os("TRUNK_STAGING_DIR").map(PathBuf::from);
    let staging = staging.context("only Trunk's hook runs this; build the pages with `cargo xtask build`")?;
    let profile = match env::var("TRUNK_PROFILE").as_deref() {
        Ok("release") => Profile::Release,
        _ => Profile::Debug,
    };
    let program = setup::installed_trunk().context("trunk is gone; run `cargo xtask setup`")?;
    let mut second = trunk(&program, profile);
    process::run(second.args(["--config", "Trunk.jitsi.toml"])).context("jitsi.html could not be built; see above")?;
    copy_all(&workspace::root().join(SECOND), &staging)?;

    let staged = read(&staging)?;
    if profile == Profile::Release {
        optimise(&staging, staged.keys().filter(|name| name.ends_with(".wasm")))?;
    }
    let mut files = read(&staging)?;
    if profile == Profile::Release {
        for (_, script) in files.iter_mut().filter(|(name, _)| name.ends_with(".js")) {
            if let Ok(text) = std::str::from_utf8(script) {
                *script = slimmed(text).into_bytes();
            }
        }
    }
    let finished = rewrite::finished(files)?;
    for name in staged.keys().filter(|name| !finished.contains_key(*name)) {
        let path = staging.join(name);
        fs::remove_file(&path).with_context(|| format!("{} can't be removed", path.display()))?;
    }
    for (name, bytes) in &finished {
        let path = staging.join(name);
        fs::write(&path, bytes).with_context(|| format!("{} can't be written", path.display()))?;
    }
    Ok(())
}

/// Without any feature flag `wasm-opt` reads what the module itself says it uses; with `--all-features` it would write
/// modules that no browser takes. Functions that are alike are left apart and laid side by side, by their names: brotli makes less
/// of that than of what inlining and the order by use save.
fn optimise<'a>(staging: &Path, names: impl Iterator<Item = &'a String>) -> Result<()> {
    let Some(wasm_opt) = setup::installed_wasm_opt() else {
        eprintln!("wasm-opt is missing, so the pages stay larger; see `cargo xtask setup`");
        return Ok(());
    };
    for name in names {
        let path = staging.join(name);
        let mut optimise = process::command(&wasm_opt);
        optimise
            .args([
                "-Oz",
                "--one-caller-inline-max-function-size=0",
                "--reorder-functions-by-name",
                "--strip-debug",
                "--strip-producers",
                "-o",
            ])
            .arg(&path)
            .arg(&path);
        process::run(&mut optimise).with_context(|| format!("{name} could not be optimised"))?;
    }
    Ok(())
}

/// The files of a folder, without those in folders below.
fn read(folder: &Path) -> Result<Files> {
    let mut files = Files::new();
    for path in children(folder)?.into_iter().filter(|path| path.is_file()) {
        if let Some(name) = path.file_name().and_then(|name| name.to_str()) {
            let bytes = fs::read(&path).with_context(|| format!("{} can't be read", path.display()))?;
            files.insert(name.to_owned(), bytes);
        }
    }
    Ok(files)
}

fn copy_all(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("{} can't be made", to.display()))?;
    for path in children(from)? {
        let Some(name) = path.file_name() else {
            continue;
        };
        let target = to.join(name);
        if path.is_dir() {
            copy_all(&path, &target)?;
        } else {
            fs::copy(&path, &target).with_context(|| format!("{} can't be written", target.display()))?;
        }
    }
    Ok(())
}

fn children(folder: &Path) -> Result<Vec<PathBuf>> {
    let list = || fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>();
    list().with_context(|| format!("{} can't be read", folder.display()))
}
