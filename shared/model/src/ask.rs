//! What becomes of a trigger: a survey, or the reason there is none.

use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::campaign::Campaign;
use crate::contact::{Contact, Suppression};
use crate::email::ContactKey;
use crate::id::SurveyId;
use crate::survey::{Due, PutOff, State, Step, Survey};
use crate::time::Timestamp;
use crate::trigger::Trigger;

/// What is known when a trigger is decided. Nothing at first: the write says what it expected, and a
/// refused write brings back what stands there.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The survey of that name, if it exists.
    pub survey: Option<Survey>,
    /// The contact, if known.
    pub contact: Option<Contact>,
}

/// What npsloop makes of a trigger.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// Below the threshold: nothing is kept.
    Waiting {
        /// The milestone the percentage stands for.
        milestone: String,
    },
    /// A survey is made.
    Ask {
        /// The survey, scheduled or deferred.
        survey: Box<Survey>,
        /// What must still hold of the contact when it is written.
        turn: Turn,
        /// When the contact may be asked again, if that is why it was put off.
        next_eligible_at: Option<Timestamp>,
    },
    /// The survey exists.
    Duplicate {
        /// As it stands.
        survey: Box<Survey>,
        /// As it should stand with what the trigger changes, and the names of those fields.
        news: Option<(Box<Survey>, Vec<String>)>,
    },
    /// The contact is not to be asked.
    Suppressed {
        /// The milestone that would have asked.
        milestone: String,
        /// Why.
        why: NotAsked,
        /// When the contact may be asked again, if ever.
        next_eligible_at: Option<Timestamp>,
    },
}

/// Why a contact is not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAsked {
    /// The contact or their address does not want it.
    Suppressed(Suppression),
    /// The next turn is further away than the campaign waits.
    AskedTooOften,
    /// They are not of the share of contacts that the campaign asks in batches.
    NotSampled,
}

impl NotAsked {
    /// The reason in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Suppressed(why) => why.as_str(),
            Self::AskedTooOften => "asked_too_often",
            Self::NotSampled => "not_sampled",
        }
    }
}

/// What must hold of the contact, besides not being suppressed, for a survey to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Nobody asked them, or not after this instant.
    Free {
        /// The latest `asked_at` that leaves them free.
        asked_by: Timestamp,
    },
    /// They were last asked exactly then: this survey queues up behind.
    After {
        /// The `asked_at` it was decided on.
        seen: Timestamp,
    },
}

/// The milestone a trigger speaks of, or `None` while it waits.
#[must_use]
pub fn milestone(trigger: &Trigger, campaign: &Campaign) -> Option<String> {
    match (&trigger.milestone, trigger.completion_percent) {
        (Some(milestone), _) => Some(milestone.clone()),
        (None, Some(percent)) if percent >= campaign.threshold => Some(campaign.milestone.clone()),
        _ => None,
    }
}

/// The survey a trigger speaks of.
#[must_use]
pub fn survey_id(trigger: &Trigger, milestone: &str) -> SurveyId {
    SurveyId::of(&trigger.campaign, &trigger.subject.kind, &trigger.subject.id, milestone, &trigger.contact.who)
}

/// Decides a trigger on what is known. The caller brings the time and carries the decision out; if the
/// write is refused, it decides again on what came back.
#[must_use]
pub fn decide(trigger: &Trigger, campaign: &Campaign, facts: &Facts, now: Timestamp) -> Decision {
    decide_after(None, trigger, campaign, facts, now)
}

/// The same for a trigger of a batch: the campaign may ask a share of the contacts, and spread the first mails over
/// some time. Both are drawn from names, so that a batch that is sent again draws the same.
#[must_use]
pub fn decide_in_batch(trigger: &Trigger, campaign: &Campaign, facts: &Facts, now: Timestamp) -> Decision {
    // Before all else: who is not asked costs no read and no write, whatever is known of them.
    match milestone(trigger, campaign) {
        Some(milestone) if !is_drawn(&trigger.contact.key(), campaign) => {
            Decision::Suppressed { milestone, why: NotAsked::NotSampled, next_eligible_at: None }
        }
        _ => decide_after(campaign.batch.spread, trigger, campaign, facts, now),
    }
}

