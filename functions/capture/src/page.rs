//! Answering with a page, and what every answer behind a link carries.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use pages::{Around, Branded, Page};

/// Answers with a page.
pub(crate) fn page(status: StatusCode, page: &impl Branded) -> Response {
    match Page::of(page) {
        Ok(Page { html, policy }) => {
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
                (header::CONTENT_SECURITY_POLICY, value(&policy)),
            ];
            (status, headers, html).into_response()
        }
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a page could not be rendered");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

fn value(policy: &str) -> HeaderValue {
    HeaderValue::from_str(policy).unwrap_or(HeaderValue::from_static("default-src 'none'; form-action 'self'"))
}

/// What every answer behind a link carries: its address is a secret, and nothing of it is to be kept or indexed.
pub(crate) fn guard(headers: &mut HeaderMap) {
    for (name, value) in [
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let policy = headers.entry(header::CONTENT_SECURITY_POLICY).or_insert_with(|| value(pages::usual_policy()));
    // Browsers that know no policy can only be told of all sites or of none.
    if policy.to_str().is_ok_and(|policy| policy.ends_with("frame-ancestors 'none'")) {
        headers.entry(header::X_FRAME_OPTIONS).or_insert(HeaderValue::from_static("DENY"));
    }
}

/// Lets a tablet show the question again after an answer.
pub(crate) fn returning(around: &Around, mut answer: Response, all_said: bool) -> Response {
    let refresh = around.refresh(all_said).filter(|_| answer.status() == StatusCode::OK);
    if let Some(refresh) = refresh.and_then(|refresh| HeaderValue::try_from(refresh).ok()) {
        answer.headers_mut().insert(header::REFRESH, refresh);
    }
    answer
}
