//! Reconciling: each survey against its marker, and each row of tallies against all markers.

use std::time::Duration;

use model::reconcile::{Check, WrongMarker, WrongSurvey};
use model::{JobKind, SurveyId};
use store::Config;

use crate::Error;
use crate::recount::{is_counted, touch};
use crate::rows::rows;
use crate::turn::{Held, Next, walked, wanted};

/// How long a survey whose marker is not what it should be may be under way to the counting.
const UNDER_WAY: Duration = Duration::from_secs(30);

/// How long a reconciliation lets a recount go first.
const RECOUNT_FIRST: Duration = Duration::from_secs(60);

/// One turn: the walk over the surveys, then the rows, then the surveys that were doubtful.
pub(crate) async fn turn(held: &mut Held<'_>) -> Result<Next, Error> {
    let config = held.config().await?;
    if let Some(wait) = held.unsettled(&config) {
        return held.wait("an answer may still be counted by the former bands", wait).await;
    }
    let recounts = held.deps.store.jobs(JobKind::Recount, 20).await?;
    if recounts.iter().any(|job| job.state.is_open()) {
        return held.wait("a recount is under way", RECOUNT_FIRST).await;
    }
    held.start().await?;
    while !held.job.has_walked() {
        // Where much is counted, much is under way: what was not looked at often enough is no finding.
        if held.job.check.as_ref().is_some_and(|check| check.waits(held.deps.doubts))
            && let Some(wait) = doubts(held, &config).await?
        {
            return Ok(Next::In(wait));
        }
        walk(held, &config).await?;
        if held.is_over() {
            return Ok(Next::In(Duration::ZERO));
        }
    }
    let check = held.job.check.clone().unwrap_or_default();
    if check.part < check.parts {
        rows(held, &config).await?;
        return Ok(Next::In(Duration::ZERO));
    }
    if let Some(wait) = doubts(held, &config).await? {
        return Ok(Next::In(wait));
    }
    told(held);
    Ok(Next::Done)
}

/// Looks again at the surveys that are doubtful, if there are any; how long it takes until more is known.
async fn doubts(held: &mut Held<'_>, config: &Config) -> Result<Option<Duration>, Error> {
    let doubtful = |held: &Held<'_>| held.job.check.as_ref().is_some_and(|check| !check.suspects.is_empty());
    if !doubtful(held) {
        return Ok(None);
    }
    let since = held.job.check.as_ref().and_then(|check| check.suspected_at).unwrap_or(held.job.made_at);
    let left = since.after(UNDER_WAY).since(held.now());
    if !left.is_zero() {
        return Ok(Some(left + Duration::from_secs(1)));
    }
    look_again(held, config).await?;
    Ok(doubtful(held).then_some(UNDER_WAY + Duration::from_secs(1)))
}

/// Says how it ended: an alarm listens to these words.
fn told(held: &Held<'_>) {
    let Some(check) = &held.job.check else { return };
    if check.is_equal() && held.job.unread == 0 {
        tracing::info!(
            job.id = %held.job.id,
            check.surveys = held.job.seen,
            check.markers = check.markers,
            check.rows = check.rows,
            check.busy = check.busy,
            "tallies equal surveys"
        );
    } else {
        tracing::error!(
            job.id = %held.job.id,
            check.numbers = check.wrong_numbers,
            check.surveys = check.wrong_surveys + check.more_suspects,
            check.unread = held.job.unread,
            repaired = held.job.repair,
            "tallies do not equal surveys"
        );
    }
}

/// Holds a page of each part of the surveys against their markers.
async fn walk(held: &mut Held<'_>, config: &Config) -> Result<(), Error> {
    let pages = held.pages().await?;
    let (mut seen, mut suspects) = (0, Vec::new());
    for (_, page) in &pages {
        let surveys = wanted(&held.job, page);
        seen += surveys.len() as u64;
        let ids: Vec<SurveyId> = surveys.iter().map(|survey| survey.id).collect();
        let markers = held.deps.store.markers(&ids).await?;
        let wrong = surveys.iter().filter(|survey| !is_counted(survey, markers.get(&survey.id), config));
        suspects.extend(wrong.map(|survey| survey.id));
    }
    let now = held.now();
    held.keep(|job| {
        walked(job, pages);
        job.seen += seen;
        if let Some(check) = job.check.as_mut() {
            check.suspect(suspects, now);
        }
    })
    .await
}

/// Looks again at surveys whose marker was not what it should be; those that still are so are wrong in the end.
async fn look_again(held: &mut Held<'_>, config: &Config) -> Result<(), Error> {
    let suspects = held.job.check.as_ref().map(|check| check.suspects.clone()).unwrap_or_default();
    let mut wrong = Vec::new();
    for ids in suspects.chunks(100) {
        let surveys = held.deps.store.surveys(ids).await?;
        let markers = held.deps.store.markers(ids).await?;
        for survey in &surveys {
            let marker = markers.get(&survey.id);
            if is_counted(survey, marker, config) {
                continue;
            }
            let what = match marker {
                None => WrongMarker::Missing,
                Some(marker) if marker.ver < survey.ver => WrongMarker::Behind,
                Some(_) => WrongMarker::Differs,
            };
            wrong.push(WrongSurvey { survey: survey.id, marker: what, repaired: held.job.repair });
        }
    }
    if held.job.repair && held.job.check.as_ref().is_some_and(Check::is_last_look) {
        let ids: Vec<SurveyId> = wrong.iter().map(|wrong| wrong.survey).collect();
        touch(held.deps, &ids).await?;
    }
    let (now, repair) = (held.now(), held.job.repair);
    held.keep(|job| {
        job.attempts = 0;
        let Some(check) = job.check.as_mut() else { return };
        let certain = check.looked(wrong, now);
        job.changed += if repair { certain } else { 0 };
    })
    .await
}
