//! Every call to others as it goes out, for whoever wants to look on: the desk of the local host. In the cloud nobody
//! does.

use std::fmt;
use std::sync::Arc;

use model::{DestinationId, SurveyId};

/// A call to somebody outside, without anything that may be secret: no header, no body, no query, and of a chat, whose
/// address is its secret, no path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// To whom.
    pub destination: DestinationId,
    /// About what.
    pub survey: SurveyId,
    /// The method.
    pub method: String,
    /// Where it went.
    pub place: String,
    /// The status it was answered with, or why there was no answer.
    pub outcome: Result<u16, String>,
}

/// Who looks on, if anybody.
#[derive(Clone, Default)]
pub struct Watch(Option<Arc<dyn Fn(Seen) + Send + Sync>>);

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Watch(somebody)" } else { "Watch(nobody)" })
    }
}

impl Watch {
    /// Somebody who looks on.
    pub fn by(somebody: impl Fn(Seen) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(somebody)))
    }

    /// Shows a call, if anybody looks on.
    pub(crate) fn show(&self, seen: impl FnOnce() -> Seen) {
        if let Some(somebody) = &self.0 {
            somebody(seen());
        }
    }
}

/// An address as it may be shown: without a query, and without a path where that is secret.
pub(crate) fn place(url: &str, secret: bool) -> String {
    let plain = url.split(['?', '#']).next().unwrap_or_default();
    let host = plain.find("://").map_or(0, |at| at + 3);
    match plain[host..].find('/') {
        Some(at) if secret => format!("{}/…", &plain[..host + at]),
        _ => plain.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_secret_is_not_shown() {
        for (url, secret, shown) in [
            ("https://hooks.slack.com/services/T0/B0/x", true, "https://hooks.slack.com/…"),
            ("https://a.my.salesforce.com/services/data?q=1", false, "https://a.my.salesforce.com/services/data"),
            ("https://a.example", true, "https://a.example"),
            ("", true, ""),
        ] {
            assert_eq!(place(url, secret), shown);
        }
    }
}
