//! The part of AWS that the functions use, on one machine.
//!
//! It speaks the protocols of the SDK: DynamoDB with its stream, SES v2 `SendEmail`, `SendTextMessage` of End User Messaging,
//! EventBridge and its Scheduler, SQS, and `GetParameter` of SSM.
//! [`Cloud::handle`] answers one request without a socket, so that a test can stand between a function and the cloud;
//! [`Cloud::serve`] puts the same thing on a loopback port. All of it lives in two SQLite files and survives a kill -9.
//! It never moves by itself: somebody receives messages, fires schedules and reads the stream (see [`crate::pump`]).

mod bus;
mod disk;
mod failed;
mod mailbox;
mod meter;
mod outside;
mod queues;
mod receiving;
mod schedules;
pub mod secrets;
mod tables;
#[cfg(test)]
mod tests;
mod texts;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, State};
use http::StatusCode;
use http::request::Parts;
use tokio::sync::watch;

pub use bus::BusEvent;
use disk::Disk;
pub use failed::Failed;
pub use mailbox::Mail;
pub use meter::{Bill, Cost};
pub use outside::{Called, Received};
pub use queues::{Depth, Message, Queue, VISIBILITY};
pub use receiving::{Received as ReceivedMail, notification};
pub use schedules::Schedule;
pub use tables::Listed;
use tables::Tables;
pub use texts::{WrittenBack, text_notification};

/// The time of the cloud, in milliseconds since the epoch.
pub type Now = Arc<dyn Fn() -> i64 + Send + Sync>;

/// What can go wrong with the cloud itself, as opposed to with a request.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The directory for the data could not be made.
    #[error("the data directory {path} cannot be used")]
    Directory {
        /// The directory.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file of mail, queues and schedules failed.
    #[error("the local file of mail, queues and schedules failed")]
    Disk(#[from] rusqlite::Error),
    /// Something stored could not be read back.
    #[error("stored data cannot be read")]
    Stored(#[from] serde_json::Error),
    /// The embedded tables failed.
    #[error("the embedded tables failed: {0}")]
    Tables(String),
    /// A page could not be made.
    #[error("the page cannot be made: {0}")]
    Page(String),
    /// No port could be opened.
    #[error("no loopback port could be opened")]
    Port(#[source] std::io::Error),
}

/// A request of the SDK that the cloud refuses, in the words AWS uses.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    kind: &'static str,
    message: String,
    /// What else the answer holds; an object.
    more: serde_json::Map<String, serde_json::Value>,
}

impl Refusal {
    fn new(status: StatusCode, kind: &'static str, message: impl Into<String>) -> Self {
        Self { status, kind, message: message.into(), more: serde_json::Map::new() }
    }

    fn with(mut self, more: serde_json::Value) -> Self {
        if let serde_json::Value::Object(more) = more {
            self.more = more;
        }
        self
    }

    fn bad(kind: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, kind, message)
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "the local cloud failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalFailure", error.to_string())
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Error::from(error).into()
    }
}

/// The local cloud; cheap to clone, every clone is the same one.
#[derive(Clone)]
pub struct Cloud {
    inner: Arc<Inner>,
}

struct Inner {
    tables: Tables,
    disk: Disk,
    now: Now,
    changes: watch::Sender<u64>,
    table_writes: AtomicU64,
    bill: Mutex<Option<Bill>>,
    secrets: secrets::Secrets,
    /// Holds the directory of a cloud without a `--data` directory until the last clone is gone.
    _temporary: Option<tempfile::TempDir>,
}

