//! Fair comparison of many groups: scores drawn towards what is usual, the more so the fewer answers they rest on.
//!
//! Ten answers of 10 are no proof of the best account manager there is. Empirical Bayes takes each group's score as one of
//! many, whose true scores spread around a mean: the spread between groups is estimated by the method of moments (R.
//! DerSimonian and N. Laird, "Meta-analysis in clinical trials", Controlled Clinical Trials 7 (1986), 177-188), and the best
//! guess of a group lies between its own score and the mean, where its uncertainty says. With one variance of answers in all groups,
//! as here, this is the credibility formula of Bühlmann and Straub: n answers of its own against `weight` answers of the mean.

use super::{Counts, Z_95};

/// The mean of several estimates whose true values differ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pooled {
    /// The mean.
    pub mean: f64,
    /// Its standard error.
    pub error: f64,
    /// The variance between the true values (tau²); 0 where chance explains all differences.
    pub between: f64,
}

/// The random-effects mean of estimates with known variances, after DerSimonian and Laird; `None` without estimates.
#[must_use]
pub fn random_effects(estimates: &[(f64, f64)]) -> Option<Pooled> {
    let sums = |between: f64| {
        estimates.iter().fold((0.0, 0.0, 0.0), |(weights, squares, values), (value, variance)| {
            let weight = 1.0 / (variance + between);
            (weights + weight, squares + weight * weight, values + weight * value)
        })
    };
    if estimates.is_empty() {
        return None;
    }
    let (weights, squares, values) = sums(0.0);
    let fixed = values / weights;
    let q: f64 = estimates.iter().map(|(value, variance)| (value - fixed).powi(2) / variance).sum();
    let room = weights - squares / weights;
    let between = if room > 0.0 { ((q - (estimates.len() as f64 - 1.0)) / room).max(0.0) } else { 0.0 };
    let (weights, _, values) = sums(between);
    Some(Pooled { mean: values / weights, error: weights.sqrt().recip(), between })
}

/// What is usual among groups.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prior {
    /// The mean score of groups, in points.
    pub mean: f64,
    /// How many answers of its own a group needs to outweigh the mean; `None` where chance explains all differences, so
    /// that no number does.
    pub weight: Option<f64>,
}

/// The best guess of a group's score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shrunk {
    /// The score, in points.
    pub score: f64,
    /// The lower end of its 95 % interval, at least -100.
    pub low: f64,
    /// The upper end, at most 100.
    pub high: f64,
}

/// Draws the scores of groups towards their mean. A group without answers has no guess.
///
/// Groups are taken to have no answers in common. All have one variance of answers, pooled over the groups, with the three
/// answers added that the interval of a score adds: small groups of equal answers would claim to be certain otherwise.
#[must_use]
pub fn shrink(groups: &[Counts]) -> (Option<Prior>, Vec<Option<Shrunk>>) {
    let answered: Vec<(f64, f64)> =
        groups.iter().filter_map(|counts| Some((counts.mean()?, counts.n() as f64))).collect();
    let variance = pooled_variance(groups);
    let estimates: Vec<(f64, f64)> = answered.iter().map(|(mean, n)| (*mean, variance / n)).collect();
    let Some(pooled) = random_effects(&estimates) else { return (None, vec![None; groups.len()]) };
    let guess = |counts: &Counts| {
        let (own, variance) = (counts.mean()?, variance / counts.n() as f64);
        let drawn = variance / (variance + pooled.between);
        let score = drawn * pooled.mean + (1.0 - drawn) * own;
        let reach = Z_95 * ((1.0 - drawn) * variance + (drawn * pooled.error).powi(2)).sqrt();
        Some(Shrunk {
            score: 100.0 * score,
            low: (100.0 * (score - reach)).max(-100.0),
            high: (100.0 * (score + reach)).min(100.0),
        })
    };
    let weight = (pooled.between > 0.0).then(|| variance / pooled.between);
    (Some(Prior { mean: 100.0 * pooled.mean, weight }), groups.iter().map(guess).collect())
}

/// The variance of one answer within its group, on the scale from -1 to 1.
fn pooled_variance(groups: &[Counts]) -> f64 {
    let (squares, n, count) = groups.iter().fold((0.0, 0.0, 0.0), |(squares, all, count), counts| {
        let Some(mean) = counts.mean() else { return (squares, all, count) };
        let n = counts.n() as f64;
        let sure = (counts.promoters() + counts.detractors()) as f64 / n;
        (squares + n * (sure - mean * mean), all + n, count + 1.0)
    });
    // Three quarters of a promoter, as many detractors, and passives for the rest: half a square each.
    (squares + 1.5) / (n - count + 3.0)
}
