//! How far the numbers can be trusted: differences, trends, what is missing.

use jiff::civil::Date;
use model::numbers::{self, Counts, Interval, Mark, SIGNIFICANT_BELOW};
use serde::Serialize;

use crate::query::{Days, Unit};

/// Answers and their score, and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Short {
    n: u64,
    promoters: u64,
    passives: u64,
    detractors: u64,
    nps: Option<i64>,
    nps_exact: Option<f64>,
    interval: Option<Interval>,
    mark: Option<Mark>,
}

impl From<Counts> for Short {
    fn from(counts: Counts) -> Self {
        Self {
            n: counts.n(),
            promoters: counts.promoters(),
            passives: counts.passives(),
            detractors: counts.detractors(),
            nps: counts.nps(),
            nps_exact: counts.nps_exact(),
            interval: counts.interval(),
            mark: counts.mark(),
        }
    }
}

/// One step of a trend.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Step {
    from: Date,
    to: Date,
    n: u64,
    promoters: u64,
    passives: u64,
    detractors: u64,
    nps: Option<i64>,
    nps_exact: Option<f64>,
    interval: Option<Interval>,
    mark: Option<Mark>,
}

/// The days put together by units of the calendar; the first and the last may be cut off by the window.
pub(crate) fn trend(days: impl Iterator<Item = (Date, Counts)>, unit: Unit) -> Vec<Step> {
    let mut steps: Vec<(Date, Date, Counts)> = Vec::new();
    for (day, counts) in days {
        match steps.last_mut().filter(|(from, _, _)| unit.start(*from) == unit.start(day)) {
            Some((_, to, sum)) => {
                *to = day;
                *sum += counts;
            }
            None => steps.push((day, day, counts)),
        }
    }
    let step = |(from, to, counts): (Date, Date, Counts)| {
        let Short { n, promoters, passives, detractors, nps, nps_exact, interval, mark } = counts.into();
        Step { from, to, n, promoters, passives, detractors, nps, nps_exact, interval, mark }
    };
    steps.into_iter().map(step).collect()
}

/// How the score differs from an earlier one.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Change {
    from: Date,
    to: Date,
    n: u64,
    nps: Option<i64>,
    nps_exact: Option<f64>,
    interval: Option<Interval>,
    mark: Option<Mark>,
    points: Option<f64>,
    points_interval: Option<Interval>,
    z: Option<f64>,
    p: Option<f64>,
    /// Of a group among others: after Holm.
    p_holm: Option<f64>,
    changed: bool,
}

impl Change {
    /// Compares now with then.
    pub(crate) fn new(now: &Counts, then: &Counts, Days { from, to }: Days) -> Self {
        let apart = numbers::difference(now, then);
        Self {
            from,
            to,
            n: then.n(),
            nps: then.nps(),
            nps_exact: then.nps_exact(),
            interval: then.interval(),
            mark: then.mark(),
            points: apart.map(|apart| rounded(apart.points, 1)),
            points_interval: apart.map(|apart| apart.interval),
            z: apart.map(|apart| rounded(apart.z, 3)),
            p: apart.map(|apart| rounded(apart.p, 6)),
            p_holm: None,
            changed: apart.is_some_and(|apart| apart.p < SIGNIFICANT_BELOW),
        }
    }

    /// Compares each group now with itself then, corrected for comparing them all.
    pub(crate) fn of_groups(now_and_then: &[(Counts, Counts)], days: Days) -> Vec<Self> {
        let apart = |(now, then): &(Counts, Counts)| numbers::difference(now, then).map(|apart| apart.p);
        let p_values: Vec<_> = now_and_then.iter().map(apart).collect();
        let mut corrected = numbers::holm(&p_values.iter().copied().flatten().collect::<Vec<_>>()).into_iter();
        let compared = now_and_then.iter().zip(p_values);
        compared
            .map(|((now, then), p)| {
                let p_holm = p.and_then(|_| corrected.next());
                Self {
                    p_holm: p_holm.map(|p| rounded(p, 6)),
                    changed: p_holm.is_some_and(|p| p < SIGNIFICANT_BELOW),
                    ..Self::new(now, then, days)
                }
            })
            .collect()
    }
}

/// How a group differs from all other answers of the same whole.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Rest {
    n: u64,
    nps_exact: Option<f64>,
    interval: Option<Interval>,
    points: f64,
    points_interval: Interval,
    z: f64,
    p: f64,
    p_holm: f64,
    pub(crate) differs: bool,
}

