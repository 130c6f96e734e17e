//! Other doors to the same survey: a public link with its QR code, and a widget on the company's own pages.
//!
//! Nobody is asked through a door: whoever comes in answers, and the survey is there with its answer from its first
//! moment. So it was never sent and stands in no response rate ([`crate::tally`]); all else it does as any other.

mod attribution;
mod guest;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub use self::attribution::{Attribution, LONGEST_LIFE, NotAttributed};
pub use self::guest::Guest;
use crate::id::{CampaignId, NotAnId};
use crate::language::Language;
use crate::link::DoorClaims;
use crate::time::Timestamp;
use crate::trigger::Owner;

/// The milestone of a visit, and the type of its subject, unless a door or the company's page says another.
pub const VISIT: &str = "visit";

/// Answers a door takes in an hour unless it says otherwise: more than one place can send.
pub const HOURLY: u32 = 2_000;

/// Answers a door takes in a minute from one place unless it says otherwise. A shop or an event is one place.
pub const MINUTELY: u32 = 30;

/// Most sites that may show one widget.
pub const MOST_ORIGINS: usize = 16;

/// The name of a door within its campaign: 1 to 64 letters, digits, `-` and `_`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DoorId(String);

impl DoorId {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Six bytes that stand for the door in its link and in its key.
    #[must_use]
    pub fn hash(&self) -> [u8; 6] {
        let digest = Sha256::digest(self.0.as_bytes());
        [digest[0], digest[1], digest[2], digest[3], digest[4], digest[5]]
    }
}

impl fmt::Display for DoorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for DoorId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        let fits = (1..=64).contains(&text.len()) && text.bytes().all(plain);
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAnId::new("a door id is 1 to 64 letters, digits, - and _"))
        }
    }
}

impl TryFrom<String> for DoorId {
    type Error = NotAnId;

    fn try_from(text: String) -> Result<Self, NotAnId> {
        text.parse()
    }
}

impl From<DoorId> for String {
    fn from(id: DoorId) -> Self {
        id.0
    }
}

/// What kind of door it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A link anybody may open, also by its QR code.
    Link,
    /// A frame on the company's own pages.
    Widget,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Link, Self::Widget];

    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Widget => "widget",
        }
    }
}

/// A site that may show a widget: `https://shop.example`, as browsers write an origin. Plain HTTP is for this machine.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Origin(String);

impl Origin {
    /// The origin as browsers write it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Origin {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        const WRONG: NotAnId =
            NotAnId::new("an origin is https://host or https://host:port, in small letters and without a path");
        let (secure, authority) = match text.split_once("://") {
            Some(("https", rest)) => (true, rest),
            Some(("http", rest)) => (false, rest),
            _ => return Err(WRONG),
        };
        let (host, port) = authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
        let label = |label: &str| {
            let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
            (1..=63).contains(&label.len())
                && label.bytes().all(plain)
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        let usual = if secure { "443" } else { "80" };
        let port_fits = port.is_none_or(|port| {
            port != usual
                && !port.starts_with('0')
                && port.bytes().all(|b| b.is_ascii_digit())
                && port.parse::<u16>().is_ok()
        });
        let local = matches!(host, "localhost" | "127.0.0.1");
        let fits = host.len() <= 253 && host.split('.').all(label) && port_fits && (secure || local);
        if fits { Ok(Self(text.to_owned())) } else { Err(WRONG) }
    }
}

impl TryFrom<String> for Origin {
    type Error = NotAnId;

    fn try_from(text: String) -> Result<Self, NotAnId> {
        text.parse()
    }
}

impl From<Origin> for String {
    fn from(origin: Origin) -> Self {
        origin.0
    }
}

/// What the company's server signs with whom it shows a widget to. Says nothing of what it is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// A secret from 32 random bytes: 43 characters.
    #[must_use]
    pub fn new(random: [u8; 32]) -> Self {
        Self(URL_SAFE_NO_PAD.encode(random))
    }

    /// The secret itself: for whoever has just made it, and for checking.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

/// A door of a campaign.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Door {
    /// Its name.
    pub id: DoorId,
    /// The campaign that asks behind it.
    pub campaign: CampaignId,
    /// What people of the company call it.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// The language of its pages; the reader's if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Fields to group by: every survey through this door has them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
    /// Who hears of what is said here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// The sites that may show it; for widgets alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<Origin>,
    /// The milestone of its surveys.
    pub milestone: String,
    /// Most answers in an hour.
    pub hourly_limit: u32,
    /// Most answers in a minute from one place.
    pub minute_limit: u32,
    /// What its link must say: another one makes every earlier link void.
    pub mark: u32,
    /// What its pages are signed with, the newest first; at most two. For widgets alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<Secret>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Door {
    /// What its link says.
    #[must_use]
    pub fn claims(&self) -> DoorClaims {
        DoorClaims { campaign: self.campaign.hash(), door: self.id.hash(), mark: self.mark }
    }

    /// The same with a new secret in front; the newest of the old ones is still accepted.
    #[must_use]
    pub fn with_secret(self, secret: Secret) -> Self {
        let former = self.secrets.into_iter().take(1);
        Self { secrets: std::iter::once(secret).chain(former).collect(), ..self }
    }
}

/// The door a survey came through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Through {
    /// Its name.
    #[serde(rename = "d")]
    pub door: DoorId,
    /// Its kind.
    #[serde(rename = "k")]
    pub kind: Kind,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_what_browsers_write() {
        for fine in [
            "https://shop.example",
            "https://www.shop.example:8443",
            "http://127.0.0.1:8080",
            "http://localhost",
            "https://xn--bcher-kva.example",
        ] {
            assert_eq!(fine.parse::<Origin>().map(String::from).as_deref(), Ok(fine));
        }
        for wrong in [
            "",
            "shop.example",
            "http://shop.example",
            "https://",
            "https://shop.example/",
            "https://Shop.example",
            "https://*.example",
            "https://a b",
            "https://shop.example:443",
            "https://shop.example:0",
            "https://shop.example:99999",
            "https://shop.example:",
            "https://u@shop.example",
            "https://shop.example;script-src *",
            "https://shop..example",
            "https://-a.example",
            "'self'",
            "https://shop.example https://evil.example",
            "ftp://shop.example",
        ] {
            assert!(wrong.parse::<Origin>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_door_takes_two_secrets_while_one_is_changed_and_shows_none() {
        let door = Door {
            id: "shop".parse().unwrap(),
            campaign: CampaignId::default_campaign(),
            name: "Shop".to_owned(),
            kind: Kind::Widget,
            language: None,
            attributes: BTreeMap::new(),
            owner: None,
            origins: Vec::new(),
            milestone: VISIT.to_owned(),
            hourly_limit: HOURLY,
            minute_limit: MINUTELY,
            mark: 7,
            secrets: vec![Secret::new([1; 32])],
            created_at: Timestamp::default(),
        };
        let twice = door.with_secret(Secret::new([2; 32])).with_secret(Secret::new([3; 32]));
        assert_eq!(twice.secrets, [Secret::new([3; 32]), Secret::new([2; 32])]);
        assert!(!format!("{twice:?}").contains(twice.secrets[0].expose()));
        assert_eq!(twice.secrets[0].expose().len(), 43);
    }
}
