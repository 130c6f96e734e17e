//! Who is at the other end of a connection, where there is one: on one machine.

use std::net::IpAddr;

/// The address a request came from, as the socket knows it. The local host leaves it with every request; in the cloud API
/// Gateway says it instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub IpAddr);
