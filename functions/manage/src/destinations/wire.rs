//! A destination as the API takes it and shows it: the same flat shape both ways, one for each kind.

use std::collections::BTreeMap;

use axum::http::Uri;
use host::fields::Json;
use host::{Fields, Problem};
use model::delivery::Health;
use model::destination::{
    Chat, Dataverse, Hubspot, Pardot, Remote, Salesforce, SalesforceAuth, SubjectFields, Webhook,
};
use model::report::FIELDS;
use model::{CampaignId, Destination, DestinationId, Group, Timestamp};
use serde_json::{Map, Value, json};

/// Most fields that are mapped.
const MOST_FIELDS: usize = 100;

/// Most campaigns that are named.
const MOST_CAMPAIGNS: usize = 100;

/// What a Salesforce record of a survey is given, unless said otherwise.
const RECORD: [(&str, &str); 10] = [
    ("stage", "Stage__c"),
    ("state", "State__c"),
    ("sent_at", "Sent_At__c"),
    ("answered_at", "Answered_At__c"),
    ("score", "Score__c"),
    ("group", "Group__c"),
    ("comment", "Comment__c"),
    ("follow_up", "Follow_Up__c"),
    ("contact_email", "Email__c"),
    ("survey_url", "Url__c"),
];

/// What the record a survey is about is given in Salesforce.
const SUBJECT: [(&str, &str); 3] =
    [("stage", "NPS_Stage__c"), ("score", "NPS_Score__c"), ("survey_url", "NPS_Survey__c")];

/// What a contact is given in HubSpot.
const PROPERTIES: [(&str, &str); 5] = [
    ("stage", "nps_stage"),
    ("score", "nps_score"),
    ("comment", "nps_comment"),
    ("answered_at", "nps_answered_at"),
    ("survey_url", "nps_survey_url"),
];

/// What a row of a survey is given in Dataverse.
const COLUMNS: [(&str, &str); 5] = [
    ("stage", "new_stage"),
    ("score", "new_score"),
    ("comment", "new_comment"),
    ("answered_at", "new_answeredon"),
    ("contact_email", "new_email"),
];

/// The kinds there are.
const KINDS: [&str; 8] = ["salesforce", "hubspot", "pardot", "dataverse", "event_bus", "webhook", "slack", "teams"];

/// Shows a destination and how it fares. Secrets are names; nobody here knows more.
pub(crate) fn show(known: &Destination, health: &Health) -> Value {
    let mut all = Map::new();
    let mut put = |fields: Value| {
        if let Value::Object(fields) = fields {
            all.extend(fields);
        }
    };
    put(json!({
        "id": known.id,
        "kind": known.remote.kind(),
        "enabled": known.enabled,
        "campaigns": known.campaigns,
        "rate": known.rate,
    }));
    match &known.remote {
        Remote::Salesforce(to) => {
            put(json!({ "url": to.url }));
            put(show_auth(&to.auth));
            put(json!({
                "version": to.version,
                "object": to.object,
                "external_id": to.external_id,
                "fields": to.fields,
                "subject_object": to.subject.as_ref().map(|subject| &subject.object),
                "subject_type": to.subject.as_ref().and_then(|subject| subject.subject_type.as_ref()),
                "subject_fields": to.subject.as_ref().map(|subject| &subject.fields),
                "task_external_id": to.task_external_id,
            }));
        }
        Remote::Hubspot(to) => put(json!({
            "url": to.url, "secret": to.secret, "properties": to.properties, "task_key": to.task_key,
        })),
        Remote::Pardot(to) => {
            put(json!({ "url": to.url, "login": to.login }));
            put(show_auth(&to.auth));
            put(json!({
                "business_unit": to.business_unit,
                "reminding_list": to.reminding_list,
                "campaign_list": to.campaign_list,
            }));
        }
        Remote::Dataverse(to) => put(json!({
            "url": to.url, "login": to.login, "client_id": to.client_id, "secret": to.secret,
            "entity_set": to.entity_set, "key": to.key, "fields": to.fields,
        })),
        Remote::EventBus => {}
        Remote::Webhook(to) => put(json!({ "url": to.url, "secret": to.secret })),
        Remote::Slack(to) | Remote::Teams(to) => put(json!({ "secret": to.secret, "groups": to.groups })),
    }
    let time = |at: Option<Timestamp>| at.map(|at| at.to_string());
    let off = |at: Option<Timestamp>| at.filter(|_| !known.enabled);
    put(json!({
        "failing_since": time(health.failing_since),
        "disabled_at": time(off(health.disabled_at)),
        "disabled_for": off(health.disabled_at).and(health.disabled_for).map(model::delivery::Disabled::as_str),
    }));
    Value::Object(all)
}

