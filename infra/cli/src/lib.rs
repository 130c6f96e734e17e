//! The program for a desk: past responses come in, responses and surveys go out, what is counted is counted anew or proven, and
//! whether letters arrive is looked into.
//!
//! It knows npsloop by its HTTP API alone, as anybody else does. Every row it sends may be sent again, so it can be stopped
//! at any moment and started anew.

pub mod client;
pub mod doctor;
pub mod export;
pub mod import;
pub mod jobs;
pub mod options;

use crate::client::{Client, Connection};

/// Everything was done.
pub const DONE: u8 = 0;

/// It was done, and some rows were refused, or something is wrong.
pub const SOME_REFUSED: u8 = 1;

/// It was done, and tallies do not equal surveys.
pub const NOT_EQUAL: u8 = 1;

/// Nothing was done: what was asked for cannot be done so.
pub const NOT_BEGUN: u8 = 2;

/// It was begun, and stopped before its end; starting it again goes on from there.
pub const BROKEN_OFF: u8 = 3;

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// Past responses come in.
    Import(Connection, import::Wish),
    /// Responses or surveys go out.
    Export(Connection, export::Wish),
    /// What keeps letters from arriving is looked for.
    Examine(Connection, doctor::Wish),
    /// Surveys are counted anew, or tallies proven to equal them.
    Job(Connection, jobs::Wish),
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// What to tell the person at the desk.
    pub said: String,
    /// What to tell a script.
    pub code: u8,
}

/// Why it was not.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was asked for cannot be done so.
    #[error("{0}")]
    Wrong(String),
    /// A file could not be read or written.
    #[error("{path}")]
    File {
        /// Which.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A table could not be written.
    #[error("{path} could not be written")]
    Table {
        /// Which.
        path: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// npsloop refused the call, or did not answer.
    #[error(transparent)]
    Call(#[from] client::Error),
}

impl Error {
    /// What to tell a script.
    #[must_use]
    pub const fn code(&self) -> u8 {
        match self {
            Self::Wrong(_) => NOT_BEGUN,
            Self::Call(error) if error.is_final() => NOT_BEGUN,
            _ => BROKEN_OFF,
        }
    }

    pub(crate) fn file(path: &std::path::Path, source: std::io::Error) -> Self {
        Self::File { path: path.display().to_string(), source }
    }

    pub(crate) fn table(path: &std::path::Path, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Table { path: path.display().to_string(), source: source.into() }
    }
}

/// An error and all that led to it, in one line.
#[must_use]
pub fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source()).map(ToString::to_string);
    std::iter::once(error.to_string()).chain(causes).collect::<Vec<_>>().join(": ")
}

/// Does what is to be done.
///
/// # Errors
/// What kept it from being done.
pub async fn run(task: Task) -> Result<Done, Error> {
    match task {
        Task::Import(connection, wish) => import::run(&Client::new(connection)?, wish).await,
        Task::Export(connection, wish) => export::run(&Client::new(connection)?, wish).await,
        Task::Examine(connection, wish) => doctor::run(&Client::new(connection)?, wish, now()).await,
        Task::Job(connection, wish) => jobs::run(&Client::new(connection)?, wish).await,
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the entry of a program at a desk, whose clock is the machine's")]
fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}
