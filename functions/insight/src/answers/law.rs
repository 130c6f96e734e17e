//! The law of one definition, from the question to its numbers: what tallies can answer, the answers themselves answer alike,
//! whatever became of the surveys and whatever is asked.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use model::campaign::{Bands, Campaign, Sender};
use model::tally::{Changes, OTHER, Row, add, contribution};
use model::{CampaignId, Email, Survey};
use proptest::prelude::{Strategy, any, prop};
use proptest::{prop_assert, prop_assert_eq, prop_assume, proptest};
use serde::ser::{SerializeMap as _, Serializer as _};
use serde_json::{Value, json};
use store::TallyRow;

use super::Fold;
use crate::plan::{Knows, MAIL, Plan};
use crate::query::{Days, Parameters, Question};
use crate::sums::{Numbers, Ranks, Sum, Sums};

/// Monday, 1 March 2027, at eleven at night in UTC: another day in Berlin.
const NIGHT: i64 = 1_803_942_000_000;
const HOUR: i64 = 3_600_000;

/// A survey that was answered: what it is like, hours from its mail to its answer, the score.
type Life = (u16, i64, u8);

fn survey(nth: usize, (kind, later, score): Life) -> Survey {
    let pick = |of: &[&str], by: u16| of[usize::from(kind / by) % of.len()].to_owned();
    let asked = NIGHT + HOUR * i64::from(kind % 200);
    let mut survey = json!({
        "id": format!("{nth:032x}"), "ver": 1, "cp": pick(&["a", "b"], 1), "zn": pick(&["UTC", "Europe/Berlin"], 1),
        "ms": "completion", "sj": {"t": "project", "i": nth.to_string()}, "ct": {"e": format!("p{}@example.com", kind % 7)},
        "lg": "en", "ag": {"i": pick(&["7", "7/2", "8"], 3)},
        "at": {
            "team": pick(&["EMEA/DACH/Delivery", "EMEA/DACH", "EMEA", "EMEA/", "https://crm.example.com/EMEA"], 5),
            "value": pick(&["5", "50", "1,000"], 2), "hour": pick(&["early", "late"], 7), "attributes.hour": "nested",
        },
        "cr": asked, "sa": asked, "cd": {"c": 1_209_600}, "st": "answered", "iv": {"s": asked}, "re": {}, "rt": 400,
        "ch": [{"a": asked + HOUR * later, "s": score % 11, "p": kind % 5 == 0}]
    });
    let mut set = |field: &str, value: Value| survey[field] = value;
    if later > 168 {
        set("re", json!({"s": asked + HOUR * 168}));
    }
    match kind % 11 {
        0 => set("im", json!({"f": "csv", "a": asked})),
        1 => set("dr", json!({"d": "shop", "k": "link"})),
        2 => set("ct", json!({"t": "+4915112345678"})),
        3 => set("sd", json!("suspect")),
        4 => set("ow", json!({"n": "Somebody, without an address"})),
        5 => set("ow", json!({"e": "sam@company.example"})),
        6 => set("ex", json!({"e": "subject", "v": "short"})),
        7 => set("rs", json!(["slow", "price"])),
        8 => set("hd", json!({"t": ["price", "support"], "s": "n"})),
        // One with more prefixes than are counted.
        9 => {
            let long = (0..12).map(|level| format!("l{level}")).collect::<Vec<_>>().join("/");
            let all = ["area", "product", "team", "zone"].map(|name| (name, long.as_str()));
            set("at", json!(BTreeMap::from(all)));
        }
        _ => {}
    }
    serde_json::from_value(survey).unwrap()
}

fn campaigns() -> Vec<Campaign> {
    let email = Email::parse("hello@example.com").unwrap();
    let sender = Sender { name: "Example AG".to_owned(), email };
    let campaign = |id: &str| Campaign {
        bands: Bands::new([("value", vec![10, 100])]),
        ..Campaign::new(id.parse().unwrap(), "Example AG", sender.clone())
    };
    vec![campaign("a"), campaign("b")]
}

