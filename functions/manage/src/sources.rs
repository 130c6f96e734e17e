//! Sources: CRMs that call in their own language.
//!
//! A source is written over the very one it was decided on. What is shown can be put back: the usual map and
//! conditions of its kind are part of it from the first put on, so that they stay as somebody saw them.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use host::fields::{Json as Value, line};
use host::problem::Kind as Trouble;
use host::{Fields, Problem};
use model::source::{Auth, Condition, HubspotVersion, Kind, Origin, Source, is_field};
use model::{CampaignId, SourceId};
use serde::Serialize;
use store::Refusal;

use crate::{Deps, Managed};

/// How often it is decided again because others wrote first.
const ROUNDS: usize = 8;

/// Most entries of a map, most places of one, most conditions and most texts of one.
const MOST: usize = 64;

/// Refusals on a page.
const PAGE: i32 = 100;

/// All sources.
#[derive(Serialize)]
pub(crate) struct Sources {
    sources: Vec<SourceWire>,
}

/// A source as the API shows it. Every field is always there.
#[derive(Serialize)]
pub(crate) struct SourceWire {
    id: String,
    kind: &'static str,
    campaign: Option<String>,
    auth: AuthWire,
    map: BTreeMap<String, Option<Vec<String>>>,
    when: BTreeMap<String, Vec<String>>,
}

#[derive(Serialize)]
struct AuthWire {
    secret: String,
    header: Option<String>,
    query: Option<String>,
    user: Option<String>,
    organization_id: Option<String>,
    oldest_signature: Option<&'static str>,
}

/// A page of what a source sent and no survey can be made of.
#[derive(Serialize)]
pub(crate) struct Refused {
    refused: Vec<RefusedOne>,
    cursor: Option<String>,
}

#[derive(Serialize)]
struct RefusedOne {
    at: String,
    record: Option<String>,
    errors: Vec<host::problem::FieldError>,
}

/// `GET /v1/sources`
pub(crate) async fn list(State(deps): State<Deps>, managed: Managed) -> Result<Json<Sources>, Problem> {
    let sources: Vec<Source> = deps.config(managed.now).await?.documents()?;
    Ok(Json(Sources { sources: sources.iter().map(shown).collect() }))
}

/// `GET /v1/sources/{id}`
pub(crate) async fn show(
    State(deps): State<Deps>,
    Path(id): Path<String>,
    managed: Managed,
) -> Result<Json<SourceWire>, Problem> {
    let source: Source = deps.config(managed.now).await?.document(&id)?.ok_or_else(no_such_source)?;
    Ok(Json(shown(&source)))
}

/// `PUT /v1/sources/{id}`
pub(crate) async fn put(
    State(deps): State<Deps>,
    Path(id): Path<String>,
    managed: Managed,
) -> Result<Json<SourceWire>, Problem> {
    let source = read(managed.fields()?, &id)?;
    for _ in 0..ROUNDS {
        let seen = deps.config(managed.now).await?;
        if deps.store.save_document(&seen, &source).await? {
            tracing::info!(source.id = %source.id, source.kind = source.kind.as_str(), "a source was put");
            return Ok(Json(shown(&source)));
        }
    }
    Err(contended())
}

/// `DELETE /v1/sources/{id}`
pub(crate) async fn delete(
    State(deps): State<Deps>,
    Path(id): Path<String>,
    managed: Managed,
) -> Result<StatusCode, Problem> {
    let id: SourceId = id.parse().map_err(|_| no_such_source())?;
    for _ in 0..ROUNDS {
        let seen = deps.config(managed.now).await?;
        if seen.document::<Source>(id.as_str())?.is_none() {
            return Err(no_such_source());
        }
        if deps.store.delete_document::<Source>(&seen, id.as_str()).await? {
            tracing::info!(source.id = %id, "a source was deleted");
            return Ok(StatusCode::NO_CONTENT);
        }
    }
    Err(contended())
}

/// `GET /v1/sources/{id}/refused`
pub(crate) async fn refused(
    State(deps): State<Deps>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    managed: Managed,
) -> Result<Json<Refused>, Problem> {
    let from = cursor(query.as_deref().unwrap_or_default())?;
    let source: Source = deps.config(managed.now).await?.document(&id)?.ok_or_else(no_such_source)?;
    let page = deps.store.refusals(&source.id, from.as_deref(), PAGE).await?;
    let one = |Refusal { at, record, errors }: Refusal| RefusedOne {
        at: at.to_string(),
        record,
        errors: errors.into_iter().map(|(at, detail)| host::problem::FieldError::new(at, detail)).collect(),
    };
    Ok(Json(Refused { refused: page.refusals.into_iter().map(one).collect(), cursor: page.next }))
}

