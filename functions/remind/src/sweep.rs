//! What the hourly sweep looks for: steps that are overdue, schedules that may be missing, mails nobody heard of.

use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::campaign::{Cadence, OnUnknown};
use model::survey::{Due, UNKNOWN_AFTER};
use model::{Step, Survey, Timestamp};

/// How long after its time a step counts as overdue: messages and schedules may take a few minutes.
const GRACE: Duration = Duration::from_secs(10 * 60);

/// Longer than the time until the next sweep.
const AHEAD: Duration = Duration::from_secs(70 * 60);

/// How much later than planned an invite may have gone out for its survey to be found every hour; what took
/// longer is found by the next look at everything.
const LATE: Duration = Duration::from_secs(2 * 86_400);

/// The days of sending whose surveys a sweep looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Days {
    /// All of them: the sweeps at 0, 6, 12 and 18 o'clock UTC, so that one of them may get lost.
    All,
    /// Those between these days, inclusive, on which a step of some campaign may be due.
    Between(Vec<(Date, Date)>),
}

impl Days {
    /// The days of a sweep at `now`.
    ///
    /// A survey may have been made when its campaign had another cadence; a look at everything finds it.
    pub(crate) fn of(cadences: impl IntoIterator<Item = Cadence>, now: Timestamp) -> Self {
        if now.hour_in(&TimeZone::UTC).is_multiple_of(6) {
            return Self::All;
        }
        let mut waits: Vec<u32> = vec![0];
        for cadence in cadences {
            waits.extend([cadence.task, cadence.remind, Some(cadence.close)].into_iter().flatten());
        }
        waits.sort_unstable();
        waits.dedup();
        let day = |at: Timestamp| at.day_in(&TimeZone::UTC);
        let between = waits.into_iter().map(|wait| {
            let wait = Duration::from_secs(u64::from(wait));
            (day(now.before(wait).before(LATE)), day(now.after(AHEAD).before(wait)))
        });
        Self::Between(between.collect())
    }

    /// Whether surveys of that day are looked at.
    pub(crate) fn contain(&self, day: Date) -> bool {
        match self {
            Self::All => true,
            Self::Between(between) => between.iter().any(|(first, last)| (*first..=*last).contains(&day)),
        }
    }
}

/// What a sweep finds of one survey.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Finding {
    /// All is well, or somebody is at it.
    Fine,
    /// A step should have been done by now.
    Overdue(Step),
    /// A step is due before the next sweep: there must be a schedule.
    Soon(Due),
    /// Nobody knows the fate of a mail, and it has to stay so for now.
    Unknown,
    /// Nobody knows the fate of a mail; it may be sent again if all events of SES were read.
    Retry(Step, Box<Survey>),
}

/// Looks at one survey.
pub(crate) fn find(survey: &Survey, on_unknown: OnUnknown, now: Timestamp) -> Finding {
    if let Some(step) = survey.in_flight {
        if !survey.silent_for(step, now, UNKNOWN_AFTER) {
            return Finding::Fine;
        }
        let claim = survey.mail(step).and_then(|mail| mail.claim.as_ref());
        let may_retry = on_unknown == OnUnknown::Retry && survey.silent_for(step, now, survey.retry_unknown_after());
        let released = claim.filter(|_| may_retry).and_then(|claim| survey.released(step, claim));
        return released.map_or(Finding::Unknown, |after| Finding::Retry(step, Box::new(after)));
    }
    if let Some(step) = survey.overdue(now, GRACE) {
        return Finding::Overdue(step);
    }
    match survey.next {
        Some(due) if due.at > now && due.at <= now.after(AHEAD) => Finding::Soon(due),
        _ => Finding::Fine,
    }
}

#[cfg(test)]
mod tests;
