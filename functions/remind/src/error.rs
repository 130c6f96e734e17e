//! What can go wrong.

use crate::schedules::SchedulesError;

/// Why a message is to come again.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The body of a message is something else.
    #[error("the message is neither a hint nor a sweep")]
    NotAMessage(#[from] serde_json::Error),
    /// The tables gave no answer.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A queue gave no answer.
    #[error(transparent)]
    Queue(#[from] queue::Error),
    /// A schedule could not be made or deleted.
    #[error(transparent)]
    Schedules(#[from] SchedulesError),
    /// Others wrote at the same time, again and again.
    #[error("others kept writing to the survey")]
    Contended,
    /// A sweep did all it could and met surveys it could do nothing for.
    #[error("the sweep could not look after {0} surveys")]
    Incomplete(u64),
}
