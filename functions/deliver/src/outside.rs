//! The one way to the internet.
//!
//! Addresses come from whoever may configure destinations, so none is trusted: only https, no redirects, no
//! proxies, no names that lead into a network of our own, and nothing that takes long or is large. A name is looked
//! up, judged, and the very address that was judged is connected to: a second look-up could say something else.

use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, Url};

/// The largest body that is sent, in bytes.
pub const MOST_SENT: usize = 256 * 1024;

/// How much of an answer's body is read, in bytes.
pub const MOST_READ: usize = 64 * 1024;

/// A call that did not come to an answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is none that is called; it was not.
    #[error("this address is not called: {0}")]
    Refused(&'static str),
    /// The body is larger than what is sent; it was not.
    #[error("the body is larger than {MOST_SENT} bytes")]
    TooLarge,
    /// Nothing can be made of the request; it was not sent.
    #[error("this is no request")]
    Malformed(#[source] Box<dyn StdError + Send + Sync>),
    /// The name leads nowhere, at least now.
    #[error("the name of the host was not found")]
    NotFound,
    /// There was no connection in time; nothing was sent.
    #[error("no connection came about in time")]
    ConnectTimeout,
    /// There was no connection; nothing was sent.
    #[error("no connection came about")]
    NoConnection(#[source] Box<dyn StdError + Send + Sync>),
    /// The other side is not who it should be, or does not speak TLS; nothing was sent.
    #[error("there is no safe connection")]
    Tls(#[source] Box<dyn StdError + Send + Sync>),
    /// There was no answer in time; the request may have arrived.
    #[error("no answer came in time")]
    AnswerTimeout,
    /// The connection broke; the request may have arrived.
    #[error("the connection broke before the answer")]
    Broken(#[source] Box<dyn StdError + Send + Sync>),
}

impl Error {
    /// Whether the request may have arrived all the same.
    #[must_use]
    pub const fn may_have_arrived(&self) -> bool {
        matches!(self, Self::AnswerTimeout | Self::Broken(_))
    }

    /// Whether the same request could fare better later.
    #[must_use]
    pub const fn may_pass(&self) -> bool {
        !matches!(self, Self::Refused(_) | Self::TooLarge | Self::Malformed(_))
    }
}

/// What the other side answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, or the first 64 KB of it.
    pub body: Bytes,
}

/// Who turns names into addresses.
#[derive(Clone, Debug)]
pub enum Resolver {
    /// The machine.
    System,
    /// A list, for tests.
    Table(Arc<BTreeMap<String, Vec<IpAddr>>>),
}

impl Resolver {
    async fn find(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        match self {
            Self::System => Ok(tokio::net::lookup_host((name, 0)).await?.map(|found| found.ip()).collect()),
            Self::Table(table) => Ok(table.get(name).cloned().unwrap_or_default()),
        }
    }
}

/// How long a call may take.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    /// Until the connection stands: name, TCP and TLS.
    connect: Duration,
    /// Until the answer is read.
    total: Duration,
}

const BOUNDS: Bounds = Bounds { connect: Duration::from_secs(5), total: Duration::from_secs(15) };

/// The client for the internet; cheap to clone.
#[derive(Clone, Debug)]
pub struct Outside {
    client: Client,
    loopback: bool,
}

impl Outside {
    /// The way to the internet; with `loopback` also to this machine, without TLS if so wanted: for the local host
    /// and for tests.
    #[must_use]
    pub fn new(resolver: Resolver, loopback: bool) -> Self {
        Self::bounded(resolver, loopback, BOUNDS)
    }

    fn bounded(resolver: Resolver, loopback: bool, bounds: Bounds) -> Self {
        let client = Client::builder()
            .tls_backend_preconfigured(tls())
            .https_only(!loopback)
            .http1_only()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .dns_resolver(Judged { resolver, loopback })
            .connect_timeout(bounds.connect)
            .timeout(bounds.total)
            .pool_idle_timeout(Duration::from_secs(30))
            .pool_max_idle_per_host(2)
            .user_agent("npsloop")
            .build();
        #[expect(clippy::expect_used, reason = "no setting above can fail but TLS, and a test makes one")]
        let client = client.expect("the TLS library is the one the client was built with");
        Self { client, loopback }
    }

    /// Sends one request, once, and reads the answer, whatever its status.
    ///
    /// # Errors
    /// When there is no answer; the error says whether the request may have arrived, and holds no part of it.
    pub async fn send(&self, request: http::Request<Vec<u8>>) -> Result<Answer, Error> {
        if request.body().len() > MOST_SENT {
            return Err(Error::TooLarge);
        }
        let request = reqwest::Request::try_from(request).map_err(|error| Error::Malformed(bare(error)))?;
        judge_url(request.url(), self.loopback).map_err(Error::Refused)?;
        let mut response = self.client.execute(request).await.map_err(failure)?;
        let mut body = BytesMut::new();
        // Who answers more has answered all the same; the rest is not read.
        while body.len() < MOST_READ {
            match response.chunk().await.map_err(failure)? {
                Some(chunk) => body.extend_from_slice(&chunk[..chunk.len().min(MOST_READ - body.len())]),
                None => break,
            }
        }
        Ok(Answer { status: response.status(), headers: std::mem::take(response.headers_mut()), body: body.freeze() })
    }
}

/// TLS with Mozilla's authorities, which are part of the program: reading those of the machine takes longer than
/// all the rest of a start, and Lambda's images promise none.
fn tls() -> rustls::ClientConfig {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    #[expect(clippy::expect_used, reason = "the provider knows both versions, and a test makes one")]
    let versions = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider has the versions of TLS it was built for");
    versions.with_root_certificates(roots).with_no_client_auth()
}

/// What can be said of an address before its name is looked up.
fn judge_url(url: &Url, loopback: bool) -> Result<(), &'static str> {
    let host = url.host_str().unwrap_or_default();
    // Numbers, however they were written, have been made plain by the parser; nobody looks them up.
    let literal = host.trim_matches(['[', ']']).parse::<IpAddr>().ok();
    let own = host == "localhost" || literal.is_some_and(|ip| ip.is_loopback());
    match url.scheme() {
        "https" => {}
        "http" if loopback && own => {}
        _ => return Err("only https is spoken"),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("a name and a password do not belong into an address");
    }
    literal.map_or(Ok(()), |ip| judge_ip(ip, loopback))
}

/// Whether an address is one of the public internet.
fn judge_ip(ip: IpAddr, loopback: bool) -> Result<(), &'static str> {
    if loopback && ip.is_loopback() {
        return Ok(());
    }
    match ip {
        IpAddr::V4(ip) => judge_v4(ip),
        IpAddr::V6(ip) => judge_v6(ip),
    }
}

