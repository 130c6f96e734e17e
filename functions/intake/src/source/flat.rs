//! What a payload says in the words of a trigger: field by field, from where the source's map has it.

use std::collections::BTreeMap;

use host::Problem;
use host::fields::Json;
use host::problem::{FieldError, Kind as Trouble};
use model::Timestamp;
use model::source::{FIELDS, Kind, Origin, Path, Source};

const ATTRIBUTES: &str = "attributes";
const WITHIN: &str = "attributes.";

/// A payload in the words of a trigger.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Flat {
    /// The fields of the trigger.
    pub(crate) fields: Vec<(String, Json)>,
    /// Where each of them was found.
    found: BTreeMap<String, String>,
    /// What else a payload had that should have nothing else.
    pub(crate) ignored: Vec<String>,
}

impl Flat {
    /// The record's id, as far as it is one.
    pub(crate) fn record(&self) -> Option<String> {
        let (_, id) = self.fields.iter().find(|(name, _)| name == "subject_id")?;
        text(id).map(|id| id.trim().chars().take(255).collect::<String>()).filter(|id| !id.is_empty())
    }

    /// The same problem, each field with the place in the payload it came from, or was looked for at.
    pub(crate) fn pointed_out(&self, source: &Source, problem: &Problem) -> Problem {
        if problem.kind() != Trouble::Invalid {
            return problem.clone();
        }
        let errors = problem.errors().iter().map(|error| {
            let field = error.pointer.trim_start_matches('/').split('/').next().unwrap_or_default();
            let from = match (self.found.get(field), source.map.get(field)) {
                (Some(origin), _) => format!("from {origin}"),
                (None, Some(origins)) if !origins.is_empty() => {
                    let origins: Vec<_> = origins.iter().map(ToString::to_string).collect();
                    format!("looked for at {}", origins.join(", "))
                }
                _ => "the source's map has no place for it".to_owned(),
            };
            FieldError::new(error.pointer.clone(), format!("{} ({from})", error.detail))
        });
        Problem::invalid(errors.collect())
    }
}

/// Whether a payload is meant at all.
pub(crate) fn is_meant(source: &Source, payload: &Json) -> bool {
    let payload = Payload::new(source.kind, payload);
    source.when.iter().all(|condition| {
        let is = payload.at(&condition.path).as_ref().and_then(text);
        is.is_some_and(|is| condition.is.iter().any(|one| one.to_lowercase() == is.trim().to_lowercase()))
    })
}

/// Reads a payload by the source's map.
pub(crate) fn flat(source: &Source, payload: &Json) -> Flat {
    let read = Payload::new(source.kind, payload);
    let mut flat = Flat { fields: Vec::new(), found: BTreeMap::new(), ignored: Vec::new() };
    for field in FIELDS.into_iter().filter(|field| *field != ATTRIBUTES) {
        if let Some((origin, value)) = source.map.get(field).and_then(|origins| read.first(origins)) {
            let value = match field {
                "completion_percent" => whole_percent(value),
                "occurred_at" | "record_modified_at" => instant(value),
                _ => value,
            };
            flat.fields.push((field.to_owned(), value));
            flat.found.insert(field.to_owned(), origin);
        }
    }
    if !flat.found.contains_key("campaign")
        && let Some(campaign) = &source.campaign
    {
        flat.fields.push(("campaign".to_owned(), Json::Text(campaign.to_string())));
        flat.found.insert("campaign".to_owned(), "the source's campaign".to_owned());
    }
    if let Some(attributes) = attributes(source, &read) {
        flat.fields.push((ATTRIBUTES.to_owned(), attributes));
    }
    flat.ignored = rest(source, payload);
    flat
}

/// The attributes that are mapped by name, then those that come as they are.
fn attributes(source: &Source, payload: &Payload<'_>) -> Option<Json> {
    let mut all: Vec<(String, Json)> = Vec::new();
    let mut put = |name: &str, value: Json| {
        if !all.iter().any(|(known, _)| known == name) {
            all.push((name.to_owned(), value));
        }
    };
    for (field, origins) in &source.map {
        if let Some(name) = field.strip_prefix(WITHIN)
            && let Some((_, value)) = payload.first(origins)
        {
            put(name.trim(), value);
        }
    }
    if let Some(origins) = source.map.get(ATTRIBUTES) {
        for origin in origins {
            match payload.whole(origin) {
                Some(Json::Object(fields)) => fields.into_iter().for_each(|(name, value)| put(&name, scalar(value))),
                Some(Json::Null) | None => {}
                // Said to be wrong by whoever reads the trigger.
                Some(other) => return Some(other),
            }
        }
        for (name, value) in payload.fields() {
            if let Some(name) = name.strip_prefix(WITHIN) {
                put(name.trim(), scalar(value.clone()));
            }
        }
    }
    (!all.is_empty()).then_some(Json::Object(all))
}

