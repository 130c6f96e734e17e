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
use model::{Sees, Survey, SurveyId, Task, TaskId, TaskKind, TaskStatus};
use serde::Serialize;
use store::{Comment, TaskQuery, TaskSaved};

pub(crate) use self::wire::TaskWire;
use crate::{Acting, Deps, LookingAt, cursor, prose};

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
    LookingAt { now, sees }: LookingAt,
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
    let owner = match &sees {
        Sees::All => owner,
        Sees::Owned(own) => match owner.as_deref() {
            Some(other) if !other.eq_ignore_ascii_case(own.expose()) => {
                return Err(Problem::new(Kind::WrongScope, "an owner sees their own tasks alone"));
            }
            _ => Some(own.expose().to_owned()),
        },
    };
    let query = TaskQuery { status: status.unwrap_or(TaskStatus::Open), owner: owner.as_deref(), kind };
    let page = deps.store.task_page(&query, from.as_deref(), PAGE).await?;
    // Two tasks may be of one survey.
    let ids: BTreeSet<SurveyId> = page.tasks.iter().map(|task| task.survey).collect();
    let ids: Vec<SurveyId> = ids.into_iter().collect();
    let (surveys, comments) = tokio::try_join!(deps.store.surveys(&ids), deps.store.comments(&ids))?;
    // An id that stood for an owner may stand for another one today.
    let tasks = page.tasks.iter().filter(|task| sees.task(task));
    let shown = |task: &Task| {
        let survey = surveys.iter().find(|survey| survey.id == task.survey);
        wire::show(task, survey, comments.get(&task.survey), now)
    };
    Ok(Json(Tasks { tasks: tasks.map(shown).collect(), cursor: page.next.as_deref().map(cursor::show) }))
}

/// `GET /v1/tasks/{id}`
pub(crate) async fn show(
    State(deps): State<Deps>,
    Path(id): Path<String>,
    LookingAt { now, sees }: LookingAt,
) -> Result<Json<TaskWire>, Problem> {
    let id = task_id(&id)?;
    let (task, survey, comment) =
        tokio::try_join!(deps.store.task(id), deps.store.survey(id.survey), deps.store.comment(id.survey))?;
    let task = task.filter(|task| sees.task(task)).ok_or_else(no_such_task)?;
    Ok(Json(wire::show(&task, survey.as_ref(), comment.as_ref(), now)))
}

/// `POST /v1/tasks/{id}/complete`
pub(crate) async fn complete(
    State(deps): State<Deps>,
    Path(id): Path<String>,
    acting: Acting,
) -> Result<Json<TaskWire>, Problem> {
    let mut fields = acting.fields_if_any()?;
    let note = prose::take(&mut fields, "note", MAX_TEXT);
    fields.finish()?;
    by_hand(&deps, &id, &acting, |task| Ok(task.completed(&acting.by, note.clone(), acting.now))).await
}

/// `POST /v1/tasks/{id}/reopen`
pub(crate) async fn reopen(
    State(deps): State<Deps>,
    Path(id): Path<String>,
    acting: Acting,
) -> Result<Json<TaskWire>, Problem> {
    acting.fields_if_any()?.finish()?;
    let config = deps.store.config(acting.now).await?;
    by_hand(&deps, &id, &acting, |task| {
        let campaign = config.linked_campaign(task.campaign.hash()).ok_or_else(no_such_task)?;
        Ok(task.reopened(&campaign.campaign, acting.now))
    })
    .await
}

/// `POST /v1/tasks/{id}/reassign`
pub(crate) async fn reassign(
    State(deps): State<Deps>,
    Path(id): Path<String>,
    acting: Acting,
) -> Result<Json<TaskWire>, Problem> {
    let acting = acting.on_all()?;
    let mut fields = acting.fields()?;
    let owner = Owner {
        email: fields.email("owner_email"),
        name: fields.text("owner_name", 200),
        id: fields.text("owner_id", 200),
    };
    if owner.email.is_none() && owner.id.is_none() && fields.is_fine() {
        fields.missing("owner_email", "say whose it is: an e-mail address, or an owner_id");
    }
    fields.finish()?;
    by_hand(&deps, &id, &acting, |task| Ok(task.reassigned(owner.clone()))).await
}

/// `POST /v1/tasks/{id}/comment`
pub(crate) async fn comment(
    State(deps): State<Deps>,
    Path(id): Path<String>,
    acting: Acting,
) -> Result<Json<TaskWire>, Problem> {
    let mut fields = acting.fields()?;
    let text = prose::take(&mut fields, "text", MAX_TEXT);
    if text.is_none() {
        fields.missing("text", "there is nothing to write down");
    }
    fields.finish()?;
    let text = text.unwrap_or_default();
    let full = || Problem::new(Kind::Conflict, format!("a task holds {MAX_REMARKS} comments, and this one has them"));
    by_hand(&deps, &id, &acting, |task| task.remarked(&acting.by, text.clone(), acting.now).ok_or_else(full).map(Some))
        .await
}

/// Decides on the task as it stands and writes that with its survey, until nobody else has written in between.
async fn by_hand(
    deps: &Deps,
    id: &str,
    acting: &Acting,
    decide: impl Fn(&Task) -> Result<Option<Task>, Problem>,
) -> Result<Json<TaskWire>, Problem> {
    let id = task_id(id)?;
    let store = &deps.store;
    for round in 0..ROUNDS {
        if round > 0 {
            tokio::time::sleep(Duration::from_millis(deps.chance.below(PAUSE << round.min(4)))).await;
        }
        let (task, survey) = tokio::try_join!(store.task(id), store.survey(id.survey))?;
        let (task, survey) = task.zip(survey).filter(|(task, _)| acting.on.task(task)).ok_or_else(no_such_task)?;
        let Some(after) = decide(&task)? else { return answer(deps, &task, &survey, acting).await };
        let told = survey.task_changed(acting.now);
        match store.save_task_by_hand((&task, &after), (&survey, &told)).await {
            Ok(TaskSaved::Done) => {
                tracing::info!(task.id = %id, task.status = after.status.as_str(), "a person changed a task");
                return answer(deps, &after, &told, acting).await;
            }
            Ok(TaskSaved::Conflict) => {}
            Err(error) if error.is_busy() => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Problem::new(Kind::TryLater, "others changed this task at the same time; please send it again"))
}

async fn answer(deps: &Deps, task: &Task, survey: &Survey, acting: &Acting) -> Result<Json<TaskWire>, Problem> {
    let comment: Option<Comment> = deps.store.comment(survey.id).await?;
    Ok(Json(wire::show(task, Some(survey), comment.as_ref(), acting.now)))
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
