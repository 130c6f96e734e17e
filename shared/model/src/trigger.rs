//! A trigger: one call from a CRM, "this record is now like so", after it was read and checked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::email::{ContactKey, Email};
use crate::id::CampaignId;
use crate::phone::Phone;
use crate::time::Timestamp;
use crate::who::Who;

/// Most attributes a survey keeps.
pub const MAX_ATTRIBUTES: usize = 16;

/// Most characters of an attribute's name or value.
pub const MAX_ATTRIBUTE_CHARS: usize = 100;

/// Names of dimensions that are npsloop's own, and so of no attribute.
pub const OWN_DIMENSIONS: [&str; 5] = ["owner", "agent", "hour", "weekday", "campaign"];

/// What a CRM said of a record. Every text is trimmed, one line, without control characters, and not empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Trigger {
    /// The campaign that asks.
    pub campaign: CampaignId,
    /// The record the survey is about.
    pub subject: Subject,
    /// How complete the record is, in percent (0 to 100).
    pub completion_percent: Option<u8>,
    /// A milestone that has come; wins over the percentage.
    pub milestone: Option<String>,
    /// The person to ask.
    pub contact: Addressee,
    /// The account manager.
    pub owner: Option<Owner>,
    /// The person who served the contact.
    pub agent: Option<Named>,
    /// The contact's company.
    pub account: Option<Named>,
    /// When the interaction took place.
    pub occurred_at: Option<Timestamp>,
    /// When the record was last changed: orders two triggers about the same record.
    pub record_modified_at: Option<Timestamp>,
    /// Fields to group by: at most 16 names with values of at most 100 characters; nested names joined by
    /// dots.
    pub attributes: BTreeMap<String, String>,
    /// Decide and write nothing.
    pub dry_run: bool,
}

/// The CRM record a survey is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// `project`, `case`, `order`, …
    #[serde(rename = "t")]
    pub kind: String,
    /// The record's id in the CRM.
    #[serde(rename = "i")]
    pub id: String,
    /// What people call it.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The person to ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addressee {
    /// By what they are known.
    #[serde(flatten)]
    pub who: Who,
    /// What people call them.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Their id in the CRM.
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Their phone number, as the CRM writes it.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Their language, a BCP 47 tag.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// IANA name of their zone.
    #[serde(rename = "z", default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
}

impl Addressee {
    /// Somebody of whom nothing else is known.
    #[must_use]
    pub fn of(who: impl Into<Who>) -> Self {
        Self { who: who.into(), name: None, id: None, phone: None, locale: None, time_zone: None }
    }

    /// The key under which they are kept.
    #[must_use]
    pub fn key(&self) -> ContactKey {
        self.who.key()
    }

    /// Where mails to them go.
    #[must_use]
    pub const fn email(&self) -> Option<&Email> {
        self.who.email()
    }

    /// Their phone number, if what the CRM says is one.
    #[must_use]
    pub fn number(&self) -> Option<Phone> {
        self.who.phone().cloned().or_else(|| self.phone.as_deref().and_then(Phone::parse))
    }

    /// What people call them: by their name, else by what they are known by. Nothing of a visitor.
    #[must_use]
    pub fn called(&self) -> Option<&str> {
        let known = || self.email().map(Email::expose).or(self.phone.as_deref());
        self.name.as_deref().or_else(known)
    }
}

/// The account manager of a subject; at least one field is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// Where their mail goes.
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// What people call them.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Their id in the CRM.
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

impl Owner {
    /// Who it is once more is said of them: another one takes the place of the one before with everything; of the same one,
    /// what is not said stays.
    #[must_use]
    pub fn then(&self, later: &Self) -> Self {
        let (ours, theirs) = (self, later.clone());
        if differ(ours.id.as_ref(), theirs.id.as_ref()) || differ(ours.email.as_ref(), theirs.email.as_ref()) {
            return theirs;
        }
        let or = |theirs: Option<String>, ours: &Option<String>| theirs.or_else(|| ours.clone());
        Self {
            email: theirs.email.or_else(|| ours.email.clone()),
            name: or(theirs.name, &ours.name),
            id: or(theirs.id, &ours.id),
        }
    }
}

/// Whether two people or things are different ones: what tells them apart is on both sides, and differs.
fn differ<T: PartialEq>(ours: Option<&T>, theirs: Option<&T>) -> bool {
    matches!((ours, theirs), (Some(ours), Some(theirs)) if ours != theirs)
}

/// Somebody or something with a CRM id and a name; at least one is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// The id in the CRM.
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What people call it.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Named {
    /// What it is once more is said of it, as with an [`Owner`].
    #[must_use]
    pub fn then(&self, later: &Self) -> Self {
        let (ours, theirs) = (self, later.clone());
        if differ(ours.id.as_ref(), theirs.id.as_ref()) {
            return theirs;
        }
        Self { id: theirs.id.or_else(|| ours.id.clone()), name: theirs.name.or_else(|| ours.name.clone()) }
    }
}
