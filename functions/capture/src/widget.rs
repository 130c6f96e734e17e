//! `GET /widget.js`: the script a company's own page loads. It is the same for everybody, so it may be kept by anybody for a while.

use std::sync::LazyLock;

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest as _, Sha256};

const SCRIPT: &str = include_str!("../templates/widget.js");

/// Another one with every change of the script.
static TAG: LazyLock<String> = LazyLock::new(|| {
    let hash: String = Sha256::digest(SCRIPT).iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hash}\"")
});

/// `GET /widget.js`
pub(crate) async fn script(headers: HeaderMap) -> Response {
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let known = known.flat_map(|value| value.split(',')).any(|tag| tag.trim().trim_start_matches("W/") == *TAG);
    let mut answer = match known {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT).into_response(),
    };
    let headers = answer.headers_mut();
    for (name, value) in [
        (header::CACHE_CONTROL, "public, max-age=3600"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Whoever names its hash (`integrity`) has to ask across origins.
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(tag) = HeaderValue::from_str(&TAG) {
        headers.insert(header::ETAG, tag);
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_is_small_and_asked_for_once() {
        assert!(SCRIPT.len() < 4_096, "{} bytes", SCRIPT.len());
        let first = script(HeaderMap::new()).await;
        assert_eq!(first.status(), StatusCode::OK);
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_NONE_MATCH, first.headers()[header::ETAG].clone());
        assert_eq!(script(headers).await.status(), StatusCode::NOT_MODIFIED);
        // Nothing that a strict policy of the company's page would stop.
        for forbidden in ["innerHTML", "eval(", "document.write", "window.", "globalThis", "cookie =", "fetch("] {
            assert!(!SCRIPT.contains(forbidden), "{forbidden}");
        }
    }
}
