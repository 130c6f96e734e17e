//! Counts what changed: state changes become tallies, each counted once.
//!
//! Woken by the stream of the surveys table, which repeats batches, cuts them anew and hands them to several
//! instances at once. What was counted for a survey stands in its marker. The marker and the tallies move in
//! one transaction, on the condition that the marker is the one that was read: a repeat finds a marker that
//! is as far or further, and a gap is closed from what the marker says.
//!
//! A row of tallies has eight parts, so that no part is hot when many count at the same time. Every part that has
//! a row is read for every question, so parts are only used as the load asks for them: a full batch, or a
//! conflict, is the sign of it. One change that meets nobody always counts in the first part, and a campaign
//! that is answered now and then has one row for each day and value, not eight.

mod batch;
mod name;
mod plan;
mod scores;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_lambda_events::event::dynamodb::Event;
use aws_lambda_events::event::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use futures_util::future::{join_all, try_join_all};
use host::aws::{Reach, Service};
use host::settings::{StoreSettings, Wrong};
use host::{Chance, Clock, Env, telemetry};
use model::{ContactKey, SurveyId};
use store::Store;

use crate::batch::{Batch, Life};
use crate::plan::Transaction;
use crate::values::Known;

/// How often a batch is decided anew when others count at the same time.
const ROUNDS: u32 = 5;

/// How many contacts hear of their scores at the same time.
const CONTACTS_AT_ONCE: usize = 16;

/// What this function works with.
#[derive(Clone)]
pub struct Deps {
    /// The tables.
    pub store: Store,
    /// The time, by which the configuration is fresh or not.
    pub clock: Clock,
    /// Draws shards and pauses.
    pub chance: Chance,
    /// The values seen on days that were counted lately.
    known: Arc<Mutex<Known>>,
}

/// Why a batch was not looked at.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Without its number a record cannot be reported, and the stream could not come back to it.
    #[error("a stream record has no sequence number")]
    NoNumber,
}

impl Deps {
    /// What counts in these tables.
    #[must_use]
    pub fn new(store: Store, clock: Clock, chance: Chance) -> Self {
        Self { store, clock, chance, known: Arc::default() }
    }

    /// Makes the handles from the environment; nothing is called yet.
    ///
    /// # Errors
    /// Everything that is wrong with the settings.
    pub fn connect(env: &Env) -> Result<Self, Wrong> {
        let settings: StoreSettings = env.read()?;
        let sdk = Reach::new(env)?.config(Service::DynamoDb);
        Ok(Self::new(Store::new(&sdk, settings.tables, settings.defaults), Clock::System, Chance::System))
    }

    /// Opens the connection to the tables, so that the first batch does not wait for it.
    pub async fn warm(&self) {
        if let Err(error) = self.store.config(self.clock.now()).await {
            tracing::warn!(error = telemetry::chain(&error), "the tables gave no answer at the start");
        }
    }