fn cursor(query: &str) -> Result<Option<String>, Problem> {
    let mut from = None;
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if name != "cursor" || from.is_some() {
            return Err(Problem::field(format!("?{name}"), "this address takes one cursor and nothing else"));
        }
        // What a sort key begins with; anything else was never given out.
        if !value.starts_with(['#', '?']) || value.len() > 1024 {
            return Err(Problem::field("?cursor", "this is not a cursor of an earlier answer"));
        }
        from = Some(value.into_owned());
    }
    Ok(from)
}

fn no_such_source() -> Problem {
    Problem::not_found("there is no source of that id")
}

fn contended() -> Problem {
    Problem::new(Trouble::TryLater, "others changed this source at the same time; please send it again")
}

/// Shows a source. A field its kind usually has and this one does not look for is `null`.
fn shown(source: &Source) -> SourceWire {
    let unmapped = source.kind.usual_map().into_keys().map(|field| (field, None));
    let mapped = source.map.iter().map(|(field, origins)| {
        let origins: Vec<_> = origins.iter().map(ToString::to_string).collect();
        (field.clone(), (!origins.is_empty()).then_some(origins))
    });
    let mut auth = AuthWire {
        secret: source.secret.clone(),
        header: None,
        query: None,
        user: None,
        organization_id: source.organization_id.clone(),
        oldest_signature: None,
    };
    match &source.auth {
        Auth::Header { name } => auth.header = Some(name.clone()),
        Auth::Query { name } => auth.query = Some(name.clone()),
        Auth::Basic { user } => auth.user = Some(user.clone()),
        Auth::Hubspot { oldest } => auth.oldest_signature = Some(oldest.as_str()),
        Auth::StandardWebhooks => {}
    }
    SourceWire {
        id: source.id.to_string(),
        kind: source.kind.as_str(),
        campaign: source.campaign.as_ref().map(ToString::to_string),
        auth,
        map: unmapped.chain(mapped).collect(),
        when: source.when.iter().map(|one| (one.path.as_str().to_owned(), one.is.clone())).collect(),
    }
}

/// Reads the source `id`; what is absent takes what is usual for its kind.
///
/// # Errors
/// Every field that is wrong.
fn read(mut fields: Fields, id: &str) -> Result<Source, Problem> {
    let parsed = id.parse::<SourceId>();
    match (&parsed, fields.text("id", 1000)) {
        (Err(wrong), _) => fields.wrong("id", wrong.to_string()),
        (Ok(_), Some(other)) if other != id => fields.wrong("id", "this must be the id in the address, or be left out"),
        (Ok(_), _) => {}
    }
    let names: Vec<_> = Kind::ALL.into_iter().map(Kind::as_str).collect();
    let expected = format!("this must be one of {}", names.join(", "));
    let kind = fields.parsed("kind", 64, &expected, |text| Kind::ALL.into_iter().find(|kind| kind.as_str() == text));
    if kind.is_none() {
        fields.missing("kind", expected);
    }
    // Everything else depends on the kind; of an unknown one it is read all the same, for what is wrong with it.
    let known = kind.unwrap_or(Kind::Json);
    let campaign = match fields.text("campaign", 1000).map(|text| text.parse::<CampaignId>()) {
        Some(Err(wrong)) => {
            fields.wrong("campaign", wrong.to_string());
            None
        }
        Some(Ok(campaign)) => Some(campaign),
        None => None,
    };
    let proof = auth(&mut fields, known);
    let map = map(&mut fields, known);
    let when = when(&mut fields, known);
    fields.finish()?;
    // Nothing is wrong, so what must be there is there.
    let (Ok(id), Some(kind), Some(Proof { auth, secret, organization_id })) = (parsed, kind, proof) else {
        return Err(Problem::invalid(Vec::new()));
    };
    Ok(Source { id, kind, campaign, auth, secret, organization_id, map, when })
}

/// How a call proves who it is from, with what.
struct Proof {
    auth: Auth,
    secret: String,
    organization_id: Option<String>,
}

