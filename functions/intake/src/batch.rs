//! `POST /v1/triggers/batch`: many triggers in one call, as JSON or CSV, each answered for itself.
//!
//! What is wrong with a row is said at the row, and the others go on. Rows of one contact are carried out one after
//! the other in their order, those of different contacts side by side. A row that could not be carried out in time, or
//! because others wrote too much, is in `retry`: it was not lost and not half done, and sending it again, or the
//! whole batch, makes nothing twice.

mod table;

use std::collections::HashMap;
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use futures_util::{StreamExt as _, stream};
use host::fields::Json as Value;
use host::problem::{FieldError, Kind};
use host::{Access, Fields, Problem};
use serde::Serialize;
use store::Scope;
use tokio::time::{Instant, timeout_at};

use crate::answer::Answer;
use crate::body::Read;
use crate::by_text::ByText;
use crate::{Deps, body, decide};

/// The largest batch, in bytes.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// The largest batch, in rows.
const MOST_ROWS: usize = 1_000;

/// How many contacts' rows are carried out at the same time.
const AT_ONCE: usize = 16;

/// After this time no row is begun any more and none is waited for: API Gateway gives up after 30 seconds, and then
/// nobody would see what was done.
pub(crate) const WITHIN: Duration = Duration::from_secs(22);

/// A row as it was sent, or why it is none.
type Row = Result<Vec<(String, Value)>, Problem>;

/// The answer to a batch.
#[derive(Serialize)]
pub(crate) struct Answers {
    rows: Vec<RowAnswer>,
    /// The rows that are to be sent again.
    retry: Vec<usize>,
}

/// The answer to one row; one of the two is there.
#[derive(Serialize)]
struct RowAnswer {
    index: usize,
    decision: Option<Answer>,
    problem: Option<Problem>,
}

/// `POST /v1/triggers/batch`
pub(crate) async fn receive(
    State(deps): State<Deps>,
    Query(query): Query<Vec<(String, String)>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Answers>, Problem> {
    let now = deps.clock.now();
    // Read before anything is refused: who is cut off while sending never sees why.
    let bytes = host::body::read_within(MOST_BYTES, body).await;
    Access::check(&deps.store, &headers, Scope::Trigger, now).await?;
    let dry_run = dry_run(&query)?;
    let bytes = bytes?;
    let rows = if is_csv(&headers) { table::read(&bytes)? } else { list(&bytes)? };
    if rows.len() > MOST_ROWS {
        return Err(Problem::field("/triggers", "a batch has at most 1,000 triggers; send the rest in another one"));
    }
    let rows: Vec<Result<Fields, Problem>> = rows.into_iter().map(|row| row.map(Fields::of)).collect();
    let lacking = rows.iter().flatten().any(|fields| fields.lacks("contact_email"));
    let by_text = ByText::known(&deps, lacking, now).await?;
    let read = rows.into_iter().map(|row| {
        let mut read = body::read_fields(row?, |campaign| by_text.asks(campaign))?;
        read.trigger.dry_run |= dry_run;
        Ok(read)
    });
    let read: Vec<Result<Read, Problem>> = read.collect();
    let work = |nth: usize| {
        let (deps, read) = (&deps, &read);
        async move {
            match read.get(nth) {
                Some(Ok(read)) => decide::carry_out_in_batch(deps, &read.trigger, now).await.map(Some),
                _ => Ok(None),
            }
        }
    };
    let mut outcomes = carry_out(by_contact(&read), WITHIN, work).await;
    let rows = read.into_iter().enumerate().map(|(index, read)| {
        let (decision, problem) = match (read, outcomes.remove(&index)) {
            (Err(problem), _) | (Ok(_), Some(Err(problem))) => (None, Some(problem)),
            (Ok(read), Some(Ok(Some(decision)))) => (Some(Answer::new(decision, read.ignored)), None),
            (Ok(_), Some(Ok(None)) | None) => (None, Some(too_late())),
        };
        RowAnswer { index, decision, problem }
    });
    let rows: Vec<RowAnswer> = rows.collect();
    let retry = rows
        .iter()
        .filter(|row| row.problem.as_ref().is_some_and(|problem| problem.kind() == Kind::TryLater))
        .map(|row| row.index)
        .collect();
    let answers = Answers { rows, retry };
    tell(&answers, dry_run);
    Ok(Json(answers))
}

pub(crate) fn too_late() -> Problem {
    Problem::new(Kind::TryLater, "there was no time left for this row; nothing was lost, please send it again")
}

/// Whether nothing is to be written for any row.
pub(crate) fn dry_run(query: &[(String, String)]) -> Result<bool, Problem> {
    let mut dry_run = false;
    for (name, value) in query {
        dry_run = match (name.as_str(), value.as_str()) {
            ("dry_run", "true") => true,
            ("dry_run", "false") => false,
            ("dry_run", _) => return Err(wrong_parameter(name, "this must be true or false")),
            _ => return Err(wrong_parameter(name, "nobody knows this parameter; see /openapi.json")),
        };
    }
    Ok(dry_run)
}

fn wrong_parameter(name: &str, detail: &str) -> Problem {
    Problem::invalid(vec![FieldError::new(format!("?{name}"), detail)])
}

fn is_csv(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("text/csv"))
}

