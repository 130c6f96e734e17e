//! The pages and answers under `/local/`: the inbox, the clock, queues, schedules and failed work.
//!
//! These exist on one machine only. Nothing here decides anything about surveys: it shows what the cloud holds, and
//! moves the clock.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use host::Problem;
use host::problem::Kind;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::clock::LocalClock;
use crate::cloud::{Cloud, Error, Mail, Queue, rfc3339};
use crate::pump::Pump;

const SHOWN_MAILS: usize = 200;
const SHOWN_SCHEDULES: usize = 12;
const SHOWN_FAILED: usize = 20;
const LONGEST_ADVANCE: Duration = Duration::from_hours(24 * 3660);

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
    /// Where the numbers are, with the key that opens them.
    pub dashboard: Arc<str>,
}

/// The routes under `/local/`.
pub fn router(desk: Desk) -> Router {
    Router::new()
        .route("/local", get(|| async { Redirect::permanent("/local/") }))
        .route("/local/", get(page))
        .route("/local/desk.css", get(|| asset("text/css; charset=utf-8", include_str!("../templates/desk.css"))))
        .route("/local/desk.js", get(|| asset("text/javascript; charset=utf-8", include_str!("../templates/desk.js"))))
        .route("/local/desk/advance", post(advance_form))
        .route("/local/desk/retry", post(retry_form))
        .route("/local/version", get(version))
        .route("/local/mail", get(mails))
        .route("/local/mail/{id}", get(letter))
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
    let retried = desk.pump.retry_failed().await?;
    Ok(Json(json!({"retried": retried, "failed": desk.cloud.failed_count()?})))
}

async fn retry_form(State(desk): State<Desk>) -> Result<Redirect, Error> {
    desk.pump.retry_failed().await?;
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

/// Minutes, hours or days: `90m`, `2h`, `7d`.
pub(crate) fn parse_advance(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let seconds = match unit {
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return None,
    };
    let by = Duration::from_secs(number.parse::<u64>().ok()?.checked_mul(seconds)?);
    (by <= LONGEST_ADVANCE).then_some(by)
}

/// A letter as it looks. Its links open pages of their own; nothing in it can run or call home.
async fn letter(State(desk): State<Desk>, Path(id): Path<String>) -> Result<Response, Error> {
    let Some(mail) = desk.cloud.mail(&id)? else {
        return Ok(Problem::not_found("there is no such mail").into_response());
    };
    let html =
        if mail.html.is_empty() { PlainLetter { text: &mail.text }.render().unwrap_or_default() } else { mail.html };
    // Inside a sandboxed frame a link would open a page that may not do anything.
    let base = "<base target=\"_blank\">";
    let html = match html.find("<head>") {
        Some(at) => {
            let (before, after) = html.split_at(at + "<head>".len());
            format!("{before}{base}{after}")
        }
        None => format!("{base}{html}"),
    };
    let mut response = Html(html).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data: cid:; frame-ancestors 'self'",
        ),
    );
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(response)
}

#[derive(Template)]
#[template(
    source = "<!doctype html><html lang=\"en\"><head><title>Letter</title></head><body><pre>{{ text }}</pre></body></html>",
    ext = "html"
)]
struct PlainLetter<'a> {
    text: &'a str,
}

/// An instant, in the ways the page shows it.
struct When {
    machine: String,
    clock: String,
    day: String,
    short: String,
    long: String,
}

impl When {
    fn new(millis: i64, now: i64) -> Self {
        let at =
            jiff::Timestamp::from_millisecond(millis).unwrap_or(jiff::Timestamp::MAX).to_zoned(jiff::tz::TimeZone::UTC);
        let today = jiff::Timestamp::from_millisecond(now)
            .is_ok_and(|now| now.to_zoned(jiff::tz::TimeZone::UTC).date() == at.date());
        Self {
            machine: rfc3339(millis),
            clock: at.strftime("%H:%M").to_string(),
            day: at.strftime("%a %-d %b %Y").to_string(),
            short: at.strftime(if today { "%H:%M" } else { "%-d %b, %H:%M" }).to_string(),
            long: at.strftime("%a %-d %b %Y, %H:%M").to_string(),
        }
    }

