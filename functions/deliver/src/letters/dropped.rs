//! Looks once a day for each campaign whether its score has dropped, and tells the manager.
//!
//! Done by the first sweep after the campaign's time of day, from tallies alone. A mark says that a day was looked at, so
//! that the other sweeps of a day read one item and no tallies. A letter is named after the day up to which it tells, so
//! that two sweeps write one; and within a week of a letter there is no other.

use std::collections::BTreeSet;

use futures_util::future::try_join_all;
use host::telemetry::chain;
use jiff::civil::Date;
use model::dropped::{Both, Compared, Part, drop_of, most_of, told_lately};
use model::notice::{Notice, NoticeId, Says};
use model::{Campaign, CampaignId, Email, SurveyId, Timestamp, dimension};
use store::TallyRow;

use super::{digest, put_and_call};
use crate::{Deps, Error};

/// The dimension whose rows are the totals.
const TOTAL: &str = "campaign";

/// Answers of the week whose attributes are looked at, the newest; also how many of a day are read.
const LOOKED_AT: usize = 100;
const PAGE: i32 = 100;

/// Most attributes whose groups are looked at for where a drop happened.
const MOST_ATTRIBUTES: usize = 16;

/// Looks at every campaign and day that is due and was not looked at.
pub(crate) async fn write_due(deps: &Deps, now: Timestamp) -> Result<(), Error> {
    let config = deps.store.config(now).await?;
    let campaigns = config.every_campaign().into_iter().map(|stored| &stored.campaign);
    let due: Vec<(&Campaign, &Email, Date)> = campaigns
        .filter_map(|campaign| {
            let manager = campaign.hears_of_drops()?;
            let zone = model::time::zone(&campaign.time_zone);
            Some((campaign, manager, digest::days_due(&zone, campaign.alerts.digest_at, now).next()?))
        })
        .collect();
    let marks: Vec<_> = due.iter().map(|(campaign, _, day)| NoticeId::drop_looked_for(&campaign.id, *day)).collect();
    let done = deps.store.marked(&marks).await?;
    let mut failed = None;
    for ((campaign, manager, day), _) in due.into_iter().zip(done).filter(|(_, done)| !done) {
        if let Err(error) = look(deps, campaign, manager, day, now).await {
            tracing::error!(campaign.id = %campaign.id, error = chain(&error), "nobody knows yet whether a score has dropped");
            failed = Some(error);
        }
    }
    failed.map_or(Ok(()), Err)
}

/// Looks whether the score of a campaign has dropped, once `day` is over.
async fn look(deps: &Deps, campaign: &Campaign, manager: &Email, day: Date, now: Timestamp) -> Result<(), Error> {
    let days = Compared::up_to(day);
    let both = total(&rows(deps, &campaign.id, TOTAL, &days).await?, &days);
    if drop_of(&both).is_some() && !told_lately(deps.store.drops_told(&campaign.id).await?, day) {
        let notice = Notice {
            id: NoticeId::drop(&campaign.id, day),
            campaign: campaign.id.clone(),
            to: manager.clone(),
            to_name: None,
            created_at: now,
            says: Says::Drop {
                before: days.before,
                last: days.last,
                both,
                most: most(deps, &campaign.id, &days, &both).await?,
                url: url(&deps.public_url, &campaign.id, &days),
            },
        };
        put_and_call(deps, &notice).await?;
        tracing::info!(campaign.id = %campaign.id, %day, "a score has dropped");
    }
    Ok(deps.store.mark(&NoticeId::drop_looked_for(&campaign.id, day), now).await?)
}

async fn rows(
    deps: &Deps,
    campaign: &CampaignId,
    dimension: &str,
    days: &Compared,
) -> Result<Vec<TallyRow>, store::Error> {
    deps.store.tallies(campaign, dimension, days.before.from, days.last.to).await
}

/// What all rows add up to.
fn total(rows: &[TallyRow], days: &Compared) -> Both {
    let mut both = Both::default();
    rows.iter().for_each(|row| add(&mut both, row, days));
    both
}

fn add(both: &mut Both, row: &TallyRow, days: &Compared) {
    match days.is_last(row.day) {
        Some(true) => both.last += row.scores(),
        Some(false) => both.before += row.scores(),
        None => {}
    }
}

/// The group in which most of a drop happened, among the account managers, agents and attributes of the answers.
async fn most(deps: &Deps, campaign: &CampaignId, days: &Compared, whole: &Both) -> Result<Option<Part>, Error> {
    let mut dimensions: BTreeSet<String> = attributes(deps, campaign, days).await?;
    dimensions.extend(["owner", "agent"].map(str::to_owned));
    let reads = dimensions.into_iter().map(|dimension| async move {
        let rows = rows(deps, campaign, &dimension, days).await?;
        Ok::<_, store::Error>((dimension, rows))
    });
    let mut parts = Vec::new();
    for (dimension, rows) in try_join_all(reads).await? {
        let values: BTreeSet<&str> = rows.iter().map(|row| row.value.as_str()).collect();
        // What was too rare to be kept by its name is no group.
        parts.extend(values.into_iter().filter(|value| *value != model::tally::OTHER).map(|value| {
            let mut both = Both::default();
            rows.iter().filter(|row| row.value == value).for_each(|row| add(&mut both, row, days));
            Part { dimension: dimension.clone(), value: value.to_owned(), both }
        }));
    }
    Ok(most_of(whole, parts))
}

/// The dimensions of the attributes that the newest answers of the week have.
async fn attributes(deps: &Deps, campaign: &CampaignId, days: &Compared) -> Result<BTreeSet<String>, Error> {
    let mut ids: Vec<SurveyId> = Vec::new();
    let mut day = days.last.to;
    while day >= days.last.from && ids.len() < LOOKED_AT {
        ids.extend(deps.store.answered_on(campaign, day, None, PAGE).await?.into_iter().map(|(_, id)| id));
        day = day.yesterday().unwrap_or(Date::MIN);
    }
    ids.truncate(LOOKED_AT);
    let surveys = deps.store.surveys_lately(&ids).await?;
    let names: BTreeSet<&String> = surveys.iter().flat_map(|survey| survey.attributes.keys()).collect();
    Ok(names.into_iter().take(MOST_ATTRIBUTES).map(|name| dimension::of_attribute(name)).collect())
}

/// Where the dashboard shows just these numbers.
fn url(public_url: &str, campaign: &CampaignId, days: &Compared) -> String {
    let (from, day, to) = (days.before.from, days.last.from, days.last.to);
    let (last, before) = (model::dropped::LAST, model::dropped::BEFORE);
    format!("{public_url}/dashboard?campaign={campaign}&from={from}&to={to}&around={day}&days={last}&before={before}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_shows_what_the_letter_tells() {
        let days = Compared::up_to("2027-03-14".parse().unwrap());
        assert_eq!(
            url("https://nps.example.com", &"spring".parse().unwrap(), &days),
            "https://nps.example.com/dashboard?campaign=spring&from=2027-02-08&to=2027-03-14&around=2027-03-08&days=7&before=28"
        );
    }
}
