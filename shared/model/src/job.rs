//! Work on all surveys there are, a little at a time: counting them anew, and proving that tallies equal them.
//!
//! A job is written down with all that is needed to go on with it, so that whoever takes its next turn may be another
//! process, after a crash, or days later. A message only says that there is a job to look at: who takes a turn holds the
//! job for a while, and a message that meets a held one, or comes before the job expects one, has nothing to do.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::id::{CampaignId, NotAnId, SurveyId};
use crate::reconcile::Check;
use crate::time::Timestamp;

/// Parts of the surveys table that are walked side by side.
pub const PLACES: u8 = 4;

/// How long after a change of bands an answer may still be counted by the former ones: a function believes for half a
/// minute what it read, the counting of a batch takes a minute at most, and writing the change half a minute.
pub const GRACE: Duration = Duration::from_secs(120);

/// How long a turn may hold a job. No function lives longer.
pub const LEASE: Duration = Duration::from_secs(900);

/// How late the message for the next turn may be before it is taken for lost.
pub const LOST_AFTER: Duration = Duration::from_secs(120);

/// How often a turn may end in nothing, one after the other, before a job is given up.
pub const MOST_ATTEMPTS: u32 = 8;

/// How long a job waits for the counting of what it touched before it goes on all the same: then the counting has given
/// up some of it, and its own alarm has rung.
pub const PATIENCE: Duration = Duration::from_secs(600);

/// How long a job is remembered.
pub const KEPT: Duration = Duration::from_secs(90 * 86_400);

/// How long what a turn has added up is kept for the next one.
pub const PIECES_KEPT: Duration = Duration::from_secs(7 * 86_400);

/// The name of a job: when it was made, and eight hexadecimal digits. Names sort by time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct JobId(String);

impl JobId {
    /// The name of a job made then; `draw` tells it from others of that moment.
    #[must_use]
    pub fn new(at: Timestamp, draw: u32) -> Self {
        Self(format!("{:013}-{draw:08x}", at.as_millis().max(0)))
    }

    /// The recount that follows a change of a campaign's bands: the same name for everybody who sees to it.
    #[must_use]
    pub fn of_bands(campaign: &CampaignId, changed_at: Timestamp) -> Self {
        Self::new(changed_at, u32::from_be_bytes(campaign.hash()))
    }

    /// The name as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for JobId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        let parts = text.split_once('-').filter(|(at, draw)| {
            at.len() == 13 && at.bytes().all(|b| b.is_ascii_digit()) && draw.len() == 8 && draw.bytes().all(hex)
        });
        parts
            .map(|_| Self(text.to_owned()))
            .ok_or(NotAnId::new("the name of a job is thirteen digits, - and eight more"))
    }
}

impl TryFrom<String> for JobId {
    type Error = NotAnId;

    fn try_from(text: String) -> Result<Self, NotAnId> {
        text.parse()
    }
}

impl From<JobId> for String {
    fn from(id: JobId) -> Self {
        id.0
    }
}

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// Has surveys counted anew whose count is not what it would be today.
    Recount,
    /// Proves that tallies equal surveys, and says where not.
    Reconciliation,
}

impl JobKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Recount, Self::Reconciliation];

    /// The name in keys and messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recount => "recount",
            Self::Reconciliation => "reconciliation",
        }
    }
}

/// What has become of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// It has not begun, or waits for something.
    Waiting,
    /// It is under way.
    Running,
    /// It came to its end.
    Done,
    /// It was given up.
    Failed,
}

impl JobState {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    /// Whether there is something left to do.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Running)
    }
}

/// How far one part of a walk has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// At its beginning.
    Start,
    /// Behind this key.
    Behind(String, String),
    /// At its end.
    End,
}

