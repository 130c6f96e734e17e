//! `POST /v1/triggers/{source}`: a CRM calls in its own language.
//!
//! Who calls is proven on the raw bytes. Then the payload is read by the source's map into the words of a
//! trigger, and from there on everything is as for `POST /v1/triggers`: the same checks, the same decision, and
//! a repeat finds the survey of the first call.
//!
//! A record no survey can be made of is noted down where people find it. Where somebody reads the answer, they
//! are told as well; where nobody does (Salesforce's Outbound Messages, Pipedrive), the call is then taken,
//! since it would only come again. What may pass later is never noted down and taken: the caller comes again.

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use host::fields::Json as Value;
use host::problem::Kind as Trouble;
use host::telemetry::chain;
use host::{Access, Fields, Problem, secrets};
use model::source::{Kind, Source};
use model::{SourceId, Timestamp};
use serde::Serialize;
use std::time::Duration;
use store::{Refusal, Scope};

use crate::answer::Answer;
use crate::by_text::ByText;
use crate::{Deps, body, decide};

mod flat;
mod soap;
mod verify;

use flat::Flat;
use verify::{Call, Unproven};

/// The largest body that is taken: Salesforce sends a hundred records, HubSpot a record's whole history.
const MOST: usize = 1024 * 1024;

/// How many records of one call are decided at a time.
const AT_ONCE: usize = 10;

/// `POST /v1/triggers/{source}`
pub(crate) async fn receive(
    State(deps): State<Deps>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let now = deps.clock.now();
    // Read before anything is refused: who is cut off while sending never sees why.
    let bytes = host::body::read_within(MOST, body).await;
    let id = uri.path().rsplit('/').next().unwrap_or_default().parse::<SourceId>().map_err(|_| no_such_source())?;
    let query = uri.query().unwrap_or_default();
    let dry_run = form_urlencoded::parse(query.as_bytes()).any(|(name, value)| name == "dry_run" && value == "true");
    let address = format!("{}{}", deps.public_url, uri.path_and_query().map_or("/", |all| all.as_str()));
    let bytes = bytes?;
    let call = Call { method: "POST", address: &address, query, headers: &headers, body: &bytes };
    let source = proven(&deps, &id, &call, dry_run, now).await?;
    let payloads = payloads(&source, &bytes)?;
    if dry_run {
        return tried(&deps, &source, &payloads, now).await;
    }
    let outcomes = decided(&deps, &source, &payloads, now).await;
    tell(&source, &outcomes);
    answered(&source, outcomes)
}

fn no_such_source() -> Problem {
    Problem::not_found("there is no source of that id; make it with PUT /v1/sources/{id}")
}

/// The source, once the call has proven that it is from there.
async fn proven(deps: &Deps, id: &SourceId, call: &Call<'_>, dry_run: bool, now: Timestamp) -> Result<Source, Problem> {
    let mut config = deps.store.config(now).await?;
    let mut known: Option<Source> = config.document(id.as_str())?;
    let mut outcome = prove(deps, known.as_ref(), call, now).await;
    if outcome.is_err() {
        // It may be younger than what was read, and some callers never come again. Once a second at most.
        config = deps.store.config_within(Duration::from_secs(1), now).await?;
        let today: Option<Source> = config.document(id.as_str())?;
        if today != known {
            known = today;
            outcome = prove(deps, known.as_ref(), call, now).await;
        }
    }
    match (outcome, known) {
        (Ok(()), Some(source)) => Ok(source),
        // Whoever tries a payload out cannot always sign it.
        (Err(_), Some(source)) if dry_run && bearer(call.headers) => {
            Access::check(&deps.store, call.headers, Scope::Trigger, now).await.map(|_| source)
        }
        (Err(problem), _) => Err(problem),
        (Ok(()), None) => Err(no_such_source()),
    }
}

