//! From rows of tallies to the numbers of a window: what they add up to.
//!
//! A row of the day of an answer also says how long before its survey was sent, so the answers of a
//! sending day are found in later rows. Rows come in parts that are added up here; one part alone may
//! even be negative, when a changed score was taken out of another part than it was put into.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;
use model::campaign::{Bands, Day};
use model::dimension::{self, SENTIMENT};
use model::numbers::{self, Counts};
use model::tally::Counter;
use model::{CampaignId, Sentiment};
use serde::Serialize;
use serde::ser::SerializeMap;
use store::TallyRow;

use crate::plan::{Knows, MAIL, Plan};
use crate::query::{Days, Selection};

/// What one group adds up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sum {
    scores: [i64; 11],
    self_saved: i64,
    suspect: i64,
    sent: i64,
    delivered: i64,
    answered: i64,
    commented: i64,
}

impl Sum {
    fn add(&mut self, counter: Counter, by: i64) {
        let place = match counter {
            Counter::Score(score) => &mut self.scores[usize::from(score.value())],
            Counter::SelfSaved => &mut self.self_saved,
            Counter::Suspect => &mut self.suspect,
            Counter::Sent => &mut self.sent,
            Counter::Delivered => &mut self.delivered,
            Counter::Commented => &mut self.commented,
            Counter::AnsweredAfter(_) => &mut self.answered,
            // Of the sender's good name, and no number of what customers think.
            Counter::Bounced | Counter::Complained => return,
        };
        *place += by;
    }

    /// The answers by score.
    pub(crate) fn counts(&self) -> Counts {
        Counts::new(self.scores.map(whole))
    }
}

/// A sum of all parts is never negative.
fn whole(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// A group, and the groups it is made of.
#[derive(Clone, Debug, Default)]
struct Group {
    sum: Sum,
    crossed: BTreeMap<String, Sum>,
}

/// The numbers of a window, as they add up.
#[derive(Debug)]
pub(crate) struct Sums {
    days: Days,
    weekday: Option<Day>,
    total: Sum,
    by_day: BTreeMap<Date, Sum>,
    groups: BTreeMap<String, Group>,
    /// Whether rows may have had more of what is asked for than they say.
    hidden: bool,
}

impl Sums {
    /// Nothing yet.
    pub(crate) fn new(selection: &Selection, days: Days) -> Self {
        let by_day = days.iter().map(|day| (day, Sum::default())).collect();
        Self { days, weekday: selection.weekday, total: Sum::default(), by_day, groups: BTreeMap::new(), hidden: false }
    }

    /// Whether what counts on that day is asked for.
    pub(crate) fn takes(&self, day: Date) -> bool {
        self.days.contains(day) && self.weekday.is_none_or(|weekday| weekday == Day::from(day.weekday()))
    }

    /// Adds all numbers of one row.
    pub(crate) fn add_row(&mut self, plan: &Plan, campaign: &CampaignId, dimension: &str, row: &TallyRow) {
        for (counter, by) in &row.counters {
            let day = match counter {
                Counter::AnsweredAfter(lag) => row.day.saturating_sub(i64::from(*lag).days()),
                _ => row.day,
            };
            if !self.takes(day) {
                continue;
            }
            self.hidden |= plan.hides(dimension, &row.value);
            let place = plan.place(campaign, dimension, &row.value, day);
            if place.whole {
                self.add(day, *counter, *by);
            }
            if let Some(group) = place.group {
                self.add_to_group(group, *counter, *by);
            }
            if let Some((group, within)) = place.crossed {
                self.add_within(group, within, *counter, *by);
            }
        }
    }

    /// Whether all that is asked for is in here, as far as rows can tell.
    pub(crate) fn is_whole(&self) -> bool {
        !self.hidden
    }

    /// Adds a number to the whole.
    pub(crate) fn add(&mut self, day: Date, counter: Counter, by: i64) {
        self.total.add(counter, by);
        self.by_day.entry(day).or_default().add(counter, by);
    }

    /// Adds a number to a group.
    pub(crate) fn add_to_group(&mut self, group: &str, counter: Counter, by: i64) {
        self.groups.entry(group.to_owned()).or_default().sum.add(counter, by);
    }

    /// Adds a number to a group within a group.
    pub(crate) fn add_within(&mut self, group: &str, within: &str, counter: Counter, by: i64) {
        let group = self.groups.entry(group.to_owned()).or_default();
        group.crossed.entry(within.to_owned()).or_default().add(counter, by);
    }

    /// The whole.
    pub(crate) fn total(&self) -> Sum {
        self.total
    }

    /// Every day and its answers, oldest first.
    pub(crate) fn days(&self) -> impl Iterator<Item = (Date, Counts)> {
        self.by_day.iter().map(|(day, sum)| (*day, sum.counts()))
    }

    /// A group by its name.
    pub(crate) fn group(&self, value: &str) -> Sum {
        self.groups.get(value).map(|group| group.sum).unwrap_or_default()
    }

    /// The groups, in the order of `ranks`.
    pub(crate) fn groups(&self, ranks: &Ranks) -> Vec<(&str, Sum)> {
        ordered(self.groups.iter().map(|(value, group)| (value.as_str(), group.sum)).collect(), ranks)
    }

    /// The groups within a group, in the order of `ranks`.
    pub(crate) fn within(&self, group: &str, ranks: &Ranks) -> Vec<(&str, Sum)> {
        let crossed = self.groups.get(group).map(|group| &group.crossed);
        ordered(crossed.into_iter().flatten().map(|(value, sum)| (value.as_str(), *sum)).collect(), ranks)
    }
}

fn ordered<'a>(mut groups: Vec<(&'a str, Sum)>, ranks: &Ranks) -> Vec<(&'a str, Sum)> {
    groups.retain(|(_, sum)| *sum != Sum::default());
    groups.sort_by_key(|(value, sum)| ranks.of(value, sum));
    groups
}

