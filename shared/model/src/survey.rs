//! A survey: one ask, from its making to its end, and every way it can change.
//!
//! A transition is a pure method: it takes the survey as it is and says what it becomes, with the version
//! one higher, or that nothing changes. Whoever calls it writes the result under the condition that the
//! stored version is still the one it started from.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::campaign::Cadence;
use crate::id::{CampaignId, ClaimId, SurveyId};
use crate::language::Language;
use crate::score::{Score, Standing};
use crate::time::Timestamp;
use crate::trigger::{Addressee, Named, Owner, Subject};

/// How long a claimed mail may go without a result before its fate is called unknown.
pub const UNKNOWN_AFTER: Duration = Duration::from_secs(15 * 60);

/// How long after its claim an unknown mail may be claimed again.
pub const RETRY_UNKNOWN_AFTER: Duration = Duration::from_secs(60 * 60);

/// How often a score may be changed.
pub const MAX_CHANGES: usize = 20;

/// A part of a survey's cadence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The first mail.
    Invite,
    /// The owner's task to follow up.
    Task,
    /// The second mail.
    Remind,
    /// The end of asking.
    Close,
}

impl Step {
    /// All steps in their order.
    pub const ALL: [Self; 4] = [Self::Invite, Self::Task, Self::Remind, Self::Close];

    /// The name in the API, in tags and in the names of schedules.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::Task => "task",
            Self::Remind => "remind",
            Self::Close => "close",
        }
    }

    /// Whether the step is a mail to the contact.
    #[must_use]
    pub const fn is_mail(self) -> bool {
        matches!(self, Self::Invite | Self::Remind)
    }
}

impl std::str::FromStr for Step {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|step| step.as_str() == text).ok_or(())
    }
}

/// Where a survey stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Made; the invite goes out now or when the hours open.
    Scheduled,
    /// Made; the invite waits until the contact may be asked again.
    Deferred,
    /// The invite went out.
    Asked,
    /// The reminder went out.
    Reminded,
    /// There is a score.
    Answered,
    /// The cadence ended without a score.
    Closed,
    /// The contact is not to be mailed.
    Stopped,
    /// The invite could not be delivered.
    Failed,
}

impl State {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Deferred => "deferred",
            Self::Asked => "asked",
            Self::Reminded => "reminded",
            Self::Answered => "answered",
            Self::Closed => "closed",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
        }
    }

    /// Whether something is still to be done.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Scheduled | Self::Deferred | Self::Asked | Self::Reminded)
    }
}

/// A step and when it is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The step.
    #[serde(rename = "s")]
    pub step: Step,
    /// When it is due, a whole second once the cadence runs.
    #[serde(rename = "a")]
    pub at: Timestamp,
}

/// What became of one of the two mails.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// The latest attempt.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<ClaimId>,
    /// When that attempt began.
    #[serde(rename = "ca", default, skip_serializing_if = "Option::is_none")]
    pub claimed_at: Option<Timestamp>,
    /// When SES took it.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<Timestamp>,
    /// When the contact's server took it.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<Timestamp>,
    /// When it came back.
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    pub bounced_at: Option<Timestamp>,
    /// When SES refused it for good.
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    pub failed_at: Option<Timestamp>,
}

/// One time the contact gave a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// When.
    #[serde(rename = "a")]
    pub at: Timestamp,
    /// The score.
    #[serde(rename = "s")]
    pub score: Score,
}

/// One time a trigger brought news of an unanswered survey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenOver {
    /// When.
    #[serde(rename = "a")]
    pub at: Timestamp,
    /// The fields that changed, as the API names them.
    #[serde(rename = "f")]
    pub fields: Vec<String>,
}

/// Why sending was put off, or stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PutOff {
    /// The contact's send hours were over.
    #[serde(rename = "h")]
    OutsideHours,
    /// The contact was asked recently.
    #[serde(rename = "r")]
    AskedRecently,
}

