//! Jobs on all surveys: counting them anew, and proving that tallies equal them.
//!
//! A job is written down and called for. What it has come to is read from what `recount` writes into it.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use host::{Fields, Problem};
use model::job::Call;
use model::reconcile::{WrongNumber, WrongSurvey};
use model::{CampaignId, Job, JobId, JobKind, Timestamp};
use serde::Serialize;

use crate::{Deps, Managed};

/// Jobs that a list shows, the latest.
const SHOWN: i32 = 20;

/// A recount as the API shows it. Every field is always there.
#[derive(Serialize)]
pub(crate) struct RecountWire {
    recount_id: String,
    campaign: Option<String>,
    state: &'static str,
    detail: Option<String>,
    read: u64,
    of: Option<u64>,
    seen: u64,
    changed: u64,
    made_at: String,
    started_at: Option<String>,
    ended_at: Option<String>,
}

/// A reconciliation as the API shows it. Every field is always there.
#[derive(Serialize)]
pub(crate) struct ReconciliationWire {
    reconciliation_id: String,
    repair: bool,
    state: &'static str,
    detail: Option<String>,
    equal: Option<bool>,
    read: u64,
    of: Option<u64>,
    surveys: u64,
    unread: u64,
    markers: u64,
    rows: u64,
    busy: u64,
    kept: u64,
    proven_from: Option<String>,
    wrong_numbers: u64,
    wrong: Vec<NumberWire>,
    wrong_surveys: u64,
    uncounted: Vec<SurveyWire>,
    made_at: String,
    started_at: Option<String>,
    ended_at: Option<String>,
}

#[derive(Serialize)]
struct NumberWire {
    campaign: String,
    dimension: String,
    day: String,
    value: String,
    counter: String,
    tally: i64,
    surveys: i64,
    repaired: bool,
}

#[derive(Serialize)]
struct SurveyWire {
    survey_id: String,
    marker: &'static str,
    repaired: bool,
}

fn time(at: Timestamp) -> String {
    at.to_string()
}

fn recount_of(job: &Job) -> RecountWire {
    RecountWire {
        recount_id: job.id.to_string(),
        campaign: job.campaign.as_ref().map(ToString::to_string),
        state: job.state.as_str(),
        detail: job.detail.clone(),
        read: job.read,
        of: job.of,
        seen: job.seen,
        changed: job.changed,
        made_at: time(job.made_at),
        started_at: job.started_at.map(time),
        ended_at: job.ended_at.map(time),
    }
}

fn reconciliation_of(job: &Job) -> ReconciliationWire {
    let check = job.check.clone().unwrap_or_default();
    let done = job.state == model::JobState::Done;
    let number = |wrong: &WrongNumber| NumberWire {
        campaign: wrong.campaign.to_string(),
        dimension: wrong.dimension.clone(),
        day: wrong.day.to_string(),
        value: wrong.value.clone(),
        counter: wrong.counter.clone(),
        tally: wrong.tally,
        surveys: wrong.surveys,
        repaired: wrong.repaired,
    };
    let survey = |wrong: &WrongSurvey| SurveyWire {
        survey_id: wrong.survey.to_string(),
        marker: wrong.marker.as_str(),
        repaired: wrong.repaired,
    };
    ReconciliationWire {
        reconciliation_id: job.id.to_string(),
        repair: job.repair,
        state: job.state.as_str(),
        detail: job.detail.clone(),
        equal: done.then(|| check.is_equal() && job.unread == 0),
        read: job.read,
        of: job.of,
        surveys: job.seen,
        unread: job.unread,
        markers: check.markers,
        rows: check.rows,
        busy: check.busy,
        kept: check.kept,
        proven_from: check.proven_from.map(|day| day.to_string()),
        wrong_numbers: check.wrong_numbers,
        wrong: check.wrong.iter().map(number).collect(),
        wrong_surveys: check.wrong_surveys + check.more_suspects,
        uncounted: check.uncounted.iter().map(survey).collect(),
        made_at: time(job.made_at),
        started_at: job.started_at.map(time),
        ended_at: job.ended_at.map(time),
    }
}

/// The latest recounts.
#[derive(Serialize)]
pub(crate) struct Recounts {
    recounts: Vec<RecountWire>,
}

/// The latest reconciliations.
#[derive(Serialize)]
pub(crate) struct Reconciliations {
    reconciliations: Vec<ReconciliationWire>,
}

