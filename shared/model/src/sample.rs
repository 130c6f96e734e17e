//! Samples: letters and pages as contacts would get them, for the company's own eyes. Nothing is asked by one, and nobody is
//! counted.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::CampaignId;
use crate::language::Language;
use crate::link::{Claims, Keyring};
use crate::score::Group;
use crate::time::Timestamp;

/// Letters that may be asked for in a quarter of an hour for one address.
pub const LETTERS: u32 = 20;

/// The same for all addresses together.
pub const LETTERS_OF_ALL: u32 = 100;

/// What stands before the subject of a letter that is sent as a test.
pub const MARK: &str = "[Test] ";

/// A letter that contacts get.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// The first ask.
    Invite,
    /// The reminder.
    Remind,
    /// Thanks for an answer of that group.
    Thanks(Group),
    /// The first ask by text message.
    Sms,
    /// The reminder by text message.
    SmsRemind,
}

impl Which {
    /// The name of its kind in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::Remind => "remind",
            Self::Thanks(_) => "thanks",
            Self::Sms => "sms",
            Self::SmsRemind => "sms_remind",
        }
    }

    /// The group it is for, if it is for one.
    #[must_use]
    pub const fn group(self) -> Option<Group> {
        match self {
            Self::Thanks(group) => Some(group),
            Self::Invite | Self::Remind | Self::Sms | Self::SmsRemind => None,
        }
    }

    /// Whether it goes to a telephone.
    #[must_use]
    pub const fn is_text(self) -> bool {
        matches!(self, Self::Sms | Self::SmsRemind)
    }
}

/// The names that stand in a sample where a survey has those of its people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    /// The person asked.
    pub contact: Option<String>,
    /// The record.
    pub subject: Option<String>,
    /// The account manager.
    pub owner: Option<String>,
}

impl Names {
    fn of(contact: &str, subject: &str, owner: &str) -> Self {
        Self { contact: Some(contact.to_owned()), subject: Some(subject.to_owned()), owner: Some(owner.to_owned()) }
    }

    /// Names as there are many.
    #[must_use]
    pub fn usual() -> Self {
        Self::of("Ada Example", "Website relaunch", "Sam Owner")
    }

    /// Names that take all the room a letter has for them.
    #[must_use]
    pub fn long() -> Self {
        Self::of(
            "Maximiliane Freifrau von Hohenstein-Weißenfels-Lichterfelde",
            "Migration of the customer relationship management of all subsidiaries in Central Europe",
            "Bartholomew Featherstonehaugh-Cholmondeley III",
        )
    }
}

/// A letter to be shown or tried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// Which letter.
    pub which: Which,
    /// In which language.
    pub language: Language,
    /// What is told of whom.
    pub names: Names,
}

/// A page that contacts see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The question.
    Ask,
    /// Thanks, and the question that follows.
    Thanks,
    /// Unsubscribing.
    Unsubscribe,
}

impl Shown {
    /// Every page, in the order in which a contact may meet them.
    pub const ALL: [Self; 3] = [Self::Ask, Self::Thanks, Self::Unsubscribe];

    /// The name in the API and in addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::Thanks => "thanks",
            Self::Unsubscribe => "unsubscribe",
        }
    }
}

impl FromStr for Shown {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|shown| shown.as_str() == text).ok_or(())
    }
}

/// Where the links of a sample lead: to pages that record nothing.
#[derive(Clone)]
pub struct Way {
    token: String,
}

impl Way {
    /// The way to the pages of a campaign in a language, made now. It says nothing of any survey.
    #[must_use]
    pub fn new(keys: &Keyring, campaign: &CampaignId, language: Language, now: Timestamp) -> Self {
        Self { token: keys.sign(&Claims::preview(campaign, language, now)) }
    }

    /// The path of a page.
    #[must_use]
    pub fn to(&self, shown: Shown) -> String {
        format!("/preview/{}/{}", shown.as_str(), self.token)
    }

    /// The path of the page of thanks after an answer of that group.
    #[must_use]
    pub fn to_thanks(&self, group: Group) -> String {
        format!("{}?score={}", self.to(Shown::Thanks), group.example())
    }
}
