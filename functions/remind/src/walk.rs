//! The hourly walk over everything open.

use std::ops::AddAssign;
use std::sync::Arc;

use futures_util::future::try_join_all;
use host::telemetry::chain;
use model::survey::Due;
use model::{Hint, Step, Survey, SurveyId, Timestamp};
use store::{Config, Saved};
use tokio::sync::OnceCell;

use crate::sweep::{Days, Finding, find};
use crate::{Deps, Error};

/// Parts of the index that are walked at the same time.
const SEGMENTS: i32 = 4;

/// Surveys read at once.
const CHUNK: usize = 100;

/// What a sweep met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    looked_at: u64,
    overdue: u64,
    scheduled: u64,
    unknown: u64,
    released: u64,
    failed: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, more: Self) {
        self.looked_at += more.looked_at;
        self.overdue += more.overdue;
        self.scheduled += more.scheduled;
        self.unknown += more.unknown;
        self.released += more.released;
        self.failed += more.failed;
    }
}

/// One sweep.
struct Sweep<'a> {
    deps: &'a Deps,
    config: Arc<Config>,
    days: Days,
    now: Timestamp,
}

/// Looks after everything open. One survey that cannot be looked after does not stop the others; the sweep
/// then counts as failed, comes again, and in the end raises the alarm of the dead letters.
pub(crate) async fn sweep(deps: &Deps, now: Timestamp) -> Result<(), Error> {
    let config = deps.store.config(now).await?;
    let cadences = config.every_campaign().into_iter().map(|stored| stored.campaign.cadence).collect::<Vec<_>>();
    let sweep = Sweep { deps, config, days: Days::of(cadences, now), now };
    let parts = try_join_all((0..SEGMENTS).map(|segment| sweep.segment(segment))).await?;
    let mut counts = Counts::default();
    parts.into_iter().for_each(|part| counts += part);
    tracing::info!(
        sweep.looked_at = counts.looked_at,
        sweep.overdue = counts.overdue,
        sweep.scheduled = counts.scheduled,
        sweep.unknown = counts.unknown,
        sweep.released = counts.released,
        sweep.failed = counts.failed,
        sweep.everything = sweep.days == Days::All,
        "the sweep is done"
    );
    if counts.failed > 0 { Err(Error::Incomplete(counts.failed)) } else { Ok(()) }
}

impl Sweep<'_> {
    async fn segment(&self, segment: i32) -> Result<Counts, Error> {
        let mut counts = Counts::default();
        let mut from = None;
        loop {
            let page = self.deps.store.open_page(segment, SEGMENTS, from).await?;
            let wanted = page.surveys.iter().filter(|(day, _)| self.days.contain(*day));
            let ids: Vec<SurveyId> = wanted.map(|(_, id)| *id).collect();
            for chunk in ids.chunks(CHUNK) {
                counts += self.chunk(chunk).await?;
            }
            from = page.next;
            if from.is_none() {
                return Ok(counts);
            }
        }
    }

    async fn chunk(&self, ids: &[SurveyId]) -> Result<Counts, Error> {
        let (surveys, failed) = self.read(ids).await?;
        let mut counts = Counts { looked_at: surveys.len() as u64, failed, ..Counts::default() };
        let (mut mail, mut step) = (Vec::new(), Vec::new());
        // Asked only if there is a mail to send again, and after its survey was read: an event that was there
        // before is either still on the queue, or has changed the survey.
        let all_read = OnceCell::new();
        for survey in surveys {
            let campaign = self.config.linked_campaign(survey.campaign.hash());
            let on_unknown = campaign.map(|stored| stored.campaign.on_unknown).unwrap_or_default();
            match find(&survey, on_unknown, self.now) {
                Finding::Fine => {}
                Finding::Overdue(late) => {
                    counts.overdue += 1;
                    let hint = Hint { survey: survey.id, step: late };
                    // A mail of a campaign that sends nothing waits for it to go on.
                    match late.is_mail() {
                        true if self.config.sending(&survey.campaign)?.paused.is_some() => {}
                        true => mail.push(hint),
                        false => step.push(hint),
                    }
                }
                Finding::Soon(due) => counts += self.schedule(survey.id, due).await,
                Finding::Unknown => counts.unknown += 1,
                Finding::Retry(silent, released) => {
                    counts.unknown += 1;
                    let all_read = *all_read.get_or_try_init(|| self.all_events_read()).await?;
                    if all_read && self.release(&survey, &released).await? {
                        counts.released += 1;
                        mail.push(Hint { survey: survey.id, step: silent });
                    }
                }
            }
        }
        self.deps.mail.send(&mail).await?;
        self.deps.step.send(&step).await?;
        Ok(counts)
    }

    /// Surveys as they stand now, and how many of them nobody can read.
    async fn read(&self, ids: &[SurveyId]) -> Result<(Vec<Survey>, u64), Error> {
        match self.deps.store.surveys(ids).await {
            Ok(surveys) => return Ok((surveys, 0)),
            Err(error @ store::Error::Item { .. }) => {
                tracing::warn!(error = chain(&error), "surveys are read one by one");
            }
            Err(error) => return Err(error.into()),
        }
        let (mut surveys, mut failed) = (Vec::new(), 0);
        for id in ids {
            match self.deps.store.survey(*id).await {
                Ok(survey) => surveys.extend(survey),
                Err(error @ store::Error::Item { .. }) => {
                    tracing::error!(survey.id = %id, error = chain(&error), "a survey cannot be read");
                    failed += 1;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok((surveys, failed))
    }

    async fn schedule(&self, id: SurveyId, due: Due) -> Counts {
        match self.deps.schedules.arm(id, due).await {
            Ok(()) => Counts { scheduled: 1, ..Counts::default() },
            Err(error) => {
                tracing::error!(survey.id = %id, step = due.step.as_str(), error = chain(&error), "a step is not scheduled");
                Counts { failed: 1, ..Counts::default() }
            }
        }
    }

    /// Makes a mail of unknown fate claimable again. Whoever wrote in between knows more.
    async fn release(&self, survey: &Survey, released: &Survey) -> Result<bool, Error> {
        let step = survey.in_flight.map_or("", Step::as_str);
        let done = matches!(self.deps.store.save(survey, released).await?, Saved::Done);
        tracing::warn!(survey.id = %survey.id, step, done, "the fate of a mail is unknown, it is sent again");
        Ok(done)
    }

    /// Whether no event of SES waits, is being read, or could not be read.
    async fn all_events_read(&self) -> Result<bool, Error> {
        let (waiting, dead) = tokio::try_join!(self.deps.mail_events.depth(), self.deps.mail_events_dead.depth())?;
        if waiting + dead > 0 {
            tracing::warn!(waiting, dead, "events of ses were not read, so no mail of unknown fate is sent again");
        }
        Ok(waiting + dead == 0)
    }
}