fn bearer(headers: &HeaderMap) -> bool {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    value.is_some_and(|value| value.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer ")))
}

async fn prove(deps: &Deps, source: Option<&Source>, call: &Call<'_>, now: Timestamp) -> Result<(), Problem> {
    let source = source.ok_or_else(no_such_source)?;
    // A secret that is missing may be there when the caller comes again.
    let later = |why: String| {
        tracing::error!(source.id = %source.id, error = why, "the secret of a source cannot be used");
        Problem::new(
            Trouble::TryLater,
            "the secret of this source cannot be used; nothing was lost, please send it again",
        )
    };
    let secret = deps.secrets.get(&source.secret, now).await.map_err(|error: secrets::Error| later(chain(&error)))?;
    let accepted: Vec<&str> = secret.accepted().collect();
    match verify::verify(&source.auth, call, &accepted, now) {
        Ok(()) => {}
        Err(Unproven::Caller(detail)) => return Err(Problem::new(Trouble::NoKey, detail)),
        Err(Unproven::Secret(why)) => return Err(later(why.to_owned())),
    }
    Ok(())
}

/// The records of a call.
fn payloads(source: &Source, bytes: &Bytes) -> Result<Vec<Value>, Problem> {
    match source.kind {
        Kind::SalesforceOutbound => {
            let message = soap::read(bytes)?;
            match &source.organization_id {
                Some(wanted) if !same_organization(wanted, &message.organization) => {
                    Err(Problem::new(Trouble::NoKey, "the message is from another Salesforce organization"))
                }
                _ => Ok(message.records),
            }
        }
        Kind::Form => {
            let mut fields: Vec<(String, Value)> = Vec::new();
            for (name, value) in form_urlencoded::parse(bytes) {
                let value = Value::Text(value.into_owned());
                match fields.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, Value::List(all))) => all.push(value),
                    Some((_, first)) => *first = Value::List(vec![std::mem::replace(first, Value::Null), value]),
                    None => fields.push((name.into_owned(), value)),
                }
            }
            Ok(vec![Value::Object(fields)])
        }
        Kind::Hubspot | Kind::Dataverse | Kind::Pipedrive | Kind::StandardWebhooks | Kind::Json => {
            match host::body::json(bytes)? {
                object @ Value::Object(_) => Ok(vec![object]),
                _ => Err(Problem::new(Trouble::Malformed, "the body must be one JSON object: { … }")),
            }
        }
    }
}

/// Salesforce writes an id with 15 or with 18 characters; the last three say nothing new.
fn same_organization(wanted: &str, given: &str) -> bool {
    let bare = |id: &str| id.get(..15).map(str::to_owned);
    bare(wanted).is_some() && bare(wanted) == bare(given)
}

/// What became of one record.
enum Outcome {
    /// It was decided, and what was decided is written.
    Decided(Answer),
    /// No survey can be made of it, and that is noted down.
    Refused(Problem),
    /// It may pass later.
    Later(Problem),
}

/// A record: its place in the call, as it came, and in the words of a trigger.
type Record<'a> = (usize, &'a Value, Flat);

