//! Makes messages of what changed on surveys.
//!
//! Woken by the stream of the surveys table, which repeats a batch from its first failure on. A message is a
//! hint to look at a survey, so one that is sent twice does no harm; one that is lost would, so a batch is
//! done only when the queues have taken all of it.

mod plan;

use aws_lambda_events::dynamodb::Event;
use aws_lambda_events::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use host::aws::{Reach, Service};
use host::settings::{Reader, Wrong};
use host::telemetry::chain;
use host::{Clock, Env};
use queue::Queue;
use serde::Serialize;

use crate::plan::{Messages, Plan, Sent};

/// What this function needs.
#[derive(Clone, Debug)]
pub struct Deps {
    /// Takes mail steps that are due.
    pub mail: Queue,
    /// Takes everything else: steps to come, to be done, or to be forgotten.
    pub step: Queue,
    /// Takes surveys the world outside must hear of.
    pub deliver: Queue,
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
    /// `DELIVER_QUEUE_URL`.
    pub deliver_queue: String,
}

impl host::settings::Settings for Settings {
    const NAMES: &'static [&'static str] = &["MAIL_QUEUE_URL", "STEP_QUEUE_URL", "DELIVER_QUEUE_URL"];

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let mail_queue = reader.url("MAIL_QUEUE_URL", "the address of the mail queue");
        let step_queue = reader.url("STEP_QUEUE_URL", "the address of the step queue");
        let deliver_queue = reader.url("DELIVER_QUEUE_URL", "the address of the deliver queue");
        Some(Self { mail_queue: mail_queue?, step_queue: step_queue?, deliver_queue: deliver_queue? })
    }
}

impl Deps {
    /// Everything from the environment.
    ///
    /// # Errors
    /// When settings are missing or wrong.
    pub fn connect(env: &Env) -> Result<Self, Wrong> {
        let settings: Settings = env.read()?;
        let mail = Queue::new(&Reach::new(env)?.config(Service::Sqs), &settings.mail_queue);
        Ok(Self {
            step: mail.beside(&settings.step_queue),
            deliver: mail.beside(&settings.deliver_queue),
            mail,
            clock: Clock::System,
        })
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
    let (mail, step, deliver) = tokio::join!(
        send(&deps.mail, "mail", &plan.mail),
        send(&deps.step, "step", &plan.step),
        send(&deps.deliver, "deliver", &plan.deliver),
    );
    let mut answer = DynamoDbEventResponse::default();
    if let Some(first) = plan.first_failure(mail, step, deliver) {
        // A record without a number does not occur; an empty identifier fails the whole batch.
        let number = event.records.get(first).and_then(|record| record.change.sequence_number.clone());
        let mut failure = DynamoDbBatchItemFailure::default();
        failure.item_identifier = Some(number.unwrap_or_default());
        answer.batch_item_failures.push(failure);
    }
    Ok(answer)
}

async fn send<M: Serialize>(queue: &Queue, name: &str, messages: &Messages<M>) -> Sent {
    match queue.send(messages.bodies()).await {
        Ok(()) => Sent::Yes,
        Err(error) => {
            let count = messages.bodies().len();
            tracing::error!(queue.name = name, messages = count, error = chain(&error), "messages were not taken");
            Sent::No
        }
    }
}
