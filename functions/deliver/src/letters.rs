//! Letters that follow from a survey: written down here, sent by `dispatch`.
//!
//! Which letters there should be follows from the survey as it stands and from those that are there. A letter is
//! written under a name that says what it is about, so that whoever comes second writes nothing; and whatever is
//! written is called for on the mail queue until it has gone out, here and in the sweep.

mod decide;
mod digest;
mod dropped;

use std::time::Duration;

use host::telemetry::chain;
use model::hint::Mailing;
use model::notice::{Notice, NoticeId, Says, Todo};
use model::survey::UNKNOWN_AFTER;
use model::{Campaign, Errand, Score, Survey, SurveyId, Task, Timestamp};
use store::{Letter, Written};

use crate::{Deps, Error};
use decide::{alert_due, answer, reader, thanks_due};

/// How long a score may settle before its contact is thanked.
const SETTLES: Duration = Duration::from_secs(600);

/// How often it is decided again what is to be written when others write at the same time.
const ROUNDS: u32 = 8;

/// How often a write is tried while others are at the same survey.
const TRIES: u32 = 6;

/// The longest wait before the next try, in milliseconds.
const PAUSE: u64 = 60;

/// Writes what is to be written about an answer: to the owner at once, to the contact when the score has settled.
pub(crate) async fn write(
    deps: &Deps,
    survey: &Survey,
    campaign: &Campaign,
    comment: Option<&str>,
    tasks: &[Task],
    now: Timestamp,
) -> Result<(), Error> {
    if survey.score().is_none() {
        return Ok(());
    }
    let mut told = deps.store.letters(survey.id).await?;
    call_for(deps, told.iter().filter(|letter| letter.is_waiting()).map(|letter| &letter.id)).await?;
    for _ in 0..ROUNDS {
        let Some((name, occasion)) = alert_due(survey, comment, &told, campaign, now) else {
            return thank_later(deps, survey, campaign, &told, now).await;
        };
        let Some(to) = reader(survey, tasks, campaign) else {
            tracing::info!(survey.id = %survey.id, "nobody is told of an answer: it has no owner, the campaign no manager");
            return thank_later(deps, survey, campaign, &told, now).await;
        };
        let before = earlier(deps, survey).await?;
        let notice = Notice {
            id: NoticeId::about(survey.id, name),
            campaign: survey.campaign.clone(),
            to: to.email,
            to_name: to.name,
            created_at: now,
            says: Says::Alert {
                occasion,
                answer: answer(survey, comment, before, campaign, &deps.public_url),
                task: decide::todo(survey, tasks),
                zone: to.zone,
            },
        };
        match put(deps, &notice).await? {
            Written::Made => {
                call_for(deps, [&notice.id]).await?;
                told.push(Letter::new(notice));
            }
            // Somebody else looked at the same time: what they wrote may lack what came since.
            Written::Already(_) => told = deps.store.letters(survey.id).await?,
            Written::NoSurvey => return Ok(()),
        }
    }
    Err(Error::Contended)
}

async fn thank_later(
    deps: &Deps,
    survey: &Survey,
    campaign: &Campaign,
    told: &[Letter],
    now: Timestamp,
) -> Result<(), Error> {
    if thanks_due(survey, campaign, told, now).is_some() {
        deps.deliver.send_after(&[Errand::Thank(survey.id)], SETTLES).await?;
    }
    Ok(())
}

/// Thanks the contact in the words for the group the score is in now.
pub(crate) async fn thanks(deps: &Deps, id: SurveyId, now: Timestamp) -> Result<(), Error> {
    let Some(survey) = deps.store.survey(id).await? else { return Ok(()) };
    let config = deps.store.config(now).await?;
    let stored = config.linked_campaign(survey.campaign.hash()).ok_or(Error::NoCampaign)?;
    let told = deps.store.letters(id).await?;
    let due = thanks_due(&survey, &stored.campaign, &told, now);
    let Some(((text, words), to)) = due.zip(survey.contact.email()) else {
        return call_for(deps, told.iter().filter(|letter| letter.is_waiting()).map(|letter| &letter.id)).await;
    };
    let notice = Notice {
        id: NoticeId::about(id, decide::THANKS),
        campaign: survey.campaign.clone(),
        to: to.clone(),
        to_name: survey.contact.name.clone(),
        created_at: now,
        says: Says::Thanks {
            survey: id,
            language: survey.language,
            words: Some(words),
            text,
            review_url: stored.campaign.thanks.review_url.clone(),
            owner: survey.owner.as_ref().and_then(|owner| owner.name.clone()),
        },
    };
    put_and_call(deps, &notice).await
}