/// IANA's special-purpose registry for IPv4, and multicast.
fn judge_v4(ip: Ipv4Addr) -> Result<(), &'static str> {
    match ip.octets() {
        [127, ..] => Err("it leads to this machine"),
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Err("it leads into a private network"),
        [169, 254, ..] => Err("it leads to a link-local address"),
        [100, 64..=127, ..] => Err("it leads into a carrier's network"),
        [224..=239, ..] => Err("it leads to many"),
        [0 | 240..=255, ..] | [192, 0, 0 | 2, _] | [192, 88, 99, _] | [198, 18..=19, ..] => Err("it is reserved"),
        [198, 51, 100, _] | [203, 0, 113, _] => Err("it is reserved"),
        _ => Ok(()),
    }
}

/// Only what is handed out as global unicast (2000::/3), without what stands in there for something else. That
/// leaves out loopback, IPv4 in IPv6's clothes, unique local, link-local and multicast addresses.
fn judge_v6(ip: Ipv6Addr) -> Result<(), &'static str> {
    match ip.segments() {
        [0, 0, 0, 0, 0, 0, 0, 1] => Err("it leads to this machine"),
        [0xfc00..=0xfdff, ..] => Err("it leads into a private network"),
        [0xfe80..=0xfebf, ..] => Err("it leads to a link-local address"),
        [0xff00..=0xffff, ..] => Err("it leads to many"),
        [0x2001, 0..=0x1ff, ..] | [0x2002, ..] => Err("it leads through a tunnel"),
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => Err("it is reserved"),
        [0x2000..=0x3fff, ..] => Ok(()),
        _ => Err("it is reserved"),
    }
}

/// Looks names up, and says only addresses that may be connected to.
struct Judged {
    resolver: Resolver,
    loopback: bool,
}

/// Why a name was not turned into addresses.
#[derive(Debug, thiserror::Error)]
enum NoAddress {
    #[error("{0}")]
    Refused(&'static str),
    #[error("there is no such name")]
    NotFound,
    #[error("the name was not looked up")]
    NotLookedUp(#[from] io::Error),
}

impl Resolve for Judged {
    fn resolve(&self, name: Name) -> Resolving {
        let (resolver, loopback) = (self.resolver.clone(), self.loopback);
        Box::pin(async move {
            let found = resolver.find(name.as_str()).await.map_err(NoAddress::from)?;
            if found.is_empty() {
                return Err(NoAddress::NotFound.into());
            }
            // One is enough: a name that leads into our network as well is not a name to call.
            for ip in &found {
                judge_ip(*ip, loopback).map_err(NoAddress::Refused)?;
            }
            // The client fills in the port.
            Ok(Box::new(found.into_iter().map(|ip| SocketAddr::new(ip, 0))) as Addrs)
        })
    }
}

/// An error without the address it happened at: some webhooks are known by a secret in it.
fn bare(error: reqwest::Error) -> Box<dyn StdError + Send + Sync> {
    Box::new(error.without_url())
}

fn failure(error: reqwest::Error) -> Error {
    match causes(&error).find_map(|cause| cause.downcast_ref::<NoAddress>()) {
        Some(NoAddress::Refused(why)) => return Error::Refused(why),
        Some(NoAddress::NotFound | NoAddress::NotLookedUp(_)) => return Error::NotFound,
        None => {}
    }
    let connecting = error.is_connect();
    if error.is_builder() {
        Error::Malformed(bare(error))
    } else if error.is_timeout() {
        if connecting { Error::ConnectTimeout } else { Error::AnswerTimeout }
    } else if connecting && causes(&error).any(is_tls) {
        Error::Tls(bare(error))
    } else if connecting {
        Error::NoConnection(bare(error))
    } else {
        Error::Broken(bare(error))
    }
}

/// An error and what caused it, and what caused that. An I/O error holds its cause beside the chain.
fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| {
        let held = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        held.map(|held| held as &(dyn StdError + 'static)).or_else(|| error.source())
    })
}

fn is_tls(error: &(dyn StdError + 'static)) -> bool {
    error.is::<rustls::Error>()
}

#[cfg(test)]
mod tests;
