//! Logs: one JSON object a line with dotted fields, no address, no token, no comment.

use std::error::Error;
use std::fmt::Write as _;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::settings::Env;

/// Starts logging for a function: JSON on standard output, at the level of `RUST_LOG` or `info`.
pub fn init(env: &Env) {
    let filter = EnvFilter::try_new(env.get("RUST_LOG").unwrap_or("info")).unwrap_or_else(|_| EnvFilter::new("info"));
    let json = tracing_subscriber::fmt::layer().json().flatten_event(true).with_current_span(false).without_time();
    // A second call in one process keeps the first.
    if let Err(already) = tracing_subscriber::registry().with(filter).with(json).try_init() {
        tracing::debug!(error = %already, "logging was set up before");
    }
}

/// An error and all its causes in one line.
#[must_use]
pub fn chain(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        // Writing to a string cannot fail.
        if write!(line, ": {error}").is_err() {
            break;
        }
        cause = error.source();
    }
    line
}