/// One ask: one campaign, subject, milestone and contact. Stored under short names, since a write costs by
/// the kilobyte.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    /// Its name.
    pub id: SurveyId,
    /// Grows by one with every write; starts at the creation time in milliseconds.
    pub ver: u64,
    /// The campaign that asks.
    #[serde(rename = "cp")]
    pub campaign: CampaignId,
    /// IANA name of the zone whose days it is counted in.
    #[serde(rename = "zn")]
    pub zone: String,
    /// The record it is about.
    #[serde(rename = "sj")]
    pub subject: Subject,
    /// The milestone that asked for it.
    #[serde(rename = "ms")]
    pub milestone: String,
    /// The person asked.
    #[serde(rename = "ct")]
    pub contact: Addressee,
    /// The account manager.
    #[serde(rename = "ow", default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// The person who served the contact.
    #[serde(rename = "ag", default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<Named>,
    /// The contact's company.
    #[serde(rename = "ac", default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Named>,
    /// Fields to group by.
    #[serde(rename = "at", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
    /// When the interaction took place.
    #[serde(rename = "oc", default, skip_serializing_if = "Option::is_none")]
    pub occurred_at: Option<Timestamp>,
    /// When the record was last changed, as far as we heard.
    #[serde(rename = "rm", default, skip_serializing_if = "Option::is_none")]
    pub record_modified_at: Option<Timestamp>,
    /// The language its letters are written in.
    #[serde(rename = "lg")]
    pub language: Language,
    /// When it was made.
    #[serde(rename = "cr")]
    pub created_at: Timestamp,
    /// When its invite goes out, or should have.
    #[serde(rename = "sa")]
    pub send_at: Timestamp,
    /// Why that was later than its making.
    #[serde(rename = "po", default, skip_serializing_if = "Option::is_none")]
    pub put_off: Option<PutOff>,
    /// When the steps after the invite are due.
    #[serde(rename = "cd")]
    pub cadence: Cadence,
    /// Where it stands.
    #[serde(rename = "st")]
    pub state: State,
    /// The step that is due next, if any is to come.
    #[serde(rename = "nx", default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Due>,
    /// The mail in flight: claimed, without a result yet.
    #[serde(rename = "fl", default, skip_serializing_if = "Option::is_none")]
    pub in_flight: Option<Step>,
    /// What became of the invite.
    #[serde(rename = "iv")]
    pub invite: Mail,
    /// When the owner got a task.
    #[serde(rename = "tk", default, skip_serializing_if = "Option::is_none")]
    pub task_at: Option<Timestamp>,
    /// What became of the reminder.
    #[serde(rename = "re")]
    pub remind: Mail,
    /// When the cadence ended: closed, stopped or failed.
    #[serde(rename = "en", default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Whether it ended because its cadence had run to its end.
    #[serde(rename = "cl", default, skip_serializing_if = "std::ops::Not::not")]
    pub closed: bool,
    /// When the contact unsubscribed through this survey.
    #[serde(rename = "un", default, skip_serializing_if = "Option::is_none")]
    pub unsubscribed_at: Option<Timestamp>,
    /// The scores given, oldest first; the last one counts.
    #[serde(rename = "ch", default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// The standing somebody decided by hand.
    #[serde(rename = "sd", default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Standing>,
    /// Whether the contact may be followed up.
    #[serde(rename = "fu", default, skip_serializing_if = "std::ops::Not::not")]
    pub follow_up: bool,
    /// When the latest comment came.
    #[serde(rename = "cm", default, skip_serializing_if = "Option::is_none")]
    pub commented_at: Option<Timestamp>,
    /// News that came with later triggers; the latest eight.
    #[serde(rename = "to", default, skip_serializing_if = "Vec::is_empty")]
    pub taken_over: Vec<TakenOver>,
    /// Days it is kept, from its sending on.
    #[serde(rename = "rt")]
    pub retention_days: u16,
}

/// Why a mail is not to be sent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotNow {
    /// The step was done, or is not to be done any more.
    Over,
    /// Its time has not come.
    Early,
    /// Somebody has claimed a mail of this survey and there is no result yet.
    InFlight,
}

/// Why a response is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotTaken {
    /// The score was changed [`MAX_CHANGES`] times already.
    TooManyChanges,
    /// There is no score the comment could belong to.
    NoScore,
}

impl Survey {
    /// The latest score.
    #[must_use]
    pub fn score(&self) -> Option<Score> {
        self.changes.last().map(|change| change.score)
    }

    /// When the first score came.
    #[must_use]
    pub fn answered_at(&self) -> Option<Timestamp> {
        self.changes.first().map(|change| change.at)
    }

