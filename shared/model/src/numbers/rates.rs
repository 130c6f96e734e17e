//! Which of several ways makes more people answer, for whoever looks at it every day.
//!
//! A p-value of the usual kind may be looked at once, when everything is there. Whoever looks each morning and stops at the
//! first 0.05 is wrong every third time. These may be looked at as often as one likes: R. Johari, P. Koomen, L. Pekelis and
//! D. Walsh, "Always Valid Inference: Continuous Monitoring of A/B Tests", Operations Research 70 (2022), 1806-1821, the mixture
//! sequential probability ratio test of two streams of yes and no.

use super::{SIGNIFICANT_BELOW, holm};

/// How far apart rates are expected to be, as the spread of the mixture: 5 points of a hundred. It is no assumption of the
/// test, which holds for any; with it, differences of about that size are found soonest.
const EXPECTED: f64 = 0.05;

/// Who could answer, and who did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answered {
    /// Surveys that arrived.
    pub of: u64,
    /// Of which were answered.
    pub answered: u64,
}

impl Answered {
    /// The share that answered, drawn a little towards a half (one answer and one silence more), and the variance of that. So
    /// it is honest also where nobody has answered yet: A. Agresti and B. Caffo, The American Statistician 54 (2000), 280-288.
    fn adjusted(self) -> (f64, f64) {
        let of = self.of as f64 + 2.0;
        let share = (self.answered.min(self.of) as f64 + 1.0) / of;
        (share, share * (1.0 - share) / of)
    }

    fn share(self) -> f64 {
        if self.of == 0 { 0.0 } else { self.answered as f64 / self.of as f64 }
    }
}

/// A p-value of "both are answered alike" that may be looked at at any time, and as often as one likes; from 0 to 1.
#[must_use]
pub fn always_valid(one: Answered, other: Answered) -> f64 {
    let ((a, of_a), (b, of_b)) = (one.adjusted(), other.adjusted());
    let (apart, variance, mixture) = (a - b, of_a + of_b, EXPECTED * EXPECTED);
    let spread = variance + mixture;
    let ratio = (variance / spread).sqrt() * (apart * apart * mixture / (2.0 * variance * spread)).exp();
    (1.0 / ratio).min(1.0)
}

/// What several ways have shown so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Race {
    /// The one that is answered most.
    pub first: usize,
    /// For each, how likely it is to look so far behind the first if it was none the worse, corrected for comparing several
    /// (Holm); none for the first.
    pub behind: Vec<Option<f64>>,
    /// Whether the first is better than every other.
    pub decided: bool,
}

/// Compares several ways; nothing with fewer than two.
#[must_use]
pub fn race(ways: &[Answered]) -> Option<Race> {
    let first = (0..ways.len()).max_by(|a, b| ways[*a].share().total_cmp(&ways[*b].share()).then(b.cmp(a)))?;
    let others: Vec<usize> = (0..ways.len()).filter(|nth| *nth != first).collect();
    if others.is_empty() {
        return None;
    }
    let p_values: Vec<f64> = others.iter().map(|nth| always_valid(ways[first], ways[*nth])).collect();
    let corrected = holm(&p_values);
    let mut behind = vec![None; ways.len()];
    for (nth, p) in others.into_iter().zip(&corrected) {
        behind[nth] = Some(*p);
    }
    Some(Race { first, behind, decided: corrected.iter().all(|p| *p < SIGNIFICANT_BELOW) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(of: u64, answered: u64) -> Answered {
        Answered { of, answered }
    }

    /// Draws of yes and no, the same in every run (an xorshift generator).
    struct Draws(u64);

    impl Draws {
        fn says(&mut self, share: f64) -> bool {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            ((self.0 >> 11) as f64) < share * (1_u64 << 53) as f64
        }
    }

    /// How often somebody who looks after every twenty surveys would call it decided, among so many experiments.
    fn decided(experiments: u32, shares: [f64; 2]) -> u32 {
        let mut draws = Draws(20_261_129);
        let one = |draws: &mut Draws| {
            let mut ways = [Answered::default(); 2];
            (0..200).any(|_| {
                for (way, share) in ways.iter_mut().zip(shares) {
                    for _ in 0..10 {
                        way.of += 1;
                        way.answered += u64::from(draws.says(share));
                    }
                }
                race(&ways).is_some_and(|race| race.decided)
            })
        };
        (0..experiments).filter(|_| one(&mut draws)).count() as u32
    }

    #[test]
    fn whoever_looks_all_the_time_is_not_fooled() {
        for share in [0.05, 0.25, 0.6] {
            let fooled = decided(400, [share, share]);
            assert!(fooled <= 400 * 5 / 100, "{fooled} of 400 at {share}");
        }
        // And sees what is there.
        assert!(decided(100, [0.20, 0.30]) > 90);
    }

    #[test]
    fn nothing_is_known_of_nobody() {
        assert_eq!(always_valid(answered(0, 0), answered(0, 0)), 1.0);
        assert!(always_valid(answered(5, 5), answered(5, 0)) > 0.05, "five are few");
        assert_eq!(race(&[]), None);
        assert_eq!(race(&[answered(10, 3)]), None);
    }

    #[test]
    fn the_first_is_better_only_if_it_is_better_than_each() {
        let clear = race(&[answered(1_000, 200), answered(1_000, 300)]).unwrap();
        assert_eq!((clear.first, clear.decided, clear.behind[1]), (1, true, None));
        let third = race(&[answered(1_000, 200), answered(1_000, 300), answered(1_000, 285)]).unwrap();
        assert_eq!((third.first, third.decided), (1, false));
        assert!(third.behind[0].unwrap() < 0.05 && third.behind[2].unwrap() > 0.05);
        // Level: the one that is named first, and nobody believes it.
        let level = race(&[answered(50, 10), answered(50, 10)]).unwrap();
        assert_eq!((level.first, level.decided, level.behind), (0, false, vec![None, Some(1.0)]));
    }

    #[test]
    fn it_does_not_matter_who_is_named_first() {
        for (a, b) in [(answered(100, 20), answered(120, 50)), (answered(7, 0), answered(3, 3))] {
            assert_eq!(always_valid(a, b), always_valid(b, a));
        }
    }
}
