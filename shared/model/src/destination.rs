//! Where scores are told: the systems beside npsloop that hear of a survey.
//!
//! A destination holds no secret, only the names of secrets. Every value has been checked; see `manage` for the
//! reading.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::{CampaignId, NotAnId};
use crate::score::Group;

/// Most destinations there may be: every survey asks each of them whether there is news.
pub const MOST: usize = 50;

/// The name of a destination: 1 to 32 lower-case letters, digits and `_`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DestinationId(String);

impl DestinationId {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DestinationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for DestinationId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let fits = (1..=32).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        let wrong = || NotAnId::new("a destination id is 1 to 32 lower-case letters, digits and _");
        if fits { Ok(Self(text.to_owned())) } else { Err(wrong()) }
    }
}

impl TryFrom<String> for DestinationId {
    type Error = NotAnId;

    fn try_from(text: String) -> Result<Self, NotAnId> {
        text.parse()
    }
}

impl From<DestinationId> for String {
    fn from(id: DestinationId) -> Self {
        id.0
    }
}

/// One system that hears of surveys.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Destination {
    /// Its name.
    pub id: DestinationId,
    /// Whether it is told anything now; what it misses can be sent later.
    pub enabled: bool,
    /// The campaigns it hears of; all if absent.
    pub campaigns: Option<Vec<CampaignId>>,
    /// Most calls a second (1 to 100).
    pub rate: u8,
    /// What it is, and how it is reached.
    pub remote: Remote,
}

impl Destination {
    /// Whether it hears of this campaign, now or once it is enabled.
    #[must_use]
    pub fn hears_of(&self, campaign: &CampaignId) -> bool {
        self.campaigns.as_ref().is_none_or(|named| named.contains(campaign))
    }
}

/// What a destination is. Addresses are `https` without a slash at the end; `secret` and the like are names of secrets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Remote {
    /// Salesforce REST: one composite call.
    Salesforce(Salesforce),
    /// HubSpot: contact properties and tasks.
    Hubspot(Hubspot),
    /// Account Engagement (Pardot) version 5: membership in lists.
    Pardot(Pardot),
    /// Dataverse Web API: upsert by alternate key.
    Dataverse(Dataverse),
    /// The Amazon EventBridge bus of the settings.
    EventBus,
    /// Standard Webhooks.
    Webhook(Webhook),
    /// A Slack incoming webhook.
    Slack(Chat),
    /// A Microsoft Teams workflow webhook.
    Teams(Chat),
}

impl Remote {
    /// The name in the API.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Salesforce(_) => "salesforce",
            Self::Hubspot(_) => "hubspot",
            Self::Pardot(_) => "pardot",
            Self::Dataverse(_) => "dataverse",
            Self::EventBus => "event_bus",
            Self::Webhook(_) => "webhook",
            Self::Slack(_) => "slack",
            Self::Teams(_) => "teams",
        }
    }
}

/// How an OAuth 2.0 token of Salesforce is had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "flow", rename_all = "snake_case")]
pub enum SalesforceAuth {
    /// JWT bearer: the secret is a PKCS #8 private key in PEM.
    Jwt {
        /// The consumer key of the connected app.
        client_id: String,
        /// Whom to act as.
        username: String,
        /// `https://login.salesforce.com` or `https://test.salesforce.com`.
        audience: String,
        /// The private key's name.
        secret: String,
    },
    /// Client credentials: the secret is the consumer secret.
    ClientCredentials {
        /// The consumer key of the connected app.
        client_id: String,
        /// The consumer secret's name.
        secret: String,
    },
}

/// Salesforce.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Salesforce {
    /// The company's own domain, `https://example.my.salesforce.com`.
    pub url: String,
    /// How a token is had.
    pub auth: SalesforceAuth,
    /// Such as `v62.0`.
    pub version: String,
    /// The object that keeps one record a survey, such as `NPS_Survey__c`.
    pub object: String,
    /// Its external id field, such as `Npsloop_Id__c`.
    pub external_id: String,
    /// Field of a report → field of that object.
    pub fields: BTreeMap<String, String>,
    /// The object of the subject, such as `Project__c`, and what is written to its record; nothing if absent.
    pub subject: Option<SubjectFields>,
    /// The external id field of Salesforce's own `Task`, such as `Npsloop_Id__c`, by which a task is found again; no
    /// tasks if absent.
    pub task_external_id: Option<String>,
}

/// What is written to the record a survey is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectFields {
    /// The object, such as `Project__c`.
    pub object: String,
    /// Which subjects are such objects, such as `project`; all if absent.
    pub subject_type: Option<String>,
    /// Field of a report → field of that object.
    pub fields: BTreeMap<String, String>,
}

/// HubSpot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hubspot {
    /// `https://api.hubapi.com`.
    pub url: String,
    /// The name of the private app's token.
    pub secret: String,
    /// Field of a report → contact property.
    pub properties: BTreeMap<String, String>,
    /// The property of tasks, with unique values, by which a task is found again, such as `npsloop_task_id`; no tasks
    /// if absent.
    pub task_key: Option<String>,
}

/// Account Engagement (Pardot).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pardot {
    /// `https://pi.pardot.com`.
    pub url: String,
    /// Where tokens come from: the company's Salesforce domain.
    pub login: String,
    /// How a token is had.
    pub auth: SalesforceAuth,
    /// `Pardot-Business-Unit-Id`.
    pub business_unit: String,
    /// The list of those who have not answered yet; none if absent.
    pub reminding_list: Option<u64>,
    /// The list of those whose survey closed without an answer; none if absent.
    pub campaign_list: Option<u64>,
}

/// Dataverse.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dataverse {
    /// The environment, `https://org.crm4.dynamics.com`.
    pub url: String,
    /// Where tokens come from, `https://login.microsoftonline.com/<tenant>`.
    pub login: String,
    /// The application's id.
    pub client_id: String,
    /// The name of the application's secret.
    pub secret: String,
    /// The entity set, such as `new_npssurveys`.
    pub entity_set: String,
    /// The alternate key that holds the survey's id, such as `new_npsloopid`.
    pub key: String,
    /// Field of a report → column.
    pub fields: BTreeMap<String, String>,
}

/// Standard Webhooks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// Where messages are posted.
    pub url: String,
    /// The name of the signing secret (`whsec_…`, one or two lines).
    pub secret: String,
}

/// Slack or Teams.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chat {
    /// The name of the secret that holds the incoming webhook's address.
    pub secret: String,
    /// The groups whose answers are told; detractors unless said otherwise.
    pub groups: Vec<Group>,
}
