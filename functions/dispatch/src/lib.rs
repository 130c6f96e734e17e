//! Sends one e-mail or text per due step, and every other letter that was written down.
//!
//! Woken by the mail queue, which may deliver a message twice, late or out of order. The claim (a conditional
//! write) lets one of them through, and only while the step is due; whether the contact may be mailed is read
//! after it. SES has no idempotency token, so a crash between handing a mail over and confirming it leaves its
//! fate unknown until its *Send* event arrives, or until the hourly sweep releases the claim.

mod decide;
mod letter;
mod notice;
mod send;
mod texts;

use std::sync::Arc;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use host::aws::{Reach, Service};
use host::settings::{Reader, StoreSettings, Wrong};
use host::telemetry::chain;
use host::{Chance, Clock, Env, Pace, batch};
use mail::Mailer;
use model::hint::Mailing;
use queue::Queue;
use store::Store;

use crate::letter::Stationery;
pub use crate::texts::{TextSettings, Texts};

/// What this function needs.
#[derive(Clone)]
pub struct Deps {
    /// The tables.
    pub store: Store,
    /// The way to SES.
    pub mailer: Mailer,
    /// This environment's share of the sending rate.
    pub pace: Arc<Pace>,
    /// The way to telephones, where there is one.
    pub texts: Option<Texts>,
    /// Takes what is not yet due.
    pub step: Queue,
    /// The address contacts see, without a slash at its end.
    pub public_url: String,
    /// The domain whose mail is read as answers, if there is one.
    pub reply_domain: Option<String>,
    /// The time.
    pub clock: Clock,
    /// Random numbers, for claims and first keys.
    pub chance: Chance,
}

/// What this function is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The tables, and the first campaign.
    pub store: StoreSettings,
    /// `STEP_QUEUE_URL`.
    pub step_queue: String,
    /// `PUBLIC_URL`.
    pub public_url: String,
    /// `SES_CONFIGURATION_SET`.
    pub configuration_set: String,
    /// `SES_SEND_RATE`, in mails a second; 0 is without limit.
    pub send_rate: f64,
    /// `MAIL_CONCURRENCY`: how many environments share that rate.
    pub concurrency: u32,
    /// How texts are sent; nobody gets one if absent.
    pub texts: Option<TextSettings>,
    /// `REPLY_DOMAIN`; none where replies are not read.
    pub reply_domain: Option<String>,
}

impl host::settings::Settings for Settings {
    const NAMES: &'static [&'static str] = &[
        "TABLE_SURVEYS",
        "TABLE_LEDGER",
        "COMPANY",
        "SENDER_EMAIL",
        "STEP_QUEUE_URL",
        "PUBLIC_URL",
        "SES_CONFIGURATION_SET",
        "SES_SEND_RATE",
        "MAIL_CONCURRENCY",
        "SMS_CONFIGURATION_SET",
        "SMS_SEND_RATE",
        "SMS_MAX_PRICE",
        "SMS_MESSAGE_TYPE",
        "REPLY_DOMAIN",
    ];

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let store = StoreSettings::read(reader);
        let step_queue = reader.url("STEP_QUEUE_URL", "the address of the step queue");
        let public_url = reader.url("PUBLIC_URL", "the address contacts see, such as https://nps.example.com");
        let set = reader.text("SES_CONFIGURATION_SET", "the configuration set whose events come back");
        let rate = reader.required("SES_SEND_RATE", "mails a second, such as 14; 0 is without limit", |value| {
            value.parse::<f64>().ok().filter(|rate| rate.is_finite() && *rate >= 0.0)
        });
        let concurrency = reader.required("MAIL_CONCURRENCY", "a whole number from 1 on", |value| {
            value.parse::<u32>().ok().filter(|count| *count > 0)
        });
        let texts = TextSettings::read(reader);
        let reply_domain = reader.reply_domain();
        Some(Self {
            store: store?,
            step_queue: step_queue?,
            public_url: public_url?,
            configuration_set: set?,
            send_rate: rate?,
            concurrency: concurrency?,
            texts: texts?,
            reply_domain: reply_domain?,
        })
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
            mailer: Mailer::new(&aws.config(Service::SesV2), Some(settings.configuration_set)),
            pace: Arc::new(Pace::share(settings.send_rate, settings.concurrency)),
            texts: settings.texts.map(|texts| Texts::connect(&aws.config(Service::Sms), texts, settings.concurrency)),
            // Takes only steps that cannot be claimed yet.
            step: Queue::seldom(&aws.config(Service::Sqs), &settings.step_queue),
            public_url: settings.public_url,
            reply_domain: settings.reply_domain,
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

/// Why a message, or a whole batch, is to come again.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The body of a message is something else.
    #[error("the message is no hint")]
    NotAHint(#[from] serde_json::Error),
    /// The tables gave no answer.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The step queue gave no answer.
    #[error(transparent)]
    Queue(#[from] queue::Error),
    /// The letter could not be written.
    #[error(transparent)]
    Letter(#[from] letters::LetterError),
    /// A letter to sign in stands on the shelf of another kind.
    #[error("nobody signs in by this letter")]
    NoReader,
    /// A letter tells of numbers that are none.
    #[error("a letter about a drop has no answers to tell of")]
    NoNumbers,
    /// Nobody knows the survey's campaign.
    #[error("the campaign {0} is not there")]
    NoCampaign(model::CampaignId),
    /// AWS did not take the mail or text, and may later.
    #[error("it was not sent")]
    NotSent(#[source] mail::NotSent),
    /// A survey goes by text, and this stack sends none.
    #[error("texts are not switched on: see SmsOriginations")]
    NoTexts,
    /// The claim was refused though nothing stands against it.
    #[error("the claim was refused for no reason there is")]
    Unclear,
    /// Others wrote at the same time, again and again.
    #[error("others kept writing to the survey")]
    Contended,
}

/// Sends what is due of a batch of hints, one after the other. Messages that failed are in the answer: the
/// queue brings them again later.
///
/// # Errors
/// When campaigns and keys cannot be read, before anything was claimed: the whole batch comes again.
pub async fn handle(deps: &Deps, event: SqsEvent) -> Result<SqsBatchResponse, Error> {
    let now = deps.clock.now();
    let stationery = &Stationery::read(deps, now).await?;
    Ok(batch::each(event, "a mail has to wait", |body| one(deps, stationery, body, now)).await)
}

async fn one(deps: &Deps, stationery: &Stationery, body: String, now: model::Timestamp) -> Result<(), Error> {
    let mailing: Mailing = serde_json::from_str(&body)?;
    notice::carry_out(deps, stationery, mailing, now).await
}
