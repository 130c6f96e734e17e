//! What is held of a contact: shown, or erased.
//!
//! Erasing goes on where an earlier attempt stopped: the surveys go first with all that stands beside them, then the contact, by whom they are found,
//! and last the score cards, by which the contact is.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use host::Problem;
use host::problem::Kind;
use model::card::Name;
use model::{Contact, ContactKey, SurveyId};
use store::Store;

use crate::held::{self, Beside, HeldWire};
use crate::{Deps, Managed};

/// Surveys on one page of the index.
const PAGE: i32 = 100;

/// How many addresses of one CRM id, or generations of surveys of one address, are erased in one request.
const ROUNDS: usize = 20;

/// `GET /v1/contacts/{contact}`
pub(crate) async fn show(
    State(deps): State<Deps>,
    Path(contact): Path<String>,
    managed: Managed,
) -> Result<Json<HeldWire>, Problem> {
    let store = &deps.store;
    let mut key = None;
    for name in Name::candidates(&contact) {
        key = store.contact_named(&name).await?;
        if key.is_some() {
            break;
        }
    }
    let key = key.ok_or_else(nothing_held)?;
    let contact = store.contact(&key).await?;
    let ids: Vec<_> = surveys(store, &key, contact.as_ref()).await?.into_iter().collect();
    let mut surveys = store.surveys(&ids).await?;
    if contact.is_none() && surveys.is_empty() {
        return Err(nothing_held());
    }
    surveys.sort_by_key(|survey| std::cmp::Reverse((survey.created_at, survey.id)));
    let comments = store.comments(&ids).await?;
    let mut tasks = Vec::new();
    for id in &ids {
        tasks.extend(store.tasks(*id).await?);
    }
    let mut deliveries = Vec::new();
    for id in &ids {
        deliveries.extend(store.deliveries(*id).await?);
    }
    let places = store.places(&key).await?;
    let beside = Beside { comments: &comments, tasks: &tasks, places: &places, deliveries: &deliveries };
    Ok(Json(held::show(contact.as_ref(), &surveys, beside, managed.now)))
}

/// `DELETE /v1/contacts/{contact}`
pub(crate) async fn erase(
    State(deps): State<Deps>,
    Path(contact): Path<String>,
    _: Managed,
) -> Result<StatusCode, Problem> {
    let store = &deps.store;
    let mut erased = BTreeSet::new();
    for name in Name::candidates(&contact) {
        // One address, or all that go by one CRM id: an erased one is not found by its id any more. A number that
        // was meant as such names one person, and one that was an id names nobody else.
        while let Some(key) = store.contact_named(&name).await? {
            if erased.len() == ROUNDS {
                return Err(Problem::new(Kind::TryLater, "there is more to erase; please send it again"));
            }
            if erased.contains(&key) || !erase_all(store, &key).await? {
                break;
            }
            erased.insert(key);
            if matches!(name, Name::Phone(_)) {
                break;
            }
        }
        if !erased.is_empty() {
            break;
        }
    }
    if erased.is_empty() {
        return Err(nothing_held());
    }
    tracing::info!(contacts = erased.len(), "a contact was erased");
    Ok(StatusCode::NO_CONTENT)
}

/// Erases what is held under a key; `false` if that is nothing.
async fn erase_all(store: &Store, key: &ContactKey) -> Result<bool, Problem> {
    let mut gone = BTreeSet::new();
    let contact = store.contact(key).await?;
    // The index is a little behind: it may still show what is gone, and show late what was just made.
    for _ in 0..ROUNDS {
        let found = surveys(store, key, contact.as_ref()).await?;
        let fresh: Vec<_> = found.difference(&gone).copied().collect();
        if fresh.is_empty() {
            break;
        }
        for survey in fresh {
            // Before the survey, by whom it is found, and after it, in case somebody was about to write some.
            store.erase_beside(survey).await?;
            store.delete_survey(survey).await?;
            store.erase_beside(survey).await?;
            gone.insert(survey);
        }
    }
    for place in store.places(key).await? {
        store.drop_place(key, place.survey).await?;
    }
    if let Some(contact) = &contact {
        store.erase_contact(contact).await?;
    }
    // After the contact, without whom no card is written.
    let cards = store.erase_cards(key, contact.as_ref()).await?;
    Ok(contact.is_some() || !gone.is_empty() || cards)
}

/// All surveys of a contact: those in the index, and those the contact itself names, which the index may not
/// show yet.
async fn surveys(store: &Store, key: &ContactKey, contact: Option<&Contact>) -> Result<BTreeSet<SurveyId>, Problem> {
    let mut all = BTreeSet::new();
    if let Some(contact) = contact {
        let answered = [&contact.last, &contact.previous].into_iter().flatten().map(|last| last.survey);
        all.extend(contact.asked_by.into_iter().chain(answered));
    }
    let mut from = None;
    loop {
        let page = store.surveys_of_contact(key, from, PAGE).await?;
        all.extend(page.ids);
        from = page.next;
        if from.is_none() {
            return Ok(all);
        }
    }
}

fn nothing_held() -> Problem {
    Problem::not_found("nothing is held of this contact")
}
