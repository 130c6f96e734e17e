//! What experiments have shown: how many answer in each way, how sure that is, and whether one way is better than the others.
//!
//! Read from the tallies of the dimension `variant`, so it costs the same whatever the number of surveys. An experiment that a
//! campaign has ended stays, as all tallies do.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Query, State};
use futures_util::future::try_join_all;
use host::Problem;
use jiff::Span;
use jiff::civil::Date;
use model::numbers::{self, Answered, Counts, Interval, Mark, Share};
use model::tally::Counter;
use model::{Campaign, CampaignId, Score, dimension, experiment, time};
use serde::Serialize;

use crate::query::Parameters;
use crate::trust::rounded;
use crate::{Deps, Reader};

/// Days that are looked at, today included: longer than any experiment should take.
const DAYS: i32 = 400;

/// Every experiment of the campaigns that were asked for.
#[derive(Serialize)]
pub(crate) struct Experiments {
    experiments: Vec<ExperimentWire>,
}

#[derive(Serialize)]
struct ExperimentWire {
    campaign: String,
    id: String,
    /// Whether contacts are still divided.
    running: bool,
    first_day: Date,
    last_day: Date,
    variants: Vec<VariantWire>,
    /// The way that is better than every other, once that is sure.
    verdict: Option<String>,
}

#[derive(Serialize)]
struct VariantWire {
    name: String,
    delivered: u64,
    answered: u64,
    response_rate: Option<Share>,
    /// How likely it is to look so far behind the first without being worse; may be looked at at any time.
    p_behind_first: Option<f64>,
    n: u64,
    nps: Option<i64>,
    interval: Option<Interval>,
    mark: Option<Mark>,
}

/// What one way has come to.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    answered: Answered,
    scores: [u64; 11],
}

/// An experiment as the tallies know it.
struct Found {
    first_day: Date,
    last_day: Date,
    ways: BTreeMap<String, Sum>,
}

/// `GET /v1/experiments`
pub(crate) async fn experiments(
    State(deps): State<Deps>,
    Reader { now }: Reader,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<Experiments>, Problem> {
    let mut parameters = Parameters::new(pairs);
    let named = "a campaign id is 1 to 64 letters, digits, - and _";
    let chosen: Option<CampaignId> = parameters.read("campaign", named, |text| text.parse().ok());
    let config = deps.store.config(now).await?;
    let every = config.every_campaign().into_iter().map(|stored| &stored.campaign);
    let campaigns: Vec<&Campaign> =
        every.filter(|campaign| chosen.as_ref().is_none_or(|id| *id == campaign.id)).collect();
    if campaigns.is_empty() {
        parameters.wrong("campaign", "there is no such campaign");
    }
    parameters.finish()?;
    let store = &deps.store;
    let read = campaigns.into_iter().map(|campaign| async move {
        let today = now.day_in(&time::zone(&campaign.time_zone));
        let from = today.saturating_sub(Span::new().days(DAYS - 1));
        Ok::<_, Problem>((campaign, store.tallies(&campaign.id, dimension::VARIANT, from, today).await?))
    });
    let mut experiments = Vec::new();
    for (campaign, rows) in try_join_all(read).await? {
        let rows = rows.iter().map(|row| (row.day, row.value.as_str(), row.counters.as_slice()));
        experiments.extend(found(rows).into_iter().map(|(id, found)| show(campaign, id, found)));
    }
    Ok(Json(Experiments { experiments }))
}

/// Puts together what belongs together.
fn found<'a>(rows: impl Iterator<Item = (Date, &'a str, &'a [(Counter, i64)])>) -> BTreeMap<String, Found> {
    let mut experiments: BTreeMap<String, Found> = BTreeMap::new();
    for (day, value, counters) in rows {
        let Some((id, way)) = experiment::named(value) else { continue };
        let found = experiments.entry(id.to_owned()).or_insert_with(|| Found {
            first_day: day,
            last_day: day,
            ways: BTreeMap::new(),
        });
        found.first_day = found.first_day.min(day);
        found.last_day = found.last_day.max(day);
        let sum = found.ways.entry(way.to_owned()).or_default();
        for (counter, by) in counters {
            let by = u64::try_from(*by).unwrap_or(0);
            match counter {
                Counter::Delivered => sum.answered.of += by,
                Counter::AnsweredAfter(_) => sum.answered.answered += by,
                Counter::Score(score) => sum.scores[usize::from(Score::value(*score))] += by,
                _ => {}
            }
        }
    }
    experiments
}

fn show(campaign: &Campaign, id: String, mut found: Found) -> ExperimentWire {
    let known = campaign.experiment.as_ref().filter(|known| known.id == id);
    // A way nobody was asked in yet is one of them all the same.
    for variant in known.into_iter().flat_map(|known| &known.variants) {
        found.ways.entry(variant.name.clone()).or_default();
    }
    let ways: Vec<(String, Sum)> = found.ways.into_iter().collect();
    let race = numbers::race(&ways.iter().map(|(_, sum)| sum.answered).collect::<Vec<_>>());
    let verdict = race.as_ref().filter(|race| race.decided).map(|race| ways[race.first].0.clone());
    let variant = |(nth, (name, sum)): (usize, (String, Sum))| {
        let counts = Counts::new(sum.scores);
        VariantWire {
            name,
            delivered: sum.answered.of,
            answered: sum.answered.answered,
            response_rate: numbers::share(sum.answered.answered, sum.answered.of),
            p_behind_first: race.as_ref().and_then(|race| race.behind[nth]).map(|p| rounded(p, 4)),
            n: counts.n(),
            nps: counts.nps(),
            interval: counts.interval(),
            mark: counts.mark(),
        }
    };
    ExperimentWire {
        campaign: campaign.id.to_string(),
        id,
        running: known.is_some(),
        first_day: found.first_day,
        last_day: found.last_day,
        variants: ways.into_iter().enumerate().map(variant).collect(),
        verdict,
    }
}