/// Compares each group with the rest of the whole, corrected for comparing them all.
pub(crate) fn rests(whole: &Counts, groups: &[Counts]) -> Vec<Option<Rest>> {
    let compared = |group: &Counts| {
        let rest = whole.without(group);
        numbers::difference(group, &rest).map(|apart| (rest, apart))
    };
    let compared: Vec<_> = groups.iter().map(compared).collect();
    let p_values: Vec<f64> = compared.iter().flatten().map(|(_, apart)| apart.p).collect();
    let mut corrected = numbers::holm(&p_values).into_iter();
    let rest = |compared: Option<(Counts, numbers::Difference)>| {
        let ((rest, apart), p_holm) = compared.zip(compared.and_then(|_| corrected.next()))?;
        Some(Rest {
            n: rest.n(),
            nps_exact: rest.nps_exact(),
            interval: rest.interval(),
            points: rounded(apart.points, 1),
            points_interval: apart.interval,
            z: rounded(apart.z, 3),
            p: rounded(apart.p, 6),
            p_holm: rounded(p_holm, 6),
            differs: p_holm < SIGNIFICANT_BELOW,
        })
    };
    compared.into_iter().map(rest).collect()
}

/// The answers it takes for a wanted precision.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Needed {
    precision: f64,
    n: u64,
    more: u64,
}

impl Needed {
    /// The answers it takes, and how many of them are still to come.
    pub(crate) fn new(counts: &Counts, precision: f64) -> Self {
        let n = numbers::needed(counts, precision);
        Self { precision, n, more: n.saturating_sub(counts.n()) }
    }
}

/// What is known of those who did not answer, from those who answered late.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Nonresponse {
    early: Short,
    late: Short,
    if_silent_were_late: Option<Silent>,
    late_differs: bool,
}

#[derive(Debug, PartialEq, Serialize)]
struct Silent {
    nps_exact: f64,
    interval: Interval,
    points: f64,
}

impl Nonresponse {
    /// Compares early and late answers, and extrapolates where the response rate is known.
    pub(crate) fn new(early: Counts, late: Counts, rate: Option<f64>) -> Self {
        let silent = rate.and_then(|rate| numbers::if_silent_were_late(&early, &late, rate));
        let now = numbers::if_silent_were_late(&early, &late, 1.0);
        Self {
            early: early.into(),
            late: late.into(),
            if_silent_were_late: silent.zip(now).map(|(silent, now)| Silent {
                nps_exact: rounded(silent.score, 1),
                interval: silent.interval,
                points: rounded(silent.score - now.score, 1),
            }),
            late_differs: numbers::difference(&early, &late).is_some_and(|apart| apart.p < SIGNIFICANT_BELOW),
        }
    }
}

/// A number with so many decimals, rounded once and half away from zero.
pub(crate) fn rounded(number: f64, decimals: i32) -> f64 {
    let scale = 10_f64.powi(decimals);
    // Adding zero turns -0.0 into 0.0.
    (number * scale).round() / scale + 0.0
}

#[cfg(test)]
mod tests {
    use super::{Change, Needed, Nonresponse, rests, rounded, trend};
    use crate::query::{Days, Unit};
    use jiff::civil::Date;
    use model::numbers::Counts;
    use serde_json::json;

    fn answers(promoters: u64, passives: u64, detractors: u64) -> Counts {
        Counts::new([detractors, 0, 0, 0, 0, 0, 0, passives, 0, promoters, 0])
    }

    fn days(from: &str, to: &str) -> Days {
        Days { from: from.parse().unwrap(), to: to.parse().unwrap() }
    }

    #[test]
    fn a_trend_follows_the_calendar_and_ends_with_the_window() {
        // A Thursday to a Monday, over the end of a month.
        let window = days("2027-02-25", "2027-03-08");
        for (unit, steps) in [(Unit::Day, 12), (Unit::Week, 3), (Unit::Month, 2)] {
            let counts = |day: Date| (day, answers(u64::from(day.day().unsigned_abs()), 0, 1));
            let trend = trend(window.iter().map(counts), unit);
            assert_eq!(trend.len(), steps, "{unit:?}");
            assert_eq!((trend[0].from, trend[steps - 1].to), (window.from, window.to));
            assert!(trend.windows(2).all(|two| two[0].to.tomorrow().unwrap() == two[1].from));
            assert_eq!(trend.iter().map(|step| step.detractors).sum::<u64>(), 12);
        }
        let weeks = trend(window.iter().map(|day| (day, answers(1, 0, 0))), Unit::Week);
        let n: Vec<_> = weeks.iter().map(|week| (week.from.to_string(), week.n)).collect();
        let expected = [("2027-02-25", 4), ("2027-03-01", 7), ("2027-03-08", 1)];
        assert_eq!(n, expected.map(|(day, n)| (day.to_owned(), n)));
    }

