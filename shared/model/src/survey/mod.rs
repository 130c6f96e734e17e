//! A survey: one ask, from its making to its end, and every way it can change.
//!
//! A transition is a pure method: it takes the survey as it is and says what it becomes, with the version
//! one higher, or that nothing changes. Whoever calls it writes the result under the condition that the
//! stored version is still the one it started from.

mod cadence;
mod mails;
mod news;
mod responses;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::campaign::{Cadence, Campaign, Hours};
use crate::door::{self, Through};
use crate::experiment::Drawn;
use crate::id::{CampaignId, ClaimId, SurveyId};
use crate::language::Language;
use crate::reason::ReasonId;
use crate::score::{Score, Standing};
use crate::theme::{Corrected, Heard};
use crate::time::Timestamp;
use crate::trigger::{Addressee, Named, Owner, Subject};
use crate::who::Who;

pub use self::responses::Said;

/// How long a claimed mail may go without a result before its fate is called unknown.
pub const UNKNOWN_AFTER: Duration = Duration::from_secs(15 * 60);

/// How long after its claim an unknown mail may be claimed again.
pub const RETRY_UNKNOWN_AFTER: Duration = Duration::from_secs(60 * 60);

/// The same of a text: carriers have 72 hours to say what became of it, and then its service says that nobody knows.
pub const RETRY_UNKNOWN_TEXT_AFTER: Duration = Duration::from_secs(73 * 60 * 60);

/// The longest comment, in characters; a line break counts as one.
pub const MAX_COMMENT_CHARS: usize = 4_000;

/// How often a score may be changed.
pub const MAX_CHANGES: usize = 20;

/// How a survey came to whoever is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// By e-mail.
    Mail,
    /// By text message.
    Sms,
    /// By a link that anybody may open.
    Link,
    /// By a widget on the company's own pages.
    Widget,
    /// It was asked and answered elsewhere.
    Import,
}

impl Channel {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Sms => "sms",
            Self::Link => "link",
            Self::Widget => "widget",
            Self::Import => "import",
        }
    }
}

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

/// How a contact gave a score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnsweredBy {
    /// With the button of the page.
    #[default]
    #[serde(rename = "p")]
    Page,
    /// By replying to the letter or the text.
    #[serde(rename = "r")]
    Reply,
}

impl AnsweredBy {
    /// The value of the dimension `answered_by`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Reply => "reply",
        }
    }

    fn is_page(&self) -> bool {
        *self == Self::Page
    }
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
    /// Whether the page saved it by itself.
    #[serde(rename = "p", default, skip_serializing_if = "std::ops::Not::not")]
    pub self_saved: bool,
    /// When the contact confirmed one that the page had saved.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub confirmed_at: Option<Timestamp>,
    /// When they last said the same again.
    #[serde(rename = "g", default, skip_serializing_if = "Option::is_none")]
    pub again_at: Option<Timestamp>,
    /// How.
    #[serde(rename = "b", default, skip_serializing_if = "AnsweredBy::is_page")]
    pub by: AnsweredBy,
}

impl Change {
    /// A score the contact confirmed.
    #[must_use]
    pub const fn confirmed(score: Score, at: Timestamp) -> Self {
        Self { at, score, self_saved: false, confirmed_at: None, again_at: None, by: AnsweredBy::Page }
    }

    /// A score the page saved.
    #[must_use]
    pub const fn self_saved(score: Score, at: Timestamp) -> Self {
        Self { self_saved: true, ..Self::confirmed(score, at) }
    }

    /// When the contact pressed the button for it, if they did.
    #[must_use]
    pub const fn pressed_at(&self) -> Option<Timestamp> {
        if self.self_saved { self.confirmed_at } else { Some(self.at) }
    }
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
    /// It came in a batch whose mails are spread over some time.
    #[serde(rename = "s")]
    Spread,
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
    /// When its mails may go out, in the contact's zone; at any time if absent.
    #[serde(rename = "hr", default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
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
    /// When somebody last changed a task of it by hand: so that the change is heard of.
    #[serde(rename = "ta", default, skip_serializing_if = "Option::is_none")]
    pub tasks_at: Option<Timestamp>,
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
    /// When the contact called a mail about it spam.
    #[serde(rename = "sp", default, skip_serializing_if = "Option::is_none")]
    pub complained_at: Option<Timestamp>,
    /// When a mail about it came back for good.
    #[serde(rename = "ud", default, skip_serializing_if = "Option::is_none")]
    pub undeliverable_at: Option<Timestamp>,
    /// The scores given, oldest first; the last one counts.
    #[serde(rename = "ch", default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// The standing somebody decided by hand.
    #[serde(rename = "sd", default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Standing>,
    /// Whether the contact may be followed up.
    #[serde(rename = "fu", default, skip_serializing_if = "std::ops::Not::not")]
    pub follow_up: bool,
    /// Whether the company may quote what was said, with the contact's name.
    #[serde(rename = "mq", default, skip_serializing_if = "std::ops::Not::not")]
    pub may_quote: bool,
    /// The reasons the contact ticked, in the campaign's order.
    #[serde(rename = "rs", default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<ReasonId>,
    /// When somebody first did something on its page, as far as the page says so.
    #[serde(rename = "se", default, skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<Timestamp>,
    /// When the latest comment came.
    #[serde(rename = "cm", default, skip_serializing_if = "Option::is_none")]
    pub commented_at: Option<Timestamp>,
    /// What was made of that comment when it came, or when the themes were applied again.
    #[serde(rename = "hd", default, skip_serializing_if = "Heard::is_nothing")]
    pub heard: Heard,
    /// What a person made of it who had read it.
    #[serde(rename = "hc", default, skip_serializing_if = "Option::is_none")]
    pub corrected: Option<Corrected>,
    /// News that came with later triggers; the latest eight.
    #[serde(rename = "to", default, skip_serializing_if = "Vec::is_empty")]
    pub taken_over: Vec<TakenOver>,
    /// The way it is asked in, where the campaign tries out several.
    #[serde(rename = "ex", default, skip_serializing_if = "Option::is_none")]
    pub drawn: Option<Drawn>,
    /// Days it is kept, from its sending on.
    #[serde(rename = "rt")]
    pub retention_days: u16,
    /// Where its answer was given, if that was not here.
    #[serde(rename = "im", default, skip_serializing_if = "Option::is_none")]
    pub imported: Option<Imported>,
    /// The door it came through, if nobody was asked for it.
    #[serde(rename = "dr", default, skip_serializing_if = "Option::is_none")]
    pub through: Option<Through>,
    /// When it was last to be counted anew, though nothing about it had changed: so that the counting hears of it, and
    /// nobody else.
    #[serde(rename = "rc", default, skip_serializing_if = "Option::is_none")]
    pub recounted_at: Option<Timestamp>,
}

