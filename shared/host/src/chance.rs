//! The only place where npsloop draws random numbers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Where random numbers come from.
#[derive(Clone, Debug)]
pub enum Chance {
    /// The operating system: unpredictable.
    System,
    /// A seed: the same numbers every time, for tests.
    Seeded(Arc<AtomicU64>),
}

impl Chance {
    /// Sixty-four random bits.
    ///
    /// # Panics
    /// When the operating system has no random numbers, and nothing could be signed or claimed safely.
    #[must_use]
    pub fn bits(&self) -> u64 {
        match self {
            Self::System => {
                let mut bytes = [0; 8];
                #[expect(
                    clippy::expect_used,
                    clippy::disallowed_methods,
                    reason = "chance is drawn here; without it nothing may go on"
                )]
                getrandom::fill(&mut bytes).expect("the operating system has random numbers");
                u64::from_le_bytes(bytes)
            }
            Self::Seeded(state) => {
                // SplitMix64 (Steele, Lea and Flood, 2014).
                const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
                let mut bits = state.fetch_add(STEP, Ordering::SeqCst).wrapping_add(STEP);
                bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
                bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
                bits ^ (bits >> 31)
            }
        }
    }

    /// Thirty-two random bytes: a key.
    #[must_use]
    pub fn secret(&self) -> [u8; 32] {
        let mut secret = [0; 32];
        for part in secret.chunks_exact_mut(8) {
            part.copy_from_slice(&self.bits().to_le_bytes());
        }
        secret
    }

    /// A number below `end`, which must not be 0.
    #[must_use]
    pub fn below(&self, end: u64) -> u64 {
        self.bits() % end.max(1)
    }
}
