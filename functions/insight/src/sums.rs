//! From rows of tallies to the numbers of a window: what they add up to.
//!
//! A row of the day of an answer also says how long before its survey was sent, so the answers of a
//! sending day are found in later rows. Rows come in parts that are added up here; one part alone may
//! even be negative, when a changed score was taken out of another part than it was put into.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;
use model::CampaignId;
use model::campaign::Day;
use model::numbers::{self, Counts};
use model::tally::Counter;
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::plan::{By, HOUR, Plan};
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
}

impl Sum {
    fn add(&mut self, counter: Counter, by: i64) {
        let place = match counter {
            Counter::Score(score) => &mut self.scores[usize::from(score.value())],
            Counter::SelfSaved => &mut self.self_saved,
            Counter::Suspect => &mut self.suspect,
            Counter::Sent => &mut self.sent,
            Counter::Delivered => &mut self.delivered,
            Counter::AnsweredAfter(_) => &mut self.answered,
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

/// The numbers of a window, as they add up.
#[derive(Debug)]
pub(crate) struct Sums<'a> {
    plan: &'a Plan,
    selection: &'a Selection,
    days: Days,
    total: Sum,
    by_day: BTreeMap<Date, Sum>,
    groups: BTreeMap<String, Sum>,
}

impl<'a> Sums<'a> {
    /// Nothing yet.
    pub(crate) fn new(plan: &'a Plan, selection: &'a Selection, days: Days) -> Self {
        let by_day = days.iter().map(|day| (day, Sum::default())).collect();
        Self { plan, selection, days, total: Sum::default(), by_day, groups: BTreeMap::new() }
    }

    /// Adds one number of one row.
    pub(crate) fn add(&mut self, campaign: &CampaignId, dimension: &str, row: (Date, &str), counter: Counter, by: i64) {
        let (kept_on, value) = row;
        let day = match counter {
            Counter::AnsweredAfter(lag) => kept_on.saturating_sub(i64::from(lag).days()),
            _ => kept_on,
        };
        if !self.days.contains(day) || !self.selection.takes_weekday(day) {
            return;
        }
        if self.plan.is_whole(dimension, value) {
            self.total.add(counter, by);
            self.by_day.entry(day).or_default().add(counter, by);
        }
        if let Some(group) = self.plan.group(campaign, dimension, value, day) {
            self.groups.entry(group).or_default().add(counter, by);
        }
    }

    /// The whole.
    pub(crate) fn total(&self) -> Numbers {
        Numbers { sum: self.total, sent: self.plan.knows_sent(), delivered: self.plan.knows_delivered() }
    }

    /// Every day and its answers, oldest first.
    pub(crate) fn days(&self) -> impl Iterator<Item = (Date, Counts)> {
        self.by_day.iter().map(|(day, sum)| (*day, sum.counts()))
    }

    /// The groups: hours and weekdays in their order, others by their number of answers, the most first.
    pub(crate) fn groups(&self) -> Vec<(String, Numbers)> {
        let (sent, delivered) = match self.plan.by() {
            By::Values(dimension) => (false, dimension != HOUR),
            _ => (self.plan.knows_sent(), self.plan.knows_delivered()),
        };
        let mut groups: Vec<_> = self
            .groups
            .iter()
            .filter(|(_, sum)| **sum != Sum::default())
            .map(|(value, sum)| (value.clone(), Numbers { sum: *sum, sent, delivered }))
            .collect();
        match self.plan.by() {
            By::Values(dimension) if dimension == HOUR => {}
            By::Weekday => groups.sort_by_key(|(value, _)| Day::ALL.iter().position(|day| day.as_str() == value)),
            _ => groups.sort_by_key(|(_, numbers)| std::cmp::Reverse(numbers.sum.counts().n())),
        }
        groups
    }
}

/// The numbers of one group, as the API gives them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbers {
    sum: Sum,
    /// Whether sending was counted here.
    sent: bool,
    /// Whether delivery was counted here.
    delivered: bool,
}

impl Numbers {
    /// Writes every number into an object.
    pub(crate) fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let counts = self.sum.counts();
        let delivered = self.delivered.then(|| whole(self.sum.delivered));
        let answered = whole(self.sum.answered);
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
        map.serialize_entry("sent", &self.sent.then(|| whole(self.sum.sent)))?;
        map.serialize_entry("delivered", &delivered)?;
        map.serialize_entry("answered", &answered)?;
        let rate = delivered.and_then(|delivered| numbers::response_rate(answered, delivered));
        map.serialize_entry("response_rate", &rate)
    }
}

/// The numbers of one group with its name.
pub(crate) struct Named<'a>(pub(crate) &'a str, pub(crate) Numbers);

