//! Where in a payload each trigger field is.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Kind;
use crate::trigger::MAX_ATTRIBUTE_CHARS;

/// Every trigger field that can be mapped. Beside these, `attributes.NAME`.
pub const FIELDS: [&str; 23] = [
    "campaign",
    "subject_type",
    "subject_id",
    "subject_name",
    "completion_percent",
    "milestone",
    "contact_email",
    "contact_name",
    "contact_id",
    "contact_phone",
    "contact_locale",
    "contact_time_zone",
    "owner_email",
    "owner_name",
    "owner_id",
    "agent_id",
    "agent_name",
    "account_id",
    "account_name",
    "occurred_at",
    "record_modified_at",
    "attributes",
    "dry_run",
];

/// Most characters of a path or a constant.
const LONGEST: usize = 200;

/// Most steps of a path.
const DEEPEST: usize = 16;

/// Whether a trigger has a field of that name.
#[must_use]
pub fn is_field(name: &str) -> bool {
    let attribute = name.strip_prefix("attributes.").map(str::trim);
    FIELDS.contains(&name)
        || attribute.is_some_and(|attribute| (1..=MAX_ATTRIBUTE_CHARS).contains(&attribute.chars().count()))
}

/// Text that is no path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotAPath(&'static str);

/// A place in a payload: names with dots between them, or a JSON pointer (RFC 6901).
///
/// A step is the name of a field, the number of an entry (from 0), the key in a list of `{"key", "value"}`
/// pairs, or `primary`: the entry of a list whose `primary` is true, otherwise its first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Path {
    text: String,
    steps: Vec<String>,
}

impl Path {
    /// The path as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its steps, at least one.
    #[must_use]
    pub fn steps(&self) -> &[String] {
        &self.steps
    }
}

impl FromStr for Path {
    type Err = NotAPath;

    fn from_str(text: &str) -> Result<Self, NotAPath> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > LONGEST || text.chars().any(char::is_control) {
            return Err(NotAPath("a path is one line of 1 to 200 characters"));
        }
        let steps: Vec<String> = match text.strip_prefix('/') {
            Some(pointer) => pointer.split('/').map(|step| step.replace("~1", "/").replace("~0", "~")).collect(),
            None => text.split('.').map(|step| step.trim().to_owned()).collect(),
        };
        if steps.iter().any(String::is_empty) {
            return Err(NotAPath("a path is names with dots between them, or a JSON pointer such as /data/title"));
        }
        if steps.len() > DEEPEST {
            return Err(NotAPath("a path has at most 16 steps"));
        }
        Ok(Self { text: text.to_owned(), steps })
    }
}

impl TryFrom<String> for Path {
    type Error = NotAPath;

    fn try_from(text: String) -> Result<Self, NotAPath> {
        text.parse()
    }
}

impl From<Path> for String {
    fn from(path: Path) -> Self {
        path.text
    }
}

/// Where the value of a trigger field comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Origin {
    /// `=text`: always this text.
    Constant(String),
    /// A place in the payload, or several (`first + last`) whose texts are joined by a blank.
    Payload(Vec<Path>),
}

impl FromStr for Origin {
    type Err = NotAPath;

    fn from_str(text: &str) -> Result<Self, NotAPath> {
        if let Some(constant) = text.trim().strip_prefix('=') {
            let constant = constant.trim();
            let fits = (1..=LONGEST).contains(&constant.chars().count()) && !constant.chars().any(char::is_control);
            return if fits {
                Ok(Self::Constant(constant.to_owned()))
            } else {
                Err(NotAPath("a constant is = and one line of 1 to 200 characters"))
            };
        }
        text.split(" + ").map(str::parse).collect::<Result<_, _>>().map(Self::Payload)
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Constant(text) => write!(f, "={text}"),
            Self::Payload(paths) => f.write_str(&paths.iter().map(Path::as_str).collect::<Vec<_>>().join(" + ")),
        }
    }
}

impl TryFrom<String> for Origin {
    type Error = NotAPath;

    fn try_from(text: String) -> Result<Self, NotAPath> {
        text.parse()
    }
}

impl From<Origin> for String {
    fn from(origin: Origin) -> Self {
        origin.to_string()
    }
}

/// What must hold of a payload: that there is one of these texts at that place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// The place.
    pub path: Path,
    /// The texts, compared without regard to case; at least one.
    pub is: Vec<String>,
}

