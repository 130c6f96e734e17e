//! A door as the API takes and shows it. What is shown can be put back.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use host::fields::{Json as Value, line};
use host::{Fields, Problem, Site};
use model::door::{HOURLY, Kind, MINUTELY, MOST_ORIGINS, Origin, Secret, VISIT};
use model::link::Keyring;
use model::trigger::{MAX_ATTRIBUTE_CHARS, MAX_ATTRIBUTES, OWN_DIMENSIONS, Owner};
use model::{Campaign, CampaignId, Door, DoorId, Language, Timestamp};
use serde::Serialize;
use words::Words;

use crate::wire::spoken;

/// A door as the API shows it. Every field is always there.
#[derive(Serialize)]
pub(crate) struct DoorWire {
    id: String,
    campaign: String,
    name: String,
    kind: &'static str,
    language: Option<&'static str>,
    attributes: BTreeMap<String, String>,
    owner: Option<OwnerWire>,
    origins: Vec<String>,
    milestone: String,
    hourly_limit: u32,
    minute_limit: u32,
    url: String,
    snippet: Option<String>,
    secret: Option<String>,
    created_at: String,
}

#[derive(Serialize)]
struct OwnerWire {
    email: Option<String>,
    name: Option<String>,
    id: Option<String>,
}

/// The two lines of a widget. Whoever runs no script finds a link there.
#[derive(Template)]
#[template(path = "snippet.html")]
struct Snippet<'a> {
    url: &'a str,
    site: &'a str,
    question: &'a str,
}

/// What a door is shown with.
pub(super) struct Shown<'a> {
    pub(super) site: &'a Site,
    pub(super) keyring: &'a Keyring,
    pub(super) campaign: &'a Campaign,
}

impl Shown<'_> {
    /// Where it is.
    pub(super) fn url(&self, door: &Door) -> String {
        format!("{}/d/{}", self.site.url(), self.keyring.sign_door(&door.claims()))
    }

    /// A door, with its secret where it has just been made.
    pub(super) fn door(&self, door: &Door, secret: Option<&Secret>) -> DoorWire {
        let url = self.url(door);
        let language = door.language.unwrap_or(self.campaign.language);
        let own = self.campaign.own_question(language).map(|(question, _)| question);
        let question = own.unwrap_or_else(|| Words::plain(language).question(&self.campaign.company));
        let snippet = Snippet { url: &url, site: self.site.url(), question: &question };
        DoorWire {
            id: door.id.to_string(),
            campaign: door.campaign.to_string(),
            name: door.name.clone(),
            kind: door.kind.as_str(),
            language: door.language.map(Language::tag),
            attributes: door.attributes.clone(),
            owner: door.owner.as_ref().map(|owner| OwnerWire {
                email: owner.email.as_ref().map(|email| email.expose().to_owned()),
                name: owner.name.clone(),
                id: owner.id.clone(),
            }),
            origins: door.origins.iter().map(|origin| origin.as_str().to_owned()).collect(),
            milestone: door.milestone.clone(),
            hourly_limit: door.hourly_limit,
            minute_limit: door.minute_limit,
            // Plain text in a template of this program always renders.
            snippet: (door.kind == Kind::Widget).then(|| snippet.render().unwrap_or_default()),
            url,
            secret: secret.map(|secret| secret.expose().to_owned()),
            created_at: door.created_at.to_string(),
        }
    }
}

/// What is to be renewed; at least one of both.
pub(super) struct Renewal {
    pub(super) link: bool,
    pub(super) secret: bool,
}

/// Reads what is to be renewed.
///
/// # Errors
/// Every field that is wrong.
pub(super) fn renewal(mut fields: Fields) -> Result<Renewal, Problem> {
    let (link, secret) = (fields.flag("link").unwrap_or(false), fields.flag("secret").unwrap_or(false));
    if fields.is_fine() && !link && !secret {
        fields.missing("link", "say what is to be renewed: {\"link\": true}, {\"secret\": true} or both");
    }
    fields.finish()?;
    Ok(Renewal { link, secret })
}

/// Reads the door `id`; what is absent takes what is usual. Its mark and secrets are not of those that are put.
///
/// # Errors
/// Every field that is wrong.
pub(super) fn read(mut fields: Fields, campaign: &CampaignId, id: &str, now: Timestamp) -> Result<Door, Problem> {
    // What is shown beside may come back with what is put.
    for shown in ["campaign", "url", "snippet", "secret", "created_at"] {
        fields.take_any(shown);
    }
    let parsed = id.parse::<DoorId>();
    match (&parsed, fields.text("id", 1000)) {
        (Err(wrong), _) => fields.wrong("id", wrong.to_string()),
        (Ok(_), Some(other)) if other != id => fields.wrong("id", "this must be the id in the address, or be left out"),
        (Ok(_), _) => {}
    }
    let name = fields.text("name", 100);
    if name.is_none() {
        fields.missing("name", "say what people call this door, such as Shop Berlin");
    }
    let kinds = "this must be link or widget";
    let kind = fields.parsed("kind", 64, kinds, |text| Kind::ALL.into_iter().find(|kind| kind.as_str() == text));
    if kind.is_none() {
        fields.missing("kind", kinds);
    }
    let language = fields.parsed("language", 35, &spoken(), Language::tagged);
    let attributes = attributes(&mut fields);
    let owner = owner(&mut fields);
    let origins = origins(&mut fields, kind);
    let milestone = fields.text("milestone", 64).unwrap_or_else(|| VISIT.to_owned());
    let hourly_limit = fields.whole("hourly_limit", 1..=1_000_000).unwrap_or(HOURLY);
    let minute_limit = fields.whole("minute_limit", 1..=10_000).unwrap_or(MINUTELY);
    fields.finish()?;
    // Nothing is wrong, so what must be there is there.
    let (Ok(id), Some(name), Some(kind)) = (parsed, name, kind) else { return Err(Problem::invalid(Vec::new())) };
    Ok(Door {
        id,
        campaign: campaign.clone(),
        name,
        kind,
        language,
        attributes,
        owner,
        origins,
        milestone,
        hourly_limit,
        minute_limit,
        mark: 0,
        secrets: Vec::new(),
        created_at: now,
    })
}

