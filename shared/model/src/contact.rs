//! The person asked: when last, whether they may be asked again, what they last said.

use serde::{Deserialize, Serialize};

use crate::email::{ContactKey, Email};
use crate::id::{CampaignId, SurveyId};
use crate::phone::Phone;
use crate::score::{Score, Standing};
use crate::survey::Survey;
use crate::time::Timestamp;
use crate::who::Who;

/// Why a contact is never mailed again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Suppression {
    /// The contact asked for it.
    Unsubscribed,
    /// The address does not exist.
    Bounced,
    /// The contact called a mail of ours spam.
    Complained,
}

impl Suppression {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unsubscribed => "unsubscribed",
            Self::Bounced => "bounced",
            Self::Complained => "complained",
        }
    }
}

/// What is held of a contact beside their surveys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The key the contact is kept under.
    pub key: ContactKey,
    /// The address; gone once the contact was erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// The number, of somebody who is known by it; gone once the contact was erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    /// The contact's id in the CRM, as last heard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crm_id: Option<String>,
    /// When the latest survey goes out, or went out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_at: Option<Timestamp>,
    /// `asked_at` before that survey came, to go back to if its invite never goes out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_before: Option<Timestamp>,
    /// The survey `asked_at` speaks of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_by: Option<SurveyId>,
    /// Why the contact is not to be mailed, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suppressed: Option<Suppression>,
    /// Since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suppressed_at: Option<Timestamp>,
    /// The latest response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<LastScore>,
    /// The response before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<LastScore>,
}

/// A response as remembered with its contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastScore {
    /// The score.
    pub score: Score,
    /// When it was first given.
    pub answered_at: Timestamp,
    /// The survey it answers.
    pub survey: SurveyId,
    /// The survey's version that said so.
    pub ver: u64,
    /// The survey's campaign.
    pub campaign: CampaignId,
    /// What the survey calls the contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The id of the contact that came with the survey.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crm_id: Option<String>,
    /// The number of the contact that came with the survey, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    /// Until when the survey is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_until: Option<Timestamp>,
}

impl LastScore {
    /// The response of a survey as its contact remembers it; none if there is none, or a machine gave it.
    #[must_use]
    pub fn of(survey: &Survey) -> Option<Self> {
        let (score, answered_at) = survey.score().zip(survey.answered_at())?;
        let contact = &survey.contact;
        (survey.standing() != Some(Standing::Suspect)).then(|| Self {
            score,
            answered_at,
            survey: survey.id,
            ver: survey.ver,
            campaign: survey.campaign.clone(),
            name: contact.name.clone(),
            crm_id: contact.id.clone(),
            phone: contact.number(),
            kept_until: Some(survey.expires()),
        })
    }
}

impl Contact {
    /// A contact nobody has asked yet.
    #[must_use]
    pub fn new(who: &Who) -> Self {
        Self {
            key: who.key(),
            email: who.email().cloned(),
            phone: who.phone().cloned(),
            crm_id: None,
            asked_at: None,
            asked_before: None,
            asked_by: None,
            suppressed: None,
            suppressed_at: None,
            last: None,
            previous: None,
        }
    }

    /// Whether we know who it is: of an erased one only the wish not to be asked is left.
    #[must_use]
    pub const fn is_known(&self) -> bool {
        self.email.is_some() || self.phone.is_some()
    }

    /// The contact with what one of their surveys says now, or `None` if that is no news: its response taken in,
    /// or taken back.
    #[must_use]
    pub fn scored(&self, survey: &Survey) -> Option<Self> {
        survey.score()?;
        match LastScore::of(survey) {
            Some(heard) => self.heard(&heard),
            None => self.forgot(survey.id),
        }
    }

    /// The contact with the responses of all these surveys taken in: where one was taken back, an older one takes
    /// its place.
    #[must_use]
    pub fn recalling<'a>(&self, surveys: impl IntoIterator<Item = &'a Survey>) -> Self {
        let heard = surveys.into_iter().filter_map(LastScore::of);
        heard.fold(self.clone(), |known, score| known.heard(&score).unwrap_or(known))
    }

    /// The contact with a response taken in, or `None` if it changes nothing: an older version of what is
    /// known, or a response older than both that are remembered.
    #[must_use]
    pub fn heard(&self, heard: &LastScore) -> Option<Self> {
        let mut known: Vec<_> = [&self.last, &self.previous].into_iter().flatten().cloned().collect();
        match known.iter_mut().find(|known| known.survey == heard.survey) {
            Some(same) if same.ver >= heard.ver => return None,
            Some(same) => *same = heard.clone(),
            None => known.push(heard.clone()),
        }
        known.sort_by_key(|known| std::cmp::Reverse((known.answered_at, known.survey)));
        let mut known = known.into_iter();
        let after = Self { last: known.next(), previous: known.next(), ..self.clone() };
        (after != *self).then_some(after)
    }

    /// The contact without a survey's response: its standing became suspect.
    #[must_use]
    pub fn forgot(&self, survey: SurveyId) -> Option<Self> {
        let mut known =
            [&self.last, &self.previous].into_iter().flatten().filter(|known| known.survey != survey).cloned();
        let after = Self { last: known.next(), previous: known.next(), ..self.clone() };
        (after != *self).then_some(after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(survey: u8, score: u8, at: i64, ver: u64) -> LastScore {
        LastScore {
            score: Score::try_from(score).unwrap(),
            answered_at: Timestamp::from_millis(at),
            survey: SurveyId::from_bytes([survey; 16]),
            ver,
            campaign: CampaignId::default_campaign(),
            name: None,
            crm_id: None,
            phone: None,
            kept_until: None,
        }
    }

    #[test]
    fn remembers_the_two_latest_in_any_order_of_hearing() {
        let all = [heard(1, 3, 100, 5), heard(2, 8, 200, 6), heard(2, 9, 200, 7), heard(3, 10, 300, 9)];
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]] {
            let mut contact = Contact::new(&Email::parse("ada@example.com").unwrap().into());
            for at in order {
                contact = contact.heard(&all[at]).unwrap_or(contact);
                assert_eq!(contact.heard(&all[at]), None, "a repeat changes nothing");
            }
            assert_eq!(contact.last, Some(all[3].clone()));
            assert_eq!(contact.previous, Some(all[2].clone()));
        }
    }
}
