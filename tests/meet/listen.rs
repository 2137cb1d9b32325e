//! Connections, plain or TLS, for one router.

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    task::JoinSet,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer},
};

/// TLS with a new self-signed certificate for these names.
pub(super) fn acceptor(names: Vec<String>) -> anyhow::Result<TlsAcceptor> {
    let certified = rcgen::generate_simple_self_signed(names).context("making a certificate")?;
    let key = PrivateKeyDer::Pkcs8(certified.signing_key.serialize_der().into());
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Takes connections until it is aborted; those it took end with it. Without a router they are taken and never answered.
pub(super) async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, router: Option<Router>) {
    let mut connections = JoinSet::new();
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            // Out of file descriptors, most likely: try again when some are free.
            Err(_) => {
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        while connections.try_join_next().is_some() {}
        let (tls, router) = (tls.clone(), router.clone());
        connections.spawn(async move {
            match tls {
                None => answer(stream, router).await,
                Some(tls) => {
                    // A browser that does not like the certificate hangs up here.
                    if let Ok(stream) = tls.accept(stream).await {
                        answer(stream, router).await;
                    }
                }
            }
        });
    }
}

async fn answer(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, router: Option<Router>) {
    let Some(router) = router else {
        let _held_open = stream;
        return std::future::pending().await;
    };
    let service = TowerToHyperService::new(router);
    // A connection that broke off concerns nobody but the one who broke it off.
    let _ended = http1::Builder::new().serve_connection(TokioIo::new(stream), service).with_upgrades().await;
}
