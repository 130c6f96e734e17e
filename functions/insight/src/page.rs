//! The dashboard, the page for the ringing phone and the description of the API: answers that never change while a
//! version runs.
//!
//! A page holds no data and so needs no key; what it shows it asks of the API with the reader's own.
//! Style and scripts stand in the page and are allowed by their hashes: one request, and nothing that
//! somebody slipped into it would run. `build.rs` puts it together.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

const OPENAPI: &str = include_str!("../openapi.json");

/// A page as `build.rs` put it together.
struct Page {
    html: &'static str,
    compressed: &'static [u8],
    /// What the browser may load and run.
    policy: &'static str,
    /// The name of this version of it.
    tag: &'static str,
}

macro_rules! page {
    ($name:literal) => {
        Page {
            html: include_str!(concat!(env!("OUT_DIR"), "/", $name, ".html")),
            compressed: include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".html.gz")),
            policy: include_str!(concat!(env!("OUT_DIR"), "/", $name, ".policy")),
            tag: include_str!(concat!(env!("OUT_DIR"), "/", $name, ".tag")),
        }
    };
}

const DASHBOARD: Page = page!("dashboard");

const PHONE: Page = page!("phone");

impl Page {
    /// Whoever has this version already is told so; whoever can, gets it compressed.
    fn answer(&self, asked: &HeaderMap) -> Response {
        let about = [
            (header::CONTENT_SECURITY_POLICY, self.policy),
            (header::CACHE_CONTROL, "no-cache"),
            (header::ETAG, self.tag),
            (header::VARY, "accept-encoding"),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ];
        if has(asked, self.tag) {
            return (StatusCode::NOT_MODIFIED, about).into_response();
        }
        let html = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
        if takes_gzip(asked) {
            return (about, html, [(header::CONTENT_ENCODING, "gzip")], self.compressed).into_response();
        }
        (about, html, self.html).into_response()
    }
}

/// The parts of a header that is a list.
fn list(headers: &HeaderMap, name: header::HeaderName) -> impl Iterator<Item = &str> {
    headers
        .get_all(name)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
}

fn has(asked: &HeaderMap, tag: &str) -> bool {
    list(asked, header::IF_NONE_MATCH).any(|known| known.trim_start_matches("W/") == tag)
}

fn takes_gzip(asked: &HeaderMap) -> bool {
    list(asked, header::ACCEPT_ENCODING).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, "q=1"));
        let weight: f32 = weight.trim().trim_start_matches("q=").parse().unwrap_or(0.0);
        name.trim().eq_ignore_ascii_case("gzip") && weight > 0.0
    })
}

/// `GET /`
pub(crate) async fn home() -> Redirect {
    Redirect::temporary("/dashboard")
}

/// `GET /dashboard`
pub(crate) async fn dashboard(asked: HeaderMap) -> Response {
    DASHBOARD.answer(&asked)
}

/// `GET /phone`
pub(crate) async fn phone(asked: HeaderMap) -> Response {
    PHONE.answer(&asked)
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
    use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use sha2::{Digest as _, Sha256};

    use super::{DASHBOARD, OPENAPI, PHONE, Page, takes_gzip};

    const PAGES: [Page; 2] = [DASHBOARD, PHONE];

    /// What stands in each element of that name.
    fn contents(html: &'static str, element: &str) -> Vec<&'static str> {
        let (open, close) = (format!("<{element}"), format!("</{element}>"));
        let inside = |part: &'static str| part.split_once('>')?.1.split_once(&close).map(|(inside, _)| inside);
        html.split(&open).skip(1).filter_map(inside).collect()
    }

    #[test]
    fn a_page_holds_what_its_policy_allows() {
        for Page { html, policy, .. } in PAGES {
            let (styles, scripts) = (contents(html, "style"), contents(html, "script"));
            assert!(!styles.is_empty() && !scripts.is_empty());
            for (directive, texts) in [("style-src", styles), ("script-src", scripts)] {
                let hashes = texts.iter().map(|text| format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(text))));
                let allowed = format!("{directive}{};", hashes.collect::<String>());
                assert!(policy.contains(&allowed), "{allowed} is not in {policy}");
            }
            assert!(!policy.contains("unsafe") && !policy.contains("http"));
            // The policy refuses both: style attributes, and handlers in the markup.
            assert!(!html.contains(" style=\"") && !html.contains(" onclick=\""));
        }
    }

    #[test]
    fn what_people_wrote_is_never_markup() {
        for way_in in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"] {
            assert!(PAGES.iter().all(|page| !page.html.contains(way_in)), "{way_in}");
        }
    }

    #[test]
    fn the_dashboard_knows_every_language_letters_are_in() {
        let tags = model::Language::ALL.map(model::Language::tag).join(" ");
        assert!(DASHBOARD.html.contains(&format!("\"{tags}\".split")), "{tags}");
    }

    fn asked(name: header::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn a_page_goes_out_compressed_and_only_once() {
        for page in PAGES {
            assert!(page.compressed.len() * 2 < page.html.len() && page.compressed.starts_with(&[0x1f, 0x8b]));
            let plain = page.answer(&HeaderMap::new());
            assert!(plain.status() == StatusCode::OK && !plain.headers().contains_key(header::CONTENT_ENCODING));
            let short = page.answer(&asked(header::ACCEPT_ENCODING, "deflate, gzip;q=0.5"));
            assert_eq!(short.headers()[header::CONTENT_ENCODING], "gzip");
            for known in [page.tag.to_owned(), format!("\"other\", W/{}", page.tag), "*".to_owned()] {
                let known = HeaderMap::from_iter([(header::IF_NONE_MATCH, known.parse().unwrap())]);
                let wanted =
                    if known[header::IF_NONE_MATCH] == "*" { StatusCode::OK } else { StatusCode::NOT_MODIFIED };
                assert_eq!(page.answer(&known).status(), wanted);
            }
        }
        assert_ne!(DASHBOARD.tag, PHONE.tag);
    }

    #[test]
    fn who_refuses_gzip_does_not_get_it() {
        for (value, takes) in [
            ("gzip", true),
            ("GZIP", true),
            ("br, gzip; q=0.1", true),
            ("gzip;q=0", false),
            ("br", false),
            ("", false),
            ("gzip;q=x", false),
        ] {
            assert_eq!(takes_gzip(&asked(header::ACCEPT_ENCODING, value)), takes, "{value}");
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
