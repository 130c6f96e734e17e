//! What a contact said last, kept with the contact and on the cards that a ringing phone asks for.
//!
//! Decided on the survey as it stands now, never on an image of the stream: a late or repeated record then
//! tells nothing that is no longer so.

use model::{Contact, ContactKey, SurveyId};
use store::{Error, Store};

/// How often it is decided anew when others write at the same time.
const TRIES: usize = 6;

/// Surveys on one page of the index.
const PAGE: i32 = 100;

/// Keeps a survey's score with its contact, or takes it back. `false` if others wrote again and again.
pub(crate) async fn remember(store: &Store, survey: SurveyId, contact: &ContactKey) -> Result<bool, Error> {
    for _ in 0..TRIES {
        let facts = store.facts(survey, contact).await?;
        // Erased since: there is nobody to remember it of.
        let (Some(survey), Some(contact)) = (facts.survey, facts.contact) else { return Ok(true) };
        let Some(mut after) = contact.scored(&survey) else { return Ok(true) };
        if contact.previous.is_some() && after.previous.is_none() {
            after = recalled(store, &after).await?;
        }
        if store.save_scores(&survey, &contact, &after).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A contact remembers two responses. Where one of them was taken back, an older one may take its place: it stands
/// with its survey.
async fn recalled(store: &Store, contact: &Contact) -> Result<Contact, Error> {
    let mut known = contact.clone();
    let mut from = None;
    loop {
        let page = store.surveys_of_contact(&contact.key, from, PAGE).await?;
        known = known.recalling(&store.surveys(&page.ids).await?);
        from = page.next;
        if from.is_none() {
            return Ok(known);
        }
    }
}
