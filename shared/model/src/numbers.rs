//! What a pile of answers says, and how sure it is.
//!
//! Everything is computed from eleven counters, so the cost does not depend on how many people
//! answered, and sums over days, campaigns and shards can be made in any order. Rounding happens
//! once, at the end; nothing here rounds and then computes on.

mod estimate;
mod rates;
mod shrink;

use std::iter::Sum;
use std::ops::{Add, AddAssign};

use serde::{Deserialize, Serialize};

pub use self::estimate::{Extrapolated, Share, if_silent_were_late, needed, share};
pub use self::rates::{Answered, Race, always_valid, race};
pub use self::shrink::{Pooled, Prior, Shrunk, random_effects, shrink};

/// The two-sided 95 % quantile of the normal distribution.
const Z_95: f64 = 1.959_963_984_540_054;

/// The number of answers from which a score may be shown.
pub const SCORE_FROM: u64 = 10;

/// The number of answers from which a score needs no warning.
pub const SURE_FROM: u64 = 30;

/// Two groups differ only where the corrected p-value is below this.
pub const SIGNIFICANT_BELOW: f64 = 0.05;

/// How many people gave each score from 0 to 10.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Counts([u64; 11]);

impl Counts {
    /// Takes the eleven counters, score 0 first.
    pub const fn new(counts: [u64; 11]) -> Self {
        Self(counts)
    }

    /// The eleven counters, score 0 first.
    pub const fn as_array(&self) -> &[u64; 11] {
        &self.0
    }

    /// The number of answers.
    pub fn n(&self) -> u64 {
        sum(&self.0)
    }

    /// Answers of 9 and 10.
    pub fn promoters(&self) -> u64 {
        sum(&self.0[9..])
    }

    /// Answers of 7 and 8.
    pub fn passives(&self) -> u64 {
        sum(&self.0[7..9])
    }

    /// Answers from 0 to 6.
    pub fn detractors(&self) -> u64 {
        sum(&self.0[..7])
    }

    /// The Net Promoter Score, rounded half away from zero; `None` without answers.
    pub fn nps(&self) -> Option<i64> {
        self.scaled(100)
    }

    /// The score to one decimal, rounded half away from zero; `None` without answers.
    pub fn nps_exact(&self) -> Option<f64> {
        self.scaled(1000).map(|tenths| tenths as f64 / 10.0)
    }

    /// The 95 % interval of the score, by the adjusted Wald method; `None` without answers.
    ///
    /// Three answers are added, three quarters of one to promoters and to detractors each. This keeps
    /// the interval honest for small numbers, where the plain formula promises too much.
    pub fn interval(&self) -> Option<Interval> {
        if self.n() == 0 {
            return None;
        }
        let Adjusted { mean, variance } = self.adjusted();
        let reach = Z_95 * variance.sqrt();
        Some(Interval {
            low: two_decimals((100.0 * (mean - reach)).max(-100.0)),
            high: two_decimals((100.0 * (mean + reach)).min(100.0)),
        })
    }

    /// What a page has to say beside the score; `None` where the score stands by itself.
    pub fn mark(&self) -> Option<Mark> {
        match self.n() {
            n if n < SCORE_FROM => Some(Mark::AnswersOnly),
            n if n < SURE_FROM => Some(Mark::Few),
            _ => None,
        }
    }

