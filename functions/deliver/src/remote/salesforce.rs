//! Salesforce: one composite call, all of it or none of it.
//!
//! The NPS record and the tasks are upserted by external ids of ours, so a call whose answer was lost can be made
//! again. The record the survey is about is only ever updated.

use http::Method;
use model::destination::{Salesforce, SubjectFields};
use model::report::Stage;
use model::task::{TaskKind, TaskStatus};
use model::time::zone;
use model::{Report, Task};
use serde_json::{Map, Value, json};

use super::exchange::{Ask, Line, Reply, Stop, segment};
use super::tokens::Grant;
use super::{Answer, Call, Memory, tasks};

/// What Salesforce calls what passes.
const PASSING: [&str; 6] = [
    "UNABLE_TO_LOCK_ROW",
    "REQUEST_LIMIT_EXCEEDED",
    "SERVER_UNAVAILABLE",
    "QUERY_TIMEOUT",
    "ROW_LOCK_TIMEOUT",
    "UNKNOWN_EXCEPTION",
];

/// What Salesforce says of everything that was undone because something else failed.
const HALTED: &str = "PROCESSING_HALTED";

/// Makes the call.
pub(super) async fn tell(
    line: &Line<'_>,
    settings: &Salesforce,
    call: &Call<'_>,
    memory: &mut Memory,
) -> Result<Option<Answer>, Stop> {
    let url = format!("{}/services/data/{}/composite", settings.url, settings.version);
    let ask = Ask::json(Method::POST, url, &composite(settings, call.report, memory));
    let grant = Grant::Salesforce { login: &settings.url, auth: &settings.auth };
    let answer = verdict(&line.send_as(&grant, ask).await?)?;
    if settings.task_external_id.is_some() {
        tasks::remember(call.report, memory);
    }
    Ok(Some(answer))
}

/// The body of the call.
pub(super) fn composite(settings: &Salesforce, report: &Report, memory: &Memory) -> Value {
    let objects = format!("/services/data/{}/sobjects", settings.version);
    let upsert = |object: &str, external_id: &str, id: &str, reference: String, mut body: Map<String, Value>| {
        // Salesforce will not have it said twice.
        body.remove(external_id);
        let url = format!("{objects}/{}/{}/{}", segment(object), segment(external_id), segment(id));
        json!({ "method": "PATCH", "url": url, "referenceId": reference, "body": body })
    };
    let id = report.survey.to_string();
    let fields = report.mapped(&settings.fields);
    let mut requests = vec![upsert(&settings.object, &settings.external_id, &id, "survey".to_owned(), fields)];
    if let Some((id, subject)) = settings.subject.as_ref().and_then(|subject| Some((record(subject, report)?, subject)))
    {
        let url = format!("{objects}/{}/{id}", segment(&subject.object));
        let body = latest(report.mapped(&subject.fields), report.stage);
        if !body.is_empty() {
            requests.push(json!({ "method": "PATCH", "url": url, "referenceId": "subject", "body": body }));
        }
    }
    if let Some(external_id) = &settings.task_external_id {
        requests.extend(report.tasks.iter().map(|task| {
            let reference = format!("task_{}", task.kind.as_str());
            upsert("Task", external_id, &task.id().to_string(), reference, activity(task, report, memory))
        }));
    }
    json!({ "allOrNone": true, "compositeRequest": requests })
}

/// What is written to a record that outlives the survey: until there is an answer, what an earlier survey left there
/// is not blanked.
pub(super) fn latest(mut fields: Map<String, Value>, stage: Stage) -> Map<String, Value> {
    if stage != Stage::Answered {
        fields.retain(|_, value| !value.is_null());
    }
    fields
}

/// The id of the record the survey is about, if it is one of theirs.
fn record<'a>(subject: &SubjectFields, report: &'a Report) -> Option<&'a str> {
    let kind = tasks::text(report, "subject_type");
    if subject.subject_type.as_deref().is_some_and(|wanted| Some(wanted) != kind) {
        return None;
    }
    tasks::text(report, "subject_id").filter(|id| is_id(id))
}

