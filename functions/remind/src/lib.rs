//! Keeps each survey's next step scheduled, carries out steps that are due, and sweeps up what was lost.
//!
//! Woken by the step queue: with a hint to look at one survey, or once an hour to look at all that are open.
//! A hint says only where to look. What is done is decided on the survey as it stands, schedules have the name
//! of their survey and step, and a step is written once, so repeats, late messages and schedules that fire
//! twice or never do no harm.

mod error;
mod message;
mod schedules;
mod settings;
mod step;
mod sweep;
mod walk;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use host::aws::{Reach, Service};
use host::settings::{StoreSettings, Wrong};
use host::telemetry::chain;
use host::{Clock, Env, batch};
use model::Timestamp;
use queue::Queue;
use store::Store;

pub use crate::error::Error;
use crate::message::Message;
pub use crate::schedules::{Schedules, SchedulesError, Targets};
pub use crate::settings::Settings;

/// What this function needs.
#[derive(Clone)]
pub struct Deps {
    /// The tables.
    pub store: Store,
    /// Steps to come.
    pub schedules: Schedules,
    /// Takes mail steps that are due.
    pub mail: Queue,
    /// Takes other steps that are overdue.
    pub step: Queue,
    /// The queue of SES's events, only looked at.
    pub mail_events: Queue,
    /// The events of SES that could not be read, only looked at.
    pub mail_events_dead: Queue,
    /// The time.
    pub clock: Clock,
}

impl Deps {
    /// Everything from the environment.
    ///
    /// # Errors
    /// When settings are missing or wrong.
    pub fn connect(env: &Env) -> Result<Self, Wrong> {
        let settings: Settings = env.read()?;
        let aws = Reach::new(env)?;
        let StoreSettings { tables, defaults } = settings.store;
        // Most steps lie ahead and get a schedule; queues are for what is due already, and for the sweep.
        let mail = Queue::seldom(&aws.config(Service::Sqs), &settings.mail_queue);
        Ok(Self {
            store: Store::new(&aws.config(Service::DynamoDb), tables, defaults),
            schedules: Schedules::new(&aws.config(Service::Scheduler), settings.targets),
            step: mail.beside(&settings.step_queue),
            mail_events: mail.beside(&settings.mail_events_queue),
            mail_events_dead: mail.beside(&settings.mail_events_dead),
            mail,
            clock: Clock::System,
        })
    }

    /// Opens the connection to the tables, while starting costs nothing.
    pub async fn warm_up(&self) {
        if let Err(error) = self.store.config(self.clock.now()).await {
            tracing::warn!(error = chain(&error), "not warmed up; the first message will read");
        }
    }
}

/// Does what a batch of messages asks for. Messages that failed are in the answer: the queue brings them again.
///
/// # Errors
/// Never as a whole.
pub async fn handle(deps: &Deps, event: SqsEvent) -> Result<SqsBatchResponse, Error> {
    let now = deps.clock.now();
    Ok(batch::each(event, "a step has to wait", |body| one(deps, body, now)).await)
}

async fn one(deps: &Deps, body: String, now: Timestamp) -> Result<(), Error> {
    match Message::read(&body)? {
        Message::Look(hint) => step::look(deps, hint, now).await,
        Message::Sweep => walk::sweep(deps, now).await,
    }
}