    /// The band of [`BANDS`] that the unrounded score lies in; `None` without answers or below all of them.
    pub fn band(&self) -> Option<&'static str> {
        let n = i128::from(self.n());
        let hundredfold = 100 * self.surplus();
        BANDS.bands.iter().rev().find(|band| hundredfold > i128::from(band.above) * n).map(|band| band.name)
    }

    /// The answers that are not among `part`.
    #[must_use]
    pub fn without(&self, part: &Self) -> Self {
        let mut rest = *self;
        for (mine, theirs) in rest.0.iter_mut().zip(part.0) {
            *mine = mine.saturating_sub(theirs);
        }
        rest
    }

    /// The score on the scale from -1 to 1, as it is; `None` without answers.
    fn mean(&self) -> Option<f64> {
        let n = self.n();
        (n > 0).then(|| self.surplus() as f64 / n as f64)
    }

    /// Promoters minus detractors.
    fn surplus(&self) -> i128 {
        i128::from(self.promoters()) - i128::from(self.detractors())
    }

    /// The score in units of 1/`scale`, rounded half away from zero, without a detour over floats.
    fn scaled(&self, scale: i128) -> Option<i64> {
        let n = i128::from(self.n());
        if n == 0 {
            return None;
        }
        let twice = 2 * scale * self.surplus();
        let rounded = (twice.abs() + n) / (2 * n) * twice.signum();
        i64::try_from(rounded).ok()
    }

    fn adjusted(&self) -> Adjusted {
        let n = self.n() as f64 + 3.0;
        let promoters = (self.promoters() as f64 + 0.75) / n;
        let detractors = (self.detractors() as f64 + 0.75) / n;
        let mean = promoters - detractors;
        Adjusted { mean, variance: (promoters + detractors - mean * mean) / n }
    }
}

impl From<[u64; 11]> for Counts {
    fn from(counts: [u64; 11]) -> Self {
        Self(counts)
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine = mine.saturating_add(theirs);
        }
    }
}

impl Add for Counts {
    type Output = Self;

    fn add(mut self, other: Self) -> Self {
        self += other;
        self
    }
}

impl Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}

/// The range the score of everybody lies in, with 95 % confidence.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// The lower end, at least -100, to two decimals.
    pub low: f64,
    /// The upper end, at most 100, to two decimals.
    pub high: f64,
}

/// A warning that goes with a score from few answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Fewer than ten: pages show the answers and no score.
    AnswersOnly,
    /// Ten to twenty-nine: the score moves a lot with each answer.
    Few,
}

/// A named range of scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    /// The score must be above this.
    pub above: i64,
    /// The name, as the API gives it.
    pub name: &'static str,
}

/// Bands together with who named them, since no law of nature did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BandScale {
    /// Whom the bands are attributed to.
    pub source: &'static str,
    /// The bands, lowest first.
    pub bands: &'static [Band],
}

/// The bands in use.
pub const BANDS: BandScale = BandScale {
    source: "attributed to Bain & Company",
    bands: &[
        Band { above: 0, name: "good" },
        Band { above: 20, name: "favourable" },
        Band { above: 50, name: "excellent" },
        Band { above: 80, name: "world_class" },
    ],
};

/// The share of delivered surveys that were answered, from 0 to 1 with four decimals; `None` if none was delivered.
///
/// An answer proves delivery even where the delivery event was lost, so the share never exceeds 1.
pub fn response_rate(answered: u64, delivered: u64) -> Option<f64> {
    (delivered > 0).then(|| {
        let share = (answered as f64 / delivered as f64).min(1.0);
        (share * 10_000.0).round() / 10_000.0
    })
}

/// How far two scores are apart, and how likely chance alone is to put them there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The first score minus the second, in points, from the answers as they are.
    pub points: f64,
    /// The range the difference of everybody lies in, with 95 % confidence, from the adjusted answers; it leaves zero out
    /// where the p-value is below 0.05.
    pub interval: Interval,
    /// The difference in units of its own standard error.
    pub z: f64,
    /// The two-sided p-value, before any correction for several comparisons.
    pub p: f64,
}

/// Compares two groups or periods by a z-test on the adjusted scores; `None` if one of them has no answers.
pub fn difference(one: &Counts, other: &Counts) -> Option<Difference> {
    let points = 100.0 * one.mean()? - 100.0 * other.mean()?;
    let (a, b) = (one.adjusted(), other.adjusted());
    let (apart, error) = (a.mean - b.mean, (a.variance + b.variance).sqrt());
    let interval = Interval {
        low: two_decimals((100.0 * (apart - Z_95 * error)).max(-200.0)),
        high: two_decimals((100.0 * (apart + Z_95 * error)).min(200.0)),
    };
    let z = apart / error;
    Some(Difference { points, interval, z, p: both_tails(z) })
}

