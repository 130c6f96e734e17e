//! The body of a trigger: what a CRM says of a record, read once into types that cannot be wrong.
//!
//! What makes no difference to the survey and cannot be used is dropped and named in `ignored`, since CRM
//! admins add fields. What does make a difference and is wrong is refused, every such field at once.

use std::collections::BTreeMap;

use host::fields::{Json, line};
use host::{Fields, Problem};
use model::trigger::{Addressee, MAX_ATTRIBUTE_CHARS, MAX_ATTRIBUTES, Named, OWN_DIMENSIONS, Owner, Subject, Trigger};
use model::{CampaignId, Phone, Timestamp, Who};

/// Most characters of an id.
pub(crate) const ID: usize = 255;

/// Most characters of a name.
pub(crate) const NAME: usize = 200;

/// Most characters of a milestone, a type, a phone number, the name of a zone.
pub(crate) const SHORT: usize = 64;

/// A trigger, and the names of what was dropped of it.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) trigger: Trigger,
    pub(crate) ignored: Vec<String>,
}

/// Reads the fields of a trigger. `by_text` says whether a campaign asks contacts by text who have no address.
///
/// # Errors
/// `invalid` with every wrong field.
pub(crate) fn read_fields(mut fields: Fields, by_text: impl Fn(&CampaignId) -> bool) -> Result<Read, Problem> {
    let mut ignored = Vec::new();
    let campaign = match fields.text("campaign", 1000) {
        None => Some(CampaignId::default_campaign()),
        Some(text) => {
            text.parse().map_err(|wrong: model::id::NotAnId| fields.wrong("campaign", wrong.to_string())).ok()
        }
    };
    let kind = fields.text("subject_type", SHORT).unwrap_or_else(|| "project".to_owned());
    let subject = fields.text("subject_id", ID);
    if subject.is_none() {
        fields.missing("subject_id", "a trigger needs the id of the record it is about");
    }
    let name = fields.text("subject_name", NAME);
    let (milestone, completion_percent) = asks_by(&mut fields, &mut ignored);
    let contact = contact(&mut fields, campaign.as_ref().is_some_and(by_text));
    let owner = owner(&mut fields);
    let agent = named(&mut fields, ["agent_id", "agent_name"]);
    let account = named(&mut fields, ["account_id", "account_name"]);
    let occurred_at = time(&mut fields, "occurred_at");
    let record_modified_at = time(&mut fields, "record_modified_at");
    let attributes = attributes(&mut fields, &mut ignored);
    let dry_run = fields.flag("dry_run").unwrap_or(false);
    ignored.extend(fields.rest());
    fields.finish()?;
    // Nothing is wrong, so what must be there is there.
    let (Some(campaign), Some(id), Some(contact)) = (campaign, subject, contact) else {
        return Err(Problem::invalid(Vec::new()));
    };
    let trigger = Trigger {
        campaign,
        subject: Subject { kind, id, name },
        completion_percent,
        milestone,
        contact,
        owner,
        agent,
        account,
        occurred_at,
        record_modified_at,
        attributes,
        dry_run,
    };
    Ok(Read { trigger, ignored })
}

/// The milestone, or the percentage where there is none.
fn asks_by(fields: &mut Fields, ignored: &mut Vec<String>) -> (Option<String>, Option<u8>) {
    const PERCENT: &str = "completion_percent";
    let milestone =
        fields.take("milestone").filter(|value| !matches!(value, Json::Text(text) if text.trim().is_empty()));
    if let Some(value) = milestone {
        // A milestone ignores the percentage, also one that is wrong.
        if fields.take(PERCENT).is_some_and(|value| percent(&value).is_none()) {
            ignored.push(PERCENT.to_owned());
        }
        let read = match &value {
            Json::Text(text) => line(text, SHORT),
            Json::Whole(number) => Ok(Some(number.to_string())),
            _ => Err("this must be a string".to_owned()),
        };
        return (read.map_err(|detail| fields.wrong("milestone", detail)).ok().flatten(), None);
    }
    let percent = fields.whole(PERCENT, 0..=100);
    if percent.is_none() {
        fields.missing(PERCENT, "a trigger needs completion_percent or milestone");
    }
    (None, percent)
}

/// The contact of a trigger. Whoever has an address is known by it; `by_text` says whether a number will do.
fn contact(fields: &mut Fields, by_text: bool) -> Option<Addressee> {
    let no_address = fields.lacks("contact_email");
    let email = fields.email("contact_email");
    let phone = fields.text("contact_phone", SHORT);
    let number = phone.as_deref().filter(|_| by_text && no_address);
    let who = email.map(Who::Email).or_else(|| number.and_then(Phone::international).map(Who::Phone));
    if who.is_none() && number.is_some() {
        let detail = "this contact has no e-mail address and is asked by text, so the number must name its country, such as \
                      +4915112345678";
        fields.wrong("contact_phone", detail);
    } else if who.is_none() && by_text {
        let detail = "a trigger needs the e-mail address of the contact, or contact_phone where there is none";
        fields.missing("contact_email", detail);
    } else if who.is_none() {
        fields.missing("contact_email", "a trigger needs the e-mail address of the contact");
    }
    called(fields, who, phone)
}

