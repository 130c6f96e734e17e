//! How each outside system is told a report.
//!
//! Every remote has a pure part (a report becomes requests, an answer becomes what it means) and a thin one that
//! sends. A report is a survey's whole state, so telling it twice comes to telling it once: records are written by
//! a key of ours, memberships are looked up before they are made, and messages to whoever listens carry an id that
//! stays the same. Only chat has no such thing: a message whose answer was lost is said again.
//!
//! What a remote says no to for good is [`Told::Refused`]: the same words would be refused again. What can pass or
//! can be mended outside (a fault, a limit, an expired secret, a revoked right) is [`Told::Later`].

mod chat;
mod dataverse;
mod document;
mod event_bus;
mod exchange;
mod hubspot;
mod pardot;
mod salesforce;
mod slack;
mod tasks;
mod teams;
mod tokens;
mod webhook;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use host::Pace;
use host::secrets::Secrets;
use model::destination::Remote;
use model::{Destination, DestinationId, Report, Timestamp};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::Bus;
use crate::outside::Outside;
use crate::watch::Watch;

use self::exchange::{Line, Stop};
use self::tokens::Tokens;

/// What a remote has to remember between two reports of a survey, such as the ids it gave.
pub type Memory = BTreeMap<String, String>;

/// Something to be told.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// To whom.
    pub destination: &'a Destination,
    /// What.
    pub report: &'a Report,
    /// What the last call for this survey and destination gave to remember.
    pub memory: &'a Memory,
    /// The name of this delivery, `<survey>-<destination>`: the same at every attempt.
    pub id: &'a str,
    /// The time.
    pub now: Timestamp,
}

/// What a remote answered, for people to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// In words, at most 500 characters; holds no secret.
    pub text: String,
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// It was told.
    Done {
        /// What it answered.
        answer: Answer,
        /// What to remember.
        memory: Memory,
    },
    /// It has nothing to hear of this report.
    Nothing,
    /// It can be told later.
    Later {
        /// Why not now.
        answer: Answer,
        /// How long it wants to be left alone at least.
        after: Option<Duration>,
        /// What to remember.
        memory: Memory,
    },
    /// It will not take this, now or later. With status 410 it wants nothing any more.
    Refused {
        /// Why.
        answer: Answer,
        /// What to remember.
        memory: Memory,
    },
}

/// The way to every remote; cheap to clone.
#[derive(Clone, Debug)]
pub struct Remotes {
    outside: Outside,
    secrets: Secrets,
    bus: Option<Bus>,
    tokens: Arc<Tokens>,
    watch: Watch,
    paces: Arc<Mutex<HashMap<DestinationId, Rated>>>,
}

/// A pace and the rate it was made for.
#[derive(Debug)]
struct Rated {
    rate: u8,
    pace: Arc<Pace>,
}

impl Rated {
    fn new(rate: u8) -> Self {
        Self { rate, pace: Arc::new(Pace::per_second(f64::from(rate))) }
    }
}

impl Remotes {
    /// The way to every remote; nothing is called yet.
    #[must_use]
    pub fn new(outside: Outside, secrets: Secrets, bus: Option<Bus>) -> Self {
        Self { outside, secrets, bus, tokens: Arc::default(), watch: Watch::default(), paces: Arc::default() }
    }

    /// The same, with somebody who looks on.
    #[must_use]
    pub fn watched(self, watch: Watch) -> Self {
        Self { watch, ..self }
    }

    /// The turns of a destination, which everything told to it from here shares.
    fn pace(&self, destination: &Destination) -> Arc<Pace> {
        let mut paces = self.paces.lock().unwrap_or_else(PoisonError::into_inner);
        let rate = destination.rate;
        let kept = paces.entry(destination.id.clone()).or_insert_with(|| Rated::new(rate));
        if kept.rate != rate {
            *kept = Rated::new(rate);
        }
        Arc::clone(&kept.pace)
    }
}

/// Tells a destination a report, as often as it takes within this call; never fails, since every outcome has a
/// meaning.
pub async fn tell(remotes: &Remotes, call: Call<'_>) -> Told {
    // Eight remotes, each as deep as an HTTP client: on the heap, so that whoever calls stays small.
    Box::pin(tell_it(remotes, call)).await
}

async fn tell_it(remotes: &Remotes, call: Call<'_>) -> Told {
    let (to, about) = (call.destination, call.report.survey);
    let line = Line { remotes, to, about, pace: remotes.pace(to), now: call.now };
    let mut memory = call.memory.clone();
    let told = match &call.destination.remote {
        Remote::Salesforce(settings) => salesforce::tell(&line, settings, &call, &mut memory).await,
        Remote::Hubspot(settings) => hubspot::tell(&line, settings, &call, &mut memory).await,
        Remote::Pardot(settings) => pardot::tell(&line, settings, &call).await,
        Remote::Dataverse(settings) => dataverse::tell(&line, settings, &call).await,
        Remote::EventBus => event_bus::tell(&line, &call).await,
        Remote::Webhook(settings) => webhook::tell(&line, settings, &call).await,
        Remote::Slack(settings) => slack::tell(&line, settings, &call, &mut memory).await,
        Remote::Teams(settings) => teams::tell(&line, settings, &call, &mut memory).await,
    };
    match told {
        Ok(Some(answer)) => Told::Done { answer, memory },
        Ok(None) => Told::Nothing,
        Err(Stop::Later(answer, after)) => Told::Later { answer, after, memory },
        Err(Stop::Refused(answer)) => Told::Refused { answer, memory },
    }
}

/// Stands for everything a destination would be told of a report: it has been told this already when this is the
/// same. `None` when there is nothing to tell.
#[must_use]
pub fn fingerprint(destination: &Destination, report: &Report) -> Option<String> {
    let content = match &destination.remote {
        Remote::Salesforce(settings) => salesforce::composite(settings, report, &Memory::new()),
        Remote::Hubspot(settings) => hubspot::content(settings, report)?,
        Remote::Pardot(settings) => pardot::content(settings, report)?,
        Remote::Dataverse(settings) => dataverse::record(settings, report),
        Remote::EventBus | Remote::Webhook(_) => document::of(report),
        Remote::Slack(_) | Remote::Teams(_) => chat::content(report)?,
    };
    // Another mapping is another thing to tell, and so is another place.
    let settings = serde_json::to_value(&destination.remote).unwrap_or(Value::Null);
    let hash = Sha256::digest(Value::from(vec![settings, content]).to_string().as_bytes());
    Some(URL_SAFE_NO_PAD.encode(&hash[..16]))
}

#[cfg(test)]
mod tests;
