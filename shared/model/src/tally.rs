//! What a survey adds to the numbers, and how the numbers move when it changes.
//!
//! A marker keeps, for every survey, what was counted for it and at which version. Counting is then always
//! the same: take the marker's contribution out, put the survey's in, and advance the marker, all in one
//! transaction on the condition that the marker is the one that was read.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::campaign::Bands;
use crate::dimension::{self, After, Answer};
use crate::id::CampaignId;
use crate::score::{Score, Standing};
use crate::survey::Survey;
use crate::time::{Timestamp, zone};

/// Most group values one survey counts in, beside the total and what comes with an answer or a comment: even a response that
/// comes with values nobody counted yet (three rows a value), with a comment about
/// [`MOST_A_COMMENT`](crate::theme::MOST_A_COMMENT) themes and with [`MOST_REASONS`](crate::reason::MOST_REASONS) reasons, then fits
/// a transaction of 100 actions.
pub const MAX_VALUES: usize = 26;

/// The value that stands for all beyond the most a dimension keeps in a day.
pub const OTHER: &str = "…other";

/// Most values a dimension keeps in a day.
pub const MAX_VALUES_A_DAY: usize = 500;

/// What a survey counts as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contribution {
    /// When the survey was made: a survey erased and asked anew counts anew.
    #[serde(rename = "b")]
    pub born: Timestamp,
    /// The campaign.
    #[serde(rename = "c")]
    pub campaign: CampaignId,
    /// The day its invite was sent, once it is known what became of it: a delivery, a bounce, a response,
    /// or the next step.
    #[serde(rename = "s")]
    pub sent_on: Option<Date>,
    /// Whether a mail of it arrived.
    #[serde(rename = "d")]
    pub delivered: bool,
    /// Whether a mail of it came back for good.
    #[serde(rename = "u", default, skip_serializing_if = "std::ops::Not::not")]
    pub bounced: bool,
    /// Whether its contact called a mail of it spam.
    #[serde(rename = "p", default, skip_serializing_if = "std::ops::Not::not")]
    pub complained: bool,
    /// The response.
    #[serde(rename = "r")]
    pub response: Option<Counted>,
    /// The groups it counts in: dimension and value.
    #[serde(rename = "v")]
    pub values: Vec<(String, String)>,
    /// Those that come with what was said beside the score.
    #[serde(rename = "k", default, skip_serializing_if = "Vec::is_empty")]
    pub said: Vec<(String, String)>,
}

/// A response as it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// The day of the first answer, in the campaign's zone.
    #[serde(rename = "d")]
    pub day: Date,
    /// Days since the invite was sent; none where it was not sent from here, so that nobody knows of how many that
    /// were asked this is one.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub lag: Option<u16>,
    /// The hour (0 to 23) of the first answer, in the campaign's zone.
    #[serde(rename = "h")]
    pub hour: u8,
    /// The score.
    #[serde(rename = "s")]
    pub score: Score,
    /// Its standing.
    #[serde(rename = "t")]
    pub standing: Standing,
    /// The mail it came after; absent in what was counted before anybody counted that.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub after: Option<After>,
    /// Whether there is a comment.
    #[serde(rename = "o", default, skip_serializing_if = "std::ops::Not::not")]
    pub commented: bool,
}

/// One row of tallies.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row {
    /// The campaign.
    pub campaign: CampaignId,
    /// The dimension; `campaign` is the total.
    pub dimension: String,
    /// The day: of sending for `sent` and `delivered`, of the answer for the rest.
    pub day: Date,
    /// The group.
    pub value: String,
}

/// One number of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Counter {
    /// Responses with that score.
    Score(Score),
    /// Surveys whose invite was sent.
    Sent,
    /// Surveys of which a mail arrived.
    Delivered,
    /// Surveys of which a mail came back for good; in the total alone.
    Bounced,
    /// Surveys whose contact called a mail spam; in the total alone.
    Complained,
    /// Responses the page saved by itself.
    SelfSaved,
    /// Responses that count in no score.
    Suspect,
    /// Responses with a comment, suspect ones not among them; in the total alone.
    Commented,
    /// Surveys answered that many days after they were sent.
    AnsweredAfter(u16),
}

