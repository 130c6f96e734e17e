//! From where somebody calls: as API Gateway saw it, or the socket on one machine. No header says so, since whoever calls
//! writes those.

use std::net::IpAddr;

use axum::http::Extensions;
use lambda_http::request::RequestContext;

/// The address a request came from, as the socket knows it. The local host leaves it with every request; in the cloud API
/// Gateway says it instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

/// The address a request came from, if that is known.
#[must_use]
pub fn address(extensions: &Extensions) -> Option<IpAddr> {
    match extensions.get::<RequestContext>() {
        Some(RequestContext::ApiGatewayV2(context)) => context.http.source_ip.as_ref()?.parse().ok(),
        _ => extensions.get::<Peer>().map(|Peer(address)| *address),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn api_gateway_knows_better_than_a_socket() {
        let mut extensions = Extensions::new();
        assert_eq!(address(&extensions), None);
        extensions.insert(Peer([127, 0, 0, 1].into()));
        assert_eq!(address(&extensions), Some([127, 0, 0, 1].into()));
        let context = json!({"http": {"method": "POST", "sourceIp": "2001:db8::1"}, "timeEpoch": 0});
        extensions.insert(RequestContext::ApiGatewayV2(serde_json::from_value(context).unwrap()));
        assert_eq!(address(&extensions), Some("2001:db8::1".parse().unwrap()));
    }
}