impl Serialize for Named<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("value", self.0)?;
        self.1.write(&mut map)?;
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::{Named, Sums};
    use crate::plan::Plan;
    use crate::query::{Days, Parameters, Selection};
    use jiff::civil::Date;
    use model::CampaignId;
    use model::tally::Counter;
    use serde_json::{Value, json};

    fn selection(query: &[(&str, &str)]) -> Selection {
        let pairs = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Selection::take(&mut Parameters::new(pairs.collect()))
    }

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    /// A week, Monday to Sunday.
    fn week() -> Days {
        Days { from: date("2027-03-01"), to: date("2027-03-07") }
    }

    type Row<'a> = (&'a str, &'a str, &'a str, &'a str, &'a [(&'a str, i64)]);

    fn add_all(sums: &mut Sums<'_>, rows: &[Row<'_>]) {
        for (campaign, dimension, day, value, counters) in rows {
            let campaign: CampaignId = campaign.parse().unwrap();
            for (name, by) in *counters {
                let counter = Counter::named(name).unwrap();
                sums.add(&campaign, dimension, (date(day), value), counter, *by);
            }
        }
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

    fn numbers(query: &[(&str, &str)], group_by: Option<&str>) -> (Value, Vec<Value>) {
        let selection = selection(query);
        let plan = Plan::new(&selection, group_by).unwrap();
        let mut sums = Sums::new(&plan, &selection, week());
        let wanted = plan.dimensions();
        let rows: Vec<_> = ROWS.iter().copied().filter(|row| wanted.contains(&row.1)).collect();
        add_all(&mut sums, &rows);
        let shown = |value: &str, numbers| serde_json::to_value(Named(value, numbers)).unwrap();
        let groups = sums.groups().iter().map(|(value, numbers)| shown(value, *numbers)).collect();
        (shown("", sums.total()), groups)
    }

    fn named<'a>(groups: &'a [Value], field: &'a str) -> Vec<(&'a str, &'a Value)> {
        groups.iter().map(|group| (group["value"].as_str().unwrap(), &group[field])).collect()
    }

    #[test]
    fn answers_count_on_their_day_and_rates_on_the_day_of_sending() {
        let (total, groups) = numbers(&[], None);
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
        let (_, groups) = numbers(&[], Some("campaign"));
        assert_eq!(named(&groups, "n"), [("a", &json!(4)), ("b", &json!(2))]);
        assert_eq!(named(&groups, "sent"), [("a", &json!(10)), ("b", &json!(4))]);
        let (_, groups) = numbers(&[], Some("weekday"));
        let days = ["mon", "tue", "thu", "fri", "sun"];
        assert_eq!(named(&groups, "n").iter().map(|(day, _)| *day).collect::<Vec<_>>(), days);
        assert_eq!(groups[3]["answered"], 3, "sent on the 5th, answered a week later");
        let (total, _) = numbers(&[("filter.weekday", "tue")], None);
        assert_eq!((&total["n"], &total["delivered"]), (&json!(2), &json!(4)));
    }

    #[test]
    fn a_path_can_be_looked_into() {
        let (total, groups) = numbers(&[], Some("team"));
        assert_eq!((&total["n"], &total["sent"]), (&json!(6), &json!(14)));
        assert_eq!(named(&groups, "n"), [("EMEA", &json!(3)), ("EMEA/DACH", &json!(1))]);
        assert_eq!(groups[0]["sent"], Value::Null, "sending is not counted by team");
        let (total, groups) = numbers(&[("filter.team", "EMEA/DACH")], Some("team"));
        assert_eq!((&total["n"], &total["sent"]), (&json!(1), &Value::Null));
        assert_eq!(named(&groups, "delivered"), [("EMEA/DACH", &json!(2))]);
        let (total, groups) = numbers(&[("filter.team", "EME")], Some("team"));
        assert_eq!((&total["n"], &total["nps"], groups.len()), (&json!(0), &Value::Null, 0));
    }

    #[test]
    fn parts_may_be_negative_and_their_sum_is_not() {
        let (selection, none) = (selection(&[]), [("c", "campaign", "2027-03-01", "c", &[("h7", 1)][..])]);
        let plan = Plan::new(&selection, None).unwrap();
        let mut sums = Sums::new(&plan, &selection, week());
        add_all(&mut sums, &[("c", "campaign", "2027-03-01", "c", &[("h7", -1), ("h9", 1)])]);
        add_all(&mut sums, &none);
        let days: Vec<_> = sums.days().map(|(_, counts)| counts.n()).collect();
        assert_eq!(days, [1, 0, 0, 0, 0, 0, 0]);
        assert_eq!(sums.total().sum.counts().nps(), Some(100));
    }

    #[test]
    fn hours_know_nothing_of_delivery() {
        let selection = selection(&[]);
        let plan = Plan::new(&selection, Some("hour")).unwrap();
        let mut sums = Sums::new(&plan, &selection, week());
        add_all(
            &mut sums,
            &[
                ("a", "hour", "2027-03-01", "17", &[("h10", 1), ("l0", 1)]),
                ("a", "hour", "2027-03-01", "09", &[("h1", 1), ("h2", 1), ("l0", 2)]),
            ],
        );
        let groups: Vec<_> = sums
            .groups()
            .iter()
            .map(|(value, numbers)| serde_json::to_value(Named(value, *numbers)).unwrap())
            .collect();
        assert_eq!(named(&groups, "n"), [("09", &json!(2)), ("17", &json!(1))]);
        assert_eq!((&groups[0]["delivered"], &groups[0]["response_rate"]), (&Value::Null, &Value::Null));
    }
}