/// What was counted, as the ledger has it.
fn rows(surveys: &[Survey], campaigns: &[Campaign]) -> Vec<(CampaignId, String, TallyRow)> {
    let mut all = Changes::new();
    for survey in surveys {
        let campaign = campaigns.iter().find(|campaign| campaign.id == survey.campaign).unwrap();
        add(&mut all, contribution(survey, &campaign.bands).rows());
    }
    let row = |(Row { campaign, dimension, day, value }, counters): (Row, BTreeMap<_, _>)| {
        (campaign, dimension, TallyRow { day, value, counters: counters.into_iter().collect() })
    };
    all.into_iter().map(row).collect()
}

/// The same where a day has no room for more than two values of a dimension.
fn capped(rows: Vec<(CampaignId, String, TallyRow)>) -> Vec<(CampaignId, String, TallyRow)> {
    let mut known: BTreeMap<(CampaignId, String, Date), BTreeSet<String>> = BTreeMap::new();
    let cap = |(campaign, dimension, mut row): (CampaignId, String, TallyRow)| {
        let values = known.entry((campaign.clone(), dimension.clone(), row.day)).or_default();
        if values.len() < 2 || values.contains(&row.value) {
            values.insert(row.value.clone());
        } else {
            row.value = OTHER.to_owned();
        }
        (campaign, dimension, row)
    };
    rows.into_iter().map(cap).collect()
}

/// The numbers both ways know: scores and standings.
fn known(sum: Sum) -> Value {
    let mut map = serde_json::value::Serializer.serialize_map(None).unwrap();
    Numbers { sum, knows: Knows::default() }.write(&mut map).unwrap();
    map.end().unwrap()
}

/// Those of groups that have an answer: who was delivered to and did not answer is in no answer.
fn answered(groups: Vec<(&str, Sum)>) -> impl Iterator<Item = (String, Sum)> {
    let nothing = known(Sum::default());
    let groups: Vec<_> = groups.into_iter().map(|(value, sum)| (value.to_owned(), sum)).collect();
    groups.into_iter().filter(move |(_, sum)| known(*sum) != nothing)
}

/// All that a question is told: the whole, day by day, its groups and theirs.
fn told(sums: &Sums) -> Value {
    let group = |(value, sum): (String, Sum)| {
        let within = answered(sums.within(&value, &Ranks::BySize)).map(|(value, sum)| (value, known(sum)));
        let within: serde_json::Map<_, _> = within.collect();
        (value, json!([known(sum), within]))
    };
    let groups: serde_json::Map<_, _> = answered(sums.groups(&Ranks::BySize)).map(group).collect();
    let days: Vec<_> = sums.days().map(|(day, counts)| (day.to_string(), counts.n())).collect();
    json!({"whole": known(sums.total()), "days": days, "groups": groups})
}

fn from_rows(plan: &Plan, question: &Question, days: Days, rows: &[(CampaignId, String, TallyRow)]) -> Sums {
    let mut sums = Sums::new(&question.selection, days);
    for (campaign, dimension, row) in rows {
        let asked = question.selection.campaign.as_ref().is_none_or(|asked| asked == campaign);
        if asked && plan.dimensions().contains(&dimension.as_str()) {
            sums.add_row(plan, campaign, dimension, row);
        }
    }
    sums
}

/// The dimensions tallies know, and one value of each that somebody may look for.
const ASKED: [(&str, &str); 17] = [
    ("campaign", "a"),
    ("owner", "sam@company.example"),
    ("agent", "7"),
    ("team", "EMEA"),
    ("team", "EMEA/DACH"),
    ("team", "l0"),
    ("zone", "l0/l1"),
    ("value", "10 to under 100"),
    ("attributes.hour", "early"),
    ("attributes.attributes.hour", "nested"),
    ("hour", "23"),
    ("weekday", "tue"),
    ("mail", "reminder"),
    ("theme", "price"),
    ("sentiment", "negative"),
    ("reason", "slow"),
    ("variant", "subject: short"),
];

