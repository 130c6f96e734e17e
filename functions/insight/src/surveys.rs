//! Surveys with their timelines: one, those of a record, those of a contact.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Query, State};
use futures_util::future::{try_join_all, try_join4};
use host::Problem;
use model::card::Name;
use model::{ContactKey, Delivery, Survey, SurveyId, Task, Theme};
use serde::Serialize;
use store::Config;

use crate::query::Parameters;
use crate::wire::{self, SurveyWire};
use crate::{Deps, Segment, Viewer};

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
    Viewer { now, sees }: Viewer,
    Segment(id): Segment,
) -> Result<Json<SurveyWire>, Problem> {
    let id = survey_id(&id)?;
    let store = &deps.store;
    let (survey, comment, tasks, deliveries) =
        try_join4(store.survey(id), store.comment(id), store.tasks(id), store.deliveries(id)).await?;
    let survey = survey.filter(|survey| sees.survey(survey)).ok_or_else(no_such_survey)?;
    let config = store.config(now).await?;
    let known = themes(&config, &survey);
    Ok(Json(wire::survey(&survey, comment.as_ref(), &tasks, &deliveries, (known, now))))
}

/// Whose surveys are wanted.
enum Whose {
    Subject { kind: String, id: String },
    Contact(String),
}

/// `GET /v1/surveys`
pub(crate) async fn list(
    State(deps): State<Deps>,
    Viewer { now, sees }: Viewer,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<Surveys>, Problem> {
    let mut parameters = Parameters::new(pairs);
    let cursor = parameters.read("cursor", "not a cursor of this list", |text| text.parse().ok());
    let whose = whose(&mut parameters);
    parameters.finish()?;
    let page = match whose {
        Some(Whose::Subject { kind, id }) => deps.store.surveys_of_subject(&kind, &id, cursor, PAGE).await?,
        Some(Whose::Contact(contact)) => match contact_key(&deps, &contact).await? {
            Some(key) => deps.store.surveys_of_contact(&key, cursor, PAGE).await?,
            None => store::Page::default(),
        },
        None => store::Page::default(),
    };
    let store = &deps.store;
    let tasks = try_join_all(page.ids.iter().map(|id| store.tasks(*id)));
    let deliveries = try_join_all(page.ids.iter().map(|id| store.deliveries(*id)));
    let (mut surveys, comments, tasks, deliveries) =
        try_join4(store.surveys(&page.ids), store.comments(&page.ids), tasks, deliveries).await?;
    surveys.retain(|survey| sees.survey(survey));
    surveys.sort_by_key(|survey| std::cmp::Reverse((survey.created_at, survey.id)));
    let tasks: HashMap<SurveyId, Vec<Task>> = page.ids.iter().copied().zip(tasks).collect();
    let tasks_of = |survey: &Survey| tasks.get(&survey.id).map(Vec::as_slice).unwrap_or_default();
    let deliveries: HashMap<SurveyId, Vec<Delivery>> = page.ids.iter().copied().zip(deliveries).collect();
    let told_of = |survey: &Survey| deliveries.get(&survey.id).map(Vec::as_slice).unwrap_or_default();
    let config = store.config(now).await?;
    let shown = |survey: &Survey| {
        let known = (themes(&config, survey), now);
        wire::survey(survey, comments.get(&survey.id), tasks_of(survey), told_of(survey), known)
    };
    Ok(Json(Surveys { surveys: surveys.iter().map(shown).collect(), cursor: page.next.map(|id| id.to_string()) }))
}

/// The themes of a survey's campaign, also of one that was deleted.
fn themes<'a>(config: &'a Config, survey: &Survey) -> &'a [Theme] {
    let stored = config.every_campaign().into_iter().find(|stored| stored.campaign.id == survey.campaign);
    stored.map(|stored| stored.campaign.themes.as_slice()).unwrap_or_default()
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

/// The key of a contact, given their address, the id the CRM has for them, or their phone number.
async fn contact_key(deps: &Deps, contact: &str) -> Result<Option<ContactKey>, store::Error> {
    for name in Name::candidates(contact) {
        if let Some(key) = deps.store.contact_named(&name).await? {
            return Ok(Some(key));
        }
    }
    Ok(None)
}

/// Reads the id of a survey in a path.
pub(crate) fn survey_id(text: &str) -> Result<SurveyId, Problem> {
    text.parse().map_err(|wrong: model::id::NotAnId| Problem::field("/survey_id", wrong.to_string()))
}

/// What is said where there is no such survey, or none any more.
pub(crate) fn no_such_survey() -> Problem {
    Problem::not_found("there is no survey of that id")
}
