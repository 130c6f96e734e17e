//! Names of things: a survey, a campaign, a claim.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::door::DoorId;
use crate::time::Timestamp;
use crate::who::{Visit, Who};

/// The name of a survey: 128 bits drawn from what makes it one of a kind, so that the same ask always
/// gets the same name. Written as 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SurveyId([u8; 16]);

/// What tells one response of another service from all others.
#[derive(Clone, Copy, Debug)]
pub enum Row<'a> {
    /// The name it has there.
    Named(&'a str),
    /// Where it has none: who gave it, and when.
    Given(&'a Who, Timestamp),
}

/// Text that is no name of the wanted kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotAnId(&'static str);

impl NotAnId {
    /// What was expected.
    pub(crate) const fn new(expected: &'static str) -> Self {
        Self(expected)
    }
}

impl SurveyId {
    /// The survey of that campaign, subject, milestone and contact.
    ///
    /// SHA-256 over the five texts, each behind its length, so that no two different tuples meet.
    #[must_use]
    pub fn of(campaign: &CampaignId, subject_type: &str, subject_id: &str, milestone: &str, contact: &Who) -> Self {
        Self::drawn_from(&[campaign.as_str(), subject_type, subject_id, milestone, &contact.name()])
    }

    /// The survey that a response given elsewhere becomes: named after the row of the service it came from, or after
    /// who answered when. Six texts, so that it never meets one that was asked here.
    #[must_use]
    pub fn imported(campaign: &CampaignId, source: &str, row: Row<'_>) -> Self {
        match row {
            Row::Named(id) => Self::drawn_from(&["import", campaign.as_str(), source, "row", id, ""]),
            Row::Given(contact, at) => {
                let at = at.as_millis().to_string();
                Self::drawn_from(&["import", campaign.as_str(), source, "time", &contact.name(), &at])
            }
        }
    }

    /// The survey of one visit through a door. Four texts, so that it never meets one of the others.
    #[must_use]
    pub fn visit(campaign: &CampaignId, door: &DoorId, visit: Visit) -> Self {
        Self::drawn_from(&["door", campaign.as_str(), door.as_str(), &visit.to_string()])
    }

    fn drawn_from(parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        let mut id = [0; 16];
        id.copy_from_slice(&hash.finalize()[..16]);
        Self(id)
    }

    /// The sixteen bytes, as they stand in a link.
    #[must_use]
    pub const fn bytes(self) -> [u8; 16] {
        self.0
    }

    /// The survey a link names.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// A number below `shards` that is the same for this survey for ever.
    #[must_use]
    pub const fn shard(self, shards: u8) -> u8 {
        self.0[15] % shards
    }
}

impl fmt::Display for SurveyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for SurveyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for SurveyId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        const WRONG: NotAnId = NotAnId("a survey id is 32 hexadecimal digits");
        if text.len() != 32 || !text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
            return Err(WRONG);
        }
        u128::from_str_radix(text, 16).map(|n| Self(n.to_be_bytes())).map_err(|_| WRONG)
    }
}

impl TryFrom<String> for SurveyId {
    type Error = NotAnId;

    fn try_from(text: String) -> Result<Self, NotAnId> {
        text.parse()
    }
}

impl From<SurveyId> for String {
    fn from(id: SurveyId) -> Self {
        id.to_string()
    }
}

/// The name of a campaign: 1 to 64 letters, digits, `-` and `_`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CampaignId(String);

impl CampaignId {
    /// The campaign that is there from the first moment.
    #[must_use]
    pub fn default_campaign() -> Self {
        Self("default".to_owned())
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Four bytes that stand for the campaign in a link and in its key.
    #[must_use]
    pub fn hash(&self) -> [u8; 4] {
        let digest = Sha256::digest(self.0.as_bytes());
        [digest[0], digest[1], digest[2], digest[3]]
    }
}

impl fmt::Display for CampaignId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for CampaignId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let fits =
            (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if fits { Ok(Self(text.to_owned())) } else { Err(NotAnId("a campaign id is 1 to 64 letters, digits, - and _")) }
    }
}

impl TryFrom<String> for CampaignId {
    type Error = NotAnId;

    fn try_from(text: String) -> Result<Self, NotAnId> {
        text.parse()
    }
}

impl From<CampaignId> for String {
    fn from(id: CampaignId) -> Self {
        id.0
    }
}

/// One attempt to send one mail: random, so that whoever holds it knows the attempt was theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClaimId(String);

impl ClaimId {
    /// A claim from 64 random bits.
    #[must_use]
    pub fn new(random: u64) -> Self {
        Self(format!("{random:016x}"))
    }

    /// The claim a mail's tag names.
    #[must_use]
    pub fn from_tag(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The name as text; fit for a message tag.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(subject_type: &str, subject_id: &str) -> SurveyId {
        let contact = Who::from(crate::Email::parse("ada@example.com").unwrap());
        SurveyId::of(&CampaignId::default_campaign(), subject_type, subject_id, "completion", &contact)
    }

    #[test]
    fn lengths_keep_neighbours_apart() {
        assert_ne!(id("ab", "c"), id("a", "bc"));
        assert_eq!(id("ab", "c"), id("ab", "c"));
    }

    #[test]
    fn survives_text_and_bytes() {
        let id = id("project", "a0X1");
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(SurveyId::from_bytes(id.bytes()), id);
        for wrong in [
            "",
            "0",
            "G0000000000000000000000000000000",
            "0000000000000000000000000000000A",
            "+0000000000000000000000000000000",
        ] {
            assert!(wrong.parse::<SurveyId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_campaign_has_a_plain_name() {
        for wrong in ["", "a b", "a/b", "a#b", "ü", &"x".repeat(65)] {
            assert!(wrong.parse::<CampaignId>().is_err(), "{wrong}");
        }
        assert!("spring_2027-EU".parse::<CampaignId>().is_ok());
    }
}
