//! The digest: the answers of a day in one letter to each owner, lowest score first.
//!
//! Written by the first sweep after the campaign's time of day. A mark says that a day is done, so that the other
//! sweeps of a day read one item and no answers; a sweep that dies half-way leaves none, and the next one finds the
//! letters that are there already.

use std::collections::BTreeMap;

use host::telemetry::chain;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{ToSpan as _, civil};
use model::campaign::Alert;
use model::notice::{Answer, DIGEST, Notice, NoticeId, Says};
use model::{Campaign, Email, Standing, Survey, SurveyId, Timestamp};

use super::{decide, put_and_call};
use crate::{Deps, Error};

/// Days that are looked back to: whoever was away for two days misses none.
const DAYS: i64 = 3;

/// Answers that are read at once.
const PAGE: i32 = 200;

/// Answers of a day that are looked at; a letter lists far fewer.
const MOST: usize = 20_000;

/// Writes every digest that is due and was not written.
pub(crate) async fn write_due(deps: &Deps, now: Timestamp) -> Result<(), Error> {
    let config = deps.store.config(now).await?;
    let campaigns: Vec<&Campaign> = config
        .every_campaign()
        .into_iter()
        .map(|stored| &stored.campaign)
        .filter(|campaign| campaign.alerts.any_digest())
        .collect();
    let mut days = Vec::new();
    for campaign in &campaigns {
        let zone = model::time::zone(&campaign.time_zone);
        days.extend(days_due(&zone, campaign.alerts.digest_at, now).map(|day| (*campaign, day)));
    }
    let marks: Vec<_> = days.iter().map(|(campaign, day)| NoticeId::digests_done(&campaign.id, *day)).collect();
    let done = deps.store.marked(&marks).await?;
    let mut failed = None;
    for ((campaign, day), _) in days.into_iter().zip(done).filter(|(_, done)| !done) {
        if let Err(error) = write_day(deps, campaign, day, now).await {
            tracing::error!(campaign.id = %campaign.id, error = chain(&error), "the digests of a day have to wait");
            failed = Some(error);
        }
    }
    failed.map_or(Ok(()), Err)
}

/// The latest days whose digests are due: those before the last time the clock showed that time. A time of day that a
/// change of the clocks skips is taken as the same time after it; one that comes twice, as the first.
pub(super) fn days_due(zone: &TimeZone, digest_at: Time, now: Timestamp) -> impl Iterator<Item = Date> {
    let today = now.day_in(zone);
    let at = zone.to_timestamp(civil::DateTime::from_parts(today, digest_at));
    let passed = at.is_ok_and(|at| Timestamp::from_jiff(at) <= now);
    let back = if passed { 1 } else { 2 };
    (back..back + DAYS).map(move |days| today.saturating_sub(days.days()))
}

/// Writes a letter to everybody who has answers of a day to hear of.
async fn write_day(deps: &Deps, campaign: &Campaign, day: Date, now: Timestamp) -> Result<(), Error> {
    for (owner, heard) in answers(deps, campaign, day).await? {
        let more = u32::try_from(heard.count.saturating_sub(heard.answers.len())).unwrap_or(u32::MAX);
        let notice = Notice {
            id: NoticeId::digest(&campaign.id, day, &owner),
            campaign: campaign.id.clone(),
            to: owner,
            to_name: heard.name,
            created_at: now,
            says: Says::Digest { day, answers: heard.answers, more, url: format!("{}/dashboard", deps.public_url) },
        };
        put_and_call(deps, &notice).await?;
    }
    Ok(deps.store.mark(&NoticeId::digests_done(&campaign.id, day), now).await?)
}

/// What one owner hears of.
#[derive(Default)]
struct Heard {
    name: Option<String>,
    /// The lowest ones, lowest first.
    answers: Vec<Answer>,
    /// How many there were.
    count: usize,
}

impl Heard {
    fn hear(&mut self, answer: Answer, name: Option<String>) {
        self.count += 1;
        self.name = self.name.take().or(name);
        let behind = self.answers.partition_point(|known| (known.score, known.at) <= (answer.score, answer.at));
        self.answers.insert(behind, answer);
        self.answers.truncate(DIGEST);
    }
}