/// The order of groups: hours, weekdays and bands in their own, others by their number of answers, the most first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ranks {
    BySize,
    Listed(Vec<String>),
}

impl Ranks {
    /// The order of the values of a dimension. `bands` are those of the campaigns asked for.
    pub(crate) fn new<'a>(dimension: &str, bands: impl IntoIterator<Item = &'a Bands>) -> Self {
        match dimension {
            "hour" | "occurred_hour" => Self::Listed((0..24).map(dimension::hour).collect()),
            "weekday" | "occurred_weekday" => Self::Listed(Day::ALL.map(|day| day.as_str().to_owned()).into()),
            SENTIMENT => Self::Listed(Sentiment::ALL.map(|sentiment| sentiment.as_str().to_owned()).into()),
            MAIL => Self::Listed(["first", "reminder"].map(str::to_owned).into()),
            _ => {
                let attribute = dimension::attribute(dimension).unwrap_or_default();
                let labels = bands.into_iter().map(|bands| bands.labels(attribute)).find(|labels| !labels.is_empty());
                labels.map_or(Self::BySize, Self::Listed)
            }
        }
    }

    fn of(&self, value: &str, sum: &Sum) -> (usize, std::cmp::Reverse<u64>) {
        let place = match self {
            Self::BySize => 0,
            Self::Listed(values) => values.iter().position(|listed| listed == value).unwrap_or(usize::MAX),
        };
        (place, std::cmp::Reverse(sum.counts().n()))
    }
}

/// The numbers of one group, as the API gives them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbers {
    pub(crate) sum: Sum,
    pub(crate) knows: Knows,
}

impl Numbers {
    /// The share of delivered surveys that were answered.
    pub(crate) fn response_rate(&self) -> Option<f64> {
        let known = self.knows.delivered && self.knows.answered;
        known.then(|| numbers::response_rate(whole(self.sum.answered), whole(self.sum.delivered))).flatten()
    }

