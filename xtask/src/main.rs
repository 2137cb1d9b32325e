//! `cargo xtask`: the project's commands. Alone, it lists them.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use clap::{CommandFactory, Parser, Subcommand};
use meet_in_chat::meet::domain::{DomainError, MeetDomain};
use xtask::bench::Benchmark;
use xtask::demo::{DemoOptions, Meet};
use xtask::meet_stand_in::{MeetStandIn, Options};
use xtask::pages::{self, Profile};
use xtask::setup::{self, Purpose, Report};
use xtask::suites::{self, Selection, Suite};
use xtask::workspace;

/// The project's commands. Each sets up what it needs first.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Install what is missing (nothing twice), and say what is there
    Setup {
        /// The command to get ready for
        #[arg(long = "for", value_name = "COMMAND", default_value = "test")]
        purpose: Purpose,
    },
    /// Build the pages into dist/, in release
    Build {
        /// Build quickly, with debug information, unoptimised
        #[arg(long)]
        dev: bool,
    },
    /// Try it out: homeserver, TURN, pages, people and rooms on this machine, and a link per person
    Demo {
        /// A real Meet server for the conferences, instead of the stand-in that the demo brings
        #[arg(long, value_name = "HOST", value_parser = new_conference_domain)]
        domain: Option<MeetDomain>,
    },
    /// Run the tests: all of them, one suite, or those with FILTER in their name
    Test {
        suite: Option<Suite>,
        filter: Option<String>,
        /// Show the browsers' windows
        #[arg(long)]
        visible: bool,
        /// More for the test programs, e.g. `-- --nocapture`
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Weigh the release pages against their budgets
    Size,
    /// Make the npm package for a chat that exists already, in embed/dist, and weigh it against its budget
    Package {
        /// Built pages to take the wrapper from, instead of building them
        #[arg(long, value_name = "FOLDER", conflicts_with = "parts")]
        pages: Option<PathBuf>,
        /// Instead, weigh parts of the program that was built last: words that its functions' names have, as `ui::settings|ui::consents`
        #[arg(long, value_name = "WORDS", num_args = 1..)]
        parts: Vec<String>,
    },
    /// Measure the release pages, and print figures to compare with those of docs/performance.md
    Bench { benchmark: Benchmark },
    /// Trunk's hook: finish the pages that it staged
    #[command(hide = true)]
    FinishPages,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let Some(command) = Arguments::parse().command else {
        return Ok(Arguments::command().print_help()?);
    };
    match command {
        Command::Setup { purpose } => {
            let started = Instant::now();
            setup::run(purpose, Report::Everything)?;
            eprintln!("everything is ready ({:.1} s)", started.elapsed().as_secs_f32());
            Ok(())
        }
        Command::Build { dev } => pages::build(if dev { Profile::Debug } else { Profile::Release }).map(drop),
        Command::Demo { domain } => demo(domain),
        Command::Test { suite, filter, visible, arguments } => {
            suites::run(&Selection { suite, filter, visible, arguments })
        }
        Command::Size => xtask::size::run(),
        Command::Package { pages, parts } if parts.is_empty() => xtask::package::run(pages),
        Command::Package { parts, .. } => xtask::package::weigh_parts(&parts),
        Command::Bench { benchmark } => xtask::bench::run(benchmark),
        Command::FinishPages => pages::finish(),
    }
}

fn new_conference_domain(text: &str) -> Result<MeetDomain, DomainError> {
    let domain = MeetDomain::parse(text)?;
    domain.usable_for_new().map(|()| domain)
}

fn demo(domain: Option<MeetDomain>) -> Result<()> {
    let tools = setup::bed_tools(Report::OnlyWork)?;
    let dist = pages::ready(Profile::Release)?;
    let options = DemoOptions {
        synapse_python: tools.synapse_python,
        turnserver: tools.turnserver,
        dist,
        data: workspace::root().join("target/demo"),
        meet: domain
            .map_or_else(|| Meet::stand_in(|listener| MeetStandIn::start(listener, Options::default())), Meet::Server),
    };
    tokio::runtime::Runtime::new()?.block_on(xtask::demo::run(options))
}