/// Whether a contact is of the share that the campaign asks in batches.
fn is_drawn(contact: &ContactKey, campaign: &Campaign) -> bool {
    let mut hash = Sha256::new();
    for part in ["share", campaign.id.as_str(), contact.as_str()] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let digest = hash.finalize();
    let bits = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
    (u64::from(bits) * 100) >> 32 < u64::from(campaign.batch.share)
}

/// The place of a survey in a spread of that many seconds: evenly over it, and always the same for one survey.
fn place(survey: SurveyId, spread: u32) -> Duration {
    let [a, b, c, d, ..] = survey.bytes();
    let bits = u32::from_be_bytes([a, b, c, d]);
    Duration::from_secs((u64::from(bits) * u64::from(spread)) >> 32)
}

/// Decides a trigger whose mail is wanted at its place within `spread` seconds, or at once.
fn decide_after(
    spread: Option<u32>,
    trigger: &Trigger,
    campaign: &Campaign,
    facts: &Facts,
    now: Timestamp,
) -> Decision {
    let Some(milestone) = milestone(trigger, campaign) else {
        return Decision::Waiting { milestone: campaign.milestone.clone() };
    };
    let fresh = survey(trigger, campaign, &milestone, now);
    if let Some(known) = &facts.survey {
        let news = known.taken_over(&fresh, now).map(|(after, fields)| (Box::new(after), fields));
        return Decision::Duplicate { survey: Box::new(known.clone()), news };
    }
    let contact = facts.contact.as_ref();
    if let Some(why) = contact.and_then(|contact| contact.suppressed) {
        return Decision::Suppressed { milestone, why: NotAsked::Suppressed(why), next_eligible_at: None };
    }
    let wait = spread.map(|spread| place(fresh.id, spread)).filter(|wait| !wait.is_zero());
    let wanted = now.after(wait.unwrap_or_default());
    let asked_by = wanted.before(campaign.limit());
    let Some(seen) = contact.and_then(|contact| contact.asked_at).filter(|seen| *seen > asked_by) else {
        return Decision::Ask {
            survey: Box::new(scheduled(fresh, wanted.whole_second(), wait.map(|_| PutOff::Spread))),
            turn: Turn::Free { asked_by },
            next_eligible_at: None,
        };
    };
    let eligible = seen.after(campaign.limit());
    let survey = scheduled(fresh, eligible, Some(PutOff::AskedRecently));
    // Asked of the turn itself: the hours may open a little later than it comes.
    if eligible > now.after(campaign.max_defer()) {
        return Decision::Suppressed { milestone, why: NotAsked::AskedTooOften, next_eligible_at: Some(eligible) };
    }
    let next_eligible_at = Some(survey.send_at);
    Decision::Ask { survey: Box::new(survey), turn: Turn::After { seen }, next_eligible_at }
}

/// The survey with its sending planned for the first open hour at or after `at`. All such times are whole
/// seconds, as schedules are: rounded one by one, a queue of asks a limit apart would drift.
fn scheduled(survey: Survey, at: Timestamp, why: Option<PutOff>) -> Survey {
    let open = survey.open_from(at);
    let deferred = why == Some(PutOff::AskedRecently);
    let put_off = if open > at && !deferred { Some(PutOff::OutsideHours) } else { why };
    let state = if deferred { State::Deferred } else { State::Scheduled };
    Survey { send_at: open, put_off, state, next: Some(Due { step: Step::Invite, at: open }), ..survey }
}

fn survey(trigger: &Trigger, campaign: &Campaign, milestone: &str, now: Timestamp) -> Survey {
    let id = survey_id(trigger, milestone);
    let fresh = Survey::new(id, campaign, trigger.subject.clone(), trigger.contact.clone(), now);
    let drawn = campaign.experiment.as_ref().and_then(|known| known.draw(&trigger.contact.key(), fresh.language));
    Survey {
        milestone: milestone.to_owned(),
        owner: trigger.owner.clone(),
        agent: trigger.agent.clone(),
        account: trigger.account.clone(),
        attributes: trigger.attributes.clone(),
        occurred_at: trigger.occurred_at,
        record_modified_at: trigger.record_modified_at,
        hours: campaign.hours.clone(),
        drawn,
        ..fresh
    }
}

#[cfg(test)]
mod tests;