fn auth(fields: &mut Fields, kind: Kind) -> Option<Proof> {
    let Some(mut inner) = fields.object("auth") else {
        fields.missing("auth", "a source needs the name of the secret that proves who calls: {\"secret\": \"…\"}");
        return None;
    };
    const SECRET: &str = "this must be the name of a secret: 1 to 128 letters, digits, _, . and -";
    let is_secret = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b));
    let secret = inner.parsed("secret", 128, SECRET, |text| is_secret(text).then(|| text.to_owned()));
    if secret.is_none() {
        inner.missing("secret", SECRET);
    }
    let header = name(&mut inner, "header").map(|name| name.to_ascii_lowercase());
    let query = name(&mut inner, "query");
    if query.as_deref() == Some("dry_run") {
        inner.missing("query", "this name is taken: ?dry_run=true shows what a payload would become");
    }
    let user = inner.parsed("user", 64, "this must be a user without a colon", |text| {
        (!text.contains(':')).then(|| text.to_owned())
    });
    let organization_id = inner.parsed("organization_id", 18, ORGANIZATION, |text| {
        let fits = [15, 18].contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
        fits.then(|| text.to_owned())
    });
    let oldest = inner.parsed("oldest_signature", 8, "this must be v1, v2 or v3", |text| {
        HubspotVersion::ALL.into_iter().find(|version| version.as_str() == text)
    });
    let (in_header, in_query) = match kind {
        Kind::SalesforceOutbound => (false, true),
        Kind::Hubspot | Kind::Dataverse | Kind::Json | Kind::Form => (true, true),
        Kind::Pipedrive | Kind::StandardWebhooks => (false, false),
    };
    let mut unfit = |name: &str, given: bool, fits: bool| {
        if given && !fits {
            inner.missing(name, format!("a source of kind {} has none", kind.as_str()));
        }
    };
    unfit("header", header.is_some(), in_header);
    unfit("query", query.is_some(), in_query);
    unfit("user", user.is_some(), kind == Kind::Pipedrive);
    unfit("organization_id", organization_id.is_some(), kind == Kind::SalesforceOutbound);
    unfit("oldest_signature", oldest.is_some(), kind == Kind::Hubspot && header.is_none() && query.is_none());
    if header.is_some() && query.is_some() {
        inner.missing("query", "the key is in a header or in the query, not in both");
    }
    if kind == Kind::SalesforceOutbound && organization_id.is_none() {
        inner.missing("organization_id", ORGANIZATION);
    }
    fields.close(inner);
    let key = |name: &str| name.to_owned();
    let auth = match (kind, header, query) {
        (_, Some(name), _) => Auth::Header { name },
        (_, None, Some(name)) => Auth::Query { name },
        (Kind::SalesforceOutbound, ..) => Auth::Query { name: key("key") },
        (Kind::Dataverse, ..) => Auth::Query { name: key("code") },
        (Kind::Json | Kind::Form, ..) => Auth::Header { name: key("x-api-key") },
        (Kind::Pipedrive, ..) => Auth::Basic { user: user.unwrap_or_else(|| key("npsloop")) },
        (Kind::Hubspot, ..) => Auth::Hubspot { oldest: oldest.unwrap_or(HubspotVersion::V1) },
        (Kind::StandardWebhooks, ..) => Auth::StandardWebhooks,
    };
    Some(Proof { auth, secret: secret?, organization_id })
}

const ORGANIZATION: &str =
    "this must be the id of your Salesforce organization, 15 or 18 letters and digits (Setup, Company Information)";

/// The name of a header or of a parameter of the query.
fn name(fields: &mut Fields, field: &str) -> Option<String> {
    let expected = "this must be a name of letters, digits, - and _";
    fields.parsed(field, 64, expected, |text| {
        text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_').then(|| text.to_owned())
    })
}

/// The usual map of the kind, with what is put over it; `null` takes a field out.
fn map(fields: &mut Fields, kind: Kind) -> BTreeMap<String, Vec<Origin>> {
    let mut map = kind.usual_map();
    let Some(mut inner) = fields.object("map") else { return map };
    for name in inner.names() {
        let value = inner.take_any(&name);
        if !is_field(&name) {
            inner.wrong(&name, "a trigger has no such field; see /openapi.json, or write attributes.NAME");
            continue;
        }
        let origins = match value {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::List(all)) if all.len() <= MOST => {
                all.into_iter().enumerate().filter_map(|(nth, one)| origin(&mut inner, &name, Some(nth), one)).collect()
            }
            Some(one) => origin(&mut inner, &name, None, one).into_iter().collect(),
        };
        map.insert(name, origins);
    }
    fields.close(inner);
    if map.len() > MOST {
        fields.missing("map", "a map has at most 64 fields");
    }
    map
}

