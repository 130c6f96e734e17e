//! Tasks: something an account manager should do about a survey.
//!
//! A survey has at most one task of a kind. What it asks for is computed from the survey alone, see [`wanted`], and
//! compared with the tasks that are there, see [`kept`]: so hearing of a survey late, twice or out of order makes no
//! second task. What a person does to a task stands until the survey itself gives a new reason.

mod keeping;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::campaign::Campaign;
use crate::id::{CampaignId, NotAnId, SurveyId};
use crate::score::Score;
use crate::time::Timestamp;
use crate::trigger::{Addressee, Named, Owner, Subject};
use crate::who::Who;

pub use keeping::{due, kept, wanted};

/// Most remarks a task takes.
pub const MAX_REMARKS: usize = 50;

/// Most characters of a remark or a note.
pub const MAX_TEXT: usize = 2000;

/// What a task is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    /// Call a detractor.
    Recovery,
    /// Ask a promoter for a referral.
    Referral,
    /// Ask a passive what would make it a 9.
    Improve,
    /// Ask why there is no answer.
    NonResponse,
    /// Find the right address.
    Bounced,
}

impl TaskKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Recovery, Self::Referral, Self::Improve, Self::NonResponse, Self::Bounced];

    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recovery => "recovery",
            Self::Referral => "referral",
            Self::Improve => "improve",
            Self::NonResponse => "non_response",
            Self::Bounced => "bounced",
        }
    }

    /// What such a task is called; see [`Task::title`].
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Recovery => "Call back: a low score",
            Self::Referral => "Contact for referral",
            Self::Improve => "Ask what would make it a 9",
            Self::NonResponse => "No answer yet: follow up",
            Self::Bounced => "The address does not work",
        }
    }
}

impl FromStr for TaskKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(())
    }
}

/// The name of a task: its survey and its kind, since a survey has one task of a kind. Written `<survey>-<kind>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId {
    /// The survey.
    pub survey: SurveyId,
    /// The kind.
    pub kind: TaskKind,
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.survey, self.kind.as_str())
    }
}

impl FromStr for TaskId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let wrong = || NotAnId::new("a task id is a survey id, a dash and the kind of the task");
        let (survey, kind) = text.split_once('-').ok_or_else(wrong)?;
        Ok(Self { survey: survey.parse().map_err(|_| wrong())?, kind: kind.parse().map_err(|()| wrong())? })
    }
}

/// Whether a task is still to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskStatus {
    /// To be done.
    Open,
    /// Done.
    Done,
}

impl TaskStatus {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Open, Self::Done];

    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
        }
    }
}

/// Something a person wrote on a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// When.
    pub at: Timestamp,
    /// The name of the API key it came with.
    pub by: String,
    /// What.
    pub text: String,
}

/// A task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// The survey it is about.
    pub survey: SurveyId,
    /// What it is about.
    pub kind: TaskKind,
    /// Grows by one with every write.
    pub ver: u64,
    /// The campaign.
    pub campaign: CampaignId,
    /// The record.
    pub subject: Subject,
    /// The contact.
    pub contact: Addressee,
    /// The contact's company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Named>,
    /// Who should do it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// Whether somebody chose the owner by hand: then the CRM's news change it no more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reassigned: bool,
    /// The score, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<Score>,
    /// When it was opened, or opened again.
    pub opened_at: Timestamp,
    /// When it should be done.
    pub due_at: Timestamp,
    /// Whether the manager hears of it once it is overdue: the campaign had one when it was opened.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub watched: bool,
    /// When it was found overdue, and the manager was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalated_at: Option<Timestamp>,
    /// Whether it is still to be done.
    pub status: TaskStatus,
    /// Whether a person opened it again: then only a person completes it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reopened: bool,
    /// When it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<Timestamp>,
    /// What became of it, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Who completed it: the name of an API key; nothing if the survey itself did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_by: Option<String>,
    /// What people wrote on it, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Remark>,
    /// When it is forgotten, with its survey.
    pub kept_until: Timestamp,
}

