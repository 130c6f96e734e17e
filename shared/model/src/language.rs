//! The languages letters and pages are written in.

use serde::{Deserialize, Serialize};

/// A language npsloop has texts for. Its number stands in links: numbers are never reused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    En,
}

impl Language {
    /// The best language for a BCP 47 tag such as `de-AT`, if npsloop speaks it.
    #[must_use]
    pub fn matching(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        primary.eq_ignore_ascii_case("en").then_some(Self::En)
    }

    /// The BCP 47 tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
        }
    }

    /// The byte that stands for it in a link.
    #[must_use]
    pub const fn byte(self) -> u8 {
        match self {
            Self::En => 0,
        }
    }

    /// The language of a link; English for a number from the future.
    #[must_use]
    pub const fn from_byte(_byte: u8) -> Self {
        Self::En
    }
}
