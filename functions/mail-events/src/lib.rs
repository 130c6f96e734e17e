//! Takes in what SES says became of a mail.
//!
//! Woken by the mail-events queue, which carries SES's events as EventBridge delivers them: at least once, late
//! and in any order. Each is a fact about one mail, named by the tags it was sent with, and is written once; a
//! repeat changes nothing, and no order of facts leads to another end.

mod apply;
mod decide;
pub mod wire;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use host::settings::{Reader, Wrong};
use host::telemetry::chain;
use host::{Chance, Clock, Env};
use model::Timestamp;
use store::{Store, Tables};

use crate::wire::Read;

/// What this function needs.
#[derive(Clone)]
pub struct Deps {
    /// The tables.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// Random numbers, for pauses.
    pub chance: Chance,
}

/// What this function is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `TABLE_SURVEYS` and `TABLE_LEDGER`.
    pub tables: Tables,
}

impl host::settings::Settings for Settings {
    const NAMES: &'static [&'static str] = &["TABLE_SURVEYS", "TABLE_LEDGER"];

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let surveys = reader.text("TABLE_SURVEYS", "the name of the surveys table");
        let ledger = reader.text("TABLE_LEDGER", "the name of the ledger table");
        Some(Self { tables: Tables { surveys: surveys?, ledger: ledger? } })
    }
}

impl Deps {
    /// Everything from the environment.
    ///
    /// # Errors
    /// When settings are missing or wrong.
    pub fn connect(env: &Env) -> Result<Self, Wrong> {
        let settings: Settings = env.read()?;
        let sdk = host::aws::config(env, host::aws::Service::DynamoDb)?;
        let store = Store::without_campaigns(&sdk, settings.tables);
        Ok(Self { store, clock: Clock::System, chance: Chance::System })
    }
}

/// Why a message is to come again.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The body of a message is no event of SES as EventBridge delivers them.
    #[error("the message is no event of ses")]
    NotAnEvent(#[from] wire::NotAnEvent),
    /// The tables gave no answer.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// Others wrote at the same time, again and again.
    #[error("others kept writing to the survey")]
    Contended,
}

/// Takes in a batch of events. Messages that failed are in the answer: the queue brings them again.
///
/// # Errors
/// Never as a whole.
pub async fn handle(deps: &Deps, event: SqsEvent) -> Result<SqsBatchResponse, Error> {
    let now = deps.clock.now();
    let mut answer = SqsBatchResponse::default();
    for message in &event.records {
        if let Err(error) = one(deps, message.body.as_deref().unwrap_or_default(), now).await {
            let id = message.message_id.as_deref();
            tracing::error!(message.id = id, error = chain(&error), "an event has to wait");
            // A message without a name does not occur; an empty identifier fails the whole batch.
            answer.add_failure(id.unwrap_or_default());
        }
    }
    Ok(answer)
}

async fn one(deps: &Deps, body: &str, now: Timestamp) -> Result<(), Error> {
    match wire::read(body)? {
        Read::Word(word) => apply::apply(deps, &word, now).await,
        Read::NotOurs(why) => {
            tracing::info!(why, "an event is ignored");
            Ok(())
        }
    }
}
