//! Surveys with their timelines: one, those of a record, those of a contact.

use axum::Json;
use axum::extract::{Query, State};
use futures_util::future::try_join;
use host::Problem;
use model::{ContactKey, Email, SurveyId};
use serde::Serialize;

use crate::query::Parameters;
use crate::wire::{self, SurveyWire};
use crate::{Deps, Reader, Segment, invalid};

/// Surveys on one page.
const PAGE: i32 = 25;

/// One page of surveys.
#[derive(Serialize)]
pub(crate) struct Surveys {
    surveys: Vec<SurveyWire>,
    cursor: Option<String>,
}

/// `GET /v1/surveys/{id}`
pub(crate) async fn one(
    State(deps): State<Deps>,
    Reader { now }: Reader,
    Segment(id): Segment,
) -> Result<Json<SurveyWire>, Problem> {
    let id = survey_id(&id)?;
    let (survey, comment) = try_join(deps.store.survey(id), deps.store.comment(id)).await?;
    let survey = survey.ok_or_else(no_such_survey)?;
    Ok(Json(wire::survey(&survey, comment.as_ref(), now)))
}

/// Whose surveys are wanted.
enum Whose {
    Subject { kind: String, id: String },
    Contact(String),
}

/// `GET /v1/surveys`
pub(crate) async fn list(
    State(deps): State<Deps>,
    Reader { now }: Reader,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<Surveys>, Problem> {
    let mut parameters = Parameters::new(pairs);
    let cursor = parameters.read("cursor", "not a cursor of this list", |text| text.parse().ok());
    let whose = whose(&mut parameters);
    parameters.finish().map_err(invalid)?;
    let page = match whose {
        Some(Whose::Subject { kind, id }) => deps.store.surveys_of_subject(&kind, &id, cursor, PAGE).await?,
        Some(Whose::Contact(contact)) => match contact_key(&deps, &contact).await? {
            Some(key) => deps.store.surveys_of_contact(&key, cursor, PAGE).await?,
            None => store::Page::default(),
        },
        None => store::Page::default(),
    };
    let (mut surveys, comments) = try_join(deps.store.surveys(&page.ids), deps.store.comments(&page.ids)).await?;
    surveys.sort_by_key(|survey| std::cmp::Reverse((survey.created_at, survey.id)));
    Ok(Json(Surveys {
        surveys: surveys.iter().map(|survey| wire::survey(survey, comments.get(&survey.id), now)).collect(),
        cursor: page.next.map(|id| id.to_string()),
    }))
}

fn whose(parameters: &mut Parameters) -> Option<Whose> {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let kind = parameters.read("subject_type", "empty", some);
    let id = parameters.read("subject_id", "empty", some);
    let contact = parameters.read("contact", "empty", some);
    match (kind, id, contact) {
        (kind, Some(id), None) => {
            // The kind a trigger has that names none.
            Some(Whose::Subject { kind: kind.unwrap_or_else(|| "project".to_owned()), id })
        }
        (None, None, Some(contact)) => Some(Whose::Contact(contact)),
        (_, _, Some(_)) => {
            parameters.wrong("contact", "give either a subject or a contact");
            None
        }
        (_, None, None) => {
            if parameters.is_fine() {
                parameters.wrong("subject_id", "give `subject_type` and `subject_id`, or `contact`");
            }
            None
        }
    }
}

/// The key of a contact, given their address or the id the CRM has for them.
pub(crate) async fn contact_key(deps: &Deps, contact: &str) -> Result<Option<ContactKey>, store::Error> {
    match Email::parse(contact) {
        Ok(email) => Ok(Some(email.key())),
        Err(_) => deps.store.contact_by_crm_id(contact).await,
    }
}

/// Reads the id of a survey in a path.
pub(crate) fn survey_id(text: &str) -> Result<SurveyId, Problem> {
    text.parse().map_err(|wrong: model::id::NotAnId| Problem::field("/survey_id", wrong.to_string()))
}

/// What is said where there is no such survey, or none any more.
pub(crate) fn no_such_survey() -> Problem {
    Problem::not_found("there is no survey of that id")
}
