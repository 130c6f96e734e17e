//! Rows of tallies, held against all markers.
//!
//! A reading takes as many turns as it needs: what was added up is written down beside the job where a turn ends within one,
//! and nowhere else. A turn that dies is done again from what was written down last. So is mending: what is wrong is written down
//! first, and what became of it as it goes on.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use futures_util::future::try_join_all;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::civil::Date;
use model::job::{PLACES, Place};
use model::reconcile::{Check, Judged, MARKER_OUTLIVES, Reading, Stage, Sums, WrongRow, proven_from};
use model::tally::{Counter, Row};
use model::{CampaignId, Timestamp};
use store::{Config, RowPart};

use crate::turn::Held;
use crate::{Deps, Error};

/// How often rows are looked at: once more where they counted meanwhile, and before any is called wrong.
const LOOKS: u8 = 2;

/// Bytes of a piece of what was added up, or a little more: an item has 400 KB at most.
const PIECE: usize = 300_000;

/// Rows that are mended at the same time.
const AT_ONCE: usize = 16;

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
                let next = if !again.is_empty() {
                    sums = Sums::of(again);
                    reading.once_more(&judged)
                } else if held.job.repair && !judged.wrong.is_empty() {
                    let told = reading.told(&judged).at(Stage::Mending);
                    sums = Sums::of_wrong(judged.wrong);
                    told
                } else {
                    return end(held, &reading.told(&judged), &judged.wrong, first).await;
                };
                keep(held, next.clone(), &sums).await?;
                next
            }
            Stage::Mending => return mend(held, &reading, sums.into_wrong(), first).await,
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

/// There are too many for the memory: in smaller parts, from the beginning.
async fn in_smaller_parts(held: &mut Held<'_>) -> Result<(), Error> {
    held.keep(|job| {
        job.attempts = 0;
        job.check = job.check.take().map(Check::in_smaller_parts);
    })
    .await
}

/// Mends wrong rows, some at a time, until all are mended or the turn is over. What became of some is written down before the next
/// ones are touched: nobody could find it out afterwards.
async fn mend(held: &mut Held<'_>, reading: &Reading, wrong: Vec<WrongRow>, first: Option<Date>) -> Result<(), Error> {
    let done = usize::try_from(reading.mended).unwrap_or(usize::MAX);
    let left = wrong.get(done..).unwrap_or_default();
    for (nth, some) in left.chunks(held.deps.mends).enumerate() {
        if nth > 0 && held.now() >= held.read_until {
            return Ok(());
        }
        let mends: Vec<_> = some.iter().map(|row| mend_row(held.deps, row)).collect();
        let repaired: Vec<bool> = stream::iter(mends).buffered(AT_ONCE).try_collect().await?;
        held.keep(|job| {
            job.attempts = 0;
            let Some(check) = job.check.as_mut() else { return };
            some.iter().zip(repaired).for_each(|(row, repaired)| check.find(row, repaired));
            if let Some(reading) = check.reading.as_mut() {
                reading.mended += some.len() as u64;
            }
        })
        .await?;
    }
    end(held, reading, &[], first).await
}

/// Writes down what became of a part of the rows. Those that are wrong were not to be mended.
async fn end(held: &mut Held<'_>, reading: &Reading, wrong: &[WrongRow], first: Option<Date>) -> Result<(), Error> {
    held.keep(|job| {
        job.attempts = 0;
        let Some(check) = job.check.as_mut() else { return };
        check.part += 1;
        check.reading = None;
        check.markers = reading.markers;
        check.rows += reading.known.rows;
        check.busy += reading.known.busy;
        check.kept += reading.known.kept;
        check.proven_from = first;
        wrong.iter().for_each(|row| check.find(row, false));
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
    match reading.stage {
        Stage::Before | Stage::Markers => {
            walk(deps, until, reading, sums).await?;
            return Ok(reading.is_through());
        }
        Stage::After => {}
        Stage::Mending => return Ok(true),
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
async fn mend_row(deps: &Deps, wrong: &WrongRow) -> Result<bool, Error> {
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