fn questions() -> impl Strategy<Value = Vec<(String, String)>> {
    let one = || prop::option::of(prop::sample::select(&ASKED[..]));
    (one(), one(), one(), any::<bool>(), 0_i8..12).prop_map(|(group, cross, filter, monday, length)| {
        let mut query = vec![("from".to_owned(), "2027-03-02".to_owned())];
        query.push(("to".to_owned(), format!("2027-03-{:02}", 2 + length)));
        let mut ask = |name: &str, value: &str| query.push((name.to_owned(), value.to_owned()));
        if let Some((dimension, _)) = group {
            ask("group_by", dimension);
            if let Some((dimension, _)) = cross {
                ask("cross_by", dimension);
            }
        }
        if let Some((dimension, value)) = filter {
            ask(&format!("filter.{dimension}"), value);
        }
        if monday && filter.is_none_or(|(dimension, _)| dimension != "weekday") {
            ask("filter.weekday", "mon");
        }
        query
    })
}

proptest! {
    #[test]
    fn tallies_and_answers_say_the_same(
        lives in prop::collection::vec((any::<u16>(), 0_i64..400, any::<u8>()), 0..40),
        query in questions(),
    ) {
        let mut parameters = Parameters::new(query.clone());
        let question = Question::take(&mut parameters);
        prop_assume!(parameters.finish().is_ok());
        let Some(plan) = Plan::new(&question) else { return Ok(()) };
        let campaigns = campaigns();
        let surveys: Vec<_> = lives.into_iter().enumerate().map(|(nth, life)| survey(nth, life)).collect();
        let rows = rows(&surveys, &campaigns);
        let days = question.selection.span.days(Date::constant(2027, 4, 30));
        let mut fold = Fold::new(&question, &campaigns, days);
        for survey in surveys {
            if question.selection.campaign.as_ref().is_none_or(|asked| *asked == survey.campaign) {
                fold.take(survey);
            }
        }
        let folded = fold.done();
        prop_assert_eq!(told(&from_rows(&plan, &question, days, &rows)), told(&folded.sums), "{:?}", query);
        if let Some(plan) = Plan::of_mails(&question) {
            let mails = from_rows(&plan, &question, days, &rows);
            let of = |name: &str| mails.group(name).counts();
            prop_assert_eq!((of("first"), of("reminder")), (folded.early, folded.late), "{} {:?}", MAIL, query);
        }
    }

    /// Where a day has no room for a value, tallies say that they do not know it; of what stands together instead, surveys say
    /// that they do not.
    #[test]
    fn what_a_day_had_no_room_for_is_told_by_one_way_or_refused(
        lives in prop::collection::vec((any::<u16>(), 0_i64..400, any::<u8>()), 0..40),
        query in questions(),
        other in any::<bool>(),
    ) {
        let mut query = query;
        let filter = query.iter_mut().find(|(name, _)| name.starts_with("filter.") && !name.ends_with("campaign") && !name.ends_with("weekday"));
        if let Some((_, value)) = filter.filter(|_| other) {
            OTHER.clone_into(value);
        }
        let mut parameters = Parameters::new(query.clone());
        let question = Question::take(&mut parameters);
        prop_assume!(parameters.finish().is_ok());
        let asks_for_other = question.selection.values.values().any(|value| value == OTHER);
        prop_assert_eq!(question.selection.is_told_by_surveys().is_err(), asks_for_other);
        let Some(plan) = Plan::new(&question) else { return Ok(()) };
        let campaigns = campaigns();
        let surveys: Vec<_> = lives.into_iter().enumerate().map(|(nth, life)| survey(nth, life)).collect();
        let rows = rows(&surveys, &campaigns);
        let days = question.selection.span.days(Date::constant(2027, 4, 30));
        let told = |rows: &[(CampaignId, String, TallyRow)]| from_rows(&plan, &question, days, rows);
        let (whole, capped) = (told(&rows), told(&capped(rows.clone())));
        if asks_for_other {
            prop_assert!(capped.is_whole(), "tallies know it: nobody else is asked");
            prop_assert_eq!(whole.total().counts().n(), 0, "it is no value of any survey");
        } else if capped.is_whole() {
            prop_assert_eq!(known(whole.total()), known(capped.total()), "{:?}", query);
        }
    }
}
