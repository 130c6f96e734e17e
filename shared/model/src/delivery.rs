//! What a destination was told of a survey, and when it is told again.
//!
//! A destination is told the whole state of a survey, and only what differs from what it was told last. Whoever tells
//! holds a lease: it is taken before the survey is read and given back with the answer, so that what is told later is
//! never older. Every change is a pure method; it is written if nobody else has written in between.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::destination::DestinationId;
use crate::id::{NotAnId, SurveyId};
use crate::survey::Survey;
use crate::time::{DAY, Timestamp};

/// How long a lease holds: longer than telling may take, so that one that has run out is a dead one's.
pub const LEASE: Duration = Duration::from_secs(60);

/// How long telling may take, in all.
pub const TELL_WITHIN: Duration = Duration::from_secs(45);

/// How long after each attempt the next one comes, as Standard Webhooks recommends.
pub const RETRIES: [Duration; 9] = [
    Duration::from_secs(5),
    Duration::from_secs(5 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(2 * 3600),
    Duration::from_secs(5 * 3600),
    Duration::from_secs(10 * 3600),
    Duration::from_secs(14 * 3600),
    Duration::from_secs(20 * 3600),
    Duration::from_secs(24 * 3600),
];

/// How long a destination may fail at everything before it is told nothing more.
pub const DISABLED_AFTER: Duration = Duration::from_secs(5 * DAY.as_secs());

/// Most characters of a remote answer that are kept.
pub const ANSWER_TEXT: usize = 500;

/// The name of a delivery: a survey and a destination. Written `<survey>-<destination>`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeliveryId {
    /// The survey.
    pub survey: SurveyId,
    /// Whom it is told.
    pub destination: DestinationId,
}

impl fmt::Display for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.survey, self.destination)
    }
}

impl FromStr for DeliveryId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let wrong = || NotAnId::new("a delivery id is a survey id, a dash and the id of a destination");
        let (survey, destination) = text.split_once('-').ok_or_else(wrong)?;
        let survey = survey.parse().map_err(|_| wrong())?;
        Ok(Self { survey, destination: destination.parse().map_err(|_| wrong())? })
    }
}

/// How far a delivery has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It is to be told for the first time, or once more because somebody asked for it.
    Pending,
    /// The destination knows.
    Delivered,
    /// Telling failed; it is tried again.
    Retrying,
    /// It was refused for good, or tried often enough. It is tried again when there is news, or when somebody asks.
    Failed,
    /// The destination is told nothing now; it is told once it is enabled again.
    Held,
}

impl DeliveryState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Pending, Self::Delivered, Self::Retrying, Self::Failed, Self::Held];

    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Retrying => "retrying",
            Self::Failed => "failed",
            Self::Held => "held",
        }
    }
}

impl FromStr for DeliveryState {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or(())
    }
}

/// What the other side answered last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The HTTP status; nothing if there was no answer.
    pub status: Option<u16>,
    /// What it said, in short.
    pub text: String,
    /// When.
    pub at: Timestamp,
}

impl Answer {
    /// An answer, its text cut to what is kept.
    #[must_use]
    pub fn new(status: Option<u16>, text: &str, at: Timestamp) -> Self {
        Self { status, text: text.chars().take(ANSWER_TEXT).collect(), at }
    }
}

/// What was told last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// The version of the survey it was made from.
    pub ver: u64,
    /// What tells it from anything else that could be told.
    pub fingerprint: String,
    /// When the destination took it.
    pub at: Timestamp,
}

/// Who is telling now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// Whose it is.
    pub id: String,
    /// Until when it holds.
    pub until: Timestamp,
}

/// One survey and one destination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The survey.
    pub survey: SurveyId,
    /// Whom it is told.
    pub destination: DestinationId,
    /// Grows by one with every write.
    pub rev: u64,
    /// How far it has come.
    pub state: DeliveryState,
    /// What the destination knows for certain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<Known>,
    /// The fingerprint of what was tried last, where that failed: anything else is worth a try at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tried: Option<String>,
    /// What the other side calls things: ids of records that were made there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub memory: BTreeMap<String, String>,
    /// How often telling the same has failed.
    pub attempts: u32,
    /// When it failed first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_failed_at: Option<Timestamp>,
    /// When it is tried next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at: Option<Timestamp>,
    /// What the other side answered last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Answer>,
    /// When somebody asked to have it told again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted_at: Option<Timestamp>,
    /// Who is telling now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease: Option<Lease>,
    /// When it was last written.
    pub updated_at: Timestamp,
    /// When the survey may be forgotten, and this with it.
    pub expires_at: Timestamp,
}

/// What is to be done about a delivery now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Nothing: the destination knows, or will not be told by itself.
    Nothing,
    /// It is to be told now.
    Now,
    /// It failed and is tried again then.
    At(Timestamp),
    /// Somebody is telling; they may be telling something older, so look again once they are done.
    Busy(Timestamp),
    /// The destination is not told anything: write down that it misses this.
    Hold,
}

