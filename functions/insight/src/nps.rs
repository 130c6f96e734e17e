//! The score of a window, how sure it is, and what it is made of.
//!
//! Everything comes from tallies: the parts of every campaign and dimension are read in parallel, and the
//! cost depends on the number of days and groups, not on how many people answered.

use axum::Json;
use axum::extract::{Query, State};
use futures_util::future::try_join_all;
use host::Problem;
use host::problem::Kind;
use jiff::ToSpan as _;
use jiff::civil::Date;
use model::{Campaign, Timestamp};
use serde::ser::{Serialize, SerializeMap, Serializer};
use store::Config;

use crate::plan::{Crossing, Plan};
use crate::query::{Days, Parameters, Selection, is_name};
use crate::sums::{Named, Numbers, Sums};
use crate::{Deps, Viewer};

/// A link lives so long: no answer comes later after its mail.
const LINK_DAYS: i64 = 180;

/// `GET /v1/nps`
pub(crate) async fn nps(
    State(deps): State<Deps>,
    Viewer { now, sees }: Viewer,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<Nps>, Problem> {
    let mut parameters = Parameters::new(pairs);
    let mut selection = Selection::take(&mut parameters);
    selection.narrow(&sees)?;
    let group_by = parameters.read("group_by", "name a dimension, such as `owner` or `region`", |text| {
        is_name(text).then(|| text.to_owned())
    });
    let config = deps.store.config(now).await?;
    let campaigns = chosen(&config, &selection, &mut parameters);
    parameters.finish()?;
    let plan = Plan::new(&selection, group_by.as_deref()).map_err(crossing)?;
    let days = selection.span.days(latest_day(&campaigns, now));

    let plan_dimensions = plan.dimensions();
    let store = &deps.store;
    let reads = campaigns.iter().flat_map(|campaign| {
        plan_dimensions.iter().map(move |dimension| {
            let until = days.to.saturating_add(LINK_DAYS.days());
            async move {
                let rows = store.tallies(&campaign.id, dimension, days.from, until).await?;
                Ok::<_, store::Error>((campaign, *dimension, rows))
            }
        })
    });
    let mut sums = Sums::new(&plan, &selection, days);
    for (campaign, dimension, rows) in try_join_all(reads).await? {
        for row in &rows {
            for (counter, by) in &row.counters {
                sums.add(&campaign.id, dimension, (row.day, &row.value), *counter, *by);
            }
        }
    }
    Ok(Json(Nps {
        campaign: selection.campaign.as_ref().map(ToString::to_string),
        days,
        time_zone: common_zone(&campaigns),
        total: sums.total(),
        by_day: sums.days().map(|(day, counts)| ByDay { day, n: counts.n(), nps: counts.nps() }).collect(),
        group_by,
        groups: sums.groups(),
    }))
}

/// The campaigns a question is about. Those that were deleted are among them: their numbers stay.
pub(crate) fn chosen(config: &Config, selection: &Selection, parameters: &mut Parameters) -> Vec<Campaign> {
    let all = config.every_campaign().into_iter().map(|stored| &stored.campaign);
    let chosen: Vec<_> =
        all.filter(|campaign| selection.campaign.as_ref().is_none_or(|id| *id == campaign.id)).cloned().collect();
    if chosen.is_empty() {
        parameters.wrong("campaign", "there is no such campaign");
    }
    chosen
}

/// Today, where it is latest: what counts there must not be missing.
fn latest_day(campaigns: &[Campaign], now: Timestamp) -> Date {
    let today = |campaign: &Campaign| now.day_in(&model::time::zone(&campaign.time_zone));
    campaigns.iter().map(today).max().unwrap_or_else(|| now.day_in(&jiff::tz::TimeZone::UTC))
}

/// The zone the days are in, if it is the same for all.
fn common_zone(campaigns: &[Campaign]) -> Option<String> {
    let first = &campaigns.first()?.time_zone;
    campaigns.iter().all(|campaign| campaign.time_zone == *first).then(|| first.clone())
}

fn crossing(Crossing(one, other): Crossing) -> Problem {
    Problem::new(
        Kind::Crossing,
        format!(
            "`{one}` and `{other}` are counted each by itself and cannot be crossed yet; \
         `campaign` and `weekday` can be crossed with any one dimension."
        ),
    )
}

/// The answer.
pub(crate) struct Nps {
    campaign: Option<String>,
    days: Days,
    time_zone: Option<String>,
    total: Numbers,
    by_day: Vec<ByDay>,
    group_by: Option<String>,
    groups: Vec<(String, Numbers)>,
}

/// The answers of one day.
#[derive(serde::Serialize)]
struct ByDay {
    day: Date,
    n: u64,
    nps: Option<i64>,
}

impl Serialize for Nps {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("campaign", &self.campaign)?;
        map.serialize_entry("from", &self.days.from)?;
        map.serialize_entry("to", &self.days.to)?;
        map.serialize_entry("time_zone", &self.time_zone)?;
        self.total.write(&mut map)?;
        map.serialize_entry("days", &self.by_day)?;
        map.serialize_entry("group_by", &self.group_by)?;
        let groups: Vec<_> = self.groups.iter().map(|(value, numbers)| Named(value, *numbers)).collect();
        map.serialize_entry("groups", &groups)?;
        map.end()
    }
}