/// Fields under their own names.
fn own_names(mut put: impl FnMut(&str, Vec<String>)) {
    for field in FIELDS {
        put(field, vec![field.to_owned()]);
    }
}

/// Where a CRM of a kind usually has each trigger field.
pub(super) fn usual(kind: Kind) -> BTreeMap<String, Vec<Origin>> {
    let mut map: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let more: &[(&str, &[&str])] = match kind {
        Kind::Json | Kind::Form => {
            own_names(|field, places| drop(map.insert(field.to_owned(), places)));
            &[]
        }
        Kind::StandardWebhooks => {
            own_names(|field, _| {
                map.insert(field.to_owned(), vec![format!("data.{field}"), field.to_owned()]);
            });
            &[("record_modified_at", &["timestamp"])]
        }
        Kind::Hubspot => {
            own_names(|field, places| drop(map.insert(field.to_owned(), places)));
            HUBSPOT
        }
        Kind::Pipedrive => PIPEDRIVE,
        Kind::Dataverse => DATAVERSE,
        Kind::SalesforceOutbound => SALESFORCE,
    };
    for (field, places) in more {
        map.entry((*field).to_owned()).or_default().extend(places.iter().map(|place| (*place).to_owned()));
    }
    let parsed = |places: Vec<String>| places.into_iter().filter_map(|place| place.parse().ok()).collect();
    map.into_iter().map(|(field, places)| (field, parsed(places))).collect()
}

/// Beside what a workflow's own request body calls by our names: the properties of the enrolled record.
const HUBSPOT: &[(&str, &[&str])] = &[
    ("subject_type", &["=deal"]),
    ("subject_id", &["hs_object_id", "objectId", "properties.hs_object_id", "vid"]),
    ("subject_name", &["dealname", "properties.dealname", "properties.subject"]),
    ("contact_email", &["email", "properties.email"]),
    ("contact_name", &["firstname + lastname", "properties.firstname + properties.lastname"]),
    ("contact_id", &["vid"]),
    ("contact_phone", &["phone", "properties.phone"]),
    ("contact_locale", &["hs_language", "properties.hs_language"]),
    ("owner_id", &["hubspot_owner_id", "properties.hubspot_owner_id"]),
    ("owner_email", &["associated-owner.email"]),
    ("owner_name", &["associated-owner.first-name + associated-owner.last-name"]),
    ("account_id", &["associated-company.company-id", "properties.associatedcompanyid"]),
    ("account_name", &["company", "associated-company.properties.name", "properties.company"]),
    ("occurred_at", &["closedate", "properties.closedate"]),
    ("record_modified_at", &["hs_lastmodifieddate", "properties.hs_lastmodifieddate", "properties.lastmodifieddate"]),
    ("attributes.pipeline", &["pipeline", "properties.pipeline"]),
];

/// The fields of a deal, a project or a person. The person behind a deal is only an id there.
const PIPEDRIVE: &[(&str, &[&str])] = &[
    ("subject_type", &["meta.entity"]),
    ("subject_id", &["data.id", "meta.entity_id"]),
    ("subject_name", &["data.title", "data.name"]),
    ("contact_email", &["data.emails.primary.value"]),
    ("contact_id", &["data.person_id"]),
    ("contact_phone", &["data.phones.primary.value"]),
    ("owner_id", &["data.owner_id"]),
    ("account_id", &["data.org_id"]),
    ("occurred_at", &["data.won_time"]),
    ("record_modified_at", &["data.update_time", "meta.timestamp"]),
    ("attributes.pipeline", &["data.pipeline_id"]),
];

/// Attributes of the record, by their logical names; from the target, else from an image after or before.
const DATAVERSE: &[(&str, &[&str])] = &[
    ("subject_type", &["PrimaryEntityName"]),
    ("subject_id", &["PrimaryEntityId"]),
    ("subject_name", &["name", "title", "msdyn_subject", "subject"]),
    ("completion_percent", &["msdyn_progress"]),
    ("contact_email", &["emailaddress1"]),
    ("contact_name", &["fullname"]),
    ("contact_phone", &["telephone1", "mobilephone"]),
    ("owner_id", &["ownerid.Id"]),
    ("owner_name", &["ownerid.Name"]),
    ("account_id", &["customerid.Id", "parentcustomerid.Id", "msdyn_customer.Id"]),
    ("account_name", &["customerid.Name", "parentcustomerid.Name", "msdyn_customer.Name"]),
    ("record_modified_at", &["modifiedon", "OperationCreatedOn"]),
];