/// Decides every record. Those about one subject are decided one after the other, as they came.
async fn decided(deps: &Deps, source: &Source, payloads: &[Value], now: Timestamp) -> Vec<Outcome> {
    let mut subjects: Vec<(Option<String>, Vec<Record<'_>>)> = Vec::new();
    for (nth, payload) in payloads.iter().enumerate() {
        let flat = flat::flat(source, payload);
        let record = flat.record();
        match subjects.iter_mut().find(|(known, _)| *known == record) {
            Some((_, all)) => all.push((nth, payload, flat)),
            None => subjects.push((record, vec![(nth, payload, flat)])),
        }
    }
    let mut outcomes: Vec<(usize, Outcome)> = Vec::with_capacity(payloads.len());
    let mut running = FuturesUnordered::new();
    for (_, records) in subjects {
        if running.len() == AT_ONCE {
            outcomes.extend(running.next().await.into_iter().flatten());
        }
        running.push(in_order(deps, source, records, now));
    }
    while let Some(done) = running.next().await {
        outcomes.extend(done);
    }
    outcomes.sort_by_key(|(nth, _)| *nth);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

async fn in_order(deps: &Deps, source: &Source, records: Vec<Record<'_>>, now: Timestamp) -> Vec<(usize, Outcome)> {
    let mut outcomes = Vec::with_capacity(records.len());
    for (nth, payload, flat) in records {
        outcomes.push((nth, one(deps, source, payload, &flat, now).await));
    }
    outcomes
}

async fn one(deps: &Deps, source: &Source, payload: &Value, flat: &Flat, now: Timestamp) -> Outcome {
    if !flat::is_meant(source, payload) {
        return Outcome::Decided(Answer::not_meant(flat.ignored.clone()));
    }
    let problem = match taken(deps, flat, now).await {
        Ok(answer) => return Outcome::Decided(answer),
        Err(problem) => flat.pointed_out(source, &problem),
    };
    if problem.kind() == Trouble::TryLater {
        return Outcome::Later(problem);
    }
    let errors = problem.errors().iter().map(|error| (error.pointer.clone(), error.detail.clone())).collect();
    let refusal = Refusal { at: now, record: flat.record(), errors };
    if let Err(error) = deps.store.note_refusal(&source.id, &refusal).await {
        return Outcome::Later(error.into());
    }
    if source.kind.comes_again() && is_about_campaign(&problem) {
        // Somebody deleted or misspelt it; who mends that wants the surveys.
        let detail = "the campaign of this source is not there; nothing was lost, please send it again";
        return Outcome::Later(Problem::new(Trouble::TryLater, detail));
    }
    Outcome::Refused(problem)
}

fn is_about_campaign(problem: &Problem) -> bool {
    matches!(problem.errors(), [one] if one.pointer == "/campaign")
}

/// The way of every trigger.
async fn taken(deps: &Deps, flat: &Flat, now: Timestamp) -> Result<Answer, Problem> {
    let fields = Fields::of(flat.fields.clone());
    let by_text = ByText::known(deps, fields.lacks("contact_email"), now).await?;
    let read = body::read_fields(fields, |campaign| by_text.asks(campaign))?;
    let decision = decide::carry_out(deps, &read.trigger, now).await?;
    Ok(Answer::new(decision, [flat.ignored.clone(), read.ignored].concat()))
}

fn tell(source: &Source, outcomes: &[Outcome]) {
    for outcome in outcomes {
        match outcome {
            Outcome::Decided(answer) => tracing::info!(
                source.id = %source.id,
                trigger.decision = answer.decision,
                trigger.reason = answer.reason,
                survey.id = answer.survey_id,
                "a source's record was decided"
            ),
            Outcome::Refused(problem) => {
                let pointers: Vec<_> = problem.errors().iter().map(|error| error.pointer.as_str()).collect();
                let wrong = pointers.join(" ");
                tracing::warn!(source.id = %source.id, trigger.wrong = wrong, "a source's record was refused");
            }
            Outcome::Later(_) => tracing::warn!(source.id = %source.id, "a source's record has to come again"),
        }
    }
}

/// The answer its caller understands.
fn answered(source: &Source, mut outcomes: Vec<Outcome>) -> Result<Response, Problem> {
    if source.kind == Kind::SalesforceOutbound {
        let safe = !outcomes.iter().any(|outcome| matches!(outcome, Outcome::Later(_)));
        let status = if safe { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        let xml = [(header::CONTENT_TYPE, "text/xml; charset=utf-8")];
        return Ok((status, xml, soap::acknowledgement(safe)).into_response());
    }
    match outcomes.pop() {
        Some(Outcome::Decided(answer)) => Ok(answer.into_response()),
        Some(Outcome::Refused(_)) if source.kind.answers_to_nobody() => Ok(Answer::refused().into_response()),
        Some(Outcome::Refused(problem) | Outcome::Later(problem)) => Err(problem),
        None => Err(Problem::new(Trouble::Malformed, "the body has no record")),
    }
}

/// What payloads would become.
#[derive(Serialize)]
struct Tried {
    triggers: Vec<TriedOne>,
}

/// One record in the words of a trigger, and what would be made of it.
#[derive(Serialize)]
struct TriedOne {
    trigger: serde_json::Value,
    decision: Option<Answer>,
    problem: Option<TriedProblem>,
}

#[derive(Serialize)]
struct TriedProblem {
    detail: String,
    errors: Vec<host::problem::FieldError>,
}

/// Decides every record and writes nothing.
async fn tried(deps: &Deps, source: &Source, payloads: &[Value], now: Timestamp) -> Result<Response, Problem> {
    let mut triggers = Vec::new();
    for payload in payloads {
        let mut flat = flat::flat(source, payload);
        let trigger = shown(&Value::Object(flat.fields.clone()));
        flat.fields.retain(|(name, _)| name != "dry_run");
        flat.fields.push(("dry_run".to_owned(), Value::Flag(true)));
        let outcome = if flat::is_meant(source, payload) {
            taken(deps, &flat, now).await
        } else {
            Ok(Answer::not_meant(flat.ignored.clone()))
        };
        let (decision, problem) = match outcome {
            Ok(answer) => (Some(answer), None),
            Err(problem) if problem.kind() == Trouble::TryLater => return Err(problem),
            Err(problem) => {
                let problem = flat.pointed_out(source, &problem);
                let detail = problem.detail().to_owned();
                (None, Some(TriedProblem { detail, errors: problem.errors().to_vec() }))
            }
        };
        triggers.push(TriedOne { trigger, decision, problem });
    }
    Ok(Json(Tried { triggers }).into_response())
}

fn shown(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Flag(flag) => (*flag).into(),
        Value::Whole(number) => i64::try_from(*number).map_or_else(|_| number.to_string().into(), Into::into),
        Value::Fraction(number) => (*number).into(),
        Value::Text(text) => text.as_str().into(),
        Value::List(list) => list.iter().map(shown).collect(),
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), shown(value))).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_organization_has_two_spellings_of_one_id() {
        for (wanted, given, same) in [
            ("00D5g000004abcD", "00D5g000004abcDEAQ", true),
            ("00D5g000004abcDEAQ", "00D5g000004abcD", true),
            ("00D5g000004abcDEAQ", "00D5g000004abcdEAQ", false),
            ("00D5g000004abcDEAQ", "", false),
            ("", "", false),
            ("00D", "00D", false),
        ] {
            assert_eq!(same_organization(wanted, given), same, "{wanted} {given}");
        }
    }

    #[test]
    fn only_a_bearer_key_is_one() {
        let with = |value: &str| HeaderMap::from_iter([(header::AUTHORIZATION, value.parse().unwrap())]);
        assert!(bearer(&with("Bearer k")) && bearer(&with("bearer k")));
        assert!(!bearer(&with("Basic YTpi")) && !bearer(&with("Bea")) && !bearer(&HeaderMap::new()));
    }
}
