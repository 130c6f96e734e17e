//! What can go wrong.

/// Why an errand is to come again.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The body of a message is something else.
    #[error("the message is no errand")]
    NotAnErrand(#[from] serde_json::Error),
    /// The tables gave no answer.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A queue gave no answer.
    #[error(transparent)]
    Queue(#[from] queue::Error),
    /// Others wrote at the same time, again and again.
    #[error("others kept writing to the same thing")]
    Contended,
    /// The campaign of a survey is not there.
    #[error("the campaign of the survey is not there")]
    NoCampaign,
}
