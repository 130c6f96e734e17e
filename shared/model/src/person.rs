//! The company's own people: who they are, what they may do, and what they may see.
//!
//! Nobody has a password. A *pass* in a letter signs its reader in once; a *session* in a cookie says who is signed in.
//! Both are [`Ticket`]s: they say whose they are and prove it by a secret, of which only a hash is kept.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::email::{ContactKey, Email};
use crate::survey::Survey;
use crate::task::Task;
use crate::time::{DAY, Timestamp};

/// How long the link of a sign-in letter works, from its sending on.
pub const PASS: Duration = Duration::from_secs(15 * 60);

/// How long the link of an invitation works, from its sending on: nobody waits for it.
pub const INVITATION: Duration = Duration::from_secs(3 * 86_400);

/// How long somebody stays signed in. It is fixed, so that looking writes nothing.
pub const SESSION: Duration = Duration::from_secs(14 * 86_400);

/// What somebody may do and see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything.
    Admin,
    /// See everything.
    Analyst,
    /// See what is about surveys of their own, and do their own tasks.
    Owner,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 3] = [Self::Admin, Self::Analyst, Self::Owner];

    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Analyst => "analyst",
            Self::Owner => "owner",
        }
    }
}

impl FromStr for Role {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(())
    }
}

/// One of the company's people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The address, where sign-in letters go.
    pub email: Email,
    /// What people call them.
    pub name: String,
    /// What they may do and see.
    pub role: Role,
    /// When they were made known.
    pub created_at: Timestamp,
    /// When they last signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_in_at: Option<Timestamp>,
}

impl Person {
    /// What they may see.
    #[must_use]
    pub fn sees(&self) -> Sees {
        match self.role {
            Role::Admin | Role::Analyst => Sees::All,
            Role::Owner => Sees::Owned(self.email.clone()),
        }
    }
}

/// What somebody may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sees {
    /// Everything.
    All,
    /// What belongs to the owner with this address.
    Owned(Email),
}

impl Sees {
    /// Whether they may see a survey: it is their own today, whoever had it before.
    #[must_use]
    pub fn survey(&self, survey: &Survey) -> bool {
        self.is_of(survey.owner.as_ref().and_then(|owner| owner.email.as_ref()))
    }

    /// Whether they may see a task, and act on it: a task may have another owner than its survey.
    #[must_use]
    pub fn task(&self, task: &Task) -> bool {
        self.is_of(task.owner.as_ref().and_then(|owner| owner.email.as_ref()))
    }

    fn is_of(&self, owner: Option<&Email>) -> bool {
        match self {
            Self::All => true,
            Self::Owned(own) => owner == Some(own),
        }
    }
}

/// A pass or a session as it is known here: whose it is, and a hash of the whole. The text itself, 65 characters that
/// fit a link and a cookie, is shown once.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Ticket {
    person: ContactKey,
    hash: String,
}

/// Characters of the secret: 256 random bits in base64.
const SECRET: usize = 43;

impl Ticket {
    /// A new one from random bytes, and its text.
    #[must_use]
    pub fn new(person: &ContactKey, secret: [u8; 32]) -> (Self, String) {
        let text = format!("{}{}", person.as_str(), URL_SAFE_NO_PAD.encode(secret));
        (Self { person: person.clone(), hash: hash(&text) }, text)
    }

    /// Reads a text; `None` if it can be none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (person, secret) = text.split_at_checked(text.len().checked_sub(SECRET)?)?;
        let plain = secret.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        plain.then_some(Self { person: ContactKey::parse(person)?, hash: hash(text) })
    }

    /// Whose it is.
    #[must_use]
    pub const fn person(&self) -> &ContactKey {
        &self.person
    }

    /// What is kept of it: SHA-256 in hexadecimal. Whoever reads it cannot make the text, and whoever looks a ticket up
    /// by it compares nothing of a secret.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ticket(***)")
    }
}

fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// How often one address may ask for a letter within a [`WINDOW`].
pub const LETTERS: u32 = 5;

/// How often all together may, in each of the [`PARTS`] that are counted apart so that no count is hot.
pub const LETTERS_OF_A_PART: u32 = 60;

/// How often may be asked from one place within an hour, so that nobody alone uses up what all have.
pub const LETTERS_FROM_A_PLACE: u32 = 30;

/// The place somebody calls from. Whoever has an IPv6 address has at least 2^64 of them, which are one place.
#[must_use]
pub fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}")
        }
    }
}

