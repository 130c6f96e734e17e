//! Takes in what people reply to a letter or a text.
//!
//! Woken by the replies queue, which carries what SES received for the reply domain and what people write back to texts: at least
//! once, late and in any order. Each mail names its survey by the address it came to, a text by the number it is from; it
//! counts at the moment SES or its topic took it; nothing older takes the place of anything newer, so a repeat changes
//! nothing. What no rule understands is written down as a letter to a colleague, under a name drawn from the message: a
//! repeat finds it there.

mod apply;
mod html;
pub mod mime;
mod texts;
pub mod wire;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use host::aws::{Reach, Service};
use host::settings::{Reader, StoreSettings, Wrong};
use host::telemetry::chain;
use host::{Chance, Clock, Env, batch};
use model::Timestamp;
use queue::Queue;
use store::Store;

use crate::wire::Read;

/// What this function needs.
#[derive(Clone)]
pub struct Deps {
    /// The tables.
    pub store: Store,
    /// Takes letters to be sent at once.
    pub mail: Queue,
    /// The address people see, without a slash at its end.
    pub public_url: String,
    /// The time.
    pub clock: Clock,
    /// Random numbers, for pauses.
    pub chance: Chance,
}

/// What this function is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The tables, and the first campaign.
    pub store: StoreSettings,
    /// `MAIL_QUEUE_URL`.
    pub mail_queue: String,
    /// `PUBLIC_URL`.
    pub public_url: String,
}

impl host::settings::Settings for Settings {
    const NAMES: &'static [&'static str] =
        &["TABLE_SURVEYS", "TABLE_LEDGER", "COMPANY", "SENDER_EMAIL", "MAIL_QUEUE_URL", "PUBLIC_URL"];

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let store = StoreSettings::read(reader);
        let mail_queue = reader.url("MAIL_QUEUE_URL", "the address of the mail queue");
        let public_url = reader.url("PUBLIC_URL", "the address people see, such as https://nps.example.com");
        Some(Self { store: store?, mail_queue: mail_queue?, public_url: public_url? })
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
        Ok(Self {
            store: Store::new(&aws.config(Service::DynamoDb), tables, defaults),
            // Most replies are answers, of which nobody is told here.
            mail: Queue::seldom(&aws.config(Service::Sqs), &settings.mail_queue),
            public_url: settings.public_url,
            clock: Clock::System,
            chance: Chance::System,
        })
    }

    /// Opens the connection to the tables and reads campaigns and keys, while starting costs nothing.
    pub async fn warm_up(&self) {
        if let Err(error) = self.store.config(self.clock.now()).await {
            tracing::warn!(error = chain(&error), "not warmed up; the first message will read");
        }
    }
}

/// Why a message is to come again.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The body of a message is nothing AWS writes of a mail or a text that came.
    #[error("the message is no mail or text that came")]
    NotAReply(#[from] wire::NotAReply),
    /// The tables gave no answer.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The mail queue gave no answer.
    #[error(transparent)]
    Queue(#[from] queue::Error),
    /// Others wrote at the same time, again and again.
    #[error("others kept writing to the survey")]
    Contended,
}

/// Takes in a batch of replies. Messages that failed are in the answer: the queue brings them again.
///
/// # Errors
/// Never as a whole.
pub async fn handle(deps: &Deps, event: SqsEvent) -> Result<SqsBatchResponse, Error> {
    let now = deps.clock.now();
    Ok(batch::each(event, "a reply has to wait", |body| one(deps, body, now)).await)
}

async fn one(deps: &Deps, body: String, now: Timestamp) -> Result<(), Error> {
    match wire::read(&body)? {
        // Boxed: what happens within is deeper than the compiler likes to look.
        Read::Mail(mail) => Box::pin(apply::apply(deps, &mail, now)).await,
        Read::Text(text) => Box::pin(texts::take(deps, &text, now)).await,
        Read::NotOurs(why) => {
            tracing::info!(why, "a message is ignored");
            Ok(())
        }
    }
}