impl Counter {
    /// The attribute it is kept in.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Score(score) => format!("h{score}"),
            Self::Sent => "sent".to_owned(),
            Self::Delivered => "delivered".to_owned(),
            Self::Bounced => "bounced".to_owned(),
            Self::Complained => "complained".to_owned(),
            Self::SelfSaved => "self_saved".to_owned(),
            Self::Suspect => "suspect".to_owned(),
            Self::Commented => "commented".to_owned(),
            Self::AnsweredAfter(days) => format!("l{days}"),
        }
    }

    /// The number an attribute keeps, if it is one.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "sent" => Some(Self::Sent),
            "delivered" => Some(Self::Delivered),
            "bounced" => Some(Self::Bounced),
            "complained" => Some(Self::Complained),
            "self_saved" => Some(Self::SelfSaved),
            "suspect" => Some(Self::Suspect),
            "commented" => Some(Self::Commented),
            _ => match name.split_at_checked(1)? {
                ("h", score) => score.parse().ok().map(Self::Score),
                ("l", days) => days.parse().ok().map(Self::AnsweredAfter),
                _ => None,
            },
        }
    }
}

/// Differences to add to rows; no zero among them.
pub type Changes = BTreeMap<Row, BTreeMap<Counter, i64>>;

/// The day a survey counts as sent on, once it is known what became of it, and whether it arrived.
#[must_use]
pub fn sent(survey: &Survey, answered: bool) -> (Option<Date>, bool) {
    let mails = [&survey.invite, &survey.remind];
    let arrived = mails.iter().any(|mail| mail.delivered_at.is_some());
    let came_back = mails.iter().any(|mail| mail.bounced_at.is_some());
    let moved_on = survey.invite.sent_at.is_some()
        && (survey.task_at.is_some() || survey.remind.sent_at.is_some() || survey.ended_at.is_some());
    // How many were asked elsewhere is not known, nor how many passed a door: an answer from there stands in no rate.
    let fate_known = survey.was_asked() && (arrived || came_back || answered || moved_on);
    (fate_known.then(|| dimension::sent_on(survey, &zone(&survey.zone))), arrived || answered)
}

/// What a survey counts as now, with the bands of its campaign.
#[must_use]
pub fn contribution(survey: &Survey, bands: &Bands) -> Contribution {
    let answer = Answer::of(survey, bands);
    let (sent_on, delivered) = sent(survey, answer.is_some());
    Contribution {
        born: survey.created_at,
        campaign: survey.campaign.clone(),
        sent_on,
        delivered,
        bounced: survey.undeliverable_at.is_some(),
        complained: survey.complained_at.is_some(),
        response: answer.map(|answer| answer.counted),
        values: values(survey, bands),
        said: dimension::of_what_was_said(survey),
    }
}

/// The groups a survey counts in beside those that come with its answer, [`MAX_VALUES`] at most. A path such as
/// `EMEA/DACH/Delivery` counts at each prefix.
#[must_use]
pub fn values(survey: &Survey, bands: &Bands) -> Vec<(String, String)> {
    let own = [
        ("owner", dimension::owner(survey)),
        ("agent", dimension::agent(survey)),
        (dimension::VARIANT, dimension::variant(survey)),
    ]
    .into_iter()
    .filter_map(|(name, value)| value.map(|value| (name.to_owned(), value)));
    let attributes: Vec<(String, Vec<String>)> = survey
        .attributes
        .iter()
        .map(|(name, value)| (dimension::of_attribute(name), dimension::attribute_values(name, value, bands)))
        .collect();
    let deepest = attributes.iter().map(|(_, values)| values.len()).max().unwrap_or(0);
    let nth = |nth: usize| {
        attributes.iter().filter_map(move |(name, values)| values.get(nth).map(|value| (name.clone(), value.clone())))
    };
    // Whole values first, then prefixes, the shortest of all paths first: a survey with very many keeps what most others
    // share, and one long path takes no room from another.
    let mut values: Vec<_> = own.chain((0..deepest).flat_map(nth)).take(MAX_VALUES).collect();
    values.sort();
    values.dedup();
    values
}

impl Contribution {
    /// A contribution of nothing: what a survey counted before it was first counted.
    #[must_use]
    pub fn counts_nothing(&self) -> bool {
        self.sent_on.is_none() && self.response.is_none()
    }

    /// The rows this stands in.
    #[must_use]
    pub fn rows(&self) -> Changes {
        let mut rows = Changes::new();
        self.add_to(&mut rows, 1);
        rows
    }