    fn parse(text: &str, now: i64) -> Self {
        Self::new(text.parse::<jiff::Timestamp>().map_or(0, |at| at.as_millisecond()), now)
    }
}

/// A span of time as people say it.
fn span(millis: i64) -> String {
    let minutes = millis.max(0) / 60_000;
    match (minutes / 1440, minutes / 60 % 24, minutes % 60) {
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, 0, _) => format!("{days} d"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

#[derive(Template)]
#[template(path = "desk.html")]
struct DeskPage {
    now: When,
    ahead: String,
    query: String,
    curl: Arc<str>,
    dashboard: Arc<str>,
    mails: Vec<MailRow>,
    more: usize,
    open: Option<OpenMail>,
    plain: bool,
    schedules: Vec<ScheduleRow>,
    schedule_count: usize,
    queues: Vec<QueueRow>,
    failed: Vec<FailedRow>,
    failed_count: u64,
}

struct MailRow {
    href: String,
    to: String,
    at: When,
    subject: String,
    letter: String,
    selected: bool,
}

struct OpenMail {
    id: String,
    href: String,
    to: String,
    from: String,
    at: When,
    subject: String,
    text: String,
    headers: BTreeMap<String, String>,
}

struct ScheduleRow {
    what: String,
    survey: String,
    at: When,
    wait: String,
}

struct QueueRow {
    name: &'static str,
    reader: &'static str,
    ready: u64,
    taken: u64,
    dead: u64,
}

struct FailedRow {
    place: String,
    what: String,
    why: String,
}

#[derive(Deserialize)]
struct Look {
    mail: Option<String>,
    q: Option<String>,
    view: Option<String>,
}

async fn page(State(desk): State<Desk>, Query(look): Query<Look>) -> Result<Response, Error> {
    let page = desk.page(look)?;
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

impl Desk {
    fn page(&self, look: Look) -> Result<DeskPage, Error> {
        let now = self.clock.now();
        let query = look.q.unwrap_or_default();
        let wanted = query.trim().to_lowercase();
        let mails: Vec<Mail> = self
            .cloud
            .mails()?
            .into_iter()
            .rev()
            .filter(|mail| {
                wanted.is_empty()
                    || mail.to.to_lowercase().contains(&wanted)
                    || mail.subject.to_lowercase().contains(&wanted)
            })
            .collect();
        let open = match &look.mail {
            Some(id) => self.cloud.mail(id)?,
            None => mails.first().cloned(),
        };
        let open_id = open.as_ref().map(|mail| mail.id.clone()).unwrap_or_default();
        let more = mails.len().saturating_sub(SHOWN_MAILS);
        let schedules = self.cloud.schedules()?;
        Ok(DeskPage {
            now: When::new(now, now),
            ahead: if self.clock.offset() >= 60_000 { span(self.clock.offset()) } else { String::new() },
            curl: self.curl.clone(),
            dashboard: self.dashboard.clone(),
            mails: mails
                .into_iter()
                .take(SHOWN_MAILS)
                .map(|mail| MailRow {
                    href: href(&mail.id, &query),
                    selected: mail.id == open_id,
                    at: When::parse(&mail.at, now),
                    to: mail.to,
                    subject: mail.subject,
                    letter: mail.letter.unwrap_or_default(),
                })
                .collect(),
            more,
            open: open.map(|mail| OpenMail {
                href: href(&mail.id, &query),
                at: When::parse(&mail.at, now),
                from: readable(&mail.from),
                id: mail.id,
                to: mail.to,
                subject: mail.subject,
                text: mail.text,
                headers: mail.headers,
            }),
            plain: look.view.as_deref() == Some("text"),
            query,
            schedule_count: schedules.len(),
            schedules: schedules
                .into_iter()
                .take(SHOWN_SCHEDULES)
                .map(|schedule| {
                    let (what, survey) = crate::pump::describe(&schedule.input, schedule.target.name());
                    ScheduleRow {
                        what,
                        survey: survey.unwrap_or_default().chars().take(8).collect(),
                        at: When::new(schedule.at, now),
                        wait: format!("in {}", span(schedule.at.saturating_sub(now))),
                    }
                })
                .collect(),
            queues: self.queues()?,
            failed: self.failed()?,
            failed_count: self.cloud.failed_count()?,
        })
    }

    fn queues(&self) -> Result<Vec<QueueRow>, Error> {
        let readers = ["dispatch", "remind", "mail-events"];
        Queue::WORK
            .into_iter()
            .zip(readers)
            .map(|(queue, reader)| {
                let depth = self.cloud.depth(queue)?;
                let dead = queue.dead().map(|dead| self.cloud.depth(dead)).transpose()?.unwrap_or_default();
                Ok(QueueRow {
                    name: queue.name(),
                    reader,
                    ready: depth.visible,
                    taken: depth.in_flight + depth.delayed,
                    dead: dead.visible,
                })
            })
            .collect()
    }

    fn failed(&self) -> Result<Vec<FailedRow>, Error> {
        let mut rows = Vec::new();
        for queue in Queue::ALL.into_iter().filter(|queue| queue.is_dead()) {
            for message in self.cloud.messages(queue)? {
                rows.push(FailedRow {
                    place: queue.name().to_owned(),
                    what: message.body,
                    why: message.died_of.unwrap_or_default(),
                });
            }
        }
        for failed in self.cloud.given_up()? {
            rows.push(FailedRow {
                place: failed.reader,
                what: failed.record["dynamodb"]["Keys"]["pk"]["S"].as_str().unwrap_or_default().to_owned(),
                why: failed.why,
            });
        }
        rows.truncate(SHOWN_FAILED);
        Ok(rows)
    }
}

fn href(id: &str, query: &str) -> String {
    let query: String = form_urlencode(query);
    if query.is_empty() { format!("/local/?mail={id}") } else { format!("/local/?mail={id}&q={query}") }
}

/// A text as a query or a fragment of an address holds it.
pub(crate) fn form_urlencode(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

/// A sender as people read it: names that mail has to encode are decoded.
fn readable(sender: &str) -> String {
    let Some((before, rest)) = sender.split_once("=?UTF-8?B?") else { return sender.to_owned() };
    let Some((word, after)) = rest.split_once("?=") else { return sender.to_owned() };
    match base64_text(word) {
        Some(name) => format!("{before}{name}{}", readable(after)),
        None => sender.to_owned(),
    }
}

fn base64_text(word: &str) -> Option<String> {
    let mut bits = 0u32;
    let mut count = 0;
    let mut bytes = Vec::new();
    for b in word.bytes().filter(|b| *b != b'=') {
        let value = match b {
            b'A'..=b'Z' => b - b'A',
            b'a'..=b'z' => b - b'a' + 26,
            b'0'..=b'9' => b - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).ok()?);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_advance_is_minutes_hours_or_days() {
        assert_eq!(parse_advance("90m"), Some(Duration::from_secs(5400)));
        assert_eq!(parse_advance("2h"), Some(Duration::from_secs(7200)));
        assert_eq!(parse_advance("7d"), Some(Duration::from_secs(604_800)));
        assert_eq!(parse_advance("0m"), Some(Duration::ZERO));
        for wrong in ["", "m", "7", "-1d", "+1d", "1.5h", "1 d", "1w", "7ä", "99999999999999999999d", "3661d"] {
            assert_eq!(parse_advance(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn names_of_senders_are_readable() {
        assert_eq!(readable("\"Example\" <a@example.com>"), "\"Example\" <a@example.com>");
        assert_eq!(readable("=?UTF-8?B?SsO8cmdlbg==?= <a@example.com>"), "Jürgen <a@example.com>");
        assert_eq!(readable("=?UTF-8?B?*?= <a@example.com>"), "=?UTF-8?B?*?= <a@example.com>");
    }

    #[test]
    fn a_span_is_said_as_people_say_it() {
        assert_eq!(span(59_000), "0 min");
        assert_eq!(span(90 * 60_000), "1 h 30 min");
        assert_eq!(span(7 * 86_400_000), "7 d");
        assert_eq!(span(7 * 86_400_000 - 60_000), "6 d 23 h");
    }
}
