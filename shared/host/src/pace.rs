//! Calling others no faster than they want to be called.
//!
//! SES gives an account a rate in mails per second; the sandbox gives it one. Lambda runs several environments of a
//! function at once, at most as many as the queue's concurrency, so each keeps to its share of the rate. Other
//! systems are called at a rate for each environment.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Longer than any invocation lives; keeps tiny rates from overflowing.
const LONGEST: Duration = Duration::from_secs(86_400);

/// Hands out turns, evenly spaced.
#[derive(Debug)]
pub struct Pace {
    gap: Duration,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    /// A pace of `rate` turns per second; 0, or anything that is not a rate, is unlimited.
    pub fn per_second(rate: f64) -> Self {
        let gap = if rate > 0.0 {
            Duration::try_from_secs_f64(1.0 / rate).unwrap_or(LONGEST).min(LONGEST)
        } else {
            Duration::ZERO
        };
        Self { gap, next: Mutex::new(None) }
    }

    /// The share of one of `environments` that work at the same time and keep to `rate` together.
    pub fn share(rate: f64, environments: u32) -> Self {
        Self::per_second(rate / f64::from(environments.max(1)))
    }

    /// Waits for this caller's turn.
    pub async fn turn(&self) {
        if let Ok(turn) = self.take(Duration::MAX) {
            sleep_until(turn).await;
        }
    }

    /// Waits for this caller's turn, if it comes soon enough.
    ///
    /// # Errors
    /// How long it would have taken; no turn was taken then.
    pub async fn turn_within(&self, longest: Duration) -> Result<(), Duration> {
        sleep_until(self.take(longest)?).await;
        Ok(())
    }

    fn take(&self, longest: Duration) -> Result<Instant, Duration> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let turn = next.map_or(now, |next| next.max(now));
        let wait = turn - now;
        if wait > longest {
            return Err(wait);
        }
        *next = Some(turn + self.gap);
        Ok(turn)
    }
}

#[cfg(test)]
mod tests {
    use super::Pace;
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::time::{Instant, advance};

    /// Milliseconds after which each of `count` turns came.
    async fn turns(pace: &Pace, count: usize) -> Vec<u128> {
        let start = Instant::now();
        let mut at = Vec::new();
        for _ in 0..count {
            pace.turn().await;
            at.push(start.elapsed().as_millis());
        }
        at
    }

    #[tokio::test(start_paused = true)]
    async fn turns_are_evenly_spaced() {
        assert_eq!(turns(&Pace::per_second(4.0), 4).await, [0, 250, 500, 750]);
        assert_eq!(turns(&Pace::share(1.0, 2), 3).await, [0, 2000, 4000]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_earns_no_burst() {
        let pace = Pace::per_second(1.0);
        turns(&pace, 1).await;
        advance(Duration::from_secs(60)).await;
        assert_eq!(turns(&pace, 3).await, [0, 1000, 2000]);
    }

    #[tokio::test(start_paused = true)]
    async fn who_will_not_wait_takes_no_turn() {
        let pace = Pace::per_second(1.0);
        let soon = Duration::from_millis(1500);
        assert_eq!(pace.turn_within(soon).await, Ok(()));
        pace.next.lock().unwrap().as_mut().map(|next| *next += Duration::from_secs(1)).unwrap();
        assert_eq!(pace.turn_within(soon).await, Err(Duration::from_secs(2)));
        advance(Duration::from_secs(1)).await;
        assert_eq!(turns(&pace, 1).await, [1000]);
    }

    #[tokio::test(start_paused = true)]
    async fn senders_at_the_same_time_share_the_rate() {
        let pace = Arc::new(Pace::per_second(2.0));
        let start = Instant::now();
        let senders: Vec<_> = (0..5)
            .map(|_| {
                let pace = Arc::clone(&pace);
                tokio::spawn(async move { pace.turn().await })
            })
            .collect();
        for sender in senders {
            sender.await.expect("a turn");
        }
        assert_eq!(start.elapsed().as_millis(), 2000);
    }

    #[tokio::test(start_paused = true)]
    async fn no_rate_is_no_limit() {
        for rate in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(turns(&Pace::per_second(rate), 3).await, [0, 0, 0]);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_tiny_rate_does_not_overflow() {
        assert_eq!(turns(&Pace::per_second(f64::MIN_POSITIVE), 1).await, [0]);
    }
}
