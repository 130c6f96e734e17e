//! What a contact said last, kept with the contact.
//!
//! Decided on the survey as it stands now, never on an image of the stream: a late or repeated record then
//! tells nothing that is no longer so.

use model::contact::LastScore;
use model::{Contact, ContactKey, Standing, Survey, SurveyId};
use store::{Error, Store};

/// How often it is decided anew when others write at the same time.
const TRIES: usize = 6;

/// Keeps a survey's score with its contact, or takes it back. `false` if others wrote again and again.
pub(crate) async fn remember(store: &Store, survey: SurveyId, contact: &ContactKey) -> Result<bool, Error> {
    for _ in 0..TRIES {
        let facts = store.facts(survey, contact).await?;
        // Erased since: there is nobody to remember it of.
        let (Some(survey), Some(contact)) = (facts.survey, facts.contact) else { return Ok(true) };
        let Some(after) = decide(&contact, &survey) else { return Ok(true) };
        if store.save_scores(&contact, &after).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The contact with what the survey says now, if that is news.
fn decide(contact: &Contact, survey: &Survey) -> Option<Contact> {
    let (score, answered_at) = survey.score().zip(survey.answered_at())?;
    if survey.standing() == Some(Standing::Suspect) {
        return contact.forgot(survey.id);
    }
    let campaign = survey.campaign.clone();
    contact.heard(&LastScore { score, answered_at, survey: survey.id, ver: survey.ver, campaign })
}
