//! Has surveys counted anew, and proves that tallies equal surveys.
//!
//! Woken by the recount queue: with the name of a job whose next turn it is, every quarter of an hour to look for jobs whose
//! message was lost, and every night to begin a reconciliation. A turn holds its job by a conditional write, works for a
//! bounded time, writes down how far it came, and calls for the next one. A message that comes twice or late finds the job
//! held, further, or over; what a killed turn did is done again, and comes out the same.
//!
//! Nothing is counted here. A survey whose count is not what it would be today is touched, and `aggregate` hears of that by
//! the stream as of any other change.

mod error;
mod reconcile;
mod recount;
mod rows;
mod settings;
mod sweep;
mod turn;

use std::time::Duration;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use host::aws::{Reach, Service};
use host::settings::{StoreSettings, Wrong};
use host::{Chance, Clock, Env, batch};
use model::job::Call;
use model::reconcile::{DOUBTS, PAGE};
use queue::Queue;
use store::Store;

pub use crate::error::Error;
pub use crate::settings::Settings;

/// What this function needs.
#[derive(Clone)]
pub struct Deps {
    /// The tables.
    pub store: Store,
    /// Takes the calls for the next turns.
    pub queue: Queue,
    /// The time.
    pub clock: Clock,
    /// Names of jobs.
    pub chance: Chance,
    /// How long a turn goes on walking over surveys.
    pub turn: Duration,
    /// How long it goes on reading rows and markers, or mending rows: to write down how far that came, and to read it again,
    /// has its price.
    pub reading: Duration,
    /// Items that are read at once, in each of the parts of a walk; no more than [`PAGE`].
    pub page: i32,
    /// Doubtful surveys with which a walk does not go on before it is known what they are; no more than [`DOUBTS`].
    pub doubts: usize,
    /// Items of the ledger that are read at once, in each of the parts of a reading; no more than a megabyte comes.
    pub items: i32,
    /// Most rows of tallies that are held in memory.
    pub most_rows: usize,
    /// Wrong rows that are mended before it is written down what became of them.
    pub mends: usize,
}

impl Deps {
    /// What works on these tables and calls for its turns there.
    #[must_use]
    pub fn new(store: Store, queue: Queue, clock: Clock) -> Self {
        let turn = Duration::from_secs(60);
        // A function lives for 15 minutes; writing down what was added up takes one.
        let reading = Duration::from_secs(600);
        // A page of every part is touched at most before the counting must have caught up: others' answers then wait for
        // seconds, not for hours. A row takes about half a kilobyte.
        Self {
            store,
            queue,
            clock,
            chance: Chance::System,
            turn,
            reading,
            page: PAGE.into(),
            doubts: DOUBTS,
            items: 10_000,
            most_rows: 400_000,
            mends: 100,
        }
    }

    /// Everything from the environment.
    ///
    /// # Errors
    /// When settings are missing or wrong.
    pub fn connect(env: &Env) -> Result<Self, Wrong> {
        let settings: Settings = env.read()?;
        let aws = Reach::new(env)?;
        let StoreSettings { tables, defaults } = settings.store;
        let store = Store::new(&aws.config(Service::DynamoDb), tables, defaults);
        let queue = Queue::seldom(&aws.config(Service::Sqs), &settings.recount_queue);
        Ok(Self::new(store, queue, Clock::System))
    }
}

/// Takes the turns a batch of messages calls for. Messages that failed are in the answer: the queue brings them again.
///
/// # Errors
/// Never as a whole.
pub async fn handle(deps: &Deps, event: SqsEvent) -> Result<SqsBatchResponse, Error> {
    Ok(batch::each(event, "a turn came to nothing", |body| run(deps, body)).await)
}

async fn run(deps: &Deps, body: String) -> Result<(), Error> {
    match serde_json::from_str(&body)? {
        Call::Turn(kind, id) => turn::take(deps, kind, &id).await,
        Call::Sweep => sweep::sweep(deps).await,
        Call::Reconcile => sweep::begin(deps).await,
    }
}
