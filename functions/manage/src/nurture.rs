//! The nurture list: contacts who did not answer, and since when.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Query, State};
use host::Problem;
use host::query::Parameters;
use model::{Nurture, Survey, SurveyId, shown};
use serde::Serialize;
use store::Place;

use crate::{Deps, Looking, cursor};

/// Contacts on one page.
const PAGE: usize = 25;

/// One page of the list.
#[derive(Serialize)]
pub(crate) struct Contacts {
    contacts: Vec<PlaceWire>,
    cursor: Option<String>,
}

/// A contact's place on the list, for one survey.
#[derive(Serialize)]
struct PlaceWire {
    list: &'static str,
    joined_at: String,
    contact: shown::Contact,
    owner: Option<shown::Person>,
    campaign: String,
    survey_id: String,
    subject: shown::Subject,
    links: LinksWire,
}

#[derive(Serialize)]
struct LinksWire {
    survey: String,
}

/// `GET /v1/nurture`
pub(crate) async fn list(
    State(deps): State<Deps>,
    _: Looking,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<Contacts>, Problem> {
    let mut parameters = Parameters::new(pairs);
    let list = parameters.read("list", "there are the lists reminding and campaign", |text| {
        Nurture::ALL.into_iter().find(|list| list.as_str() == text)
    });
    let from = parameters.read("cursor", "not a cursor of this list", cursor::read::<SurveyId>);
    parameters.finish()?;
    let page = deps.store.nurture_page(list, from.as_deref(), PAGE).await?;
    let surveys: Vec<SurveyId> = page.places.iter().map(|place| place.survey).collect();
    let contacts: BTreeSet<_> = page.places.iter().map(|place| place.contact.clone()).collect();
    let contacts: Vec<_> = contacts.into_iter().collect();
    let (surveys, contacts) = tokio::try_join!(deps.store.surveys(&surveys), deps.store.contacts(&contacts))?;
    // A place is dropped a moment after its reason has gone; until then it is not shown.
    let suppressed =
        |place: &Place| contacts.iter().any(|contact| contact.key == place.contact && contact.suppressed.is_some());
    let shown = page.places.iter().filter(|place| !suppressed(place)).filter_map(|place| {
        let survey = surveys.iter().find(|survey| survey.id == place.survey)?;
        (Nurture::of(survey) == Some(place.list)).then(|| wire(place, survey))
    });
    Ok(Json(Contacts { contacts: shown.collect(), cursor: page.next.as_deref().map(cursor::show) }))
}

fn wire(place: &Place, survey: &Survey) -> PlaceWire {
    PlaceWire {
        list: place.list.as_str(),
        joined_at: place.joined_at.to_string(),
        contact: (&survey.contact).into(),
        owner: survey.owner.as_ref().map(Into::into),
        campaign: survey.campaign.to_string(),
        survey_id: survey.id.to_string(),
        subject: (&survey.subject).into(),
        links: LinksWire { survey: format!("/v1/surveys/{}", survey.id) },
    }
}
