//! Rows of tallies, and what the markers say they must be, as they are added up, written down and judged.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::id::CampaignId;
use crate::tally::{Contribution, Counter, Row};

#[derive(Clone, Debug, Default)]
struct Sum {
    /// The revisions of all parts of the row together, before and after the markers were read. They only grow, so both are
    /// the same only if none has moved.
    before: u64,
    after: u64,
    /// Each number as the row has it, and as the markers add up to.
    numbers: BTreeMap<Counter, (i64, i64)>,
}

/// Some of the rows, and what the markers say they must be.
#[derive(Debug)]
pub struct Sums {
    part: u32,
    parts: u32,
    /// Whether no row is taken that it does not know.
    closed: bool,
    rows: BTreeMap<Row, Sum>,
}

/// A row and its sum as they are written down, one a line.
type Line<'a> = (Cow<'a, str>, Cow<'a, str>, Date, Cow<'a, str>, u64, u64, Vec<(Cow<'a, str>, i64, i64)>);

/// A piece that does not read as it was written.
#[derive(Debug, thiserror::Error)]
#[error("what was added up cannot be read any more")]
pub struct NotSums(#[source] Option<serde_json::Error>);

/// A row that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongRow {
    /// The row.
    pub row: Row,
    /// The revisions of its parts together, at which it is wrong.
    pub rev: u64,
    /// The wrong numbers: as the row has them, and as they must be.
    pub numbers: BTreeMap<Counter, (i64, i64)>,
}

/// What holding rows against markers says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// Rows about which something is said.
    pub rows: u64,
    /// Those that are wrong.
    pub wrong: Vec<WrongRow>,
    /// Rows that moved meanwhile.
    pub moved: BTreeSet<Row>,
    /// Responses that no marker knows of any more.
    pub kept: u64,
}

impl Sums {
    /// One of `parts` equal parts of all rows.
    #[must_use]
    pub const fn new(part: u32, parts: u32) -> Self {
        Self { part, parts, closed: false, rows: BTreeMap::new() }
    }

    /// These rows alone.
    #[must_use]
    pub fn of(rows: BTreeSet<Row>) -> Self {
        let rows = rows.into_iter().map(|row| (row, Sum::default())).collect();
        Self { part: 0, parts: 1, closed: true, rows }
    }

    /// These rows with what is wrong in them, to be written down until they are mended.
    #[must_use]
    pub fn of_wrong(wrong: Vec<WrongRow>) -> Self {
        let sum = |rev, numbers| Sum { before: rev, after: rev, numbers };
        let rows = wrong.into_iter().map(|WrongRow { row, rev, numbers }| (row, sum(rev, numbers))).collect();
        Self { part: 0, parts: 1, closed: true, rows }
    }

    /// The rows of [`Self::of_wrong`].
    #[must_use]
    pub fn into_wrong(self) -> Vec<WrongRow> {
        let rows = self.rows.into_iter();
        rows.map(|(row, Sum { before, numbers, .. })| WrongRow { row, rev: before, numbers }).collect()
    }

    /// The same at the beginning, for the rows of [`Self::of`].
    #[must_use]
    pub fn closed(self) -> Self {
        Self { closed: true, ..self }
    }

