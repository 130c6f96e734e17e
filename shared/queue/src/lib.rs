//! Queues: putting messages on them, and seeing how full they are.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_sqs::types::{QueueAttributeName, SendMessageBatchRequestEntry};
use aws_types::SdkConfig;
use serde::Serialize;

/// The longest SQS keeps a message back.
pub const LONGEST_DELAY: Duration = Duration::from_secs(900);

/// A queue that gave no answer, or did not take a message.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The call failed; whether messages arrived is unknown.
    #[error("{operation} failed: {cause}")]
    Call {
        /// The API operation.
        operation: &'static str,
        /// The chain of causes; holds names of queues, no messages.
        cause: String,
    },
    /// Some messages of a batch were not taken.
    #[error("the queue did not take {count} of the messages ({code})")]
    NotTaken {
        /// How many.
        count: usize,
        /// The first one's error code.
        code: String,
    },
}

/// A client, made when it is first asked for.
type Made = LazyLock<Client, Box<dyn FnOnce() -> Client + Send>>;

/// A handle on one queue; cheap to clone.
#[derive(Clone, Debug)]
pub struct Queue {
    client: Arc<Made>,
    url: String,
}

impl Queue {
    /// The queue with that URL.
    #[must_use]
    pub fn new(sdk: &SdkConfig, url: &str) -> Self {
        let queue = Self::seldom(sdk, url);
        LazyLock::force(&queue.client);
        queue
    }

    /// The same for whoever mostly has nothing to put on it: the client is made by the first call, not at the start.
    #[must_use]
    pub fn seldom(sdk: &SdkConfig, url: &str) -> Self {
        // The endpoint of the local host stands in the URL; the SDK takes it from the configuration.
        let sdk = sdk.clone();
        Self { client: Arc::new(LazyLock::new(Box::new(move || Client::new(&sdk)))), url: url.to_owned() }
    }

    /// Another queue through the same client: making a client takes longer than all the rest of a queue.
    #[must_use]
    pub fn beside(&self, url: &str) -> Self {
        Self { client: self.client.clone(), url: url.to_owned() }
    }

    /// Puts messages on the queue, ten at a time. A failure may leave some of them there: messages may repeat.
    ///
    /// # Errors
    /// When a message did not arrive for certain.
    pub async fn send<M: Serialize>(&self, messages: &[M]) -> Result<(), Error> {
        self.send_after(messages, Duration::ZERO).await
    }

    /// Puts messages on the queue which nobody sees before that time has passed: 15 minutes at most, in whole seconds.
    ///
    /// # Errors
    /// When a message did not arrive for certain.
    pub async fn send_after<M: Serialize>(&self, messages: &[M], delay: Duration) -> Result<(), Error> {
        let delay = i32::try_from(delay.min(LONGEST_DELAY).as_secs()).unwrap_or_default();
        for part in messages.chunks(10) {
            let entries = part.iter().enumerate().map(|(nth, message)| {
                let body =
                    serde_json::to_string(message).map_err(|error| failure("SendMessageBatch", error.to_string()))?;
                SendMessageBatchRequestEntry::builder()
                    .id(nth.to_string())
                    .message_body(body)
                    // Nothing said is the queue's own setting, which is none.
                    .set_delay_seconds(Some(delay).filter(|delay| *delay > 0))
                    .build()
                    .map_err(|error| failure("SendMessageBatch", error.to_string()))
            });
            let entries: Vec<_> = entries.collect::<Result<_, _>>()?;
            let sent = self
                .client
                .send_message_batch()
                .queue_url(&self.url)
                .set_entries(Some(entries))
                .send()
                .await
                .map_err(|error| call("SendMessageBatch", error))?;
            if let Some(first) = sent.failed().first() {
                return Err(Error::NotTaken { count: sent.failed().len(), code: first.code().to_owned() });
            }
        }
        Ok(())
    }

    /// How many messages are on the queue: waiting, being worked on, or delayed. Approximate, as SQS is.
    ///
    /// # Errors
    /// When the queue gives no answer.
    pub async fn depth(&self) -> Result<u64, Error> {
        let names = [
            QueueAttributeName::ApproximateNumberOfMessages,
            QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
            QueueAttributeName::ApproximateNumberOfMessagesDelayed,
        ];
        let got = self
            .client
            .get_queue_attributes()
            .queue_url(&self.url)
            .set_attribute_names(Some(names.to_vec()))
            .send()
            .await
            .map_err(|error| call("GetQueueAttributes", error))?;
        let attributes = got.attributes().cloned().unwrap_or_default();
        let count = |name| attributes.get(name).and_then(|text| text.parse::<u64>().ok());
        names
            .iter()
            .map(count)
            .sum::<Option<u64>>()
            .ok_or_else(|| failure("GetQueueAttributes", "a count is missing from the answer".to_owned()))
    }
}

fn failure(operation: &'static str, cause: String) -> Error {
    Error::Call { operation, cause }
}

fn call<E, R>(operation: &'static str, error: SdkError<E, R>) -> Error
where
    E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let cause = match error.code() {
        Some(code) => code.to_owned(),
        None => DisplayErrorContext(&error).to_string(),
    };
    failure(operation, cause)
}