    #[test]
    fn a_change_is_told_as_published() {
        let then = days("2027-02-01", "2027-02-28");
        let change = Change::new(&answers(600, 250, 150), &answers(550, 270, 180), then);
        let change = serde_json::to_value(change).unwrap();
        assert_eq!((&change["points"], &change["z"], &change["changed"]), (&json!(8.0), &json!(2.365), &json!(true)));
        assert!((change["p"].as_f64().unwrap() - 0.018).abs() < 0.0005);
        let nothing = serde_json::to_value(Change::new(&answers(1, 0, 0), &Counts::default(), then)).unwrap();
        assert_eq!((&nothing["n"], &nothing["points"], &nothing["changed"]), (&json!(0), &json!(null), &json!(false)));
    }

    #[test]
    fn of_many_groups_only_sure_changes_are_told() {
        let then = days("2027-02-01", "2027-02-28");
        let (same, unsure, sure) = (answers(50, 30, 20), answers(34, 30, 36), answers(10, 30, 60));
        let mut pairs = vec![(same, same); 18];
        pairs.extend([(unsure, same), (Counts::default(), same), (sure, same)]);
        let changes = Change::of_groups(&pairs, then);
        let alone = Change::new(&unsure, &same, then);
        assert!(alone.changed && alone.p_holm.is_none(), "{alone:?}");
        assert!(!changes[18].changed && changes[18].p_holm > changes[18].p, "{:?}", changes[18]);
        assert_eq!((changes[19].changed, changes[19].p_holm), (false, None), "nobody is no change");
        assert!(changes[20].changed && changes[20].points_interval.is_some_and(|points| points.high < 0.0));
    }

    #[test]
    fn a_group_is_compared_with_all_others() {
        let whole = answers(700, 300, 200);
        let groups = [answers(400, 150, 50), answers(200, 100, 100), Counts::default(), answers(100, 50, 50)];
        let rests = rests(&whole, &groups);
        let first = rests[0].as_ref().unwrap();
        assert_eq!((first.n, first.nps_exact, first.points, first.differs), (600, Some(25.0), 33.3, true));
        assert!(rests[2].is_none(), "nobody is no group");
        for rest in rests.iter().flatten() {
            assert!(rest.p_holm >= rest.p && rest.interval.is_some());
            assert!(rest.points_interval.low < rest.points && rest.points < rest.points_interval.high);
        }
        assert!(super::rests(&whole, &[whole])[0].is_none(), "all are not compared with nobody");
    }

    #[test]
    fn one_of_many_comparisons_proves_nothing() {
        let whole: Counts = std::iter::repeat_n(answers(50, 30, 20), 19).sum::<Counts>() + answers(61, 26, 13);
        let mut groups = vec![answers(50, 30, 20); 19];
        groups.push(answers(61, 26, 13));
        let rests = rests(&whole, &groups);
        let last = rests[19].as_ref().unwrap();
        assert!(last.p < 0.05 && last.p_holm > 0.05 && !last.differs, "{last:?}");
    }

    #[test]
    fn who_is_silent_is_taken_for_late() {
        let told =
            serde_json::to_value(Nonresponse::new(answers(60, 20, 20), answers(10, 10, 20), Some(0.25))).unwrap();
        // 140 answers at 21.4, the late ones at -25: a quarter of the one and three quarters of the other.
        let silent = json!({"nps_exact": -13.4, "interval": {"low": -32.58, "high": 8.24}, "points": -34.8});
        assert_eq!(told["if_silent_were_late"], silent);
        assert_eq!((&told["early"]["nps"], &told["late"]["nps"]), (&json!(40), &json!(-25)));
        assert_eq!(told["late_differs"], true);
        let unknown = serde_json::to_value(Nonresponse::new(answers(60, 20, 20), answers(10, 10, 20), None)).unwrap();
        assert_eq!(unknown["if_silent_were_late"], json!(null));
        let nobody = serde_json::to_value(Nonresponse::new(answers(1, 0, 0), Counts::default(), Some(0.5))).unwrap();
        assert_eq!((&nobody["if_silent_were_late"], &nobody["late_differs"]), (&json!(null), &json!(false)));
    }

    #[test]
    fn more_answers_are_needed_until_there_are_enough() {
        let counts = answers(30, 52, 18);
        assert_eq!(Needed::new(&counts, 5.0), Needed { precision: 5.0, n: 715, more: 615 });
        assert_eq!(Needed::new(&counts, 20.0).more, 0);
    }

    #[test]
    fn halves_go_away_from_zero() {
        for (number, decimals, expected) in [(0.25, 1, 0.3), (-0.25, 1, -0.3), (-0.04, 1, 0.0), (2.0, 3, 2.0)] {
            assert_eq!(rounded(number, decimals), expected);
            assert!(rounded(number, decimals).is_sign_positive() || expected < 0.0);
        }
    }
}
