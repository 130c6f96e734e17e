//! The pages behind the link of a letter. What they say is fixed but for names, which askama escapes; the only style and
//! the only script are those whose hashes the policy names.

use std::sync::LazyLock;

use askama::Template;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::Deps;

pub(super) const STYLE: &str = include_str!("../../templates/page.css");
pub(super) const SCRIPT: &str = include_str!("../../templates/company.js");

static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; connect-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'",
        hash(STYLE),
        hash(SCRIPT)
    );
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'; form-action 'self'"))
});

/// The button that signs in.
#[derive(Template)]
#[template(path = "ask.html")]
pub(super) struct Ask<'a> {
    pub(super) company: &'a str,
    pub(super) name: &'a str,
    pub(super) email: &'a str,
}

impl Ask<'_> {
    pub(super) fn answer(&self) -> Response {
        answer(StatusCode::OK, self.render())
    }
}

/// The link does nothing any more.
#[derive(Template)]
#[template(path = "over.html")]
pub(super) struct Over<'a> {
    company: &'a str,
    heading: &'static str,
    text: &'static str,
}

impl<'a> Over<'a> {
    pub(super) fn new(deps: &'a Deps) -> Self {
        Self {
            company: &deps.defaults.company,
            heading: "This link does not work any more.",
            text: "A link works once, and not for long. Ask for a new one where you want to go:",
        }
    }

    pub(super) fn answer(&self, status: StatusCode) -> Response {
        answer(status, self.render())
    }

    pub(super) fn later(deps: &'a Deps, error: store::Error) -> Response {
        tracing::error!(error = host::telemetry::chain(&error), "the tables gave no answer");
        let page = Self {
            heading: "That did not work.",
            text: "Please try again in a moment. Nothing was lost, and the link still works.",
            ..Self::new(deps)
        };
        let mut response = page.answer(StatusCode::SERVICE_UNAVAILABLE);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        response
    }
}

/// Where a company's account brings somebody back: its script reads what the issuer said.
#[derive(Template)]
#[template(path = "company.html")]
pub(super) struct Company<'a> {
    pub(super) company: &'a str,
}

impl Company<'_> {
    pub(super) fn answer(&self) -> Response {
        answer(StatusCode::OK, self.render())
    }
}

fn answer(status: StatusCode, page: Result<String, askama::Error>) -> Response {
    let Ok(page) = page else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let fixed: [(HeaderName, &'static str); 5] = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        // Ours alone: with none at all, browsers would hide from us that the button is our own.
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
    ];
    let mut response = (status, page).into_response();
    for (name, value) in fixed {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY.clone());
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_no_markup() {
        let (name, email) = ("<script>alert(1)</script>", "a'b@company.example");
        let page = Ask { company: name, name, email }.render().unwrap();
        assert!(!page.contains("<script>") && page.contains("&#60;script&#62;"), "{page}");
        assert!(page.contains("<form method=\"post\">"), "{page}");
    }

    #[test]
    fn the_policy_allows_what_stands_in_the_page() {
        let page = Company { company: "Northwind Studio" }.render().unwrap();
        assert!(page.contains(&format!("<style>{STYLE}</style>")));
        assert!(page.contains(&format!("<script type=\"module\">{SCRIPT}</script>")));
        assert!(!page.contains(" style=\"") && !page.contains(" onclick=\""));
        for way_in in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("] {
            assert!(!SCRIPT.contains(way_in), "{way_in}");
        }
    }

    #[test]
    fn pages_as_people_see_them() {
        let ask = Ask { company: "Northwind Studio", name: "Sam Owner", email: "sam@company.example" };
        insta::assert_snapshot!("ask.html", ask.render().unwrap().replace(STYLE, "/* the style */"));
    }
}
