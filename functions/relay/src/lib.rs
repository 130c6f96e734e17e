//! Makes messages of what changed on surveys.
//!
//! Woken by the stream of the surveys table, which repeats a batch from its first failure on. A message is a
//! hint to look at a survey, so one that is sent twice does no harm; one that is lost would, so a batch is
//! done only when the queues have taken all of it.

mod plan;

use aws_lambda_events::dynamodb::Event;
use aws_lambda_events::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use host::settings::{Reader, Wrong};
use host::telemetry::chain;
use host::{Clock, Env};
use model::Hint;
use queue::Queue;

use crate::plan::{Plan, Sent};

/// What this function needs.
#[derive(Clone, Debug)]
pub struct Deps {
    /// Takes mail steps that are due.
    pub mail: Queue,
    /// Takes everything else: steps to come, to be done, or to be forgotten.
    pub step: Queue,
    /// The time.
    pub clock: Clock,
}

/// What this function is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `MAIL_QUEUE_URL`.
    pub mail_queue: String,
    /// `STEP_QUEUE_URL`.
    pub step_queue: String,
}

impl host::settings::Settings for Settings {
    const NAMES: &'static [&'static str] = &["MAIL_QUEUE_URL", "STEP_QUEUE_URL"];

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let mail_queue = reader.url("MAIL_QUEUE_URL", "the address of the mail queue");
        let step_queue = reader.url("STEP_QUEUE_URL", "the address of the step queue");
        Some(Self { mail_queue: mail_queue?, step_queue: step_queue? })
    }
}

impl Deps {
    /// Everything from the environment.
    ///
    /// # Errors
    /// When settings are missing or wrong.
    pub fn connect(env: &Env) -> Result<Self, Wrong> {
        let settings: Settings = env.read()?;
        let sdk = host::aws::config(env, host::aws::Service::Sqs)?;
        let queue = |url: &str| Queue::new(&sdk, url);
        Ok(Self { mail: queue(&settings.mail_queue), step: queue(&settings.step_queue), clock: Clock::System })
    }
}

/// Nothing fails as a whole: what could not be passed on is in the answer.
pub type Error = std::convert::Infallible;

/// Passes a batch of changes on, up to the first that cannot be; that one is in the answer, and the stream
/// comes again with it and all that follow.
///
/// # Errors
/// Never.
pub async fn handle(deps: &Deps, event: Event) -> Result<DynamoDbEventResponse, Error> {
    let plan = Plan::of(&event.records, deps.clock.now());
    let (mail, step) =
        tokio::join!(send(&deps.mail, "mail", &plan.mail.hints), send(&deps.step, "step", &plan.step.hints),);
    let mut answer = DynamoDbEventResponse::default();
    if let Some(first) = plan.first_failure(mail, step) {
        // A record without a number does not occur; an empty identifier fails the whole batch.
        let number = event.records.get(first).and_then(|record| record.change.sequence_number.clone());
        let mut failure = DynamoDbBatchItemFailure::default();
        failure.item_identifier = Some(number.unwrap_or_default());
        answer.batch_item_failures.push(failure);
    }
    Ok(answer)
}

async fn send(queue: &Queue, name: &str, hints: &[Hint]) -> Sent {
    match queue.send(hints).await {
        Ok(()) => Sent::Yes,
        Err(error) => {
            tracing::error!(queue.name = name, hints = hints.len(), error = chain(&error), "hints were not taken");
            Sent::No
        }
    }
}