    /// How sure we are that a person gave the score: what somebody decided by hand, else `suspect` where
    /// five or more different scores were confirmed within ten seconds.
    #[must_use]
    pub fn standing(&self) -> Option<Standing> {
        self.score()?;
        let machine = self.changes.iter().any(|first| {
            let within = |change: &&Change| change.at >= first.at && change.at.since(first.at) <= Duration::from_secs(10);
            self.changes.iter().filter(within).map(|change| change.score).collect::<BTreeSet<_>>().len() >= 5
        });
        Some(self.decided.unwrap_or(if machine { Standing::Suspect } else { Standing::Confirmed }))
    }

    /// One of the two mails.
    #[must_use]
    pub fn mail(&self, step: Step) -> Option<&Mail> {
        match step {
            Step::Invite => Some(&self.invite),
            Step::Remind => Some(&self.remind),
            Step::Task | Step::Close => None,
        }
    }

    fn mail_mut(&mut self, step: Step) -> Option<&mut Mail> {
        match step {
            Step::Invite => Some(&mut self.invite),
            Step::Remind => Some(&mut self.remind),
            Step::Task | Step::Close => None,
        }
    }

    /// When the survey may be forgotten.
    #[must_use]
    pub fn expires(&self) -> Timestamp {
        self.send_at.after(crate::time::DAY * u32::from(self.retention_days))
    }

    /// Whether the mail of this step is in flight and nothing was heard of it for so long.
    #[must_use]
    pub fn silent_for(&self, step: Step, now: Timestamp, time: Duration) -> bool {
        self.in_flight == Some(step)
            && self.mail(step).and_then(|mail| mail.claimed_at).is_some_and(|at| now.since(at) >= time)
    }

    /// Makes a changed survey of this one: the next version.
    fn changed(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut after = self.clone();
        change(&mut after);
        after.ver = self.ver + 1;
        after
    }

    /// The step that follows `step`, if the invite was sent then.
    fn following(&self, step: Step, invited_at: Timestamp) -> Option<Due> {
        let after = |seconds: u32| invited_at.after(Duration::from_secs(u64::from(seconds))).whole_second();
        let task = self.cadence.task.map(|wait| Due { step: Step::Task, at: after(wait) });
        let remind = self.cadence.remind.map(|wait| Due { step: Step::Remind, at: after(wait) });
        let close = Some(Due { step: Step::Close, at: after(self.cadence.close) });
        match step {
            Step::Invite => task.or(remind).or(close),
            Step::Task => remind.or(close),
            Step::Remind => close,
            Step::Close => None,
        }
    }

    /// When a step is due that has not come yet: from the invite's sending, or its planned time.
    #[must_use]
    pub fn due(&self, step: Step) -> Option<Timestamp> {
        let base = self.invite.sent_at.unwrap_or(self.send_at);
        let wait = match step {
            Step::Invite => return Some(self.send_at),
            Step::Task => self.cadence.task?,
            Step::Remind => self.cadence.remind?,
            Step::Close => self.cadence.close,
        };
        Some(base.after(Duration::from_secs(u64::from(wait))).whole_second())
    }

    /// The step that should have been done by now and is not in flight.
    #[must_use]
    pub fn overdue(&self, now: Timestamp, grace: Duration) -> Option<Step> {
        self.next.filter(|due| self.in_flight.is_none() && due.at.after(grace) <= now).map(|due| due.step)
    }

    // Mails.

    /// Claims a mail: from here on nobody else sends it.
    ///
    /// # Errors
    /// Why it is not to be sent now.
    pub fn claimed(&self, step: Step, claim: &ClaimId, now: Timestamp) -> Result<Self, NotNow> {
        match self.next {
            Some(due) if due.step == step => {
                if self.in_flight.is_some() {
                    Err(NotNow::InFlight)
                } else if due.at > now {
                    Err(NotNow::Early)
                } else {
                    Ok(self.changed(|after| {
                        after.in_flight = Some(step);
                        if let Some(mail) = after.mail_mut(step) {
                            mail.claim = Some(claim.clone());
                            mail.claimed_at = Some(now);
                        }
                    }))
                }
            }
            _ => Err(NotNow::Over),
        }
    }

    /// SES took the mail: said by its answer, or by its Send event, whichever comes first. A second word
    /// changes nothing; the word of an older attempt counts as well.
    #[must_use]
    pub fn sent(&self, step: Step, at: Timestamp) -> Option<Self> {
        self.mail(step).filter(|mail| mail.sent_at.is_none())?;
        Some(self.changed(|after| after.set_sent(step, at)))
    }

