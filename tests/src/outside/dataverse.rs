//! Dataverse: Microsoft's tokens, and one table with an alternate key.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{patch, post};
use host::Clock;
use serde_json::{Map, Value, json};

use super::oauth::{APP, SECRET, Tokens};
use super::{Line, bearer, is_json, lock, said};

/// The columns of `new_npssurveys`, beside its alternate key `new_npsloopid`.
const COLUMNS: [&str; 5] = ["new_score", "new_stage", "new_comment", "new_answeredon", "new_email"];

struct Environment {
    url: String,
    tokens: Tokens,
    rows: BTreeMap<String, Map<String, Value>>,
}

/// A Dataverse environment, and the login of its tenant.
pub struct Dataverse {
    /// The line to both.
    pub line: Line,
    environment: Arc<Mutex<Environment>>,
}

impl Dataverse {
    /// An empty environment.
    pub async fn start(clock: Clock) -> Self {
        let tokens = Tokens::new(clock, 3599);
        let environment = Arc::new(Mutex::new(Environment { url: String::new(), tokens, rows: BTreeMap::new() }));
        let app = Router::new()
            .route("/tenant/oauth2/v2.0/token", post(token))
            .route("/api/data/v9.2/{address}", patch(upsert))
            .with_state(Arc::clone(&environment));
        let words = |status| match status {
            429 => {
                wrong("0x80072322", "Number of requests exceeded the limit of 6000 over time window of 300 seconds.")
            }
            _ => wrong("0x80044150", "Generic SQL error."),
        };
        let line = Line::start(app, words).await;
        lock(&environment).url = line.url().to_owned();
        Self { line, environment }
    }

    /// Where tokens come from.
    #[must_use]
    pub fn login(&self) -> String {
        format!("{}/tenant", self.line.url())
    }

    /// The application's id.
    #[must_use]
    pub const fn client_id(&self) -> &'static str {
        APP
    }

    /// The application's secret.
    #[must_use]
    pub const fn secret(&self) -> &'static str {
        SECRET
    }

    /// How many tokens were given.
    #[must_use]
    pub fn tokens(&self) -> u32 {
        lock(&self.environment).tokens.given()
    }

    /// Takes no token that was given.
    pub fn expire(&self) {
        lock(&self.environment).tokens.expire();
    }

    /// All rows, by their alternate key.
    #[must_use]
    pub fn rows(&self) -> Value {
        json!(lock(&self.environment).rows)
    }
}

fn wrong(code: &str, message: &str) -> Value {
    json!({ "error": { "code": code, "message": message } })
}

async fn token(State(environment): State<Arc<Mutex<Environment>>>, form: Bytes) -> Response {
    let mut environment = lock(&environment);
    let url = environment.url.clone();
    environment.tokens.microsoft(&url, &form)
}

async fn upsert(
    State(environment): State<Arc<Mutex<Environment>>>,
    Path(address): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut environment = lock(&environment);
    if !environment.tokens.takes(bearer(&headers)) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let says = |name: &str, value: &str| headers.get(name).is_some_and(|said| said == value);
    if !says("odata-version", "4.0") || !says("odata-maxversion", "4.0") || !is_json(&headers) {
        return said(StatusCode::BAD_REQUEST, &wrong("0x80060888", "OData-Version is required"));
    }
    let key = address.strip_prefix("new_npssurveys(new_npsloopid='").and_then(|rest| rest.strip_suffix("')"));
    let Some(key) = key.filter(|key| !key.is_empty() && !key.contains('\'')) else {
        let why = format!("Resource not found for the segment '{address}'.");
        return said(StatusCode::NOT_FOUND, &wrong("0x8006088a", &why));
    };
    let Ok(Value::Object(columns)) = serde_json::from_slice(&body) else {
        return said(StatusCode::BAD_REQUEST, &wrong("0x80048d19", "Error identified in Payload"));
    };
    if let Some(unknown) = columns.keys().find(|name| !COLUMNS.contains(&name.as_str())) {
        let why = format!("Invalid property '{unknown}' was found in entity 'new_npssurvey'.");
        return said(StatusCode::BAD_REQUEST, &wrong("0x80048d19", &why));
    }
    if columns.get("new_score").is_some_and(|score| !score.is_null() && !score.is_i64() && !score.is_u64()) {
        return said(
            StatusCode::BAD_REQUEST,
            &wrong("0x80048d19", "Cannot convert a value to target type 'Edm.Int32'"),
        );
    }
    environment.rows.entry(key.to_owned()).or_default().extend(columns);
    (StatusCode::NO_CONTENT, [("odata-entityid", format!("{}/api/data/v9.2/{address}", environment.url))])
        .into_response()
}
