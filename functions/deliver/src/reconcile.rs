//! What should be so outside, what was done, and the difference.

use futures_util::StreamExt as _;
use futures_util::stream;
use host::telemetry::chain;
use model::delivery::Delivery;
use model::destination::Remote;
use model::{Campaign, Destination, DestinationId, Report, Survey, SurveyId, Task, Timestamp, report};
use store::Config;

use crate::tasks::{self, Work};
use crate::{Deps, Error, letters, telling};

/// Destinations that are told at the same time: all there can be, so that an errand takes as long as the slowest of
/// them, however many are slow. The batches of the queue are cut to that.
const AT_ONCE: usize = model::destination::MOST;

/// A survey as it stands, with everything that is told of it.
pub(crate) struct View {
    pub(crate) survey: Survey,
    pub(crate) comment: Option<String>,
    pub(crate) tasks: Vec<Task>,
    pub(crate) campaign: Campaign,
    pub(crate) report: Report,
}

impl View {
    /// Looks at a survey, and sees to its tasks. Nothing if it is gone.
    pub(crate) async fn of(deps: &Deps, id: SurveyId, now: Timestamp) -> Result<Option<Self>, Error> {
        let Some(survey) = deps.store.survey(id).await? else { return Ok(None) };
        // After the survey: what it says of a comment is there then.
        let comment = match survey.commented_at {
            Some(_) => deps.store.comment(id).await?.map(|comment| comment.text),
            None => None,
        };
        let campaign = campaign(deps, &survey, now).await?;
        // Only chats tell it.
        let destinations: Vec<Destination> = deps.store.config(now).await?.documents()?;
        let chat = |to: &Destination| matches!(to.remote, Remote::Slack(_) | Remote::Teams(_));
        let before = match survey.score() {
            Some(_) if destinations.iter().any(chat) => letters::earlier(deps, &survey).await?,
            _ => None,
        };
        let Work { tasks, nurture } = tasks::keep(deps, &survey, &campaign, now).await?;
        let sources = report::Sources {
            campaign: &campaign,
            comment: comment.as_deref(),
            tasks: &tasks,
            nurture,
            before,
            public_url: &deps.public_url,
        };
        let report = Report::of(&survey, sources);
        Ok(Some(Self { survey, comment, tasks, campaign, report }))
    }
}

/// The campaign of a survey, also one that was deleted; read anew if it is not known.
async fn campaign(deps: &Deps, survey: &Survey, now: Timestamp) -> Result<Campaign, Error> {
    let of = |config: &Config| Some(config.linked_campaign(survey.campaign.hash())?.campaign.clone());
    if let Some(campaign) = of(&*deps.store.config(now).await?) {
        return Ok(campaign);
    }
    deps.store.forget_config().await;
    of(&*deps.store.config(now).await?).ok_or(Error::NoCampaign)
}

/// Sees to it that the world outside knows a survey as it is. What cannot be done to one destination does not keep it
/// from the others.
pub(crate) async fn survey(deps: &Deps, id: SurveyId, now: Timestamp) -> Result<(), Error> {
    let Some(view) = View::of(deps, id, now).await? else { return gone(deps, id).await };
    let View { survey, campaign, comment, tasks, .. } = &view;
    let written = letters::write(deps, survey, campaign, comment.as_deref(), tasks, now).await;
    let mut all = vec![written];
    match tell_all(deps, &view, now).await {
        Ok(told) => all.extend(told),
        Err(error) => all.push(Err(error)),
    }
    first_error(id, all)
}

/// Brings every destination that hears of a survey to what it should know.
async fn tell_all(deps: &Deps, view: &View, now: Timestamp) -> Result<Vec<Result<(), Error>>, Error> {
    let destinations: Vec<Destination> = deps.store.config(now).await?.documents()?;
    let concerned: Vec<&Destination> = destinations.iter().filter(|to| to.hears_of(&view.survey.campaign)).collect();
    if concerned.is_empty() {
        return Ok(Vec::new());
    }
    // After the survey, so that nobody can be telling anything older without a lease that is seen here.
    let told = deps.store.deliveries(view.survey.id).await?;
    // A loop and no closure: with one, the compiler cannot tell that this may move between threads.
    let mut each = Vec::new();
    for to in concerned {
        let known = told.iter().find(|delivery| delivery.destination == to.id).cloned();
        each.push(telling::bring(deps, view, to, known));
    }
    Ok(stream::iter(each).buffer_unordered(AT_ONCE).collect().await)
}

/// Tries one destination again.
pub(crate) async fn retry(deps: &Deps, id: SurveyId, to: &DestinationId, now: Timestamp) -> Result<(), Error> {
    let Some(view) = View::of(deps, id, now).await? else { return gone(deps, id).await };
    let config = deps.store.config(now).await?;
    let known: Option<Delivery> = deps.store.deliveries(id).await?.into_iter().find(|known| known.destination == *to);
    match config.document::<Destination>(to.as_str())? {
        Some(to) if to.hears_of(&view.survey.campaign) => telling::bring(deps, &view, &to, known).await,
        // It is gone, or hears of this campaign no more: nobody is to look for it again.
        _ => telling::leave(deps, known).await,
    }
}

/// A survey that was erased takes with it its tasks and what was told of it.
async fn gone(deps: &Deps, id: SurveyId) -> Result<(), Error> {
    tasks::forget(deps, id).await?;
    Ok(deps.store.forget_deliveries(id).await?)
}

fn first_error(id: SurveyId, all: Vec<Result<(), Error>>) -> Result<(), Error> {
    let mut errors = all.into_iter().filter_map(Result::err);
    let first = errors.next();
    for error in errors {
        tracing::error!(survey.id = %id, error = chain(&error), "something else has to wait, too");
    }
    first.map_or(Ok(()), Err)
}
