//! Slack and Teams: incoming webhooks that look at what they are given.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use serde_json::{Value, json};

use super::{Line, is_json, lock, said};

type Said = Arc<Mutex<Vec<Value>>>;

/// A Slack workspace with one incoming webhook.
pub struct Slack {
    /// The line to it.
    pub line: Line,
    said: Said,
}

impl Slack {
    /// A workspace.
    pub async fn start() -> Self {
        let said = Said::default();
        let app = Router::new().route("/services/T1/B1/secret", post(slack)).with_state(Arc::clone(&said));
        Self { line: Line::start(app, |_| Value::from("rollup_error")).await, said }
    }

    /// The address that is a secret.
    #[must_use]
    pub fn secret(&self) -> String {
        format!("{}/services/T1/B1/secret", self.line.url())
    }

    /// What was said.
    #[must_use]
    pub fn said(&self) -> Vec<Value> {
        lock(&self.said).clone()
    }
}

async fn slack(State(all): State<Said>, headers: HeaderMap, body: Bytes) -> Response {
    let body: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    if !is_json(&headers) || !body.is_object() {
        return (StatusCode::BAD_REQUEST, "invalid_payload").into_response();
    }
    if body["text"].as_str().unwrap_or_default().is_empty() {
        return (StatusCode::BAD_REQUEST, "no_text").into_response();
    }
    let blocks = body["blocks"].as_array().cloned().unwrap_or_default();
    if blocks.len() > 50 || !blocks.iter().all(is_block) {
        return (StatusCode::BAD_REQUEST, "invalid_blocks").into_response();
    }
    lock(&all).push(body);
    "ok".into_response()
}

fn is_text(text: &Value, kinds: &[&str], most: usize) -> bool {
    let kind = text["type"].as_str().is_some_and(|kind| kinds.contains(&kind));
    kind && text["text"].as_str().is_some_and(|text| (1..=most).contains(&text.chars().count()))
}

fn is_block(block: &Value) -> bool {
    const ANY: &[&str] = &["plain_text", "mrkdwn"];
    let all = |name: &str, most: usize, chars: usize| {
        block[name].as_array().is_some_and(|texts| {
            (1..=most).contains(&texts.len()) && texts.iter().all(|text| is_text(text, ANY, chars))
        })
    };
    match block["type"].as_str() {
        Some("header") => is_text(&block["text"], &["plain_text"], 150),
        Some("section") => is_text(&block["text"], ANY, 3000) || all("fields", 10, 2000),
        Some("context") => all("elements", 10, 2000),
        _ => false,
    }
}

/// A Teams channel with a workflow that posts what it is sent.
pub struct Teams {
    /// The line to it.
    pub line: Line,
    said: Said,
}

impl Teams {
    /// A channel.
    pub async fn start() -> Self {
        let said = Said::default();
        let app = Router::new().route("/workflows/1/triggers/manual/paths/invoke", post(teams));
        let words = |_| json!({ "error": { "code": "WorkflowTriggerIsNotEnabled", "message": "not now" } });
        Self { line: Line::start(app.with_state(Arc::clone(&said)), words).await, said }
    }

    /// The address that is a secret.
    #[must_use]
    pub fn secret(&self) -> String {
        format!("{}/workflows/1/triggers/manual/paths/invoke?sig=secret", self.line.url())
    }

    /// What was said: the content of each card.
    #[must_use]
    pub fn said(&self) -> Vec<Value> {
        lock(&self.said).clone()
    }
}

async fn teams(State(all): State<Said>, headers: HeaderMap, body: Bytes) -> Response {
    let wrong =
        |why: &str| said(StatusCode::BAD_REQUEST, &json!({ "error": { "code": "InvalidRequest", "message": why } }));
    if body.len() > 28 * 1024 {
        return said(StatusCode::PAYLOAD_TOO_LARGE, &json!({ "error": { "message": "the message is too large" } }));
    }
    let body: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    if !is_json(&headers) || body["type"] != "message" {
        return wrong("the body is no message");
    }
    let card = &body["attachments"][0];
    if card["contentType"] != "application/vnd.microsoft.card.adaptive" {
        return wrong("the attachment is no card");
    }
    let content = &card["content"];
    let known = |element: &Value| {
        let kinds = ["TextBlock", "RichTextBlock", "Container", "FactSet"];
        element["type"].as_str().is_some_and(|kind| kinds.contains(&kind))
    };
    let elements = content["body"].as_array().is_some_and(|body| !body.is_empty() && body.iter().all(known));
    if content["type"] != "AdaptiveCard" || content["version"] != "1.4" || !elements {
        return wrong("the card cannot be shown");
    }
    lock(&all).push(content.clone());
    StatusCode::ACCEPTED.into_response()
}
