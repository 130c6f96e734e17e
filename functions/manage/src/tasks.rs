//! Tasks: found by whose they are and how they stand, and what people do to them.
//!
//! What is done is decided on the task as it stands and written over that very one, together with its survey, whose
//! change tells the world outside. Whoever comes second decides again; done twice, it is done once.

mod wire;

use std::collections::BTreeSet;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, Query, State};
use host::Problem;
use host::problem::Kind;
use host::query::Parameters;
use model::task::{MAX_REMARKS, MAX_TEXT};
use model::trigger::Owner;
use model::{Survey, SurveyId, Task, TaskId, TaskKind, TaskStatus};
use serde::Serialize;
use store::{Comment, TaskQuery, TaskSaved};

pub(crate) use self::wire::TaskWire;
use crate::{Deps, Looking, Managed, cursor, prose};

/// Tasks on one page.
const PAGE: usize = 25;

/// How often it is decided again because others wrote first.
const ROUNDS: u32 = 8;

/// The longest wait before the next round, in milliseconds.
const PAUSE: u64 = 40;

/// One page of tasks.
#[derive(Serialize)]
pub(crate) struct Tasks {
    tasks: Vec<TaskWire>,
    cursor: Option<String>,
}

/// `GET /v1/tasks`
pub(crate) async fn list(
    State(deps): State<Deps>,
    Looking { now }: Looking,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<Tasks>, Problem> {
    let mut parameters = Parameters::new(pairs);
    let owner = parameters.read("owner", "give the e-mail address or the CRM id of an owner", |text| {
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    });
    let status = parameters.read("status", "a task is open or done", |text| {
        TaskStatus::ALL.into_iter().find(|status| status.as_str() == text)
    });
    let kind = parameters.read("kind", "a task is recovery, referral, improve, non_response or bounced", |text| {
        text.parse::<TaskKind>().ok()
    });
    let from = parameters.read("cursor", "not a cursor of this list", cursor::read::<TaskId>);
    parameters.finish()?;
    let query = TaskQuery { status: status.unwrap_or(TaskStatus::Open), owner: owner.as_deref(), kind };
    let page = deps.store.task_page(&query, from.as_deref(), PAGE).await?;
    // Two tasks may be of one survey.
    let ids: BTreeSet<SurveyId> = page.tasks.iter().map(|task| task.survey).collect();
    let ids: Vec<SurveyId> = ids.into_iter().collect();
    let (surveys, comments) = tokio::try_join!(deps.store.surveys(&ids), deps.store.comments(&ids))?;
    let shown = |task: &Task| {
        let survey = surveys.iter().find(|survey| survey.id == task.survey);
        wire::show(task, survey, comments.get(&task.survey), now)
    };
    Ok(Json(Tasks { tasks: page.tasks.iter().map(shown).collect(), cursor: page.next.as_deref().map(cursor::show) }))
}

/// `GET /v1/tasks/{id}`
pub(crate) async fn show(
    State(deps): State<Deps>,
    Path(id): Path<String>,
    Looking { now }: Looking,
) -> Result<Json<TaskWire>, Problem> {
    let id = task_id(&id)?;
    let (task, survey, comment) =
        tokio::try_join!(deps.store.task(id), deps.store.survey(id.survey), deps.store.comment(id.survey))?;
    let task = task.ok_or_else(no_such_task)?;
    Ok(Json(wire::show(&task, survey.as_ref(), comment.as_ref(), now)))
}

/// `POST /v1/tasks/{id}/complete`
pub(crate) async fn complete(
    State(deps): State<Deps>,
    Path(id): Path<String>,
    managed: Managed,
) -> Result<Json<TaskWire>, Problem> {
    let mut fields = managed.fields_if_any()?;
    let note = prose::take(&mut fields, "note", MAX_TEXT);
    fields.finish()?;
    by_hand(&deps, &id, &managed, |task| Ok(task.completed(&managed.by, note.clone(), managed.now))).await
}

/// `POST /v1/tasks/{id}/reopen`
pub(crate) async fn reopen(
    State(deps): State<Deps>,
    Path(id): Path<String>,
    managed: Managed,
) -> Result<Json<TaskWire>, Problem> {
    managed.fields_if_any()?.finish()?;
    let config = deps.store.config(managed.now).await?;
    by_hand(&deps, &id, &managed, |task| {
        let campaign = config.linked_campaign(task.campaign.hash()).ok_or_else(no_such_task)?;
        Ok(task.reopened(&campaign.campaign, managed.now))
    })
    .await
}

/// `POST /v1/tasks/{id}/reassign`
pub(crate) async fn reassign(
    State(deps): State<Deps>,
    Path(id): Path<String>,
    managed: Managed,
) -> Result<Json<TaskWire>, Problem> {
    let mut fields = managed.fields()?;
    let owner = Owner {
        email: fields.email("owner_email"),
        name: fields.text("owner_name", 200),
        id: fields.text("owner_id", 200),
    };
    if owner.email.is_none() && owner.id.is_none() && fields.is_fine() {
        fields.missing("owner_email", "say whose it is: an e-mail address, or an owner_id");
    }
    fields.finish()?;
    by_hand(&deps, &id, &managed, |task| Ok(task.reassigned(owner.clone()))).await
}

/// `POST /v1/tasks/{id}/comment`
pub(crate) async fn comment(
    State(deps): State<Deps>,
    Path(id): Path<String>,
    managed: Managed,
) -> Result<Json<TaskWire>, Problem> {
    let mut fields = managed.fields()?;
    let text = prose::take(&mut fields, "text", MAX_TEXT);
    if text.is_none() {
        fields.missing("text", "there is nothing to write down");
    }
    fields.finish()?;
    let text = text.unwrap_or_default();
    let full = || Problem::new(Kind::Conflict, format!("a task holds {MAX_REMARKS} comments, and this one has them"));
    by_hand(&deps, &id, &managed, |task| {
        task.remarked(&managed.by, text.clone(), managed.now).ok_or_else(full).map(Some)
    })
    .await
}

/// Decides on the task as it stands and writes that with its survey, until nobody else has written in between.
async fn by_hand(
    deps: &Deps,
    id: &str,
    managed: &Managed,
    decide: impl Fn(&Task) -> Result<Option<Task>, Problem>,
) -> Result<Json<TaskWire>, Problem> {
    let id = task_id(id)?;
    let store = &deps.store;
    for round in 0..ROUNDS {
        if round > 0 {
            tokio::time::sleep(Duration::from_millis(deps.chance.below(PAUSE << round.min(4)))).await;
        }
        let (task, survey) = tokio::try_join!(store.task(id), store.survey(id.survey))?;
        let (task, survey) = task.zip(survey).ok_or_else(no_such_task)?;
        let Some(after) = decide(&task)? else { return answer(deps, &task, &survey, managed).await };
        let told = survey.task_changed(managed.now);
        match store.save_task_by_hand((&task, &after), (&survey, &told)).await {
            Ok(TaskSaved::Done) => {
                tracing::info!(task.id = %id, task.status = after.status.as_str(), "a person changed a task");
                return answer(deps, &after, &told, managed).await;
            }
            Ok(TaskSaved::Conflict) => {}
            Err(error) if error.is_busy() => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Problem::new(Kind::TryLater, "others changed this task at the same time; please send it again"))
}

async fn answer(deps: &Deps, task: &Task, survey: &Survey, managed: &Managed) -> Result<Json<TaskWire>, Problem> {
    let comment: Option<Comment> = deps.store.comment(survey.id).await?;
    Ok(Json(wire::show(task, Some(survey), comment.as_ref(), managed.now)))
}

/// Shows a task among all that is held of its contact.
pub(crate) fn held(task: &Task, survey: &Survey, comment: Option<&Comment>, now: model::Timestamp) -> TaskWire {
    wire::show(task, Some(survey), comment, now)
}

fn task_id(text: &str) -> Result<TaskId, Problem> {
    text.parse().map_err(|wrong: model::id::NotAnId| Problem::field("/task_id", wrong.to_string()))
}

fn no_such_task() -> Problem {
    Problem::not_found("there is no task of that id")
}
