//! A service of AWS as it fares in a test: a stand-in before the local one.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use local::world::Options;

use crate::company::{Company, MONDAY, client};

/// What the service does with a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Does {
    /// It works.
    #[default]
    Work,
    /// It does what it is asked, and its answer is lost.
    Lose,
    /// It does nothing and answers so: a status, a header, a body.
    Say(u16, (&'static str, &'static str), &'static str),
}

/// It answers with an error and does nothing.
pub const FAULTY: Does = Does::Say(503, ("content-type", "application/json"), "{}");

/// How a service fares, from now on and until it is told otherwise.
#[derive(Clone, Debug, Default)]
pub struct Weather {
    now: Arc<Mutex<Does>>,
    to: Arc<OnceLock<String>>,
}

impl Weather {
    /// What the service does from now on.
    pub fn set(&self, does: Does) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = does;
    }

    /// A company on a Monday whose functions find the service where `setting` says (`AWS_ENDPOINT_URL_…`).
    ///
    /// # Panics
    /// When the machine has no port left, or nothing starts.
    pub async fn company(&self, setting: &str) -> Company {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new().fallback(pass_on).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let now: model::Timestamp = MONDAY.parse().expect("a time");
        let offset = now.as_millis() - host::Clock::System.now().as_millis();
        let settings = vec![(setting.to_owned(), url)];
        let company = Company::start_with(Options { background: false, offset, settings, ..Options::default() }).await;
        // All local services have one address.
        let real = company.world().env().get("AWS_ENDPOINT_URL_SQS").expect("the queues").to_owned();
        self.to.set(real).expect("one company for each weather");
        company
    }
}

async fn pass_on(State(weather): State<Weather>, request: Request) -> Response {
    let now = *weather.now.lock().unwrap_or_else(PoisonError::into_inner);
    if let Does::Say(status, header, body) = now {
        return (StatusCode::from_u16(status).expect("a status"), [header], body).into_response();
    }
    let (parts, body) = request.into_parts();
    let body: Bytes = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
    let url = format!("{}{}", weather.to.get().expect("a company"), parts.uri);
    let call = client().request(parts.method, url).headers(parts.headers).body(body);
    let answer = call.send().await.expect("an answer of the local service");
    if now == Does::Lose {
        return (StatusCode::BAD_GATEWAY, "").into_response();
    }
    (answer.status(), answer.bytes().await.expect("its body")).into_response()
}
