//! Logs: one JSON object a line with dotted fields, no address, no token, no comment.

use std::error::Error;
use std::fmt::Write as _;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::settings::Env;

/// Starts logging for a function: JSON on standard output, at the level of `RUST_LOG` or `info`.
pub fn init(env: &Env) {
    let json = tracing_subscriber::fmt::layer().json().flatten_event(true).with_current_span(false).without_time();
    // A second call in one process keeps the first.
    if let Err(already) = tracing_subscriber::registry().with(levels(env)).with(json).try_init() {
        tracing::debug!(error = %already, "logging was set up before");
    }
}

/// Which target may log what: `info`, or `warn,dispatch=info`. Without the patterns and fields of `EnvFilter`, which cost
/// every start more than all the lines it ever logs.
fn levels(env: &Env) -> Targets {
    let wanted = env.get("RUST_LOG").and_then(|levels| levels.parse().ok());
    wanted.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO))
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

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn rust_log_says_who_may_log_what() {
        let may =
            |wanted: &str, target: &str, level| levels(&Env::from([("RUST_LOG", wanted)])).would_enable(target, &level);
        assert!(may("", "dispatch", Level::INFO) && !may("", "dispatch", Level::DEBUG));
        assert!(may("warn,dispatch=info", "dispatch::send", Level::INFO));
        assert!(!may("warn,dispatch=info", "relay", Level::INFO));
        assert!(may("nonsense=?", "dispatch", Level::INFO), "who mistypes it still has logs");
    }
}
