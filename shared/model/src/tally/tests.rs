//! The law of one definition: whatever became of whichever surveys, the tallies of any group are what adding up the
//! answers in that group gives.

use std::collections::BTreeMap;

use proptest::prelude::{Strategy, any, prop};
use proptest::{prop_assert, prop_assert_eq, proptest};
use serde_json::json;

use super::*;
use crate::dimension::{BUILT_IN, is_counted};
use crate::id::ClaimId;
use crate::reason::{Reason, Reasons};
use crate::survey::{AnsweredBy, Said, Step};
use crate::theme::{Heard, Say, Sentiment};

/// A Sunday evening before a change of the clocks in Europe.
const NOW: Timestamp = Timestamp::from_millis(1_805_480_000_000);

/// A step of a survey's history: what happens, an argument, how many hours later.
type Deed = (u8, u8, u16);

fn made(nth: usize, kind: u8) -> Survey {
    let pick = |of: &[&str]| of[usize::from(kind) % of.len()].to_owned();
    let mut survey = json!({
        "id": format!("{nth:032x}"), "ver": NOW.as_millis(), "cp": pick(&["default", "spring"]),
        "zn": pick(&["UTC", "Europe/Berlin", "Pacific/Auckland"]), "ms": "completion",
        "sj": {"t": "project", "i": nth.to_string()}, "ct": {"e": format!("person{nth}@example.com")}, "lg": "en",
        "ow": {"e": pick(&["sam@company.example", "kim@company.example"])}, "ag": {"n": pick(&["Lee", "Max", "Noa"])},
        "at": {
            "team": pick(&["EMEA/DACH/Delivery", "EMEA/DACH", "EMEA", "AMER/", "/"]),
            "lifetime_value": pick(&["-1", "0", "9999.5", "10000", "a lot"]), "hour": pick(&["early", "late"]),
        },
        "cr": NOW.as_millis(), "sa": NOW.as_millis(), "cd": {"t": 259_200, "r": 604_800, "c": 1_209_600},
        "st": "scheduled", "nx": {"s": "invite", "a": NOW.as_millis()}, "iv": {}, "re": {}, "rt": 400
    });
    // However it came: asked by a text or in one of several ways, given elsewhere, through a door, or with more paths than
    // tallies have room for.
    let long = (0..12).map(|level| format!("l{level}")).collect::<Vec<_>>().join("/");
    let (field, value) = match kind / 7 {
        0..4 => ("ct", json!({"t": "+4915112345678"})),
        4..8 => ("ex", json!({"e": "subject", "v": "short"})),
        8..12 => ("im", json!({"f": "csv", "a": NOW.as_millis()})),
        12..16 => ("dr", json!({"d": "shop", "k": pick(&["link", "widget"])})),
        16..20 => ("at", json!({"team": long, "area": long, "zone": long, "hour": "late", "attributes.hour": "a/b"})),
        20..24 => ("at", json!({"team": "https://crm.example.com/a0X1/view", "hour": "a/b"})),
        _ => ("ac", json!({"n": "Example AG"})),
    };
    survey[field] = value;
    serde_json::from_value(survey).unwrap()
}

/// What might be made of a comment.
fn heard(argument: u8) -> Heard {
    let themes = ["price", "support", "quality"].into_iter().enumerate();
    let themes = themes.filter(|(nth, _)| (argument >> nth) & 1 == 1).map(|(_, id)| id.parse().unwrap()).collect();
    Heard { themes, sentiment: Sentiment::ALL.get(usize::from(argument) % 4).copied() }
}

/// Some of the reasons there are.
fn ticked(survey: &Survey, argument: u8, now: Timestamp) -> Option<Survey> {
    let reason = |id: &str| Reason { id: id.parse().unwrap(), label: id.to_owned(), labels: BTreeMap::new() };
    let all: Vec<_> = ["slow", "price", "rude"].map(reason).into();
    let offered = Reasons { detractor: all.clone(), passive: Vec::new(), promoter: all.clone() };
    let ids: Vec<_> =
        all.into_iter().enumerate().filter(|(nth, _)| (argument >> nth) & 1 == 1).map(|(_, one)| one.id).collect();
    survey.said(Said { reasons: Some(&ids), ..Said::default() }, &offered, now).ok().flatten()
}

