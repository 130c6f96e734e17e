//! Holding rows of tallies against what markers say was counted.
//!
//! Every transaction that counts moves markers and rows alike, and adds one to the revision of each row it touches. So what a
//! row has more than its markers is the same before and after it, and a row whose revision did not move between two
//! readings was touched by nobody: all markers read in between say what it must be. A row that moved says nothing, and is
//! looked at again.
//!
//! Markers are forgotten in the end, a while after their surveys, and what they counted stays. So an old row may have more
//! than the markers know; it must never have less.

mod sums;

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use self::sums::{Judged, NotSums, Sums, WrongRow};
use crate::id::{CampaignId, SurveyId};
use crate::job::{PLACES, Place};
use crate::time::Timestamp;

/// Days a marker outlives its survey: by then the stream has forgotten every record of it.
pub const MARKER_OUTLIVES: u32 = 30;

/// Days a link lives from its mail on.
const LINK_LIVES: u32 = 180;

/// Days by which a mail may go out late, or a day of one zone be another's.
const SLACK: u32 = 2;

/// Surveys that are held against their markers at once, in each of the parts of a walk.
pub const PAGE: u16 = 250;

/// Doubtful surveys with which a walk does not go on before it is known what they are.
pub const DOUBTS: usize = 250;

/// Doubtful surveys there is room for: a walk that had not to wait may meet as many as it reads at once.
pub const MOST_SUSPECTS: usize = DOUBTS + PLACES as usize * PAGE as usize;

/// Surveys that are wrong for certain, from which on a walk waits for no others.
pub const VERY_MANY: u64 = 1_000;

/// How often a survey is looked at again before it is called wrong.
pub const LOOKS: u8 = 3;

/// Findings that are listed, at most.
pub const MOST_LISTED: usize = 100;

/// The first day on which every counted survey still has its marker, for a campaign that never kept a survey for less than
/// `retention` days and closes one `close` seconds after its first mail.
///
/// A marker goes [`MARKER_OUTLIVES`] days after its survey. The last day a survey can count on is that of an answer to its
/// last mail, and an answer needs the survey.
#[must_use]
pub fn proven_from(retention: u16, close: u32, today: Date) -> Date {
    let answerable = LINK_LIVES + close.div_ceil(86_400) + SLACK;
    let days = MARKER_OUTLIVES + u32::from(retention).saturating_sub(answerable) - SLACK;
    today.saturating_sub(i64::from(days).days())
}

/// What a reconciliation has found so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Into how many parts the rows are cut, so that one fits into memory.
    pub parts: u32,
    /// How many of them were held against the markers.
    pub part: u32,
    /// Markers that were read for one part.
    pub markers: u64,
    /// Rows that were found to be equal or wrong, so far.
    pub rows: u64,
    /// Rows that counted whenever they were looked at.
    pub busy: u64,
    /// Responses of surveys that nobody knows of any more, but the tallies.
    pub kept: u64,
    /// From this day on every counted survey has its marker.
    pub proven_from: Option<Date>,
    /// Numbers that are wrong: the first of them.
    pub wrong: Vec<WrongNumber>,
    /// How many there are.
    pub wrong_numbers: u64,
    /// How many of them were mended.
    #[serde(default)]
    pub mended_numbers: u64,
    /// Surveys whose marker was not what it should be when it was read: looked at again, a little later.
    pub suspects: Vec<SurveyId>,
    /// How many more there were, once very many were wrong.
    pub more_suspects: u64,
    /// When the last of them was met, or looked at again.
    pub suspected_at: Option<Timestamp>,
    /// How often they were looked at again.
    pub looked_again: u8,
    /// Surveys whose marker is wrong for certain: the first of them.
    pub uncounted: Vec<WrongSurvey>,
    /// How many there are.
    pub wrong_surveys: u64,
    /// The reading of rows and markers that did not fit into one turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<Reading>,
}

