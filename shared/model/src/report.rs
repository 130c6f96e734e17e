//! What the world outside is told of a survey: its whole state, never a difference, so that the newest report
//! makes every older one needless.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::campaign::Campaign;
use crate::id::SurveyId;
use crate::score::Score;
use crate::survey::{Change, State, Survey};
use crate::task::Task;
use crate::time::Timestamp;

/// How far a survey has come, as a CRM counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// It was made.
    Created,
    /// Its mail went out.
    Sent,
    /// Nobody has answered by the task step, or the reminder.
    Unanswered,
    /// There is a score.
    Answered,
    /// It ended without one: closed, stopped, or the mail did not arrive.
    Ended,
}

impl Stage {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Sent => "sent",
            Self::Unanswered => "unanswered",
            Self::Answered => "answered",
            Self::Ended => "ended",
        }
    }
}

/// Why a contact is on the nurture list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nurture {
    /// The contact has not answered yet; a reminder is still to come or has just gone out.
    Reminding,
    /// The survey closed without an answer: the nurture campaign takes over.
    Campaign,
}

impl Nurture {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reminding => "reminding",
            Self::Campaign => "campaign",
        }
    }

    /// Both lists.
    pub const ALL: [Self; 2] = [Self::Reminding, Self::Campaign];

    /// Since when the contact of a survey stands there.
    #[must_use]
    pub fn since(self, survey: &Survey) -> Timestamp {
        let at = match self {
            Self::Reminding => [survey.task_at, survey.remind.sent_at].into_iter().flatten().min(),
            Self::Campaign => survey.ended_at,
        };
        at.unwrap_or(survey.created_at)
    }

    /// Where the contact of a survey stands: joined on non-response, left on a response, and never when they do
    /// not want to be mailed.
    #[must_use]
    pub fn of(survey: &Survey) -> Option<Self> {
        match survey.state {
            State::Closed => Some(Self::Campaign),
            State::Asked | State::Reminded if survey.task_at.is_some() || survey.remind.sent_at.is_some() => {
                Some(Self::Reminding)
            }
            _ => None,
        }
    }
}

/// A survey as it is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The survey.
    pub survey: SurveyId,
    /// Its version this was made from: a report of an older one is never sent over it.
    pub ver: u64,
    /// How far it has come.
    pub stage: Stage,
    /// Where its contact stands on the nurture list.
    pub nurture: Option<Nurture>,
    /// Its tasks.
    pub tasks: Vec<Task>,
    /// Everything that can be written to a field of a CRM, by name; `null` where empty. See [`FIELDS`].
    pub fields: BTreeMap<&'static str, Value>,
    /// The attributes of the trigger.
    pub attributes: BTreeMap<String, String>,
    /// The scores the contact gave, oldest first.
    pub changes: Vec<Change>,
    /// The score they gave to the survey before this one, and when, where somebody wants to know.
    pub before: Option<(Score, Timestamp)>,
}

/// The fields of a report, in the words of the API.
pub const FIELDS: [&str; 35] = [
    "survey_id",
    "campaign",
    "company",
    "milestone",
    "stage",
    "state",
    "subject_type",
    "subject_id",
    "subject_name",
    "contact_email",
    "contact_name",
    "contact_id",
    "contact_phone",
    "owner_email",
    "owner_name",
    "owner_id",
    "agent_id",
    "agent_name",
    "account_id",
    "account_name",
    "created_at",
    "sent_at",
    "answered_at",
    "commented_at",
    "score",
    "group",
    "standing",
    "comment",
    "themes",
    "sentiment",
    "follow_up",
    "reasons",
    "may_quote",
    "nurture",
    "survey_url",
];

/// What a report is made of beside the survey.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// The campaign that asks.
    pub campaign: &'a Campaign,
    /// What the contact wrote.
    pub comment: Option<&'a str>,
    /// The survey's tasks.
    pub tasks: &'a [Task],
    /// Where its contact stands on the nurture list: what [`Nurture::of`] says, unless they are not to be mailed.
    pub nurture: Option<Nurture>,
    /// What the contact said to the survey before, where somebody wants to know.
    pub before: Option<(Score, Timestamp)>,
    /// Where people see the survey, without a slash at the end.
    pub public_url: &'a str,
}