/// A job as it is written down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// Its name.
    pub id: JobId,
    /// What it does.
    pub kind: JobKind,
    /// The campaign whose surveys are recounted; those of all if absent.
    pub campaign: Option<CampaignId>,
    /// Whether what is found wrong is mended.
    pub repair: bool,
    /// What has become of it.
    pub state: JobState,
    /// When somebody asked for it.
    pub made_at: Timestamp,
    /// When it is to begin, or go on.
    pub expected_at: Timestamp,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Until when somebody holds it.
    pub held_until: Option<Timestamp>,
    /// Turns that ended in nothing since the last one that did not.
    pub attempts: u32,
    /// Grows by one with every write.
    pub rev: u64,
    /// How far the walk over the surveys has come, part by part.
    pub places: Vec<Place>,
    /// Items of the table that were read.
    pub read: u64,
    /// Items the table has, as far as anybody knows.
    pub of: Option<u64>,
    /// Surveys that were looked at.
    pub seen: u64,
    /// Surveys nobody can read.
    pub unread: u64,
    /// Surveys that were counted anew.
    pub changed: u64,
    /// Some of those that were touched last, and the version the counting must have come to before the walk goes on.
    pub awaited: Vec<(SurveyId, u64)>,
    /// Since when.
    pub awaited_since: Option<Timestamp>,
    /// Why it waits, or was given up.
    pub detail: Option<String>,
    /// What a reconciliation has found.
    pub check: Option<Check>,
}

impl Job {
    /// A job that has not begun.
    #[must_use]
    pub fn new(id: JobId, kind: JobKind, campaign: Option<CampaignId>, repair: bool, now: Timestamp) -> Self {
        Self {
            id,
            kind,
            campaign,
            repair,
            state: JobState::Waiting,
            made_at: now,
            expected_at: now,
            started_at: None,
            ended_at: None,
            held_until: None,
            attempts: 0,
            rev: 0,
            places: vec![Place::Start; usize::from(PLACES)],
            read: 0,
            of: None,
            seen: 0,
            unread: 0,
            changed: 0,
            awaited: Vec::new(),
            awaited_since: None,
            detail: None,
            check: (kind == JobKind::Reconciliation).then(Check::default),
        }
    }

    /// The job as whoever takes its next turn holds it; nothing if it is over, somebody holds it, or its turn has not come.
    /// One whose turns came to nothing too often is given up instead.
    #[must_use]
    pub fn taken(&self, now: Timestamp) -> Option<Self> {
        let held = self.held_until.is_some_and(|until| until > now);
        // Clocks of two machines differ a little.
        let early = self.expected_at > now.after(Duration::from_secs(1));
        if !self.state.is_open() || held || early {
            return None;
        }
        if self.attempts >= MOST_ATTEMPTS {
            let why = format!("{} turns came to nothing, one after the other", self.attempts);
            return Some(self.failed(&why, now));
        }
        Some(self.with(|job| {
            job.held_until = Some(now.after(LEASE));
            job.attempts += 1;
        }))
    }

    /// The job with a change, one revision further.
    #[must_use]
    pub fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut after = self.clone();
        change(&mut after);
        after.rev += 1;
        after
    }

    /// The job given back by who held it: its next turn is to come after that time.
    #[must_use]
    pub fn given_back(&self, next_in: Duration, now: Timestamp) -> Self {
        self.with(|job| {
            job.held_until = None;
            job.expected_at = now.after(next_in);
        })
    }

    /// The job at its end.
    #[must_use]
    pub fn done(&self, now: Timestamp) -> Self {
        self.ended(JobState::Done, None, now)
    }

    /// The job, given up.
    #[must_use]
    pub fn failed(&self, why: &str, now: Timestamp) -> Self {
        self.ended(JobState::Failed, Some(why.to_owned()), now)
    }

    fn ended(&self, state: JobState, detail: Option<String>, now: Timestamp) -> Self {
        self.with(|job| {
            job.state = state;
            job.detail = detail;
            job.held_until = None;
            job.ended_at = Some(now);
        })
    }

    /// Whether the message for its next turn seems to be lost.
    #[must_use]
    pub fn is_forgotten(&self, now: Timestamp) -> bool {
        let held = self.held_until.is_some_and(|until| until > now);
        self.state.is_open() && !held && self.expected_at.after(LOST_AFTER) <= now
    }

    /// Whether the walk over the surveys is over.
    #[must_use]
    pub fn has_walked(&self) -> bool {
        self.places.iter().all(|place| *place == Place::End)
    }
}

/// When counting by today's bands is certain to be all there is, given when they were changed last.
#[must_use]
pub fn settled_at(bands_changed: impl IntoIterator<Item = Option<Timestamp>>) -> Option<Timestamp> {
    bands_changed.into_iter().flatten().max().map(|at| at.after(GRACE))
}