    /// The range the response rate of everybody lies in.
    fn response_rate_interval(&self) -> Option<RateInterval> {
        self.response_rate()?;
        let numbers::Share { low, high, .. } = numbers::share(whole(self.sum.answered), whole(self.sum.delivered))?;
        Some(RateInterval { low, high })
    }

    /// Writes every number into an object.
    pub(crate) fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let counts = self.sum.counts();
        let known = |known: bool, number: i64| known.then(|| whole(number));
        map.serialize_entry("n", &counts.n())?;
        map.serialize_entry("promoters", &counts.promoters())?;
        map.serialize_entry("passives", &counts.passives())?;
        map.serialize_entry("detractors", &counts.detractors())?;
        map.serialize_entry("nps", &counts.nps())?;
        map.serialize_entry("nps_exact", &counts.nps_exact())?;
        map.serialize_entry("interval", &counts.interval())?;
        map.serialize_entry("mark", &counts.mark())?;
        map.serialize_entry("band", &counts.band())?;
        map.serialize_entry("counts", &counts)?;
        map.serialize_entry("self_saved", &whole(self.sum.self_saved))?;
        map.serialize_entry("suspect", &whole(self.sum.suspect))?;
        map.serialize_entry("commented", &known(self.knows.commented, self.sum.commented))?;
        map.serialize_entry("sent", &known(self.knows.sent, self.sum.sent))?;
        map.serialize_entry("delivered", &known(self.knows.delivered, self.sum.delivered))?;
        map.serialize_entry("answered", &known(self.knows.answered, self.sum.answered))?;
        map.serialize_entry("response_rate", &self.response_rate())?;
        map.serialize_entry("response_rate_interval", &self.response_rate_interval())
    }
}

/// The range a share of everybody lies in, with 95 % confidence, from 0 to 1.
#[derive(Serialize)]
struct RateInterval {
    low: f64,
    high: f64,
}

#[cfg(test)]
mod tests {
    use super::{Numbers, Ranks, Sum, Sums};
    use crate::plan::{Knows, Plan};
    use crate::query::{Days, Parameters, Question};
    use jiff::civil::Date;
    use model::campaign::Bands;
    use model::tally::Counter;
    use serde::ser::{SerializeMap as _, Serializer as _};
    use serde_json::{Value, json};
    use store::TallyRow;

    fn question(query: &[(&str, &str)]) -> Question {
        let pairs = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Question::take(&mut Parameters::new(pairs.collect()))
    }

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    /// A week, Monday to Sunday.
    fn week() -> Days {
        Days { from: date("2027-03-01"), to: date("2027-03-07") }
    }

