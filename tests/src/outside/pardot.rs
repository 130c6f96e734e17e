//! Account Engagement (Pardot), version 5. A membership that is posted twice is there twice.

#![expect(clippy::result_large_err, reason = "a refusal is an answer, and there are few of them here")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, get, post};
use host::Clock;
use model::destination::SalesforceAuth;
use serde_json::{Value, json};

use super::oauth::{APP, AUDIENCE, SECRET, Tokens, USER};
use super::{Line, bearer, is_json, lock, said};

/// The business unit.
const UNIT: &str = "0Uv5g0000008OQUCA2";

struct Membership {
    id: u64,
    list: u64,
    prospect: u64,
}

struct Unit {
    tokens: Tokens,
    prospects: Vec<(u64, String)>,
    lists: Vec<u64>,
    memberships: Vec<Membership>,
    named: u64,
}

/// A business unit of Account Engagement, and the Salesforce login in front of it.
pub struct Pardot {
    /// The line to both.
    pub line: Line,
    unit: Arc<Mutex<Unit>>,
}

type Shared = State<Arc<Mutex<Unit>>>;
type Asked = Query<BTreeMap<String, String>>;

impl Pardot {
    /// A unit with these lists and prospects.
    pub async fn start(clock: Clock, lists: &[u64], prospects: &[&str]) -> Self {
        let prospects = (500..).zip(prospects.iter().map(|email| (*email).to_owned())).collect();
        let tokens = Tokens::new(clock, 2 * 60 * 60);
        let unit = Unit { tokens, prospects, lists: lists.to_vec(), memberships: Vec::new(), named: 9000 };
        let unit = Arc::new(Mutex::new(unit));
        let app = Router::new()
            .route("/services/oauth2/token", post(token))
            .route("/api/v5/objects/prospects", get(prospects_by_email))
            .route("/api/v5/objects/list-memberships", get(memberships).post(join))
            .route("/api/v5/objects/list-memberships/{id}", delete(leave))
            .with_state(Arc::clone(&unit));
        Self { line: Line::start(app, |_| wrong(89, "internal error")).await, unit }
    }

    /// How to sign in with a key: the settings, and the secret of that name.
    #[must_use]
    pub fn jwt(&self, secret: &str) -> (SalesforceAuth, String) {
        let auth = SalesforceAuth::Jwt {
            client_id: APP.to_owned(),
            username: USER.to_owned(),
            audience: AUDIENCE.to_owned(),
            secret: secret.to_owned(),
        };
        (auth, Tokens::pem())
    }

    /// How to sign in with a secret.
    #[must_use]
    pub fn client_credentials(&self, secret: &str) -> (SalesforceAuth, String) {
        let auth = SalesforceAuth::ClientCredentials { client_id: APP.to_owned(), secret: secret.to_owned() };
        (auth, SECRET.to_owned())
    }

    /// The business unit's id.
    #[must_use]
    pub const fn business_unit(&self) -> &'static str {
        UNIT
    }

    /// Ends every session.
    pub fn expire(&self) {
        lock(&self.unit).tokens.expire();
    }

    /// The lists an address is on, as often as it is on them.
    #[must_use]
    pub fn lists_of(&self, email: &str) -> Vec<u64> {
        let unit = lock(&self.unit);
        let theirs = |prospect: u64| unit.prospects.iter().any(|(id, known)| *id == prospect && known == email);
        unit.memberships.iter().filter(|known| theirs(known.prospect)).map(|known| known.list).collect()
    }
}

fn wrong(code: u64, message: &str) -> Value {
    json!({ "code": code, "message": message })
}

impl Unit {
    fn enter(&self, headers: &HeaderMap) -> Result<(), Response> {
        if !self.tokens.takes(bearer(headers)) {
            return Err(said(StatusCode::UNAUTHORIZED, &wrong(184, "access_token is invalid, unknown, or malformed")));
        }
        if headers.get("pardot-business-unit-id").is_none_or(|unit| unit != UNIT) {
            return Err(said(StatusCode::FORBIDDEN, &wrong(181, "Business Unit ID not found")));
        }
        Ok(())
    }
}

fn with_fields(asked: &BTreeMap<String, String>) -> Result<(), Response> {
    let missing = || said(StatusCode::BAD_REQUEST, &wrong(109, "fields parameter is required"));
    asked.get("fields").filter(|fields| !fields.is_empty()).map(|_| ()).ok_or_else(missing)
}

fn number(asked: &BTreeMap<String, String>, name: &str) -> Option<u64> {
    asked.get(name)?.parse().ok()
}

async fn token(State(unit): Shared, form: Bytes) -> Response {
    lock(&unit).tokens.salesforce("", &form)
}

async fn prospects_by_email(State(unit): Shared, Query(asked): Asked, headers: HeaderMap) -> Response {
    let unit = lock(&unit);
    if let Err(refused) = unit.enter(&headers).and_then(|()| with_fields(&asked)) {
        return refused;
    }
    let email = asked.get("email").map_or("", String::as_str);
    let found = unit.prospects.iter().filter(|(_, known)| known == email);
    let values: Vec<_> = found.map(|(id, email)| json!({ "id": id, "email": email })).collect();
    said(StatusCode::OK, &json!({ "nextPageToken": null, "nextPageUrl": null, "values": values }))
}

async fn memberships(State(unit): Shared, Query(asked): Asked, headers: HeaderMap) -> Response {
    let unit = lock(&unit);
    if let Err(refused) = unit.enter(&headers).and_then(|()| with_fields(&asked)) {
        return refused;
    }
    let (list, prospect) = (number(&asked, "listId"), number(&asked, "prospectId"));
    let fits = |known: &&Membership| {
        list.is_none_or(|list| list == known.list) && prospect.is_none_or(|prospect| prospect == known.prospect)
    };
    let values: Vec<_> = unit.memberships.iter().filter(fits).map(shown).collect();
    said(StatusCode::OK, &json!({ "nextPageToken": null, "nextPageUrl": null, "values": values }))
}

fn shown(known: &Membership) -> Value {
    json!({ "id": known.id, "listId": known.list, "prospectId": known.prospect })
}

async fn join(State(unit): Shared, Query(asked): Asked, headers: HeaderMap, body: Bytes) -> Response {
    let mut unit = lock(&unit);
    if let Err(refused) = unit.enter(&headers).and_then(|()| with_fields(&asked)) {
        return refused;
    }
    let body: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let (Some(list), Some(prospect), true) = (body["listId"].as_u64(), body["prospectId"].as_u64(), is_json(&headers))
    else {
        return said(StatusCode::BAD_REQUEST, &wrong(109, "listId and prospectId are required"));
    };
    if !unit.lists.contains(&list) || !unit.prospects.iter().any(|(id, _)| *id == prospect) {
        return said(StatusCode::BAD_REQUEST, &wrong(109, "Invalid ID"));
    }
    unit.named += 1;
    let known = Membership { id: unit.named, list, prospect };
    let answer = said(StatusCode::CREATED, &shown(&known));
    unit.memberships.push(known);
    answer
}

async fn leave(State(unit): Shared, Path(id): Path<u64>, headers: HeaderMap) -> Response {
    let mut unit = lock(&unit);
    if let Err(refused) = unit.enter(&headers) {
        return refused;
    }
    let before = unit.memberships.len();
    unit.memberships.retain(|known| known.id != id);
    if unit.memberships.len() == before {
        return said(StatusCode::NOT_FOUND, &wrong(109, "Not found"));
    }
    StatusCode::NO_CONTENT.into_response()
}
