//! Rows of tallies, held against all markers.
//!
//! A reading takes as many turns as it needs: what was added up is written down beside the job where a turn ends within one,
//! and nowhere else. A turn that dies is done again from what was written down last.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use futures_util::future::try_join_all;
use jiff::civil::Date;
use model::job::{PLACES, Place};
use model::reconcile::{
    Check, Judged, MARKER_OUTLIVES, MOST_LISTED, Reading, Stage, Sums, WrongNumber, WrongRow, proven_from,
};
use model::tally::{Counter, Row};
use model::{CampaignId, Timestamp};
use store::{Config, RowPart};

use crate::turn::Held;
use crate::{Deps, Error};

/// How often rows are looked at: once more where they counted meanwhile, and before any is called wrong.
const LOOKS: u8 = 2;

/// Bytes of a piece of what was added up, or a little more: an item has 400 KB at most.
const PIECE: usize = 300_000;

/// Goes on with the part of the rows whose turn it is, until it is done or the turn is over.
pub(crate) async fn rows(held: &mut Held<'_>, config: &Config) -> Result<(), Error> {
    let check = held.job.check.clone().unwrap_or_default();
    let (mut reading, mut sums) = begun(held, &check).await?;
    let today = held.now().day_in(&jiff::tz::TimeZone::UTC);
    let proven = |campaign: &CampaignId| from(config, campaign, today);
    let first = config.every_campaign().into_iter().map(|stored| proven(&stored.campaign.id)).max();
    loop {
        let through = read(held.deps, held.read_until, &mut reading, &mut sums).await?;
        if reading.stage == Stage::Before && sums.len() > held.deps.most_rows {
            return in_smaller_parts(held).await;
        }
        if !through {
            return keep(held, reading, &sums).await;
        }
        reading = match reading.stage {
            Stage::Before => reading.at(Stage::Markers),
            Stage::Markers => reading.at(Stage::After),
            Stage::After => {
                let judged = std::mem::replace(&mut sums, Sums::new(0, 1)).judged(proven);
                let again = if reading.look + 1 < LOOKS { doubtful(&judged) } else { BTreeSet::new() };
                if again.is_empty() {
                    return end(held, judged, reading.markers, first).await;
                }
                sums = Sums::of(again);
                let next = Reading::new(reading.look + 1);
                // What was said of the others must not be said twice, whatever becomes of this turn.
                look_again(held, &judged, next.clone(), &sums).await?;
                next
            }
        };
    }
}

/// The rows of which nothing is known, and those that look wrong.
fn doubtful(judged: &Judged) -> BTreeSet<Row> {
    judged.wrong.iter().map(|wrong| &wrong.row).chain(&judged.moved).cloned().collect()
}

/// The reading that is under way with what it has added up; a new one if there is none, or if that was forgotten.
async fn begun(held: &Held<'_>, check: &Check) -> Result<(Reading, Sums), Error> {
    let new = || (Reading::new(0), Sums::new(check.part, check.parts));
    let Some((reading, kept)) = check.reading.clone().and_then(|reading| Some((reading.clone(), reading.kept?))) else {
        return Ok(new());
    };
    let mut sums = Sums::new(check.part, check.parts);
    for nth in 0..kept.pieces {
        let Some(piece) = held.deps.store.piece(&held.job.id, kept, nth).await? else { return Ok(new()) };
        sums.restore(&piece)?;
    }
    let sums = if reading.look == 0 { sums } else { sums.closed() };
    Ok((reading, sums))
}

/// Writes down how far a reading has come.
async fn keep(held: &mut Held<'_>, reading: Reading, sums: &Sums) -> Result<(), Error> {
    let kept = held.deps.store.keep_pieces(&held.job, sums.pieces(PIECE)?, held.now()).await?;
    held.keep(|job| {
        job.attempts = 0;
        let Some(check) = job.check.as_mut() else { return };
        check.markers = check.markers.max(reading.markers);
        check.reading = Some(Reading { kept: Some(kept), ..reading });
    })
    .await
}

