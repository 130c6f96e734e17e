//! What can go wrong.

/// Why a message is to come again.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The body of a message is something else.
    #[error("the message calls for nothing that is done here")]
    NotACall(#[from] serde_json::Error),
    /// The tables gave no answer.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The queue gave no answer.
    #[error(transparent)]
    Queue(#[from] queue::Error),
    /// What was added up before is not as it was written.
    #[error(transparent)]
    NotSums(#[from] model::reconcile::NotSums),
    /// Somebody else took the job: whoever held it was thought dead.
    #[error("somebody else has taken the job")]
    Taken,
}