/// What a message on the recount queue says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// Take the next turn of a job: `{"job":"recount/…"}`.
    Turn(JobKind, JobId),
    /// Look for jobs whose message was lost, and for bands that changed: `{"sweep":true}`.
    Sweep,
    /// Begin the reconciliation of the night: `{"reconcile":true}`.
    Reconcile,
}

/// How a call is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    job: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    sweep: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    reconcile: bool,
}

impl Serialize for Call {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let job = match self {
            Self::Turn(kind, id) => Some(format!("{}/{id}", kind.as_str())),
            Self::Sweep | Self::Reconcile => None,
        };
        Wire { job, sweep: *self == Self::Sweep, reconcile: *self == Self::Reconcile }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Call {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = Wire::deserialize(deserializer)?;
        let read = match (&wire.job, wire.sweep, wire.reconcile) {
            (Some(job), false, false) => job.split_once('/').and_then(|(kind, id)| {
                let kind = JobKind::ALL.into_iter().find(|known| known.as_str() == kind)?;
                Some(Self::Turn(kind, id.parse().ok()?))
            }),
            (None, true, false) => Some(Self::Sweep),
            (None, false, true) => Some(Self::Reconcile),
            _ => None,
        };
        read.ok_or_else(|| serde::de::Error::custom("a call names a job, or asks for the sweep or a reconciliation"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job() -> Job {
        let now = Timestamp::from_millis(1_800_000_000_000);
        Job::new(JobId::new(now, 7), JobKind::Recount, None, false, now)
    }

    #[test]
    fn a_turn_is_taken_once_and_in_time() {
        let (fresh, now) = (job(), job().made_at);
        let later = |seconds| now.after(Duration::from_secs(seconds));
        let mine = fresh.taken(now).unwrap();
        assert_eq!((mine.rev, mine.attempts), (1, 1));
        let back = mine.given_back(Duration::from_secs(60), now);
        for (job, at, taken, what) in [
            (&mine, later(899), false, "somebody holds it"),
            (&mine, later(900), true, "whoever held it is dead"),
            (&back, later(58), false, "its turn has not come"),
            (&back, later(59), true, "a clock may be behind"),
            (&back.done(now), later(99), false, "it is over"),
            (&back.failed("x", now), later(99), false, "it was given up"),
        ] {
            assert_eq!(job.taken(at).is_some(), taken, "{what}");
        }
        for (job, at, lost) in [
            (&mine, later(899), false),
            (&mine, later(900), true),
            (&back, later(179), false),
            (&back, later(180), true),
        ] {
            assert_eq!(job.is_forgotten(at), lost);
        }
    }

    #[test]
    fn turns_that_come_to_nothing_end_at_some_time() {
        let mut at = job().made_at;
        let mut last = job();
        for _ in 0..=MOST_ATTEMPTS {
            last = last.taken(at).unwrap();
            at = at.after(LEASE);
        }
        assert_eq!(last.state, JobState::Failed);
        assert_eq!(last.taken(at), None);
    }

    #[test]
    fn bands_are_counted_by_some_time_after_their_latest_change() {
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1_000);
        assert_eq!(settled_at([]), None);
        assert_eq!(settled_at([None, Some(at(10)), Some(at(40)), None]), Some(at(160)));
    }

    #[test]
    fn a_call_is_read_as_it_was_written() {
        for (call, text) in [
            (Call::Turn(JobKind::Recount, job().id), r#"{"job":"recount/1800000000000-00000007"}"#),
            (Call::Sweep, r#"{"sweep":true}"#),
            (Call::Reconcile, r#"{"reconcile":true}"#),
        ] {
            assert_eq!(serde_json::to_string(&call).unwrap(), text);
            assert_eq!(serde_json::from_str::<Call>(text).unwrap(), call);
        }
        for wrong in [
            "{}",
            r#"{"sweep":false}"#,
            r#"{"sweep":true,"reconcile":true}"#,
            r#"{"job":"recount/1"}"#,
            r#"{"job":"1800000000000-00000007"}"#,
            r#"{"job":"recount/1800000000000-00000007","sweep":true}"#,
            r#"{"sweep":true,"more":1}"#,
        ] {
            assert!(serde_json::from_str::<Call>(wrong).is_err(), "{wrong}");
        }
    }
}
