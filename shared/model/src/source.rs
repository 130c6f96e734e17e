//! A source: a CRM that calls in its own language, how it proves who it is, and where in what it sends each
//! trigger field is.
//!
//! A source holds no secret, only the name of one. Every value has been checked; see `manage` for the reading.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::{CampaignId, NotAnId};

mod map;

pub use map::{Condition, FIELDS, NotAPath, Origin, Path, is_field};

/// The name of a source: 1 to 64 lower-case letters, digits, `-` and `_`; not `batch`, whose address is taken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SourceId(String);

impl SourceId {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for SourceId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let known = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
        if text == "batch" {
            return Err(NotAnId::new("/v1/triggers/batch takes many triggers at once; choose another id"));
        }
        if (1..=64).contains(&text.len()) && text.bytes().all(known) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAnId::new("a source id is 1 to 64 lower-case letters, digits, - and _"))
        }
    }
}

impl TryFrom<String> for SourceId {
    type Error = NotAnId;

    fn try_from(text: String) -> Result<Self, NotAnId> {
        text.parse()
    }
}

impl From<SourceId> for String {
    fn from(id: SourceId) -> Self {
        id.0
    }
}

/// A CRM that calls in its own language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Its name, the last part of the address it calls.
    pub id: SourceId,
    /// Whose language it is.
    pub kind: Kind,
    /// The campaign that asks, unless the payload names one.
    pub campaign: Option<CampaignId>,
    /// How a call proves who it is from.
    pub auth: Auth,
    /// The name of the secret that proves it.
    pub secret: String,
    /// The Salesforce organization whose messages are taken; a second proof beside the key.
    pub organization_id: Option<String>,
    /// Where each trigger field is: the first place that has something wins.
    pub map: BTreeMap<String, Vec<Origin>>,
    /// What must hold of a payload that is meant at all, every one of them.
    pub when: Vec<Condition>,
}

/// Whose language a source speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Salesforce Outbound Messages: SOAP, up to 100 records a call.
    SalesforceOutbound,
    /// The webhook action of a HubSpot workflow.
    Hubspot,
    /// A Dataverse webhook: a `RemoteExecutionContext`.
    Dataverse,
    /// A Pipedrive webhook, version 2.
    Pipedrive,
    /// Standard Webhooks.
    StandardWebhooks,
    /// Plain JSON.
    Json,
    /// A form, as browsers send it.
    Form,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::SalesforceOutbound,
        Self::Hubspot,
        Self::Dataverse,
        Self::Pipedrive,
        Self::StandardWebhooks,
        Self::Json,
        Self::Form,
    ];

    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SalesforceOutbound => "salesforce_outbound",
            Self::Hubspot => "hubspot",
            Self::Dataverse => "dataverse",
            Self::Pipedrive => "pipedrive",
            Self::StandardWebhooks => "standard_webhooks",
            Self::Json => "json",
            Self::Form => "form",
        }
    }

    /// Where such a CRM usually has each trigger field.
    #[must_use]
    pub fn usual_map(self) -> BTreeMap<String, Vec<Origin>> {
        map::usual(self)
    }

    /// What such a CRM's calls are usually about: what was made or changed, not what was deleted.
    #[must_use]
    pub fn usual_conditions(self) -> Vec<Condition> {
        map::usual_conditions(self)
    }

    /// Whether nobody reads what such a caller is told: an invalid record is then noted down and taken, since
    /// saying no would only bring it again, and in the end switch the webhook off.
    #[must_use]
    pub const fn answers_to_nobody(self) -> bool {
        matches!(self, Self::SalesforceOutbound | Self::Pipedrive)
    }

    /// Whether such a caller comes again after a 5xx and never after a 4xx: what may pass later is no 4xx.
    #[must_use]
    pub const fn comes_again(self) -> bool {
        matches!(self, Self::SalesforceOutbound | Self::Pipedrive | Self::Hubspot)
    }
}

/// How a call proves who it is from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum Auth {
    /// A key in a header of that name.
    Header {
        /// Lower-case name of the header.
        name: String,
    },
    /// A key in the query, as `?name=key`.
    Query {
        /// The name of the parameter.
        name: String,
    },
    /// Basic authentication; the secret is the password.
    Basic {
        /// The user.
        user: String,
    },
    /// HubSpot's signature; the secret is that of the app.
    Hubspot {
        /// The oldest version that is taken.
        oldest: HubspotVersion,
    },
    /// Standard Webhooks; the secret begins with `whsec_`.
    StandardWebhooks,
}

/// A version of HubSpot's signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HubspotVersion {
    /// A hash of secret and body.
    V1,
    /// A hash of secret, method, address and body.
    V2,
    /// An HMAC of method, address, body and time.
    V3,
}

impl HubspotVersion {
    /// Every version, oldest first.
    pub const ALL: [Self; 3] = [Self::V1, Self::V2, Self::V3];

    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "v1",
            Self::V2 => "v2",
            Self::V3 => "v3",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_has_a_plain_name() {
        for wrong in ["", "a b", "A", "a/b", "a#b", "ü", "a.b", "batch", &"x".repeat(65)] {
            assert!(wrong.parse::<SourceId>().is_err(), "{wrong}");
        }
        assert!("hubspot-eu_1".parse::<SourceId>().is_ok());
    }

    #[test]
    fn is_read_as_it_was_written() {
        for kind in Kind::ALL {
            let source = Source {
                id: "crm".parse().unwrap(),
                kind,
                campaign: None,
                auth: Auth::Hubspot { oldest: HubspotVersion::V2 },
                secret: "crm".to_owned(),
                organization_id: None,
                map: kind.usual_map(),
                when: kind.usual_conditions(),
            };
            let text = serde_json::to_string(&source).unwrap();
            assert_eq!(serde_json::from_str::<Source>(&text).unwrap(), source);
            assert!(text.contains(&format!("\"kind\":\"{}\"", kind.as_str())));
        }
    }
}