/// Decides about one destination. `fingerprint` is of what it would be told now; `enabled` says whether it is told
/// anything. The delivery must have been read after the survey: then no one who holds a lease that is not seen here
/// can tell anything older.
#[must_use]
pub fn decide(delivery: Option<&Delivery>, fingerprint: &str, enabled: bool, now: Timestamp) -> Due {
    let Some(delivery) = delivery else { return if enabled { Due::Now } else { Due::Hold } };
    match &delivery.lease {
        Some(lease) if lease.until > now => return Due::Busy(lease.until),
        // Nobody knows what became of it.
        Some(_) => return if enabled { Due::Now } else { Due::Hold },
        None => {}
    }
    let known = delivery.known.as_ref().is_some_and(|known| known.fingerprint == fingerprint);
    let new = delivery.tried.as_deref() != Some(fingerprint);
    match delivery.state {
        DeliveryState::Delivered if known => Due::Nothing,
        DeliveryState::Failed if !new => Due::Nothing,
        DeliveryState::Held if !enabled => Due::Nothing,
        _ if !enabled => Due::Hold,
        // Without anything tried it waits for its turn, whatever the news.
        DeliveryState::Retrying if !new || delivery.tried.is_none() => match delivery.next_at {
            Some(at) if at > now => Due::At(at),
            _ => Due::Now,
        },
        _ => Due::Now,
    }
}

