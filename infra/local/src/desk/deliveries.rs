//! What was told to whom, what it was answered and when it is tried again; every call; and what arrived at the two places on this
//! machine that a destination can be pointed at.

use std::cmp::Reverse;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use model::delivery::{Delivery, DeliveryState};
use serde_json::Value;

use super::words::{When, span};
use super::{Desk, Frame, shown};
use crate::cloud::{Called, Error};

const SHOWN: usize = 100;
const SHOWN_CALLS: usize = 50;
const SHOWN_ARRIVED: usize = 30;
const SHOWN_ANSWER: usize = 160;

#[derive(Template)]
#[template(path = "deliveries.html")]
struct Page {
    frame: Frame,
    rows: Vec<Row>,
    more: usize,
    calls: Vec<CallRow>,
    arrived: Vec<Arrived>,
    url: std::sync::Arc<str>,
    destination: std::sync::Arc<str>,
}

/// One survey and one destination.
struct Row {
    destination: String,
    survey: String,
    at: When,
    state: &'static str,
    bad: bool,
    status: String,
    answer: String,
    next: String,
}

/// One call to somebody outside.
struct CallRow {
    destination: String,
    survey: String,
    at: When,
    what: String,
    bad: bool,
    status: String,
}

/// Something that arrived on this machine.
struct Arrived {
    place: String,
    at: When,
    key: i64,
    what: String,
    body: String,
}

pub(super) async fn page(State(desk): State<Desk>) -> Result<Response, Error> {
    shown(&desk.deliveries()?)
}

impl Desk {
    fn deliveries(&self) -> Result<Page, Error> {
        let now = self.clock.now();
        let mut deliveries: Vec<Delivery> = self
            .cloud
            .items(&self.ledger, "D#")?
            .into_iter()
            .filter_map(|item| serde_json::from_value::<serde_dynamo::Item>(item).ok())
            .filter_map(|item| serde_dynamo::from_item(item).ok())
            .collect();
        deliveries.sort_by_key(|delivery| Reverse(delivery.updated_at));
        Ok(Page {
            frame: self.frame("Deliveries"),
            more: deliveries.len().saturating_sub(SHOWN),
            rows: deliveries.iter().take(SHOWN).map(|delivery| row(delivery, now)).collect(),
            calls: self.calls(now)?,
            arrived: self.arrived(now)?,
            url: self.url.clone(),
            destination: self.destination.clone(),
        })
    }

    /// The latest calls to others, each attempt of them, the latest first.
    fn calls(&self, now: i64) -> Result<Vec<CallRow>, Error> {
        let calls = self.cloud.calls()?.into_iter().rev().take(SHOWN_CALLS);
        let row = |call: Called| CallRow {
            survey: call.survey_id.chars().take(8).collect(),
            at: When::parse(&call.at, now),
            what: format!("{} {}", call.method, call.place),
            bad: call.status.is_none_or(|status| !(200..300).contains(&status)),
            status: call.status.map_or_else(|| call.error.unwrap_or_default(), |status| status.to_string()),
            destination: call.destination,
        };
        Ok(calls.map(row).collect())
    }

    /// What came to the event bus and to whoever plays somebody outside, the latest first.
    fn arrived(&self, now: i64) -> Result<Vec<Arrived>, Error> {
        let events = self.cloud.events()?.into_iter().map(|event| Arrived {
            place: format!("event bus {}", event.bus),
            at: When::parse(&event.at, now),
            key: millis(&event.at),
            what: event.detail_type,
            body: pretty(&event.detail),
        });
        let calls = self.cloud.received_outside()?.into_iter().map(|call| Arrived {
            place: call.name,
            at: When::parse(&call.at, now),
            key: millis(&call.at),
            what: ["webhook-id", "content-type"]
                .iter()
                .find_map(|name| call.headers.get(*name))
                .cloned()
                .unwrap_or_default(),
            body: serde_json::from_str::<Value>(&call.body).map_or(call.body, |body| pretty(&body)),
        });
        let mut arrived: Vec<Arrived> = events.chain(calls).collect();
        arrived.sort_by_key(|one| Reverse(one.key));
        arrived.truncate(SHOWN_ARRIVED);
        Ok(arrived)
    }
}

fn row(delivery: &Delivery, now: i64) -> Row {
    let last = delivery.last.as_ref();
    Row {
        destination: delivery.destination.to_string(),
        survey: delivery.survey.to_string().chars().take(8).collect(),
        at: When::new(last.map_or(delivery.updated_at, |last| last.at).as_millis(), now),
        state: delivery.state.as_str(),
        bad: matches!(delivery.state, DeliveryState::Failed | DeliveryState::Retrying),
        status: last.and_then(|last| last.status).map(|status| status.to_string()).unwrap_or_default(),
        answer: last.map(|last| last.text.chars().take(SHOWN_ANSWER).collect()).unwrap_or_default(),
        next: delivery
            .next_at
            .map(|at| match at.as_millis().saturating_sub(now) {
                wait if wait > 0 => format!("in {}", span(wait)),
                _ => "now".to_owned(),
            })
            .unwrap_or_default(),
    }
}

fn millis(text: &str) -> i64 {
    text.parse::<jiff::Timestamp>().map_or(0, jiff::Timestamp::as_millisecond)
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_else(|_| value.to_string())
}