/// A reading of rows, of all markers, and of the rows once more. It may take many turns: how long it takes makes no
/// difference to what an untouched row says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// How often these rows were looked at before.
    pub look: u8,
    /// What is read.
    pub stage: Stage,
    /// How far each part of the ledger is read, for rows before and for markers.
    pub places: Vec<Place>,
    /// Of how many dimensions the rows were read once more.
    pub dimensions: u32,
    /// Markers that were read.
    pub markers: u64,
    /// Of how many wrong rows it is known whether they were mended.
    #[serde(default)]
    pub mended: u64,
    /// What is known of rows that need no other look.
    #[serde(default)]
    pub known: Known,
    /// What was added up so far, if it is written down.
    pub kept: Option<Kept>,
}

/// What a reading knows of rows that need no other look. It goes into the check at the end of the reading, once: what is added up
/// may be forgotten before, and then the reading begins anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Rows that are equal or wrong.
    pub rows: u64,
    /// Rows that moved whenever they were looked at.
    pub busy: u64,
    /// Responses that no marker knows of any more.
    pub kept: u64,
}

/// What of them is read, or done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The rows, before the markers.
    Before,
    /// The markers.
    Markers,
    /// The rows, after the markers.
    After,
    /// Nothing: rows that are wrong are mended.
    Mending,
}

/// Sums that are written down in pieces, beside the job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The revision of the job under which they are: of somebody who was thought dead they have another.
    pub rev: u64,
    /// How many there are.
    pub pieces: u32,
}

impl Reading {
    /// One that has not begun.
    #[must_use]
    pub fn new(look: u8) -> Self {
        let places = vec![Place::Start; usize::from(PLACES)];
        let known = Known::default();
        Self { look, stage: Stage::Before, places, dimensions: 0, markers: 0, mended: 0, known, kept: None }
    }

    /// One more look at the rows that look wrong or moved. What was said of the others is known.
    #[must_use]
    pub fn once_more(self, judged: &Judged) -> Self {
        let Known { rows, busy, kept } = self.known;
        let rows = rows + judged.rows - judged.wrong.len() as u64;
        Self { known: Known { rows, busy, kept: kept + judged.kept }, ..Self::new(self.look + 1) }
    }

    /// The same with what the last look has said.
    #[must_use]
    pub fn told(self, judged: &Judged) -> Self {
        let Known { rows, busy, kept } = self.known;
        let busy = busy + judged.moved.len() as u64;
        Self { known: Known { rows: rows + judged.rows, busy, kept: kept + judged.kept }, ..self }
    }

    /// The same at the beginning of its next stage.
    #[must_use]
    pub fn at(self, stage: Stage) -> Self {
        Self { stage, places: vec![Place::Start; usize::from(PLACES)], ..self }
    }

    /// Whether every part of the ledger is read to its end.
    #[must_use]
    pub fn is_through(&self) -> bool {
        self.places.iter().all(|place| *place == Place::End)
    }
}

impl Default for Check {
    fn default() -> Self {
        Self {
            parts: 1,
            part: 0,
            markers: 0,
            rows: 0,
            busy: 0,
            kept: 0,
            proven_from: None,
            wrong: Vec::new(),
            wrong_numbers: 0,
            mended_numbers: 0,
            suspects: Vec::new(),
            more_suspects: 0,
            suspected_at: None,
            looked_again: 0,
            uncounted: Vec::new(),
            wrong_surveys: 0,
            reading: None,
        }
    }
}

impl Check {
    /// The same before any row was looked at, with rows in parts of half the size. What is known of surveys stays, and what was
    /// mended: nobody finds it wrong again.
    #[must_use]
    pub fn in_smaller_parts(self) -> Self {
        Self {
            parts: self.parts * 2,
            wrong: self.wrong.into_iter().filter(|wrong| wrong.repaired).collect(),
            wrong_numbers: self.mended_numbers,
            mended_numbers: self.mended_numbers,
            suspects: self.suspects,
            more_suspects: self.more_suspects,
            suspected_at: self.suspected_at,
            looked_again: self.looked_again,
            uncounted: self.uncounted,
            wrong_surveys: self.wrong_surveys,
            ..Self::default()
        }
    }

