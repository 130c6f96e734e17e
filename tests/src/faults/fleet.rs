//! The functions as Lambda keeps them: environments that are started when needed, reused while they live, and
//! gone once they died.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use aws_types::SdkConfig;
use axum::Router;
use deliver::Bus;
use deliver::outside::{Outside, Resolver};
use deliver::remote::Remotes;
use host::aws::{Reach, Service};
use host::secrets::Secrets;
use host::settings::StoreSettings;
use host::{Chance, Clock, Env};
use local::cloud::Queue as LocalQueue;
use local::world::REPLY_DOMAIN;
use queue::Queue;
use store::Store;

use super::network::Wire;
use super::ways::has_replies;

/// A function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Function {
    Intake,
    Capture,
    Insight,
    Manage,
    Relay,
    Aggregate,
    Dispatch,
    Remind,
    MailEvents,
    Replies,
    Deliver,
    Recount,
}

impl Function {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::Capture => "capture",
            Self::Insight => "insight",
            Self::Manage => "manage",
            Self::Relay => "relay",
            Self::Aggregate => "aggregate",
            Self::Dispatch => "dispatch",
            Self::Remind => "remind",
            Self::MailEvents => "mail-events",
            Self::Replies => "replies",
            Self::Deliver => "deliver",
            Self::Recount => "recount",
        }
    }
}

/// One environment of a function.
#[derive(Clone)]
pub(crate) enum Environment {
    Http(Router),
    Relay(relay::Deps),
    Aggregate(aggregate::Deps),
    Dispatch(dispatch::Deps),
    Remind(remind::Deps),
    MailEvents(mail_events::Deps),
    Replies(replies::Deps),
    Deliver(deliver::Deps),
    Recount(recount::Deps),
}

/// All environments that are warm, and what new ones are made of.
pub(crate) struct Fleet {
    env: Env,
    wire: Wire,
    clock: Clock,
    chance: Chance,
    seed: u64,
    warm: HashMap<Function, Vec<Environment>>,
}

/// The address contacts see.
pub(crate) const PUBLIC: &str = "https://nps.example.com";

/// What holds for every text.
fn terms() -> mail::Terms {
    let configuration_set = "npsloop".to_owned();
    mail::Terms { configuration_set, max_price: "0.50".to_owned(), kind: mail::Kind::Transactional }
}

fn settings(region: &str) -> Env {
    Env::from([
        ("TABLE_SURVEYS", "surveys"),
        ("TABLE_LEDGER", "ledger"),
        ("MAIL_QUEUE_URL", &LocalQueue::Mail.url()),
        ("MAIL_QUEUE_ARN", &LocalQueue::Mail.arn()),
        ("STEP_QUEUE_URL", &LocalQueue::Step.url()),
        ("STEP_QUEUE_ARN", &LocalQueue::Step.arn()),
        ("MAIL_EVENTS_QUEUE_URL", &LocalQueue::MailEvents.url()),
        ("MAIL_EVENTS_DLQ_URL", &LocalQueue::MailEventsDead.url()),
        ("SCHEDULE_GROUP", "npsloop"),
        ("SCHEDULE_ROLE_ARN", "arn:aws:iam::000000000000:role/npsloop-schedule"),
        ("SCHEDULE_DLQ_ARN", &LocalQueue::ScheduleDead.arn()),
        ("PUBLIC_URL", PUBLIC),
        ("SES_CONFIGURATION_SET", "npsloop"),
        ("SES_SEND_RATE", "0"),
        ("MAIL_CONCURRENCY", "2"),
        ("SENDER_EMAIL", "hello@company.example"),
        ("COMPANY", "Example Company"),
        // The SDK shares its retry budget among all clients of a region in a process: each world has its own.
        ("AWS_REGION", region),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_ENDPOINT_URL", "http://cloud.local"),
    ])
}

impl Fleet {
    pub(crate) fn new(region: &str, wire: Wire, clock: Clock, chance: Chance, seed: u64) -> Self {
        Self { env: settings(region), wire, clock, chance, seed, warm: HashMap::new() }
    }

    fn sdk(&self, service: Service) -> SdkConfig {
        let sdk = Reach::new(&self.env).expect("region and credentials are there").config(service);
        sdk.into_builder().http_client(self.wire.clone()).build()
    }

    pub(crate) fn store(&self) -> Store {
        let settings: StoreSettings = self.env.read().expect("the settings are right");
        Store::new(&self.sdk(Service::DynamoDb), settings.tables, settings.defaults)
    }

    fn secrets(&self) -> Secrets {
        Secrets::new(&self.sdk(Service::Ssm), "/npsloop")
    }

