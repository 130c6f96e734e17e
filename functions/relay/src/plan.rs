//! What a batch of the stream means for the queues.

use aws_lambda_events::dynamodb::EventRecord;
use host::telemetry::chain;
use model::{Errand, Event, Hint, Survey, Timestamp};
use serde_dynamo::{AttributeValue, Item};

/// The messages a batch makes, in its order, up to the first record that cannot be read.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) mail: Messages<Hint>,
    pub(crate) step: Messages<Hint>,
    pub(crate) deliver: Messages<Errand>,
    unreadable: Option<usize>,
}

/// Messages for one queue.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Messages<M> {
    bodies: Vec<M>,
    /// The position of the first record that made one.
    first: Option<usize>,
}

/// Whether a queue took all of its messages for certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    Yes,
    No,
}

/// Who must look at a survey.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Route {
    /// `dispatch`.
    Mail(Hint),
    /// `remind`.
    Step(Hint),
    /// `deliver`.
    Deliver(Errand),
}

impl Plan {
    pub(crate) fn of(records: &[EventRecord], now: Timestamp) -> Self {
        let mut plan = Self::default();
        for (nth, record) in records.iter().enumerate() {
            if !is_survey(&record.change.keys) {
                continue;
            }
            let images = image(&record.change.old_image).and_then(|old| Ok((old, image(&record.change.new_image)?)));
            let (before, after) = match images {
                Ok(images) => images,
                Err(error) => {
                    tracing::error!(record.id = record.event_id, error = chain(&error), "a survey cannot be read");
                    plan.unreadable = Some(nth);
                    break;
                }
            };
            for event in model::events(before.as_ref(), after.as_ref()) {
                match route(event, now) {
                    Route::Mail(hint) => plan.mail.add(hint, nth),
                    Route::Step(hint) => plan.step.add(hint, nth),
                    Route::Deliver(errand) => plan.deliver.add(errand, nth),
                }
            }
        }
        plan
    }

    /// The position of the first record that was not passed on for certain.
    pub(crate) fn first_failure(&self, mail: Sent, step: Sent, deliver: Sent) -> Option<usize> {
        [self.mail.lost(mail), self.step.lost(step), self.deliver.lost(deliver), self.unreadable]
            .into_iter()
            .flatten()
            .min()
    }
}

impl<M> Default for Messages<M> {
    fn default() -> Self {
        Self { bodies: Vec::new(), first: None }
    }
}

impl<M: PartialEq> Messages<M> {
    fn add(&mut self, body: M, nth: usize) {
        self.first.get_or_insert(nth);
        // A survey that changed twice in one batch is looked at once, as it is then.
        if !self.bodies.contains(&body) {
            self.bodies.push(body);
        }
    }
}

impl<M> Messages<M> {
    /// What the messages say.
    pub(crate) fn bodies(&self) -> &[M] {
        &self.bodies
    }

    fn lost(&self, sent: Sent) -> Option<usize> {
        self.first.filter(|_| sent == Sent::No)
    }
}

fn route(event: Event, now: Timestamp) -> Route {
    match event {
        Event::Next { survey, due } if due.step.is_mail() && due.at <= now => {
            Route::Mail(Hint { survey, step: due.step })
        }
        Event::Next { survey, due } => Route::Step(Hint { survey, step: due.step }),
        Event::Over { survey, step } => Route::Step(Hint { survey, step }),
        Event::News { survey } => Route::Deliver(Errand::Tell(survey)),
    }
}

/// Comments and contacts live in the same table, and their changes tell nobody anything.
fn is_survey(keys: &Item) -> bool {
    let text = |name: &str| match keys.inner().get(name) {
        Some(AttributeValue::S(text)) => text.as_str(),
        _ => "",
    };
    store::keys::survey_of(text("pk")).is_some() && text("sk") == store::keys::SURVEY
}

fn image(item: &Item) -> Result<Option<Survey>, serde_dynamo::Error> {
    if item.inner().is_empty() { Ok(None) } else { serde_dynamo::from_item(item.clone()).map(Some) }
}

#[cfg(test)]
mod tests;
