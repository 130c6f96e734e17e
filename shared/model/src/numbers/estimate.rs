//! What else the answers tell: how many more it takes, and what those who did not answer may think.

use serde::Serialize;

use super::{Counts, Interval, Z_95, two_decimals};

/// The number of answers from which the 95 % interval reaches at most so many points to each side, if answers go on
/// as they were. Without any, as many are expected on each side as the adjustment adds.
#[must_use]
pub fn needed(counts: &Counts, precision: f64) -> u64 {
    let adjusted = counts.adjusted();
    // The spread of one answer, whose mean over n + 3 of them the interval is about.
    let spread = adjusted.variance * (counts.n() as f64 + 3.0);
    let reach = precision / 100.0;
    let answers = (Z_95 * Z_95 * spread / (reach * reach) - 3.0).ceil();
    // Whole numbers this small have no rounding in a float; a saturated one says "never".
    answers.max(1.0) as u64
}

/// A score that was not measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extrapolated {
    /// The score, in points.
    pub score: f64,
    /// Its 95 % interval, from the adjusted answers, as far as chance goes: that the silent are like the late is assumed.
    pub interval: Interval,
}

/// The score if whoever did not answer thought like those who answered only after the reminder; `None` where nobody did.
/// `rate` is the share (0 to 1) that answered.
///
/// Late answers stand for missing ones: J. S. Armstrong and T. S. Overton, "Estimating Nonresponse Bias in Mail Surveys",
/// Journal of Marketing Research 14 (1977), 396-402. It is an extrapolation, not a measurement.
#[must_use]
pub fn if_silent_were_late(early: &Counts, late: &Counts, rate: f64) -> Option<Extrapolated> {
    let (of_early, of_late) = (early.mean().unwrap_or(0.0), late.mean()?);
    // The early ones speak for themselves alone, the late ones for everybody else.
    let share = rate * early.n() as f64 / (early.n() + late.n()) as f64;
    let rest = 1.0 - share;
    let (one, other) = (early.adjusted(), late.adjusted());
    let middle = share * one.mean + rest * other.mean;
    let reach = Z_95 * (share * share * one.variance + rest * rest * other.variance).sqrt();
    Some(Extrapolated {
        score: 100.0 * (share * of_early + rest * of_late),
        interval: Interval {
            low: two_decimals((100.0 * (middle - reach)).max(-100.0)),
            high: two_decimals((100.0 * (middle + reach)).min(100.0)),
        },
    })
}

/// A share and the range that of everybody lies in, with 95 % confidence; from 0 to 1, to four decimals.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Share {
    /// The share as it is.
    pub share: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// How large a share of the whole a part is, with Wilson's interval; `None` of nothing.
///
/// E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal of the American
/// Statistical Association 22 (1927), 209-212: it stays between 0 and 1 and honest for small numbers.
#[must_use]
pub fn share(part: u64, whole: u64) -> Option<Share> {
    let n = whole as f64;
    let share = (whole > 0).then(|| (part.min(whole)) as f64 / n)?;
    let squared = Z_95 * Z_95;
    let middle = (share + squared / (2.0 * n)) / (1.0 + squared / n);
    let reach = Z_95 * (share * (1.0 - share) / n + squared / (4.0 * n * n)).sqrt() / (1.0 + squared / n);
    let four = |value: f64| (value.clamp(0.0, 1.0) * 10_000.0).round() / 10_000.0;
    Some(Share { share: four(share), low: four(middle - reach), high: four(middle + reach) })
}

#[cfg(test)]
mod tests {
    use super::{Share, share};

    /// R. G. Newcombe, "Two-Sided Confidence Intervals for the Single Proportion", Statistics in Medicine 17 (1998),
    /// 857-872, table I, method 3.
    #[test]
    fn shares_are_as_published() {
        for (part, whole, low, high) in
            [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
        {
            let found = share(part, whole).unwrap();
            assert_eq!((found.low, found.high), (low, high), "{part} of {whole}");
        }
        assert_eq!(share(20, 20), Some(Share { share: 1.0, low: 0.8389, high: 1.0 }));
        assert_eq!(share(0, 0), None);
    }
}
