//! The dashboard and the description of the API: three answers that never change while a version runs.
//!
//! The page holds no data and so needs no key; what it shows it asks of the API with the reader's own.
//! Style and script stand in the page and are allowed by their hashes: one request, and nothing that
//! somebody slipped into it would run.

use std::sync::LazyLock;

use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

const STYLE: &str = include_str!("dashboard.css");
const SCRIPT: &str = include_str!("dashboard.js");
const OPENAPI: &str = include_str!("../openapi.json");

static DASHBOARD: LazyLock<String> = LazyLock::new(|| {
    include_str!("dashboard.html").replace("/*dashboard.css*/", STYLE).replace("/*dashboard.js*/", SCRIPT)
});

static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    format!(
        "default-src 'none'; connect-src 'self'; img-src data:; style-src {}; script-src {}; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
});

/// `GET /`
pub(crate) async fn home() -> Redirect {
    Redirect::temporary("/dashboard")
}

/// `GET /dashboard`
pub(crate) async fn dashboard() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY.as_str()),
        (header::CACHE_CONTROL, "no-cache"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, DASHBOARD.as_str()).into_response()
}

/// `GET /openapi.json`
pub(crate) async fn openapi() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, OPENAPI).into_response()
}

#[cfg(test)]
mod tests {
    use super::{DASHBOARD, OPENAPI, POLICY, SCRIPT, STYLE};

    #[test]
    fn the_page_holds_what_its_policy_allows() {
        assert!(DASHBOARD.contains(&format!("<style>{STYLE}</style>")));
        assert!(DASHBOARD.contains(&format!("<script type=\"module\">{SCRIPT}</script>")));
        assert_eq!(POLICY.matches("'sha256-").count(), 2);
        assert!(!POLICY.contains("unsafe"));
        // The policy refuses both: style attributes, and handlers in the markup.
        assert!(!DASHBOARD.contains(" style=\"") && !DASHBOARD.contains(" onclick=\""));
    }

    #[test]
    fn what_people_wrote_is_never_markup() {
        for way_in in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("] {
            assert!(!SCRIPT.contains(way_in), "{way_in}");
        }
    }

    #[test]
    fn the_description_is_json_and_names_the_routes() {
        let described: serde_json::Value = serde_json::from_str(OPENAPI).unwrap();
        assert_eq!(described["openapi"], "3.0.3");
        for route in crate::ROUTES {
            let path = &described["paths"][route];
            assert!(path.is_object(), "{route}");
        }
    }

    /// What Salesforce refuses to import: a Flow must be able to call this one.
    #[test]
    fn a_trigger_has_no_enum_and_no_float() {
        fn check(at: &serde_json::Value, all: &serde_json::Value, depth: usize) {
            assert!(depth < 60, "a schema leads back to itself");
            if let Some(fields) = at.as_object() {
                if let Some(name) = fields.get("$ref").and_then(|name| name.as_str()) {
                    check(all.pointer(&name[1..]).unwrap(), all, depth + 1);
                }
                assert!(!fields.contains_key("enum") && fields.get("type").is_none_or(|kind| kind != "number"));
                fields.values().for_each(|field| check(field, all, depth + 1));
            }
            at.as_array().into_iter().flatten().for_each(|item| check(item, all, depth + 1));
        }
        let described: serde_json::Value = serde_json::from_str(OPENAPI).unwrap();
        check(&described["paths"]["/v1/triggers"], &described, 0);
    }
}