    fn add_to(&self, changes: &mut Changes, sign: i64) {
        let total = ("campaign".to_owned(), self.campaign.to_string());
        for (nth, (dimension, value)) in std::iter::once(&total).chain(&self.values).enumerate() {
            let mut add = |day: Date, counter: Counter| {
                let row =
                    Row { campaign: self.campaign.clone(), dimension: dimension.clone(), day, value: value.clone() };
                *changes.entry(row).or_default().entry(counter).or_default() += sign;
            };
            if let Some(day) = self.sent_on {
                if nth == 0 {
                    add(day, Counter::Sent);
                    // What came of it is counted where it is compared with how many were sent.
                    let came_of_it = [(self.bounced, Counter::Bounced), (self.complained, Counter::Complained)];
                    came_of_it.into_iter().filter(|(it, _)| *it).for_each(|(_, counter)| add(day, counter));
                }
                if self.delivered {
                    add(day, Counter::Delivered);
                }
            }
            if let Some(counted) = &self.response {
                counted.counters().into_iter().for_each(|counter| add(counted.day, counter));
            }
        }
        // What is known with the answer alone is counted with it alone.
        if let Some(counted) = &self.response {
            let total = counted.commented && counted.standing != Standing::Suspect;
            let rows = [
                Some(("hour", dimension::hour(counted.hour), counted.counters())),
                counted.after.map(|after| ("mail", after.as_str().to_owned(), counted.counters())),
                total.then(|| ("campaign", self.campaign.to_string(), vec![Counter::Commented])),
            ];
            let said =
                self.said.iter().map(|(dimension, value)| (dimension.as_str(), value.clone(), counted.counters()));
            for (dimension, value, counters) in rows.into_iter().flatten().chain(said) {
                let dimension = dimension.to_owned();
                let row = Row { campaign: self.campaign.clone(), dimension, day: counted.day, value };
                let sums = changes.entry(row).or_default();
                counters.into_iter().for_each(|counter| *sums.entry(counter).or_default() += sign);
            }
        }
    }
}

impl Counted {
    /// The same without its comment: what scores are made of.
    #[must_use]
    pub const fn scored(self) -> Self {
        Self { commented: false, ..self }
    }

    /// What it counts as in every group it is in.
    #[must_use]
    pub fn counters(&self) -> Vec<Counter> {
        let mut counters = match self.standing {
            Standing::Suspect => return vec![Counter::Suspect],
            Standing::Confirmed => vec![Counter::Score(self.score)],
            Standing::SelfSaved => vec![Counter::Score(self.score), Counter::SelfSaved],
        };
        counters.extend(self.lag.map(Counter::AnsweredAfter));
        counters
    }
}

/// What must be added to the tallies when a survey counted as `old` counts as `new`.
#[must_use]
pub fn moved(old: Option<&Contribution>, new: &Contribution) -> Changes {
    let mut rows = new.rows();
    // Another life of an erased survey: what was counted for the first one stays.
    if let Some(old) = old.filter(|old| old.born == new.born) {
        old.add_to(&mut rows, -1);
    }
    tidied(rows)
}

/// The dimensions of a campaign that have few values by their nature, since they are bands: no limit on the values of a
/// day is meant for them.
pub fn bounded(bands: &Bands) -> impl Iterator<Item = String> + '_ {
    bands.iter().map(|(name, _)| dimension::of_attribute(name))
}

/// Whether what was counted for a survey is what it counts as by today's definition. A value that was counted as
/// [`OTHER`], since its day had too many, is right so, unless its dimension is `bounded`.
#[must_use]
pub fn is_right(counted: Option<&Contribution>, counts: &Contribution, bands: &Bands) -> bool {
    let Some(counted) = counted else { return counts.rows().is_empty() };
    if counted == counts {
        return true;
    }
    let bounded: Vec<String> = bounded(bands).collect();
    let has = |dimension: &str, value: &str| counted.values.iter().any(|(d, v)| d == dimension && v == value);
    let as_counted = |(dimension, value): &(String, String)| {
        let other = !bounded.contains(dimension) && !has(dimension, value) && has(dimension, OTHER);
        (dimension.clone(), if other { OTHER.to_owned() } else { value.clone() })
    };
    let mut values: Vec<_> = counts.values.iter().map(as_counted).collect();
    values.sort();
    values.dedup();
    moved(Some(counted), &Contribution { values, ..counts.clone() }).is_empty()
}

/// Adds one set of differences to another.
pub fn add(into: &mut Changes, more: Changes) {
    for (row, counters) in more {
        let counted = into.entry(row).or_default();
        for (counter, by) in counters {
            *counted.entry(counter).or_default() += by;
        }
    }
}

/// The same without zeros.
#[must_use]
pub fn tidied(mut rows: Changes) -> Changes {
    rows.retain(|_, counters| {
        counters.retain(|_, by| *by != 0);
        !counters.is_empty()
    });
    rows
}

#[cfg(test)]
mod tests;