/// The answers of a day that wait for its digest, by who hears of them.
async fn answers(deps: &Deps, campaign: &Campaign, day: Date) -> Result<BTreeMap<Email, Heard>, Error> {
    let mut heard: BTreeMap<Email, Heard> = BTreeMap::new();
    let mut before: Option<String> = None;
    let mut read = 0;
    loop {
        let page = deps.store.answered_on(&campaign.id, day, before.as_deref(), PAGE).await?;
        let ids: Vec<SurveyId> = page.iter().map(|(_, id)| *id).collect();
        let surveys = deps.store.surveys(&ids).await?;
        let commented: Vec<SurveyId> =
            surveys.iter().filter(|survey| survey.commented_at.is_some()).map(|survey| survey.id).collect();
        let mut comments = deps.store.comments(&commented).await?;
        for survey in surveys.iter().filter(|survey| waits(survey, campaign)) {
            let Some(to) = decide::reader(survey, &[], campaign) else { continue };
            let comment = comments.remove(&survey.id).map(|comment| comment.text);
            let answer = decide::answer(survey, comment.as_deref(), None, campaign, &deps.public_url);
            heard.entry(to.email).or_default().hear(answer, to.name);
        }
        read += page.len();
        match page.last() {
            Some((last, _)) if i32::try_from(page.len()).is_ok_and(|count| count == PAGE) && read < MOST => {
                before = Some(last.clone());
            }
            _ => break,
        }
    }
    if read >= MOST {
        tracing::warn!(campaign.id = %campaign.id, read, "a day has more answers than a digest looks at");
    }
    Ok(heard)
}

/// Whether an answer is told in the digest of its day. Of one that was given elsewhere nobody is told.
fn waits(survey: &Survey, campaign: &Campaign) -> bool {
    survey.imported.is_none()
        && survey.score().is_some_and(|score| campaign.alerts.of(score.group()) == Alert::Digest)
        && survey.standing() != Some(Standing::Suspect)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_before_is_due_once_the_clock_shows_the_time() {
        let time = civil::time(8, 0, 0, 0);
        let skipped = civil::time(2, 30, 0, 0);
        for (zone, at, now, latest) in [
            ("UTC", time, "2027-03-16T07:59:59Z", "2027-03-14"),
            ("UTC", time, "2027-03-16T08:00:00Z", "2027-03-15"),
            ("UTC", time, "2027-03-16T23:59:59Z", "2027-03-15"),
            ("Europe/Berlin", time, "2027-03-27T06:59:59Z", "2027-03-25"),
            ("Europe/Berlin", time, "2027-03-27T07:00:00Z", "2027-03-26"),
            // The clocks went forward that night: the same hour comes an hour earlier.
            ("Europe/Berlin", time, "2027-03-28T05:59:59Z", "2027-03-26"),
            ("Europe/Berlin", time, "2027-03-28T06:00:00Z", "2027-03-27"),
            // The time itself is skipped, and taken as the one after the change.
            ("Europe/Berlin", skipped, "2027-03-28T01:29:59Z", "2027-03-26"),
            ("Europe/Berlin", skipped, "2027-03-28T01:30:00Z", "2027-03-27"),
            // It comes twice: the first counts, and the second changes nothing.
            ("Europe/Berlin", skipped, "2027-10-31T00:30:00Z", "2027-10-30"),
            ("Europe/Berlin", skipped, "2027-10-31T01:30:00Z", "2027-10-30"),
            ("Pacific/Auckland", time, "2027-03-15T19:00:00Z", "2027-03-15"),
            ("Pacific/Pago_Pago", time, "2027-03-15T19:00:00Z", "2027-03-14"),
        ] {
            let latest: Date = latest.parse().unwrap();
            let days: Vec<_> = days_due(&model::time::zone(zone), at, now.parse().unwrap()).collect();
            let expected = [0, 1, 2].map(|days: i64| latest.saturating_sub(days.days()));
            assert_eq!(days, expected, "{zone} {now}");
        }
    }
}
