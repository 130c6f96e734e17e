//! Who is asked: by what a person is known, and reached where they can be.

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::email::{ContactKey, Email};
use crate::phone::Phone;

/// By what a person is known. Whoever has an address is known by it alone, whatever else is known of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Who {
    /// Their e-mail address.
    #[serde(rename = "e")]
    Email(Email),
    /// Their phone number with its country code, where there is no address.
    #[serde(rename = "t")]
    Phone(Phone),
    /// One visit: they came by themselves and did not say who they are.
    #[serde(rename = "v")]
    Visitor(Visit),
}

impl Who {
    /// The key under which they are kept.
    #[must_use]
    pub fn key(&self) -> ContactKey {
        ContactKey::of(&self.name())
    }

    /// What tells them from everybody else. Personal: never for a log.
    #[must_use]
    pub fn name(&self) -> Cow<'_, str> {
        match self {
            Self::Email(email) => Cow::Borrowed(email.expose()),
            // No address has a colon.
            Self::Phone(phone) => Cow::Owned(format!("tel:{}", phone.expose())),
            Self::Visitor(visit) => Cow::Owned(format!("visit:{visit}")),
        }
    }

    /// Their address.
    #[must_use]
    pub const fn email(&self) -> Option<&Email> {
        match self {
            Self::Email(email) => Some(email),
            Self::Phone(_) | Self::Visitor(_) => None,
        }
    }

    /// Their number, where they are known by it.
    #[must_use]
    pub const fn phone(&self) -> Option<&Phone> {
        match self {
            Self::Phone(phone) => Some(phone),
            Self::Email(_) | Self::Visitor(_) => None,
        }
    }
}

impl From<Email> for Who {
    fn from(email: Email) -> Self {
        Self::Email(email)
    }
}

/// One visit of somebody who did not say who they are: 128 random bits, written as 22 letters, digits, `-` and `_`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Visit([u8; 16]);

/// Text that names no visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a visit is 22 letters, digits, - and _")]
pub struct NotAVisit;

impl Visit {
    /// A visit of these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl std::str::FromStr for Visit {
    type Err = NotAVisit;

    fn from_str(text: &str) -> Result<Self, NotAVisit> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NotAVisit)?;
        bytes.try_into().map(Self).map_err(|_| NotAVisit)
    }
}

impl fmt::Display for Visit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for Visit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for Visit {
    type Error = NotAVisit;

    fn try_from(text: String) -> Result<Self, NotAVisit> {
        text.parse()
    }
}

impl From<Visit> for String {
    fn from(visit: Visit) -> Self {
        visit.to_string()
    }
}

impl ContactKey {
    /// The key of whoever goes by that name.
    fn of(name: &str) -> Self {
        Self::cut(&Sha256::digest(name.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trigger::Addressee;

    fn all() -> [Who; 3] {
        [
            Who::Email(Email::parse("Ada@example.com").unwrap()),
            Who::Phone(Phone::international("+49 30 1234567").unwrap()),
            Who::Visitor(Visit::from_bytes([7; 16])),
        ]
    }

    #[test]
    fn each_has_a_key_of_its_own_that_says_nothing() {
        let keys = all().map(|who| who.key());
        assert_eq!(keys.iter().collect::<std::collections::BTreeSet<_>>().len(), 3);
        for key in &keys {
            assert_eq!(ContactKey::parse(key.as_str()).as_ref(), Some(key));
        }
        // Contacts have been kept under the hash of their bare address from the first day on.
        assert_eq!(Email::parse("ada@example.com").unwrap().key(), keys[0]);
        let same = Who::Phone(Phone::international("0049 (0)30/123 45-67").unwrap());
        assert_eq!(same.key(), keys[1], "however the number is written");
    }

    #[test]
    fn whoever_is_asked_is_stored_by_what_they_are_known_by() {
        for who in all() {
            let asked = Addressee::of(who.clone());
            let stored = serde_json::to_value(&asked).unwrap();
            assert_eq!(stored.as_object().unwrap().len(), 1, "{stored}");
            assert_eq!(serde_json::from_value::<Addressee>(stored).unwrap(), asked);
        }
        let stored = serde_json::json!({"e": "ada@example.com", "n": "Ada"});
        let ada: Addressee = serde_json::from_value(stored).unwrap();
        assert_eq!((ada.email().is_some(), ada.name.as_deref()), (true, Some("Ada")));
    }
}
