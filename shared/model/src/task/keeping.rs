//! Which tasks a survey should have, and what becomes of those it has.

use super::{Task, TaskKind, TaskStatus};
use crate::campaign::Campaign;
use crate::score::{Group, Standing};
use crate::survey::{Channel, State, Survey};
use crate::time::{Timestamp, zone};
use crate::trigger::Owner;
use crate::working;

/// Since when a survey asks for a task of that kind; nothing while it does not.
///
/// An answer that is probably a machine's is none: nobody is called for it, and who should ask why there is no answer
/// still should. A closed survey still wants to know why; one that was stopped does not, since nobody is to be
/// followed up who does not want to be mailed, nor one whose contact said so after it was closed. Whoever did not say who
/// they are can be asked for nothing; what they were unhappy about is looked into all the same.
#[must_use]
pub fn wanted(survey: &Survey, kind: TaskKind) -> Option<Timestamp> {
    let scored = |group| since(survey, group).filter(|_| counts(survey));
    let reachable = survey.contact.email().is_some() || survey.contact.number().is_some();
    match kind {
        TaskKind::Improve | TaskKind::Referral if !reachable => None,
        TaskKind::Recovery => scored(Group::Detractor),
        TaskKind::Improve => scored(Group::Passive),
        TaskKind::Referral => scored(Group::Promoter),
        TaskKind::NonResponse => {
            let stopped = matches!(survey.state, State::Stopped | State::Failed);
            let over = counts(survey) || stopped || survey.is_unwelcome();
            survey.task_at.filter(|_| !over)
        }
        TaskKind::Bounced => survey.undeliverable_at.max(survey.ended_at).filter(|_| came_back(survey)),
    }
}

/// The tasks of a survey as they should be, in the order of their kinds. Those that change have their next version;
/// the others are as they were.
///
/// - A task is opened when the survey asks for it and the campaign gives a time for its kind.
/// - An open task follows the record: owner (unless somebody chose one by hand), names and score.
/// - Once the survey asks for it no more, it is completed with a note that says why; one that a person opened again
///   stays open until a person completes it.
/// - A done task is opened again when the survey asks for it anew: at once if the survey had completed it, and if a
///   person had, only for a reason that came after that.
#[must_use]
pub fn kept(survey: &Survey, campaign: &Campaign, tasks: &[Task], now: Timestamp) -> Vec<Task> {
    let task = |kind| {
        let there = tasks.iter().find(|task| task.kind == kind);
        let since = wanted(survey, kind);
        let opens = since.is_some() && campaign.tasks.time(kind).is_some();
        match there {
            None => opens.then(|| new(survey, campaign, kind, now)),
            Some(task) => Some(match (task.status, since) {
                (TaskStatus::Open, None) if !task.reopened => task.done(None, Some(why(survey, kind)), now),
                (TaskStatus::Open, _) => following(task, survey),
                (TaskStatus::Done, Some(since)) if opens && anew(task, since) => {
                    let after = following(task, survey).opened(campaign, now);
                    Task { ver: task.ver + 1, ..after }
                }
                (TaskStatus::Done, _) => task.clone(),
            }),
        }
    };
    TaskKind::ALL.into_iter().filter_map(task).collect()
}

/// When a task of that kind is due that is opened at `now`, in the zone of whoever should do it.
#[must_use]
pub fn due(campaign: &Campaign, kind: TaskKind, owner: Option<&Owner>, now: Timestamp) -> Timestamp {
    let tasks = &campaign.tasks;
    let own = owner.and_then(|owner| owner.email.as_ref()).and_then(|email| tasks.zones.get(email.expose()));
    let zone = zone(own.unwrap_or(&campaign.time_zone));
    // A kind the campaign has given up since has no time left.
    tasks.time(kind).map_or(now, |time| working::due(&tasks.hours, &tasks.holidays, &zone, now, time))
}

/// Whether there is an answer, and a person's.
fn counts(survey: &Survey) -> bool {
    survey.standing().is_some_and(|standing| standing != Standing::Suspect)
}

/// Since when the score has been in that group; nothing while it is in another.
fn since(survey: &Survey, group: Group) -> Option<Timestamp> {
    let latest = survey.changes.iter().rev().take_while(|change| change.score.group() == group);
    latest.last().map(|change| change.at)
}

/// Whether the mail came back for good, or was not taken, and nobody answered all the same.
fn came_back(survey: &Survey) -> bool {
    let unwanted = survey.unsubscribed_at.is_some() || survey.complained_at.is_some();
    survey.state == State::Failed
        || matches!(survey.state, State::Stopped | State::Closed) && survey.undeliverable_at.is_some() && !unwanted
}

/// Whether the survey gives a reason that the one who completed it did not know.
fn anew(task: &Task, since: Timestamp) -> bool {
    task.completed_by.is_none() || task.completed_at.is_some_and(|completed| since > completed)
}

/// Why the survey asks for a task no more.
fn why(survey: &Survey, kind: TaskKind) -> String {
    let answer = survey.score().map(|score| format!("{score} ({})", score.group().as_str()));
    match (kind, answer) {
        (_, Some(_)) if !counts(survey) => "The answer does not count: it is probably a machine's.".to_owned(),
        (TaskKind::NonResponse | TaskKind::Bounced, Some(answer)) => format!("Answered: {answer}."),
        (_, Some(answer)) => format!("The score has changed: {answer}."),
        (_, None) if survey.unsubscribed_at.is_some() => "The contact unsubscribed: no follow-up.".to_owned(),
        (_, None) if survey.complained_at.is_some() => "The contact called our mail spam: no follow-up.".to_owned(),
        (_, None) if came_back(survey) && survey.channel() == Channel::Sms => "The number does not work.".to_owned(),
        (_, None) if came_back(survey) => "The address does not work.".to_owned(),
        (_, None) => "The contact is not to be mailed: no follow-up.".to_owned(),
    }
}

fn new(survey: &Survey, campaign: &Campaign, kind: TaskKind, now: Timestamp) -> Task {
    Task {
        survey: survey.id,
        kind,
        ver: 1,
        campaign: survey.campaign.clone(),
        subject: survey.subject.clone(),
        contact: survey.contact.clone(),
        account: survey.account.clone(),
        owner: survey.owner.clone(),
        reassigned: false,
        score: survey.score().filter(|_| counts(survey)),
        opened_at: now,
        due_at: due(campaign, kind, survey.owner.as_ref(), now),
        watched: campaign.tasks.manager.is_some(),
        escalated_at: None,
        status: TaskStatus::Open,
        reopened: false,
        completed_at: None,
        note: None,
        completed_by: None,
        remarks: Vec::new(),
        kept_until: survey.expires(),
    }
}

/// The task with what the record says now. Its time stays: the contact has waited since it was opened.
fn following(task: &Task, survey: &Survey) -> Task {
    let after = Task {
        subject: survey.subject.clone(),
        contact: survey.contact.clone(),
        account: survey.account.clone(),
        owner: if task.reassigned { task.owner.clone() } else { survey.owner.clone() },
        score: survey.score().filter(|_| counts(survey)),
        ..task.clone()
    };
    if after == *task { after } else { Task { ver: task.ver + 1, ..after } }
}
