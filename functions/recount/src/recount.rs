//! Counting anew: a walk that touches each survey whose count is not what it would be today.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use model::job::PATIENCE;
use model::tally::{contribution, is_right};
use model::{Survey, SurveyId};
use store::{Config, Marker};

use crate::turn::{Held, Next, walked, wanted};
use crate::{Deps, Error};

/// Surveys that are touched at the same time.
const AT_ONCE: usize = 16;

/// How many of those that were touched last are waited for.
const AWAITED: usize = 8;

/// How long the counting is left alone before it is asked whether it has caught up.
const MEANWHILE: Duration = Duration::from_secs(1);

/// Whether a survey's marker says what it counts as.
pub(crate) fn is_counted(survey: &Survey, marker: Option<&Marker>, config: &Config) -> bool {
    let bands = config.bands(&survey.campaign);
    is_right(marker.map(|marker| &marker.counted), &contribution(survey, bands), bands)
}

/// Touches surveys; gives each that is still there with the version it has now.
pub(crate) async fn touch(deps: &Deps, surveys: &[SurveyId]) -> Result<Vec<(SurveyId, u64)>, Error> {
    let now = deps.clock.now();
    let each = surveys.iter().map(|id| async move {
        let ver = deps.store.touch(*id, now).await?;
        Ok::<_, Error>(ver.map(|ver| (*id, ver)))
    });
    let each: Vec<_> = each.collect();
    stream::iter(each).buffered(AT_ONCE).try_filter_map(async |touched| Ok(touched)).try_collect().await
}

/// One turn: pages, until something was touched or time is up. What was touched is counted before more is: otherwise
/// everybody's answers would wait behind it in the stream.
pub(crate) async fn turn(held: &mut Held<'_>) -> Result<Next, Error> {
    let config = held.config().await?;
    if let Some(wait) = held.unsettled(&config) {
        return held.wait("an answer may still be counted by the former bands", wait).await;
    }
    held.start().await?;
    if !caught_up(held).await? {
        return Ok(Next::In(MEANWHILE * 2));
    }
    while !held.job.has_walked() {
        let pages = held.pages().await?;
        let mut touched = Vec::new();
        let mut seen = 0;
        for (_, page) in &pages {
            let surveys = wanted(&held.job, page);
            seen += surveys.len() as u64;
            let ids: Vec<SurveyId> = surveys.iter().map(|survey| survey.id).collect();
            let markers: HashMap<SurveyId, Marker> = held.deps.store.markers(&ids).await?;
            let wrong = surveys.iter().filter(|survey| !is_counted(survey, markers.get(&survey.id), &config));
            let wrong: Vec<SurveyId> = wrong.map(|survey| survey.id).collect();
            touched.extend(touch(held.deps, &wrong).await?);
        }
        let now = held.now();
        held.keep(|job| {
            walked(job, pages);
            job.seen += seen;
            job.changed += touched.len() as u64;
            job.awaited = touched.iter().rev().take(AWAITED).copied().collect();
            job.awaited_since = (!job.awaited.is_empty()).then_some(now);
        })
        .await?;
        if !held.job.awaited.is_empty() {
            return Ok(Next::In(MEANWHILE));
        }
        if held.is_over() {
            return Ok(Next::In(Duration::ZERO));
        }
    }
    Ok(Next::Done)
}

/// Whether what was touched last has been counted.
async fn caught_up(held: &mut Held<'_>) -> Result<bool, Error> {
    if held.job.awaited.is_empty() {
        return Ok(true);
    }
    let ids: Vec<SurveyId> = held.job.awaited.iter().map(|(id, _)| *id).collect();
    let markers = held.deps.store.markers(&ids).await?;
    let counted = held.job.awaited.iter().all(|(id, ver)| markers.get(id).is_some_and(|marker| marker.ver >= *ver));
    let since = held.job.awaited_since.unwrap_or(held.job.made_at);
    if !counted && held.now().since(since) < PATIENCE {
        held.keep(|job| job.attempts = 0).await?;
        return Ok(false);
    }
    if !counted {
        tracing::warn!(job.id = %held.job.id, "what was touched is not counted yet, and the recount goes on all the same");
    }
    held.keep(|job| {
        job.awaited = Vec::new();
        job.awaited_since = None;
    })
    .await?;
    Ok(true)
}
