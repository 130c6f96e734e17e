//! HubSpot: properties of the contact, and tasks.
//!
//! Contacts are found by their address, or by their id in HubSpot where they have none, and tasks by a property of ours with unique values, and both are upserted; an
//! association that is made again is the same association. So a repeat doubles nothing, remembered or not.

use std::time::Duration;

use http::Method;
use model::destination::Hubspot;
use model::task::{TaskKind, TaskStatus};
use model::{Report, Task};
use serde_json::{Map, Value, json};

use super::exchange::{Ask, Line, Reply, Stop, segment};
use super::salesforce::latest;
use super::{Answer, Call, Memory, tasks};

/// How long to leave HubSpot alone when its limit of ten seconds is reached and it does not say how long.
const TEN_SECONDS: Duration = Duration::from_secs(10);

/// How long when the limit of the day is.
const DAILY: Duration = Duration::from_secs(60 * 60);

/// Tells the contact's properties, then the tasks, then whose they are.
pub(super) async fn tell(
    line: &Line<'_>,
    settings: &Hubspot,
    call: &Call<'_>,
    memory: &mut Memory,
) -> Result<Option<Answer>, Stop> {
    if content(settings, call.report).is_none() {
        return Ok(None);
    }
    let secret = line.secret(&settings.secret).await?;
    let send = async |ask: Ask| line.send(ask.bearer(secret.current())).await;
    let Some((known, unknown)) = contact(settings, call.report) else { return Ok(None) };
    let mut reply = send(known).await?;
    if let Some(unknown) = unknown.filter(|_| reply.status == 404) {
        reply = send(unknown).await?;
    }
    let answer = succeeded(&reply, "contact updated")?;
    let Some(asks) = settings.task_key.as_deref().and_then(|key| task_batch(settings, key, call.report, memory)) else {
        return Ok(Some(answer));
    };
    let contact = contact_id(&reply).ok_or_else(|| reply.later("the answer does not name the contact"))?;
    let reply = send(asks).await?;
    let answer = succeeded(&reply, &format!("contact and {} tasks updated", call.report.tasks.len()))?;
    tasks::remember(call.report, memory);
    let key = settings.task_key.as_deref().unwrap_or_default();
    for task in &call.report.tasks {
        let id = task_id(&reply, key, task).ok_or_else(|| reply.later("the answer does not name every task"))?;
        if memory.get(&remembered(task)).is_some_and(|known| *known == id) {
            continue;
        }
        let url = format!(
            "{}/crm/v4/objects/tasks/{}/associations/default/contacts/{}",
            settings.url,
            segment(&id),
            segment(&contact)
        );
        succeeded(&send(Ask::plain(Method::PUT, url)).await?, "")?;
        memory.insert(remembered(task), id);
    }
    Ok(Some(answer))
}

/// What there is to tell.
pub(super) fn content(settings: &Hubspot, report: &Report) -> Option<Value> {
    let properties = properties(settings, report);
    let known = |task: &Task| Memory::from([(remembered(task), String::new())]);
    let tasks = settings.task_key.as_ref().map_or_else(Vec::new, |key| {
        report.tasks.iter().map(|task| Value::from(activity(key, task, report, &known(task)))).collect()
    });
    let something = !properties.is_empty() || !tasks.is_empty();
    let email = tasks::text(report, "contact_email");
    let id = tasks::text(report, "contact_id");
    match (something, email, id) {
        (false, ..) | (_, None, None) => None,
        (true, Some(email), _) => Some(json!({ "email": email, "contact": properties, "tasks": tasks })),
        (true, None, Some(id)) => Some(json!({ "id": id, "contact": properties, "tasks": tasks })),
    }
}

/// Properties in HubSpot's words: all of them text, and nothing is the empty one.
fn properties(settings: &Hubspot, report: &Report) -> Map<String, Value> {
    let text = |value: Value| match value {
        Value::Null => Value::from(""),
        Value::String(text) => Value::String(text),
        other => Value::from(other.to_string()),
    };
    let properties = latest(report.mapped(&settings.properties), report.stage);
    properties.into_iter().map(|(name, value)| (name, text(value))).collect()
}

