//! Ports on loopback.

use std::net::{Ipv4Addr, UdpSocket};

use anyhow::{Context, Result};
use rand::Rng as _;
use tokio::net::TcpListener;

/// Below the range that systems hand out to outgoing connections, so that a port found free here is still free when the
/// server that it is meant for has finished starting, seconds later.
const RANGE: std::ops::Range<u16> = 20_000..32_000;

/// A port of 127.0.0.1 that is free for TCP and UDP.
pub fn free_port() -> Result<u16> {
    let mut random = rand::rng();
    (0..200).map(|_| random.random_range(RANGE)).find(|port| is_free(*port)).context("no free port found on 127.0.0.1")
}

/// Whether `port` of 127.0.0.1 is free for TCP and UDP.
pub(crate) fn is_free(port: u16) -> bool {
    std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
        && UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// A listener on a free port of 127.0.0.1, for page servers and stand-ins.
pub async fn listener() -> Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, free_port()?)).await.context("cannot listen on 127.0.0.1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_taken_port_is_not_free() {
        let taken = listener().await.unwrap();
        assert!(!is_free(taken.local_addr().unwrap().port()));
    }
}