fn show_auth(auth: &SalesforceAuth) -> Value {
    match auth {
        SalesforceAuth::Jwt { client_id, username, audience, secret } => json!({
            "flow": "jwt", "client_id": client_id, "username": username, "audience": audience, "secret": secret,
        }),
        SalesforceAuth::ClientCredentials { client_id, secret } => json!({
            "flow": "client_credentials", "client_id": client_id, "username": null, "audience": null, "secret": secret,
        }),
    }
}

/// Reads the destination `id`; what is absent takes its default. With `loopback`, this machine may be called.
///
/// # Errors
/// Every field that is wrong.
pub(crate) fn read(mut fields: Fields, id: &str, loopback: bool) -> Result<Destination, Problem> {
    let mut reader = Reader { fields: &mut fields, loopback };
    let Some(kind) = reader.kind() else {
        let detail = format!("say what it is: {}", KINDS.join(", "));
        return Err(Problem::field("/kind", detail));
    };
    let parsed = id.parse::<DestinationId>();
    match (&parsed, reader.fields.text("id", 1000)) {
        (Err(wrong), _) => reader.fields.wrong("id", wrong.to_string()),
        (Ok(_), Some(other)) if other != id => {
            reader.fields.wrong("id", "this must be the id in the address, or be left out");
        }
        (Ok(_), _) => {}
    }
    let enabled = reader.fields.flag("enabled").unwrap_or(true);
    let campaigns = reader.campaigns();
    let chat = matches!(kind, "slack" | "teams");
    let rate = reader.fields.whole("rate", 1..=100).unwrap_or(if chat { 1 } else { 10 });
    let remote = match kind {
        "salesforce" => reader.salesforce(),
        "hubspot" => reader.hubspot(),
        "pardot" => reader.pardot(),
        "dataverse" => reader.dataverse(),
        "webhook" => reader.webhook(),
        "slack" => reader.chat().map(Remote::Slack),
        "teams" => reader.chat().map(Remote::Teams),
        _ => Some(Remote::EventBus),
    };
    // What is shown can be put: how it fares is no setting.
    for told in ["failing_since", "disabled_at", "disabled_for"] {
        fields.take_any(told);
    }
    fields.finish()?;
    match (parsed, remote) {
        (Ok(id), Some(remote)) => Ok(Destination { id, enabled, campaigns, rate, remote }),
        // Whatever is missing was complained about.
        _ => Err(Problem::invalid(Vec::new())),
    }
}

struct Reader<'a> {
    fields: &'a mut Fields,
    loopback: bool,
}