    fn set_sent(&mut self, step: Step, at: Timestamp) {
        if self.in_flight == Some(step) {
            self.in_flight = None;
        }
        if let Some(mail) = self.mail_mut(step) {
            mail.sent_at = Some(at);
            mail.failed_at = None;
        }
        if self.next.is_some_and(|due| due.step == step) {
            self.next = self.following(step, self.invite.sent_at.unwrap_or(at));
            self.state = if step == Step::Invite { State::Asked } else { State::Reminded };
        }
    }

    /// The attempt did not reach SES, or SES did not take it and may later: the mail can be claimed again.
    #[must_use]
    pub fn released(&self, step: Step, claim: &ClaimId) -> Option<Self> {
        self.holds(step, claim).then(|| {
            self.changed(|after| after.in_flight = None)
        })
    }

    /// Whether this claim is the one in flight.
    #[must_use]
    pub fn holds(&self, step: Step, claim: &ClaimId) -> bool {
        self.in_flight == Some(step) && self.mail(step).and_then(|mail| mail.claim.as_ref()) == Some(claim)
    }

    /// SES will never take this mail.
    #[must_use]
    pub fn refused(&self, step: Step, at: Timestamp) -> Option<Self> {
        let mail = self.mail(step)?;
        if mail.failed_at.is_some() {
            return None;
        }
        Some(self.changed(|after| {
            if after.in_flight == Some(step) {
                after.in_flight = None;
            }
            if let Some(mail) = after.mail_mut(step) {
                mail.failed_at = Some(at);
            }
            if after.state.is_open() && step == Step::Invite {
                after.end(State::Failed, at);
            } else if after.next.is_some_and(|due| due.step == step) {
                after.next = after.following(step, after.invite.sent_at.unwrap_or(at));
            }
        }))
    }

    /// The contact's server took the mail, so SES had taken it before.
    #[must_use]
    pub fn delivered(&self, step: Step, at: Timestamp) -> Option<Self> {
        self.mail(step).filter(|mail| mail.delivered_at.is_none())?;
        Some(self.changed(|after| {
            if after.mail(step).is_some_and(|mail| mail.sent_at.is_none()) {
                after.set_sent(step, at);
            }
            if let Some(mail) = after.mail_mut(step) {
                mail.delivered_at = Some(at);
            }
        }))
    }

    /// The mail came back. For good: nothing more is sent, and without a score the survey ends.
    #[must_use]
    pub fn bounced(&self, step: Step, for_good: bool, at: Timestamp) -> Option<Self> {
        self.mail(step).filter(|mail| mail.bounced_at.is_none())?;
        Some(self.changed(|after| {
            if after.mail(step).is_some_and(|mail| mail.sent_at.is_none()) {
                after.set_sent(step, at);
            }
            if let Some(mail) = after.mail_mut(step) {
                mail.bounced_at = Some(at);
            }
            if for_good && after.state.is_open() {
                after.end(if step == Step::Invite { State::Failed } else { State::Stopped }, at);
            }
        }))
    }

    // Other steps and ends.

    fn end(&mut self, state: State, at: Timestamp) {
        self.state = state;
        self.next = None;
        self.ended_at = Some(at);
    }

    /// The owner's task is opened.
    #[must_use]
    pub fn task_opened(&self, now: Timestamp) -> Option<Self> {
        self.is_due(Step::Task, now).then(|| {
            self.changed(|after| {
                after.task_at = Some(now);
                after.next = after.following(Step::Task, after.invite.sent_at.unwrap_or(after.send_at));
            })
        })
    }

    /// The cadence ends without a score.
    #[must_use]
    pub fn closed(&self, now: Timestamp) -> Option<Self> {
        self.is_due(Step::Close, now).then(|| {
            self.changed(|after| {
                after.closed = true;
                after.end(State::Closed, now);
            })
        })
    }

    /// Whether this step's turn has come.
    #[must_use]
    pub fn is_due(&self, step: Step, now: Timestamp) -> bool {
        self.next.is_some_and(|due| due.step == step && due.at <= now)
    }

    /// The contact is not to be mailed: an open survey stops.
    #[must_use]
    pub fn stopped(&self, now: Timestamp) -> Option<Self> {
        self.state.is_open().then(|| self.changed(|after| after.end(State::Stopped, now)))
    }

