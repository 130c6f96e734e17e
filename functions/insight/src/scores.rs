//! The last score of a contact: what a CRM shows beside a name, and what is asked while the phone rings.
//!
//! One read, by whichever name the contact is asked for: the score lies on cards, see [`model::card`].

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use host::Problem;
use model::card::{Name, Trend};
use model::{Card, Sees, shown};
use serde::Serialize;

use crate::wire;
use crate::{Deps, Segment, Viewer, icon};

/// The last score and the one before.
#[derive(Serialize)]
pub(crate) struct ContactScore {
    contact: shown::Contact,
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
    viewer: Viewer,
    Segment(contact): Segment,
) -> Result<Json<ContactScore>, Problem> {
    let card = card(&deps, &contact, &viewer).await?;
    let card = card.ok_or_else(|| Problem::not_found("there is no score of this contact"))?;
    Ok(Json(ContactScore {
        trend: card.trend().map(Trend::as_str),
        contact: shown::Contact {
            phone: card.phone.filter(|_| card.email.is_none()).map(|phone| phone.e164()),
            email: card.email.map(|email| email.expose().to_owned()),
            name: card.name,
            id: card.crm_id,
        },
        score: card.score.value(),
        group: card.score.group().as_str(),
        answered_at: wire::time(card.answered_at),
        survey_id: card.survey.to_string(),
        campaign: card.campaign.to_string(),
        previous: card
            .previous
            .map(|previous| Previous { score: previous.score.value(), answered_at: wire::time(previous.answered_at) }),
    }))
}

/// `GET /v1/contacts/{contact}/score.svg`
pub(crate) async fn picture(
    State(deps): State<Deps>,
    viewer: Viewer,
    Segment(contact): Segment,
) -> Result<Response, Problem> {
    Ok(icon::of_a_contact(card(&deps, &contact, &viewer).await?.map(|card| card.score)))
}

/// The card of whoever goes by a name. Time is asked as well: the table takes its time with what has expired. To an owner
/// it shows the answer to a survey of their own and nothing before it, which may be another's.
async fn card(deps: &Deps, contact: &str, viewer: &Viewer) -> Result<Option<Card>, store::Error> {
    let cards = deps.store.cards(&Name::candidates(contact)).await?;
    let card = cards.into_iter().find(|card| card.kept_until > viewer.now);
    let (Some(card), Sees::Owned(_)) = (&card, &viewer.sees) else { return Ok(card) };
    let survey = deps.store.survey(card.survey).await?;
    let own = survey.is_some_and(|survey| viewer.sees.survey(&survey));
    Ok(own.then(|| Card { previous: None, ..card.clone() }))
}
