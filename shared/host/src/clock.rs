//! The only place where npsloop asks for the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use model::Timestamp;

/// Where the time comes from.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's own.
    System,
    /// The machine's own, moved by that many milliseconds: the local host's.
    Shifted(Arc<AtomicI64>),
    /// Stands still at that many milliseconds since 1970 until somebody moves it: the tests'.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The time now. An invocation asks once, at its entry.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => system(),
            Self::Shifted(by) => Timestamp::from_millis(system().as_millis() + by.load(Ordering::SeqCst)),
            Self::Manual(at) => Timestamp::from_millis(at.load(Ordering::SeqCst)),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the clock is where everybody else asks")]
fn system() -> Timestamp {
    Timestamp::from_jiff(jiff::Timestamp::now())
}
