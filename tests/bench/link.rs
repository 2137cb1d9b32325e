//! A slow link to a server on this machine: everything that the server sends waits for the latency, then comes one chunk after the
//! other at the link's speed, over all connections together. The DevTools protocol has limits for that too, but does not apply them to
//! the document of a frame, for which the wrapper waits first of all. As there, making a connection costs nothing.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep_until};

/// Bytes that go at once, a packet's worth: connections take turns after each.
const CHUNK: usize = 1460;
/// Chunks on their way on one connection: more than the latency's worth, so that only the link's speed holds the server up.
const ON_THE_WAY: usize = 1024;

/// How slow it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Speed {
    /// From request to answer.
    pub(crate) latency: Duration,
    /// Towards the browser.
    pub(crate) bits_per_second: u32,
}

/// Such a link. Dropping it cuts every connection.
pub(crate) struct SlowLink {
    port: u16,
    accepting: JoinHandle<()>,
}

impl SlowLink {
    /// Listens for those who want to talk to `server`.
    pub(crate) fn start(listener: TcpListener, server: SocketAddr, speed: Speed) -> anyhow::Result<Self> {
        let port = listener.local_addr()?.port();
        let free = Arc::new(Mutex::new(Instant::now()));
        let accepting = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((browser, _)) = listener.accept().await {
                let free = Arc::clone(&free);
                // A connection ends as its ends wish: no error of it is ours.
                connections.spawn(async move { carry(browser, server, speed, &free).await.ok() });
            }
        });
        Ok(Self { port, accepting })
    }

    /// The origin of the server behind it.
    pub(crate) fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for SlowLink {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// `free` is when the link has sent all that it was given so far.
async fn carry(browser: TcpStream, server: SocketAddr, speed: Speed, free: &Mutex<Instant>) -> anyhow::Result<()> {
    browser.set_nodelay(true)?;
    let (mut from_browser, mut to_browser) = browser.into_split();
    let (mut from_server, mut to_server) = TcpStream::connect(server).await?.into_split();
    let (sent, mut on_the_way) = mpsc::channel::<(Instant, Vec<u8>)>(ON_THE_WAY);
    let asks = async {
        tokio::io::copy(&mut from_browser, &mut to_server).await?;
        anyhow::Ok(to_server.shutdown().await?)
    };
    let answers = async move {
        let mut chunk = [0; CHUNK];
        loop {
            let length = from_server.read(&mut chunk).await?;
            if length == 0 {
                return anyhow::Ok(());
            }
            sent.send((Instant::now() + speed.latency, chunk[..length].to_vec())).await?;
        }
    };
    let arrives = async {
        while let Some((due, chunk)) = on_the_way.recv().await {
            sleep_until(due).await;
            sleep_until(takes_its_turn(free, chunk.len(), speed)).await;
            to_browser.write_all(&chunk).await?;
        }
        anyhow::Ok(to_browser.shutdown().await?)
    };
    tokio::try_join!(asks, answers, arrives)?;
    Ok(())
}

/// When the last bit of a chunk is through.
fn takes_its_turn(free: &Mutex<Instant>, bytes: usize, speed: Speed) -> Instant {
    let mut free = free.lock().unwrap_or_else(PoisonError::into_inner);
    let bits = u32::try_from(bytes * 8).unwrap_or(u32::MAX);
    *free = Instant::now().max(*free) + Duration::from_secs(1) * bits / speed.bits_per_second;
    *free
}
