//! Invocations: HTTP requests, and what somebody asks who may invoke this function through IAM.
//!
//! That is how the first API key is made, the first admin invited, and how signing keys are rotated:
//! `{"key":{"name":"first","scopes":["manage"]}}`, `{"person":{"email":"…","name":"…","role":"admin"}}`,
//! `{"rotate":"respond"}`. Which of the two it is, is told by
//! `requestContext`: API Gateway writes it into every request, and nobody outside can leave it out.

use axum::Router;
use host::Problem;
use host::fields::Fields;
use lambda_http::request::LambdaRequest;
use lambda_http::{Adapter, Service as _};
use lambda_runtime::{Error, LambdaEvent};
use model::Email;
use model::link::Purpose;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::keys::{self, Wish};
use crate::{Deps, people};

/// What an invocation asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// To answer an HTTP request.
    Http,
    /// To make an API key.
    Key(Wish),
    /// To make one of the company's people known.
    Person(Email, people::Wish),
    /// To put a new signing key in front of a purpose's keys.
    Rotate(Purpose),
}

/// Tells what an invocation asks for.
///
/// # Errors
/// What is wrong with it.
pub fn asked(payload: &str) -> Result<Asked, Problem> {
    let mut fields = Fields::parse(payload.as_bytes())?;
    if fields.take("requestContext").is_some() {
        return Ok(Asked::Http);
    }
    if let Some(mut inner) = fields.object("key") {
        let wish = Wish::take(&mut inner);
        fields.close(inner);
        fields.finish()?;
        return Ok(Asked::Key(wish));
    }
    if let Some(mut inner) = fields.object("person") {
        let email = inner.email("email");
        if email.is_none() {
            inner.missing("email", "a person has an e-mail address");
        }
        let wish = people::Wish::take(&mut inner);
        fields.close(inner);
        fields.finish()?;
        return email
            .zip(wish)
            .map(|(email, wish)| Asked::Person(email, wish))
            .ok_or_else(|| Problem::invalid(Vec::new()));
    }
    let rotate = fields.parsed("rotate", 20, "this must be respond or unsubscribe", |text| {
        Purpose::ALL.into_iter().find(|purpose| purpose.as_str() == text)
    });
    if rotate.is_none() {
        fields.missing(
            "rotate",
            "ask for {\"key\":{\"name\":…,\"scopes\":[…]}}, {\"person\":{\"email\":…,\"name\":…,\"role\":…}} or \
             {\"rotate\":\"respond\"|\"unsubscribe\"}",
        );
    }
    fields.finish()?;
    rotate.map(Asked::Rotate).ok_or_else(|| Problem::invalid(Vec::new()))
}

/// Answers an invocation of either kind.
///
/// # Errors
/// When it asks for nothing we know, or the tables give no answer.
pub async fn handle(deps: &Deps, router: Router, event: LambdaEvent<Box<RawValue>>) -> Result<Value, Error> {
    let payload = event.payload.get();
    match asked(payload).map_err(|problem| said(&problem))? {
        Asked::Http => {
            let request: LambdaRequest = serde_json::from_str(payload)?;
            let answer = Adapter::from(router).call(LambdaEvent::new(request, event.context)).await?;
            Ok(serde_json::to_value(answer)?)
        }
        Asked::Key(wish) => {
            let fresh = keys::make(&deps.store, &deps.chance, wish, deps.clock.now()).await?;
            Ok(serde_json::to_value(fresh)?)
        }
        Asked::Person(email, wish) => {
            let made = people::make(deps, &email, wish, None, deps.clock.now()).await;
            Ok(serde_json::to_value(people::wire(&made.map_err(|problem| said(&problem))?))?)
        }
        Asked::Rotate(purpose) => {
            deps.store.rotate_keyring(purpose, deps.clock.now(), deps.chance.secret()).await?;
            tracing::info!(key.purpose = purpose.as_str(), "a signing key was rotated");
            Ok(json!({ "rotated": purpose.as_str() }))
        }
    }
}

/// A problem in one line, for the one who invoked.
fn said(problem: &Problem) -> String {
    let errors = problem.errors().iter().map(|error| format!("{}: {}", error.pointer, error.detail));
    let errors = errors.collect::<Vec<_>>().join("; ");
    if errors.is_empty() { problem.detail().to_owned() } else { errors }
}

#[cfg(test)]
mod tests {
    use store::Scope;

    use super::*;

    #[test]
    fn tells_requests_from_wishes() {
        let request = r#"{"version":"2.0","routeKey":"POST /v1/keys","requestContext":{"http":{"method":"POST"}},
                          "body":"{\"key\":{}}","key":{"name":"a","scopes":["manage"]}}"#;
        assert_eq!(asked(request), Ok(Asked::Http));
        let wish = Wish { name: "first".to_owned(), scopes: Scope::ALL.to_vec() };
        assert_eq!(asked(r#"{"key":{"name":"first","scopes":["trigger","read","manage"]}}"#), Ok(Asked::Key(wish)));
        let sam = people::Wish { name: "Sam".to_owned(), role: model::Role::Admin };
        let email = Email::parse("sam@company.example").unwrap();
        assert_eq!(
            asked(r#"{"person":{"email":"sam@company.example","name":"Sam","role":"admin"}}"#),
            Ok(Asked::Person(email, sam))
        );
        assert_eq!(asked(r#"{"rotate":"respond"}"#), Ok(Asked::Rotate(Purpose::Respond)));
        assert_eq!(asked(r#"{"rotate":"unsubscribe"}"#), Ok(Asked::Rotate(Purpose::Unsubscribe)));
        for (wrong, said_at) in [
            ("{}", "/rotate"),
            (r#"{"rotate":"everything"}"#, "/rotate"),
            (r#"{"key":{"name":"first"}}"#, "/key/scopes"),
            (r#"{"key":{"name":"a","scopes":["read"],"hash":"x"}}"#, "/key/hash"),
            (r#"{"key":{"name":"a","scopes":["read"]},"rotate":"respond"}"#, "/rotate"),
            (r#"{"key":"first"}"#, "/key"),
            (r#"{"person":{"name":"Sam","role":"admin"}}"#, "/person/email"),
            (r#"{"person":{"email":"sam@company.example","name":"Sam","role":"boss"}}"#, "/person/role"),
        ] {
            let problem = asked(wrong).unwrap_err();
            assert!(said(&problem).starts_with(said_at), "{wrong}: {problem:?}");
        }
        assert!(asked("\"hello\"").is_err());
    }
}