fn origin(fields: &mut Fields, name: &str, nth: Option<usize>, value: Value) -> Option<Origin> {
    let parsed = match value {
        Value::Text(text) => text.parse::<Origin>().map_err(|wrong| wrong.to_string()),
        _ => Err("this must be a path such as data.title, a constant such as =project, or a list of them".to_owned()),
    };
    parsed
        .map_err(|wrong| match nth {
            Some(nth) => fields.wrong_within(name, nth, wrong),
            None => fields.wrong(name, wrong),
        })
        .ok()
}

/// What must hold of a payload; absent is what is usual for the kind.
fn when(fields: &mut Fields, kind: Kind) -> Vec<Condition> {
    let Some(mut inner) = fields.object("when") else { return kind.usual_conditions() };
    let mut conditions = Vec::new();
    let mut seen = BTreeSet::new();
    for name in inner.names() {
        let texts = match inner.take_any(&name) {
            Some(Value::List(all)) => all,
            Some(one) => vec![one],
            None => Vec::new(),
        };
        let is: Option<Vec<String>> = texts
            .into_iter()
            .map(|text| match text {
                Value::Text(text) => line(&text, 200).ok().flatten(),
                Value::Whole(number) => Some(number.to_string()),
                Value::Flag(flag) => Some(flag.to_string()),
                _ => None,
            })
            .collect();
        match (name.parse::<model::source::Path>(), is) {
            (Err(wrong), _) => inner.wrong(&name, wrong.to_string()),
            (Ok(path), Some(is)) if (1..=MOST).contains(&is.len()) => {
                if seen.insert(path.steps().to_vec()) {
                    conditions.push(Condition { path, is });
                } else {
                    inner.wrong(&name, "this place is there twice");
                }
            }
            (Ok(_), _) => inner.wrong(&name, "this must be a text of one line, or a list of such texts"),
        }
    }
    fields.close(inner);
    if conditions.len() > MOST {
        fields.missing("when", "there are at most 64 conditions");
    }
    conditions
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Shown, json};

    use super::*;

    fn reading(body: &Shown) -> Result<Source, Problem> {
        read(Fields::parse(body.to_string().as_bytes()).unwrap(), "crm")
    }

    fn show_of(source: &Source) -> Shown {
        serde_json::to_value(shown(source)).unwrap()
    }

    fn smallest(kind: Kind) -> Shown {
        match kind {
            Kind::SalesforceOutbound => {
                json!({ "kind": kind.as_str(), "auth": { "secret": "s", "organization_id": "00D5g000004abcDEAQ" } })
            }
            _ => json!({ "kind": kind.as_str(), "auth": { "secret": "s" } }),
        }
    }

    #[test]
    fn every_kind_has_its_usual_proof_map_and_conditions() {
        for kind in Kind::ALL {
            let source = reading(&smallest(kind)).unwrap();
            insta::assert_snapshot!(kind.as_str(), serde_json::to_string_pretty(&shown(&source)).unwrap());
        }
    }

    #[test]
    fn what_is_shown_can_be_put() {
        for kind in Kind::ALL {
            let source = reading(&smallest(kind)).unwrap();
            assert_eq!(reading(&show_of(&source)).unwrap(), source);
        }
        let put = json!({
            "id": "crm", "kind": "pipedrive", "campaign": "spring", "auth": { "secret": "pipedrive.eu", "user": "nps" },
            "map": { "milestone": "=won", "contact_email": ["/data/custom_fields/1a2b/value", "data.email"],
                     "attributes.team": "data.owner.team", "account_id": null, "contact_name": "a + b" },
            "when": { "data.status": "won", "meta.action": ["create", "change"] },
        });
        let source = reading(&put).unwrap();
        let shown = show_of(&source);
        assert_eq!(shown["map"]["milestone"], json!(["=won"]));
        assert_eq!(shown["map"]["account_id"], json!(null));
        assert_eq!(shown["map"]["subject_id"], json!(["data.id", "meta.entity_id"]));
        assert_eq!(shown["when"]["data.status"], json!(["won"]));
        assert_eq!(reading(&shown).unwrap(), source);
        // Said to be empty it is empty.
        let mut put = put;
        put["when"] = json!({});
        assert_eq!(reading(&put).unwrap().when, []);
    }

    #[test]
    fn every_wrong_way_is_said_at_its_field() {
        let with = |kind: &str, field: &str, value: Shown| {
            let mut body = smallest(Kind::ALL.into_iter().find(|known| known.as_str() == kind).unwrap());
            match field.split_once('.') {
                Some((outer, inner)) => body[outer][inner] = value,
                None => body[field] = value,
            }
            body
        };
        for (body, pointers) in [
            (json!({}), &["/kind", "/auth"][..]),
            (json!({ "kind": "sap", "auth": { "secret": "s" } }), &["/kind"]),
            (json!({ "kind": "json", "auth": "s" }), &["/auth"]),
            (json!({ "kind": "json", "auth": {} }), &["/auth/secret"]),
            (with("json", "id", json!("other")), &["/id"]),
            (with("json", "colour", json!("red")), &["/colour"]),
            (with("json", "campaign", json!("a b")), &["/campaign"]),
            (with("json", "auth.secret", json!("a/b")), &["/auth/secret"]),
            (with("json", "auth.key", json!("k")), &["/auth/key"]),
            (with("json", "auth.header", json!("a b")), &["/auth/header"]),
            (with("json", "auth.query", json!("dry_run")), &["/auth/query"]),
            (with("json", "auth.user", json!("u")), &["/auth/user"]),
            (with("json", "auth.organization_id", json!("00D5g000004abcD")), &["/auth/organization_id"]),
            (with("json", "auth.oldest_signature", json!("v3")), &["/auth/oldest_signature"]),
            (with("hubspot", "auth.oldest_signature", json!("v4")), &["/auth/oldest_signature"]),
            (with("pipedrive", "auth.user", json!("a:b")), &["/auth/user"]),
            (with("pipedrive", "auth.header", json!("x-key")), &["/auth/header"]),
            (with("standard_webhooks", "auth.query", json!("key")), &["/auth/query"]),
            (with("salesforce_outbound", "auth.header", json!("x-key")), &["/auth/header"]),
            (with("salesforce_outbound", "auth.organization_id", json!(null)), &["/auth/organization_id"]),
            (with("salesforce_outbound", "auth.organization_id", json!("00D")), &["/auth/organization_id"]),
            (with("json", "map", json!([])), &["/map"]),
            (with("json", "map.subject", json!("id")), &["/map/subject"]),
            (with("json", "map.attributes.", json!("id")), &["/map/attributes."]),
            (with("json", "map.subject_id", json!("a..b")), &["/map/subject_id"]),
            (with("json", "map.subject_id", json!(7)), &["/map/subject_id"]),
            (with("json", "map.subject_id", json!(["a", "="])), &["/map/subject_id/1"]),
            (with("json", "when", json!("x")), &["/when"]),
            (with("json", "when", json!({ "a..b": "x" })), &["/when/a..b"]),
            (with("json", "when", json!({ "a": [] })), &["/when/a"]),
            (with("json", "when", json!({ "a": ["x", "b\nc"] })), &["/when/a"]),
            (with("json", "when", json!({ "a.b": "x", "/a/b": "y" })), &["/when/a.b"]),
        ] {
            let problem = reading(&body).expect_err(&body.to_string());
            let found: Vec<_> = problem.errors().iter().map(|error| error.pointer.as_str()).collect();
            assert_eq!(found, pointers, "{body}");
        }
        for id in ["a b", "batch"] {
            let body = smallest(Kind::Json).to_string();
            let problem = read(Fields::parse(body.as_bytes()).unwrap(), id).unwrap_err();
            assert_eq!(problem.errors()[0].pointer, "/id");
        }
        let both = with("json", "auth", json!({ "secret": "s", "header": "a", "query": "b" }));
        assert_eq!(reading(&both).unwrap_err().errors()[0].pointer, "/auth/query");
    }

    #[test]
    fn a_cursor_is_one_that_was_given_out() {
        assert_eq!(cursor("").unwrap(), None);
        assert_eq!(cursor("cursor=%23a0X1").unwrap().as_deref(), Some("#a0X1"));
        for wrong in ["cursor=a", "cursor=", "page=2", "cursor=%23a&cursor=%23b"] {
            assert!(cursor(wrong).is_err(), "{wrong}");
        }
    }
}