    /// The same for a mail that was claimed and then not handed to SES.
    #[must_use]
    pub fn stopped_before_sending(&self, step: Step, claim: &ClaimId, now: Timestamp) -> Option<Self> {
        let released = self.released(step, claim)?;
        let after = released.stopped(now).unwrap_or(released);
        Some(Self { ver: self.ver + 1, ..after })
    }

    /// The contact unsubscribed through a link of this survey.
    #[must_use]
    pub fn unsubscribed(&self, now: Timestamp) -> Option<Self> {
        self.unsubscribed_at.is_none().then(|| {
            self.changed(|after| {
                after.unsubscribed_at = Some(now);
                if after.state.is_open() {
                    after.end(State::Stopped, now);
                }
            })
        })
    }

    // Responses.

    /// The contact gave a score. The same score again changes nothing.
    ///
    /// # Errors
    /// When the score was changed too often.
    pub fn responded(&self, score: Score, follow_up: Option<bool>, now: Timestamp) -> Result<Option<Self>, NotTaken> {
        let same_follow_up = follow_up.is_none_or(|wish| wish == self.follow_up);
        if self.score() == Some(score) {
            return Ok((!same_follow_up).then(|| self.changed(|after| after.follow_up = !after.follow_up)));
        }
        if self.changes.len() > MAX_CHANGES {
            return Err(NotTaken::TooManyChanges);
        }
        Ok(Some(self.changed(|after| {
            after.changes.push(Change { at: now, score });
            after.state = State::Answered;
            after.next = None;
            after.follow_up = follow_up.unwrap_or(after.follow_up);
        })))
    }

    /// The contact wrote a comment, with a score or to the one that is there.
    ///
    /// # Errors
    /// When there is no score, or it was changed too often.
    pub fn commented(
        &self,
        score: Option<Score>,
        follow_up: Option<bool>,
        now: Timestamp,
    ) -> Result<Self, NotTaken> {
        let scored = match score.or(self.score()) {
            Some(score) => self.responded(score, follow_up, now)?,
            None => return Err(NotTaken::NoScore),
        };
        let after = scored.unwrap_or_else(|| self.clone());
        Ok(Self { ver: self.ver + 1, commented_at: Some(now), ..after })
    }

    /// Somebody decided the standing by hand.
    #[must_use]
    pub fn judged(&self, standing: Standing) -> Option<Self> {
        (self.score().is_some() && self.standing() != Some(standing))
            .then(|| self.changed(|after| after.decided = Some(standing)))
    }

    /// A later trigger about the same ask, while there is no score: what it changes is taken over, unless
    /// it is older than what is known.
    #[must_use]
    pub fn taken_over(&self, fresh: &Self, now: Timestamp) -> Option<(Self, Vec<String>)> {
        let stale = match (fresh.record_modified_at, self.record_modified_at) {
            (Some(theirs), Some(ours)) => theirs <= ours,
            _ => false,
        };
        if stale || self.score().is_some() {
            return None;
        }
        let mut fields = Vec::new();
        let after = self.changed(|after| {
            fn take<T: Clone + PartialEq>(name: &str, ours: &mut Option<T>, theirs: &Option<T>, fields: &mut Vec<String>) {
                // A field the CRM did not send is no news.
                if theirs.is_some() && ours != theirs {
                    ours.clone_from(theirs);
                    fields.push(name.to_owned());
                }
            }
            take("owner", &mut after.owner, &fresh.owner, &mut fields);
            take("agent", &mut after.agent, &fresh.agent, &mut fields);
            take("account", &mut after.account, &fresh.account, &mut fields);
            take("subject_name", &mut after.subject.name, &fresh.subject.name, &mut fields);
            take("contact_name", &mut after.contact.name, &fresh.contact.name, &mut fields);
            for (name, value) in &fresh.attributes {
                let known = after.attributes.get(name);
                if known != Some(value) && (known.is_some() || after.attributes.len() < crate::trigger::MAX_ATTRIBUTES) {
                    after.attributes.insert(name.clone(), value.clone());
                    fields.push(format!("attributes.{name}"));
                }
            }
            after.record_modified_at = fresh.record_modified_at.or(after.record_modified_at);
            after.taken_over.push(TakenOver { at: now, fields: fields.clone() });
            if after.taken_over.len() > 8 {
                after.taken_over.remove(0);
            }
        });
        (!fields.is_empty()).then_some((after, fields))
    }
}
