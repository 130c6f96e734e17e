//! The pages and answers under `/local/`: the inbox, the clock, queues, schedules and failed work, and what was told
//! to whom.
//!
//! These exist on one machine only. Nothing here decides anything about surveys: it shows what the cloud holds, moves
//! the clock, and plays somebody outside who takes whatever is sent.

mod deliveries;
mod doors;
mod gallery;
mod inbox;
mod reply;
mod words;

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use host::Problem;
use host::body::Raw;
use host::problem::Kind;
use model::hint::Mailing;
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Again, Letter, Store};

pub(crate) use self::words::parse_advance;
use self::words::{When, span};
use crate::clock::LocalClock;
use crate::cloud::{BusEvent, Called, Cloud, Error, Mail, Queue, Received, rfc3339};
use crate::pump::Pump;

/// Letters that are shown among failed work, and sent again together.
const LOST_LETTERS: usize = 50;

/// What the pages are made from.
#[derive(Clone)]
pub struct Desk {
    /// The cloud that is shown.
    pub cloud: Cloud,
    /// Its clock.
    pub clock: LocalClock,
    /// What moves the clock and works.
    pub pump: Arc<Pump>,
    /// A line to paste that makes the first mail.
    pub curl: Arc<str>,
    /// The tables as the functions see them.
    pub store: Store,
    /// The ledger's name.
    pub ledger: Arc<str>,
    /// Where it answers, `http://127.0.0.1:…`.
    pub url: Arc<str>,
    /// A line to paste that makes the first destination.
    pub destination: Arc<str>,
    /// Where the numbers are, with the key that opens them.
    pub dashboard: Arc<str>,
    /// The key, for lines to paste.
    pub key: Arc<str>,
}

/// The routes under `/local/`.
pub fn router(desk: Desk) -> Router {
    Router::new()
        .route("/local", get(|| async { Redirect::permanent("/local/") }))
        .route("/local/", get(inbox::page))
        .route("/local/deliveries", get(deliveries::page))
        .route("/local/doors", get(doors::page))
        .route("/local/shop", get(doors::shop))
        .route("/local/shop.css", get(|| asset("text/css; charset=utf-8", include_str!("../../templates/shop.css"))))
        .route("/local/gallery", get(gallery::page))
        .route("/local/gallery/letter", get(gallery::letter))
        .route("/local/desk.css", get(|| asset("text/css; charset=utf-8", include_str!("../../templates/desk.css"))))
        .route(
            "/local/desk.js",
            get(|| asset("text/javascript; charset=utf-8", include_str!("../../templates/desk.js"))),
        )
        .route("/local/desk/advance", post(advance_form))
        .route("/local/desk/retry", post(retry_form))
        .route("/local/version", get(version))
        .route("/local/mail", get(mails))
        .route("/local/mail/{id}", get(inbox::letter))
        .route("/local/texts", post(reply))
        .route("/local/mail/{id}/reply", post(reply::send))
        .route("/local/events", get(events))
        .route("/local/calls", get(calls))
        .route("/local/outside", get(received))
        .route("/local/outside/{name}", post(receive))
        .route("/local/clock", get(clock).post(advance))
        .route("/local/idle", get(idle))
        .route("/local/failed/retry", post(retry))
        .layer(axum::middleware::from_fn(own_pages_only))
        .with_state(desk)
}

/// A page of somebody else, open in the same browser, may not move this clock.
async fn own_pages_only(request: Request, next: Next) -> Response {
    let foreign =
        request.headers().get("sec-fetch-site").is_some_and(|site| site == "cross-site" || site == "same-site");
    if foreign && request.method() == axum::http::Method::POST {
        return Problem::new(Kind::WrongScope, "only pages of this desk may do that").into_response();
    }
    next.run(request).await
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        tracing::error!(error = &self as &dyn std::error::Error, "the desk could not answer");
        Problem::new(Kind::TryLater, self.to_string()).into_response()
    }
}

async fn asset(kind: &'static str, text: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], text)
}

async fn mails(State(desk): State<Desk>) -> Result<Json<Vec<Mail>>, Error> {
    Ok(Json(desk.cloud.mails()?))
}

/// Somebody writes back to a text.
async fn reply(State(desk): State<Desk>, body: axum::body::Bytes) -> Response {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Reply {
        from: String,
        text: String,
    }
    let Ok(Reply { from, text }) = serde_json::from_slice(&body) else {
        return Problem::new(Kind::Malformed, "the body is {\"from\": the number, \"text\": what they write}")
            .into_response();
    };
    match desk.cloud.reply_by_text(&from, &text) {
        Ok(()) => StatusCode::ACCEPTED.into_response(),
        Err(error) => error.into_response(),
    }
}

