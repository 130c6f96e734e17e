//! The tasks of a survey, and its contact's place on the nurture list.
//!
//! What should be there is decided on the survey alone ([`model::task`], [`Nurture::of`]) and compared with what is.
//! After writing, the survey is read once more: if it has changed meanwhile, whoever heard of the change may have
//! looked before we wrote, so it is decided again. A crash before that leaves the errand, which comes again.

use host::telemetry::chain;
use model::task::kept;
use model::{Campaign, ContactKey, Errand, Nurture, State, Survey, SurveyId, Task, Timestamp};
use store::{Config, Place, TaskSaved};

use crate::{Deps, Error, letters};

/// How often it is decided again because others wrote first.
const ROUNDS: usize = 8;

/// Overdue tasks that are looked at together.
const PAGE: usize = 100;

/// Overdue tasks one sweep looks at; the others are met by the next ones.
const MOST: usize = 2_000;

/// What a survey has beside itself.
#[derive(Debug, Default)]
pub(crate) struct Work {
    /// Its tasks.
    pub(crate) tasks: Vec<Task>,
    /// Where its contact stands on the nurture list.
    pub(crate) nurture: Option<Nurture>,
}

/// Sees to it that a survey has the tasks it should have, and its contact the place.
pub(crate) async fn keep(deps: &Deps, survey: &Survey, campaign: &Campaign, now: Timestamp) -> Result<Work, Error> {
    let id = survey.id;
    let mut newer: Option<Survey> = None;
    for _ in 0..ROUNDS {
        let survey = newer.as_ref().unwrap_or(survey);
        let before = deps.store.tasks(id).await?;
        let after = kept(survey, campaign, &before, now);
        let written = write(deps, &before, &after).await?;
        let (nurture, moved) = place(deps, survey).await?;
        let work = Work { tasks: after, nurture };
        if written == Written::Nothing && !moved {
            return Ok(work);
        }
        match deps.store.survey(id).await? {
            None => {
                deps.store.drop_place(&survey.contact.key(), id).await?;
                deps.store.forget_tasks(id).await?;
                return Ok(Work::default());
            }
            Some(found) if found.ver == survey.ver && written != Written::Less => return Ok(work),
            Some(found) => newer = Some(found),
        }
    }
    Err(Error::Contended)
}

/// How much of what was decided was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written {
    /// There was nothing to write.
    Nothing,
    /// All of it.
    All,
    /// Not all: somebody else wrote first.
    Less,
}

async fn write(deps: &Deps, before: &[Task], after: &[Task]) -> Result<Written, Error> {
    let mut written = Written::Nothing;
    for task in after {
        let was = before.iter().find(|was| was.kind == task.kind);
        if was == Some(task) {
            continue;
        }
        match deps.store.save_task(was, task).await? {
            TaskSaved::Done => {
                tracing::info!(task.id = %task.id(), task.status = task.status.as_str(), "a task follows its survey");
                written = if written == Written::Less { written } else { Written::All };
            }
            TaskSaved::Conflict => written = Written::Less,
        }
    }
    Ok(written)
}

/// Puts the contact of a survey where it belongs, and says where that is and whether anything was written. Who is not
/// to be mailed is on no list, also not for another survey.
async fn place(deps: &Deps, survey: &Survey) -> Result<(Option<Nurture>, bool), Error> {
    let key = survey.contact.key();
    let list = Nurture::of(survey);
    let ended = matches!(survey.state, State::Stopped | State::Failed) || survey.is_unwelcome();
    if list.is_some() || ended {
        let contact = deps.store.contact(&key).await?;
        if contact.is_some_and(|contact| contact.suppressed.is_some()) {
            return Ok((None, leave_all(deps, &key, survey.id).await?));
        }
    }
    let never = survey.task_at.is_none() && survey.remind.sent_at.is_none() && !survey.closed;
    if list.is_none() && never {
        return Ok((None, false));
    }
    let there = deps.store.place(&key, survey.id).await?.map(|place| place.list);
    if there == list {
        return Ok((list, false));
    }
    match list {
        Some(list) => deps.store.put_place(&Place::of(survey, list), survey.expires()).await?,
        None => deps.store.drop_place(&key, survey.id).await?,
    }
    let name = |list: Option<Nurture>| list.map_or("none", Nurture::as_str);
    tracing::info!(survey.id = %survey.id, nurture.from = name(there), nurture.to = name(list), "a contact moved");
    Ok((list, true))
}

/// Takes a contact off the list for every survey; whoever was told of the other surveys is told anew.
async fn leave_all(deps: &Deps, key: &ContactKey, survey: SurveyId) -> Result<bool, Error> {
    let places = deps.store.places(key).await?;
    let others: Vec<_> =
        places.iter().filter(|place| place.survey != survey).map(|place| Errand::Tell(place.survey)).collect();
    deps.deliver.send(&others).await?;
    for place in &places {
        deps.store.drop_place(key, place.survey).await?;
    }
    Ok(!places.is_empty())
}

/// A survey that is gone takes its tasks and its contact's place with it.
pub(crate) async fn forget(deps: &Deps, survey: SurveyId) -> Result<(), Error> {
    for task in deps.store.tasks(survey).await? {
        deps.store.drop_place(&task.contact.key(), survey).await?;
    }
    deps.store.forget_tasks(survey).await?;
    Ok(())
}

/// Tells the managers of tasks that should have been done by now, each once. The letter has a name of its own, so it
/// is written before the task is marked: whoever crashes in between writes the same letter again.
pub(crate) async fn overdue(deps: &Deps, now: Timestamp) -> Result<(), Error> {
    let config = deps.store.config(now).await?;
    let mut from: Option<String> = None;
    let mut found = 0;
    let mut trouble = None;
    while found < MOST {
        let page = deps.store.overdue_tasks(now, from.as_deref(), PAGE).await?;
        for task in &page.tasks {
            // One that cannot be told of does not keep the others back.
            if let Err(error) = escalate(deps, &config, task, now).await {
                tracing::error!(task.id = %task.id(), error = chain(&error), "an overdue task has to wait");
                trouble.get_or_insert(error);
            }
        }
        found += page.tasks.len();
        from = page.next;
        if from.is_none() {
            break;
        }
    }
    trouble.map_or(Ok(()), Err)
}

async fn escalate(deps: &Deps, config: &Config, task: &Task, now: Timestamp) -> Result<(), Error> {
    // The list may be behind what is there.
    let Some(after) = task.escalated(now) else { return Ok(()) };
    let campaign = config.linked_campaign(task.campaign.hash()).map(|stored| &stored.campaign);
    let campaign = campaign.filter(|campaign| campaign.tasks.manager.is_some());
    if let Some(campaign) = campaign {
        letters::escalation(deps, task, campaign, now).await?;
    }
    // Whoever wrote first may have done it; if not, the next sweep finds it again.
    if deps.store.save_task(Some(task), &after).await? == TaskSaved::Done {
        tracing::info!(task.id = %task.id(), task.told = campaign.is_some(), "a task is overdue");
    }
    Ok(())
}
