//! Building the pages into `dist/`.
//!
//! Trunk compiles and lays out `index.html`; its `post_build` hook comes back here ([`finish`]), has Trunk do the same
//! for `jitsi.html` and `check.html` and finishes all. So `trunk build` and `trunk serve` alone give what `cargo xtask build` gives.

mod boot;
pub(crate) mod compress;
pub(crate) mod digest;
pub(crate) mod finish;
mod glue;
pub(crate) mod html;
mod policy;
mod rewrite;
pub(crate) mod slim;
mod stamp;

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::setup::{self, BuildTools, Report};
use crate::{process, workspace};

use finish::children;
pub use finish::finish;
pub(crate) use rewrite::Files;

/// How the pages are compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Quick to build, large, with line numbers in panics.
    Debug,
    /// What people get.
    Release,
}

/// Sets up what is missing, builds the pages and says where they are.
pub fn build(profile: Profile) -> Result<PathBuf> {
    let tools = setup::build_tools(Report::OnlyWork)?;
    let inputs = stamp::inputs(&circumstances(profile, &tools))?;
    build_with(profile, &tools, &inputs)
}

/// The same for commands that only use the pages: builds them where anything that they are made of has changed.
pub fn ready(profile: Profile) -> Result<PathBuf> {
    let tools = setup::build_tools(Report::OnlyWork)?;
    let inputs = stamp::inputs(&circumstances(profile, &tools))?;
    if stamp::is_current(&inputs) {
        return Ok(workspace::dist());
    }
    build_with(profile, &tools, &inputs)
}

fn build_with(profile: Profile, tools: &BuildTools, inputs: &str) -> Result<PathBuf> {
    let started = Instant::now();
    stamp::forget()?;
    let mut trunk = trunk("trunk".as_ref(), profile);
    process::run(trunk.env("PATH", &tools.path)).context("the pages could not be built; see above")?;
    stamp::keep(inputs)?;
    let dist = workspace::dist();
    eprintln!("pages built in {:.1} s: {}", started.elapsed().as_secs_f32(), dist.display());
    Ok(dist)
}

/// The example of a chat in Leptos (`examples/leptos`), built anew: the folder to hand out. Unoptimised, as the tests in the browser are,
/// whose dependencies it takes; so it costs the library once more and itself.
pub fn leptos_example() -> Result<PathBuf> {
    let tools = setup::build_tools(Report::OnlyWork)?;
    let mut trunk = trunk("trunk".as_ref(), Profile::Debug);
    trunk.args(["--config", "examples/leptos/Trunk.toml"]).env("PATH", &tools.path);
    process::run(&mut trunk).context("the example could not be built; see above")?;
    Ok(workspace::root().join("target/leptos_example"))
}

/// What the pages depend on besides their sources.
fn circumstances(profile: Profile, tools: &BuildTools) -> Vec<String> {
    let version = |program: &Path, argument: &str| {
        let mut ask = process::command(program);
        process::answer(ask.env("PATH", &tools.path).arg(argument)).unwrap_or_default()
    };
    let wasm_opt = tools.wasm_opt.as_deref();
    vec![
        format!("{profile:?}"),
        version("rustc".as_ref(), "-vV"),
        version("trunk".as_ref(), "--version"),
        wasm_opt.map_or_else(String::new, |program| version(program, "--version")),
        env::var("RUSTFLAGS").unwrap_or_default(),
    ]
}

/// Trunk, told not to look for anything in the network: set-up brought it all. The variables reach the hook's Trunk too.
fn trunk(program: &Path, profile: Profile) -> Command {
    let mut trunk = process::command(program);
    trunk.args(["build", if profile == Profile::Release { "--release=true" } else { "--release=false" }]);
    trunk.envs([("TRUNK_OFFLINE", "true"), ("TRUNK_SKIP_VERSION_CHECK", "true")]);
    // Trunk 0.21 takes NO_COLOR for an option of its own and refuses what everyone writes there, `1`.
    if env::var_os("NO_COLOR").is_some() {
        trunk.env("NO_COLOR", "true");
    }
    if profile == Profile::Release {
        // Of this target alone: the hook's cargo run would build xtask anew with other flags.
        trunk.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags());
    }
    trunk
}

/// Panics name the source file they are in, with the path of the machine that built it. That helps nobody who reads it in a
/// browser, and tells where the builder's home is. Of a crate that came from a registry its name, version and file are enough, too.
///
/// LLVM inlines even for size; measured, each function in one place alone compresses better.
pub(crate) fn flags() -> String {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(env::home_dir()?.join(".cargo")));
    let registries = home.as_ref().and_then(|home| children(&home.join("registry/src")).ok()).unwrap_or_default();
    // Of several that fit, the last one counts.
    let registries = registries.into_iter().map(|folder| (Some(folder), "crates"));
    [(home, "cargo"), (Some(workspace::root().to_owned()), ".")]
        .into_iter()
        .chain(registries)
        .filter_map(|(path, name)| Some((path?.to_str()?.to_owned(), name)))
        // Flags in a variable are parted by blanks, and such a path would fall apart.
        .filter(|(path, _)| !path.contains(char::is_whitespace))
        .map(|(path, name)| format!("--remap-path-prefix={path}={name}"))
        .chain(["-Cllvm-args=-inline-threshold=0".to_owned()])
        .collect::<Vec<_>>()
        .join(" ")
}