/// Somebody here looks at what is wrong, unlike a CRM's flow: nothing is left out in silence.
fn attributes(fields: &mut Fields) -> BTreeMap<String, String> {
    let mut kept = BTreeMap::new();
    let Some(mut inner) = fields.object("attributes") else { return kept };
    for name in inner.names() {
        let value = match inner.take_any(&name) {
            Some(Value::Text(text)) => text,
            Some(Value::Whole(number)) => number.to_string(),
            Some(Value::Flag(flag)) => flag.to_string(),
            _ => {
                inner.wrong(&name, "this must be a text");
                continue;
            }
        };
        match (line(&name, MAX_ATTRIBUTE_CHARS), line(&value, MAX_ATTRIBUTE_CHARS)) {
            _ if OWN_DIMENSIONS.contains(&name.as_str()) => {
                inner.wrong(&name, "npsloop has a group of this name itself")
            }
            (Ok(Some(name)), Ok(Some(value))) => drop(kept.insert(name, value)),
            _ => inner.wrong(&name, "a name and its value are one line of at most 100 characters"),
        }
    }
    fields.close(inner);
    if kept.len() > MAX_ATTRIBUTES {
        fields.wrong("attributes", "a survey has at most 16 attributes");
    }
    kept
}

fn owner(fields: &mut Fields) -> Option<Owner> {
    let mut inner = fields.object("owner")?;
    let owner = Owner { email: inner.email("email"), name: inner.text("name", 200), id: inner.text("id", 128) };
    if inner.is_fine() && owner.email.is_none() && owner.name.is_none() && owner.id.is_none() {
        inner.missing("email", "say who hears of what is said here");
    }
    fields.close(inner);
    Some(owner)
}

fn origins(fields: &mut Fields, kind: Option<Kind>) -> Vec<Origin> {
    let given = fields.list("origins").unwrap_or_default();
    if given.len() > MOST_ORIGINS {
        fields.wrong("origins", "at most 16 sites may show one widget");
        return Vec::new();
    }
    let mut origins = BTreeSet::new();
    for (nth, value) in given.into_iter().enumerate() {
        let parsed = match value {
            Value::Text(text) => text.parse::<Origin>().map_err(|wrong| wrong.to_string()),
            _ => Err("this must be a text".to_owned()),
        };
        match parsed {
            Ok(origin) => drop(origins.insert(origin)),
            Err(wrong) => fields.wrong_within("origins", nth, wrong),
        }
    }
    match kind {
        Some(Kind::Widget) if origins.is_empty() && fields.is_fine() => {
            fields.missing("origins", "say which sites may show it: [\"https://shop.example\"]");
        }
        Some(Kind::Link) if !origins.is_empty() => fields.wrong("origins", "no site shows a link in a frame"),
        _ => {}
    }
    origins.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Shown, json};

    use super::*;

    fn pointers(body: &Shown) -> Vec<String> {
        let read = read(
            Fields::parse(body.to_string().as_bytes()).unwrap(),
            &CampaignId::default_campaign(),
            "shop",
            Timestamp::default(),
        );
        let errors = |problem: Problem| problem.errors().iter().map(|error| error.pointer.clone()).collect();
        read.err().map_or_else(Vec::new, errors)
    }

    #[test]
    fn everything_that_is_wrong_with_a_door_is_said() {
        let link = json!({"name": "Shop", "kind": "link"});
        let widget = json!({"name": "Shop", "kind": "widget", "origins": ["https://shop.example"]});
        assert_eq!((pointers(&link), pointers(&widget)), (vec![], vec![]));
        assert_eq!(pointers(&json!({})), ["/name", "/kind"]);
        for (base, field, value, pointer) in [
            (&link, "kind", json!("door"), "/kind"),
            (&link, "id", json!("other"), "/id"),
            (&link, "language", json!("xx"), "/language"),
            (&link, "attributes", json!({"shop": ["a"]}), "/attributes/shop"),
            (&link, "attributes", json!({"owner": "a"}), "/attributes/owner"),
            (&link, "attributes", json!({"shop": "x".repeat(101)}), "/attributes/shop"),
            (&link, "owner", json!({}), "/owner/email"),
            (&link, "owner", json!({"email": "nobody"}), "/owner/email"),
            (&link, "origins", json!(["https://shop.example"]), "/origins"),
            (&widget, "origins", json!([]), "/origins"),
            (&widget, "origins", json!(["https://shop.example", "*"]), "/origins/1"),
            (&link, "hourly_limit", json!(0), "/hourly_limit"),
            (&link, "minute_limit", json!(10_001), "/minute_limit"),
            (&link, "colour", json!("red"), "/colour"),
        ] {
            let mut body = base.clone();
            body[field] = value;
            assert_eq!(pointers(&body), [pointer], "{body}");
        }
    }
}