/// The names at the top of plain JSON or a form that no place of the map begins with. A CRM's own payload has
/// a hundred of them and nobody asked for any.
fn rest(source: &Source, payload: &Json) -> Vec<String> {
    let (Kind::Json | Kind::Form, Json::Object(fields)) = (source.kind, payload) else { return Vec::new() };
    let asked = |name: &str| {
        let starts = |path: &Path| path.steps()[0] == name || path.steps().join(".") == name;
        let used = |origin: &Origin| matches!(origin, Origin::Payload(paths) if paths.iter().any(starts));
        source.map.values().flatten().any(used) || source.when.iter().any(|condition| starts(&condition.path))
    };
    let attribute =
        |name: &str| name.starts_with(WITHIN) && source.map.get(ATTRIBUTES).is_some_and(|at| !at.is_empty());
    fields.iter().map(|(name, _)| name).filter(|name| !asked(name) && !attribute(name)).cloned().collect()
}

/// A payload that can be asked for places.
struct Payload<'a> {
    whole: &'a Json,
    /// Dataverse: the attributes of the record, as they are now.
    record: Option<Json>,
}

impl<'a> Payload<'a> {
    fn new(kind: Kind, whole: &'a Json) -> Self {
        Self { whole, record: (kind == Kind::Dataverse).then(|| dataverse_record(whole)) }
    }

    fn fields(&self) -> &'a [(String, Json)] {
        match self.whole {
            Json::Object(fields) => fields,
            _ => &[],
        }
    }

    /// What is at a place, as it is.
    fn raw(&self, path: &Path) -> Option<&Json> {
        self.record.as_ref().and_then(|record| find(record, path.steps())).or_else(|| find(self.whole, path.steps()))
    }

    /// What is at a place, as one value.
    fn at(&self, path: &Path) -> Option<Json> {
        self.raw(path).map(|value| scalar(value.clone())).filter(is_something)
    }

    /// What an origin has, as it is.
    fn whole(&self, origin: &Origin) -> Option<Json> {
        match origin {
            Origin::Payload(paths) if paths.len() == 1 => self.raw(&paths[0]).cloned(),
            origin => self.value(origin),
        }
    }

    fn value(&self, origin: &Origin) -> Option<Json> {
        match origin {
            Origin::Constant(text) => Some(Json::Text(text.clone())),
            Origin::Payload(paths) if paths.len() == 1 => self.at(&paths[0]),
            Origin::Payload(paths) => {
                let parts: Vec<String> =
                    paths.iter().filter_map(|path| self.at(path)).filter_map(|part| text(&part)).collect();
                (!parts.is_empty()).then(|| Json::Text(parts.join(" ")))
            }
        }
    }

    /// The first origin that has something, as it is written, and what it has.
    fn first(&self, origins: &[Origin]) -> Option<(String, Json)> {
        origins.iter().find_map(|origin| Some((origin.to_string(), self.value(origin)?)))
    }
}

fn is_something(value: &Json) -> bool {
    match value {
        Json::Null => false,
        Json::Text(text) => !text.trim().is_empty(),
        _ => true,
    }
}

fn get<'a>(fields: &'a [(String, Json)], name: &str) -> Option<&'a Json> {
    fields.iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

/// Follows steps; see [`Path`].
fn find<'a>(at: &'a Json, steps: &[String]) -> Option<&'a Json> {
    let [step, rest @ ..] = steps else { return Some(at) };
    match at {
        Json::Object(fields) => {
            let inner = get(fields, step).and_then(|inner| find(inner, rest));
            // A name may itself have dots in it.
            inner.or_else(|| if rest.is_empty() { None } else { get(fields, &steps.join(".")) })
        }
        Json::List(entries) => {
            let is_primary = |entry: &&Json| match entry {
                Json::Object(fields) => get(fields, "primary") == Some(&Json::Flag(true)),
                _ => false,
            };
            let entry = match step.parse::<usize>() {
                Ok(nth) => entries.get(nth),
                Err(_) if step == "primary" => entries.iter().find(is_primary).or_else(|| entries.first()),
                Err(_) => entries.iter().find_map(|entry| pair(entry).filter(|(key, _)| key == step)).map(|(_, it)| it),
            };
            entry.and_then(|entry| find(entry, rest))
        }
        _ => None,
    }
}