/// Fields of the record by their API names. Outbound Messages carry no field of a related record, so what is
/// of the contact or the owner is a formula field of the record.
const SALESFORCE: &[(&str, &[&str])] = &[
    ("subject_type", &["sObject"]),
    ("subject_id", &["Id"]),
    ("subject_name", &["Name", "Subject", "CaseNumber"]),
    ("completion_percent", &["Completion_Percent__c", "Percent_Complete__c"]),
    ("milestone", &["Milestone__c"]),
    ("contact_email", &["Contact_Email__c", "ContactEmail", "Email"]),
    ("contact_name", &["Contact_Name__c", "FirstName + LastName"]),
    ("contact_id", &["Contact__c", "ContactId"]),
    ("contact_phone", &["Contact_Phone__c", "ContactPhone", "Phone"]),
    ("contact_locale", &["Contact_Language__c"]),
    ("contact_time_zone", &["Contact_Time_Zone__c"]),
    ("owner_email", &["Owner_Email__c"]),
    ("owner_name", &["Owner_Name__c"]),
    ("owner_id", &["OwnerId"]),
    ("account_id", &["Account__c", "AccountId"]),
    ("account_name", &["Account_Name__c"]),
    ("record_modified_at", &["LastModifiedDate", "SystemModstamp"]),
];

/// What the calls of a CRM of a kind are usually about.
pub(super) fn usual_conditions(kind: Kind) -> Vec<Condition> {
    let (path, is): (&str, &[&str]) = match kind {
        Kind::Pipedrive => ("meta.action", &["create", "change"]),
        Kind::Dataverse => ("MessageName", &["Create", "Update"]),
        _ => return Vec::new(),
    };
    let is = is.iter().map(|text| (*text).to_owned()).collect();
    path.parse().map(|path| Condition { path, is }).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_two_spellings() {
        for (text, steps) in [
            ("data.title", &["data", "title"][..]),
            ("/data/title", &["data", "title"]),
            ("/a~1b/c~0d.e/0", &["a/b", "c~d.e", "0"]),
            (" Name ", &["Name"]),
        ] {
            assert_eq!(text.parse::<Path>().unwrap().steps(), steps, "{text}");
        }
        for wrong in ["", " ", ".", "a..b", "a.", "/", "/a//b", "a\nb", &"x".repeat(201), &["a"; 17].join(".")] {
            assert!(wrong.parse::<Path>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn an_origin_is_shown_as_it_was_written() {
        for text in ["=project", "a.b", "/a/b", "first + last", "=1 + 1"] {
            assert_eq!(text.parse::<Origin>().unwrap().to_string(), text);
        }
        assert_eq!("= x ".parse(), Ok(Origin::Constant("x".to_owned())));
        for wrong in ["", "=", "= ", "a + ", " + a", "=a\nb"] {
            assert!(wrong.parse::<Origin>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn every_usual_place_is_a_place_and_every_field_a_field() {
        for kind in Kind::ALL {
            for (field, places) in usual(kind) {
                assert!(is_field(&field), "{field}");
                assert!(!places.is_empty(), "{field}");
            }
        }
        let listed: Vec<_> = [HUBSPOT, PIPEDRIVE, DATAVERSE, SALESFORCE].concat();
        for (field, places) in listed {
            assert!(places.iter().all(|place| place.parse::<Origin>().is_ok()), "{field}");
        }
        assert_eq!(usual_conditions(Kind::Pipedrive)[0].is, ["create", "change"]);
        assert_eq!(usual_conditions(Kind::Json), []);
    }

    #[test]
    fn fields_are_those_of_a_trigger() {
        for (name, known) in [
            ("subject_id", true),
            ("attributes", true),
            ("attributes.team", true),
            ("attributes.a.b", true),
            ("attributes.", false),
            ("subject", false),
            ("", false),
        ] {
            assert_eq!(is_field(name), known, "{name}");
        }
        assert!(!is_field(&format!("attributes.{}", "x".repeat(101))));
    }
}
