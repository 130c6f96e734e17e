//! Somebody who listens to Standard Webhooks, and checks them as the specification says.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use host::Clock;
use serde_json::{Value, json};

use super::{Line, is_json, lock, said};

/// How far the clocks of both sides may be apart, in seconds.
const TOLERANCE: i64 = 5 * 60;

/// A message that was taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    /// Its id.
    pub id: String,
    /// Its body.
    pub body: Value,
}

struct Endpoint {
    clock: Clock,
    secret: String,
    received: Vec<Received>,
    repeats: usize,
}

/// An endpoint. It takes a message once, by its id.
pub struct Webhook {
    /// The line to it.
    pub line: Line,
    endpoint: Arc<Mutex<Endpoint>>,
}

impl Webhook {
    /// An endpoint that knows this secret.
    pub async fn start(clock: Clock, secret: &str) -> Self {
        let endpoint = Endpoint { clock, secret: secret.to_owned(), received: Vec::new(), repeats: 0 };
        let endpoint = Arc::new(Mutex::new(endpoint));
        let app = Router::new().route("/nps", post(receive)).with_state(Arc::clone(&endpoint));
        Self { line: Line::start(app, |status| json!({ "status": status })).await, endpoint }
    }

    /// Where messages are posted.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}/nps", self.line.url())
    }

    /// Goes over to another secret.
    pub fn change_secret(&self, secret: &str) {
        secret.clone_into(&mut lock(&self.endpoint).secret);
    }

    /// The messages, each once, in the order they came.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        lock(&self.endpoint).received.clone()
    }

    /// How many messages came again.
    #[must_use]
    pub fn repeats(&self) -> usize {
        lock(&self.endpoint).repeats
    }
}

async fn receive(State(endpoint): State<Arc<Mutex<Endpoint>>>, headers: HeaderMap, body: Bytes) -> Response {
    let mut endpoint = lock(&endpoint);
    match judge(&endpoint, &headers, &body) {
        Ok(message) => {
            if endpoint.received.iter().any(|known| known.id == message.id) {
                endpoint.repeats += 1;
            } else {
                endpoint.received.push(message);
            }
            StatusCode::NO_CONTENT.into_response()
        }
        Err((status, why)) => said(status, &json!({ "error": why })),
    }
}

fn judge(endpoint: &Endpoint, headers: &HeaderMap, body: &[u8]) -> Result<Received, (StatusCode, &'static str)> {
    let unsigned = |why| (StatusCode::UNAUTHORIZED, why);
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let id = header("webhook-id").ok_or(unsigned("no id"))?;
    let at = header("webhook-timestamp").and_then(|at| at.parse::<i64>().ok()).ok_or(unsigned("no timestamp"))?;
    if (endpoint.clock.now().as_seconds() - at).abs() > TOLERANCE {
        return Err(unsigned("too old, or too new"));
    }
    let key = standardwebhooks::Webhook::new(&endpoint.secret).map_err(|_| unsigned("no secret"))?;
    let expected = key.sign(id, at, body).map_err(|_| unsigned("no text"))?;
    let signatures = header("webhook-signature").ok_or(unsigned("no signature"))?;
    if !signatures.split(' ').any(|signature| signature == expected) {
        return Err(unsigned("the signature is wrong"));
    }
    let malformed = |why| (StatusCode::BAD_REQUEST, why);
    if !is_json(headers) {
        return Err(malformed("no JSON"));
    }
    let body: Value = serde_json::from_slice(body).map_err(|_| malformed("no JSON"))?;
    let kind = body["type"].as_str().is_some_and(|kind| kind.split('.').count() == 2);
    let time = body["timestamp"].as_str().is_some_and(|at| at.parse::<jiff::Timestamp>().is_ok());
    if !kind || !time || !body["data"].is_object() {
        return Err(malformed("type, timestamp and data are required"));
    }
    Ok(Received { id: id.to_owned(), body })
}
