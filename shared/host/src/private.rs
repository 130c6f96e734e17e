//! Answers that are for whoever asked, and for nobody behind them: what a route shows to one reader it may not show to the next.

use axum::http::{HeaderValue, header};
use axum::response::Response;

/// Lets nothing keep an answer that does not say itself who may, and nothing take it for something else. For a router
/// (`axum::middleware::map_response`), so that no route can forget it.
pub async fn private(mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.entry(header::X_CONTENT_TYPE_OPTIONS).or_insert(HeaderValue::from_static("nosniff"));
    answer
}