/// Whoever gave a past response: known by an address, else by a number. Where neither is there, it is `nobody`, if the
/// response can be told from others without them; what they are called is dropped then and named in `ignored`, since by a
/// name alone nobody could be found to be erased.
pub(crate) fn respondent(fields: &mut Fields, nobody: Option<Who>, ignored: &mut Vec<String>) -> Option<Addressee> {
    let no_address = fields.lacks("contact_email");
    let email = fields.email("contact_email");
    let phone = fields.text("contact_phone", SHORT);
    let who = match (email, phone.as_deref()) {
        (Some(email), _) => Some(Who::Email(email)),
        // What is wrong with it is said already.
        (None, _) if !no_address => None,
        (None, Some(number)) => {
            let who = Phone::international(number).map(Who::Phone);
            if who.is_none() {
                let detail =
                    "this response has no e-mail address, so the number must name its country, such as +4915112345678";
                fields.wrong("contact_phone", detail);
            }
            who
        }
        (None, None) => {
            if nobody.is_none() {
                let detail = "a response needs the e-mail address or the number of whoever gave it; where nobody knows who did, \
                              it needs row_id";
                fields.missing("contact_email", detail);
            }
            nobody
        }
    };
    let mut contact = called(fields, who, phone)?;
    if matches!(contact.who, Who::Visitor(_)) {
        for (field, value) in [("contact_name", contact.name.take()), ("contact_id", contact.id.take())] {
            ignored.extend(value.map(|_| field.to_owned()));
        }
    }
    Some(contact)
}

/// What else is known of a contact.
fn called(fields: &mut Fields, who: Option<Who>, phone: Option<String>) -> Option<Addressee> {
    let name = fields.text("contact_name", NAME);
    let id = fields.text("contact_id", ID);
    let expected = "this must be a language tag such as de or pt-BR";
    let locale = fields.parsed("contact_locale", 1000, expected, |text| is_language_tag(text).then(|| text.to_owned()));
    let time_zone = fields.time_zone("contact_time_zone");
    Some(Addressee { who: who?, name, id, phone, locale, time_zone })
}

/// Whether a text looks like a BCP 47 tag; CRMs write `pt_BR` as well.
fn is_language_tag(text: &str) -> bool {
    let mut parts = text.split(['-', '_']);
    let language = parts.next().unwrap_or_default();
    text.len() <= 35
        && (2..=8).contains(&language.len())
        && language.bytes().all(|b| b.is_ascii_alphabetic())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// The account manager.
pub(crate) fn owner(fields: &mut Fields) -> Option<Owner> {
    let email = fields.email("owner_email");
    let name = fields.text("owner_name", NAME);
    let id = fields.text("owner_id", ID);
    (email.is_some() || name.is_some() || id.is_some()).then_some(Owner { email, name, id })
}

/// Somebody or something with an id and a name, in the fields of these names.
pub(crate) fn named(fields: &mut Fields, [id, name]: [&str; 2]) -> Option<Named> {
    let id = fields.text(id, ID);
    let name = fields.text(name, NAME);
    (id.is_some() || name.is_some()).then_some(Named { id, name })
}

/// An instant.
pub(crate) fn time(fields: &mut Fields, name: &str) -> Option<Timestamp> {
    let expected = "this must be a time such as 2027-01-31T12:00:00Z";
    fields.parsed(name, 100, expected, |text| text.parse().ok())
}

/// The attributes that can be kept, in the order they were sent; the others are named in `ignored`.
pub(crate) fn attributes(fields: &mut Fields, ignored: &mut Vec<String>) -> BTreeMap<String, String> {
    let mut kept = BTreeMap::new();
    match fields.take("attributes") {
        None => {}
        Some(Json::Object(object)) => keep("", object, &mut kept, ignored),
        Some(_) => fields.wrong("attributes", "this must be an object: { … }"),
    }
    kept
}

fn keep(within: &str, object: Vec<(String, Json)>, kept: &mut BTreeMap<String, String>, ignored: &mut Vec<String>) {
    for (name, value) in object {
        let full = if within.is_empty() { name.trim().to_owned() } else { format!("{within}.{}", name.trim()) };
        let text = match value {
            Json::Null => continue,
            // What lies within cannot be kept either; naming each of it would make the answer far longer than the call.
            Json::Object(_) if full.chars().count() > MAX_ATTRIBUTE_CHARS => String::new(),
            Json::Object(inner) => {
                keep(&full, inner, kept, ignored);
                continue;
            }
            Json::Text(text) if text.trim().is_empty() => continue,
            Json::Text(text) => text,
            Json::Flag(flag) => flag.to_string(),
            Json::Whole(number) => number.to_string(),
            Json::Fraction(number) => number.to_string(),
            Json::List(_) => String::new(),
        };
        let fits = |text: &str| line(text, MAX_ATTRIBUTE_CHARS).ok().flatten();
        match (fits(&full), fits(&text)) {
            (Some(full), Some(text))
                if !name.trim().is_empty()
                    && kept.len() < MAX_ATTRIBUTES
                    && !OWN_DIMENSIONS.contains(&full.as_str())
                    && !kept.contains_key(&full) =>
            {
                kept.insert(full, text);
            }
            _ => ignored.push(format!("attributes.{full}")),
        }
    }
}

fn percent(value: &Json) -> Option<i128> {
    host::fields::whole(value).filter(|number| (0..=100).contains(number))
}

#[cfg(test)]
mod tests;
