//! The answer itself: a score, its group, and how sure we are that a person gave it.

use serde::{Deserialize, Serialize};

/// How likely someone is to recommend us: a whole number from 0 to 10.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Score(u8);

/// A number that is no score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a score is a whole number from 0 to 10")]
pub struct NotAScore;

impl Score {
    /// Every score there is, lowest first.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..=10).map(Self)
    }

    /// The number itself.
    #[must_use]
    pub const fn value(self) -> u8 {
        self.0
    }

    /// Detractor up to 6, passive 7 and 8, promoter from 9.
    #[must_use]
    pub const fn group(self) -> Group {
        match self.0 {
            0..=6 => Group::Detractor,
            7 | 8 => Group::Passive,
            _ => Group::Promoter,
        }
    }
}

impl TryFrom<u8> for Score {
    type Error = NotAScore;

    fn try_from(value: u8) -> Result<Self, NotAScore> {
        if value <= 10 { Ok(Self(value)) } else { Err(NotAScore) }
    }
}

impl From<Score> for u8 {
    fn from(score: Score) -> Self {
        score.0
    }
}

impl std::str::FromStr for Score {
    type Err = NotAScore;

    /// Reads `0` to `10` and nothing else: no sign, no blank, no leading zero, no fraction.
    fn from_str(text: &str) -> Result<Self, NotAScore> {
        Self::all().find(|score| score.to_string() == text).ok_or(NotAScore)
    }
}

impl std::fmt::Display for Score {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// What a score says of the person who gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// 0 to 6.
    Detractor,
    /// 7 and 8.
    Passive,
    /// 9 and 10.
    Promoter,
}

impl Group {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Detractor => "detractor",
            Self::Passive => "passive",
            Self::Promoter => "promoter",
        }
    }

    /// Every group, the lowest first.
    pub const ALL: [Self; 3] = [Self::Detractor, Self::Passive, Self::Promoter];

    /// A score of the group, for whoever wants to see what follows one.
    #[must_use]
    pub const fn example(self) -> Score {
        match self {
            Self::Detractor => Score(3),
            Self::Passive => Score(8),
            Self::Promoter => Score(10),
        }
    }
}

impl std::str::FromStr for Group {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|group| group.as_str() == text).ok_or(())
    }
}

/// How sure we are that a person gave the score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// A person pressed the button.
    Confirmed,
    /// The page saved it by itself while a person used it.
    SelfSaved,
    /// Probably a machine; counts in no score.
    Suspect,
}

impl Standing {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::SelfSaved => "self_saved",
            Self::Suspect => "suspect",
        }
    }
}

impl std::str::FromStr for Standing {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Confirmed, Self::SelfSaved, Self::Suspect]
            .into_iter()
            .find(|standing| standing.as_str() == text)
            .ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_whole_numbers_are_scores() {
        for (text, score) in [("0", Some(0)), ("7", Some(7)), ("10", Some(10))] {
            assert_eq!(text.parse::<Score>().ok().map(Score::value), score);
        }
        for wrong in ["", "11", "-1", "+5", "07", "7.0", "7.5", " 7", "7 ", "1e1", "seven", "255", "\u{0}7"] {
            assert_eq!(wrong.parse::<Score>(), Err(NotAScore), "{wrong:?}");
        }
    }

    #[test]
    fn groups_are_those_of_the_measure() {
        let groups: Vec<_> = Score::all().map(|score| score.group().as_str().as_bytes()[0] as char).collect();
        assert_eq!(groups.into_iter().collect::<String>(), "dddddddpp".to_owned() + "pp");
        assert_eq!(Score(6).group(), Group::Detractor);
        assert_eq!(Score(8).group(), Group::Passive);
        assert_eq!(Score(9).group(), Group::Promoter);
        for group in Group::ALL {
            assert_eq!(group.example().group(), group);
            assert_eq!(group.as_str().parse(), Ok(group));
        }
    }
}