impl Cloud {
    /// Opens the cloud in `data`, or in a temporary directory that disappears with it.
    pub fn open(data: Option<&Path>, now: Now) -> Result<Self, Error> {
        let temporary = match data {
            Some(path) => {
                std::fs::create_dir_all(path).map_err(|source| Error::Directory { path: path.to_owned(), source })?;
                None
            }
            None => Some(
                tempfile::Builder::new()
                    .prefix("npsloop-")
                    .tempdir()
                    .map_err(|source| Error::Directory { path: std::env::temp_dir(), source })?,
            ),
        };
        let path = temporary.as_ref().map_or_else(|| data.unwrap_or(Path::new(".")), |dir| dir.path());
        Ok(Self {
            inner: Arc::new(Inner {
                tables: Tables::open(&path.join("tables.db"), data.is_some(), now.clone())?,
                disk: Disk::open(&path.join("local.db"), data.is_some())?,
                now,
                changes: watch::Sender::new(0),
                table_writes: AtomicU64::new(0),
                bill: Mutex::default(),
                secrets: secrets::Secrets::default(),
                _temporary: temporary,
            }),
        })
    }

    /// The time of this cloud, in milliseconds since the epoch.
    pub fn now(&self) -> i64 {
        (self.inner.now)()
    }

    /// A receiver that wakes whenever anything in the cloud may have changed.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.inner.changes.subscribe()
    }

    /// How often anything was written so far.
    pub fn writes(&self) -> u64 {
        *self.inner.changes.borrow()
    }

    fn tables_changed(&self) {
        self.inner.table_writes.fetch_add(1, Ordering::SeqCst);
        self.changed();
    }

    /// Wakes whoever waits for a change.
    pub(crate) fn changed(&self) {
        self.inner.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Makes both tables as the template declares them, unless they exist.
    pub fn create_tables(&self, surveys: &str, ledger: &str) -> Result<(), Error> {
        self.inner.tables.create(surveys, ledger)
    }

    /// The items of a table whose partition key begins like that, as DynamoDB writes them in JSON.
    pub fn items(&self, table: &str, prefix: &str) -> Result<Vec<serde_json::Value>, Error> {
        self.inner.tables.items(table, prefix)
    }

    /// What a list of the ledger holds after a moment in milliseconds, soonest first.
    pub fn listed(&self, ledger: &str, list: &str, after: i64, limit: usize) -> Result<Vec<Listed>, Error> {
        self.inner.tables.listed(ledger, list, after, limit)
    }

    /// The stream records of a table after a sequence number (from the oldest without one), as Lambda receives them.
    pub fn records(&self, table: &str, after: Option<&str>, limit: usize) -> Result<Vec<serde_json::Value>, Error> {
        self.inner.tables.records(table, after, limit)
    }

    /// How often the tables were written so far: while it stays the same, no stream has anything new.
    pub fn table_writes(&self) -> u64 {
        self.inner.table_writes.load(Ordering::SeqCst)
    }

    /// Forgets the stream records before a sequence number; the record with that number stays.
    pub fn trim(&self, table: &str, before: &str) -> Result<(), Error> {
        self.inner.tables.trim(table, before)
    }

    /// Deletes what has expired; returns how many items that were.
    pub fn sweep_expired(&self) -> Result<usize, Error> {
        let swept = self.inner.tables.sweep_expired()?;
        if swept > 0 {
            self.tables_changed();
        }
        Ok(swept)
    }

    /// Gives back the room of what was deleted from the tables: nothing of it is left in their file.
    pub fn compact(&self) -> Result<(), Error> {
        self.inner.tables.compact()
    }

    /// A stored value by its name: checkpoints, the clock's offset and the like.
    pub fn value(&self, name: &str) -> Result<Option<String>, Error> {
        self.inner.disk.value(name)
    }

    /// Stores a value under a name.
    pub fn set_value(&self, name: &str, value: &str) -> Result<(), Error> {
        self.inner.disk.set_value(name, value)
    }

    /// Answers one request of the SDK, whichever service it is for.
    pub fn handle(&self, parts: &Parts, body: &[u8]) -> http::Response<Vec<u8>> {
        let target = parts.headers.get("x-amz-target").and_then(|value| value.to_str().ok());
        if let Some(operation) = target.and_then(|target| target.strip_prefix("DynamoDB_20120810.")) {
            let body = self.priced(body);
            let answer = self.inner.tables.handle(operation, &body);
            self.note(operation, &body, &answer);
            if answer.wrote {
                self.tables_changed();
            }
            return response(answer.status, "application/x-amz-json-1.0", answer.body);
        }
        if let Some((service, operation)) = target.and_then(|target| target.split_once('.')) {
            let (answer, namespace) = match service {
                "AmazonSQS" => (self.sqs(operation, body), "com.amazonaws.sqs#"),
                "AmazonSSM" => (self.ssm(operation, body), ""),
                "AWSEvents" => (self.events_api(operation, body), ""),
                "PinpointSMSVoiceV2" => (self.sms_api(operation, body), ""),
                _ => (Err(unknown(parts)), ""),
            };
            return match answer {
                Ok(answer) => response(StatusCode::OK, "application/x-amz-json-1.0", answer.to_string().into_bytes()),
                Err(refusal) => {
                    let kind = format!("{namespace}{}", refusal.kind);
                    let mut body = refusal.more;
                    body.insert("__type".to_owned(), kind.into());
                    body.insert("message".to_owned(), refusal.message.into());
                    let body = serde_json::Value::Object(body);
                    response(refusal.status, "application/x-amz-json-1.0", body.to_string().into_bytes())
                }
            };
        }
        let path = parts.uri.path();
        let answer = if path == "/v2/email/outbound-emails" && parts.method == http::Method::POST {
            self.send_email(body)
        } else if let Some(name) = path.strip_prefix("/schedules/") {
            match parts.method {
                http::Method::POST => self.create_schedule(name, body),
                http::Method::DELETE => self.delete_schedule(name, parts.uri.query()),
                _ => Err(unknown(parts)),
            }
        } else {
            Err(unknown(parts))
        };
        match answer {
            Ok(answer) => response(StatusCode::OK, "application/json", answer.to_string().into_bytes()),
            Err(refusal) => {
                let body = serde_json::json!({"message": refusal.message, "Message": refusal.message});
                let mut answer = response(refusal.status, "application/json", body.to_string().into_bytes());
                answer.headers_mut().insert("x-amzn-errortype", http::HeaderValue::from_static(refusal.kind));
                answer
            }
        }
    }

    /// Serves the cloud on a free loopback port until the task is dropped; returns its address, `http://127.0.0.1:…`.
    pub async fn serve(&self) -> Result<(String, tokio::task::JoinHandle<()>), Error> {
        use axum::serve::ListenerExt;
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.map_err(Error::Port)?;
        let address = listener.local_addr().map_err(Error::Port)?;
        let app = axum::Router::new().fallback(answer).layer(DefaultBodyLimit::disable()).with_state(self.clone());
        // Without this, small answers wait for an acknowledgement.
        let listener = listener.tap_io(|stream| {
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "no TCP_NODELAY");
            }
        });
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, app).await {
                tracing::error!(%error, "the local cloud stopped listening");
            }
        });
        Ok((format!("http://{address}"), task))
    }
}

async fn answer(State(cloud): State<Cloud>, request: axum::extract::Request) -> axum::response::Response {
    let (parts, body) = request.into_parts();
    match axum::body::to_bytes(body, usize::MAX).await {
        Ok(body) => cloud.handle(&parts, &body).map(Body::from),
        Err(error) => response(StatusCode::BAD_REQUEST, "text/plain", error.to_string().into_bytes()).map(Body::from),
    }
}

fn unknown(parts: &Parts) -> Refusal {
    Refusal::new(
        StatusCode::NOT_FOUND,
        "UnknownOperationException",
        format!("the local cloud does not know {} {}", parts.method, parts.uri.path()),
    )
}

fn response(status: StatusCode, content_type: &'static str, body: Vec<u8>) -> http::Response<Vec<u8>> {
    let mut response = http::Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static(content_type));
    response
}

/// A time of the cloud as AWS writes it.
pub(crate) fn rfc3339(millis: i64) -> String {
    jiff::Timestamp::from_millisecond(millis).map_or_else(|_| millis.to_string(), |at| at.to_string())
}
