//! API keys: made, listed, deleted. The key itself is shown once and kept by nobody here.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use host::fields::Json as Value;
use host::{Chance, Fields, Problem};
use model::Timestamp;
use serde::Serialize;
use store::{ApiKey, Scope, Store};

use crate::{Deps, Managed};

/// A new key, shown this once.
#[derive(Debug, Serialize)]
pub struct Fresh {
    /// Its name in the API.
    pub id: String,
    /// The key itself.
    pub key: String,
}

/// What a key is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
}

impl Wish {
    /// Reads a wish.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub(crate) fn read(mut fields: Fields) -> Result<Self, Problem> {
        let wish = Self::take(&mut fields);
        fields.finish()?;
        Ok(wish)
    }

    /// Takes the fields of a wish; what is wrong with them is said by `fields`.
    pub(crate) fn take(fields: &mut Fields) -> Self {
        let name = fields.text("name", 100).unwrap_or_default();
        if name.is_empty() {
            fields.missing("name", "a key needs a name of 1 to 100 characters");
        }
        let mut scopes = Vec::new();
        for (nth, value) in fields.list("scopes").unwrap_or_default().iter().enumerate() {
            let known =
                Scope::ALL.into_iter().find(|scope| matches!(value, Value::Text(text) if text == scope.as_str()));
            match known {
                Some(scope) if !scopes.contains(&scope) => scopes.push(scope),
                Some(_) => {}
                None => fields.wrong_within("scopes", nth, "a scope is trigger, read or manage"),
            }
        }
        if scopes.is_empty() {
            fields.missing("scopes", "a key needs at least one of the scopes trigger, read and manage");
        }
        Self { name, scopes }
    }
}

/// Makes a key. It is shown now and never again; its hash is kept.
///
/// # Errors
/// When the table is busy or gives no answer.
pub async fn make(store: &Store, chance: &Chance, wish: Wish, now: Timestamp) -> Result<Fresh, store::Error> {
    let id = format!("{:012x}", chance.bits() >> 16);
    let key = format!("nps_{id}_{}", URL_SAFE_NO_PAD.encode(chance.secret()));
    let hash = host::access::hash(&key);
    let kept = ApiKey { id: id.clone(), name: wish.name, hash, scopes: wish.scopes, created_at: now };
    store.save_api_key(&kept).await?;
    tracing::info!(key.id = id, "an API key was made");
    Ok(Fresh { id, key })
}

/// Keeps a key somebody has chosen, with every scope: the local host's `--api-key`. Again, it changes nothing.
///
/// # Errors
/// When the table is busy or gives no answer.
pub async fn put_fixed(store: &Store, key: &str, name: &str, now: Timestamp) -> Result<(), store::Error> {
    let hash = host::access::hash(key);
    let id = hash.chars().take(12).collect();
    let kept = ApiKey { id, name: name.to_owned(), hash, scopes: Scope::ALL.to_vec(), created_at: now };
    store.save_api_key(&kept).await
}

/// A key as the API shows it.
#[derive(Serialize)]
pub(crate) struct KeyWire {
    id: String,
    name: String,
    scopes: Vec<&'static str>,
    created_at: String,
}

/// All keys.
#[derive(Serialize)]
pub(crate) struct Keys {
    keys: Vec<KeyWire>,
}

/// `POST /v1/keys`
pub(crate) async fn create(State(deps): State<Deps>, managed: Managed) -> Result<(StatusCode, Json<Fresh>), Problem> {
    let wish = Wish::read(managed.fields()?)?;
    let fresh = make(&deps.store, &deps.chance, wish, managed.now).await?;
    Ok((StatusCode::CREATED, Json(fresh)))
}

/// `GET /v1/keys`
pub(crate) async fn list(State(deps): State<Deps>, managed: Managed) -> Result<Json<Keys>, Problem> {
    let config = deps.config(managed.now).await?;
    Ok(Json(Keys { keys: config.api_keys().into_iter().map(wire).collect() }))
}

/// `GET /v1/keys/{id}`
pub(crate) async fn show(
    State(deps): State<Deps>,
    Path(id): Path<String>,
    managed: Managed,
) -> Result<Json<KeyWire>, Problem> {
    let config = deps.config(managed.now).await?;
    config.api_keys().into_iter().find(|key| key.id == id).map(wire).map(Json).ok_or_else(no_such_key)
}

fn wire(key: &ApiKey) -> KeyWire {
    KeyWire {
        id: key.id.clone(),
        name: key.name.clone(),
        scopes: key.scopes.iter().map(|scope| scope.as_str()).collect(),
        created_at: key.created_at.to_string(),
    }
}

fn no_such_key() -> Problem {
    Problem::not_found("there is no API key of that id")
}

/// `DELETE /v1/keys/{id}`
pub(crate) async fn delete(
    State(deps): State<Deps>,
    Path(id): Path<String>,
    managed: Managed,
) -> Result<StatusCode, Problem> {
    let config = deps.config(managed.now).await?;
    if !config.api_keys().iter().any(|key| key.id == id) {
        return Err(no_such_key());
    }
    // The last one may go as well: whoever may invoke this function through IAM can make another.
    deps.store.delete_api_key(&id).await?;
    tracing::info!(key.id = id, "an API key was deleted");
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Wish, Vec<String>> {
        Wish::read(Fields::parse(body.as_bytes()).unwrap())
            .map_err(|problem| problem.errors().iter().map(|error| error.pointer.clone()).collect())
    }

    #[test]
    fn a_wish_has_a_name_and_known_scopes() {
        let wish = read(r#"{"name":" crm ","scopes":["trigger","read","trigger"]}"#).unwrap();
        assert_eq!(wish, Wish { name: "crm".to_owned(), scopes: vec![Scope::Trigger, Scope::Read] });
        for (body, wrong) in [
            ("{}", vec!["/name", "/scopes"]),
            (r#"{"name":"","scopes":[]}"#, vec!["/name", "/scopes"]),
            (r#"{"name":"a\nb","scopes":"read"}"#, vec!["/name", "/scopes"]),
            (r#"{"name":"a","scopes":["read","admin",7]}"#, vec!["/scopes/1", "/scopes/2"]),
            (r#"{"name":"a","scopes":["read"],"key":"mine"}"#, vec!["/key"]),
        ] {
            assert_eq!(read(body).unwrap_err(), wrong, "{body}");
        }
        assert!(read(&format!(r#"{{"name":"{}","scopes":["read"]}}"#, "x".repeat(101))).is_err());
    }
}