    type Row<'a> = (&'a str, &'a str, &'a str, &'a str, &'a [(&'a str, i64)]);

    fn added(query: &[(&str, &str)], rows: &[Row<'_>]) -> (Plan, Sums) {
        let question = question(query);
        let plan = Plan::new(&question).unwrap();
        let mut sums = Sums::new(&question.selection, week());
        for (campaign, dimension, day, value, counters) in rows {
            let counters = counters.iter().map(|(name, by)| (Counter::named(name).unwrap(), *by)).collect();
            let row = TallyRow { day: date(day), value: (*value).to_owned(), counters };
            if plan.dimensions().contains(dimension) {
                sums.add_row(&plan, &campaign.parse().unwrap(), dimension, &row);
            }
        }
        (plan, sums)
    }

    fn shown(value: &str, sum: Sum, knows: Knows) -> Value {
        let mut map = serde_json::value::Serializer.serialize_map(None).unwrap();
        map.serialize_entry("value", value).unwrap();
        Numbers { sum, knows }.write(&mut map).unwrap();
        map.end().unwrap()
    }

    const ROWS: [Row<'static>; 7] = [
        ("a", "campaign", "2027-02-28", "a", &[("h0", 9), ("l0", 9), ("sent", 9), ("delivered", 9)]),
        ("a", "campaign", "2027-03-01", "a", &[("h10", 3), ("l1", 2), ("l0", 1), ("sent", 10), ("delivered", 8)]),
        ("a", "campaign", "2027-03-07", "a", &[("h6", 1), ("l3", 1), ("self_saved", 1), ("suspect", 2)]),
        ("b", "campaign", "2027-03-02", "b", &[("h7", 2), ("l0", 2), ("sent", 4), ("delivered", 4)]),
        ("a", "campaign", "2027-03-12", "a", &[("h9", 5), ("l7", 3), ("l4", 2)]),
        ("a", "team", "2027-03-01", "EMEA", &[("h10", 3), ("l0", 3), ("delivered", 5)]),
        ("a", "team", "2027-03-01", "EMEA/DACH", &[("h10", 1), ("l0", 1), ("delivered", 2)]),
    ];

    fn numbers(query: &[(&str, &str)]) -> (Value, Vec<Value>) {
        let (plan, sums) = added(query, &ROWS);
        let dimension = query.iter().find(|(name, _)| *name == "group_by").map_or("", |(_, value)| *value);
        let groups = sums.groups(&Ranks::new(dimension, []));
        let groups = groups.into_iter().map(|(value, sum)| shown(value, sum, plan.group_knows())).collect();
        (shown("", sums.total(), plan.whole_knows()), groups)
    }

    fn named<'a>(groups: &'a [Value], field: &'a str) -> Vec<(&'a str, &'a Value)> {
        groups.iter().map(|group| (group["value"].as_str().unwrap(), &group[field])).collect()
    }

    #[test]
    fn answers_count_on_their_day_and_rates_on_the_day_of_sending() {
        let (total, groups) = numbers(&[]);
        assert_eq!(total["n"], 6);
        assert_eq!(total["counts"], json!([0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 3]));
        assert_eq!((&total["self_saved"], &total["suspect"]), (&json!(1), &json!(2)));
        assert_eq!((&total["sent"], &total["delivered"]), (&json!(14), &json!(12)));
        // The 1st: one of the 1st itself (two were sent in February). The 2nd: two. The 7th: one of the
        // 4th. The 12th: three of the 5th, and two of the 8th, which is outside.
        assert_eq!(total["answered"], 7);
        assert_eq!(total["response_rate"], json!(0.5833));
        assert!(groups.is_empty());
    }

    #[test]
    fn campaign_and_weekday_group_the_totals() {
        let (_, groups) = numbers(&[("group_by", "campaign")]);
        assert_eq!(named(&groups, "n"), [("a", &json!(4)), ("b", &json!(2))]);
        assert_eq!(named(&groups, "sent"), [("a", &json!(10)), ("b", &json!(4))]);
        let (_, groups) = numbers(&[("group_by", "weekday")]);
        let days = ["mon", "tue", "thu", "fri", "sun"];
        assert_eq!(named(&groups, "n").iter().map(|(day, _)| *day).collect::<Vec<_>>(), days);
        assert_eq!(groups[3]["answered"], 3, "sent on the 5th, answered a week later");
        let (total, _) = numbers(&[("filter.weekday", "tue")]);
        assert_eq!((&total["n"], &total["delivered"]), (&json!(2), &json!(4)));
    }

    #[test]
    fn a_path_can_be_looked_into() {
        let (total, groups) = numbers(&[("group_by", "team")]);
        assert_eq!((&total["n"], &total["sent"]), (&json!(6), &json!(14)));
        assert_eq!(named(&groups, "n"), [("EMEA", &json!(3)), ("EMEA/DACH", &json!(1))]);
        assert_eq!(groups[0]["sent"], Value::Null, "sending is not counted by team");
        let (total, groups) = numbers(&[("filter.team", "EMEA/DACH"), ("group_by", "team")]);
        assert_eq!((&total["n"], &total["sent"]), (&json!(1), &Value::Null));
        assert_eq!(named(&groups, "delivered"), [("EMEA/DACH", &json!(2))]);
        let (total, groups) = numbers(&[("filter.team", "EME"), ("group_by", "team")]);
        assert_eq!((&total["n"], &total["nps"], groups.len()), (&json!(0), &Value::Null, 0));
    }

    #[test]
    fn parts_may_be_negative_and_their_sum_is_not() {
        let rows: [Row<'_>; 2] = [
            ("c", "campaign", "2027-03-01", "c", &[("h7", -1), ("h9", 1), ("commented", 1)]),
            ("c", "campaign", "2027-03-01", "c", &[("h7", 1)]),
        ];
        let (plan, sums) = added(&[], &rows);
        let days: Vec<_> = sums.days().map(|(_, counts)| counts.n()).collect();
        assert_eq!(days, [1, 0, 0, 0, 0, 0, 0]);
        assert_eq!(sums.total().counts().nps(), Some(100));
        assert_eq!(shown("", sums.total(), plan.whole_knows())["commented"], 1);
    }

    #[test]
    fn hours_know_nothing_of_delivery() {
        let rows: [Row<'_>; 2] = [
            ("a", "hour", "2027-03-01", "17", &[("h10", 1), ("l0", 1)]),
            ("a", "hour", "2027-03-01", "09", &[("h1", 1), ("h2", 1), ("l0", 2)]),
        ];
        let (plan, sums) = added(&[("group_by", "hour")], &rows);
        let groups: Vec<_> = sums
            .groups(&Ranks::new("hour", []))
            .into_iter()
            .map(|(value, sum)| shown(value, sum, plan.group_knows()))
            .collect();
        assert_eq!(named(&groups, "n"), [("09", &json!(2)), ("17", &json!(1))]);
        for field in ["delivered", "response_rate", "sent", "commented"] {
            assert_eq!(groups[0][field], Value::Null, "{field}");
        }
    }

    #[test]
    fn groups_within_groups_add_up_by_themselves() {
        let (_, sums) = added(&[("group_by", "campaign"), ("cross_by", "team")], &ROWS);
        let n = |groups: Vec<(&str, Sum)>| -> Vec<(String, u64)> {
            groups.into_iter().map(|(value, sum)| (value.to_owned(), sum.counts().n())).collect()
        };
        let size = Ranks::BySize;
        assert_eq!(n(sums.groups(&size)), [("a".to_owned(), 4), ("b".to_owned(), 2)], "each answer once");
        assert_eq!(n(sums.within("a", &size)), [("EMEA".to_owned(), 3), ("EMEA/DACH".to_owned(), 1)]);
        assert!(sums.within("b", &size).is_empty());
        let (_, sums) = added(&[("group_by", "weekday"), ("cross_by", "campaign")], &ROWS);
        assert_eq!(n(sums.within("mon", &size)), [("a".to_owned(), 3)]);
    }

    #[test]
    fn bands_stand_in_their_order() {
        let bands = Bands::new([("value", vec![0, 10])]);
        let rows: [Row<'_>; 4] = [
            ("a", "value", "2027-03-01", "10 and over", &[("h9", 3)]),
            ("a", "value", "2027-03-01", "an old band", &[("h9", 9)]),
            ("a", "value", "2027-03-01", "0 to under 10", &[("h9", 4)]),
            ("a", "value", "2027-03-01", "not a number", &[("h9", 5)]),
        ];
        let (_, sums) = added(&[("group_by", "value")], &rows);
        let values = |ranks| sums.groups(&ranks).into_iter().map(|(value, _)| value.to_owned()).collect::<Vec<_>>();
        let listed = ["0 to under 10", "10 and over", "not a number", "an old band"];
        assert_eq!(values(Ranks::new("value", [&Bands::default(), &bands])), listed);
        assert_eq!(values(Ranks::new("value", []))[0], "an old band");
    }
}
