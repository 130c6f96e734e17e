//! The score of a window, how sure it is, and what it is made of.

use axum::Json;
use axum::extract::{Query, State};
use host::Problem;
use jiff::civil::Date;
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::answers::Cursor;
use crate::ask::{Found, ask, chosen, common_zone, latest_day};
use crate::query::{Compare, Days, Parameters, Per, Question};
use crate::sums::{Numbers, Ranks, Sum};
use crate::trust::{self, Change, Needed, Nonresponse, Rest};
use crate::{Deps, Viewer};

/// `GET /v1/nps`
pub(crate) async fn nps(
    State(deps): State<Deps>,
    Viewer { now, sees }: Viewer,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<Nps>, Problem> {
    let mut parameters = Parameters::new(pairs);
    let mut question = Question::take(&mut parameters);
    question.narrow(&sees)?;
    let cursor = parameters.read("cursor", "not a cursor of these numbers", Cursor::read);
    if cursor.is_some() && question.per == Per::Contact {
        parameters.wrong("cursor", "`per=contact` cannot be told in parts");
    }
    let config = deps.store.config(now).await?;
    let campaigns = chosen(&config, &question.selection, &mut parameters);
    parameters.finish()?;
    let found = ask(&deps.store, &question, &campaigns, now, cursor.as_ref()).await?;
    let ranks = |dimension: &Option<String>| {
        let bands = campaigns.iter().map(|campaign| &campaign.bands);
        Ranks::new(dimension.as_deref().unwrap_or_default(), bands)
    };
    let groups = groups(&found, question.around.is_some(), &ranks(&question.group_by), &ranks(&question.cross_by));
    let days = question.selection.span.days(latest_day(&campaigns, now));
    Ok(Json(Nps { time_zone: common_zone(&campaigns), question, days, found, groups }))
}

/// A group with what it is made of.
struct Group {
    value: String,
    numbers: Numbers,
    rest: Option<Rest>,
    /// Only where the days before and after one are compared.
    change: Option<Change>,
    /// Absent in a group within a group.
    groups: Option<Vec<Group>>,
}

fn groups(found: &Found, around: bool, ranks: &Ranks, within: &Ranks) -> Vec<Group> {
    let compared = |whole: Sum, groups: &[(&str, Sum)]| {
        let counts: Vec<_> = groups.iter().map(|(_, sum)| sum.counts()).collect();
        trust::rests(&whole.counts(), &counts)
    };
    let mut groups = found.sums.groups(ranks);
    let earlier = found.earlier.as_ref().filter(|_| around);
    if let Some((_, then)) = earlier {
        // Who was there only before has changed, too.
        let gone = then.groups(ranks).into_iter().filter(|(value, _)| found.sums.group(value) == Sum::default());
        groups.extend(gone.map(|(value, _)| (value, Sum::default())));
    }
    let rests = compared(found.sums.total(), &groups);
    let changes: Vec<Option<Change>> = match earlier {
        Some((days, then)) => {
            let pairs: Vec<_> = groups.iter().map(|(value, sum)| (sum.counts(), then.group(value).counts())).collect();
            Change::of_groups(&pairs, *days).into_iter().map(Some).collect()
        }
        None => groups.iter().map(|_| None).collect(),
    };
    let group = |value: &str, sum: Sum, rest, change| {
        let crossed = found.sums.within(value, within);
        let rests = compared(sum, &crossed);
        let crossed = crossed.into_iter().zip(rests).map(|((value, sum), rest)| Group {
            value: value.to_owned(),
            numbers: Numbers { sum, knows: found.known.crossed },
            rest,
            change: None,
            groups: None,
        });
        Group {
            value: value.to_owned(),
            numbers: Numbers { sum, knows: found.known.group },
            rest,
            change,
            groups: Some(crossed.collect()),
        }
    };
    let all = groups.into_iter().zip(rests).zip(changes);
    all.map(|(((value, sum), rest), change)| group(value, sum, rest, change)).collect()
}

impl Serialize for Group {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("value", &self.value)?;
        self.numbers.write(&mut map)?;
        map.serialize_entry("rest", &self.rest)?;
        if let Some(groups) = &self.groups {
            map.serialize_entry("change", &self.change)?;
            map.serialize_entry("groups", groups)?;
        }
        map.end()
    }
}

/// The answer.
pub(crate) struct Nps {
    question: Question,
    days: Days,
    time_zone: Option<String>,
    found: Found,
    groups: Vec<Group>,
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
        let Self { question, days, time_zone, found, groups } = self;
        let total = Numbers { sum: found.sums.total(), knows: found.known.whole };
        let counts = total.sum.counts();
        let by_day: Vec<_> =
            found.sums.days().map(|(day, counts)| ByDay { day, n: counts.n(), nps: counts.nps() }).collect();
        let trend = question.trend.map(|unit| trust::trend(found.sums.days(), unit)).unwrap_or_default();
        let change = found.earlier.as_ref().map(|(days, then)| Change::new(&counts, &then.total().counts(), *days));
        let rate = total.response_rate();
        let nonresponse = found.mails.map(|(early, late)| Nonresponse::new(early, late, rate));
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("campaign", &question.selection.campaign.as_ref().map(ToString::to_string))?;
        map.serialize_entry("from", &days.from)?;
        map.serialize_entry("to", &days.to)?;
        map.serialize_entry("time_zone", time_zone)?;
        map.serialize_entry("basis", &found.basis)?;
        map.serialize_entry("scanned", &found.scanned)?;
        map.serialize_entry("cursor", &found.cursor.as_ref().map(ToString::to_string))?;
        map.serialize_entry("by", question.by.as_str())?;
        map.serialize_entry("per", question.per.as_str())?;
        total.write(&mut map)?;
        map.serialize_entry("days", &by_day)?;
        map.serialize_entry("trend", &trend)?;
        map.serialize_entry("compare", &question.compare.and_then(Compare::name))?;
        map.serialize_entry("around", &question.around)?;
        map.serialize_entry("change", &change)?;
        map.serialize_entry("needed", &question.precision.map(|precision| Needed::new(&counts, precision)))?;
        map.serialize_entry("nonresponse", &nonresponse)?;
        map.serialize_entry("group_by", &question.group_by)?;
        map.serialize_entry("cross_by", &question.cross_by)?;
        map.serialize_entry("groups", groups)?;
        map.end()
    }
}
