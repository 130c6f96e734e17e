//! Batches from a queue: what failed is in the answer, and comes again; the rest is done.

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};

use crate::telemetry::chain;

/// Works through a batch, one message after the other. `waits` says in the log what has to wait.
pub async fn each<E, F>(event: SqsEvent, waits: &str, work: impl Fn(String) -> F) -> SqsBatchResponse
where
    E: std::error::Error + 'static,
    F: Future<Output = Result<(), E>>,
{
    let mut answer = SqsBatchResponse::default();
    for message in event.records {
        // On the heap: one future of everything a function does would be nested deeper than the compiler looks.
        if let Err(error) = Box::pin(work(message.body.unwrap_or_default())).await {
            let id = message.message_id;
            tracing::error!(message.id = id, error = chain(&error), "{waits}");
            // A message without a name does not occur; an empty identifier fails the whole batch.
            answer.add_failure(id.unwrap_or_default());
        }
    }
    answer
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use aws_lambda_events::sqs::SqsMessage;

    use super::*;

    fn message(id: Option<&str>, body: &str) -> SqsMessage {
        let mut message = SqsMessage::default();
        message.message_id = id.map(ToOwned::to_owned);
        message.body = Some(body.to_owned());
        message
    }

    #[tokio::test]
    async fn what_failed_comes_again_and_the_rest_does_not() {
        let mut event = SqsEvent::default();
        event.records =
            vec![message(Some("a"), "1"), message(Some("b"), "no number"), message(Some("c"), "3"), message(None, "")];
        let answer = each(event, "it has to wait", |body| ready(body.parse::<u8>().map(|_| ()))).await;
        let failed: Vec<&str> = answer.batch_item_failures.iter().map(|one| one.item_identifier.as_str()).collect();
        assert_eq!(failed, ["b", ""]);
    }
}
