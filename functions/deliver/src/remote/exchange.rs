//! Requests and answers, and what an answer means whoever gave it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use host::Pace;
use host::secrets::{self, Secret};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, Method};
use model::destination::Remote;
use model::{Destination, SurveyId, Timestamp};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::tokens::Grant;
use super::{Answer, Remotes};
use crate::outside;
use crate::watch::{Seen, place};

/// The longest text of an answer, in characters.
const LONGEST_TEXT: usize = 500;

/// How long a call waits for its turn; who would wait longer comes again.
const LONGEST_TURN: Duration = Duration::from_secs(10);

/// Nobody is left alone for longer than this, whatever they ask for.
const LONGEST_REST: Duration = Duration::from_secs(24 * 60 * 60);

/// What needs no escape in a part of a path.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Why a call ended early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// It can be tried again, at the earliest after that time.
    Later(Answer, Option<Duration>),
    /// Trying again would come to the same.
    Refused(Answer),
}

impl Stop {
    pub(super) fn later(text: &str) -> Self {
        Self::Later(Answer { status: None, text: clipped(text) }, None)
    }

    pub(super) fn refused(text: &str) -> Self {
        Self::Refused(Answer { status: None, text: clipped(text) })
    }
}

/// The first characters of a text, on one line.
pub(super) fn clipped(text: &str) -> String {
    let mut clipped = String::new();
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    for (nth, word) in words.enumerate() {
        if nth > 0 {
            clipped.push(' ');
        }
        clipped.push_str(word);
    }
    shortened(&clipped, LONGEST_TEXT)
}

/// At most so many characters of a text; an ellipsis tells that there were more.
pub(super) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(most.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// A part of a path.
pub(super) fn segment(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}

/// A request.
#[derive(Clone)]
pub(super) struct Ask {
    pub(super) method: Method,
    pub(super) url: String,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
}

impl Ask {
    /// A request without a body.
    pub(super) fn plain(method: Method, url: impl Into<String>) -> Self {
        let accept = (ACCEPT.as_str(), "application/json".to_owned());
        Self { method, url: url.into(), headers: vec![accept], body: Vec::new() }
    }

    /// A request with a JSON body.
    pub(super) fn json(method: Method, url: impl Into<String>, body: &Value) -> Self {
        let mut ask = Self::plain(method, url).header(CONTENT_TYPE.as_str(), "application/json");
        ask.body = body.to_string().into_bytes();
        ask
    }

    /// A form.
    pub(super) fn form(url: impl Into<String>, fields: &[(&str, &str)]) -> Self {
        let mut ask = Self::plain(Method::POST, url).header(CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded");
        ask.body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish().into_bytes();
        ask
    }

    /// The same with a header more.
    pub(super) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The same in the name of whoever has that token.
    pub(super) fn bearer(self, token: &str) -> Self {
        self.header(AUTHORIZATION.as_str(), format!("Bearer {token}"))
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) after: Option<Duration>,
    pub(super) body: Bytes,
}

impl Reply {
    /// Whether it is a success.
    pub(super) fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body as JSON; `null` if it is none.
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The body as text.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(super) fn answer(&self, text: &str) -> Answer {
        Answer { status: Some(self.status), text: clipped(text) }
    }

    pub(super) fn later(&self, text: &str) -> Stop {
        Stop::Later(self.answer(text), self.after)
    }

    pub(super) fn refused(&self, text: &str) -> Stop {
        Stop::Refused(self.answer(text))
    }

    /// What a failure means where a remote has no words of its own for it: limits and faults pass, rights can be
    /// given, and everything else would be refused again.
    pub(super) fn failure(&self, text: &str) -> Stop {
        match self.status {
            401 | 403 | 407 | 408 | 423 | 425 | 429 | 500.. => self.later(text),
            300..=399 => self.refused("it sends callers elsewhere, where nobody is followed"),
            _ => self.refused(text),
        }
    }
}

/// How long somebody wants to be left alone: in seconds, or until a date.
fn rest(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let rest = match text.parse::<f64>() {
        Ok(seconds) => Duration::try_from_secs_f64(seconds).ok()?,
        Err(_) => Timestamp::from_jiff(jiff::fmt::rfc2822::parse(text).ok()?.timestamp()).since(now),
    };
    Some(rest.min(LONGEST_REST))
}

/// The way to one remote.
pub(super) struct Line<'a> {
    pub(super) remotes: &'a Remotes,
    pub(super) to: &'a Destination,
    pub(super) about: SurveyId,
    pub(super) pace: Arc<Pace>,
    pub(super) now: Timestamp,
}

impl Line<'_> {
    /// Waits for a turn.
    pub(super) async fn turn(&self) -> Result<(), Stop> {
        self.pace.turn_within(LONGEST_TURN).await.map_err(|wait| {
            let text = "more is waiting for this destination than its rate allows".to_owned();
            Stop::Later(Answer { status: None, text }, Some(wait))
        })
    }

    /// Sends a request in its turn, once.
    pub(super) async fn send(&self, ask: Ask) -> Result<Reply, Stop> {
        self.turn().await?;
        self.send_now(ask).await
    }

    /// Sends a request without waiting for a turn: tokens come from elsewhere, and rarely.
    pub(super) async fn send_now(&self, ask: Ask) -> Result<Reply, Stop> {
        let secret = matches!(self.to.remote, Remote::Slack(_) | Remote::Teams(_));
        let (method, place) = (ask.method.to_string(), place(&ask.url, secret));
        let mut request = http::Request::builder().method(ask.method).uri(ask.url);
        for (name, value) in ask.headers {
            request = request.header(name, value);
        }
        // What is wrong with it is the address or a secret, and neither is repeated here.
        let request =
            request.body(ask.body).map_err(|_| Stop::refused("the address or a secret cannot be part of a request"))?;
        let sent = self.remotes.outside.send(request).await;
        self.show(&method, &place, sent.as_ref().map(|answer| answer.status.as_u16()).map_err(ToString::to_string));
        match sent {
            Ok(answer) => {
                Ok(Reply { status: answer.status.as_u16(), after: rest(&answer.headers, self.now), body: answer.body })
            }
            Err(error) => Err(unanswered(&error)),
        }
    }

    /// Shows a call to whoever looks on.
    pub(super) fn show(&self, method: &str, place: &str, outcome: Result<u16, String>) {
        self.remotes.watch.show(|| Seen {
            destination: self.to.id.clone(),
            survey: self.about,
            method: method.to_owned(),
            place: place.to_owned(),
            outcome,
        });
    }

    /// Sends a request with a token, and once more with a new one if the token is not taken.
    pub(super) async fn send_as(&self, grant: &Grant<'_>, ask: Ask) -> Result<Reply, Stop> {
        let token = self.remotes.tokens.get(self, grant).await?;
        let reply = self.send(ask.clone().bearer(&token)).await?;
        if reply.status != 401 {
            return Ok(reply);
        }
        self.remotes.tokens.forget(grant, &token).await;
        let token = self.remotes.tokens.get(self, grant).await?;
        self.send(ask.bearer(&token)).await
    }

    /// A secret.
    pub(super) async fn secret(&self, name: &str) -> Result<Secret, Stop> {
        // Both can be mended by putting it there, or giving the right to read it.
        self.remotes.secrets.get(name, self.now).await.map_err(|error| match error {
            secrets::Error::NotThere(_) => Stop::later(&error.to_string()),
            secrets::Error::Unreachable { .. } => Stop::later(&format!("the secret `{name}` could not be read")),
        })
    }
}

