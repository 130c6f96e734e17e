//! What else the answers tell: how many more it takes, and what those who did not answer may think.

use super::{Counts, Z_95};

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

/// The score, in points, if whoever did not answer thought like those who answered only after the reminder. `rate` is
/// the share (0 to 1) that answered.
///
/// Late answers stand for missing ones: J. S. Armstrong and T. S. Overton, "Estimating Nonresponse Bias in Mail Surveys",
/// Journal of Marketing Research 14 (1977), 396-402. It is an extrapolation, not a measurement.
#[must_use]
pub fn if_silent_were_late(all: &Counts, late: &Counts, rate: f64) -> Option<f64> {
    Some(100.0 * (rate * all.mean()? + (1.0 - rate) * late.mean()?))
}
