//! What comments are about, and how they sound: the words of a campaign for it, and what is kept of it with a survey.
//!
//! How a comment is read is in the crate `text`, which knows languages; this is what everybody else must know of it.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// Most themes of a campaign.
pub const MOST_THEMES: usize = 40;

/// Most keywords of all themes of a campaign: a comment is held against all of them.
pub const MOST_KEYWORDS: usize = 500;

/// Most characters of a keyword.
pub const MOST_KEYWORD_CHARS: usize = 60;

/// Most words of a keyword.
pub const MOST_KEYWORD_WORDS: usize = 6;

/// Most themes of one comment: the first in the campaign's order. Each is one more row of tallies to write.
pub const MOST_A_COMMENT: usize = 5;

/// Most characters of a theme's id.
const MOST_ID_CHARS: usize = 40;

/// The keywords that are looked for in comments of every language.
pub const ANY_LANGUAGE: &str = "any";

/// The languages in which keywords are known by their stems, and those that are written without blanks or endings, where
/// they are known by their letters.
pub const LANGUAGES: [&str; 18] =
    ["en", "de", "fr", "es", "it", "nl", "pt", "sv", "da", "no", "fi", "pl", "tr", "ru", "ja", "zh", "ko", "th"];

/// The name of a theme in the API and in numbers: 1 to 40 small letters, digits, `-` and `_`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ThemeId(String);

/// It is no name of a theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a theme's id is 1 to 40 small letters, digits, - and _")]
pub struct NotATheme;

impl ThemeId {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ThemeId {
    type Err = NotATheme;

    fn from_str(text: &str) -> Result<Self, NotATheme> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
        let fits = (1..=MOST_ID_CHARS).contains(&text.len()) && text.bytes().all(plain);
        fits.then(|| Self(text.to_owned())).ok_or(NotATheme)
    }
}

impl TryFrom<String> for ThemeId {
    type Error = NotATheme;

    fn try_from(text: String) -> Result<Self, NotATheme> {
        text.parse()
    }
}

impl From<ThemeId> for String {
    fn from(id: ThemeId) -> Self {
        id.0
    }
}

impl fmt::Display for ThemeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Something people write about, and the words by which it is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Theme {
    /// Its name in numbers.
    pub id: ThemeId,
    /// Its name for people.
    pub name: String,
    /// Its keywords by language ([`LANGUAGES`], or [`ANY_LANGUAGE`]).
    pub keywords: BTreeMap<String, Vec<String>>,
}

/// How a comment sounds. Where its words tell nothing, there is none: that is no guess of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Sentiment {
    /// What is bad weighs twice what is good, or more.
    #[serde(rename = "n")]
    Negative,
    /// Both.
    #[serde(rename = "m")]
    Mixed,
    /// What is good weighs twice what is bad, or more.
    #[serde(rename = "p")]
    Positive,
}

impl Sentiment {
    /// All of them, from bad to good.
    pub const ALL: [Self; 3] = [Self::Negative, Self::Mixed, Self::Positive];

    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Negative => "negative",
            Self::Mixed => "mixed",
            Self::Positive => "positive",
        }
    }
}

impl FromStr for Sentiment {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|one| one.as_str() == text).ok_or(())
    }
}

/// What the method made of a comment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// Its themes, [`MOST_A_COMMENT`] at most.
    #[serde(rename = "t", default, skip_serializing_if = "Vec::is_empty")]
    pub themes: Vec<ThemeId>,
    /// How it sounds.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub sentiment: Option<Sentiment>,
}

impl Heard {
    /// Whether nothing was heard in it.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.themes.is_empty() && self.sentiment.is_none()
    }
}

/// What a person made of a comment who had read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Corrected {
    /// Its themes, where they said so.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub themes: Option<Vec<ThemeId>>,
    /// How it sounds, where they said so.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub sentiment: Option<Sentiment>,
    /// When.
    #[serde(rename = "a")]
    pub at: Timestamp,
}

/// What a person says about one part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Say<T> {
    /// Nothing: it stays as it is.
    Nothing,
    /// It is so.
    So(T),
    /// The method shall say.
    Back,
}

impl<T> Say<T> {
    /// What stands after it, where `before` stood.
    pub(crate) fn over(self, before: Option<T>) -> Option<T> {
        match self {
            Self::Nothing => before,
            Self::So(now) => Some(now),
            Self::Back => None,
        }
    }
}
