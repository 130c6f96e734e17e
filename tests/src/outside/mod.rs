//! The systems outside, each played by a local server as strict as the real one: whoever asks it wrongly is told so
//! in its own words. Each can be told to fail, and shows what it keeps.

mod chat;
mod dataverse;
mod hubspot;
mod names;
mod oauth;
mod pardot;
mod salesforce;
mod webhook;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tokio::task::JoinHandle;

pub use chat::{Slack, Teams};
pub use dataverse::Dataverse;
pub use hubspot::Hubspot;
pub use names::Names;
pub use pardot::Pardot;
pub use salesforce::Salesforce;
pub use webhook::{Received, Webhook};

/// How a call goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is answered with this status, and nothing was done.
    Status(u16),
    /// It is answered with 429 and told how many seconds to wait.
    Busy(u32),
    /// The connection is cut before anything is done.
    Cut,
    /// What was asked is done, and the connection is cut before the answer.
    Lost,
}

/// A call that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its method.
    pub method: String,
    /// Its path, without the query.
    pub path: String,
    /// The status it was answered with; nothing if the connection was cut.
    pub status: Option<u16>,
}

#[derive(Default)]
struct Weather {
    faults: VecDeque<Option<Fault>>,
    down: bool,
    seen: Vec<Seen>,
}

/// The weather, and what is said beside a status.
type Served = (Arc<Mutex<Weather>>, fn(u16) -> Value);

/// The line to one of them: where it is, and how the weather on it is. Tokens are asked for on the same line, and fail
/// only when it is down.
pub struct Line {
    url: String,
    weather: Arc<Mutex<Weather>>,
    server: JoinHandle<()>,
}

impl Drop for Line {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Line {
    /// Puts a server on a free port. `words` is what it says beside a status.
    async fn start(app: Router, words: fn(u16) -> Value) -> Self {
        let weather = Arc::new(Mutex::new(Weather::default()));
        let app = app.layer(from_fn_with_state((Arc::clone(&weather), words), blow));
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("the port has a number"));
        let server = tokio::spawn(async move { axum::serve(listener, app).await.expect("it is served") });
        Self { url, weather, server }
    }

    /// Where it is, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Lets the next calls fail like that.
    pub fn fail(&self, calls: usize, how: Fault) {
        lock(&self.weather).faults.extend(std::iter::repeat_n(Some(how), calls));
    }

    /// Lets the next calls pass, before those that fail are counted.
    pub fn pass(&self, calls: usize) {
        lock(&self.weather).faults.extend(std::iter::repeat_n(None, calls));
    }

    /// Cuts every connection from now on.
    pub fn down(&self) {
        lock(&self.weather).down = true;
    }

    /// Is there again, and fails no more.
    pub fn up(&self) {
        let mut weather = lock(&self.weather);
        weather.down = false;
        weather.faults.clear();
    }

    /// The calls that arrived, oldest first.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        lock(&self.weather).seen.clone()
    }

    /// How many calls arrived that were not for a token.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.seen().iter().filter(|seen| !is_for_a_token(&seen.path)).count()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_for_a_token(path: &str) -> bool {
    path.contains("/oauth2/")
}

async fn blow(State((weather, words)): State<Served>, request: Request, next: Next) -> Response {
    let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
    let fault = {
        let mut weather = lock(&weather);
        if weather.down {
            Some(Fault::Cut)
        } else if is_for_a_token(&path) {
            None
        } else {
            weather.faults.pop_front().flatten()
        }
    };
    let status = |status: u16| StatusCode::from_u16(status).expect("a status");
    let (answer, arrives) = match fault {
        None => (next.run(request).await, true),
        Some(Fault::Lost) => (next.run(request).await, false),
        Some(Fault::Cut) => (StatusCode::OK.into_response(), false),
        Some(Fault::Status(code)) => (said(status(code), &words(code)), true),
        Some(Fault::Busy(seconds)) => {
            let mut answer = said(StatusCode::TOO_MANY_REQUESTS, &words(429));
            answer.headers_mut().insert("retry-after", seconds.into());
            (answer, true)
        }
    };
    let seen = Seen { method, path, status: arrives.then_some(answer.status().as_u16()) };
    lock(&weather).seen.push(seen);
    if arrives { answer } else { cut() }
}

/// An answer that breaks off.
fn cut() -> Response {
    let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    let body = futures_util::stream::iter([Err::<Vec<u8>, _>(broken)]);
    Response::new(Body::from_stream(body))
}

fn said(status: StatusCode, body: &Value) -> Response {
    (status, [("content-type", "application/json")], body.to_string()).into_response()
}

/// The token of a call.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get("authorization")?.to_str().ok()?.strip_prefix("Bearer ")
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get("content-type")
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("application/json"))
}
