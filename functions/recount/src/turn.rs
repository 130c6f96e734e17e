//! One turn of a job: take it, work, write down how far it came, call for the next one.

use std::sync::Arc;
use std::time::Duration;

use host::telemetry::chain;
use model::job::{Call, Place, settled_at};
use model::{CampaignId, Job, JobId, JobKind, JobState, Survey, Timestamp};
use store::{Config, SurveyPart};

use crate::{Deps, Error, reconcile, recount};

/// What a turn leaves to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Nothing.
    Done,
    /// More, after that time.
    In(Duration),
}

/// A job while it is held.
pub(crate) struct Held<'a> {
    pub(crate) deps: &'a Deps,
    pub(crate) job: Job,
    /// When the turn is to end its walk over surveys.
    until: Timestamp,
    /// When it is to end reading rows and markers.
    pub(crate) read_until: Timestamp,
}

/// Takes the next turn of a job. Whoever finds it over or held has nothing to do.
pub(crate) async fn take(deps: &Deps, kind: JobKind, id: &JobId) -> Result<(), Error> {
    let now = deps.clock.now();
    let Some(job) = deps.store.job(kind, id).await? else { return Ok(()) };
    let Some(mine) = job.taken(now) else { return Ok(()) };
    if !deps.store.save_job(Some(&job), &mine).await? {
        return Ok(());
    }
    if mine.state == JobState::Failed {
        tracing::error!(job.id = %id, job.kind = kind.as_str(), "a job on all surveys was given up");
        return Ok(());
    }
    let (until, read_until) = (now.after(deps.turn), now.after(deps.reading));
    let mut held = Held { deps, job: mine, until, read_until };
    let next = match kind {
        JobKind::Recount => Box::pin(recount::turn(&mut held)).await,
        JobKind::Reconciliation => Box::pin(reconcile::turn(&mut held)).await,
    };
    match next {
        Ok(Next::Done) => held.end().await,
        Ok(Next::In(wait)) => held.call(wait).await,
        // Then it is theirs, and they see to what comes next.
        Err(Error::Taken) => Ok(()),
        Err(error) => {
            tracing::error!(job.id = %id, job.kind = kind.as_str(), error = chain(&error), "a turn came to nothing");
            // It is still one that came to nothing, and the next one need not wait until nobody holds it.
            held.call(Duration::from_secs(30)).await
        }
    }
}

impl Held<'_> {
    /// Writes the job down with a change, if it is still ours.
    pub(crate) async fn keep(&mut self, change: impl FnOnce(&mut Job)) -> Result<(), Error> {
        let after = self.job.with(change);
        self.put(after).await
    }

    async fn put(&mut self, after: Job) -> Result<(), Error> {
        if !self.deps.store.save_job(Some(&self.job), &after).await? {
            return Err(Error::Taken);
        }
        self.job = after;
        Ok(())
    }

    /// Gives the job back and calls for its next turn.
    async fn call(mut self, wait: Duration) -> Result<(), Error> {
        // A queue knows whole seconds: what is expected a fraction later would find the call early.
        let wait = Duration::from_secs(wait.as_secs());
        let back = self.job.given_back(wait, self.now());
        match self.put(back).await {
            Err(Error::Taken) => return Ok(()),
            other => other?,
        }
        // A message that is lost here is missed by the sweep.
        let call = Call::Turn(self.job.kind, self.job.id.clone());
        Ok(self.deps.queue.send_after(&[call], wait).await?)
    }

    async fn end(mut self) -> Result<(), Error> {
        let done = self.job.done(self.now());
        match self.put(done).await {
            Err(Error::Taken) => return Ok(()),
            other => other?,
        }
        let job = &self.job;
        tracing::info!(
            job.id = %job.id,
            job.kind = job.kind.as_str(),
            job.seen = job.seen,
            job.changed = job.changed,
            "a job on all surveys is done"
        );
        Ok(())
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.deps.clock.now()
    }

    /// Whether the turn has lasted long enough.
    pub(crate) fn is_over(&self) -> bool {
        self.now() >= self.until
    }

    /// What is configured at this moment.
    pub(crate) async fn config(&self) -> Result<Arc<Config>, Error> {
        self.deps.store.forget_config().await;
        Ok(self.deps.store.config(self.now()).await?)
    }

    /// How long it is not certain yet that nobody counts by former bands.
    pub(crate) fn unsettled(&self, config: &Config) -> Option<Duration> {
        let of = |campaign: &CampaignId| self.job.campaign.as_ref().is_none_or(|wanted| wanted == campaign);
        let all = config.every_campaign().into_iter().filter(|stored| of(&stored.campaign.id));
        let settled = settled_at(all.map(|stored| stored.bands_at))?;
        let wait = settled.since(self.now());
        (!wait.is_zero()).then(|| wait + Duration::from_secs(1))
    }

    /// Writes down that the job waits, and why.
    pub(crate) async fn wait(&mut self, why: &str, time: Duration) -> Result<Next, Error> {
        self.keep(|job| {
            job.detail = Some(why.to_owned());
            job.attempts = 0;
        })
        .await?;
        Ok(Next::In(time.min(queue::LONGEST_DELAY)))
    }

    /// Writes down that the job has begun, if it has not.
    pub(crate) async fn start(&mut self) -> Result<(), Error> {
        if self.job.state == JobState::Running && self.job.detail.is_none() {
            return Ok(());
        }
        let (of, now) = (self.items().await, self.now());
        self.keep(|job| {
            job.state = JobState::Running;
            job.started_at = job.started_at.or(Some(now));
            job.of = job.of.or(of);
            job.detail = None;
        })
        .await
    }

    /// How much there is to read, if anybody knows: it is for the bar alone.
    async fn items(&self) -> Option<u64> {
        match self.deps.store.items_of_surveys().await {
            Ok(items) => items,
            Err(error) => {
                tracing::warn!(error = chain(&error), "nobody knows how many surveys there are");
                None
            }
        }
    }

    /// Reads the next page of every part of the walk that is not at its end.
    pub(crate) async fn pages(&self) -> Result<Vec<(usize, SurveyPart)>, Error> {
        let parts = u8::try_from(self.job.places.len()).unwrap_or(u8::MAX);
        let reads = (0..parts).zip(&self.job.places).filter_map(|(part, place)| {
            let behind = match place {
                Place::Start => None,
                Place::Behind(pk, sk) => Some((pk.clone(), sk.clone())),
                Place::End => return None,
            };
            Some(async move {
                let page = self.deps.store.survey_part(part, parts, behind, self.deps.page).await?;
                Ok::<_, Error>((usize::from(part), page))
            })
        });
        futures_util::future::try_join_all(reads).await
    }
}

/// The surveys of a page that the job is about.
pub(crate) fn wanted<'a>(job: &Job, page: &'a SurveyPart) -> Vec<&'a Survey> {
    let of = |survey: &&Survey| job.campaign.as_ref().is_none_or(|wanted| *wanted == survey.campaign);
    page.surveys.iter().filter(of).collect()
}

/// Writes into a job how far pages have brought it.
pub(crate) fn walked(job: &mut Job, pages: Vec<(usize, SurveyPart)>) {
    job.attempts = 0;
    for (part, page) in pages {
        job.read += page.items;
        job.unread += page.unread;
        if let Some(place) = job.places.get_mut(part) {
            *place = page.next.map_or(Place::End, |(pk, sk)| Place::Behind(pk, sk));
        }
    }
}