    fn queue(&self, queue: LocalQueue) -> Queue {
        Queue::new(&self.sdk(Service::Sqs), &queue.url())
    }

    /// A warm environment that is not at work, or a cold one.
    pub(crate) fn take(&mut self, function: Function) -> Environment {
        match self.warm.get_mut(&function).and_then(Vec::pop) {
            Some(warm) => warm,
            None => self.make(function),
        }
    }

    /// An environment that came through.
    pub(crate) fn give_back(&mut self, function: Function, environment: Environment) {
        self.warm.entry(function).or_default().push(environment);
    }

    fn make(&self, function: Function) -> Environment {
        let (store, clock, chance) = (|| self.store(), self.clock.clone(), self.chance.clone());
        match function {
            Function::Intake => Environment::Http(intake::router(intake::Deps {
                store: store(),
                secrets: self.secrets(),
                public_url: PUBLIC.to_owned(),
                clock,
                chance,
            })),
            Function::Capture => Environment::Http(capture::router(capture::Deps { store: store(), clock, chance })),
            Function::Insight => Environment::Http(insight::router(insight::Deps {
                store: store(),
                clock,
                site: host::Site::new(PUBLIC),
            })),
            Function::Manage => {
                let settings: StoreSettings = self.env.read().expect("the settings are right");
                let defaults = settings.defaults;
                Environment::Http(manage::router(manage::Deps {
                    store: store(),
                    defaults,
                    clock,
                    chance,
                    loopback: false,
                    site: host::Site::new(PUBLIC),
                    mail: self.queue(LocalQueue::Mail),
                    recount: self.queue(LocalQueue::Recount),
                    oidc: None,
                    replies: false,
                }))
            }
            Function::Relay => Environment::Relay(relay::Deps {
                mail: self.queue(LocalQueue::Mail),
                step: self.queue(LocalQueue::Step),
                deliver: self.queue(LocalQueue::Deliver),
                clock,
            }),
            Function::Aggregate => Environment::Aggregate(aggregate::Deps::new(store(), clock, chance)),
            Function::Dispatch => Environment::Dispatch(dispatch::Deps {
                store: store(),
                mailer: mail::Mailer::new(&self.sdk(Service::SesV2), Some("npsloop".to_owned())),
                pace: Arc::new(host::Pace::share(0.0, 2)),
                texts: Some(dispatch::Texts {
                    texter: mail::Texter::new(&self.sdk(Service::Sms), terms()),
                    pace: Arc::new(host::Pace::share(0.0, 2)),
                }),
                step: self.queue(LocalQueue::Step),
                public_url: PUBLIC.to_owned(),
                reply_domain: has_replies(self.seed).then(|| REPLY_DOMAIN.to_owned()),
                clock,
                chance,
            }),
            Function::Remind => {
                let settings: remind::Settings = self.env.read().expect("the settings are right");
                Environment::Remind(remind::Deps {
                    store: store(),
                    schedules: remind::Schedules::new(&self.sdk(Service::Scheduler), settings.targets),
                    mail: self.queue(LocalQueue::Mail),
                    step: self.queue(LocalQueue::Step),
                    mail_events: self.queue(LocalQueue::MailEvents),
                    mail_events_dead: self.queue(LocalQueue::MailEventsDead),
                    clock,
                })
            }
            Function::Deliver => Environment::Deliver(deliver::Deps {
                store: store(),
                // Nobody is called over a socket here: what is told goes to the event bus, on the same wire as all else.
                remotes: Remotes::new(
                    Outside::new(Resolver::Table(Arc::default()), false),
                    self.secrets(),
                    Some(Bus::new(&self.sdk(Service::EventBridge), "bus".to_owned())),
                ),
                mail: self.queue(LocalQueue::Mail),
                deliver: self.queue(LocalQueue::Deliver),
                public_url: PUBLIC.to_owned(),
                clock,
                chance,
            }),
            Function::Recount => {
                let queue = self.queue(LocalQueue::Recount);
                let deps = recount::Deps { chance, ..recount::Deps::new(store(), queue, clock) };
                // Where a turn reads next to nothing, a proof takes many.
                let slow = self.seed % 8 == 3;
                let few = recount::Deps { reading: Duration::ZERO, items: 40, ..deps.clone() };
                Environment::Recount(if slow { few } else { deps })
            }
            Function::Replies => Environment::Replies(replies::Deps {
                store: store(),
                mail: self.queue(LocalQueue::Mail),
                public_url: PUBLIC.to_owned(),
                clock,
                chance,
            }),
            Function::MailEvents => Environment::MailEvents(mail_events::Deps { store: store(), clock, chance }),
        }
    }
}
