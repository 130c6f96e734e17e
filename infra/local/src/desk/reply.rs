//! Replying to a letter, as a mail program does.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use host::Problem;
use host::problem::Kind;
use model::Email;
use serde::Deserialize;
use serde_json::json;

use super::{Desk, inbox};
use crate::cloud::{Error, Mail, rfc3339};
use crate::world::REPLY_DOMAIN;

/// What somebody types.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    text: String,
    #[serde(default)]
    from: Option<String>,
}

/// Where a reply to a letter goes, if it comes back here.
pub(super) fn address(mail: &Mail) -> Option<&str> {
    let to = mail.headers.get("Reply-To")?;
    to.rsplit_once('@').filter(|(_, domain)| domain.eq_ignore_ascii_case(REPLY_DOMAIN)).map(|_| to.as_str())
}

/// Replies to a letter: `{"text", "from"}`, a form with the same fields, or a whole mail (`message/rfc822`) as it is.
pub(super) async fn send(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Error> {
    let Some(mail) = desk.cloud.mail(&id)? else {
        return Ok(Problem::not_found("there is no such mail").into_response());
    };
    let Some(to) = address(&mail) else {
        let said = "a reply to this mail goes to somebody's mailbox, and not to npsloop";
        return Ok(Problem::new(Kind::Conflict, said).into_response());
    };
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_form = kind.starts_with("application/x-www-form-urlencoded");
    let (from, raw) = if kind.starts_with("message/rfc822") {
        (mail.to.clone(), body.to_vec())
    } else {
        let typed = if is_form { form(&body) } else { serde_json::from_slice::<Typed>(&body).ok() };
        let Some(typed) = typed else {
            return Ok(Problem::field("", "expected text, and from where it is not the reader").into_response());
        };
        let from = typed.from.filter(|from| !from.is_empty()).unwrap_or_else(|| mail.to.clone());
        let Ok(from) = Email::parse(&from) else {
            return Ok(Problem::field("/from", "expected an e-mail address").into_response());
        };
        let raw = written(&mail, from.expose(), to, &typed.text, desk.clock.now());
        (from.expose().to_owned(), raw.into_bytes())
    };
    let Some(name) = desk.cloud.receive_mail(&from, to, &raw)? else {
        return Ok(Problem::new(Kind::TooLarge, "SES sends a mail of over 150 KB back").into_response());
    };
    if is_form {
        return Ok(Redirect::to(&inbox::href(&id, "")).into_response());
    }
    Ok((StatusCode::ACCEPTED, Json(json!({"message_id": name}))).into_response())
}

/// The fields of a form.
fn form(body: &[u8]) -> Option<Typed> {
    let mut typed = Typed { text: String::new(), from: None };
    for (name, value) in form_urlencoded::parse(body) {
        match name.as_ref() {
            "text" => typed.text = value.into_owned(),
            "from" => typed.from = Some(value.into_owned()),
            _ => return None,
        }
    }
    Some(typed)
}

/// A reply with the letter quoted below it.
fn written(mail: &Mail, from: &str, to: &str, text: &str, now: i64) -> String {
    let quoted: String = mail.text.lines().map(|line| format!("> {line}\r\n")).collect();
    let text = text.replace("\r\n", "\n").replace('\n', "\r\n");
    let date = jiff::Timestamp::from_millisecond(now)
        .map(|at| at.to_zoned(jiff::tz::TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S +0000").to_string())
        .unwrap_or_default();
    format!(
        "From: <{from}>\r\nTo: <{to}>\r\nSubject: Re: {}\r\nDate: {date}\r\nIn-Reply-To: <{}@local>\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\
         {text}\r\n\r\nOn {}, {} wrote:\r\n\r\n{quoted}",
        mail.subject,
        mail.id,
        rfc3339(now),
        mail.from,
    )
}