    /// What it has added up so far, in pieces of so many bytes or a little more.
    ///
    /// # Errors
    /// Never: what it holds can be written.
    pub fn pieces(&self, most: usize) -> Result<Vec<String>, NotSums> {
        let mut pieces = vec![String::new()];
        for (row, sum) in &self.rows {
            let numbers =
                sum.numbers.iter().map(|(counter, (tally, surveys))| (counter.name().into(), *tally, *surveys));
            let line: Line<'_> = (
                row.campaign.as_str().into(),
                row.dimension.as_str().into(),
                row.day,
                row.value.as_str().into(),
                sum.before,
                sum.after,
                numbers.collect(),
            );
            let line = serde_json::to_string(&line).map_err(|error| NotSums(Some(error)))?;
            if pieces.last().is_some_and(|piece| piece.len() >= most) {
                pieces.push(String::new());
            }
            if let Some(piece) = pieces.last_mut() {
                piece.push_str(&line);
                piece.push('\n');
            }
        }
        Ok(pieces)
    }

    /// Takes in a piece that was written down.
    ///
    /// # Errors
    /// When it was not written here.
    pub fn restore(&mut self, piece: &str) -> Result<(), NotSums> {
        for line in piece.lines() {
            let (campaign, dimension, day, value, before, after, numbers) =
                serde_json::from_str::<Line<'_>>(line).map_err(|error| NotSums(Some(error)))?;
            let campaign = campaign.parse().map_err(|_| NotSums(None))?;
            let row = Row { campaign, dimension: dimension.into_owned(), day, value: value.into_owned() };
            let numbers = numbers.into_iter().map(|(name, tally, surveys)| {
                Counter::named(&name).map(|counter| (counter, (tally, surveys))).ok_or(NotSums(None))
            });
            let numbers = numbers.collect::<Result<_, _>>()?;
            self.rows.insert(row, Sum { before, after, numbers });
        }
        Ok(())
    }

    /// How many rows it knows of.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it knows of none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The dimensions it has rows of.
    #[must_use]
    pub fn dimensions(&self) -> BTreeSet<(CampaignId, String)> {
        self.rows.keys().map(|row| (row.campaign.clone(), row.dimension.clone())).collect()
    }

    fn takes(&self, row: &Row) -> bool {
        if self.closed {
            return self.rows.contains_key(row);
        }
        self.parts == 1 || part_of(row, self.parts) == self.part
    }

    /// Takes in a part of a row, as it was before the markers are read.
    pub fn row_before(&mut self, row: Row, rev: u64, counters: &[(Counter, i64)]) {
        if self.takes(&row) {
            let sum = self.rows.entry(row).or_default();
            sum.before += rev;
            for (counter, by) in counters {
                sum.numbers.entry(*counter).or_default().0 += by;
            }
        }
    }

    /// Takes in what was counted for a survey.
    pub fn marker(&mut self, counted: &Contribution) {
        for (row, counters) in counted.rows() {
            if self.takes(&row) {
                let sum = self.rows.entry(row).or_default();
                for (counter, by) in counters {
                    sum.numbers.entry(counter).or_default().1 += by;
                }
            }
        }
    }

    /// Takes in a part of a row, as it is after the markers were read.
    pub fn row_after(&mut self, row: Row, rev: u64) {
        if self.takes(&row) {
            self.rows.entry(row).or_default().after += rev;
        }
    }

    /// Says what is equal, what is wrong, and what nobody can say anything about. `proven_from` is the first day on which a
    /// campaign's row must have what its markers say and no more.
    #[must_use]
    pub fn judged(self, proven_from: impl Fn(&CampaignId) -> Date) -> Judged {
        let mut judged = Judged::default();
        for (row, sum) in self.rows {
            if sum.before != sum.after {
                judged.moved.insert(row);
                continue;
            }
            judged.rows += 1;
            let proven = row.day >= proven_from(&row.campaign);
            let mut wrong = BTreeMap::new();
            let mut kept = 0;
            for (counter, (tally, surveys)) in sum.numbers {
                if tally < surveys || (proven && tally != surveys) {
                    wrong.insert(counter, (tally, surveys));
                } else if tally > surveys
                    && row.dimension == "campaign"
                    && matches!(counter, Counter::Score(_) | Counter::Suspect)
                {
                    kept += u64::try_from(tally - surveys).unwrap_or(0);
                }
            }
            if wrong.is_empty() {
                judged.kept += kept;
            } else {
                judged.wrong.push(WrongRow { row, rev: sum.before, numbers: wrong });
            }
        }
        judged
    }
}

/// The part a row belongs to: the same for all values of a dimension on a day, and in every process (FNV-1a).
fn part_of(row: &Row, parts: u32) -> u32 {
    let day = row.day.to_string();
    let bytes = row.campaign.as_str().bytes().chain([0]).chain(row.dimension.bytes()).chain([0]).chain(day.bytes());
    let hash = bytes
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    u32::try_from((hash ^ (hash >> 32)) % u64::from(parts.max(1))).unwrap_or(0)
}

#[cfg(test)]
mod tests;
