//! The HTTP API, called patiently: what may pass later is tried again.

use std::time::Duration;

use reqwest::{Method, StatusCode, Url};
use serde_json::Value;

/// How often a call is made before it is given up, each time after twice as long a pause.
const TRIES: u32 = 6;

/// The first pause.
const PAUSE: Duration = Duration::from_millis(500);

/// How long an answer may take: a little longer than API Gateway waits.
const WITHIN: Duration = Duration::from_secs(40);

/// Where npsloop answers, and as whom it is called.
#[derive(Clone, PartialEq, Eq)]
pub struct Connection {
    /// The address, without a slash at its end.
    pub url: String,
    /// The API key.
    pub api_key: String,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The key is a secret.
        f.debug_struct("Connection").field("url", &self.url).finish_non_exhaustive()
    }
}

/// A call that came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// npsloop says what is wrong, and will say so again.
    #[error("npsloop refused: {detail}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// What it said.
        detail: String,
    },
    /// It did not answer, or could not, as often as it was asked.
    #[error("npsloop gave no answer at {url}; starting this again goes on from here")]
    NoAnswer {
        /// Where.
        url: String,
        /// Why.
        #[source]
        source: Option<reqwest::Error>,
    },
    /// What is there is not npsloop.
    #[error("{url} does not answer like npsloop")]
    SomethingElse {
        /// Where.
        url: String,
    },
    /// No call can be made so.
    #[error("no call can be made to {url}")]
    Unusable {
        /// Where to.
        url: String,
        /// Why.
        #[source]
        source: Option<reqwest::Error>,
    },
}

impl Error {
    /// Whether it would end the same way again.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        !matches!(self, Self::NoAnswer { .. })
    }
}

/// A way to npsloop.
#[derive(Clone, Debug)]
pub struct Client {
    connection: Connection,
    http: reqwest::Client,
}

impl Client {
    /// A way to npsloop there.
    ///
    /// # Errors
    /// When the address is none.
    pub fn new(connection: Connection) -> Result<Self, Error> {
        let url = connection.url.clone();
        let fine = Url::parse(&url).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        if !fine {
            return Err(Error::Unusable { url, source: None });
        }
        // Somebody else in this process may have been first.
        drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
        let http = reqwest::Client::builder().timeout(WITHIN).redirect(reqwest::redirect::Policy::none()).build();
        let http = http.map_err(|source| Error::Unusable { url, source: Some(source) })?;
        Ok(Self { connection, http })
    }

    /// Reads something.
    ///
    /// # Errors
    /// When npsloop refuses or does not answer.
    pub async fn get(&self, path: &str, query: &[(&str, String)]) -> Result<Value, Error> {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        pairs.extend_pairs(query);
        let query = pairs.finish();
        let mark = if query.is_empty() { "" } else { "?" };
        self.call(Method::GET, &format!("{path}{mark}{query}"), None).await
    }

    /// Sends something that may be sent again.
    ///
    /// # Errors
    /// When npsloop refuses or does not answer.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value, Error> {
        self.call(Method::POST, path, Some(body)).await
    }

    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, Error> {
        let url = format!("{}{path}", self.connection.url);
        let mut failed = None;
        for attempt in 0..TRIES {
            if attempt > 0 {
                tokio::time::sleep(PAUSE * 2_u32.pow(attempt - 1)).await;
            }
            let mut request = self.http.request(method.clone(), &url).bearer_auth(&self.connection.api_key);
            if let Some(body) = body {
                request = request.json(body);
            }
            let answer = match request.send().await {
                Ok(answer) => answer,
                Err(error) if error.is_builder() => {
                    return Err(Error::Unusable { url: self.connection.url.clone(), source: Some(error) });
                }
                Err(error) => {
                    failed = Some(error);
                    continue;
                }
            };
            let status = answer.status();
            if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() {
                continue;
            }
            let text = match answer.text().await {
                Ok(text) => text,
                Err(error) => {
                    failed = Some(error);
                    continue;
                }
            };
            let known = serde_json::from_str::<Value>(&text).ok();
            return match known {
                Some(value) if status.is_success() => Ok(value),
                Some(problem) if problem["type"].as_str().is_some_and(|kind| kind.starts_with("/problems/")) => {
                    Err(Error::Refused { status: status.as_u16(), detail: said(&problem) })
                }
                _ => Err(Error::SomethingElse { url: self.connection.url.clone() }),
            };
        }
        // The address is the caller's own; the path may hold somebody's data.
        let source = failed.map(reqwest::Error::without_url);
        Err(Error::NoAnswer { url: self.connection.url.clone(), source })
    }
}

/// A problem in one sentence.
#[must_use]
pub fn said(problem: &Value) -> String {
    let errors = problem["errors"].as_array().into_iter().flatten();
    let each: Vec<String> = errors
        .map(|error| {
            let pointer = error["pointer"].as_str().unwrap_or_default();
            format!("{}: {}", pointer.trim_start_matches(['/', '?']), error["detail"].as_str().unwrap_or_default())
        })
        .collect();
    match each.is_empty() {
        true => problem["detail"].as_str().unwrap_or("it did not say why").to_owned(),
        false => each.join("; "),
    }
}
