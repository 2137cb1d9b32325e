//! `cargo xtask demo`: everything there is, running on this machine, and a link per person.
//!
//! Homeserver, TURN server, page servers and the stand-in for Meet start here and stop here. Their ports are remembered, so
//! that sessions in browsers, which belong to an origin, survive a restart; so do rooms and messages.

mod greeting;
mod places;

use std::{
    any::Any,
    fmt,
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    pin::Pin,
    time::Instant,
};

use anyhow::{Context, Result, bail};
use meet_in_chat::meet::domain::MeetDomain;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use self::{
    greeting::{Greeting, Visitor, sign_in_link},
    places::Places,
};
use crate::{
    bed::{Coturn, Person, Synapse, SynapseSettings, village},
    serve::PageServer,
};

/// What the demo is made of.
#[derive(Debug)]
pub struct DemoOptions {
    /// The interpreter of an environment that has Synapse.
    pub synapse_python: PathBuf,
    /// coturn's program. Without it calls between two people work as long as their browsers reach each other directly.
    pub turnserver: Option<PathBuf>,
    /// The built pages.
    pub dist: PathBuf,
    /// Where homeserver, logs and remembered ports live; made when missing. Deleting it makes the next start a first one.
    pub data: PathBuf,
    /// The Meet server of new conferences.
    pub meet: Meet,
}

/// Where the demo's conferences happen.
pub enum Meet {
    /// A real server.
    Server(MeetDomain),
    /// The stand-in, still to be started on the port that the demo remembers for it. See [`Meet::stand_in`].
    StandIn(StartStandIn),
}

/// Starts the stand-in for Meet on a listener. What it answers with is kept until the demo ends, then dropped.
pub type StartStandIn = Box<dyn FnOnce(TcpListener) -> Pin<Box<dyn Future<Output = Result<StandIn>> + Send>> + Send>;

type StandIn = Box<dyn Any + Send>;

impl Meet {
    /// The stand-in, by the function that starts it and answers with a guard that stops it when dropped.
    pub fn stand_in<S, F>(start: impl FnOnce(TcpListener) -> F + Send + 'static) -> Self
    where
        S: Any + Send,
        F: Future<Output = Result<S>> + Send + 'static,
    {
        Self::StandIn(Box::new(move |listener| {
            let starting = start(listener);
            Box::pin(async move { Ok(Box::new(starting.await?) as StandIn) })
        }))
    }
}

impl fmt::Debug for Meet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server(domain) => write!(f, "Server({domain:?})"),
            Self::StandIn(_) => f.write_str("StandIn"),
        }
    }
}

/// Runs the demo until Ctrl-C or SIGTERM, or until one of its servers dies, which is an error. When it returns, everything
/// it started has stopped.
pub async fn run(options: DemoOptions) -> Result<()> {
    let mut interrupted = Box::pin(interrupted()?);
    let mut demo = tokio::select! {
        started = Demo::start(options) => started?,
        // What has started is dropped, and so stopped.
        () = &mut interrupted => {
            println!("\nStopped while starting.");
            return Ok(());
        }
    };
    let outcome = tokio::select! {
        () = &mut interrupted => Ok(()),
        words = demo.synapse.ended() => Err(format!("Synapse has ended by itself. {words}")),
        words = ended(demo.coturn.as_mut()) => Err(format!("coturn has ended by itself. {words}")),
    };
    println!("\nStopping.");
    demo.stop().await;
    match outcome {
        Ok(()) => {
            println!("Everything has stopped.");
            Ok(())
        }
        Err(words) => bail!("{words}\nThe rest of the demo has been stopped."),
    }
}

/// Everything that runs. Pages and stand-in stop when dropped.
struct Demo {
    synapse: Synapse,
    coturn: Option<Coturn>,
    _pages: Vec<PageServer>,
    _stand_in: Option<StandIn>,
    _alone: File,
}

