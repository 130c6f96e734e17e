//! The functions, each with what it needs, as `main` of its Lambda would give it.
//!
//! The tables are one handle for all, so that a campaign put through `manage` is seen by everybody at once. Everything
//! else comes from the settings, as in the cloud; only the clock is the local one.

use std::fmt::Display;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use aws_lambda_events::dynamodb::Event;
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use aws_lambda_events::streams::DynamoDbEventResponse;
use axum::Router;
use deliver::watch::Watch as Calls;
use host::settings::Wrong;
use host::{Clock, Env, Problem};
use model::{Campaign, Survey, Timestamp};
use serde::de::DeserializeOwned;
use serde_json::Value;
use store::{Store, keys, schema};

use crate::pump::{Open, Watch, Worker, Workers};

/// Every function, ready to be called.
pub struct Functions {
    /// Those that answer requests, as one.
    pub router: Router,
    /// Those that events wake.
    pub workers: Workers,
}

impl Functions {
    /// Gives every function its settings, the same tables and the same clock; `calls` sees every call to others.
    ///
    /// # Errors
    /// When a setting is wrong.
    pub fn connect(env: &Env, store: &Store, clock: &Clock, calls: Calls) -> Result<Self, Wrong> {
        let (store, clock) = (|| store.clone(), || clock.clone());
        let intake = intake::Deps { store: store(), clock: clock(), ..intake::Deps::connect(env)? };
        let capture = capture::Deps { store: store(), clock: clock(), chance: host::Chance::System };
        let insight = insight::Deps { store: store(), clock: clock(), ..insight::Deps::connect(env)? };
        let manage = manage::Deps { store: store(), clock: clock(), ..manage::Deps::connect(env)? };
        let relay = relay::Deps { clock: clock(), ..relay::Deps::connect(env)? };
        let aggregate = aggregate::Deps::new(store(), clock(), host::Chance::System);
        let dispatch = dispatch::Deps { store: store(), clock: clock(), ..dispatch::Deps::connect(env)? };
        let remind = remind::Deps { store: store(), clock: clock(), ..remind::Deps::connect(env)? };
        let mail_events = mail_events::Deps { store: store(), clock: clock(), ..mail_events::Deps::connect(env)? };
        let replies = replies::Deps { store: store(), clock: clock(), ..replies::Deps::connect(env)? };
        let deliver = deliver::Deps { store: store(), clock: clock(), ..deliver::Deps::connect(env)? };
        let deliver = deliver::Deps { remotes: deliver.remotes.clone().watched(calls), ..deliver };
        let recount = recount::Deps { store: store(), clock: clock(), ..recount::Deps::connect(env)? };

        // Each answers what it does not know; here only one may.
        let parts =
            [intake::router(intake), capture::router(capture), insight::router(insight), manage::router(manage)];
        let router = parts.into_iter().fold(Router::new(), |all, part| all.merge(part.reset_fallback()));
        Ok(Self {
            router: router.fallback(async || Problem::not_found("there is nothing at this address; see /openapi.json")),
            workers: Workers {
                watch: watch(store()),
                relay: stream(relay, |deps, event| async move { relay::handle(&deps, event).await }),
                aggregate: stream(aggregate, |deps, event| async move { aggregate::handle(&deps, event).await }),
                dispatch: queue(dispatch, |deps, event| async move { dispatch::handle(&deps, event).await }),
                remind: queue(remind, |deps, event| async move { remind::handle(&deps, event).await }),
                mail_events: queue(mail_events, |deps, event| async move { mail_events::handle(&deps, event).await }),
                replies: queue(replies, |deps, event| async move { replies::handle(&deps, event).await }),
                deliver: queue(deliver, |deps, event| async move { deliver::handle(&deps, event).await }),
                recount: queue(recount, |deps, event| async move { recount::handle(&deps, event).await }),
            },
        })
    }
}

/// How long before a step is due the sweep may look for its schedule, with time to spare.
const BEFORE: Duration = Duration::from_secs(90 * 60);

/// What the sweeps may have to do with.
fn watch(store: Store) -> Watch {
    let known = store.clone();
    let load = move || -> Pin<Box<dyn Future<Output = Result<Open, String>> + Send>> {
        let store = store.clone();
        Box::pin(async move { open(&store).await.map_err(|error| error.to_string()) })
    };
    let digests = move |after| -> Pin<Box<dyn Future<Output = Result<Option<i64>, String>> + Send>> {
        let store = known.clone();
        Box::pin(async move { next_digest(&store, after).await.map_err(|error| error.to_string()) })
    };
    Watch { digests: Arc::new(digests), load: Arc::new(load), note }
}