/// Every image of a survey, the first one first.
fn lived(first: Survey, deeds: &[Deed]) -> Vec<Survey> {
    let mut now = NOW;
    let mut images = vec![first];
    for &(what, argument, hours) in deeds {
        now = now.after(std::time::Duration::from_secs(3600 * u64::from(hours % 100) + 1));
        let before = images.last().unwrap();
        let mail = if argument % 2 == 0 { Step::Invite } else { Step::Remind };
        let score = Score::try_from(argument % 11).unwrap();
        let after = match what % 17 {
            0 => before.claimed(mail, &ClaimId::new(u64::from(argument)), now).ok(),
            1 | 2 => before.sent(mail, now),
            3 => before.delivered(mail, now),
            4 => before.bounced(mail, argument % 3 == 0, now),
            5 => before.task_opened(now),
            6 => before.closed(now),
            7 => {
                before.judged([Standing::Confirmed, Standing::SelfSaved, Standing::Suspect][usize::from(argument % 3)])
            }
            8 => before.commented(None, None, now).ok().map(|after| after.hearing(heard(argument))),
            9 => before.commented_at.and_then(|at| before.heard_again(at, &heard(argument))),
            10 => {
                let themes = if argument % 3 == 0 { Say::Back } else { Say::So(heard(argument / 3).themes) };
                let sounds = if argument % 2 == 0 { Say::Nothing } else { Say::So(Sentiment::Mixed) };
                before.corrected(themes, sounds, now)
            }
            11 => before.self_saved(score, now).ok().flatten(),
            12 => ticked(before, argument, now),
            13 => before.responded_by(score, None, AnsweredBy::Reply, now).ok().flatten(),
            _ => before.responded(score, None, now).ok().flatten(),
        };
        images.extend(after);
    }
    images
}

/// What is counted by the day of sending, and no answer.
const OF_SENDING: [Counter; 4] = [Counter::Sent, Counter::Delivered, Counter::Bounced, Counter::Complained];

/// The numbers of a group on a day: dimension, value, day.
type Groups = BTreeMap<(CampaignId, String, String, Date), BTreeMap<Counter, i64>>;

fn tallied(rows: Changes) -> Groups {
    let of_answers = |(row, mut counters): (Row, BTreeMap<Counter, i64>)| {
        counters.retain(|counter, by| *by != 0 && !OF_SENDING.contains(counter));
        (!counters.is_empty()).then_some(((row.campaign, row.dimension, row.value, row.day), counters))
    };
    rows.into_iter().filter_map(of_answers).collect()
}

fn folded(surveys: &[Survey], bands: &Bands) -> Groups {
    let mut groups = Groups::new();
    for survey in surveys {
        let Some(answer) = Answer::of(survey, bands) else { continue };
        let day = answer.counted.day;
        let attributes = ["team", "area", "zone", "lifetime_value", "attributes.hour", "attributes.attributes.hour"];
        // A day has its weekday: it needs no row.
        let dimensions = BUILT_IN.into_iter().filter(|name| is_counted(name) && *name != "weekday").chain(attributes);
        for dimension in dimensions {
            for value in answer.groups(dimension, day) {
                let sums = groups.entry((survey.campaign.clone(), dimension.to_owned(), value, day)).or_default();
                let comment = dimension == "campaign" && answer.counted.commented && answer.counts();
                for counter in answer.counters().chain(comment.then_some(Counter::Commented)) {
                    *sums.entry(counter).or_default() += 1;
                }
            }
        }
    }
    groups
}

fn histories() -> impl Strategy<Value = Vec<(u8, Vec<Deed>)>> {
    prop::collection::vec((any::<u8>(), prop::collection::vec(any::<Deed>(), 0..14)), 0..12)
}