/// `GET /v1/recounts`
pub(crate) async fn recounts(State(deps): State<Deps>, _: Managed) -> Result<Json<Recounts>, Problem> {
    let jobs = deps.store.jobs(JobKind::Recount, SHOWN).await?;
    Ok(Json(Recounts { recounts: jobs.iter().map(recount_of).collect() }))
}

/// `GET /v1/reconciliations`
pub(crate) async fn reconciliations(State(deps): State<Deps>, _: Managed) -> Result<Json<Reconciliations>, Problem> {
    let jobs = deps.store.jobs(JobKind::Reconciliation, SHOWN).await?;
    Ok(Json(Reconciliations { reconciliations: jobs.iter().map(reconciliation_of).collect() }))
}

/// `GET /v1/recounts/{id}`
pub(crate) async fn show_recount(
    State(deps): State<Deps>,
    Path(id): Path<String>,
    _: Managed,
) -> Result<Json<RecountWire>, Problem> {
    Ok(Json(recount_of(&found(&deps, JobKind::Recount, &id).await?)))
}

/// `GET /v1/reconciliations/{id}`
pub(crate) async fn show_reconciliation(
    State(deps): State<Deps>,
    Path(id): Path<String>,
    _: Managed,
) -> Result<Json<ReconciliationWire>, Problem> {
    Ok(Json(reconciliation_of(&found(&deps, JobKind::Reconciliation, &id).await?)))
}

async fn found(deps: &Deps, kind: JobKind, id: &str) -> Result<Job, Problem> {
    let none = || Problem::not_found("there is no job of that id, or it is forgotten");
    let id: JobId = id.parse().map_err(|_| none())?;
    deps.store.job(kind, &id).await?.ok_or_else(none)
}

/// `POST /v1/recounts`
pub(crate) async fn recount(
    State(deps): State<Deps>,
    managed: Managed,
) -> Result<(StatusCode, Json<RecountWire>), Problem> {
    let mut fields = managed.fields_if_any()?;
    let campaign = campaign(&mut fields);
    fields.finish()?;
    let config = deps.config(managed.now).await?;
    if let Some(named) = &campaign {
        // Also one that was deleted: its numbers stay.
        config
            .linked_campaign(named.hash())
            .filter(|stored| stored.campaign.id == *named)
            .ok_or_else(|| Problem::field("/campaign", "there is no campaign of that id"))?;
    }
    let job = Job::new(fresh(&deps, managed.now), JobKind::Recount, campaign, false, managed.now);
    call(&deps, &job).await?;
    Ok((StatusCode::ACCEPTED, Json(recount_of(&job))))
}

fn campaign(fields: &mut Fields) -> Option<CampaignId> {
    fields.parsed("campaign", 64, "this must be the id of a campaign", |text| text.parse().ok())
}

/// `POST /v1/reconciliations`
pub(crate) async fn reconcile(
    State(deps): State<Deps>,
    managed: Managed,
) -> Result<(StatusCode, Json<ReconciliationWire>), Problem> {
    let mut fields = managed.fields_if_any()?;
    let repair = fields.flag("repair").unwrap_or(false);
    fields.finish()?;
    let job = Job::new(fresh(&deps, managed.now), JobKind::Reconciliation, None, repair, managed.now);
    call(&deps, &job).await?;
    Ok((StatusCode::ACCEPTED, Json(reconciliation_of(&job))))
}

/// The recount that follows a change of a campaign's bands.
pub(crate) async fn after_bands(deps: &Deps, campaign: &CampaignId, now: Timestamp) -> Result<(), Problem> {
    let id = JobId::of_bands(campaign, now);
    call(deps, &Job::new(id, JobKind::Recount, Some(campaign.clone()), false, now)).await
}

fn fresh(deps: &Deps, now: Timestamp) -> JobId {
    let draw = deps.chance.below(u64::from(u32::MAX));
    JobId::new(now, u32::try_from(draw).unwrap_or(0))
}

async fn call(deps: &Deps, job: &Job) -> Result<(), Problem> {
    deps.store.save_job(None, job).await?;
    let call = Call::Turn(job.kind, job.id.clone());
    if let Err(error) = deps.recount.send(&[call]).await {
        // It is written down; the next sweep calls for it.
        tracing::warn!(job.id = %job.id, error = host::telemetry::chain(&error), "a job could not be called for");
    }
    tracing::info!(job.id = %job.id, job.kind = job.kind.as_str(), "a job on all surveys was made");
    Ok(())
}