/// Stands for the place somebody calls from, for an hour: a hash, so that nothing kept holds an address.
#[must_use]
pub fn place(address: IpAddr, now: Timestamp) -> String {
    hash(&format!("{} {}", now.as_seconds().div_euclid(3_600), network(address)))
}

/// Parts in which the letters of all are counted.
pub const PARTS: u8 = 8;

/// The time letters are counted over, in seconds.
pub const WINDOW: i64 = 15 * 60;

/// The number of the window a moment lies in, and when its count may be forgotten.
#[must_use]
pub fn window(now: Timestamp) -> (i64, Timestamp) {
    (now.as_seconds().div_euclid(WINDOW), now.after(DAY))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn email(text: &str) -> Email {
        Email::parse(text).unwrap()
    }

    fn person(role: Role) -> Person {
        let created_at = Timestamp::from_millis(1_800_000_000_000);
        Person { email: email("sam@company.example"), name: "Sam".to_owned(), role, created_at, signed_in_at: None }
    }

    fn survey(owner: serde_json::Value) -> Survey {
        serde_json::from_value(json!({
            "id": "0123456789abcdef0123456789abcdef", "ver": 7, "cp": "default", "zn": "UTC", "ms": "completion",
            "sj": {"t": "project", "i": "a0X1"}, "ct": {"e": "ada@example.com"}, "lg": "en", "cr": 0,
            "sa": 1_800_000_000_000_i64, "cd": {"t": 259_200, "r": 604_800, "c": 1_209_600}, "st": "scheduled",
            "nx": {"s": "invite", "a": 1_800_000_000_000_i64}, "iv": {}, "re": {}, "rt": 400, "ow": owner
        }))
        .unwrap()
    }

    #[test]
    fn an_owner_sees_what_is_their_own() {
        for (owner, seen) in [
            (json!({"e": "sam@company.example", "n": "Sam"}), true),
            (json!({"e": "mina@company.example"}), false),
            // The name is nobody's proof.
            (json!({"n": "sam@company.example", "i": "sam@company.example"}), false),
            (json!(null), false),
        ] {
            let survey = survey(owner.clone());
            assert_eq!(person(Role::Owner).sees().survey(&survey), seen, "{owner}");
            assert!(person(Role::Analyst).sees().survey(&survey) && person(Role::Admin).sees().survey(&survey));
        }
    }

    #[test]
    fn a_ticket_is_read_as_it_was_written_and_shown_to_nobody() {
        let key = email("sam@company.example").key();
        let (ticket, text) = Ticket::new(&key, [7; 32]);
        assert_eq!(text.len(), 65);
        assert_eq!(Ticket::parse(&text), Some(ticket.clone()));
        assert_eq!((ticket.person(), ticket.hash().len()), (&key, 64));
        assert!(!ticket.hash().contains(&text[22..]) && !format!("{ticket:?}").contains(&text[22..]));
        // Whoever writes another name before the secret holds nothing.
        let (other, stolen) = (email("mina@company.example").key(), &text[22..]);
        let forged = Ticket::parse(&format!("{}{stolen}", other.as_str())).unwrap();
        assert_ne!(forged.hash(), ticket.hash());
        for wrong in ["", "a", &text[1..], &format!("{text}a"), &text.replace('B', "/"), &"\u{e4}".repeat(40)] {
            assert_eq!(Ticket::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_place_is_a_network_for_an_hour_and_tells_no_address() {
        let at = |address: &str, now: &str| place(address.parse().unwrap(), now.parse().unwrap());
        let (ten, later) = ("2027-03-15T10:00:00Z", "2027-03-15T10:59:59Z");
        let one = at("192.0.2.1", ten);
        assert_eq!(one, at("192.0.2.1", later));
        assert_eq!(one, at("::ffff:192.0.2.1", ten), "the same address, written for IPv6");
        assert_ne!(one, at("192.0.2.2", ten));
        assert_ne!(one, at("192.0.2.1", "2027-03-15T11:00:00Z"));
        assert_eq!(at("2001:db8:1:2::1", ten), at("2001:db8:1:2:ffff::9", ten));
        assert_ne!(at("2001:db8:1:2::1", ten), at("2001:db8:1:3::1", ten));
        assert!(one.len() == 64 && !one.contains("192"));
    }

    #[test]
    fn letters_are_counted_by_the_quarter_of_an_hour() {
        let at = |text: &str| window(text.parse().unwrap()).0;
        assert_eq!(at("2027-03-15T10:00:00Z"), at("2027-03-15T10:14:59.999Z"));
        assert_eq!(at("2027-03-15T10:15:00Z"), at("2027-03-15T10:00:00Z") + 1);
    }
}