proptest! {
    #[test]
    fn tallies_of_any_group_equal_a_fold_over_its_surveys(histories in histories()) {
        let bands = Bands::new([("lifetime_value", vec![0, 10_000])]);
        let mut rows = Changes::new();
        let mut ends = Vec::new();
        for (nth, (kind, deeds)) in histories.iter().enumerate() {
            let images = lived(made(nth, *kind), deeds);
            let mut counted: Option<Contribution> = None;
            for image in &images {
                let now = contribution(image, &bands);
                add(&mut rows, moved(counted.as_ref(), &now));
                counted = Some(now);
            }
            ends.extend(images.last().cloned());
        }
        prop_assert_eq!(tallied(rows), folded(&ends, &bands));
    }

    /// What no tally counts is read from the answers: each is in one group of these, so that the groups add up to all.
    #[test]
    fn an_answer_came_in_one_way_of_each_kind(kind in any::<u8>(), deeds in prop::collection::vec(any::<Deed>(), 0..14)) {
        let bands = Bands::default();
        for image in &lived(made(0, kind), &deeds) {
            let Some(answer) = Answer::of(image, &bands) else { continue };
            let day = answer.counted.day;
            let groups = |dimension: &str| answer.groups(dimension, day);
            let asked: &[&str] = match kind / 7 {
                0..4 => &["sms"],
                8..12 => &["import"],
                12..16 => &["link", "widget"],
                _ => &["mail"],
            };
            let channel = groups("channel");
            prop_assert!(matches!(&channel[..], [one] if asked.contains(&one.as_str())), "{:?}", channel);
            let by_reply = image.changes.last().is_some_and(|last| last.by == AnsweredBy::Reply);
            let way = if by_reply { "reply" } else { "page" };
            let here = image.imported.is_none();
            prop_assert_eq!(groups("answered_by"), here.then(|| way.to_owned()).into_iter().collect::<Vec<_>>());
            prop_assert_eq!(groups("mail").len(), usize::from(image.was_asked()));
            prop_assert_eq!((groups("milestone").len(), groups("language").len()), (1, 1));
        }
    }

    #[test]
    fn a_marker_is_read_as_it_was_written(kind in any::<u8>(), deeds in prop::collection::vec(any::<Deed>(), 0..14)) {
        let images = lived(made(0, kind), &deeds);
        let counted = contribution(images.last().unwrap(), &Bands::default());
        let text = serde_json::to_string(&counted).unwrap();
        prop_assert_eq!(serde_json::from_str::<Contribution>(&text).unwrap(), counted);
        prop_assert!(text.len() < 1000, "{}", text);
    }
}

#[test]
fn a_long_path_takes_no_room_from_another() {
    let long = (0..30).map(|level| format!("l{level}")).collect::<Vec<_>>().join("/");
    let mut survey = made(0, 255);
    let fields = (0..14).map(|nth| (format!("field {nth:02}"), "some".to_owned()));
    survey.attributes =
        fields.chain([("a".to_owned(), long), ("team".to_owned(), "EMEA/DACH/Sales".to_owned())]).collect();
    let values = values(&survey, &Bands::default());
    assert_eq!(values.len(), MAX_VALUES);
    for team in ["EMEA/DACH/Sales", "EMEA", "EMEA/DACH"] {
        assert!(values.contains(&("team".to_owned(), team.to_owned())), "{team} {values:?}");
    }
    // An address is no path.
    survey.attributes = [("link".to_owned(), "https://crm.example.com/a/b/c".to_owned())].into();
    assert_eq!(super::values(&survey, &Bands::default()).iter().filter(|(name, _)| name == "link").count(), 1);
}

/// What was counted before mails were told apart is taken out of the rows it stands in, and of no others.
#[test]
fn an_older_marker_takes_nothing_out_of_rows_it_is_not_in() {
    let asked = made(0, 0);
    let seven = asked.responded("7".parse().unwrap(), None, NOW).unwrap().unwrap();
    let nine = seven.responded("9".parse().unwrap(), None, NOW).unwrap().unwrap();
    let mut old = serde_json::to_value(contribution(&seven, &Bands::default())).unwrap();
    old["r"].as_object_mut().unwrap().remove("m");
    let old: Contribution = serde_json::from_value(old).unwrap();
    let rows = moved(Some(&old), &contribution(&nine, &Bands::default()));
    let of = |dimension: &str| {
        let counters = rows.iter().filter(|(row, _)| row.dimension == dimension).flat_map(|(_, counters)| counters);
        counters.map(|(counter, by)| (counter.name(), *by)).collect::<Vec<_>>()
    };
    let names = |all: &[(&str, i64)]| all.iter().map(|(name, by)| ((*name).to_owned(), *by)).collect::<Vec<_>>();
    assert_eq!(of("hour"), names(&[("h7", -1), ("h9", 1)]));
    assert_eq!(of("mail"), names(&[("h9", 1), ("l0", 1)]));
}

/// Bands that changed move a survey with its next change, out of the old one.
#[test]
fn a_survey_moves_to_its_new_band_when_it_changes() {
    let asked = made(0, 3);
    let answered = asked.responded("9".parse().unwrap(), None, NOW).unwrap().unwrap();
    let old = contribution(&answered, &Bands::new([("lifetime_value", vec![0, 10_000])]));
    let new = contribution(&answered, &Bands::new([("lifetime_value", vec![20_000])]));
    let rows = moved(Some(&old), &new);
    let sums: Vec<_> = rows
        .iter()
        .map(|(row, counters)| (row.value.as_str(), counters[&Counter::Score("9".parse().unwrap())]))
        .collect();
    assert_eq!(sums, [("10000 and over", -1), ("under 20000", 1)]);
}