impl Demo {
    async fn start(options: DemoOptions) -> Result<Self> {
        let data = &options.data;
        std::fs::create_dir_all(data).with_context(|| format!("cannot make {}", data.display()))?;
        let alone = alone_in(data)?;
        let mut places = Places::remembered(data)?;
        places.wait_for_predecessor().await?;

        let coturn = match &options.turnserver {
            None => None,
            Some(program) => {
                let started = Instant::now();
                let coturn = Coturn::start(program, &data.join("turn"), Some(places.port("turn")?)).await?;
                said("coturn is ready", started);
                Some(coturn)
            }
        };
        let settings = SynapseSettings {
            port: Some(places.port(places::HOMESERVER)?),
            turn: coturn.as_ref().map(Coturn::settings),
            ..SynapseSettings::default()
        };
        let (domain, stand_in) = match options.meet {
            Meet::Server(domain) => (domain.to_string(), None),
            Meet::StandIn(start) => {
                let listener = places.listener("meet").await?;
                let domain = listener.local_addr()?.to_string();
                (domain, Some(start(listener).await.context("the stand-in for Meet does not start")?))
            }
        };
        let (synapse, village) = inhabited_homeserver(&options.synapse_python, data, &settings).await?;

        let config = page_config(&synapse, &domain);
        let (mut pages, mut visitors) = (Vec::new(), Vec::new());
        for (name, person) in [("alice", &village.alice), ("bob", &village.bob), ("carol", &village.carol)] {
            let page = PageServer::start(places.listener(name).await?, &options.dist, &config).await?;
            visitors.push(visitor(name, person, &page).await?);
            pages.push(page);
        }
        let greeting = Greeting {
            visitors,
            meet: domain,
            meet_is_stand_in: stand_in.is_some(),
            homeserver: synapse.url(),
            turn_port: coturn.as_ref().map(Coturn::port),
            data: data.clone(),
        };
        println!("\n{greeting}");
        Ok(Self { synapse, coturn, _pages: pages, _stand_in: stand_in, _alone: alone })
    }

    async fn stop(self) {
        let turn = async {
            if let Some(coturn) = self.coturn {
                coturn.stop().await;
            }
        };
        tokio::join!(self.synapse.stop(), turn);
    }
}

/// Holds the directory for this demo until dropped: two that start at the same moment would start two homeservers on one data
/// base, which would destroy it.
fn alone_in(data: &Path) -> Result<File> {
    let path = data.join("lock");
    let lock = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => {
            bail!("this demo is already running, in another terminal. Stop it first, with Ctrl-C")
        }
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("cannot lock {}", path.display())),
    }
}

/// A running homeserver with everyone and everything on it, made at the first start.
async fn inhabited_homeserver(
    python: &Path,
    data: &Path,
    settings: &SynapseSettings,
) -> Result<(Synapse, village::Village)> {
    let (home, memory) = (data.join("homeserver"), data.join("village.json"));
    let is_founded = memory.exists();
    if !is_founded && home.exists() {
        // A first start that was interrupted: half a village is of no use.
        std::fs::remove_dir_all(&home).with_context(|| format!("cannot remove {}", home.display()))?;
    }
    let started = Instant::now();
    let synapse = Synapse::start(python, &home, settings).await?;
    said("Synapse is ready", started);

    let started = Instant::now();
    let village = if is_founded {
        village::revisit(&synapse.url(), &memory).await?
    } else {
        let village = village::found(&synapse.url(), &memory).await?;
        said("people and rooms are made", started);
        village
    };
    Ok((synapse, village))
}

async fn visitor(name: &str, person: &Person, page: &PageServer) -> Result<Visitor> {
    let token = person.login_token().await?;
    Ok(Visitor { name: name.to_owned(), page: page.origin(), link: sign_in_link(&page.origin(), &token) })
}

/// The pages' `config.json`. Only the demo lets a link sign in: anyone who can hand out such a link chooses the account.
fn page_config(synapse: &Synapse, domain: &str) -> Value {
    json!({
        "default_server_config": {
            "m.homeserver": { "base_url": synapse.url(), "server_name": synapse.server_name() },
        },
        "jitsi": { "preferred_domain": domain },
        "meet_in_chat": { "demo_sign_in_links": true },
    })
}

fn said(what: &str, since: Instant) {
    println!("{what} ({:.1} s)", since.elapsed().as_secs_f32());
}

/// Resolves when coturn has ended by itself; never without one.
async fn ended(coturn: Option<&mut Coturn>) -> String {
    match coturn {
        Some(coturn) => coturn.ended().await,
        None => std::future::pending().await,
    }
}

/// Resolves at Ctrl-C or, where there is such a thing, SIGTERM. Neither ends this process by itself from here on.
#[cfg(unix)]
fn interrupted() -> Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Resolves at Ctrl-C.
#[cfg(not(unix))]
fn interrupted() -> Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bed::Scratch;

    #[test]
    fn a_second_demo_is_refused_until_the_first_has_ended() {
        let scratch = Scratch::new("alone").unwrap();
        let first = alone_in(scratch.path()).unwrap();
        let refused = alone_in(scratch.path()).unwrap_err().to_string();
        assert!(refused.contains("already running"), "{refused}");
        drop(first);
        alone_in(scratch.path()).unwrap();
    }
}