/// How a survey came that was asked and answered elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// The service it comes from.
    #[serde(rename = "f")]
    pub from: String,
    /// When it was brought here.
    #[serde(rename = "a")]
    pub at: Timestamp,
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
    /// A reason was ticked that the group does not have.
    NoSuchReason,
}

impl Survey {
    /// A survey that was just made for somebody, in their language if we speak it: nothing has happened to it, and nothing is due.
    #[must_use]
    pub fn new(id: SurveyId, campaign: &Campaign, subject: Subject, contact: Addressee, now: Timestamp) -> Self {
        let spoken = contact.locale.as_deref().and_then(Language::matching);
        Self {
            id,
            ver: u64::try_from(now.as_millis()).unwrap_or(1),
            campaign: campaign.id.clone(),
            zone: campaign.time_zone.clone(),
            subject,
            milestone: campaign.milestone.clone(),
            contact,
            language: spoken.unwrap_or(campaign.language),
            created_at: now,
            send_at: now,
            owner: None,
            agent: None,
            account: None,
            attributes: BTreeMap::new(),
            occurred_at: None,
            record_modified_at: None,
            put_off: None,
            hours: None,
            cadence: campaign.cadence,
            state: State::Scheduled,
            next: None,
            in_flight: None,
            invite: Mail::default(),
            task_at: None,
            tasks_at: None,
            remind: Mail::default(),
            ended_at: None,
            closed: false,
            unsubscribed_at: None,
            complained_at: None,
            undeliverable_at: None,
            changes: Vec::new(),
            decided: None,
            follow_up: false,
            may_quote: false,
            reasons: Vec::new(),
            seen_at: None,
            commented_at: None,
            heard: Heard::default(),
            corrected: None,
            taken_over: Vec::new(),
            drawn: None,
            retention_days: campaign.retention_days,
            imported: None,
            through: None,
            recounted_at: None,
        }
    }

    /// Whether its language is what the CRM says its contact speaks, and not merely the campaign's.
    #[must_use]
    pub fn speaks_its_language(&self) -> bool {
        self.contact.locale.as_deref().and_then(Language::matching) == Some(self.language)
    }

    /// How it came to whoever is asked.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        match (&self.imported, &self.through, &self.contact.who) {
            (Some(_), ..) => Channel::Import,
            (None, Some(Through { kind: door::Kind::Widget, .. }), _) => Channel::Widget,
            (None, Some(Through { kind: door::Kind::Link, .. }), _) | (None, None, Who::Visitor(_)) => Channel::Link,
            (None, None, Who::Email(_)) => Channel::Mail,
            (None, None, Who::Phone(_)) => Channel::Sms,
        }
    }

    /// How long after its claim a mail or text of unknown fate may be claimed again.
    #[must_use]
    pub const fn retry_unknown_after(&self) -> Duration {
        match self.channel() {
            Channel::Sms => RETRY_UNKNOWN_TEXT_AFTER,
            Channel::Mail | Channel::Link | Channel::Widget | Channel::Import => RETRY_UNKNOWN_AFTER,
        }
    }

    /// Whether somebody was asked for it from here. Whoever was asked elsewhere, or came by themselves, stands in no rate.
    #[must_use]
    pub const fn was_asked(&self) -> bool {
        self.imported.is_none() && self.through.is_none()
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

    /// When the survey may be forgotten. One that was answered elsewhere is kept from the day it came here: from its
    /// sending on, most of a company's past would be gone the moment it arrives.
    #[must_use]
    pub fn expires(&self) -> Timestamp {
        self.imported
            .as_ref()
            .map_or(self.send_at, |imported| imported.at)
            .after(crate::time::DAY * u32::from(self.retention_days))
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
}