/// Corrects p-values of several comparisons made at once, after Holm; the order of the input is kept.
///
/// A comparison counts as changed where its corrected value is below [`SIGNIFICANT_BELOW`].
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|a, b| p_values[*a].total_cmp(&p_values[*b]));
    let mut corrected = vec![1.0; p_values.len()];
    let mut floor = 0.0_f64;
    for (rank, index) in order.into_iter().enumerate() {
        let factor = (p_values.len() - rank) as f64;
        floor = floor.max((p_values[index] * factor).min(1.0));
        corrected[index] = floor;
    }
    corrected
}

/// Mean and its variance after the adjustment, on the scale from -1 to 1.
struct Adjusted {
    mean: f64,
    variance: f64,
}

fn sum(counts: &[u64]) -> u64 {
    counts.iter().fold(0, |total, count| total.saturating_add(*count))
}

fn two_decimals(value: f64) -> f64 {
    // Adding zero turns -0.0, which would be printed as such, into 0.0.
    (value * 100.0).round() / 100.0 + 0.0
}

/// The probability that a standard normal value lies further from zero than `z`.
fn both_tails(z: f64) -> f64 {
    let x = z.abs() / std::f64::consts::SQRT_2;
    if x < 2.0 {
        // Near the middle the Taylor series of erf converges fast.
        let mut term = x;
        let mut erf = x;
        for k in 1..60 {
            let k = f64::from(k);
            term *= -x * x / k;
            erf += term / (2.0 * k + 1.0);
        }
        1.0 - erf * std::f64::consts::FRAC_2_SQRT_PI
    } else {
        // In the tails it would cancel; the continued fraction of erfc does not.
        let mut fraction = x;
        for k in (1..60).rev() {
            fraction = x + f64::from(k) / 2.0 / fraction;
        }
        (-x * x).exp() * std::f64::consts::FRAC_2_SQRT_PI / 2.0 / fraction
    }
}

#[cfg(test)]
mod tests {
    use super::{BANDS, Counts, Mark, both_tails, difference, holm, response_rate};
    use proptest::prelude::{Strategy, any, prop, prop_assert, prop_assert_eq, proptest};

    /// Promoters, passives and detractors, spread over the scores that make them.
    fn answers(promoters: u64, passives: u64, detractors: u64) -> Counts {
        let mut counts = [0; 11];
        counts[10] = promoters / 2;
        counts[9] = promoters - promoters / 2;
        counts[8] = passives / 2;
        counts[7] = passives - passives / 2;
        counts[6] = detractors - detractors / 3;
        counts[0] = detractors / 3;
        Counts::new(counts)
    }

    #[test]
    fn published_figures() {
        for (p, a, d, nps, low, high) in [
            (30, 52, 18, 12, -1.55, 24.85),
            (5, 3, 2, 30, -19.05, 65.20),
            (1, 0, 0, 100, -48.50, 98.50),
            (0, 0, 1, -100, -98.50, 48.50),
        ] {
            let counts = answers(p, a, d);
            assert_eq!(counts.n(), p + a + d);
            assert_eq!((counts.promoters(), counts.passives(), counts.detractors()), (p, a, d));
            assert_eq!(counts.nps(), Some(nps));
            let interval = counts.interval().unwrap();
            assert_eq!((interval.low, interval.high), (low, high), "{p}/{a}/{d}");
        }
    }

