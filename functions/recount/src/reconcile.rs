//! Reconciling: each survey against its marker, and each row of tallies against all markers.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::try_join_all;
use jiff::civil::Date;
use model::job::PLACES;
use model::reconcile::{
    Judged, MARKER_OUTLIVES, MOST_LISTED, MOST_SUSPECTS, Sums, WrongMarker, WrongNumber, WrongRow, WrongSurvey,
    proven_from,
};
use model::tally::{Counter, Row};
use model::{CampaignId, JobKind, SurveyId};
use store::{Config, RowPart};

use crate::recount::{is_counted, touch};
use crate::turn::{Held, Next, walked, wanted};
use crate::{Deps, Error};

/// How long a survey whose marker is not what it should be may be under way to the counting.
const UNDER_WAY: Duration = Duration::from_secs(30);

/// How often it is looked at again before it is called wrong.
const LOOKS: u8 = 3;

/// How often rows are looked at that counted meanwhile.
const LOOKS_AT_ROWS: u8 = 2;

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
    if !check.suspects.is_empty() {
        let since = check.suspected_at.unwrap_or(held.job.made_at);
        let left = since.after(UNDER_WAY).since(held.now());
        if !left.is_zero() {
            return Ok(Next::In(left + Duration::from_secs(1)));
        }
        look_again(held, &config).await?;
        if held.job.check.as_ref().is_some_and(|check| !check.suspects.is_empty()) {
            return Ok(Next::In(UNDER_WAY + Duration::from_secs(1)));
        }
    }
    told(held);
    Ok(Next::Done)
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
        if let Some(check) = job.check.as_mut().filter(|_| !suspects.is_empty()) {
            let room = MOST_SUSPECTS.saturating_sub(check.suspects.len());
            check.more_suspects += suspects.len().saturating_sub(room) as u64;
            check.suspects.extend(suspects.into_iter().take(room));
            check.suspected_at = Some(now);
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
    let last = held.job.check.as_ref().is_some_and(|check| check.looked_again + 1 >= LOOKS);
    if last && held.job.repair {
        let ids: Vec<SurveyId> = wrong.iter().map(|wrong| wrong.survey).collect();
        touch(held.deps, &ids).await?;
    }
    let (now, repair) = (held.now(), held.job.repair);
    held.keep(|job| {
        job.attempts = 0;
        let Some(check) = job.check.as_mut() else { return };
        check.looked_again += 1;
        check.suspected_at = Some(now);
        check.suspects = if last { Vec::new() } else { wrong.iter().map(|wrong| wrong.survey).collect() };
        if last {
            check.wrong_surveys = wrong.len() as u64;
            if repair {
                job.changed += check.wrong_surveys;
            }
            wrong.truncate(MOST_LISTED);
            check.uncounted = wrong;
        }
    })
    .await
}

/// Holds one part of the rows against all markers.
async fn rows(held: &mut Held<'_>, config: &Config) -> Result<(), Error> {
    let (part, parts) = held.job.check.as_ref().map_or((0, 1), |check| (check.part, check.parts));
    let today = held.now().day_in(&jiff::tz::TimeZone::UTC);
    let proven = |campaign: &CampaignId| from(config, campaign, today);
    let Some((sums, mut markers)) = read(held.deps, Sums::new(part, parts)).await? else {
        // Too many for the memory: in smaller parts, from the beginning.
        return held
            .keep(|job| {
                if let Some(check) = job.check.as_mut() {
                    *check = model::reconcile::Check {
                        parts: check.parts * 2,
                        suspects: std::mem::take(&mut check.suspects),
                        more_suspects: check.more_suspects,
                        suspected_at: check.suspected_at,
                        ..model::reconcile::Check::default()
                    };
                }
            })
            .await;
    };
    let mut judged = sums.judged(proven);
    for _ in 1..LOOKS_AT_ROWS {
        if judged.moved.is_empty() {
            break;
        }
        let moved = std::mem::take(&mut judged.moved);
        let Some((sums, again)) = read(held.deps, Sums::of(moved)).await? else { break };
        markers = again;
        let Judged { rows, wrong, moved, kept } = sums.judged(proven);
        judged.rows += rows;
        judged.kept += kept;
        judged.wrong.extend(wrong);
        judged.moved = moved;
    }
    let mut wrong = Vec::new();
    for row in &judged.wrong {
        let repaired = held.job.repair && mend(held.deps, row).await?;
        wrong.extend(row.numbers.iter().map(|(counter, numbers)| number(&row.row, *counter, *numbers, repaired)));
    }
    let first = config.every_campaign().into_iter().map(|stored| proven(&stored.campaign.id)).max();
    held.keep(|job| {
        job.attempts = 0;
        let Some(check) = job.check.as_mut() else { return };
        check.part += 1;
        check.markers = markers;
        check.rows += judged.rows;
        check.busy += judged.moved.len() as u64;
        check.kept += judged.kept;
        check.proven_from = first;
        check.wrong_numbers += wrong.len() as u64;
        let room = MOST_LISTED.saturating_sub(check.wrong.len());
        check.wrong.extend(wrong.into_iter().take(room));
    })
    .await
}

