//! What stands in DNS.

use std::net::SocketAddr;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{RData, RecordType};

use super::judge::{Asked, Exchange};

/// A way to a name server.
pub(super) struct Dns {
    resolver: TokioResolver,
}

impl Dns {
    /// A way to this name server, or else to those of this machine.
    pub(super) fn new(server: Option<SocketAddr>) -> Result<Self, NetError> {
        let mut builder = match server {
            None => TokioResolver::builder_tokio()?,
            Some(server) => {
                let mut name_server = NameServerConfig::udp_and_tcp(server.ip());
                name_server.connections.iter_mut().for_each(|connection: &mut ConnectionConfig| {
                    connection.port = server.port();
                });
                let config = ResolverConfig::from_parts(None, Vec::new(), vec![name_server]);
                TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
            }
        };
        // Receivers do not read this machine's file of hosts.
        builder.options_mut().use_hosts_file = ResolveHosts::Never;
        Ok(Self { resolver: builder.build()? })
    }

    /// The texts of a name, each put together from its parts.
    pub(super) async fn txt(&self, name: &str) -> Asked<Vec<String>> {
        let text = |data: &RData| match data {
            RData::TXT(text) => Some(text.txt_data.iter().map(|part| String::from_utf8_lossy(part)).collect()),
            _ => None,
        };
        self.ask(name, RecordType::TXT, text).await
    }

    /// Who takes mail for a name.
    pub(super) async fn mx(&self, name: &str) -> Asked<Vec<Exchange>> {
        let exchange = |data: &RData| match data {
            RData::MX(mx) => Some(Exchange { preference: mx.preference, host: plain(&mx.exchange.to_string()) }),
            _ => None,
        };
        self.ask(name, RecordType::MX, exchange).await
    }

    /// Whether a name leads to a host.
    pub(super) async fn host(&self, name: &str) -> Asked<()> {
        let host = |data: &RData| matches!(data, RData::A(_)).then_some(());
        self.ask(name, RecordType::A, host).await.map(|_| ())
    }

    /// What a name is another name for.
    pub(super) async fn cname(&self, name: &str) -> Asked<Vec<String>> {
        let alias = |data: &RData| match data {
            RData::CNAME(to) => Some(plain(&to.0.to_string())),
            _ => None,
        };
        self.ask(name, RecordType::CNAME, alias).await
    }

    async fn ask<T>(&self, name: &str, kind: RecordType, read: impl Fn(&RData) -> Option<T>) -> Asked<Vec<T>> {
        // With a dot at its end no domain of this machine is tried behind it.
        match self.resolver.lookup(format!("{name}."), kind).await {
            Ok(answer) => {
                let found: Vec<T> = answer.answers().iter().filter_map(|record| read(&record.data)).collect();
                if found.is_empty() { Asked::Absent } else { Asked::Known(found) }
            }
            Err(error) if error.is_no_records_found() => Asked::Absent,
            Err(error) => Asked::Failed(error.to_string()),
        }
    }
}

/// A name as people write it.
fn plain(name: &str) -> String {
    name.trim_end_matches('.').to_lowercase()
}