    #[test]
    fn nothing_is_said_without_answers() {
        let none = Counts::default();
        assert_eq!(none.nps(), None);
        assert_eq!(none.nps_exact(), None);
        assert_eq!(none.interval(), None);
        assert_eq!(none.band(), None);
        assert_eq!(none.mark(), Some(Mark::AnswersOnly));
        assert_eq!(difference(&none, &answers(1, 1, 1)), None);
    }

    #[test]
    fn halves_are_rounded_away_from_zero() {
        // 1/8 is 12.5 points, 1/16 is 6.25 points, 1/3 is 33.33...
        for (p, a, d, nps, exact) in [
            (1, 7, 0, 13, 12.5),
            (0, 7, 1, -13, -12.5),
            (1, 15, 0, 6, 6.3),
            (0, 15, 1, -6, -6.3),
            (1, 2, 0, 33, 33.3),
            (2, 1, 0, 67, 66.7),
            (0, 1, 2, -67, -66.7),
            (0, 5, 0, 0, 0.0),
            (1, 199, 0, 1, 0.5),
        ] {
            let counts = answers(p, a, d);
            assert_eq!(counts.nps(), Some(nps), "{p}/{a}/{d}");
            assert_eq!(counts.nps_exact(), Some(exact), "{p}/{a}/{d}");
        }
    }

    #[test]
    fn marks_change_at_ten_and_thirty() {
        for (n, mark) in [
            (1, Some(Mark::AnswersOnly)),
            (9, Some(Mark::AnswersOnly)),
            (10, Some(Mark::Few)),
            (29, Some(Mark::Few)),
            (30, None),
            (1_000_000, None),
        ] {
            assert_eq!(answers(n, 0, 0).mark(), mark, "{n}");
        }
    }

    #[test]
    fn bands_start_above_their_bound() {
        for (p, a, d, band) in [
            (0, 1, 1, None),
            (1, 1, 1, None),
            (1, 199, 0, Some("good")),
            (20, 80, 0, Some("good")),
            (201, 799, 0, Some("favourable")),
            (50, 50, 0, Some("favourable")),
            (51, 49, 0, Some("excellent")),
            (80, 20, 0, Some("excellent")),
            (81, 19, 0, Some("world_class")),
        ] {
            assert_eq!(answers(p, a, d).band(), band, "{p}/{a}/{d}");
        }
        assert!(BANDS.bands.is_sorted_by_key(|band| band.above));
        assert!(!BANDS.source.is_empty());
    }

    #[test]
    fn the_rate_counts_delivered_surveys_only() {
        assert_eq!(response_rate(0, 0), None);
        assert_eq!(response_rate(1, 0), None);
        assert_eq!(response_rate(0, 4), Some(0.0));
        assert_eq!(response_rate(1, 3), Some(0.3333));
        assert_eq!(response_rate(2, 3), Some(0.6667));
        assert_eq!(response_rate(4, 3), Some(1.0));
    }

    #[test]
    fn two_periods_are_compared_as_published() {
        let apart = difference(&answers(600, 250, 150), &answers(550, 270, 180)).unwrap();
        assert_eq!(format!("{:.3} {:.3}", apart.z, apart.p), "2.365 0.018");
        assert!((apart.points - 8.0).abs() < 1e-9);
        assert_eq!((apart.interval.low, apart.interval.high), (1.36, 14.59));
    }

    #[test]
    fn tails_agree_with_tables() {
        for (z, p) in [
            (0.0, 1.0),
            (1.0, 0.317_310_507_862_914),
            (1.959_963_984_540_054, 0.05),
            (2.8, 0.005_110_260_660_855),
            (3.0, 0.002_699_796_063_260),
            (5.0, 5.733_031_437_583_9e-7),
        ] {
            let error = (both_tails(z) - p).abs() / p;
            assert!(error < 1e-9, "{z}: {error}");
        }
    }