/// When the first digest of any campaign goes out after that moment.
async fn next_digest(store: &Store, after: i64) -> Result<Option<i64>, store::Error> {
    let config = store.config(Timestamp::from_millis(after)).await?;
    let campaigns = config.every_campaign().into_iter().map(|stored| &stored.campaign);
    Ok(campaigns.filter_map(|campaign| digest_of(campaign, after)).min())
}

fn digest_of(campaign: &Campaign, after: i64) -> Option<i64> {
    let alerts = &campaign.alerts;
    if !alerts.any_digest() && campaign.hears_of_drops().is_none() {
        return None;
    }
    let zone = jiff::tz::TimeZone::get(&campaign.time_zone).ok()?;
    let today = jiff::Timestamp::from_millisecond(after).ok()?.to_zoned(zone.clone()).date();
    let days = std::iter::successors(Some(today), |day| day.tomorrow().ok());
    days.take(3)
        .filter_map(|day| {
            Some(day.to_datetime(alerts.digest_at).to_zoned(zone.clone()).ok()?.timestamp().as_millisecond())
        })
        .find(|at| *at > after)
}

async fn open(store: &Store) -> Result<Open, store::Error> {
    let mut open = Open::new();
    let mut from = None;
    loop {
        let page = store.open_page(0, 1, from).await?;
        let ids: Vec<_> = page.surveys.iter().map(|(_, id)| *id).collect();
        for chunk in ids.chunks(100) {
            open.extend(store.surveys(chunk).await?.iter().map(|survey| (survey.id.to_string(), first_of_use(survey))));
        }
        from = page.next;
        if from.is_none() {
            return Ok(open);
        }
    }
}

fn note(record: &Value) -> Option<(String, Option<i64>)> {
    let survey = store::keys::survey_of(record["dynamodb"]["Keys"]["pk"]["S"].as_str()?)?;
    let image = &record["dynamodb"]["NewImage"];
    let open = image.get(schema::SURVEYS.indexes.iter().find(|index| index.name == schema::OPEN)?.hash).is_some();
    if record["dynamodb"]["Keys"]["sk"]["S"] != keys::SURVEY {
        return None;
    }
    // What cannot be read is for the sweep.
    let from = serde_json::from_value::<serde_dynamo::Item>(image.clone())
        .ok()
        .and_then(|item| serde_dynamo::from_item::<_, Survey>(item).ok())
        .map_or(0, |survey| first_of_use(&survey));
    Some((survey.to_string(), open.then_some(from)))
}

/// From when on a sweep may have to do with an open survey: at once while a mail is on its way, otherwise from shortly
/// before its next step.
fn first_of_use(survey: &Survey) -> i64 {
    match survey.next {
        Some(due) if survey.in_flight.is_none() => due.at.before(BEFORE).as_millis(),
        _ => 0,
    }
}

/// A function that reads the stream.
fn stream<D, F, A, E>(deps: D, handle: F) -> Worker
where
    D: Clone + Send + Sync + 'static,
    F: Fn(D, Event) -> A + Copy + Send + Sync + 'static,
    A: Future<Output = Result<DynamoDbEventResponse, E>> + Send + 'static,
    E: Display,
{
    worker(deps, handle, |answer: DynamoDbEventResponse| {
        answer.batch_item_failures.into_iter().map(|failure| failure.item_identifier.unwrap_or_default()).collect()
    })
}

/// A function that reads a queue.
fn queue<D, F, A, E>(deps: D, handle: F) -> Worker
where
    D: Clone + Send + Sync + 'static,
    F: Fn(D, SqsEvent) -> A + Copy + Send + Sync + 'static,
    A: Future<Output = Result<SqsBatchResponse, E>> + Send + 'static,
    E: Display,
{
    worker(deps, handle, |answer: SqsBatchResponse| {
        answer.batch_item_failures.into_iter().map(|failure| failure.item_identifier).collect()
    })
}

fn worker<D, I, O, F, A, E>(deps: D, handle: F, failed: fn(O) -> Vec<String>) -> Worker
where
    D: Clone + Send + Sync + 'static,
    I: DeserializeOwned + Send + 'static,
    O: Send + 'static,
    F: Fn(D, I) -> A + Copy + Send + Sync + 'static,
    A: Future<Output = Result<O, E>> + Send + 'static,
    E: Display,
{
    Arc::new(move |event| {
        let deps = deps.clone();
        Box::pin(async move {
            let event = serde_json::from_value(event).map_err(|error| error.to_string())?;
            handle(deps, event).await.map(failed).map_err(|error| error.to_string())
        })
    })
}
