//! The dashboard, the page for the ringing phone and the description of the API: answers that never change while a
//! version runs.
//!
//! A page holds no data and so needs no key; what it shows it asks of the API with the reader's own.
//! Style and script stand in the page and are allowed by their hashes: one request, and nothing that
//! somebody slipped into it would run.

use std::sync::LazyLock;

use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

const OPENAPI: &str = include_str!("../openapi.json");

/// A page with its style and script, and the policy that allows just those.
struct Page {
    html: String,
    policy: String,
}

impl Page {
    fn new(frame: &str, [style, script]: [&str; 2]) -> Self {
        let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
        Self {
            html: frame.replace("/*style*/", style).replace("/*script*/", script),
            policy: format!(
                "default-src 'none'; connect-src 'self'; img-src data:; style-src {}; script-src {}; \
                 base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
                hash(style),
                hash(script)
            ),
        }
    }

    fn answer(&'static self) -> Response {
        let headers = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CONTENT_SECURITY_POLICY, self.policy.as_str()),
            (header::CACHE_CONTROL, "no-cache"),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ];
        (headers, self.html.as_str()).into_response()
    }
}

const DASHBOARD_PARTS: [&str; 2] = [include_str!("dashboard.css"), include_str!("dashboard.js")];

const PHONE_PARTS: [&str; 2] = [include_str!("phone.css"), include_str!("phone.js")];

static DASHBOARD: LazyLock<Page> = LazyLock::new(|| Page::new(include_str!("dashboard.html"), DASHBOARD_PARTS));

static PHONE: LazyLock<Page> = LazyLock::new(|| Page::new(include_str!("phone.html"), PHONE_PARTS));

/// `GET /`
pub(crate) async fn home() -> Redirect {
    Redirect::temporary("/dashboard")
}

/// `GET /dashboard`
pub(crate) async fn dashboard() -> Response {
    DASHBOARD.answer()
}

/// `GET /phone`
pub(crate) async fn phone() -> Response {
    PHONE.answer()
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
    use super::{DASHBOARD, DASHBOARD_PARTS, OPENAPI, PHONE, PHONE_PARTS, Page};

    fn pages() -> [(&'static Page, [&'static str; 2]); 2] {
        [(&DASHBOARD, DASHBOARD_PARTS), (&PHONE, PHONE_PARTS)]
    }

    #[test]
    fn a_page_holds_what_its_policy_allows() {
        for (Page { html, policy }, [style, script]) in pages() {
            assert!(html.contains(&format!("<style>{style}</style>")));
            assert!(html.contains(&format!("<script type=\"module\">{script}</script>")));
            assert_eq!(policy.matches("'sha256-").count(), 2);
            assert!(!policy.contains("unsafe"));
            // The policy refuses both: style attributes, and handlers in the markup.
            assert!(!html.contains(" style=\"") && !html.contains(" onclick=\""));
        }
    }

    #[test]
    fn what_people_wrote_is_never_markup() {
        for (_, [_, script]) in pages() {
            for way_in in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("] {
                assert!(!script.contains(way_in), "{way_in}");
            }
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
