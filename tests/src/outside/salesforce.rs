//! Salesforce: tokens, and composite calls on a few objects.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::post;
use host::Clock;
use model::destination::SalesforceAuth;
use serde_json::{Map, Value, json};

use super::oauth::{APP, AUDIENCE, SECRET, Tokens, USER};
use super::{Line, bearer, is_json, lock, said};

/// What an object's fields take.
#[derive(Clone, Copy)]
enum Kind {
    Text(usize),
    Number,
    Flag,
    Date,
    Time,
    Choice(&'static [&'static str]),
    Reference(&'static [&'static str]),
}

const TEXT: Kind = Kind::Text(255);
const LONG: Kind = Kind::Text(32_768);

/// An object, its fields, and which of these are external ids.
type Object = (&'static str, &'static [(&'static str, Kind)], &'static [&'static str]);

/// The objects of this organisation.
const OBJECTS: &[Object] = &[
    (
        "NPS_Survey__c",
        &[
            ("Npsloop_Id__c", TEXT),
            ("Stage__c", TEXT),
            ("State__c", TEXT),
            ("Score__c", Kind::Number),
            ("Group__c", TEXT),
            ("Comment__c", LONG),
            ("Follow_Up__c", Kind::Flag),
            ("Sent_At__c", Kind::Time),
            ("Answered_At__c", Kind::Time),
            ("Email__c", TEXT),
            ("Url__c", TEXT),
        ],
        &["Npsloop_Id__c"],
    ),
    ("Project__c", &[("NPS_Score__c", Kind::Number), ("NPS_Stage__c", TEXT), ("NPS_Survey__c", TEXT)], &[]),
    (
        "Task",
        &[
            ("Npsloop_Id__c", TEXT),
            ("Subject", TEXT),
            ("Description", LONG),
            ("ActivityDate", Kind::Date),
            ("Status", Kind::Choice(&["Not Started", "In Progress", "Completed", "Deferred"])),
            ("Priority", Kind::Choice(&["High", "Normal", "Low"])),
            ("WhoId", Kind::Reference(&["003", "00Q"])),
            ("WhatId", Kind::Reference(&["a0X", "500", "006", "001"])),
            ("OwnerId", Kind::Reference(&["005"])),
        ],
        &["Npsloop_Id__c"],
    ),
];

/// The version this organisation speaks.
const VERSION: &str = "v62.0";

struct Org {
    url: String,
    tokens: Tokens,
    records: Records,
    locked: usize,
    created: u32,
}

/// Records by object and id.
type Records = BTreeMap<String, BTreeMap<String, Map<String, Value>>>;

/// A Salesforce organisation.
pub struct Salesforce {
    /// The line to it.
    pub line: Line,
    org: Arc<Mutex<Org>>,
}

impl Salesforce {
    /// An organisation with a `Project__c` of that id.
    pub async fn start(clock: Clock, project: &str) -> Self {
        let projects = BTreeMap::from([(project.to_owned(), Map::new())]);
        let records = Records::from([("Project__c".to_owned(), projects)]);
        let tokens = Tokens::new(clock, 2 * 60 * 60);
        let org = Arc::new(Mutex::new(Org { url: String::new(), tokens, records, locked: 0, created: 0 }));
        let app = Router::new()
            .route("/services/oauth2/token", post(token))
            .route("/services/data/{version}/composite", post(composite))
            .with_state(Arc::clone(&org));
        let line = Line::start(app, |_| error("SERVER_UNAVAILABLE", "not now")).await;
        lock(&org).url = line.url().to_owned();
        Self { line, org }
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

    /// Ends every session.
    pub fn expire(&self) {
        lock(&self.org).tokens.expire();
    }

    /// How many tokens it has given.
    #[must_use]
    pub fn tokens(&self) -> u32 {
        lock(&self.org).tokens.given()
    }

    /// Lets the next calls find a record locked by somebody else.
    pub fn lock_rows(&self, calls: usize) {
        lock(&self.org).locked = calls;
    }

    /// All records of an object, by id.
    #[must_use]
    pub fn records(&self, object: &str) -> Vec<Value> {
        lock(&self.org).records.get(object).into_iter().flatten().map(|(_, record)| json!(record)).collect()
    }

    /// Somebody there changes a record that has this value in that field.
    pub fn edit(&self, object: &str, by: (&str, &str), field: &str, value: impl Into<Value>) {
        let mut org = lock(&self.org);
        let records = org.records.get_mut(object).expect("there is such an object");
        let record = records.values_mut().find(|record| record.get(by.0).is_some_and(|known| known == by.1));
        record.expect("there is such a record").insert(field.to_owned(), value.into());
    }
}

fn error(code: &str, message: &str) -> Value {
    json!([{ "message": message, "errorCode": code }])
}

async fn token(State(org): State<Arc<Mutex<Org>>>, form: Bytes) -> Response {
    let mut org = lock(&org);
    let url = org.url.clone();
    org.tokens.salesforce(&url, &form)
}

async fn composite(
    State(org): State<Arc<Mutex<Org>>>,
    Path(version): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut org = lock(&org);
    if !org.tokens.takes(bearer(&headers)) {
        return said(StatusCode::UNAUTHORIZED, &error("INVALID_SESSION_ID", "Session expired or invalid"));
    }
    if version != VERSION {
        return said(StatusCode::NOT_FOUND, &error("NOT_FOUND", "The requested resource does not exist"));
    }
    if !is_json(&headers) {
        let why = "'' content type is not supported";
        return said(StatusCode::UNSUPPORTED_MEDIA_TYPE, &error("UNSUPPORTED_MEDIA_TYPE", why));
    }
    let asked: Value = match serde_json::from_slice(&body) {
        Ok(asked) => asked,
        Err(wrong) => return said(StatusCode::BAD_REQUEST, &error("JSON_PARSER_ERROR", &wrong.to_string())),
    };
    match run(&mut org, &asked) {
        Ok(parts) => said(StatusCode::OK, &json!({ "compositeResponse": parts })),
        Err(why) => said(StatusCode::BAD_REQUEST, &error("INVALID_INPUT", why)),
    }
}

/// Runs all parts of a call, or none.
fn run(org: &mut Org, asked: &Value) -> Result<Vec<Value>, &'static str> {
    let parts = asked["compositeRequest"].as_array().ok_or("compositeRequest is required")?;
    if parts.is_empty() || parts.len() > 25 {
        return Err("1 to 25 subrequests");
    }
    let mut names = BTreeSet::new();
    for part in parts {
        let name = part["referenceId"].as_str().ok_or("referenceId is required")?;
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            return Err("a referenceId has letters, digits and _");
        }
        if !names.insert(name) {
            return Err("a referenceId stands once");
        }
    }
    let (before, made) = (org.records.clone(), org.created);
    let mut answers: Vec<(u16, Value)> = Vec::new();
    for part in parts {
        answers.push(match one(org, part) {
            Ok(answer) => answer,
            Err((status, code, message)) => (status, error(code, &message)),
        });
    }
    let failed = answers.iter().any(|(status, _)| *status >= 300);
    if failed && asked["allOrNone"] == true {
        (org.records, org.created) = (before, made);
        let halted = "The transaction was rolled back since another operation in the same transaction failed.";
        for answer in answers.iter_mut().filter(|(status, _)| *status < 300) {
            *answer = (400, error("PROCESSING_HALTED", halted));
        }
    }
    let named = parts.iter().zip(answers).map(|(part, (status, body))| {
        json!({ "body": body, "httpHeaders": {}, "httpStatusCode": status, "referenceId": part["referenceId"] })
    });
    Ok(named.collect())
}

type Wrong = (u16, &'static str, String);

fn one(org: &mut Org, part: &Value) -> Result<(u16, Value), Wrong> {
    let missing = || (404, "NOT_FOUND", "The requested resource does not exist".to_owned());
    if part["method"] != "PATCH" {
        return Err((405, "METHOD_NOT_ALLOWED", "HTTP Method not allowed".to_owned()));
    }
    let path = part["url"].as_str().unwrap_or_default();
    let path = path.strip_prefix(&format!("/services/data/{VERSION}/sobjects/")).ok_or_else(missing)?;
    let path: Vec<&str> = path.split('/').collect();
    let body = part["body"].as_object().ok_or((400, "JSON_PARSER_ERROR", "a body is required".to_owned()))?;
    let (object, fields, external_ids) =
        OBJECTS.iter().find(|(object, ..)| path.first() == Some(object)).ok_or_else(missing)?;
    for (name, value) in body {
        let kind = fields.iter().find(|(known, _)| known == name).map(|(_, kind)| *kind);
        let kind =
            kind.ok_or_else(|| (400, "INVALID_FIELD", format!("No such column '{name}' on sobject of type {object}")))?;
        check(name, kind, value)?;
    }
    if org.locked > 0 {
        org.locked -= 1;
        return Err((400, "UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record".to_owned()));
    }
    let records = org.records.entry((*object).to_owned()).or_default();
    match path[1..] {
        [id] => {
            let record = records.get_mut(id).ok_or_else(missing)?;
            record.extend(body.clone());
            Ok((204, Value::Null))
        }
        [field, id] => {
            if !external_ids.contains(&field) {
                let why = format!("Provided external ID field does not exist or is not accessible: {field}");
                return Err((404, "NOT_FOUND", why));
            }
            if body.contains_key(field) {
                let why = format!("The {field} field should not be specified in the sobject data.");
                return Err((400, "INVALID_FIELD", why));
            }
            if body.get("WhoId").and_then(Value::as_str).is_some_and(|who| who.starts_with("00Q"))
                && body.contains_key("WhatId")
            {
                return Err((400, "FIELD_INTEGRITY_EXCEPTION", "a lead's task is about nothing else".to_owned()));
            }
            if let Some(record) = records.values_mut().find(|record| record.get(field).is_some_and(|known| known == id))
            {
                record.extend(body.clone());
                return Ok((200, json!({ "id": record["Id"], "success": true, "errors": [], "created": false })));
            }
            org.created += 1;
            let name = format!("a1B5g{:013}", org.created);
            let mut record = body.clone();
            record.insert("Id".to_owned(), Value::from(name.as_str()));
            record.insert(field.to_owned(), Value::from(id));
            if *object == "Task" {
                record.entry("Status").or_insert_with(|| Value::from("Not Started"));
            }
            records.insert(name.clone(), record);
            Ok((201, json!({ "id": name, "success": true, "errors": [], "created": true })))
        }
        _ => Err(missing()),
    }
}

fn check(name: &str, kind: Kind, value: &Value) -> Result<(), Wrong> {
    if value.is_null() {
        return Ok(());
    }
    let text = value.as_str();
    let long = |most: usize| text.is_some_and(|text| text.chars().count() > most);
    let fits = match kind {
        Kind::Text(most) if long(most) => {
            return Err((400, "STRING_TOO_LONG", format!("{name}: data value too large: (max length={most})")));
        }
        Kind::Text(_) => text.is_some(),
        Kind::Number => value.is_number(),
        Kind::Flag => value.is_boolean(),
        Kind::Date => text.is_some_and(|text| text.parse::<jiff::civil::Date>().is_ok()),
        Kind::Time => text.is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok()),
        Kind::Choice(choices) => text.is_some_and(|text| choices.contains(&text)),
        Kind::Reference(prefixes) => {
            let id = text.unwrap_or_default();
            if !matches!(id.len(), 15 | 18) {
                return Err((400, "MALFORMED_ID", format!("{name}: id value of incorrect type: {id}")));
            }
            prefixes.iter().any(|prefix| id.starts_with(prefix))
        }
    };
    let wrong = || (400, "JSON_PARSER_ERROR", format!("Cannot deserialize instance of {name} from {value}"));
    fits.then_some(()).ok_or_else(wrong)
}