/// The rows of a JSON body: an array, or an object with the array in `triggers`.
fn list(bytes: &[u8]) -> Result<Vec<Row>, Problem> {
    let list = match host::body::json(bytes)? {
        Value::List(list) => list,
        Value::Object(object) => {
            let mut fields = Fields::of(object);
            let list = fields.list("triggers");
            if list.is_none() {
                fields.missing("triggers", "a batch is an array of triggers");
            }
            fields.finish()?;
            list.unwrap_or_default()
        }
        _ => return Err(Problem::new(Kind::Malformed, "a batch is a JSON array of triggers: [ … ]")),
    };
    let row = |value: Value| match value {
        Value::Object(object) => Ok(object),
        _ => Err(Problem::new(Kind::Malformed, "a trigger is one JSON object: { … }")),
    };
    Ok(list.into_iter().map(row).collect())
}

/// The rows that can be carried out, those of one contact together; in the order in which each comes first.
fn by_contact(read: &[Result<Read, Problem>]) -> Vec<Vec<usize>> {
    let mut places = HashMap::new();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (nth, read) in read.iter().enumerate() {
        let Ok(read) = read else { continue };
        let place = *places.entry(read.trigger.contact.key().as_str().to_owned()).or_insert(groups.len());
        if place == groups.len() {
            groups.push(Vec::new());
        }
        groups[place].push(nth);
    }
    groups
}

/// Carries out the rows of each group in their order, some groups at the same time, and stops in time. What is not in
/// the answer was not done, or nobody knows yet: work is such that doing it again does no harm.
pub(crate) async fn carry_out<T, W>(
    groups: Vec<Vec<usize>>,
    within: Duration,
    work: impl Fn(usize) -> W,
) -> HashMap<usize, Result<T, Problem>>
where
    W: Future<Output = Result<T, Problem>>,
{
    let deadline = Instant::now() + within;
    let work = &work;
    let group = |rows: Vec<usize>| async move {
        let mut done = Vec::with_capacity(rows.len());
        for nth in rows {
            if Instant::now() >= deadline {
                break;
            }
            let Ok(outcome) = timeout_at(deadline, work(nth)).await else { break };
            done.push((nth, outcome));
        }
        done
    };
    stream::iter(groups).map(group).buffer_unordered(AT_ONCE).flat_map(stream::iter).collect().await
}

fn tell(answers: &Answers, dry_run: bool) {
    let made = |row: &&RowAnswer| {
        row.decision.as_ref().is_some_and(|answer| matches!(answer.decision, "scheduled" | "deferred"))
    };
    tracing::info!(
        batch.rows = answers.rows.len(),
        batch.made = answers.rows.iter().filter(made).count(),
        batch.problems = answers.rows.iter().filter(|row| row.problem.is_some()).count(),
        batch.retry = answers.retry.len(),
        batch.dry_run = dry_run,
        "a batch was decided"
    );
}

#[cfg(test)]
mod tests;