impl Delivery {
    /// One that nobody has tried yet.
    #[must_use]
    pub const fn new(survey: SurveyId, destination: DestinationId, expires_at: Timestamp, now: Timestamp) -> Self {
        Self {
            survey,
            destination,
            rev: 0,
            state: DeliveryState::Pending,
            known: None,
            tried: None,
            memory: BTreeMap::new(),
            attempts: 0,
            first_failed_at: None,
            next_at: None,
            last: None,
            wanted_at: None,
            lease: None,
            updated_at: now,
            expires_at,
        }
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> DeliveryId {
        DeliveryId { survey: self.survey, destination: self.destination.clone() }
    }

    /// Whether nobody is to look after it, unless there is news.
    #[must_use]
    pub const fn is_settled(&self) -> bool {
        matches!(self.state, DeliveryState::Delivered | DeliveryState::Failed | DeliveryState::Held)
    }

    /// Whether it was refused for good, or tried often enough.
    #[must_use]
    pub fn is_given_up(&self) -> bool {
        self.state == DeliveryState::Failed
    }

    /// Whether that lease holds it.
    #[must_use]
    pub fn is_leased_to(&self, lease: &str) -> bool {
        self.lease.as_ref().is_some_and(|held| held.id == lease)
    }

    /// Somebody begins to tell.
    #[must_use]
    pub fn leased(&self, lease: &str, now: Timestamp) -> Self {
        self.changed(now, |after| after.lease = Some(Lease { id: lease.to_owned(), until: now.after(LEASE) }))
    }

    /// The destination took it.
    #[must_use]
    pub fn delivered(&self, ver: u64, fingerprint: &str, answer: Answer, now: Timestamp) -> Self {
        self.changed(now, |after| {
            after.known = Some(Known { ver, fingerprint: fingerprint.to_owned(), at: answer.at });
            after.settle(DeliveryState::Delivered, answer);
            after.tried = None;
            (after.attempts, after.first_failed_at) = (0, None);
        })
    }

    /// Telling failed in a way that may pass. It is tried again when the schedule says so, or when the other side
    /// does if that is later; after the last attempt it is left alone. `jitter`, any number, moves the attempt back by
    /// up to a tenth of the wait, so that what failed together does not come together again.
    #[must_use]
    pub fn failed(
        &self,
        fingerprint: &str,
        answer: Answer,
        wait: Option<Duration>,
        jitter: u64,
        now: Timestamp,
    ) -> Self {
        self.changed(now, |after| {
            after.tried_now(fingerprint, &answer);
            let planned = usize::try_from(after.attempts).ok().and_then(|nth| RETRIES.get(nth.saturating_sub(1)));
            match planned {
                Some(planned) => {
                    let spread = u64::try_from(planned.as_millis() / 10).unwrap_or(u64::MAX).max(1);
                    let planned = planned.saturating_add(Duration::from_millis(jitter % spread));
                    let wait = wait.map_or(planned, |wait| wait.min(DAY).max(planned));
                    after.settle(DeliveryState::Retrying, answer);
                    after.next_at = Some(now.after(wait));
                }
                None => after.settle(DeliveryState::Failed, answer),
            }
        })
    }

    /// It was not even tried, since too much waits for this destination: that costs no attempt.
    #[must_use]
    pub fn postponed(&self, wait: Duration, answer: Answer, jitter: u64, now: Timestamp) -> Self {
        self.changed(now, |after| {
            let spread = Duration::from_millis(jitter % 5_000);
            after.settle(DeliveryState::Retrying, answer);
            after.next_at = Some(now.after(wait.clamp(RETRIES[0], DAY).saturating_add(spread)));
            // Whatever was tried before, this was not.
            after.tried = None;
        })
    }

    /// There is nothing to tell this destination: not any more, or not this. With a fingerprint, of this.
    #[must_use]
    pub fn needless(&self, ver: u64, fingerprint: Option<&str>, now: Timestamp) -> Self {
        self.changed(now, |after| {
            after.known = fingerprint.map(|fingerprint| Known { ver, fingerprint: fingerprint.to_owned(), at: now });
            after.state = DeliveryState::Delivered;
            (after.lease, after.next_at, after.tried) = (None, None, None);
            (after.attempts, after.first_failed_at) = (0, None);
        })
    }

    /// The other side will never take it as it is.
    #[must_use]
    pub fn refused(&self, fingerprint: &str, answer: Answer, now: Timestamp) -> Self {
        self.changed(now, |after| {
            after.tried_now(fingerprint, &answer);
            after.settle(DeliveryState::Failed, answer);
        })
    }

    /// The destination is told nothing now, and misses something by that.
    #[must_use]
    pub fn held(&self, now: Timestamp) -> Self {
        self.changed(now, |after| {
            (after.state, after.next_at, after.lease) = (DeliveryState::Held, None, None);
        })
    }

    /// Somebody wants it told again, whatever the destination knows: as if it had never heard of it. Whoever is telling
    /// now goes on.
    #[must_use]
    pub fn wanted(&self, now: Timestamp) -> Self {
        self.changed(now, |after| {
            after.state = DeliveryState::Pending;
            after.wanted_at = Some(now);
            after.next_at = Some(now);
            (after.known, after.tried) = (None, None);
            (after.attempts, after.first_failed_at) = (0, None);
        })
    }

    /// What somebody wrote in between stays true: if it was wanted again, it still is.
    #[must_use]
    pub fn over(&self, found: &Self) -> Self {
        let mut after = self.clone();
        after.rev = found.rev + 1;
        if found.wanted_at == self.wanted_at {
            return after;
        }
        after.rev = found.rev;
        after.wanted(found.wanted_at.unwrap_or(found.updated_at))
    }

    fn tried_now(&mut self, fingerprint: &str, answer: &Answer) {
        // What is new begins anew.
        if self.tried.as_deref() != Some(fingerprint) {
            (self.attempts, self.first_failed_at) = (0, None);
        }
        self.tried = Some(fingerprint.to_owned());
        self.attempts = self.attempts.saturating_add(1);
        self.first_failed_at = self.first_failed_at.or(Some(answer.at));
    }

    fn settle(&mut self, state: DeliveryState, answer: Answer) {
        self.state = state;
        self.last = Some(answer);
        (self.lease, self.next_at) = (None, None);
    }

    fn changed(&self, now: Timestamp, change: impl FnOnce(&mut Self)) -> Self {
        let mut after = self.clone();
        after.updated_at = now;
        change(&mut after);
        after.rev = self.rev + 1;
        after
    }
}

/// When something last happened to a survey that destinations are told of.
#[must_use]
pub fn told_at(survey: &Survey) -> Timestamp {
    let mails = [&survey.invite, &survey.remind].into_iter().flat_map(|mail| [mail.sent_at, mail.bounced_at]);
    let steps = [survey.task_at, survey.tasks_at, survey.ended_at, survey.commented_at];
    let silence = [survey.unsubscribed_at, survey.complained_at, survey.undeliverable_at];
    let answers = survey.changes.iter().flat_map(|change| [Some(change.at), change.confirmed_at]);
    let news = survey.taken_over.iter().map(|news| Some(news.at));
    let all = mails.chain(steps).chain(silence).chain(answers).chain(news).flatten();
    all.max().map_or(survey.created_at, |at| at.max(survey.created_at))
}

/// Why a destination is told nothing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disabled {
    /// Everything failed for [`DISABLED_AFTER`].
    Failing,
    /// It said that it is gone.
    Gone,
}

impl Disabled {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Failing => "failing",
            Self::Gone => "gone",
        }
    }
}

/// How a destination fares as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// Since when everything fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Timestamp>,
    /// When npsloop stopped telling it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled_at: Option<Timestamp>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled_for: Option<Disabled>,
    /// When somebody enabled it again: what it missed is still to be sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reopened_at: Option<Timestamp>,
}

impl Health {
    /// Whether it has failed for so long that it is told nothing more.
    #[must_use]
    pub fn is_hopeless(&self, now: Timestamp) -> bool {
        self.failing_since.is_some_and(|since| now.since(since) >= DISABLED_AFTER)
    }
}

#[cfg(test)]
mod tests;
