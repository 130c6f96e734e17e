//! One clock for everything on this machine: real time and an offset that only grows.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Real time plus an offset, in milliseconds; every clone is the same clock.
#[derive(Clone, Debug)]
pub struct LocalClock {
    real: fn() -> i64,
    offset: Arc<AtomicI64>,
}

impl LocalClock {
    /// The machine's clock, moved by `offset` milliseconds.
    pub fn system(offset: i64) -> Self {
        Self::new(|| host::Clock::System.now().as_millis(), offset)
    }

    /// A clock that is `offset` milliseconds ahead of what `real` says.
    pub fn new(real: fn() -> i64, offset: i64) -> Self {
        Self { real, offset: Arc::new(AtomicI64::new(offset)) }
    }

    /// The time here, in milliseconds since the epoch.
    pub fn now(&self) -> i64 {
        (self.real)().saturating_add(self.offset())
    }

    /// How far ahead of real time this clock is, in milliseconds.
    pub fn offset(&self) -> i64 {
        self.offset.load(Ordering::SeqCst)
    }

    /// This clock, as functions ask for the time.
    pub fn for_functions(&self) -> host::Clock {
        host::Clock::Shifted(self.offset.clone())
    }

    /// Sets how far ahead of real time this clock is, in milliseconds; for a start, before anybody has asked it.
    pub fn set_offset(&self, offset: i64) {
        self.offset.store(offset, Ordering::SeqCst);
    }

    /// Moves the clock to an instant, unless that has passed.
    pub fn move_to(&self, instant: i64) {
        let missing = instant.saturating_sub(self.now());
        if missing > 0 {
            self.offset.fetch_add(missing, Ordering::SeqCst);
        }
    }
}
