//! Web servers on loopback for the demo and the tests: anything that axum can route, plain or over TLS, and the built pages.

mod files;
mod pages;

use std::{net::SocketAddr, sync::Arc};

use anyhow::{Context, Result};
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    task::{JoinHandle, JoinSet},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer},
};

pub use pages::PageServer;

/// A certificate and its key, ready to serve.
#[derive(Clone)]
pub struct Tls(TlsAcceptor);

impl Tls {
    /// A fresh self-signed certificate for these host names or addresses. Browsers of the tests accept it by
    /// `--ignore-certificate-errors`.
    pub fn self_signed(names: &[&str]) -> Result<Self> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let made = rcgen::generate_simple_self_signed(names).context("cannot make a certificate")?;
        let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self(TlsAcceptor::from(Arc::new(config))))
    }
}

/// A running web server. Dropping it closes its port and every connection.
#[derive(Debug)]
#[must_use = "dropping it stops the server"]
pub struct Server {
    addr: SocketAddr,
    is_tls: bool,
    accepting: JoinHandle<()>,
}

impl Server {
    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Its origin by address: `http://127.0.0.1:PORT`, or `https://…`.
    pub fn origin(&self) -> String {
        let scheme = if self.is_tls { "https" } else { "http" };
        format!("{scheme}://{}", self.addr)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Serves `router` on `listener` until the answer is dropped. WebSockets work on both kinds.
pub async fn serve(router: Router, listener: TcpListener, tls: Option<Tls>) -> Result<Server> {
    let addr = listener.local_addr()?;
    let is_tls = tls.is_some();
    let accepting = tokio::spawn(accept(router, listener, tls));
    Ok(Server { addr, is_tls, accepting })
}

/// The connections belong to this task: when it is aborted they go with it.
async fn accept(router: Router, listener: TcpListener, tls: Option<Tls>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                // An error here is about one connection that went away too early.
                let Ok((stream, _)) = accepted else { continue };
                let (router, tls) = (router.clone(), tls.clone());
                connections.spawn(async move {
                    match tls {
                        None => talk(router, stream).await,
                        Some(Tls(acceptor)) => {
                            if let Ok(stream) = acceptor.accept(stream).await {
                                talk(router, stream).await;
                            }
                        }
                    }
                });
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Serves one connection to its end. How it ended is the browser's business.
async fn talk(router: Router, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
    let service = TowerToHyperService::new(router);
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).with_upgrades().await;
}

#[cfg(test)]
mod tests {
    use axum::routing::get;

    use super::*;
    use crate::bed::{client, listener};

    #[tokio::test]
    async fn a_dropped_server_frees_its_port() {
        let router = Router::new().route("/", get(async || "here"));
        let server = serve(router, listener().await.unwrap(), None).await.unwrap();
        let origin = server.origin();
        assert_eq!(client().get(&origin).send().await.unwrap().text().await.unwrap(), "here");

        drop(server);
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        assert!(client().get(&origin).send().await.is_err());
    }

    #[tokio::test]
    async fn a_tls_server_shows_a_certificate_to_who_asks_for_its_name() {
        use tokio_rustls::{TlsConnector, rustls};

        let made = Tls::self_signed(&["chat.test"]).unwrap();
        let server = serve(Router::new(), listener().await.unwrap(), Some(made)).await.unwrap();
        assert!(server.origin().starts_with("https://127.0.0.1:"));

        // A client that trusts nobody gets as far as the certificate, which proves that one was sent.
        let config = rustls::ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        let stream = tokio::net::TcpStream::connect(server.addr()).await.unwrap();
        let name = "chat.test".try_into().unwrap();
        let refused = TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap_err();
        assert!(refused.to_string().contains("UnknownIssuer"), "{refused}");
    }
}
