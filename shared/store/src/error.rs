//! What can go wrong with the tables.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::CancellationReason;

/// A read or write that gave no answer to build on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Others were at the same items, or too much came at once: trying again helps.
    #[error("the table {table} is busy")]
    Busy {
        /// Which table.
        table: String,
    },
    /// The call failed; whether a write took place is unknown.
    #[error("{operation} failed ({code})")]
    Call {
        /// The API operation.
        operation: &'static str,
        /// The service's error code, or `no answer`.
        code: String,
        /// What the SDK says.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// An item is not as this version writes it.
    #[error("the item {key} cannot be read")]
    Item {
        /// Its partition key; never holds a person's data.
        key: String,
        /// What is wrong with it.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
    /// Whether the same call may pass a little later.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Busy { .. })
    }

    pub(crate) fn call<E, R>(operation: &'static str, table: &str, error: SdkError<E, R>) -> Self
    where
        E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
        R: std::fmt::Debug + Send + Sync + 'static,
    {
        let code = error.code().unwrap_or("no answer").to_owned();
        match code.as_str() {
            "TransactionConflictException"
            | "ThrottlingException"
            | "ProvisionedThroughputExceededException"
            | "RequestLimitExceeded"
            | "TransactionInProgressException" => Self::Busy { table: table.to_owned() },
            _ => Self::Call { operation, code, source: Box::new(error) },
        }
    }

    pub(crate) fn item(key: &str, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Item { key: key.to_owned(), source: Box::new(source) }
    }
}

/// Why a transaction was cancelled: a reason for each action, or the error it really is.
pub(crate) fn cancelled<R>(
    table: &str,
    error: SdkError<TransactWriteItemsError, R>,
) -> Result<Vec<CancellationReason>, Error>
where
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let reasons = match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
            cancelled.cancellation_reasons().to_vec()
        }
        _ => return Err(Error::call("TransactWriteItems", table, error)),
    };
    // A failed condition tells something; a conflict beside it only says that others were there too.
    if reasons.iter().any(failed) {
        return Ok(reasons);
    }
    let code = |reason: &CancellationReason| reason.code().unwrap_or("None").to_owned();
    match reasons.iter().map(code).find(|code| code != "None").as_deref() {
        Some("TransactionConflict" | "ThrottlingError" | "ProvisionedThroughputExceeded") => {
            Err(Error::Busy { table: table.to_owned() })
        }
        _ => Err(Error::call("TransactWriteItems", table, error)),
    }
}

/// Whether this action's condition did not hold.
pub(crate) fn failed(reason: &CancellationReason) -> bool {
    reason.code() == Some("ConditionalCheckFailed")
}