    /// Whether the walk over surveys waits until more is known of those that are doubtful: with so many of them, and where they
    /// were looked at again, since none may join them that was looked at less often. Not once very many are wrong for certain.
    #[must_use]
    pub const fn waits(&self, doubts: usize) -> bool {
        self.looked_again > 0 || (self.suspects.len() >= doubts && self.wrong_surveys < VERY_MANY)
    }

    /// Takes in surveys whose marker is not what it should be.
    pub fn suspect(&mut self, met: Vec<SurveyId>, now: Timestamp) {
        if met.is_empty() {
            return;
        }
        let room = MOST_SUSPECTS.saturating_sub(self.suspects.len());
        self.more_suspects += met.len().saturating_sub(room) as u64;
        self.suspects.extend(met.into_iter().take(room));
        self.suspected_at = Some(now);
    }

    /// Whether what is still wrong at the next look is wrong for certain.
    #[must_use]
    pub const fn is_last_look(&self) -> bool {
        self.looked_again + 1 >= LOOKS
    }

    /// Takes in which of the doubtful surveys are still wrong after another look; gives how many are so for certain.
    pub fn looked(&mut self, wrong: Vec<WrongSurvey>, now: Timestamp) -> u64 {
        self.suspected_at = Some(now);
        if self.is_last_look() {
            let certain = wrong.len() as u64;
            self.wrong_surveys += certain;
            let room = MOST_LISTED.saturating_sub(self.uncounted.len());
            self.uncounted.extend(wrong.into_iter().take(room));
            (self.suspects, self.looked_again) = (Vec::new(), 0);
            return certain;
        }
        self.suspects = wrong.iter().map(|wrong| wrong.survey).collect();
        // With none left the walk goes on, and may meet others.
        self.looked_again = if self.suspects.is_empty() { 0 } else { self.looked_again + 1 };
        0
    }

    /// Takes in a row that is wrong for certain.
    pub fn find(&mut self, wrong: &WrongRow, repaired: bool) {
        let count = wrong.numbers.len() as u64;
        self.wrong_numbers += count;
        self.mended_numbers += if repaired { count } else { 0 };
        let room = MOST_LISTED.saturating_sub(self.wrong.len());
        let numbers = wrong.numbers.iter().take(room);
        self.wrong.extend(numbers.map(|(counter, (tally, surveys))| WrongNumber {
            campaign: wrong.row.campaign.clone(),
            dimension: wrong.row.dimension.clone(),
            day: wrong.row.day,
            value: wrong.row.value.clone(),
            counter: counter.name(),
            tally: *tally,
            surveys: *surveys,
            repaired,
        }));
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub const fn is_equal(&self) -> bool {
        self.wrong_numbers == 0 && self.wrong_surveys == 0 && self.more_suspects == 0
    }
}

/// A number of a row that is not what its surveys add up to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrongNumber {
    /// The campaign.
    pub campaign: CampaignId,
    /// The dimension.
    pub dimension: String,
    /// The day.
    pub day: Date,
    /// The group.
    pub value: String,
    /// The number's name.
    pub counter: String,
    /// What the row says.
    pub tally: i64,
    /// What the markers add up to.
    pub surveys: i64,
    /// Whether the row was mended.
    pub repaired: bool,
}

/// A survey that is not counted as what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrongSurvey {
    /// The survey.
    pub survey: SurveyId,
    /// What is wrong with its marker.
    pub marker: WrongMarker,
    /// Whether it was touched to be counted anew.
    pub repaired: bool,
}

/// What is wrong with a marker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WrongMarker {
    /// There is none.
    Missing,
    /// It is of an older version of the survey, which counts as something else.
    Behind,
    /// It is of this version, and says something else than the survey counts as by today's definition.
    Differs,
}

impl WrongMarker {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Behind => "behind",
            Self::Differs => "differs",
        }
    }
}

#[cfg(test)]
mod tests;
