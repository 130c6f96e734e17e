//! Which rows of tallies answer a question, and what cannot be answered from them.
//!
//! Rows are kept by campaign, day and one dimension. So a campaign and a weekday cross with everything,
//! and two other dimensions do not cross.

use jiff::civil::Date;
use model::CampaignId;
use model::campaign::Day;

use crate::query::Selection;

/// The dimension whose rows are the totals.
pub(crate) const TOTAL: &str = "campaign";

/// The dimension of the hour of the answer; when a mail arrived has no place in it.
pub(crate) const HOUR: &str = "hour";

/// What is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// Nothing.
    Nothing,
    /// Campaigns.
    Campaign,
    /// Days of the week.
    Weekday,
    /// The values of a dimension.
    Values(String),
}

/// Two dimensions that were not counted together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Crossing(pub(crate) String, pub(crate) String);

/// Which rows are read, and how they are told apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// The dimension whose rows add up to the whole, and the one value of it that is meant.
    whole: (String, Option<String>),
    /// What is compared.
    by: By,
}

impl Plan {
    /// Finds the rows that answer a question.
    ///
    /// # Errors
    /// Two dimensions that would have to be crossed. Campaign and weekday cross with all others: rows are
    /// kept by campaign, and a day has its weekday.
    pub(crate) fn new(selection: &Selection, group_by: Option<&str>) -> Result<Self, Crossing> {
        let mut values = selection.values.iter();
        let whole = match (values.next(), values.next()) {
            (Some((one, _)), Some((other, _))) => return Err(Crossing(one.clone(), other.clone())),
            (Some((dimension, value)), None) => (dimension.clone(), Some(value.clone())),
            (None, _) => (TOTAL.to_owned(), None),
        };
        let by = match group_by {
            None => By::Nothing,
            Some("campaign") => By::Campaign,
            Some("weekday") => By::Weekday,
            Some(dimension) if whole.1.is_some() && whole.0 != dimension => {
                return Err(Crossing(whole.0, dimension.to_owned()));
            }
            Some(dimension) => By::Values(dimension.to_owned()),
        };
        Ok(Self { whole, by })
    }

    /// The dimensions to read.
    pub(crate) fn dimensions(&self) -> Vec<&str> {
        let mut dimensions = vec![self.whole.0.as_str()];
        if let By::Values(dimension) = &self.by
            && *dimension != self.whole.0
        {
            dimensions.push(dimension);
        }
        dimensions
    }

    /// Whether a row of this value is part of the whole.
    pub(crate) fn is_whole(&self, dimension: &str, value: &str) -> bool {
        dimension == self.whole.0 && self.whole.1.as_deref().is_none_or(|only| only == value)
    }

    /// The group a number belongs to, given the day it counts on.
    pub(crate) fn group(&self, campaign: &CampaignId, dimension: &str, value: &str, day: Date) -> Option<String> {
        match &self.by {
            By::Nothing => None,
            By::Campaign => self.is_whole(dimension, value).then(|| campaign.to_string()),
            By::Weekday => self.is_whole(dimension, value).then(|| Day::from(day.weekday()).as_str().to_owned()),
            By::Values(by) if by != dimension => None,
            By::Values(_) => match &self.whole.1 {
                // Within a path, what lies below it is worth comparing.
                Some(only) => {
                    let below = value.strip_prefix(only.as_str()).is_some_and(|rest| rest.starts_with('/'));
                    (value == only || below).then(|| value.to_owned())
                }
                None => Some(value.to_owned()),
            },
        }
    }

    /// Whether sending was counted in the rows of the whole.
    pub(crate) fn knows_sent(&self) -> bool {
        self.whole.0 == TOTAL
    }

    /// Whether delivery was counted in the rows of the whole.
    pub(crate) fn knows_delivered(&self) -> bool {
        self.whole.0 != HOUR
    }

    /// What is compared.
    pub(crate) fn by(&self) -> &By {
        &self.by
    }
}

#[cfg(test)]
mod tests {
    use super::{Crossing, Plan};
    use crate::query::{Parameters, Selection};

    fn selection(query: &[(&str, &str)]) -> Selection {
        let pairs = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Selection::take(&mut Parameters::new(pairs.collect()))
    }

    #[test]
    fn what_was_not_counted_together_is_refused() {
        let crossed = |query: &[(&str, &str)], by| Plan::new(&selection(query), by).is_err();
        assert!(crossed(&[("filter.team", "EMEA")], Some("owner")));
        assert!(crossed(&[("filter.team", "EMEA"), ("filter.owner", "sam")], None));
        assert!(crossed(&[("filter.hour", "09")], Some("owner")));
        assert!(!crossed(&[("filter.team", "EMEA"), ("filter.weekday", "mon")], Some("team")));
        assert!(!crossed(&[("filter.team", "EMEA")], Some("weekday")));
        assert!(!crossed(&[("filter.campaign", "a")], Some("owner")));
        let names = Plan::new(&selection(&[("filter.team", "EMEA")]), Some("owner")).unwrap_err();
        assert_eq!(names, Crossing("team".to_owned(), "owner".to_owned()));
    }
}