/// Tells the manager that a task is overdue; nobody where the campaign names none.
pub(crate) async fn escalation(deps: &Deps, task: &Task, campaign: &Campaign, now: Timestamp) -> Result<(), Error> {
    let Some(manager) = &campaign.tasks.manager else { return Ok(()) };
    let Some(survey) = deps.store.survey(task.survey).await? else { return Ok(()) };
    let comment = match survey.commented_at {
        Some(_) => deps.store.comment(survey.id).await?.map(|comment| comment.text),
        None => None,
    };
    let said = match survey.score() {
        Some(_) => {
            let before = earlier(deps, &survey).await?;
            Some(answer(&survey, comment.as_deref(), before, campaign, &deps.public_url))
        }
        None => None,
    };
    let owner = task.owner.as_ref();
    let notice = Notice {
        // A task that was opened anew has another time by which it is due.
        id: NoticeId::about(survey.id, format!("escalation-{}-{}", task.kind.as_str(), task.due_at.as_millis())),
        campaign: campaign.id.clone(),
        to: manager.clone(),
        to_name: None,
        created_at: now,
        says: Says::Escalation {
            task: Todo { kind: task.kind, due_at: task.due_at },
            owner: owner.and_then(|owner| owner.name.clone()),
            owner_email: owner.and_then(|owner| owner.email.clone()),
            contact: decide::called(&task.contact),
            account: task.account.as_ref().and_then(|account| account.name.clone()),
            subject: task.subject.name.clone(),
            answer: said,
            url: decide::url(&deps.public_url, survey.id),
            zone: decide::zone(manager, campaign),
        },
    };
    put_and_call(deps, &notice).await
}

/// Calls for the letters nothing was heard of, and writes the digests that are due and what is to be told of drops.
pub(crate) async fn sweep(deps: &Deps, now: Timestamp) -> Result<(), Error> {
    let called = silent(deps, now).await;
    let written = digest::write_due(deps, now).await;
    let looked = dropped::write_due(deps, now).await;
    for error in [&written, &looked].into_iter().filter_map(|done| done.as_ref().err()) {
        tracing::error!(error = chain(error), "some letters have to wait");
    }
    called.and(written).and(looked)
}

async fn silent(deps: &Deps, now: Timestamp) -> Result<(), Error> {
    let mut found = Vec::new();
    for id in deps.store.silent_letters(now).await? {
        // However many sweeps there are, a letter that waits is called for once in a while.
        if deps.store.put_letter_off(&id, now.after(UNKNOWN_AFTER), now).await? {
            found.push(id);
        }
    }
    if !found.is_empty() {
        tracing::info!(letters = found.len(), "nothing was heard of letters; they are called for again");
    }
    call_for(deps, &found).await
}

/// What the contact said to the survey before this one.
pub(crate) async fn earlier(deps: &Deps, survey: &Survey) -> Result<Option<(Score, Timestamp)>, Error> {
    let contact = deps.store.contact(&survey.contact.key()).await?;
    Ok(contact.and_then(|contact| decide::before(survey, &contact)))
}

async fn put_and_call(deps: &Deps, notice: &Notice) -> Result<(), Error> {
    match put(deps, notice).await? {
        Written::Made => call_for(deps, [&notice.id]).await,
        // Whoever wrote it may not have come to call for it.
        Written::Already(letter) if letter.is_waiting() => call_for(deps, [&notice.id]).await,
        Written::Already(_) | Written::NoSurvey => Ok(()),
    }
}

/// Writes a letter down. It touches its survey, which others may be writing to: they are soon done, and an alert is
/// urgent.
async fn put(deps: &Deps, notice: &Notice) -> Result<Written, Error> {
    let mut tries = 1;
    loop {
        match deps.store.write_letter(notice).await {
            Err(error) if error.is_busy() && tries < TRIES => {
                tries += 1;
                tokio::time::sleep(Duration::from_millis(deps.chance.below(PAUSE))).await;
            }
            done => return Ok(done?),
        }
    }
}

/// Puts letters on the mail queue.
async fn call_for(deps: &Deps, ids: impl IntoIterator<Item = &NoticeId>) -> Result<(), Error> {
    let mailings: Vec<_> = ids.into_iter().cloned().map(Mailing::Letter).collect();
    if mailings.is_empty() {
        return Ok(());
    }
    Ok(deps.mail.send(&mailings).await?)
}
