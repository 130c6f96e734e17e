//! The last score of a contact: what a CRM shows beside a name.

use axum::Json;
use axum::extract::State;
use host::Problem;
use model::contact::LastScore;
use serde::Serialize;

use crate::surveys::contact_key;
use crate::wire::{self, PersonWire};
use crate::{Deps, Reader, Segment};

/// The last score and the one before.
#[derive(Serialize)]
pub(crate) struct ContactScore {
    contact: PersonWire,
    score: u8,
    group: &'static str,
    answered_at: String,
    survey_id: String,
    campaign: String,
    previous: Option<Previous>,
    trend: Option<&'static str>,
}

#[derive(Serialize)]
struct Previous {
    score: u8,
    answered_at: String,
}

/// `GET /v1/contacts/{contact}/score`
pub(crate) async fn score(
    State(deps): State<Deps>,
    _: Reader,
    Segment(contact): Segment,
) -> Result<Json<ContactScore>, Problem> {
    let none = || Problem::not_found("there is no score of this contact");
    let key = contact_key(&deps, &contact).await?.ok_or_else(none)?;
    let contact = deps.store.contact(&key).await?.ok_or_else(none)?;
    let last = contact.last.ok_or_else(none)?;
    // The name is the survey's, which may have gone by now.
    let survey = deps.store.survey(last.survey).await?;
    Ok(Json(ContactScore {
        contact: survey.map_or_else(
            || PersonWire {
                email: contact.email.map(|email| email.expose().to_owned()),
                name: None,
                id: contact.crm_id.clone(),
            },
            |survey| wire::contact(&survey.contact),
        ),
        score: last.score.value(),
        group: last.score.group().as_str(),
        answered_at: wire::time(last.answered_at),
        survey_id: last.survey.to_string(),
        campaign: last.campaign.to_string(),
        trend: contact.previous.as_ref().map(|previous| trend(previous, &last)),
        previous: contact
            .previous
            .map(|previous| Previous { score: previous.score.value(), answered_at: wire::time(previous.answered_at) }),
    }))
}

fn trend(previous: &LastScore, last: &LastScore) -> &'static str {
    match last.score.cmp(&previous.score) {
        std::cmp::Ordering::Greater => "up",
        std::cmp::Ordering::Equal => "same",
        std::cmp::Ordering::Less => "down",
    }
}