    #[test]
    fn holm_is_a_step_down() {
        let corrected = holm(&[0.01, 0.04, 0.03, 0.005]);
        let expected = [0.03, 0.06, 0.06, 0.02];
        for (a, b) in corrected.iter().zip(expected) {
            assert!((a - b).abs() < 1e-12, "{corrected:?}");
        }
        assert!(holm(&[]).is_empty());
        assert_eq!(holm(&[0.9, 0.8]), [1.0, 1.0]);
    }

    fn some_counts() -> impl Strategy<Value = Counts> {
        prop::array::uniform11(0_u64..2_000).prop_map(Counts::new)
    }

    proptest! {
        #[test]
        fn merging_is_a_sum_in_any_order(a in some_counts(), b in some_counts(), c in some_counts()) {
            prop_assert_eq!(a + b, b + a);
            prop_assert_eq!((a + b) + c, a + (b + c));
            prop_assert_eq!(a + Counts::default(), a);
            prop_assert_eq!((a + b).n(), a.n() + b.n());
        }

        #[test]
        fn every_answer_is_in_one_group(counts in some_counts()) {
            prop_assert_eq!(counts.promoters() + counts.passives() + counts.detractors(), counts.n());
        }

        #[test]
        fn interval_stays_on_the_scale_and_holds_its_middle(counts in some_counts()) {
            let Some(interval) = counts.interval() else {
                prop_assert_eq!(counts.n(), 0);
                return Ok(());
            };
            prop_assert!((-100.0..=100.0).contains(&interval.low));
            prop_assert!((-100.0..=100.0).contains(&interval.high));
            // The adjusted score is the plain one drawn towards zero, so it lies within the ends.
            let adjusted = 100.0 * (counts.promoters() as f64 - counts.detractors() as f64)
                / (counts.n() as f64 + 3.0);
            prop_assert!(interval.low <= adjusted + 0.005 && adjusted - 0.005 <= interval.high);
        }

        #[test]
        fn more_of_the_same_answers_never_widen_the_interval(counts in some_counts(), times in 2_u64..20) {
            if let (Some(few), Some(many)) = (
                counts.interval(),
                Counts::new(counts.as_array().map(|count| count * times)).interval(),
            ) {
                let (few, many) = (few.high - few.low, many.high - many.low);
                // All answers on one side of a bound are clipped differently; allow for that alone.
                prop_assert!(many <= few + 0.02 || counts.n() < 3, "{many} > {few}");
            }
        }

        #[test]
        fn turning_the_scale_turns_the_numbers(p in 0_u64..500, a in 0_u64..500, d in 0_u64..500) {
            let (one, other) = (answers(p, a, d), answers(d, a, p));
            prop_assert_eq!(one.nps().map(|nps| -nps), other.nps());
            if let (Some(one), Some(other)) = (one.interval(), other.interval()) {
                prop_assert_eq!((-one.low, -one.high), (other.high, other.low));
            }
        }

        #[test]
        fn a_better_answer_never_lowers_the_score(counts in some_counts(), from in 0_usize..10) {
            let mut better = *counts.as_array();
            if better[from] > 0 {
                better[from] -= 1;
                better[from + 1] += 1;
                prop_assert!(Counts::new(better).nps() >= counts.nps());
            }
        }

        #[test]
        fn numbers_of_any_size_do_not_panic(counts in prop::array::uniform11(any::<u64>())) {
            let counts = Counts::new(counts);
            prop_assert!(counts.n() == 0 || counts.nps().is_some_and(|nps| (-100..=100).contains(&nps)));
            prop_assert!((counts + counts).interval().is_some_and(|i| i.low <= i.high));
        }

        #[test]
        fn holm_only_raises_and_keeps_the_order(p in prop::collection::vec(0.0_f64..=1.0, 0..12)) {
            let corrected = holm(&p);
            for (i, raw) in p.iter().enumerate() {
                prop_assert!(corrected[i] >= *raw && corrected[i] <= 1.0);
                for (j, other) in p.iter().enumerate() {
                    prop_assert!(raw > other || corrected[i] <= corrected[j]);
                }
            }
        }
    }
}
