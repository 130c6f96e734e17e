//! Why somebody gave a score, as they tick it on the page: the reasons a campaign offers to each group.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::experiment::is_name;
use crate::language::Language;
use crate::score::Group;

/// Most reasons of a group. All of them may be ticked, and each is one more row of tallies to write.
pub const MOST_REASONS: usize = 8;

/// Most characters of what stands beside a tick box.
pub const MOST_LABEL_CHARS: usize = 60;

/// The name of a reason in the API and in numbers: 1 to 32 small letters, digits, `-` and `_`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReasonId(String);

/// It is no name of a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a reason's id is 1 to 32 small letters, digits, - and _")]
pub struct NotAReason;

impl ReasonId {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ReasonId {
    type Err = NotAReason;

    fn from_str(text: &str) -> Result<Self, NotAReason> {
        is_name(text).then(|| Self(text.to_owned())).ok_or(NotAReason)
    }
}

impl TryFrom<String> for ReasonId {
    type Error = NotAReason;

    fn try_from(text: String) -> Result<Self, NotAReason> {
        text.parse()
    }
}

impl From<ReasonId> for String {
    fn from(id: ReasonId) -> Self {
        id.0
    }
}

impl fmt::Display for ReasonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Something that can be ticked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Its name in numbers.
    pub id: ReasonId,
    /// What stands beside the box, in the campaign's language.
    pub label: String,
    /// The same in other languages.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<Language, String>,
}

impl Reason {
    /// What stands beside the box for whoever reads `language`, and the language it is in. `usual` is the campaign's.
    #[must_use]
    pub fn label(&self, language: Language, usual: Language) -> (&str, Language) {
        self.labels.get(&language).map_or((self.label.as_str(), usual), |label| (label.as_str(), language))
    }
}

/// The reasons of a campaign, by group; a group without any is not asked for them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reasons {
    /// Of detractors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub detractor: Vec<Reason>,
    /// Of passives.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passive: Vec<Reason>,
    /// Of promoters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub promoter: Vec<Reason>,
}

/// The reasons of a campaign that has none.
pub static NO_REASONS: Reasons = Reasons { detractor: Vec::new(), passive: Vec::new(), promoter: Vec::new() };

impl Reasons {
    /// Those of a group, in their order.
    #[must_use]
    pub fn of(&self, group: Group) -> &[Reason] {
        match group {
            Group::Detractor => &self.detractor,
            Group::Passive => &self.passive,
            Group::Promoter => &self.promoter,
        }
    }

    /// Every reason, those of detractors first. One that several groups have is there as often.
    pub fn iter(&self) -> impl Iterator<Item = &Reason> {
        Group::ALL.into_iter().flat_map(|group| self.of(group))
    }

    /// Those of `ticked` that a group has, each once and in the campaign's order.
    #[must_use]
    pub fn offered(&self, group: Group, ticked: &[ReasonId]) -> Vec<ReasonId> {
        let ids = self.of(group).iter().map(|reason| &reason.id);
        ids.filter(|id| ticked.contains(id)).take(MOST_REASONS).cloned().collect()
    }

    /// Whether a group has all of them.
    #[must_use]
    pub fn has_all(&self, group: Group, ticked: &[ReasonId]) -> bool {
        ticked.iter().all(|id| self.of(group).iter().any(|reason| reason.id == *id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(id: &str) -> Reason {
        Reason { id: id.parse().unwrap(), label: id.to_uppercase(), labels: BTreeMap::new() }
    }

    fn ids(ids: &[&str]) -> Vec<ReasonId> {
        ids.iter().map(|id| id.parse().unwrap()).collect()
    }

    #[test]
    fn a_group_has_its_reasons_in_its_order_and_no_others() {
        let reasons = Reasons {
            detractor: vec![reason("slow"), reason("price"), reason("rude")],
            promoter: vec![reason("fast"), reason("price")],
            ..Reasons::default()
        };
        for (group, ticked, offered, all) in [
            (Group::Detractor, &["price", "slow"][..], &["slow", "price"][..], true),
            (Group::Detractor, &["slow", "slow"], &["slow"], true),
            (Group::Detractor, &["fast", "rude"], &["rude"], false),
            (Group::Promoter, &["price", "slow"], &["price"], false),
            (Group::Passive, &["slow"], &[], false),
            (Group::Passive, &[], &[], true),
        ] {
            assert_eq!(reasons.offered(group, &ids(ticked)), ids(offered), "{group:?} {ticked:?}");
            assert_eq!(reasons.has_all(group, &ids(ticked)), all, "{group:?} {ticked:?}");
        }
        assert_eq!(reasons.iter().count(), 5);
    }

    #[test]
    fn a_label_is_in_the_readers_language_or_in_the_campaigns() {
        let mut slow = reason("slow");
        slow.labels.insert(Language::De, "Zu langsam".to_owned());
        assert_eq!(slow.label(Language::De, Language::En), ("Zu langsam", Language::De));
        assert_eq!(slow.label(Language::Fr, Language::En), ("SLOW", Language::En));
    }

    #[test]
    fn an_id_is_plain_and_short() {
        for (text, fits) in [("slow", true), ("a-1_b", true), ("", false), ("Slow", false), ("too slow", false)] {
            assert_eq!(text.parse::<ReasonId>().is_ok(), fits, "{text}");
        }
        assert!("x".repeat(32).parse::<ReasonId>().is_ok() && "x".repeat(33).parse::<ReasonId>().is_err());
    }
}