/// Writes down what a look at rows has found, and that the doubtful ones are looked at once more.
async fn look_again(held: &mut Held<'_>, judged: &Judged, next: Reading, sums: &Sums) -> Result<(), Error> {
    let kept = held.deps.store.keep_pieces(&held.job, sums.pieces(PIECE)?, held.now()).await?;
    held.keep(|job| {
        job.attempts = 0;
        let Some(check) = job.check.as_mut() else { return };
        check.rows += judged.rows - judged.wrong.len() as u64;
        check.kept += judged.kept;
        check.reading = Some(Reading { kept: Some(kept), ..next });
    })
    .await
}

/// There are too many for the memory: in smaller parts, from the beginning.
async fn in_smaller_parts(held: &mut Held<'_>) -> Result<(), Error> {
    held.keep(|job| {
        job.attempts = 0;
        job.check = job.check.take().map(Check::in_smaller_parts);
    })
    .await
}

/// Mends what is to be mended, and writes down what became of a part of the rows.
async fn end(held: &mut Held<'_>, judged: Judged, markers: u64, first: Option<Date>) -> Result<(), Error> {
    let mut wrong = Vec::new();
    for row in &judged.wrong {
        let repaired = held.job.repair && mend(held.deps, row).await?;
        wrong.extend(row.numbers.iter().map(|(counter, numbers)| number(&row.row, *counter, *numbers, repaired)));
    }
    held.keep(|job| {
        job.attempts = 0;
        let Some(check) = job.check.as_mut() else { return };
        check.part += 1;
        check.reading = None;
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

/// Reads on in the stage that is under way, a page at least; `false` if the turn is over before its end.
async fn read(deps: &Deps, until: Timestamp, reading: &mut Reading, sums: &mut Sums) -> Result<bool, Error> {
    if reading.stage != Stage::After {
        walk(deps, until, reading, sums).await?;
        return Ok(reading.is_through());
    }
    let dimensions = sums.dimensions();
    let done = usize::try_from(reading.dimensions).unwrap_or(usize::MAX);
    let count = dimensions.len();
    for (nth, (campaign, dimension)) in dimensions.into_iter().enumerate().skip(done) {
        for RowPart { row, rev, .. } in deps.store.row_parts(&campaign, &dimension).await? {
            sums.row_after(row, rev);
        }
        reading.dimensions += 1;
        if nth + 1 < count && deps.clock.now() >= until {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Reads rows, or markers, part by part.
async fn walk(deps: &Deps, until: Timestamp, reading: &mut Reading, sums: &mut Sums) -> Result<(), Error> {
    let (store, most) = (&deps.store, deps.items);
    let of_markers = reading.stage == Stage::Markers;
    // One part after the other would take four times as long; all of them add to the same sums.
    let shared = Mutex::new((std::mem::replace(sums, Sums::new(0, 1)), 0_u64));
    let locked = || shared.lock().unwrap_or_else(PoisonError::into_inner);
    let parts = (0..PLACES).zip(&reading.places).map(async |(part, place)| {
        let mut place = place.clone();
        loop {
            let behind = match place {
                Place::Start => None,
                Place::Behind(pk, sk) => Some((pk, sk)),
                Place::End => return Ok::<_, Error>(Place::End),
            };
            let next = if of_markers {
                let (markers, next) = store.markers_behind(part, PLACES, behind, most).await?;
                let mut shared = locked();
                shared.1 += markers.len() as u64;
                markers.iter().for_each(|marker| shared.0.marker(marker));
                next
            } else {
                let (rows, next) = store.rows_behind(part, PLACES, behind, most).await?;
                let mut shared = locked();
                // What is too much already need not grow.
                if shared.0.len() <= deps.most_rows {
                    rows.into_iter()
                        .for_each(|RowPart { row, rev, counters, .. }| shared.0.row_before(row, rev, &counters));
                }
                next
            };
            place = next.map_or(Place::End, |(pk, sk)| Place::Behind(pk, sk));
            if deps.clock.now() >= until {
                return Ok(place);
            }
        }
    });
    let places = try_join_all(parts).await?;
    let (read, markers) = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
    *sums = read;
    reading.markers += markers;
    reading.places = places;
    Ok(())
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
