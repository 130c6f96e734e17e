//! Score cards: the last score of a contact, laid out so that one read finds it while the phone rings.
//!
//! A card says what its contact remembers and nothing else: it is written together with that memory
//! ([`Contact::scored`]), under each name somebody may ask by.

use serde::{Deserialize, Serialize};

use crate::contact::{Contact, LastScore};
use crate::email::{ContactKey, Email};
use crate::id::{CampaignId, SurveyId};
use crate::phone::Phone;
use crate::score::Score;
use crate::time::Timestamp;
use crate::who::Who;

/// What a card can be asked for by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Name {
    /// The contact's address, as its key.
    Contact(ContactKey),
    /// The id the CRM has for them.
    CrmId(String),
    /// Their phone number.
    Phone(Phone),
}

impl Name {
    /// Whom somebody may mean by a text, the likeliest first. An address is only an address; digits may be an id of
    /// the CRM as well as a number, and then the id comes first.
    #[must_use]
    pub fn candidates(text: &str) -> Vec<Self> {
        let text = text.trim();
        if let Ok(email) = Email::parse(text) {
            return vec![Self::Contact(email.key())];
        }
        let id = (!text.is_empty()).then(|| Self::CrmId(text.to_owned()));
        let phone = Phone::parse(text);
        // Whoever is known by their number alone may not have answered yet.
        let known = phone.clone().map(|phone| Self::Contact(Who::Phone(phone).key()));
        id.into_iter().chain(phone.map(Self::Phone)).chain(known).collect()
    }

    /// Whether several contacts may go by this name: a number of an office, an id whose address changed.
    #[must_use]
    pub const fn is_shared(&self) -> bool {
        !matches!(self, Self::Contact(_))
    }
}

/// The last score of a contact, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Whose it is.
    pub contact: ContactKey,
    /// Their address, if they have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// What people call them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Their id in the CRM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crm_id: Option<String>,
    /// Their phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    /// The score.
    pub score: Score,
    /// When it was first given.
    pub answered_at: Timestamp,
    /// The survey it answers.
    pub survey: SurveyId,
    /// The survey's campaign.
    pub campaign: CampaignId,
    /// The score before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<Earlier>,
    /// Until when it may be kept.
    pub kept_until: Timestamp,
}

/// An earlier score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earlier {
    /// The score.
    pub score: Score,
    /// When it was first given.
    pub answered_at: Timestamp,
}

/// How the last score compares with the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trend {
    /// Higher.
    Up,
    /// Equal.
    Same,
    /// Lower.
    Down,
}

impl Trend {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Same => "same",
            Self::Down => "down",
        }
    }
}

impl Card {
    /// The names it lies under.
    #[must_use]
    pub fn names(&self) -> Vec<Name> {
        let id = self.crm_id.clone().map(Name::CrmId);
        let phone = self.phone.clone().map(Name::Phone);
        [Some(Name::Contact(self.contact.clone())), id, phone].into_iter().flatten().collect()
    }

    /// How the score moved, if there is one before.
    #[must_use]
    pub fn trend(&self) -> Option<Trend> {
        self.previous.map(|previous| match self.score.cmp(&previous.score) {
            std::cmp::Ordering::Greater => Trend::Up,
            std::cmp::Ordering::Equal => Trend::Same,
            std::cmp::Ordering::Less => Trend::Down,
        })
    }
}

impl Contact {
    /// The card of what this contact remembers; none without a score, and none of an erased contact.
    #[must_use]
    pub fn card(&self) -> Option<Card> {
        let last = self.last.as_ref().filter(|_| self.is_known())?;
        Some(Card {
            contact: self.key.clone(),
            email: self.email.clone(),
            name: last.name.clone(),
            crm_id: last.crm_id.clone(),
            phone: last.phone.clone(),
            score: last.score,
            answered_at: last.answered_at,
            survey: last.survey,
            campaign: last.campaign.clone(),
            previous: self
                .previous
                .as_ref()
                .map(|previous| Earlier { score: previous.score, answered_at: previous.answered_at }),
            kept_until: last.kept_until(),
        })
    }
}

impl LastScore {
    /// Until when this response may be shown: as long as its survey is kept.
    fn kept_until(&self) -> Timestamp {
        // One remembered before that was noted down is not kept longer than anybody was usually kept then.
        self.kept_until.unwrap_or_else(|| self.answered_at.after(crate::time::DAY * 400))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact() -> Contact {
        let last = |survey: u8, score: u8, at: i64| LastScore {
            score: Score::try_from(score).unwrap(),
            answered_at: Timestamp::from_millis(at),
            survey: SurveyId::from_bytes([survey; 16]),
            ver: 1,
            campaign: CampaignId::default_campaign(),
            name: Some("Ada Example".to_owned()),
            crm_id: Some("0035g00000C2".to_owned()),
            phone: Phone::parse("+49 30 1234"),
            kept_until: Some(Timestamp::from_millis(at + 1_000)),
        };
        let email = Email::parse("ada@example.com").unwrap();
        Contact { last: Some(last(2, 9, 200)), previous: Some(last(1, 3, 100)), ..Contact::new(&email.into()) }
    }

    #[test]
    fn a_card_says_what_its_contact_remembers() {
        let contact = contact();
        let card = contact.card().unwrap();
        assert_eq!((card.score.value(), card.previous.unwrap().score.value()), (9, 3));
        assert_eq!(card.kept_until, Timestamp::from_millis(1_200));
        let key = Email::parse("ada@example.com").unwrap().key();
        let names = [
            Name::Contact(key),
            Name::CrmId("0035g00000C2".to_owned()),
            Name::Phone(Phone::parse("4930 1234").unwrap()),
        ];
        assert_eq!(card.names(), names);
        assert_eq!(Contact { last: None, ..contact.clone() }.card(), None);
        assert_eq!(Contact { email: None, ..contact }.card(), None, "nobody is shown who was erased");
    }

    #[test]
    fn the_trend_compares_with_the_score_before() {
        let with = |last: u8, previous: Option<u8>| {
            let score = |value: u8| Score::try_from(value).unwrap();
            let answered_at = Timestamp::from_millis(1);
            let previous = previous.map(|value| Earlier { score: score(value), answered_at });
            Card { score: score(last), previous, ..contact().card().unwrap() }.trend().map(Trend::as_str)
        };
        assert_eq!(with(9, None), None);
        assert_eq!(with(9, Some(3)), Some("up"));
        assert_eq!(with(3, Some(3)), Some("same"));
        assert_eq!(with(0, Some(1)), Some("down"));
    }

    #[test]
    fn an_address_is_only_an_address_and_digits_are_an_id_first() {
        let phone = |digits: &str| Name::Phone(Phone::parse(digits).unwrap());
        let id = |text: &str| Name::CrmId(text.to_owned());
        let ada = Name::Contact(Email::parse("ada@example.com").unwrap().key());
        let by_number = |digits: &str| Name::Contact(Who::Phone(Phone::parse(digits).unwrap()).key());
        for (text, names) in [
            ("Ada@Example.com", vec![ada]),
            ("0035g00000C2", vec![id("0035g00000C2")]),
            ("51301", vec![id("51301"), phone("51301"), by_number("51301")]),
            ("+49 30 1234", vec![id("+49 30 1234"), phone("49301234"), by_number("49301234")]),
            (" 0049301234", vec![id("0049301234"), phone("49301234"), by_number("49301234")]),
            ("ada@", vec![id("ada@")]),
            (" ", vec![]),
        ] {
            assert_eq!(Name::candidates(text), names, "{text:?}");
        }
    }
}