/// Whether that could be the id of a record: 15 or 18 letters and digits.
fn is_id(text: &str) -> bool {
    matches!(text.len(), 15 | 18) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Whether that could be the id of a record of a kind that is known by its first three characters.
fn is_id_of(prefix: &str, text: &str) -> bool {
    is_id(text) && text.starts_with(prefix)
}

/// A task in Salesforce's words.
fn activity(task: &Task, report: &Report, memory: &Memory) -> Map<String, Value> {
    let mut body = Map::new();
    let mut say = |name: &str, value: Value| body.insert(name.to_owned(), value);
    say("Subject", Value::from(tasks::title(task, report)));
    say("Description", Value::from(tasks::body(task, report)));
    say("ActivityDate", Value::from(task.due_at.day_in(&zone("UTC")).to_string()));
    say("Priority", Value::from(if task.kind == TaskKind::Recovery { "High" } else { "Normal" }));
    match task.status {
        TaskStatus::Done => say("Status", Value::from("Completed")),
        TaskStatus::Open if tasks::reopened(task, memory) => say("Status", Value::from("Not Started")),
        TaskStatus::Open => None,
    };
    let id = |text: Option<&str>| text.filter(|text| is_id(text)).map(ToOwned::to_owned);
    let lead = task.contact.id.as_deref().is_some_and(|id| is_id_of("00Q", id));
    let who = task.contact.id.as_deref().filter(|id| lead || is_id_of("003", id));
    if let Some(who) = who {
        say("WhoId", Value::from(who));
    }
    // A task of a lead can be about nothing else.
    if let Some(what) = id(Some(task.subject.id.as_str()).filter(|_| !lead)) {
        say("WhatId", Value::from(what));
    }
    if let Some(owner) = tasks::new_owner(task, memory).filter(|id| is_id_of("005", id)) {
        say("OwnerId", Value::from(owner));
    }
    body
}

/// What the answer means.
fn verdict(reply: &Reply) -> Result<Answer, Stop> {
    let body = reply.json();
    if !reply.is_ok() {
        let (code, text) = said(&body);
        return Err(if PASSING.contains(&code) { reply.later(&text) } else { reply.failure(&text) });
    }
    let Some(parts) = body["compositeResponse"].as_array().filter(|parts| !parts.is_empty()) else {
        return Err(reply.later("the answer is none of a composite call"));
    };
    let status = |part: &Value| part["httpStatusCode"].as_u64().unwrap_or(0);
    let name = |part: &Value| part["referenceId"].as_str().unwrap_or("?").to_owned();
    let failed: Vec<&Value> = parts.iter().filter(|part| !(200..300).contains(&status(part))).collect();
    // All but one say that they were undone; the one says why.
    let Some(cause) = failed.iter().find(|part| said(&part["body"]).0 != HALTED).or(failed.first()) else {
        let done = |part| match status(part) {
            201 => format!("{} created", name(part)),
            _ => format!("{} updated", name(part)),
        };
        return Ok(reply.answer(&parts.iter().map(done).collect::<Vec<_>>().join(", ")));
    };
    let (code, text) = said(&cause["body"]);
    let text = format!("{}: {text}", name(cause));
    let passes = PASSING.contains(&code) || matches!(status(cause), 429 | 500..);
    Err(if passes { reply.later(&text) } else { reply.refused(&text) })
}

/// The first error of a body: its code, and code and message in one.
fn said(body: &Value) -> (&str, String) {
    let error = &body[0];
    let code = error["errorCode"].as_str().unwrap_or_default();
    match error["message"].as_str() {
        Some(message) => (code, format!("{code} {message}")),
        None => (code, "the answer does not say why".to_owned()),
    }
}

#[cfg(test)]
mod tests;
