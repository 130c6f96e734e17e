//! The company's own people: made known, listed, deleted.
//!
//! A put says what shall be so, so a repeat changes nothing; the one that makes somebody known writes their invitation. Whoever
//! is deleted is out within a minute, wherever they are signed in.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use host::problem::Kind;
use host::query::Parameters;
use host::{Fields, Problem};
use model::notice::Says;
use model::{Email, Person, Role, Timestamp};
use serde::Serialize;

use crate::sign_in::letter;
use crate::{Deps, Managed, cursor};

/// People on one page.
const PAGE: usize = 100;

/// How often somebody is looked for, and made known if nobody knows them: meanwhile others may do that, or let them go.
const TRIES: usize = 3;

/// What somebody is made known with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// What people call them.
    pub name: String,
    /// What they may do and see.
    pub role: Role,
}

impl Wish {
    /// Takes the fields of a wish; what is wrong with them is said by `fields`.
    pub(crate) fn take(fields: &mut Fields) -> Option<Self> {
        const ROLES: &str = "a role is admin, analyst or owner";
        let name = fields.text("name", 100);
        if name.is_none() {
            fields.missing("name", "a person needs a name of 1 to 100 characters");
        }
        let role = fields.parsed("role", 20, ROLES, |text| text.parse().ok());
        if role.is_none() {
            fields.missing("role", ROLES);
        }
        Some(Self { name: name?, role: role? })
    }
}

/// A person as the API shows them.
#[derive(Serialize)]
pub(crate) struct PersonWire {
    email: String,
    name: String,
    role: &'static str,
    created_at: String,
    signed_in_at: Option<String>,
}

/// One page of people.
#[derive(Serialize)]
pub(crate) struct People {
    people: Vec<PersonWire>,
    cursor: Option<String>,
}

/// `GET /v1/people`
pub(crate) async fn list(
    State(deps): State<Deps>,
    Query(pairs): Query<Vec<(String, String)>>,
    _: Managed,
) -> Result<Json<People>, Problem> {
    let mut parameters = Parameters::new(pairs);
    let from = parameters.read("cursor", "not a cursor of this list", cursor::read::<PersonKey>);
    parameters.finish()?;
    let page = deps.store.people(from.as_deref(), PAGE).await?;
    Ok(Json(People { people: page.people.iter().map(wire).collect(), cursor: page.next.as_deref().map(cursor::show) }))
}

/// The key of a person in a cursor.
struct PersonKey(String);

impl std::str::FromStr for PersonKey {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        model::ContactKey::parse(text).map(|key| Self(key.as_str().to_owned())).ok_or(())
    }
}

impl std::fmt::Display for PersonKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// `GET /v1/people/{email}`
pub(crate) async fn show(
    State(deps): State<Deps>,
    Path(email): Path<String>,
    _: Managed,
) -> Result<Json<PersonWire>, Problem> {
    let person = deps.store.person(&address(&email)?.key()).await?.ok_or_else(no_such_person)?;
    Ok(Json(wire(&person)))
}

/// `PUT /v1/people/{email}`
pub(crate) async fn put(
    State(deps): State<Deps>,
    Path(email): Path<String>,
    managed: Managed,
) -> Result<Json<PersonWire>, Problem> {
    let mut fields = managed.fields()?;
    let wish = Wish::take(&mut fields);
    fields.finish()?;
    let email = address(&email)?;
    let wish = wish.ok_or_else(|| Problem::invalid(Vec::new()))?;
    make(&deps, &email, wish, managed.person.clone(), managed.now).await.map(|person| Json(wire(&person)))
}

/// Makes somebody known, and invites them if nobody knew them.
///
/// # Errors
/// `try-later`: sent again, it is as if it were sent once.
pub(crate) async fn make(
    deps: &Deps,
    email: &Email,
    wish: Wish,
    by: Option<String>,
    now: Timestamp,
) -> Result<Person, Problem> {
    let key = email.key();
    let log = || tracing::info!(person.key = key.as_str(), person.role = wish.role.as_str(), "a person was put");
    for _ in 0..TRIES {
        if let Some(person) = deps.store.change_person(email, &wish.name, wish.role).await? {
            log();
            return Ok(person);
        }
        deps.store.shut_out_unless_known(&key).await?;
        let letter = letter::new(deps, email, Says::Invitation { by: by.clone() }, now);
        if let Some(person) = deps.store.invite_person(&wish.name, wish.role, &letter, now).await? {
            log();
            letter::call(deps, letter.id).await?;
            return Ok(person);
        }
    }
    Err(Problem::new(Kind::TryLater, "others are changing this person as well; please try again"))
}

/// `DELETE /v1/people/{email}`
pub(crate) async fn delete(
    State(deps): State<Deps>,
    Path(email): Path<String>,
    _: Managed,
) -> Result<StatusCode, Problem> {
    // The last admin may go as well: whoever may invoke this function through IAM can make another.
    let key = address(&email)?.key();
    if !deps.store.delete_person(&key).await? {
        return Err(no_such_person());
    }
    tracing::info!(person.key = key.as_str(), "a person was deleted");
    Ok(StatusCode::NO_CONTENT)
}

/// A person as the API shows them.
pub(crate) fn wire(person: &Person) -> PersonWire {
    PersonWire {
        email: person.email.expose().to_owned(),
        name: person.name.clone(),
        role: person.role.as_str(),
        created_at: person.created_at.to_string(),
        signed_in_at: person.signed_in_at.map(|at| at.to_string()),
    }
}

fn address(text: &str) -> Result<Email, Problem> {
    Email::parse(text).map_err(|why| Problem::field("/email", why.to_string()))
}

fn no_such_person() -> Problem {
    Problem::not_found("nobody of that address is known here")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_has_a_name_and_a_role() {
        let read = |body: &str| {
            let mut fields = Fields::parse(body.as_bytes()).unwrap();
            let wish = Wish::take(&mut fields);
            let pointers = |problem: Problem| problem.errors().iter().map(|error| error.pointer.clone()).collect();
            fields.finish().map(|()| wish).map_err(pointers)
        };
        let sam = Wish { name: "Sam".to_owned(), role: Role::Owner };
        assert_eq!(read(r#"{"name":" Sam ","role":"owner"}"#), Ok(Some(sam)));
        for (body, wrong) in [
            ("{}", &["/name", "/role"][..]),
            (r#"{"name":"","role":"owner"}"#, &["/name"]),
            (r#"{"name":"Sam","role":"Owner"}"#, &["/role"]),
            (r#"{"name":"Sam","role":["owner"]}"#, &["/role"]),
            (r#"{"name":"Sam\r\nBcc","role":"owner"}"#, &["/name"]),
            (r#"{"name":"Sam","role":"owner","email":"a@b.example"}"#, &["/email"]),
        ] {
            let found: Vec<String> = read(body).unwrap_err();
            assert_eq!(found, wrong, "{body}");
        }
    }
}