impl Report {
    /// The survey as it stands.
    #[must_use]
    pub fn of(survey: &Survey, sources: Sources<'_>) -> Self {
        let text = |value: Option<&str>| value.map_or(Value::Null, Value::from);
        let time = |at: Option<Timestamp>| at.map_or(Value::Null, |at| Value::from(at.to_string()));
        let owner = survey.owner.as_ref();
        let named = |named: Option<&crate::trigger::Named>| {
            (text(named.and_then(|named| named.id.as_deref())), text(named.and_then(|named| named.name.as_deref())))
        };
        let (agent_id, agent_name) = named(survey.agent.as_ref());
        let (account_id, account_name) = named(survey.account.as_ref());
        let score = survey.score();
        let (stage, nurture) = (stage(survey), sources.nurture);
        let values = [
            Value::from(survey.id.to_string()),
            Value::from(survey.campaign.as_str()),
            Value::from(sources.campaign.company.as_str()),
            Value::from(survey.milestone.as_str()),
            Value::from(stage.as_str()),
            Value::from(survey.state.as_str()),
            Value::from(survey.subject.kind.as_str()),
            Value::from(survey.subject.id.as_str()),
            text(survey.subject.name.as_deref()),
            text(survey.contact.email().map(crate::Email::expose)),
            text(survey.contact.name.as_deref()),
            text(survey.contact.id.as_deref()),
            text(survey.contact.phone.as_deref()),
            text(owner.and_then(|owner| owner.email.as_ref()).map(crate::Email::expose)),
            text(owner.and_then(|owner| owner.name.as_deref())),
            text(owner.and_then(|owner| owner.id.as_deref())),
            agent_id,
            agent_name,
            account_id,
            account_name,
            time(Some(survey.created_at)),
            time(survey.invite.sent_at),
            time(survey.answered_at()),
            time(survey.commented_at),
            score.map_or(Value::Null, |score| Value::from(score.value())),
            text(score.map(|score| score.group().as_str())),
            text(survey.standing().map(crate::Standing::as_str)),
            text(sources.comment),
            text(themes(survey).as_deref()),
            text(survey.sentiment().map(crate::Sentiment::as_str)),
            score.map_or(Value::Null, |_| Value::from(survey.follow_up)),
            text(reasons(survey).as_deref()),
            score.map_or(Value::Null, |_| Value::from(survey.may_quote)),
            text(nurture.map(Nurture::as_str)),
            Value::from(format!("{}/dashboard#survey={}", sources.public_url, survey.id)),
        ];
        Self {
            survey: survey.id,
            ver: survey.ver,
            stage,
            nurture,
            tasks: sources.tasks.to_vec(),
            fields: FIELDS.into_iter().zip(values).collect(),
            attributes: survey.attributes.clone(),
            changes: survey.changes.clone(),
            before: sources.before,
        }
    }

    /// The value of a field by its name; attributes as `attributes.<name>`.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<Value> {
        match name.strip_prefix("attributes.") {
            Some(name) => Some(self.attributes.get(name).map_or(Value::Null, |value| Value::from(value.as_str()))),
            None => self.fields.get(name).cloned(),
        }
    }

    /// What a mapping (field of a report → field of a record) writes; names nobody knows are left out.
    #[must_use]
    pub fn mapped(&self, mapping: &BTreeMap<String, String>) -> serde_json::Map<String, Value> {
        mapping.iter().filter_map(|(from, to)| Some((to.clone(), self.field(from)?))).collect()
    }
}

/// The themes of a comment as one text, which fields of CRMs that take several values read as such.
fn themes(survey: &Survey) -> Option<String> {
    let themes: Vec<_> = survey.themes().iter().map(crate::ThemeId::as_str).collect();
    (!themes.is_empty()).then(|| themes.join(";"))
}

/// The reasons the contact ticked, likewise.
fn reasons(survey: &Survey) -> Option<String> {
    let reasons: Vec<_> = survey.reasons.iter().map(crate::ReasonId::as_str).collect();
    (!reasons.is_empty()).then(|| reasons.join(";"))
}

fn stage(survey: &Survey) -> Stage {
    match survey.state {
        State::Scheduled | State::Deferred => Stage::Created,
        State::Answered => Stage::Answered,
        State::Closed | State::Stopped | State::Failed => Stage::Ended,
        State::Asked | State::Reminded if Nurture::of(survey).is_some() => Stage::Unanswered,
        State::Asked | State::Reminded => Stage::Sent,
    }
}