impl Task {
    /// Its name.
    #[must_use]
    pub const fn id(&self) -> TaskId {
        TaskId { survey: self.survey, kind: self.kind }
    }

    /// What it is called in a CRM and in a letter.
    #[must_use]
    pub const fn title(&self) -> &'static str {
        match (self.kind, &self.contact.who) {
            (TaskKind::Bounced, Who::Phone(_)) => "The number does not work",
            (kind, _) => kind.title(),
        }
    }

    /// Whether it should have been done by now and is not.
    #[must_use]
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.status == TaskStatus::Open && self.due_at <= now
    }

    /// Whether somebody has it on their list, named by an address or the id the CRM gave them.
    #[must_use]
    pub fn is_owned_by(&self, name: &str) -> bool {
        self.owner.as_ref().is_some_and(|owner| {
            owner.id.as_deref() == Some(name)
                || owner.email.as_ref().is_some_and(|email| email.expose().eq_ignore_ascii_case(name))
        })
    }

    /// A person has done it; nothing changes if it was done already.
    #[must_use]
    pub fn completed(&self, by: &str, note: Option<String>, now: Timestamp) -> Option<Self> {
        (self.status == TaskStatus::Open).then(|| self.done(Some(by.to_owned()), note, now))
    }

    fn done(&self, by: Option<String>, note: Option<String>, now: Timestamp) -> Self {
        self.changed(|after| {
            after.status = TaskStatus::Done;
            after.reopened = false;
            // Later than its opening, so that what opened it is no reason to open it again.
            after.completed_at = Some(now.max(self.opened_at.after(Duration::from_millis(1))));
            after.completed_by = by;
            after.note = note;
        })
    }

    /// A person opens it again, due as if it were new; nothing changes if it is open.
    #[must_use]
    pub fn reopened(&self, campaign: &Campaign, now: Timestamp) -> Option<Self> {
        (self.status == TaskStatus::Done).then(|| {
            let mut after = self.opened(campaign, now);
            after.reopened = true;
            after
        })
    }

    fn opened(&self, campaign: &Campaign, now: Timestamp) -> Self {
        self.changed(|after| {
            after.status = TaskStatus::Open;
            after.opened_at = now;
            after.due_at = due(campaign, self.kind, self.owner.as_ref(), now);
            after.watched = campaign.tasks.manager.is_some();
            after.escalated_at = None;
            after.completed_at = None;
            after.completed_by = None;
            after.note = None;
        })
    }

    /// A person gives it to somebody else, whom the CRM's news change no more. Nothing changes if it is theirs.
    #[must_use]
    pub fn reassigned(&self, owner: Owner) -> Option<Self> {
        let same = self.reassigned && self.owner.as_ref() == Some(&owner);
        (!same).then(|| {
            self.changed(|after| {
                after.owner = Some(owner);
                after.reassigned = true;
            })
        })
    }

    /// A person writes something on it; nothing changes once it holds [`MAX_REMARKS`].
    #[must_use]
    pub fn remarked(&self, by: &str, text: String, now: Timestamp) -> Option<Self> {
        (self.remarks.len() < MAX_REMARKS)
            .then(|| self.changed(|after| after.remarks.push(Remark { at: now, by: by.to_owned(), text })))
    }

    /// Whether somebody is still to hear of it once it is overdue.
    #[must_use]
    pub fn is_awaited(&self) -> bool {
        self.status == TaskStatus::Open && self.watched && self.escalated_at.is_none()
    }

    /// It was found overdue; nothing changes if it was before, or is not, or nobody hears of it.
    #[must_use]
    pub fn escalated(&self, now: Timestamp) -> Option<Self> {
        (self.is_overdue(now) && self.is_awaited()).then(|| self.changed(|after| after.escalated_at = Some(now)))
    }

    fn changed(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut after = self.clone();
        change(&mut after);
        after.ver = self.ver + 1;
        after
    }
}