async fn clock(State(desk): State<Desk>) -> Json<Value> {
    Json(json!({"now": rfc3339(desk.clock.now())}))
}

async fn version(State(desk): State<Desk>) -> String {
    format!("{} {}", desk.cloud.writes(), desk.clock.now() / 60_000)
}

async fn advance(State(desk): State<Desk>, body: axum::body::Bytes) -> Response {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Advance {
        advance: String,
    }
    let Ok(body) = serde_json::from_slice::<Value>(&body) else {
        return Problem::new(Kind::Malformed, "the body is not JSON").into_response();
    };
    let by = match serde_json::from_value::<Advance>(body) {
        Ok(body) => parse_advance(&body.advance),
        Err(_) => None,
    };
    let Some(by) = by else {
        return Problem::field("/advance", "expected minutes, hours or days, such as 90m, 2h or 7d, at most 3660d")
            .into_response();
    };
    match desk.pump.advance(by).await {
        Ok(()) => clock(State(desk)).await.into_response(),
        Err(error) => error.into_response(),
    }
}

async fn idle(State(desk): State<Desk>) -> Result<impl IntoResponse, Error> {
    Ok(Json(desk.pump.idle().await?))
}

async fn retry(State(desk): State<Desk>) -> Result<Json<Value>, Error> {
    let retried = desk.send_again().await?;
    Ok(Json(json!({"retried": retried, "failed": desk.cloud.failed_count()?})))
}

async fn retry_form(State(desk): State<Desk>) -> Result<Redirect, Error> {
    desk.send_again().await?;
    Ok(Redirect::to("/local/"))
}

#[derive(Deserialize)]
struct AdvanceForm {
    by: String,
}

async fn advance_form(State(desk): State<Desk>, Form(form): Form<AdvanceForm>) -> Result<Redirect, Error> {
    if let Some(by) = parse_advance(&form.by) {
        desk.pump.advance(by).await?;
    }
    Ok(Redirect::to("/local/"))
}

/// What was put on the event bus, oldest first.
async fn events(State(desk): State<Desk>) -> Result<Json<Vec<BusEvent>>, Error> {
    Ok(Json(desk.cloud.events()?))
}

/// The calls that went out to others, oldest first.
async fn calls(State(desk): State<Desk>) -> Result<Json<Vec<Called>>, Error> {
    Ok(Json(desk.cloud.calls()?))
}

/// What arrived outside, oldest first.
async fn received(State(desk): State<Desk>) -> Result<Json<Vec<Received>>, Error> {
    Ok(Json(desk.cloud.received_outside()?))
}

/// Takes what is sent, whoever sends it: a destination can be pointed here.
async fn receive(
    State(desk): State<Desk>,
    Path(name): Path<String>,
    headers: HeaderMap,
    Raw(body): Raw,
) -> Result<&'static str, Error> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
    desk.cloud.receive_outside(&name, &headers, &String::from_utf8_lossy(&body))?;
    // As Slack answers.
    Ok("ok")
}

/// What stands around every page.
struct Frame {
    /// Which page it is.
    here: &'static str,
    now: When,
    ahead: String,
    dashboard: Arc<str>,
}

impl Desk {
    /// Letters that did not arrive, the latest first.
    async fn lost_letters(&self) -> Result<Vec<Letter>, Error> {
        let found = self.store.lost_letters(None, LOST_LETTERS).await;
        Ok(found.map_err(|error| Error::Tables(error.to_string()))?.0)
    }

    /// Tries everything again that failed for good; returns how much that was.
    async fn send_again(&self) -> Result<usize, Error> {
        let mut again = 0;
        for letter in self.lost_letters().await? {
            let now = model::Timestamp::from_millis(self.clock.now());
            let due = self.store.send_letter_again(&letter.id, now).await;
            if let Again::Due(letter) = due.map_err(|error| Error::Tables(error.to_string()))? {
                // Nobody here wants to wait for the next sweep.
                let mailing = serde_json::to_string(&Mailing::Letter(letter.id))?;
                self.cloud.send(Queue::Mail, &mailing, Duration::ZERO)?;
                again += 1;
            }
        }
        Ok(again + self.pump.retry_failed().await?)
    }

    fn frame(&self, here: &'static str) -> Frame {
        let now = self.clock.now();
        let ahead = if self.clock.offset() >= 60_000 { span(self.clock.offset()) } else { String::new() };
        Frame { here, now: When::new(now, now), ahead, dashboard: self.dashboard.clone() }
    }
}

/// A page with the headers all pages have.
fn shown(page: &impl Template) -> Result<Response, Error> {
    let html = page.render().map_err(|error| Error::Page(error.to_string()))?;
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok((headers, Html(html)).into_response())
}

/// A text as a query or a fragment of an address holds it.
pub(crate) fn form_urlencode(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}
