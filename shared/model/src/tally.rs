//! What a survey adds to the numbers, and how the numbers move when it changes.
//!
//! A marker keeps, for every survey, what was counted for it and at which version. Counting is then always
//! the same: take the marker's contribution out, put the survey's in, and advance the marker, all in one
//! transaction on the condition that the marker is the one that was read.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::id::CampaignId;
use crate::score::{Score, Standing};
use crate::survey::Survey;
use crate::time::{Timestamp, zone};

/// Most group values one survey counts in, the total and the hour not among them: even a response that comes
/// with values nobody counted yet (three rows a value)
/// then fits a transaction of 100 actions.
pub const MAX_VALUES: usize = 30;

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
    /// The response.
    #[serde(rename = "r")]
    pub response: Option<Counted>,
    /// The groups it counts in: dimension and value.
    #[serde(rename = "v")]
    pub values: Vec<(String, String)>,
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
    /// Responses the page saved by itself.
    SelfSaved,
    /// Responses that count in no score.
    Suspect,
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
            Self::SelfSaved => "self_saved".to_owned(),
            Self::Suspect => "suspect".to_owned(),
            Self::AnsweredAfter(days) => format!("l{days}"),
        }
    }

    /// The number an attribute keeps, if it is one.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "sent" => Some(Self::Sent),
            "delivered" => Some(Self::Delivered),
            "self_saved" => Some(Self::SelfSaved),
            "suspect" => Some(Self::Suspect),
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

/// What a survey counts as now.
#[must_use]
pub fn contribution(survey: &Survey) -> Contribution {
    let zone = zone(&survey.zone);
    let mails = [&survey.invite, &survey.remind];
    let arrived = mails.iter().any(|mail| mail.delivered_at.is_some());
    let came_back = mails.iter().any(|mail| mail.bounced_at.is_some());
    let answered = survey.answered_at();
    let moved_on = survey.invite.sent_at.is_some()
        && (survey.task_at.is_some() || survey.remind.sent_at.is_some() || survey.ended_at.is_some());
    let invited_at = survey.invite.sent_at.or(survey.invite.claimed_at).unwrap_or(survey.send_at);
    let invited_on = invited_at.day_in(&zone);
    // How many were asked elsewhere is not known: an answer from there stands in no rate.
    let fate_known = survey.imported.is_none() && (arrived || came_back || answered.is_some() || moved_on);
    let response = survey.score().zip(answered).zip(survey.standing()).map(|((score, at), standing)| {
        let day = at.day_in(&zone);
        let lag = invited_on.until(day).map_or(0, |span| span.get_days());
        let lag = survey.imported.is_none().then(|| u16::try_from(lag).unwrap_or(0));
        Counted { day, lag, hour: at.hour_in(&zone), score, standing }
    });
    Contribution {
        born: survey.created_at,
        campaign: survey.campaign.clone(),
        sent_on: fate_known.then_some(invited_on),
        delivered: arrived || answered.is_some(),
        response,
        values: values(survey),
    }
}

/// The groups a survey counts in. A path such as `EMEA/DACH/Delivery` counts at each prefix.
#[must_use]
pub fn values(survey: &Survey) -> Vec<(String, String)> {
    let owner = survey.owner.as_ref().and_then(|owner| {
        owner.email.as_ref().map(|email| email.expose().to_owned()).or(owner.id.clone()).or(owner.name.clone())
    });
    let agent = survey.agent.as_ref().and_then(|agent| agent.id.clone().or(agent.name.clone()));
    let own = [("owner", owner), ("agent", agent)]
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| (name.to_owned(), short(&value))));
    let whole = survey.attributes.iter().map(|(name, value)| (name.clone(), value.clone()));
    // Prefixes come last, so that a survey with very many keeps all its whole values.
    let prefixes = survey.attributes.iter().flat_map(|(name, value)| {
        value.match_indices('/').filter(|(at, _)| *at > 0).map(|(at, _)| (name.clone(), value[..at].to_owned()))
    });
    let mut values: Vec<_> = own.chain(whole).chain(prefixes).take(MAX_VALUES).collect();
    values.sort();
    values.dedup();
    values
}

fn short(value: &str) -> String {
    value.chars().take(crate::trigger::MAX_ATTRIBUTE_CHARS).collect()
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

    fn add_to(&self, rows: &mut Changes, sign: i64) {
        let total = ("campaign".to_owned(), self.campaign.to_string());
        for (nth, (dimension, value)) in std::iter::once(&total).chain(&self.values).enumerate() {
            let mut add = |day: Date, counter: Counter| {
                let row =
                    Row { campaign: self.campaign.clone(), dimension: dimension.clone(), day, value: value.clone() };
                *rows.entry(row).or_default().entry(counter).or_default() += sign;
            };
            if let Some(day) = self.sent_on {
                if nth == 0 {
                    add(day, Counter::Sent);
                }
                if self.delivered {
                    add(day, Counter::Delivered);
                }
            }
            if let Some(counted) = &self.response {
                counted.counters().into_iter().for_each(|counter| add(counted.day, counter));
            }
        }
        if let Some(counted) = &self.response {
            let row = Row {
                campaign: self.campaign.clone(),
                dimension: "hour".to_owned(),
                day: counted.day,
                value: format!("{:02}", counted.hour),
            };
            for counter in counted.counters() {
                *rows.entry(row.clone()).or_default().entry(counter).or_default() += sign;
            }
        }
    }
}

impl Counted {
    fn counters(&self) -> Vec<Counter> {
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
