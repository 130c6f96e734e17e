//! The inbox: every letter as it looks, what is next, the queues and failed work.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use host::Problem;
use serde::Deserialize;
use store::{Ended, Letter};

use super::words::{When, readable, span};
use super::{Desk, Frame, form_urlencode, shown};
use crate::cloud::{Error, Mail, Queue};

const SHOWN_MAILS: usize = 200;
const SHOWN_SCHEDULES: usize = 12;
const SHOWN_FAILED: usize = 20;

/// A letter as it looks. Its links open pages of their own; nothing in it can run or call home.
pub(super) async fn letter(State(desk): State<Desk>, Path(id): Path<String>) -> Result<Response, Error> {
    let Some(mail) = desk.cloud.mail(&id)? else {
        return Ok(Problem::not_found("there is no such mail").into_response());
    };
    let html = if mail.html.is_empty() { PlainLetter::of(&mail.text).render().unwrap_or_default() } else { mail.html };
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
    source = "<!doctype html><html lang=\"en\"><head><title>Letter</title></head><body><pre dir=\"auto\">{% for line in lines %}\
              {% if line.starts_with(\"http\") %}<a href=\"{{ line }}\">{{ line }}</a>{% else %}{{ line }}{% endif %}\n{% endfor %}</pre></body></html>",
    ext = "html"
)]
struct PlainLetter<'a> {
    lines: Vec<&'a str>,
}

impl<'a> PlainLetter<'a> {
    /// A text, whose links can be followed: they stand on lines of their own.
    fn of(text: &'a str) -> Self {
        Self { lines: text.lines().collect() }
    }
}

#[derive(Template)]
#[template(path = "desk.html")]
struct DeskPage {
    frame: Frame,
    query: String,
    curl: std::sync::Arc<str>,
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
    /// Whether a reply to it comes here.
    replies: bool,
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
pub(super) struct Look {
    mail: Option<String>,
    q: Option<String>,
    view: Option<String>,
}

pub(super) async fn page(State(desk): State<Desk>, Query(look): Query<Look>) -> Result<Response, Error> {
    let lost = desk.lost_letters().await?;
    shown(&desk.inbox(look, &lost)?)
}

impl Desk {
    fn inbox(&self, look: Look, lost: &[Letter]) -> Result<DeskPage, Error> {
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
            frame: self.frame("Desk"),
            curl: self.curl.clone(),
            mails: mails
                .into_iter()
                .take(SHOWN_MAILS)
                .map(|mail| MailRow {
                    href: href(&mail.id, &query),
                    selected: mail.id == open_id,
                    at: When::parse(&mail.at, now),
                    subject: title(&mail),
                    to: mail.to,
                    letter: mail.letter.unwrap_or_default(),
                })
                .collect(),
            more,
            open: open.map(|mail| OpenMail {
                replies: super::reply::address(&mail).is_some(),
                href: href(&mail.id, &query),
                at: When::parse(&mail.at, now),
                from: readable(&mail.from),
                subject: title(&mail),
                id: mail.id,
                to: mail.to,
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
            failed: self.failed(lost)?,
            failed_count: self.cloud.failed_count()? + u64::try_from(lost.len()).unwrap_or(u64::MAX),
        })
    }

    fn queues(&self) -> Result<Vec<QueueRow>, Error> {
        Queue::WORK
            .into_iter()
            .map(|queue| {
                let depth = self.cloud.depth(queue)?;
                let dead = queue.dead().map(|dead| self.cloud.depth(dead)).transpose()?.unwrap_or_default();
                Ok(QueueRow {
                    name: queue.name(),
                    reader: queue.reader().unwrap_or_default(),
                    ready: depth.visible,
                    taken: depth.in_flight + depth.delayed,
                    dead: dead.visible,
                })
            })
            .collect()
    }

    fn failed(&self, lost: &[Letter]) -> Result<Vec<FailedRow>, Error> {
        let mut rows: Vec<FailedRow> = lost.iter().map(lost_letter).collect();
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

/// What a mail is called in the list; a text has no subject, so what it says first.
fn title(mail: &Mail) -> String {
    if mail.subject.is_empty() { mail.text.lines().next().unwrap_or_default().to_owned() } else { mail.subject.clone() }
}

/// A letter that did not arrive.
fn lost_letter(letter: &Letter) -> FailedRow {
    let to = letter.notice.as_ref().map(|notice| format!(" to {}", notice.to.expose())).unwrap_or_default();
    let why = letter.said.clone().unwrap_or_else(|| letter.ended.map_or("", Ended::as_str).to_owned());
    FailedRow { place: format!("{}{to}", letter.id.kind()), what: letter.id.to_string(), why }
}

pub(super) fn href(id: &str, query: &str) -> String {
    let query: String = form_urlencode(query);
    if query.is_empty() { format!("/local/?mail={id}") } else { format!("/local/?mail={id}&q={query}") }
}