/// From when on a campaign's rows have what their markers say and no more.
fn from(config: &Config, campaign: &CampaignId, today: Date) -> Date {
    let stored = config.linked_campaign(campaign.hash()).filter(|stored| stored.campaign.id == *campaign);
    match stored {
        Some(stored) => {
            let now = stored.campaign.retention_days;
            let least = stored.least_retention.map_or(now, |least| least.min(now));
            proven_from(least, stored.campaign.cadence.close, today)
        }
        None => proven_from(0, MARKER_OUTLIVES * 86_400, today),
    }
}

/// Reads rows, then all markers, then the rows once more; and how many markers that were. Nothing if they are too many for
/// the memory.
async fn read(deps: &Deps, sums: Sums) -> Result<Option<(Sums, u64)>, Error> {
    // One part after the other would take four times as long; all of them add to the same sums.
    let shared = Mutex::new((sums, 0_u64));
    let locked = || shared.lock().unwrap_or_else(PoisonError::into_inner);
    let rows = (0..PLACES).map(|part| {
        deps.store.every_row(part, PLACES, |RowPart { row, rev, counters, .. }| {
            let mut shared = locked();
            // What is too much already need not grow.
            if shared.0.len() <= deps.most_rows {
                shared.0.row_before(row, rev, &counters);
            }
        })
    });
    try_join_all(rows).await?;
    if locked().0.len() > deps.most_rows {
        return Ok(None);
    }
    let markers = (0..PLACES).map(|part| {
        deps.store.every_marker(part, PLACES, |counted| {
            let mut shared = locked();
            shared.0.marker(&counted);
            shared.1 += 1;
        })
    });
    try_join_all(markers).await?;
    let (mut sums, markers) = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
    for (campaign, dimension) in sums.dimensions() {
        for RowPart { row, rev, .. } in deps.store.row_parts(&campaign, &dimension).await? {
            sums.row_after(row, rev);
        }
    }
    Ok(Some((sums, markers)))
}

/// Adds to a wrong row what it lacks, if it was not touched since it was found.
async fn mend(deps: &Deps, wrong: &WrongRow) -> Result<bool, Error> {
    let parts = deps.store.parts_of(&wrong.row).await?;
    // Revisions only grow: the same together are the same each.
    if parts.iter().map(|part| part.rev).sum::<u64>() != wrong.rev {
        return Ok(false);
    }
    let lacking: Vec<(Counter, i64)> =
        wrong.numbers.iter().map(|(counter, (tally, surveys))| (*counter, surveys - tally)).collect();
    let mended = deps.store.mend(&wrong.row, &parts, &lacking).await?;
    if mended {
        tracing::warn!(row.dimension = wrong.row.dimension, row.day = %wrong.row.day, "a row of tallies was mended");
    }
    Ok(mended)
}

fn number(row: &Row, counter: Counter, (tally, surveys): (i64, i64), repaired: bool) -> WrongNumber {
    WrongNumber {
        campaign: row.campaign.clone(),
        dimension: row.dimension.clone(),
        day: row.day,
        value: row.value.clone(),
        counter: counter.name(),
        tally,
        surveys,
        repaired,
    }
}