    fn known<T>(&self, with: impl FnOnce(&mut Known) -> T) -> T {
        with(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Counts a batch of the stream. The answer names the first record that is not done, if any: the stream
/// comes back to it and to everything behind it.
///
/// # Errors
/// When a record has no sequence number.
pub async fn handle(deps: &Deps, event: Event) -> Result<DynamoDbEventResponse, Error> {
    let config = match deps.store.config(deps.clock.now()).await {
        Ok(config) => config,
        Err(error) => {
            tracing::error!(error = telemetry::chain(&error), "the campaigns cannot be read");
            return answer(&event, Some(0));
        }
    };
    let Batch { lives, unread } = batch::read(&event.records, |campaign| config.bands(campaign))?;
    let mut undone: BTreeSet<SurveyId> = count(deps, &lives).await;
    undone.extend(remember(deps, &lives, &undone).await);
    name::judge(deps, &lives).await;
    let first = lives.iter().filter(|life| undone.contains(&life.survey)).map(|life| life.first).chain(unread).min();
    tracing::info!(
        batch.records = event.records.len(),
        batch.surveys = lives.len(),
        batch.undone = undone.len(),
        "a batch was counted"
    );
    answer(&event, first)
}

/// Names the first record that is not done, if any.
fn answer(event: &Event, first: Option<usize>) -> Result<DynamoDbEventResponse, Error> {
    let mut response = DynamoDbEventResponse::default();
    if let Some(record) = first.and_then(|first| event.records.get(first)) {
        let mut failure = DynamoDbBatchItemFailure::default();
        failure.item_identifier = Some(record.change.sequence_number.clone().ok_or(Error::NoNumber)?);
        response.batch_item_failures.push(failure);
    }
    Ok(response)
}

/// Counts all lives; what is left over is the answer.
async fn count(deps: &Deps, lives: &[Life]) -> BTreeSet<SurveyId> {
    let mut waiting: BTreeSet<SurveyId> = lives.iter().map(|life| life.survey).collect();
    for round in 0..ROUNDS {
        if waiting.is_empty() {
            break;
        }
        if round > 0 {
            pause(deps, round).await;
        }
        match attempt(deps, lives, &mut waiting, round).await {
            Ok(()) => {}
            Err(error) if error.is_busy() => tracing::debug!(error = telemetry::chain(&error), "the ledger is busy"),
            Err(error) => {
                tracing::error!(error = telemetry::chain(&error), "the ledger gave no answer");
                break;
            }
        }
    }
    waiting
}

/// Load, decide, apply, once: whoever is counted for certain is taken out of `waiting`.
async fn attempt(
    deps: &Deps,
    lives: &[Life],
    waiting: &mut BTreeSet<SurveyId>,
    round: u32,
) -> Result<(), store::Error> {
    let ids: Vec<SurveyId> = waiting.iter().copied().collect();
    let markers = deps.store.markers(&ids).await?;
    let lives: Vec<&Life> = lives.iter().filter(|life| waiting.contains(&life.survey)).collect();
    let wanted = deps.known(|known| known.wanted(plan::uncounted(&lives, &markers)));
    let read = wanted.into_iter().map(|place| async move {
        let values = deps.store.values_on(&place.campaign, &place.dimension, place.day).await?;
        Ok::<_, store::Error>((place, values))
    });
    let read = try_join_all(read).await?;
    let moves = deps.known(|known| {
        read.into_iter().for_each(|(place, values)| known.learn(place, values));
        plan::moves(&lives, &markers, known)
    });
    let moving: BTreeSet<SurveyId> = moves.iter().map(|step| step.to.survey).collect();
    waiting.retain(|survey| moving.contains(survey));
    let shards = plan::shards(moves.len(), round);
    let mut trouble = None;
    let mut left = BTreeSet::new();
    for Transaction { moves, earlier, changes, expires } in plan::packed(moves) {
        // Drawn anew each time: two who met on a row will hardly meet again.
        let shard = u8::try_from(deps.chance.below(u64::from(shards))).unwrap_or(0);
        let surveys = moves.iter().map(|(_, marker)| marker.survey);
        match deps.store.count(&moves, &earlier, &changes, shard, expires).await {
            Ok(true) => {}
            Ok(false) => left.extend(surveys),
            Err(error) => {
                left.extend(surveys);
                trouble = Some(error);
            }
        }
    }
    waiting.retain(|survey| left.contains(survey));
    trouble.map_or(Ok(()), Err)
}

/// Tells contacts of their scores, where the count stands; those it failed for are the answer.
async fn remember(deps: &Deps, lives: &[Life], uncounted: &BTreeSet<SurveyId>) -> BTreeSet<SurveyId> {
    // One contact's surveys one after the other, or they would get in each other's way.
    let mut contacts: BTreeMap<&str, (&ContactKey, BTreeSet<SurveyId>)> = BTreeMap::new();
    for life in lives.iter().filter(|life| life.answer_changed && !uncounted.contains(&life.survey)) {
        let heard = contacts.entry(life.contact.as_str()).or_insert_with(|| (&life.contact, BTreeSet::new()));
        heard.1.insert(life.survey);
    }
    let contacts: Vec<_> = contacts.into_values().collect();
    let mut undone = BTreeSet::new();
    for some in contacts.chunks(CONTACTS_AT_ONCE) {
        let told = some.iter().map(|(contact, surveys)| async move {
            let mut undone = Vec::new();
            for survey in surveys {
                match scores::remember(&deps.store, *survey, contact).await {
                    Ok(true) => {}
                    Ok(false) => undone.push(*survey),
                    Err(error) => {
                        tracing::error!(error = telemetry::chain(&error), "a contact's last score was not kept");
                        undone.push(*survey);
                    }
                }
            }
            undone
        });
        undone.extend(join_all(told).await.into_iter().flatten());
    }
    undone
}

/// Waits a little, and not as long as whoever we met.
async fn pause(deps: &Deps, round: u32) {
    let most = 25_u64 << round;
    tokio::time::sleep(Duration::from_millis(most / 2 + deps.chance.below(most))).await;
}
