//! A sudden drop: whether the answers of a week say that a campaign's score has fallen, and where most of it came from.
//!
//! A week is held against the four before it, both of whole days. It is told only where chance is a poor explanation:
//! a company that is alarmed each time the dice fall badly stops reading alarms.

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::numbers::{self, Counts, Difference, SCORE_FROM, SIGNIFICANT_BELOW, SURE_FROM};

/// Days that are looked at.
pub const LAST: i64 = 7;

/// Days before them that they are compared with.
pub const BEFORE: i64 = 28;

/// A drop is told only where its p-value is below this: with one look a day, chance alone would otherwise ring the bell
/// every other month.
pub const SURE_BELOW: f64 = 0.01;

/// Days between two letters about drops of one campaign, at least.
pub const APART: i64 = 7;

/// From one day to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

/// The days that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compared {
    /// The four weeks before.
    pub before: Period,
    /// The last week.
    pub last: Period,
}

impl Compared {
    /// The days to compare once `day` is over.
    #[must_use]
    pub fn up_to(day: Date) -> Self {
        let ago = |days: i64| day.saturating_sub(days.days());
        Self {
            before: Period { from: ago(LAST + BEFORE - 1), to: ago(LAST) },
            last: Period { from: ago(LAST - 1), to: day },
        }
    }

    /// The week or the weeks before it that a day belongs to; nothing if it is none of them.
    #[must_use]
    pub fn is_last(&self, day: Date) -> Option<bool> {
        let within = |period: &Period| period.from <= day && day <= period.to;
        within(&self.last).then_some(true).or_else(|| within(&self.before).then_some(false))
    }
}

/// The answers of both times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Both {
    /// Of the weeks before.
    pub before: Counts,
    /// Of the last week.
    pub last: Counts,
}

/// How far the score has fallen, if it is to be told: the week has enough answers to be sure of its score, the weeks
/// before have a score at all, and chance is no explanation.
#[must_use]
pub fn drop_of(both: &Both) -> Option<Difference> {
    let enough = both.last.n() >= SURE_FROM && both.before.n() >= SCORE_FROM;
    let apart = numbers::difference(&both.last, &both.before).filter(|_| enough)?;
    (apart.points < 0.0 && apart.z < 0.0 && apart.p < SURE_BELOW).then_some(apart)
}

/// Whether a drop that shows on the day `day` was told already, given the days on which drops were told. What was told
/// of that very day is the same letter, not another one.
#[must_use]
pub fn told_lately(told: impl IntoIterator<Item = Date>, day: Date) -> bool {
    told.into_iter().any(|earlier| earlier < day && earlier > day.saturating_sub(APART.days()))
}

/// A group of answers, at both times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The dimension.
    pub dimension: String,
    /// Its value.
    pub value: String,
    /// Its answers.
    pub both: Both,
}

impl Part {
    /// By how many points the whole would stand higher had these answered as they did before.
    #[must_use]
    pub fn weight(&self, whole: &Both) -> f64 {
        let Some(apart) = numbers::difference(&self.both.last, &self.both.before) else { return 0.0 };
        -apart.points * self.both.last.n() as f64 / whole.last.n().max(1) as f64
    }
}

