//! All that is held of a contact, in full: what a person may ask to see.

use std::collections::{BTreeMap, HashMap};

use model::contact::LastScore;
use model::{Contact, Delivery, Phone, Survey, SurveyId, Task, Timestamp, shown, view};
use serde::Serialize;
use serde_json::Value;
use store::{Comment, Place};

use crate::tasks::{self, TaskWire};

/// All that is held of a contact.
#[derive(Serialize)]
pub(crate) struct HeldWire {
    contact: ContactWire,
    suppression: Option<SuppressionWire>,
    surveys: Vec<SurveyWire>,
}

#[derive(Default, Serialize)]
struct ContactWire {
    email: Option<String>,
    /// Of who is known by it and has no address.
    phone: Option<String>,
    id: Option<String>,
    asked_at: Option<String>,
    asked_by: Option<String>,
    last: Option<ScoreWire>,
    previous: Option<ScoreWire>,
}

#[derive(Serialize)]
struct SuppressionWire {
    reason: &'static str,
    at: Option<String>,
}

#[derive(Serialize)]
struct ScoreWire {
    score: u8,
    answered_at: String,
    survey_id: String,
    campaign: String,
}

#[derive(Serialize)]
struct SurveyWire {
    survey_id: String,
    campaign: String,
    milestone: String,
    state: &'static str,
    subject: shown::Subject,
    contact: AddresseeWire,
    owner: Option<shown::Person>,
    agent: Option<shown::Named>,
    account: Option<shown::Named>,
    attributes: BTreeMap<String, String>,
    language: &'static str,
    occurred_at: Option<String>,
    record_modified_at: Option<String>,
    created_at: String,
    send_at: String,
    score: Option<u8>,
    group: Option<&'static str>,
    standing: Option<&'static str>,
    follow_up: Option<bool>,
    may_quote: Option<bool>,
    reasons: Vec<String>,
    opened_at: Option<String>,
    comment: Option<CommentWire>,
    responses: Vec<ResponseWire>,
    tasks: Vec<TaskWire>,
    nurture: Option<PlaceWire>,
    timeline: Vec<EntryWire>,
    kept_until: String,
}

#[derive(Serialize)]
struct AddresseeWire {
    email: Option<String>,
    name: Option<String>,
    id: Option<String>,
    phone: Option<String>,
    locale: Option<String>,
    time_zone: Option<String>,
}

#[derive(Serialize)]
struct CommentWire {
    text: String,
    at: String,
}

#[derive(Serialize)]
struct ResponseWire {
    score: u8,
    at: String,
}

#[derive(Serialize)]
struct EntryWire {
    at: String,
    what: &'static str,
    detail: Value,
}

#[derive(Serialize)]
struct PlaceWire {
    list: &'static str,
    joined_at: String,
}

/// What is held beside surveys.
#[derive(Clone, Copy)]
pub(crate) struct Beside<'a> {
    pub(crate) comments: &'a HashMap<SurveyId, Comment>,
    pub(crate) tasks: &'a [Task],
    pub(crate) places: &'a [Place],
    pub(crate) deliveries: &'a [Delivery],
}

/// Shows what is held: the contact, if it is still known, and their surveys.
pub(crate) fn show(contact: Option<&Contact>, surveys: &[Survey], beside: Beside<'_>, now: Timestamp) -> HeldWire {
    let suppression = contact.and_then(|contact| {
        let reason = contact.suppressed?.as_str();
        Some(SuppressionWire { reason, at: contact.suppressed_at.map(time) })
    });
    HeldWire {
        contact: match contact {
            Some(known) => person(known),
            None => ContactWire {
                email: surveys.first().and_then(|survey| survey.contact.email()).map(|email| email.expose().to_owned()),
                phone: surveys.first().and_then(|survey| survey.contact.who.phone()).map(Phone::e164),
                id: surveys.iter().find_map(|survey| survey.contact.id.clone()),
                ..ContactWire::default()
            },
        },
        suppression,
        surveys: surveys.iter().map(|held| survey(held, beside, now)).collect(),
    }
}

fn person(contact: &Contact) -> ContactWire {
    ContactWire {
        email: contact.email.as_ref().map(|email| email.expose().to_owned()),
        phone: contact.phone.as_ref().map(Phone::e164),
        id: contact.crm_id.clone(),
        // Who was never asked, or gave their only turn back, has 1970 there.
        asked_at: contact.asked_at.filter(|at| *at > Timestamp::default()).map(time),
        asked_by: contact.asked_by.map(|survey| survey.to_string()),
        last: contact.last.as_ref().map(score),
        previous: contact.previous.as_ref().map(score),
    }
}

fn score(last: &LastScore) -> ScoreWire {
    ScoreWire {
        score: last.score.value(),
        answered_at: time(last.answered_at),
        survey_id: last.survey.to_string(),
        campaign: last.campaign.to_string(),
    }
}

fn survey(survey: &Survey, beside: Beside<'_>, now: Timestamp) -> SurveyWire {
    let comment = beside.comments.get(&survey.id);
    let tasks: Vec<Task> = beside.tasks.iter().filter(|task| task.survey == survey.id).cloned().collect();
    let deliveries: Vec<Delivery> =
        beside.deliveries.iter().filter(|delivery| delivery.survey == survey.id).cloned().collect();
    let place = beside.places.iter().find(|place| place.survey == survey.id);
    let score = survey.score();
    let contact = survey.contact.clone();
    SurveyWire {
        survey_id: survey.id.to_string(),
        campaign: survey.campaign.to_string(),
        milestone: survey.milestone.clone(),
        state: survey.state.as_str(),
        subject: (&survey.subject).into(),
        contact: AddresseeWire {
            email: contact.email().map(|email| email.expose().to_owned()),
            name: contact.name,
            id: contact.id,
            phone: contact.phone,
            locale: contact.locale,
            time_zone: contact.time_zone,
        },
        owner: survey.owner.as_ref().map(Into::into),
        agent: survey.agent.as_ref().map(Into::into),
        account: survey.account.as_ref().map(Into::into),
        attributes: survey.attributes.clone(),
        language: survey.language.tag(),
        occurred_at: survey.occurred_at.map(time),
        record_modified_at: survey.record_modified_at.map(time),
        created_at: time(survey.created_at),
        send_at: time(survey.send_at),
        score: score.map(model::Score::value),
        group: score.map(|score| score.group().as_str()),
        standing: survey.standing().map(|standing| standing.as_str()),
        follow_up: score.map(|_| survey.follow_up),
        may_quote: score.map(|_| survey.may_quote),
        reasons: survey.reasons.iter().map(ToString::to_string).collect(),
        opened_at: survey.seen_at.map(time),
        comment: comment.map(|comment| CommentWire { text: comment.text.clone(), at: time(comment.at) }),
        responses: survey
            .changes
            .iter()
            .map(|change| ResponseWire { score: change.score.value(), at: time(change.at) })
            .collect(),
        tasks: tasks.iter().map(|task| tasks::held(task, survey, comment, now)).collect(),
        nurture: place.map(|place| PlaceWire { list: place.list.as_str(), joined_at: time(place.joined_at) }),
        timeline: view::whole_timeline(survey, &tasks, &deliveries)
            .into_iter()
            .map(|entry| EntryWire { at: time(entry.at), what: entry.what, detail: entry.detail })
            .collect(),
        kept_until: time(survey.expires()),
    }
}

fn time(at: Timestamp) -> String {
    at.to_string()
}
