//! What was lost: calls for turns, and recounts that should have followed a change of bands. And the nightly beginning.

use std::time::Duration;

use model::job::Call;
use model::{Job, JobId, JobKind, Timestamp};

use crate::{Deps, Error};

/// How many of the latest jobs are looked at.
const LATEST: i32 = 20;

/// How long after a change of bands its recount is missed.
const MISSED_FOR: Duration = Duration::from_secs(7 * 86_400);

/// Calls for turns that nobody seems to take, and makes recounts that should be there.
pub(crate) async fn sweep(deps: &Deps) -> Result<(), Error> {
    let now = deps.clock.now();
    let mut calls = missed(deps, now).await?;
    for kind in JobKind::ALL {
        let jobs = deps.store.jobs(kind, LATEST).await?;
        calls.extend(jobs.into_iter().filter(|job| job.is_forgotten(now)).map(|job| Call::Turn(job.kind, job.id)));
    }
    if !calls.is_empty() {
        tracing::warn!(sweep.calls = calls.len(), "turns are called for once more");
    }
    Ok(deps.queue.send(&calls).await?)
}

/// Recounts that must follow a change of bands: whoever changed them makes them as well, unless it is stopped in between.
async fn missed(deps: &Deps, now: Timestamp) -> Result<Vec<Call>, Error> {
    let config = deps.store.config(now).await?;
    let mut calls = Vec::new();
    for stored in config.every_campaign().into_iter().filter(|stored| stored.used) {
        let Some(changed) = stored.bands_at.filter(|at| now.since(*at) < MISSED_FOR) else { continue };
        let id = JobId::of_bands(&stored.campaign.id, changed);
        if deps.store.job(JobKind::Recount, &id).await?.is_none() {
            let job = Job::new(id, JobKind::Recount, Some(stored.campaign.id.clone()), false, now);
            deps.store.save_job(None, &job).await?;
            calls.push(Call::Turn(job.kind, job.id));
        }
    }
    Ok(calls)
}

/// Begins the reconciliation of a night; once, however often it is called for.
pub(crate) async fn begin(deps: &Deps) -> Result<(), Error> {
    let now = deps.clock.now();
    let jobs = deps.store.jobs(JobKind::Reconciliation, LATEST).await?;
    if jobs.iter().any(|job| job.state.is_open()) {
        return Ok(());
    }
    let draw = u32::try_from(deps.chance.below(u64::from(u32::MAX))).unwrap_or(0);
    let job = Job::new(JobId::new(now, draw), JobKind::Reconciliation, None, false, now);
    deps.store.save_job(None, &job).await?;
    Ok(deps.queue.send(&[Call::Turn(job.kind, job.id)]).await?)
}