impl Reader<'_> {
    fn kind(&mut self) -> Option<&'static str> {
        match self.fields.take("kind") {
            Some(Json::Text(text)) => KINDS.into_iter().find(|kind| *kind == text),
            _ => None,
        }
    }

    fn campaigns(&mut self) -> Option<Vec<CampaignId>> {
        let list = self.fields.list("campaigns")?;
        if list.is_empty() {
            self.fields.wrong("campaigns", "name at least one campaign, or leave this out to hear of all");
        } else if list.len() > MOST_CAMPAIGNS {
            self.fields.wrong("campaigns", format!("there must be at most {MOST_CAMPAIGNS}"));
        }
        let mut campaigns = Vec::new();
        for (nth, value) in list.iter().enumerate() {
            let id = match value {
                Json::Text(text) => text.parse::<CampaignId>().map_err(|wrong| wrong.to_string()),
                _ => Err("this must be the id of a campaign".to_owned()),
            };
            match id {
                Ok(id) if campaigns.contains(&id) => {
                    self.fields.wrong_within("campaigns", nth, "this campaign is there twice");
                }
                Ok(id) => campaigns.push(id),
                Err(wrong) => self.fields.wrong_within("campaigns", nth, wrong),
            }
        }
        Some(campaigns)
    }

    fn salesforce(&mut self) -> Option<Remote> {
        let url = self.base("url", "https://example.my.salesforce.com", None);
        let auth = self.auth();
        let version = self.fields.parsed("version", 10, "this must be a version of the API such as v62.0", |text| {
            let digits = text.strip_prefix('v')?.strip_suffix(".0")?;
            (digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit())).then(|| text.to_owned())
        });
        let object = self.name("object").unwrap_or_else(|| "NPS_Survey__c".to_owned());
        let external_id = self.name("external_id").unwrap_or_else(|| "Npsloop_Id__c".to_owned());
        let fields = self.map("fields").unwrap_or_else(|| usual(&RECORD));
        let subject_object = self.name("subject_object");
        let subject_type = self.fields.text("subject_type", 64);
        let subject_fields = self.map("subject_fields");
        if subject_object.is_none() && (subject_type.is_some() || subject_fields.is_some()) {
            self.fields.missing("subject_object", "name the object of the records that surveys are about");
        }
        let subject = subject_object.map(|object| SubjectFields {
            object,
            subject_type,
            fields: subject_fields.unwrap_or_else(|| usual(&SUBJECT)),
        });
        let task_external_id = self.name("task_external_id");
        let version = version.unwrap_or_else(|| "v62.0".to_owned());
        let (url, auth) = (url?, auth?);
        Some(Remote::Salesforce(Salesforce {
            url,
            auth,
            version,
            object,
            external_id,
            fields,
            subject,
            task_external_id,
        }))
    }

    fn hubspot(&mut self) -> Option<Remote> {
        let url = self.base("url", "", Some("https://api.hubapi.com"));
        let secret = self.secret();
        let properties = self.map("properties").unwrap_or_else(|| usual(&PROPERTIES));
        let task_key = self.name("task_key");
        Some(Remote::Hubspot(Hubspot { url: url?, secret: secret?, properties, task_key }))
    }

    fn pardot(&mut self) -> Option<Remote> {
        let url = self.base("url", "", Some("https://pi.pardot.com"));
        let login = self.base("login", "https://example.my.salesforce.com", None);
        let auth = self.auth();
        let business_unit = self.needed("business_unit", "this is needed: the id of the business unit, 0Uv…");
        let reminding_list = self.fields.whole("reminding_list", 1..=i128::from(u32::MAX));
        let campaign_list = self.fields.whole("campaign_list", 1..=i128::from(u32::MAX));
        if reminding_list.is_none() && campaign_list.is_none() {
            self.fields.missing("campaign_list", "name at least one of `reminding_list` and `campaign_list`");
        }
        let (url, login, auth, business_unit) = (url?, login?, auth?, business_unit?);
        Some(Remote::Pardot(Pardot { url, login, auth, business_unit, reminding_list, campaign_list }))
    }

    fn dataverse(&mut self) -> Option<Remote> {
        let url = self.base("url", "https://org.crm4.dynamics.com", None);
        let login = self.base("login", "https://login.microsoftonline.com/<tenant>", None);
        let client_id = self.needed("client_id", "this is needed: the id of the application");
        let secret = self.secret();
        let entity_set = self.name("entity_set").unwrap_or_else(|| "new_npssurveys".to_owned());
        let key = self.name("key").unwrap_or_else(|| "new_npsloopid".to_owned());
        let fields = self.map("fields").unwrap_or_else(|| usual(&COLUMNS));
        let (url, login, client_id, secret) = (url?, login?, client_id?, secret?);
        Some(Remote::Dataverse(Dataverse { url, login, client_id, secret, entity_set, key, fields }))
    }

    fn webhook(&mut self) -> Option<Remote> {
        let url = self.fields.text("url", 2000);
        if url.is_none() {
            self.fields.missing("url", "this is needed: where messages are posted");
        }
        let checked = url.as_deref().map(|url| address(url, self.loopback));
        if let Some(Err(wrong)) = checked {
            self.fields.wrong("url", wrong);
        }
        let secret = self.secret();
        Some(Remote::Webhook(Webhook { url: url?, secret: secret? }))
    }

    fn chat(&mut self) -> Option<Chat> {
        let secret = self.secret();
        let groups = self.groups();
        Some(Chat { secret: secret?, groups })
    }

    fn groups(&mut self) -> Vec<Group> {
        let Some(list) = self.fields.list("groups") else { return vec![Group::Detractor] };
        if list.is_empty() {
            self.fields.wrong("groups", "there must be at least one group");
        }
        let mut groups = Vec::new();
        for (nth, value) in list.iter().enumerate() {
            let known = [Group::Detractor, Group::Passive, Group::Promoter]
                .into_iter()
                .find(|group| matches!(value, Json::Text(text) if text == group.as_str()));
            match known {
                Some(group) if !groups.contains(&group) => groups.push(group),
                Some(_) => self.fields.wrong_within("groups", nth, "this group is there twice"),
                None => self.fields.wrong_within("groups", nth, "a group is detractor, passive or promoter"),
            }
        }
        groups
    }

    fn auth(&mut self) -> Option<SalesforceAuth> {
        let flow = self.fields.text("flow", 100).unwrap_or_else(|| "jwt".to_owned());
        if flow != "jwt" && flow != "client_credentials" {
            self.fields.wrong("flow", "this must be jwt or client_credentials");
            // Which of the others belong here depends on it.
            for other in ["client_id", "username", "audience", "secret"] {
                self.fields.take_any(other);
            }
            return None;
        }
        let client_id = self.needed("client_id", "this is needed: the consumer key of the connected app");
        let secret = self.secret();
        if flow == "client_credentials" {
            for other in ["username", "audience"] {
                if self.fields.take(other).is_some() {
                    self.fields.wrong(other, "this belongs to the flow jwt");
                }
            }
            return Some(SalesforceAuth::ClientCredentials { client_id: client_id?, secret: secret? });
        }
        let username = self.needed("username", "this is needed: the user whose name calls are made in");
        let audience = self.base("audience", "", Some("https://login.salesforce.com"));
        let (client_id, username, audience, secret) = (client_id?, username?, audience?, secret?);
        Some(SalesforceAuth::Jwt { client_id, username, audience, secret })
    }

    /// A text that must be there.
    fn needed(&mut self, name: &str, needed: &str) -> Option<String> {
        let text = self.fields.text(name, 500);
        if text.is_none() {
            self.fields.missing(name, needed);
        }
        text
    }

    /// The name of a secret.
    fn secret(&mut self) -> Option<String> {
        const EXPECTED: &str = "this must be the name of a secret, never the secret itself: at most 128 letters, \
                                digits and _ . -";
        let known = |b: u8| b.is_ascii_alphanumeric() || b"_.-".contains(&b);
        let secret = self.fields.parsed("secret", 4000, EXPECTED, |text| {
            (text.len() <= 128 && text.bytes().all(known)).then(|| text.to_owned())
        });
        if secret.is_none() {
            self.fields.missing("secret", "this is needed: the name under which the secret is kept");
        }
        secret
    }

    /// A name in another system: of an object, a field, a column.
    fn name(&mut self, field: &str) -> Option<String> {
        self.fields.parsed(field, 200, NAME, |text| is_name(text).then(|| text.to_owned()))
    }

    /// An address that paths are put behind.
    fn base(&mut self, name: &str, such_as: &str, usual: Option<&str>) -> Option<String> {
        let Some(text) = self.fields.text(name, 500) else {
            if usual.is_none() {
                self.fields.missing(name, format!("this is needed, such as {such_as}"));
            }
            return usual.map(ToOwned::to_owned);
        };
        let text = text.trim_end_matches('/').to_owned();
        let checked = address(&text, self.loopback)
            .and_then(|()| if text.contains(['?', '#']) { Err("there must be no ? and no # in it") } else { Ok(()) });
        match checked {
            Ok(()) => Some(text),
            Err(wrong) => {
                self.fields.wrong(name, wrong);
                None
            }
        }
    }

    /// Fields of a report and what they are called elsewhere; a field that is `null` is left out.
    fn map(&mut self, name: &str) -> Option<BTreeMap<String, String>> {
        let mut inner = self.fields.object(name)?;
        let mut map = BTreeMap::new();
        let ours = inner.names();
        if ours.len() > MOST_FIELDS {
            inner.wrong("", format!("there must be at most {MOST_FIELDS} fields"));
        }
        for ours in ours {
            let attribute = ours.strip_prefix("attributes.").is_some_and(|name| !name.is_empty());
            if !attribute && !FIELDS.contains(&ours.as_str()) {
                inner.take_any(&ours);
                inner.wrong(&ours, "there is no such field; see /openapi.json, or `attributes.<name>`");
            } else if let Some(theirs) = inner.parsed(&ours, 200, NAME, |text| is_name(text).then(|| text.to_owned())) {
                map.insert(ours, theirs);
            }
        }
        self.fields.close(inner);
        Some(map)
    }
}

const NAME: &str = "this must be a name in the other system: at most 100 letters, digits and _ . @";

fn is_name(text: &str) -> bool {
    text.len() <= 100 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.@".contains(&b))
}

fn usual(map: &[(&str, &str)]) -> BTreeMap<String, String> {
    map.iter().map(|(ours, theirs)| ((*ours).to_owned(), (*theirs).to_owned())).collect()
}

/// Whether an address may be called as far as can be told from it; where its name leads is looked at when it is.
fn address(text: &str, loopback: bool) -> Result<(), &'static str> {
    const EXPECTED: &str = "this must be an address such as https://example.com/path";
    let uri: Uri = text.parse().map_err(|_| EXPECTED)?;
    let (scheme, authority) = (uri.scheme_str().ok_or(EXPECTED)?, uri.authority().ok_or(EXPECTED)?);
    let own = matches!(authority.host(), "localhost" | "127.0.0.1" | "[::1]");
    if scheme != "https" && !(loopback && own && scheme == "http") {
        return Err("only https is spoken");
    }
    if authority.as_str().contains('@') {
        return Err("a name and a password do not belong into an address; keep them as a secret");
    }
    if authority.host().is_empty() { Err(EXPECTED) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
