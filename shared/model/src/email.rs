//! E-mail addresses, which nobody prints by accident.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::who::Who;

/// A bare e-mail address, lower-cased. `Display` and `Debug` mask it; [`Email::expose`] does not.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

/// Text that is no e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnEmail {
    /// Longer than SES takes.
    #[error("an e-mail address has at most 254 characters, 64 of them before the @")]
    TooLong,
    /// Not of the form `name@host.tld`.
    #[error("this is not an e-mail address such as ada@example.com")]
    Malformed,
    /// SES takes plain ASCII before the @ and punycode behind it.
    #[error("only addresses in plain ASCII can be mailed; write the domain in punycode (xn--…)")]
    NotAscii,
}

impl Email {
    /// Reads a bare address (no display name, no comment), and lower-cases it.
    ///
    /// # Errors
    /// What is wrong with the text, in a sentence fit for the person who sent it.
    pub fn parse(text: &str) -> Result<Self, NotAnEmail> {
        let text = text.trim_matches(' ');
        let (name, host) = text.rsplit_once('@').ok_or(NotAnEmail::Malformed)?;
        if !text.is_ascii() {
            return Err(NotAnEmail::NotAscii);
        }
        if text.len() > 254 || name.len() > 64 {
            return Err(NotAnEmail::TooLong);
        }
        let atom = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b);
        let name_fits = !name.is_empty()
            && name.bytes().all(atom)
            && !name.starts_with('.')
            && !name.ends_with('.')
            && !name.contains("..");
        let label_fits = |label: &str| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        let host_fits = host.contains('.')
            && host.split('.').all(label_fits)
            && host.rsplit('.').next().is_some_and(|tld| !tld.bytes().all(|b| b.is_ascii_digit()));
        if name_fits && host_fits { Ok(Self(text.to_ascii_lowercase())) } else { Err(NotAnEmail::Malformed) }
    }

    /// The address in full: for mails, for the CRM, for people who may see it. Never for a log.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The key under which this contact is kept.
    #[must_use]
    pub fn key(&self) -> ContactKey {
        Who::Email(self.clone()).key()
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***@***")
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for Email {
    type Error = NotAnEmail;

    fn try_from(text: String) -> Result<Self, NotAnEmail> {
        Self::parse(&text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

/// Stands for a contact in keys: a hash of what they are known by, so that no key and no log holds an address, and
/// an erased contact's wish not to be asked can be kept without keeping who it was.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContactKey(String);

impl ContactKey {
    /// The key that a hash makes: its first 16 bytes.
    pub(crate) fn cut(hash: &[u8]) -> Self {
        Self(URL_SAFE_NO_PAD.encode(&hash[..16]))
    }

    /// Reads a key; `None` if the text can be none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        (text.len() == 22 && text.bytes().all(plain)).then(|| Self(text.to_owned()))
    }

    /// The key as text: 22 characters, safe in URLs.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_bare_addresses_only() {
        assert_eq!(Email::parse(" Ada@Example.COM ").unwrap().expose(), "ada@example.com");
        assert!(Email::parse("o'brien+nps@mail.example.co.uk").is_ok());
        for wrong in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@localhost",
            "a b@example.com",
            "ada@example..com",
            "Ada <ada@example.com>",
            "ada@example.com\r\nBcc: eve@example.com",
            "ada@example.com\u{0}",
            "ada@exa_mple.com",
            ".ada@example.com",
            "ada@127.0.0.1",
            "ada@-example.com",
            "a@b,c@example.com",
        ] {
            assert!(Email::parse(wrong).is_err(), "{wrong:?}");
        }
        assert_eq!(Email::parse("äda@example.com"), Err(NotAnEmail::NotAscii));
        assert_eq!(Email::parse(&format!("{}@example.com", "a".repeat(65))), Err(NotAnEmail::TooLong));
    }

    #[test]
    fn never_shows_itself() {
        let email = Email::parse("ada@example.com").unwrap();
        assert_eq!(format!("{email} {email:?}"), "***@*** ***@***");
        assert_eq!(email.key(), Email::parse("ADA@example.com").unwrap().key());
        assert_eq!(ContactKey::parse(email.key().as_str()), Some(email.key()));
        assert_eq!(ContactKey::parse("ada@example.com"), None);
    }
}
