//! Trunk's `post_build` hook: builds the other pages, optimises, and has [`super::rewrite`] finish all of them.

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result};

use super::glue::renamed;
use super::rewrite::{self, Files};
use super::slim::slimmed;
use super::{Profile, compress, trunk};
use crate::{process, setup, workspace};

/// The pages besides the one that Trunk has built: the configuration of each, and where that puts it.
const OTHERS: [(&str, &str); 2] =
    [("Trunk.jitsi.toml", "target/trunk-jitsi"), ("Trunk.check.toml", "target/trunk-check")];

/// Finishes the pages in the folder that Trunk names to its hooks.
pub fn finish() -> Result<()> {
    let staging = env::var_os("TRUNK_STAGING_DIR").map(PathBuf::from);
    let staging = staging.context("only Trunk's hook runs this; build the pages with `cargo xtask build`")?;
    let profile = match env::var("TRUNK_PROFILE").as_deref() {
        Ok("release") => Profile::Release,
        _ => Profile::Debug,
    };
    let program = setup::installed_trunk().context("trunk is gone; run `cargo xtask setup`")?;
    for (config, built) in OTHERS {
        let mut other = trunk(&program, profile);
        process::run(other.args(["--config", config]))
            .with_context(|| format!("the page of {config} could not be built; see above"))?;
        copy_all(&workspace::root().join(built), &staging)?;
    }

    let staged = read(&staging)?;
    if profile == Profile::Release {
        for program in staged.keys().filter(|name| name.ends_with(".wasm")) {
            optimise(&staging, program).with_context(|| format!("{program} could not be optimised"))?;
        }
    }
    let mut files = read(&staging)?;
    if profile == Profile::Release {
        slim(&mut files);
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
    if profile == Profile::Release {
        compress::beside_all(&staging)?;
    }
    Ok(())
}

/// What makes a program smaller.
///
/// Without any feature flag `wasm-opt` reads what the module itself says it uses; with `--all-features` it would write
/// modules that no browser takes. Functions that are alike are left apart and laid side by side, by their names: brotli makes less
/// of that than of what inlining and the order by use save. The first 1024 bytes of memory are the last of the stack, which is below
/// all else: no address that is read or written is one of them, so that an addition can become a part of the access.
pub(crate) const SMALLER: [&str; 4] =
    ["-Oz", "--low-memory-unused", "--one-caller-inline-max-function-size=0", "--reorder-functions-by-name"];

/// Makes a program smaller, and its glue with it.
pub(crate) fn optimise(staging: &Path, program: &str) -> Result<()> {
    let Some(wasm_opt) = setup::installed_wasm_opt() else {
        eprintln!("wasm-opt is missing, so the pages stay larger; see `cargo xtask setup`");
        return Ok(());
    };
    let path = staging.join(program);
    let mut optimise = process::command(&wasm_opt);
    optimise.args(SMALLER).args([
        "--strip-debug",
        "--strip-producers",
        "--minify-imports-and-exports-and-modules",
        "-o",
    ]);
    let names = process::output(optimise.args([&path, &path]))?;
    let names = serde_json::from_str(&names).context("reading which names became which")?;
    let glue_path = staging.join(program.replace("_bg.wasm", ".js"));
    let glue = fs::read_to_string(&glue_path).with_context(|| format!("{} can't be read", glue_path.display()))?;
    fs::write(&glue_path, renamed(&glue, &names)?).with_context(|| format!("{} can't be written", glue_path.display()))
}

/// Makes all that people could read smaller.
pub(crate) fn slim(files: &mut Files) {
    let is_text = |name: &str| [".js", ".css", ".html"].iter().any(|end| name.ends_with(end));
    for (_, file) in files.iter_mut().filter(|(name, _)| is_text(name)) {
        if let Ok(text) = std::str::from_utf8(file) {
            *file = slimmed(text).into_bytes();
        }
    }
}

/// The files of a folder, without those in folders below.
pub(crate) fn read(folder: &Path) -> Result<Files> {
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

pub(crate) fn children(folder: &Path) -> Result<Vec<PathBuf>> {
    let list = || fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>();
    list().with_context(|| format!("{} can't be read", folder.display()))
}
