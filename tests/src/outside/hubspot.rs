//! HubSpot: contacts, tasks and what belongs to whom, under a limit of calls in ten seconds.

#![expect(clippy::result_large_err, reason = "a refusal is an answer, and there are few of them here")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use axum::routing::{any, post, put};
use host::Clock;
use serde_json::{Map, Value, json};

use super::{Line, bearer, is_json, lock, said};

/// The private app's token.
const TOKEN: &str = "pat-eu1-npsloop";

/// Properties of contacts.
const CONTACT: [&str; 7] =
    ["email", "firstname", "nps_score", "nps_stage", "nps_comment", "nps_survey_url", "nps_answered_at"];

/// Properties of tasks.
const TASK: [&str; 8] = [
    "npsloop_task_id",
    "hs_task_subject",
    "hs_task_body",
    "hs_timestamp",
    "hs_task_status",
    "hs_task_priority",
    "hs_task_type",
    "hubspot_owner_id",
];

type Object = Map<String, Value>;

struct Portal {
    clock: Clock,
    limit: usize,
    /// When the calls of the last ten seconds came, in milliseconds.
    calls: Vec<i64>,
    contacts: BTreeMap<String, Object>,
    tasks: BTreeMap<String, Object>,
    associations: BTreeSet<(String, String)>,
    named: u32,
}

/// A HubSpot account.
pub struct Hubspot {
    /// The line to it.
    pub line: Line,
    portal: Arc<Mutex<Portal>>,
}

impl Hubspot {
    /// An account that takes so many calls in ten seconds and knows that contact.
    pub async fn start(clock: Clock, limit: usize, contact: Option<&str>) -> Self {
        let contacts = contact.map(|email| ("101".to_owned(), Object::from_iter([("email".to_owned(), email.into())])));
        let portal = Arc::new(Mutex::new(Portal {
            clock,
            limit,
            calls: Vec::new(),
            contacts: contacts.into_iter().collect(),
            tasks: BTreeMap::new(),
            associations: BTreeSet::new(),
            named: 500,
        }));
        let app = Router::new()
            .route("/crm/v3/objects/contacts/{email}", any(contact_by_email))
            .route("/crm/v3/objects/{object}/batch/upsert", post(upsert))
            .route("/crm/v4/objects/tasks/{task}/associations/default/contacts/{contact}", put(associate))
            .with_state(Arc::clone(&portal));
        Self { line: Line::start(app, |_| wrong("INTERNAL_ERROR", "internal error")).await, portal }
    }

    /// The secret.
    #[must_use]
    pub const fn secret(&self) -> &'static str {
        TOKEN
    }

    /// All contacts.
    #[must_use]
    pub fn contacts(&self) -> Vec<Value> {
        lock(&self.portal).contacts.values().map(|contact| json!(contact)).collect()
    }

    /// All tasks, each with how many contacts it belongs to.
    #[must_use]
    pub fn tasks(&self) -> Vec<Value> {
        let portal = lock(&self.portal);
        let contacts = |id: &str| portal.associations.iter().filter(|(task, _)| task == id).count();
        portal.tasks.iter().map(|(id, task)| json!({ "properties": task, "contacts": contacts(id) })).collect()
    }

    /// Somebody there changes the status of every task.
    pub fn set_status(&self, status: &str) {
        for task in lock(&self.portal).tasks.values_mut() {
            task.insert("hs_task_status".to_owned(), status.into());
        }
    }
}

fn wrong(category: &str, message: &str) -> Value {
    json!({ "status": "error", "message": message, "correlationId": "c033cdaa", "category": category })
}

impl Portal {
    /// Whether a call may go on.
    fn enter(&mut self, headers: &HeaderMap) -> Result<(), Response> {
        if bearer(headers) != Some(TOKEN) {
            return Err(said(
                StatusCode::UNAUTHORIZED,
                &wrong("INVALID_AUTHENTICATION", "Authentication credentials not found"),
            ));
        }
        let now = self.clock.now().as_millis();
        self.calls.retain(|at| now - at < 10_000);
        if self.calls.len() >= self.limit {
            let mut body = wrong("RATE_LIMITS", "You have reached your ten_secondly_rolling limit.");
            body["errorType"] = "RATE_LIMIT".into();
            body["policyName"] = "TEN_SECONDLY_ROLLING".into();
            return Err(said(StatusCode::TOO_MANY_REQUESTS, &body));
        }
        self.calls.push(now);
        Ok(())
    }

    fn id(&mut self) -> String {
        self.named += 1;
        self.named.to_string()
    }
}

/// Whether those are properties of that object; all of them are text.
fn check(known: &[&str], properties: &Object) -> Result<(), Response> {
    for (name, value) in properties {
        if !known.contains(&name.as_str()) {
            let why = format!("Property values were not valid: Property \"{name}\" does not exist");
            return Err(said(StatusCode::BAD_REQUEST, &wrong("VALIDATION_ERROR", &why)));
        }
        if !value.is_string() {
            return Err(said(StatusCode::BAD_REQUEST, &wrong("VALIDATION_ERROR", "Invalid input JSON")));
        }
        if name == "nps_score" && value != "" && value.as_str().is_none_or(|text| text.parse::<f64>().is_err()) {
            return Err(said(StatusCode::BAD_REQUEST, &wrong("VALIDATION_ERROR", "nps_score was not a valid number")));
        }
        let statuses = ["NOT_STARTED", "IN_PROGRESS", "WAITING", "DEFERRED", "COMPLETED"];
        if name == "hs_task_status" && !statuses.iter().any(|status| value == status) {
            return Err(said(StatusCode::BAD_REQUEST, &wrong("VALIDATION_ERROR", "hs_task_status is no such option")));
        }
    }
    Ok(())
}