/// How a contact is told: one HubSpot knows, and one it does not. Whoever has no address is known by the id HubSpot gave them, and
/// is made by nobody; without either there is nobody to tell.
fn contact(settings: &Hubspot, report: &Report) -> Option<(Ask, Option<Ask>)> {
    let Some(email) = tasks::text(report, "contact_email") else {
        let url = format!("{}/crm/v3/objects/contacts/{}", settings.url, segment(tasks::text(report, "contact_id")?));
        let properties = properties(settings, report);
        let known = match properties.is_empty() {
            true => Ask::plain(Method::GET, url),
            false => Ask::json(Method::PATCH, url, &json!({ "properties": properties })),
        };
        return Some((known, None));
    };
    let url = format!("{}/crm/v3/objects/contacts/{}?idProperty=email", settings.url, segment(email));
    let mut properties = properties(settings, report);
    let known = match properties.is_empty() {
        true => Ask::plain(Method::GET, url),
        false => Ask::json(Method::PATCH, url, &json!({ "properties": properties })),
    };
    properties.entry("email").or_insert_with(|| Value::from(email));
    let inputs = json!({ "inputs": [{ "idProperty": "email", "id": email, "properties": properties }] });
    let url = format!("{}/crm/v3/objects/contacts/batch/upsert", settings.url);
    Some((known, Some(Ask::json(Method::POST, url, &inputs))))
}

/// All tasks in one call; nothing if there is none.
fn task_batch(settings: &Hubspot, key: &str, report: &Report, memory: &Memory) -> Option<Ask> {
    if report.tasks.is_empty() {
        return None;
    }
    let input = |task: &Task| {
        let properties = activity(key, task, report, memory);
        json!({ "idProperty": key, "id": task.id().to_string(), "properties": properties })
    };
    let inputs: Vec<_> = report.tasks.iter().map(input).collect();
    let url = format!("{}/crm/v3/objects/tasks/batch/upsert", settings.url);
    Some(Ask::json(Method::POST, url, &json!({ "inputs": inputs })))
}

/// A task in HubSpot's words. An open one it has already says nothing of its status.
fn activity(key: &str, task: &Task, report: &Report, memory: &Memory) -> Map<String, Value> {
    let new = !memory.contains_key(&remembered(task));
    let mut body = Map::new();
    let mut say = |name: &str, value: String| body.insert(name.to_owned(), Value::from(value));
    say(key, task.id().to_string());
    say("hs_task_subject", tasks::title(task, report));
    say("hs_task_body", html(&tasks::body(task, report)));
    say("hs_timestamp", task.due_at.to_string());
    say("hs_task_type", "TODO".to_owned());
    say("hs_task_priority", if task.kind == TaskKind::Recovery { "HIGH" } else { "MEDIUM" }.to_owned());
    match task.status {
        TaskStatus::Done => say("hs_task_status", "COMPLETED".to_owned()),
        TaskStatus::Open if new || tasks::reopened(task, memory) => say("hs_task_status", "NOT_STARTED".to_owned()),
        TaskStatus::Open => None,
    };
    let number = |id: &&str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(owner) = tasks::new_owner(task, memory).filter(number) {
        say("hubspot_owner_id", owner.to_owned());
    }
    body
}

/// The body of a task is HTML there.
fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\n', "<br>")
}

/// The name under which a task's id is remembered, once the task is the contact's.
fn remembered(task: &Task) -> String {
    format!("task.{}", task.kind.as_str())
}

/// The contact's id, whichever way it was told.
fn contact_id(reply: &Reply) -> Option<String> {
    let body = reply.json();
    body["id"].as_str().or_else(|| body["results"][0]["id"].as_str()).map(ToOwned::to_owned)
}

fn task_id(reply: &Reply, key: &str, task: &Task) -> Option<String> {
    let body = reply.json();
    let name = task.id().to_string();
    let found = body["results"].as_array()?.iter().find(|result| result["properties"][key] == *name)?;
    found["id"].as_str().map(ToOwned::to_owned)
}

/// What an answer means. A batch can succeed in part, with status 207.
fn succeeded(reply: &Reply, done: &str) -> Result<Answer, Stop> {
    let body = reply.json();
    if reply.status == 207 || body["numErrors"].as_u64().unwrap_or(0) > 0 {
        let why = body["errors"][0]["message"].as_str().unwrap_or("part of it was not taken");
        return Err(reply.refused(why));
    }
    if reply.is_ok() {
        return Ok(reply.answer(done));
    }
    let why = body["message"].as_str().unwrap_or("the answer does not say why");
    Err(match reply.status {
        429 => {
            let rest = match body["policyName"].as_str() {
                Some("DAILY") => DAILY,
                _ => TEN_SECONDS,
            };
            Stop::Later(reply.answer(why), Some(reply.after.unwrap_or(rest)))
        }
        // Somebody else is at it, or their data is on its way to another centre.
        409 | 477 => reply.later(why),
        _ => reply.failure(why),
    })
}

#[cfg(test)]
mod tests;
