//! Tells others what became of a survey: CRMs, webhooks, chat; and makes the tasks and letters that follow from it.
//!
//! Woken by the deliver queue: with an errand to look at one survey, or every five minutes to look after what is
//! overdue. An errand says only where to look. What should be so outside is computed from the survey as it stands
//! and compared with what was done, and the difference is done; so repeats, late and reordered errands do no harm.

mod error;
mod letters;
pub mod outside;
mod reconcile;
pub mod remote;
mod settings;
mod sweep;
mod tasks;
mod telling;
pub mod watch;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use aws_sdk_eventbridge::Client;
use aws_types::SdkConfig;
use host::aws::{Reach, Service};
use host::secrets::Secrets;
use host::settings::{StoreSettings, Wrong};
use host::telemetry::chain;
use host::{Chance, Clock, Env, batch};
use model::Errand;
use queue::Queue;
use store::Store;

pub use crate::error::Error;
use crate::outside::{Outside, Resolver};
use crate::remote::Remotes;
pub use crate::settings::Settings;

/// What this function needs.
#[derive(Clone)]
pub struct Deps {
    /// The tables.
    pub store: Store,
    /// The ways to the systems outside.
    pub remotes: Remotes,
    /// Takes letters to be sent.
    pub mail: Queue,
    /// Takes what is to be done later.
    pub deliver: Queue,
    /// The address contacts see, without a slash at its end.
    pub public_url: String,
    /// The time.
    pub clock: Clock,
    /// Random numbers, for leases and pauses.
    pub chance: Chance,
}

/// The company's event bus.
#[derive(Clone, Debug)]
pub struct Bus {
    /// The way to EventBridge.
    pub client: Client,
    /// The name of the bus.
    pub name: String,
}

impl Bus {
    /// The bus of that name.
    #[must_use]
    pub fn new(sdk: &SdkConfig, name: String) -> Self {
        Self { client: Client::new(sdk), name }
    }
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
        // Most errands put nothing on a queue.
        let mail = Queue::seldom(&aws.config(Service::Sqs), &settings.mail_queue);
        let bus = settings.event_bus.map(|name| Bus::new(&aws.config(Service::EventBridge), name));
        let outside = Outside::new(Resolver::System, settings.loopback);
        let secrets = Secrets::new(&aws.config(Service::Ssm), &settings.secrets);
        Ok(Self {
            store: Store::new(&aws.config(Service::DynamoDb), tables, defaults),
            remotes: Remotes::new(outside, secrets, bus),
            deliver: mail.beside(&settings.deliver_queue),
            mail,
            public_url: settings.public_url,
            clock: Clock::System,
            chance: Chance::System,
        })
    }

    /// Opens the connection to the tables and reads campaigns and destinations, while starting costs nothing.
    pub async fn warm_up(&self) {
        if let Err(error) = self.store.config(self.clock.now()).await {
            tracing::warn!(error = chain(&error), "not warmed up; the first errand will read");
        }
    }
}

/// Runs a batch of errands, one after the other. Those that failed are in the answer: the queue brings them again.
///
/// # Errors
/// Never as a whole.
pub async fn handle(deps: &Deps, event: SqsEvent) -> Result<SqsBatchResponse, Error> {
    Ok(batch::each(event, "an errand has to wait", |body| run(deps, body)).await)
}

async fn run(deps: &Deps, body: String) -> Result<(), Error> {
    // Others answer slowly: what was now at the first errand of a batch is long ago at the last.
    let now = deps.clock.now();
    // In boxes: what lies below is nested so deep that the compiler would not follow it in one piece.
    match serde_json::from_str(&body)? {
        Errand::Tell(survey) => Box::pin(reconcile::survey(deps, survey, now)).await,
        Errand::Again(survey, destination) => Box::pin(reconcile::retry(deps, survey, &destination, now)).await,
        Errand::Thank(survey) => Box::pin(letters::thanks(deps, survey, now)).await,
        Errand::Sweep => Box::pin(sweep::sweep(deps, now)).await,
    }
}
