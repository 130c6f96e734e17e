//! A task as the API shows it.

use model::{Score, Survey, Task, Timestamp, shown};
use serde::Serialize;
use store::Comment;

/// A task with what the contact said. Every field is always there.
#[derive(Serialize)]
pub(crate) struct TaskWire {
    id: String,
    kind: &'static str,
    title: &'static str,
    status: &'static str,
    overdue: bool,
    owner: Option<shown::Person>,
    reassigned: bool,
    opened_at: String,
    due_at: String,
    escalated_at: Option<String>,
    completed_at: Option<String>,
    completed_by: Option<String>,
    note: Option<String>,
    remarks: Vec<RemarkWire>,
    campaign: String,
    survey_id: String,
    subject: shown::Subject,
    contact: ContactWire,
    account: Option<shown::Named>,
    score: Option<u8>,
    group: Option<&'static str>,
    standing: Option<&'static str>,
    comment: Option<String>,
    follow_up: Option<bool>,
    may_quote: Option<bool>,
    reasons: Vec<String>,
    links: LinksWire,
}

#[derive(Serialize)]
struct RemarkWire {
    at: String,
    by: String,
    text: String,
}

#[derive(Serialize)]
struct ContactWire {
    email: Option<String>,
    name: Option<String>,
    id: Option<String>,
    phone: Option<String>,
}

#[derive(Serialize)]
struct LinksWire {
    survey: String,
}

/// Shows a task. What the contact said is the survey's word of today, as long as there is one.
pub(super) fn show(task: &Task, survey: Option<&Survey>, comment: Option<&Comment>, now: Timestamp) -> TaskWire {
    let time = |at: Timestamp| at.to_string();
    let score = survey.map_or(task.score, Survey::score);
    TaskWire {
        id: task.id().to_string(),
        kind: task.kind.as_str(),
        title: task.title(),
        status: task.status.as_str(),
        overdue: task.is_overdue(now),
        owner: task.owner.as_ref().map(Into::into),
        reassigned: task.reassigned,
        opened_at: time(task.opened_at),
        due_at: time(task.due_at),
        escalated_at: task.escalated_at.map(time),
        completed_at: task.completed_at.map(time),
        completed_by: task.completed_by.clone(),
        note: task.note.clone(),
        remarks: task
            .remarks
            .iter()
            .map(|remark| RemarkWire { at: time(remark.at), by: remark.by.clone(), text: remark.text.clone() })
            .collect(),
        campaign: task.campaign.to_string(),
        survey_id: task.survey.to_string(),
        subject: (&task.subject).into(),
        contact: ContactWire {
            email: task.contact.email().map(|email| email.expose().to_owned()),
            name: task.contact.name.clone(),
            id: task.contact.id.clone(),
            phone: task.contact.phone.clone(),
        },
        account: task.account.as_ref().map(Into::into),
        score: score.map(Score::value),
        group: score.map(|score| score.group().as_str()),
        standing: survey.and_then(Survey::standing).map(model::Standing::as_str),
        comment: comment.map(|comment| comment.text.clone()),
        follow_up: survey.filter(|_| score.is_some()).map(|survey| survey.follow_up),
        may_quote: survey.filter(|_| score.is_some()).map(|survey| survey.may_quote),
        reasons: survey.iter().flat_map(|survey| &survey.reasons).map(ToString::to_string).collect(),
        links: LinksWire { survey: format!("/v1/surveys/{}", task.survey) },
    }
}