/// The group in which most of a drop happened: among those that surely fell themselves, corrected for having looked at
/// all of them, the one without whose fall the whole would stand highest. Groups with too few answers for a score are not
/// looked at, nor is one that is everybody.
#[must_use]
pub fn most_of(whole: &Both, parts: Vec<Part>) -> Option<Part> {
    let scored = |counts: &Counts| counts.n() >= SCORE_FROM;
    let parts: Vec<_> = parts
        .into_iter()
        .filter(|part| part.both != *whole && scored(&part.both.before) && scored(&part.both.last))
        .filter_map(|part| numbers::difference(&part.both.last, &part.both.before).map(|apart| (part, apart)))
        .collect();
    let p_values: Vec<f64> = parts.iter().map(|(_, apart)| apart.p).collect();
    parts
        .into_iter()
        .zip(numbers::holm(&p_values))
        .filter(|((_, apart), p)| apart.points < 0.0 && *p < SIGNIFICANT_BELOW)
        .map(|((part, _), _)| part)
        // Of a path and what is all of it, the longer says more.
        .max_by(|one, other| {
            one.weight(whole).total_cmp(&other.weight(whole)).then_with(|| one.value.len().cmp(&other.value.len()))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(promoters: u64, passives: u64, detractors: u64) -> Counts {
        Counts::new([detractors, 0, 0, 0, 0, 0, 0, passives, 0, promoters, 0])
    }

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn a_week_is_held_against_the_four_before() {
        let days = Compared::up_to(date("2027-03-14"));
        assert_eq!((days.last.from, days.last.to), (date("2027-03-08"), date("2027-03-14")));
        assert_eq!((days.before.from, days.before.to), (date("2027-02-08"), date("2027-03-07")));
        for (day, last) in [
            ("2027-02-07", None),
            ("2027-02-08", Some(false)),
            ("2027-03-07", Some(false)),
            ("2027-03-08", Some(true)),
            ("2027-03-14", Some(true)),
            ("2027-03-15", None),
        ] {
            assert_eq!(days.is_last(date(day)), last, "{day}");
        }
    }

    #[test]
    fn a_drop_is_told_only_where_chance_is_no_explanation() {
        for (what, before, last, told) in [
            ("steady", answers(60, 25, 15), answers(18, 7, 5), false),
            ("a rise", answers(15, 25, 60), answers(25, 5, 0), false),
            ("a fall, and too few to be sure", answers(60, 25, 15), answers(5, 5, 19), false),
            ("the same fall with one answer more", answers(60, 25, 15), answers(5, 5, 20), true),
            ("p is 0.022, a change elsewhere", answers(60, 25, 15), answers(12, 8, 10), false),
            ("p is 0.012", answers(60, 25, 15), answers(11, 9, 10), false),
            ("p is 0.008", answers(60, 25, 15), answers(11, 8, 11), true),
            ("nothing to compare with", Counts::default(), answers(0, 0, 100), false),
            ("too few before for a score", answers(9, 0, 0), answers(0, 0, 100), false),
            ("just enough before", answers(10, 0, 0), answers(0, 0, 100), true),
            ("many, and little", answers(6_000, 2_500, 1_500), answers(1_450, 650, 400), false),
            ("many, and a little more", answers(6_000, 2_500, 1_500), answers(1_420, 630, 450), true),
        ] {
            let both = Both { before, last };
            let apart = drop_of(&both);
            assert_eq!(apart.is_some(), told, "{what}: {:?}", numbers::difference(&last, &before));
            assert!(apart.is_none_or(|apart| apart.interval.high < 0.0), "{what}");
        }
    }

    #[test]
    fn a_week_passes_between_two_letters() {
        let day = date("2027-03-14");
        for (told, lately) in [
            (&[] as &[&str], false),
            (&["2027-03-14"], false),
            (&["2027-03-13"], true),
            (&["2027-03-08"], true),
            (&["2027-03-07"], false),
            (&["2027-02-01", "2027-03-09"], true),
        ] {
            assert_eq!(told_lately(told.iter().map(|day| date(day)), day), lately, "{told:?}");
        }
    }

    fn part(value: &str, before: Counts, last: Counts) -> Part {
        Part { dimension: "team".to_owned(), value: value.to_owned(), both: Both { before, last } }
    }

    #[test]
    fn most_of_a_drop_is_where_the_whole_would_stand_highest_without_it() {
        let steady = |value: &str, times: u64| {
            part(value, answers(60 * times, 25 * times, 15 * times), answers(18 * times, 7 * times, 5 * times))
        };
        let emea = part("EMEA", answers(120, 50, 30), answers(10, 10, 40));
        let dach = part("EMEA/DACH", answers(120, 50, 30), answers(10, 10, 40));
        let small = part("APAC", answers(20, 2, 0), answers(0, 0, 12));
        let whole = Both { before: answers(200, 77, 45), last: answers(28, 17, 57) };
        let most = |parts: &[&Part]| most_of(&whole, parts.iter().copied().cloned().collect()).map(|part| part.value);
        assert_eq!(
            most(&[&steady("AMER", 1), &emea, &small]).as_deref(),
            Some("EMEA"),
            "it fell less, and weighs more"
        );
        assert_eq!(most(&[&emea, &dach, &small]).as_deref(), Some("EMEA/DACH"), "the same answers, said closer");
        assert_eq!(most(&[&steady("AMER", 1), &steady("UK", 2)]), None);
        let all = Part { both: whole, ..emea.clone() };
        assert_eq!(most(&[&all]), None, "everybody is no explanation");
        let few = part("LATAM", answers(60, 25, 15), answers(0, 0, 9));
        assert_eq!(most(&[&few]), None);
        // One that would be told alone is not told among fifty that chance may have put anywhere.
        let unsure = part("UK", answers(60, 25, 15), answers(12, 8, 10));
        assert_eq!(most(&[&unsure]).as_deref(), Some("UK"));
        let others: Vec<_> = (0..50).map(|nth| steady(&format!("team {nth}"), 1)).collect();
        assert_eq!(most(&others.iter().chain([&unsure]).collect::<Vec<_>>()), None);
        assert!((emea.weight(&whole) - (45.0 + 50.0) * 60.0 / 102.0).abs() < 1e-9);
    }
}