/// A `{"key": …, "value": …}` pair.
fn pair(entry: &Json) -> Option<(&str, &Json)> {
    let Json::Object(fields) = entry else { return None };
    match (get(fields, "key")?, get(fields, "value")?) {
        (Json::Text(key), value) => Some((key, value)),
        _ => None,
    }
}

/// One value, where a CRM wraps it: HubSpot and Pipedrive in `value`, Dataverse in `Value`, or a reference to
/// a record in its `Id`.
fn scalar(value: Json) -> Json {
    let Json::Object(fields) = &value else { return value };
    for wrapped in ["value", "Value", "Id"] {
        if let Some(inner) = get(fields, wrapped) {
            return inner.clone();
        }
    }
    value
}

/// The record a Dataverse event is about: the attributes that were set, over those of the images after it,
/// over those of the images before it.
fn dataverse_record(context: &Json) -> Json {
    let steps = |path: &[&str]| path.iter().map(|step| (*step).to_owned()).collect::<Vec<_>>();
    let target = find(context, &steps(&["InputParameters", "Target"]));
    let images = ["PostEntityImages", "PreEntityImages"].into_iter().flat_map(|images| {
        let pairs = match find(context, &steps(&[images])) {
            Some(Json::List(entries)) => entries.as_slice(),
            _ => &[],
        };
        pairs.iter().filter_map(|entry| pair(entry)).map(|(_, image)| image)
    });
    let mut record: Vec<(String, Json)> = Vec::new();
    for entity in target.into_iter().chain(images) {
        let Some(Json::List(attributes)) = find(entity, &steps(&["Attributes"])) else { continue };
        for (name, value) in attributes.iter().filter_map(pair) {
            if get(&record, name).is_none() {
                record.push((name.to_owned(), value.clone()));
            }
        }
    }
    Json::Object(record)
}

/// The text of a value that is one; a number is its digits.
fn text(value: &Json) -> Option<String> {
    match value {
        Json::Text(text) => Some(text.clone()),
        Json::Whole(number) => Some(number.to_string()),
        Json::Fraction(number) => Some(number.to_string()),
        Json::Flag(flag) => Some(flag.to_string()),
        Json::Null | Json::List(_) | Json::Object(_) => None,
    }
}

/// A percentage without what is behind the point: CRMs keep two digits there, and 99.6 is not done.
fn whole_percent(value: Json) -> Json {
    let percent = match &value {
        Json::Fraction(number) => Some(*number),
        Json::Text(text) => text.trim().parse::<f64>().ok(),
        _ => None,
    };
    match percent {
        // Anything else is for whoever reads the trigger to refuse.
        Some(percent) if (0.0..=100.0).contains(&percent) => Json::Text(format!("{:.0}", percent.floor())),
        _ => value,
    }
}

/// A time in the one way a trigger takes it. CRMs also write seconds or milliseconds since 1970, `/Date(…)/`,
/// a date alone, or a blank between date and time; without a zone it is UTC.
fn instant(value: Json) -> Json {
    let Some(written) = text(&value) else { return value };
    let written = written.trim();
    let digits = written.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/"));
    // Behind the milliseconds there may be an offset, which says how it looked and not when it was.
    let digits =
        digits.map(|digits| digits.get(1..).and_then(|rest| rest.find(['+', '-'])).map_or(digits, |at| &digits[..=at]));
    let millis = match (digits, written.parse::<i64>()) {
        (Some(digits), _) => digits.parse().ok(),
        (None, Ok(number)) if written.len() <= 11 => number.checked_mul(1000),
        (None, Ok(number)) => Some(number),
        (None, Err(_)) => None,
    };
    let since_1970 = millis.map(|millis| Timestamp::from_millis(millis).to_string());
    let spelled = || {
        let date = written.parse::<jiff::civil::Date>().ok().filter(|_| written.len() == 10);
        let whole = date.map(|date| format!("{date}T00:00:00Z"));
        whole.or_else(|| {
            let zoned = format!("{}Z", written.replacen(' ', "T", 1));
            zoned.parse::<Timestamp>().ok().map(|_| zoned)
        })
    };
    since_1970.or_else(spelled).map_or(value, Json::Text)
}

#[cfg(test)]
mod tests;
