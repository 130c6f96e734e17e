//! Records and people as the API shows them: every field is there, `null` where empty, but for the number of a contact.

use serde::Serialize;

use crate::email::Email;
use crate::phone::Phone;
use crate::trigger;

/// The record a survey is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Subject {
    /// `project`, `case`, `order`, …
    pub r#type: String,
    /// The record's id in the CRM.
    pub id: String,
    /// What people call it.
    pub name: Option<String>,
}

impl From<&trigger::Subject> for Subject {
    fn from(subject: &trigger::Subject) -> Self {
        Self { r#type: subject.kind.clone(), id: subject.id.clone(), name: subject.name.clone() }
    }
}

/// The person asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Contact {
    /// Where their mail goes.
    pub email: Option<String>,
    /// Their number, `+4915112345678`: there only where they are known by it, and so have no address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// What people call them.
    pub name: Option<String>,
    /// Their id in the CRM.
    pub id: Option<String>,
}

impl From<&trigger::Addressee> for Contact {
    fn from(contact: &trigger::Addressee) -> Self {
        Self {
            email: exposed(contact.email()),
            phone: contact.who.phone().map(Phone::e164),
            name: contact.name.clone(),
            id: contact.id.clone(),
        }
    }
}

/// The account manager.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Person {
    /// Where their mail goes.
    pub email: Option<String>,
    /// What people call them.
    pub name: Option<String>,
    /// Their id in the CRM.
    pub id: Option<String>,
}

impl From<&trigger::Owner> for Person {
    fn from(owner: &trigger::Owner) -> Self {
        Self { email: exposed(owner.email.as_ref()), name: owner.name.clone(), id: owner.id.clone() }
    }
}

/// Somebody or something with an id in the CRM and a name: who served the contact, the contact's company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Named {
    /// The id in the CRM.
    pub id: Option<String>,
    /// What people call it.
    pub name: Option<String>,
}

impl From<&trigger::Named> for Named {
    fn from(named: &trigger::Named) -> Self {
        Self { id: named.id.clone(), name: named.name.clone() }
    }
}

/// An address for people who may see it.
#[must_use]
pub fn exposed(email: Option<&Email>) -> Option<String> {
    email.map(|email| email.expose().to_owned())
}
