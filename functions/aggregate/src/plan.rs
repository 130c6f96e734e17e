//! From images and markers to moves, and from moves to transactions.

use std::collections::{BTreeSet, HashMap};

use model::reconcile::MARKER_OUTLIVES;
use model::tally::{Changes, Contribution, add, moved};
use model::{SurveyId, Timestamp, time};
use store::{Marker, keys};

use crate::batch::Life;
use crate::values::Known;

/// Most actions DynamoDB takes in one transaction.
const MAX_ACTIONS: usize = 100;

/// A marker's way from the version it was read at to what is counted now, and what that adds to the tallies.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Move {
    /// The version the marker must still have; none if there was no marker.
    pub(crate) from: Option<u64>,
    /// The marker as it becomes.
    pub(crate) to: Marker,
    /// The marker of an earlier life of the survey, whose count stays.
    pub(crate) earlier: Option<Marker>,
    /// What is added; may be nothing.
    pub(crate) changes: Changes,
    /// When the marker may be forgotten.
    pub(crate) expires: Timestamp,
}

/// What is written together.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Transaction {
    pub(crate) moves: Vec<(Option<u64>, Marker)>,
    pub(crate) earlier: Vec<Marker>,
    pub(crate) changes: Changes,
    pub(crate) expires: Timestamp,
}

/// The contributions that no marker knows of yet.
pub(crate) fn uncounted<'a>(
    lives: &'a [&Life],
    markers: &'a HashMap<SurveyId, Marker>,
) -> impl Iterator<Item = (&'a Contribution, &'a BTreeSet<String>)> {
    let news = |life: &&&Life| markers.get(&life.survey).is_none_or(|marker| marker.ver < life.ver);
    lives.iter().filter(news).map(|life| (&life.contribution, &life.bounded))
}

/// What is to be counted. A marker that is as far as the image, or further, says that the image is a repeat.
/// A marker that lags behind is moved from what it says was counted, whatever became of the versions in
/// between; it moves also where nothing is added, or an older record that comes again would count.
pub(crate) fn moves(lives: &[&Life], markers: &HashMap<SurveyId, Marker>, known: &mut Known) -> Vec<Move> {
    let mut lives = lives.to_vec();
    lives.sort_by_key(|life| life.ver);
    let mut latest: HashMap<SurveyId, Marker> = HashMap::new();
    let mut moves = Vec::with_capacity(lives.len());
    for life in lives {
        let marker = latest.get(&life.survey).or(markers.get(&life.survey));
        if marker.is_some_and(|marker| marker.ver >= life.ver) {
            continue;
        }
        let counted = known.capped(&life.contribution, &life.bounded);
        let to = Marker { survey: life.survey, ver: life.ver, counted };
        moves.push(Move {
            from: marker.map(|marker| marker.ver),
            earlier: marker.filter(|marker| marker.counted.born != to.counted.born).cloned(),
            changes: moved(marker.map(|marker| &marker.counted), &to.counted),
            expires: life.expires.after(time::DAY * MARKER_OUTLIVES),
            to: to.clone(),
        });
        latest.insert(life.survey, to);
    }
    moves
}

/// Packs moves into as few transactions as fit, in their order. No survey is twice in one: an item can be
/// written only once.
pub(crate) fn packed(moves: Vec<Move>) -> Vec<Transaction> {
    let mut done = Vec::new();
    let mut open = Transaction::default();
    let mut surveys = BTreeSet::new();
    for Move { from, to, earlier, changes, expires } in moves {
        let markers = 1 + usize::from(earlier.is_some());
        let more = markers + changes.keys().filter(|row| !open.changes.contains_key(row)).count();
        let full = open.moves.len() + open.earlier.len() + open.changes.len() + more > MAX_ACTIONS;
        if !open.moves.is_empty() && (full || surveys.contains(&to.survey)) {
            done.push(std::mem::take(&mut open));
            surveys.clear();
        }
        surveys.insert(to.survey);
        open.moves.push((from, to));
        open.earlier.extend(earlier);
        add(&mut open.changes, changes);
        open.expires = open.expires.max(expires);
    }
    done.push(open);
    done.retain(|transaction| !transaction.moves.is_empty());
    // Only now: what cancels out within a transaction need not be added. Its row is touched all the same, for whoever
    // reads markers meanwhile: see `model::reconcile`.
    let rows = done.iter_mut().flat_map(|transaction| transaction.changes.values_mut());
    rows.for_each(|counters| counters.retain(|_, by| *by != 0));
    done
}

/// Among how many shards an attempt at a batch draws. A batch is as full as changes are frequent, so a quiet
/// campaign's rows stay in one shard and are not eight times as many to read. Whoever met somebody, on
/// whatever batch, draws among all.
pub(crate) fn shards(changes: usize, round: u32) -> u8 {
    if round > 0 {
        return keys::TALLY_SHARDS;
    }
    u8::try_from(changes).unwrap_or(keys::TALLY_SHARDS).clamp(1, keys::TALLY_SHARDS)
}

#[cfg(test)]
mod tests;
