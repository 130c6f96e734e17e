//! Takes in what SES says became of a mail, and End User Messaging of a text.
//!
//! Woken by the mail-events queue, which carries SES's events as EventBridge delivers them and those of texts as SNS does: at
//! least once, late and in any order. Each is a fact about one mail, named by the tags it was sent with, and is written once; a
//! repeat changes nothing, and no order of facts leads to another end.

mod apply;
mod decide;
pub mod text;
pub mod wire;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use host::aws::{Reach, Service};
use host::settings::{Reader, Wrong};
use host::{Chance, Clock, Env, batch};
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
        let sdk = Reach::new(env)?.config(Service::DynamoDb);
        let store = Store::without_campaigns(&sdk, settings.tables);
        Ok(Self { store, clock: Clock::System, chance: Chance::System })
    }
}

/// Why a message is to come again.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The body of a message is no event as AWS delivers them.
    #[error("the message is no event of mails or texts")]
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
    Ok(batch::each(event, "an event has to wait", |body| one(deps, body, now)).await)
}

async fn one(deps: &Deps, body: String, now: Timestamp) -> Result<(), Error> {
    match wire::read(&body)? {
        // Boxed: what happens within is deeper than the compiler likes to look.
        Read::Word(word) => Box::pin(apply::apply(deps, &word, now)).await,
        Read::Letter(word) => Box::pin(apply::letter(deps, &word, now)).await,
        Read::NotOurs(why) => {
            tracing::info!(why, "an event is ignored");
            Ok(())
        }
    }
}