fn unanswered(error: &outside::Error) -> Stop {
    if error.may_pass() { Stop::later(&error.to_string()) } else { Stop::refused(&error.to_string()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rest_is_seconds_or_a_date() {
        let now: Timestamp = "1994-11-06T08:49:00Z".parse().unwrap();
        let cases = [
            ("120", Some(120.0)),
            ("0.5", Some(0.5)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(37.0)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0.0)),
            ("999999999", Some(86_400.0)),
            ("-1", None),
            ("soon", None),
        ];
        for (text, seconds) in cases {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, text.parse().unwrap())]);
            assert_eq!(rest(&headers, now), seconds.map(Duration::from_secs_f64), "{text}");
        }
        assert_eq!(rest(&HeaderMap::new(), now), None);
    }

    #[test]
    fn an_answer_is_one_short_line() {
        assert_eq!(clipped(" a\r\n\u{0}b\t c "), "a b c");
        assert_eq!(clipped(&"ü".repeat(600)).chars().count(), LONGEST_TEXT);
        assert_eq!(shortened("abcd", 3), "ab…");
    }

    #[test]
    fn what_passes_and_what_does_not() {
        let reply = |status| Reply { status, after: None, body: Bytes::new() };
        for status in [401, 403, 408, 429, 500, 503, 599] {
            assert!(matches!(reply(status).failure(""), Stop::Later(..)), "{status}");
        }
        for status in [301, 400, 404, 409, 410, 422] {
            assert!(matches!(reply(status).failure(""), Stop::Refused(_)), "{status}");
        }
    }

    #[test]
    fn a_part_of_a_path_stays_one() {
        assert_eq!(segment("o'brien+nps@x.de/../"), "o%27brien%2Bnps%40x.de%2F..%2F");
    }
}