fn properties(body: &Value) -> Result<Object, Response> {
    let wrong = || said(StatusCode::BAD_REQUEST, &wrong("VALIDATION_ERROR", "Invalid input JSON"));
    body["properties"].as_object().cloned().ok_or_else(wrong)
}

fn read(headers: &HeaderMap, body: &[u8]) -> Result<Value, Response> {
    let unread = || said(StatusCode::BAD_REQUEST, &wrong("VALIDATION_ERROR", "Invalid input JSON"));
    if !is_json(headers) {
        return Err(said(StatusCode::UNSUPPORTED_MEDIA_TYPE, &wrong("VALIDATION_ERROR", "content type")));
    }
    serde_json::from_slice(body).map_err(|_| unread())
}

async fn contact_by_email(
    State(portal): State<Arc<Mutex<Portal>>>,
    Path(email): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let answer = || {
        let mut portal = lock(&portal);
        portal.enter(&headers)?;
        if query.get("idProperty").map(String::as_str) != Some("email") {
            return Err(said(StatusCode::NOT_FOUND, &wrong("OBJECT_NOT_FOUND", "resource not found")));
        }
        let found = portal.contacts.iter_mut().find(|(_, contact)| contact["email"] == email);
        let Some((id, contact)) = found else {
            return Err(said(StatusCode::NOT_FOUND, &wrong("OBJECT_NOT_FOUND", "resource not found")));
        };
        if method == Method::PATCH {
            let properties = properties(&read(&headers, &body)?)?;
            check(&CONTACT, &properties)?;
            contact.extend(properties);
        } else if method != Method::GET {
            return Err(said(StatusCode::METHOD_NOT_ALLOWED, &wrong("METHOD_NOT_ALLOWED", "method not allowed")));
        }
        Ok(said(StatusCode::OK, &json!({ "id": id, "properties": contact, "archived": false })))
    };
    answer().unwrap_or_else(|refused| refused)
}

async fn upsert(
    State(portal): State<Arc<Mutex<Portal>>>,
    Path(object): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let answer = || {
        let mut portal = lock(&portal);
        portal.enter(&headers)?;
        let body = read(&headers, &body)?;
        let (known, key): (&[&str], _) = match object.as_str() {
            "contacts" => (&CONTACT, "email"),
            "tasks" => (&TASK, "npsloop_task_id"),
            _ => return Err(said(StatusCode::NOT_FOUND, &wrong("OBJECT_NOT_FOUND", "no such object"))),
        };
        let inputs = body["inputs"].as_array().filter(|inputs| (1..=100).contains(&inputs.len()));
        let Some(inputs) = inputs else {
            return Err(said(StatusCode::BAD_REQUEST, &wrong("VALIDATION_ERROR", "1 to 100 inputs")));
        };
        let mut results = Vec::new();
        for input in inputs {
            let properties = properties(input)?;
            check(known, &properties)?;
            if input["idProperty"] != key {
                let why = "the id property has no unique values";
                return Err(said(StatusCode::BAD_REQUEST, &wrong("VALIDATION_ERROR", why)));
            }
            let objects = if object == "tasks" { &portal.tasks } else { &portal.contacts };
            let found =
                objects.iter().find(|(_, known)| known.get(key) == Some(&input["id"])).map(|(id, _)| id.clone());
            if found.is_none() && object == "tasks" && !properties.contains_key("hs_timestamp") {
                let why = "Some required properties were not set: hs_timestamp";
                return Err(said(StatusCode::BAD_REQUEST, &wrong("VALIDATION_ERROR", why)));
            }
            let new = found.is_none();
            let id = found.unwrap_or_else(|| portal.id());
            let objects = if object == "tasks" { &mut portal.tasks } else { &mut portal.contacts };
            let known = objects.entry(id.clone()).or_default();
            known.extend(properties);
            known.insert(key.to_owned(), input["id"].clone());
            results.push(json!({ "id": id, "new": new, "properties": known }));
        }
        // In whatever order.
        results.reverse();
        Ok(said(StatusCode::OK, &json!({ "status": "COMPLETE", "results": results })))
    };
    answer().unwrap_or_else(|refused| refused)
}

async fn associate(
    State(portal): State<Arc<Mutex<Portal>>>,
    Path((task, contact)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let mut portal = lock(&portal);
    if let Err(refused) = portal.enter(&headers) {
        return refused;
    }
    if !portal.tasks.contains_key(&task) || !portal.contacts.contains_key(&contact) {
        return said(StatusCode::NOT_FOUND, &wrong("OBJECT_NOT_FOUND", "resource not found"));
    }
    portal.associations.insert((task, contact));
    said(StatusCode::OK, &json!({ "status": "COMPLETE", "results": [] }))
}
