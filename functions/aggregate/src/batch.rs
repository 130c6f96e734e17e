//! What a batch of the stream says: the newest image of every survey whose count may change.

use std::collections::{BTreeMap, BTreeSet};

use aws_lambda_events::event::dynamodb::EventRecord;
use host::telemetry;
use model::campaign::Bands;
use model::tally::{Contribution, Counted, contribution};
use model::{CampaignId, ContactKey, Survey, SurveyId, Timestamp};
use serde_dynamo::{AttributeValue, Item};
use store::keys;

use crate::Error;

/// The newest image of one life of one survey. A survey that was erased and made again has two.
#[derive(Clone, Debug)]
pub(crate) struct Life {
    pub(crate) survey: SurveyId,
    pub(crate) ver: u64,
    pub(crate) contribution: Contribution,
    /// The dimensions that have few values by nature.
    pub(crate) bounded: BTreeSet<String>,
    /// When the survey may be forgotten.
    pub(crate) expires: Timestamp,
    pub(crate) contact: ContactKey,
    /// Where the batch first speaks of it.
    pub(crate) first: usize,
    /// Whether the batch changes its count.
    count_changed: bool,
    /// Whether the batch changes its response.
    pub(crate) answer_changed: bool,
}

/// What is to be done with a batch.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// Whose count changed.
    pub(crate) lives: Vec<Life>,
    /// The first record that nobody here can read.
    pub(crate) unread: Option<usize>,
}

/// Reads a batch. A survey matters only if a record of it changes what it counts as: then its newest image
/// is counted, also where in the end nothing changed, so that its marker knows of the newest version. `bands` gives those
/// of a campaign: what was counted under others moves when its survey changes, if only in that it is to be counted anew.
pub(crate) fn read<'a>(records: &[EventRecord], bands: impl Fn(&CampaignId) -> &'a Bands) -> Result<Batch, Error> {
    let mut lives: BTreeMap<(SurveyId, Timestamp), Life> = BTreeMap::new();
    let mut unread = None;
    for (nth, record) in records.iter().enumerate() {
        let change = &record.change;
        if change.sequence_number.is_none() {
            return Err(Error::NoNumber);
        }
        // A survey that goes un-counts nothing.
        if !is_survey(&change.keys) || change.new_image.is_empty() {
            continue;
        }
        match (survey(&change.old_image), survey(&change.new_image)) {
            (Ok(before), Ok(Some(after))) => {
                let fresh = Life::new(nth, before.as_ref(), &after, bands(&after.campaign));
                lives.entry((after.id, after.created_at)).and_modify(|life| life.merge(&fresh)).or_insert(fresh);
            }
            (Err(error), _) | (_, Err(error)) => {
                tracing::error!(error = telemetry::chain(&error), "a survey of the stream cannot be read");
                unread.get_or_insert(nth);
            }
            (Ok(_), Ok(None)) => {}
        }
    }
    Ok(Batch { lives: lives.into_values().filter(|life| life.count_changed).collect(), unread })
}

impl Life {
    fn new(nth: usize, before: Option<&Survey>, after: &Survey, bands: &Bands) -> Self {
        let counts = contribution(after, bands);
        let counted = before.map(|before| contribution(before, bands));
        // Whoever touched it says that its marker is wrong, whatever the images say.
        let recounted = before.is_some_and(|before| before.recounted_at != after.recounted_at);
        let scored = |counts: &Contribution| counts.response.map(Counted::scored);
        let (count_changed, answer_changed) = match &counted {
            Some(counted) => (*counted != counts || recounted, scored(counted) != scored(&counts)),
            None => (!counts.counts_nothing(), counts.response.is_some()),
        };
        Self {
            survey: after.id,
            ver: after.ver,
            contribution: counts,
            bounded: model::tally::bounded(bands).collect(),
            expires: after.expires(),
            contact: after.contact.key(),
            first: nth,
            count_changed,
            answer_changed,
        }
    }

    fn merge(&mut self, other: &Self) {
        let first = self.first.min(other.first);
        let count_changed = self.count_changed || other.count_changed;
        let answer_changed = self.answer_changed || other.answer_changed;
        // Repeats may stand behind what they repeat.
        let newest = if other.ver > self.ver { other.clone() } else { self.clone() };
        *self = Self { first, count_changed, answer_changed, ..newest };
    }
}

fn is_survey(keys: &Item) -> bool {
    let text = |name: &str| match keys.get(name) {
        Some(AttributeValue::S(text)) => text.as_str(),
        _ => "",
    };
    text("sk") == keys::SURVEY && keys::survey_of(text("pk")).is_some()
}

fn survey(image: &Item) -> Result<Option<Survey>, serde_dynamo::Error> {
    if image.is_empty() { Ok(None) } else { serde_dynamo::from_item(image.clone()).map(Some) }
}
