//! Which values a dimension keeps in a day: the first ones, up to a limit, and `…other` for the rest.
//!
//! An instance remembers what it saw, and reads the day's values when one shows up that it does not know. Two
//! instances may each let a last few in; the limit is there to bound the work of reading, not to be exact.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::civil::Date;
use model::CampaignId;
use model::tally::{Contribution, MAX_VALUES_A_DAY, OTHER};

/// How many values may come in unread before the day is read again: others count, too.
const READ_AGAIN_AFTER: usize = 50;

/// Most days kept in memory.
const MOST_DAYS: usize = 2_000;

/// A dimension of a campaign on one day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place {
    pub(crate) campaign: CampaignId,
    pub(crate) dimension: String,
    pub(crate) day: Date,
}

#[derive(Debug, Default)]
struct Day {
    values: HashSet<String>,
    /// How many there were when the table was last asked.
    at_last_reading: usize,
}

impl Day {
    fn is_full(&self) -> bool {
        self.values.len() >= MAX_VALUES_A_DAY
    }

    fn takes(&self, value: &str) -> bool {
        self.values.contains(value) || !self.is_full()
    }

    /// Whether to ask the table before this value is judged.
    fn must_read_for(&self, value: &str) -> bool {
        let grown = self.values.len() >= self.at_last_reading + READ_AGAIN_AFTER;
        let just_filled = self.is_full() && self.at_last_reading < MAX_VALUES_A_DAY;
        !self.values.contains(value) && (grown || just_filled)
    }
}

/// The values known by place.
#[derive(Debug, Default)]
pub(crate) struct Known {
    days: HashMap<Place, Day>,
}

/// Where a value of a contribution is counted.
fn places<'a>(counts: &'a Contribution, dimension: &'a str) -> impl Iterator<Item = Place> + 'a {
    let sent = counts.sent_on.filter(|_| counts.delivered);
    let answered = counts.response.map(|counted| counted.day);
    let days: BTreeSet<Date> = sent.into_iter().chain(answered).collect();
    days.into_iter().map(move |day| Place { campaign: counts.campaign.clone(), dimension: dimension.to_owned(), day })
}

impl Known {
    /// The places to read before these contributions are judged, each with its dimensions that have few values by nature.
    pub(crate) fn wanted<'a>(
        &self,
        all: impl IntoIterator<Item = (&'a Contribution, &'a BTreeSet<String>)>,
    ) -> BTreeSet<Place> {
        let mut wanted = BTreeSet::new();
        for (counts, bounded) in all {
            for (dimension, value) in counts.values.iter().filter(|(dimension, _)| !bounded.contains(dimension)) {
                let unsure = |place: &Place| self.days.get(place).is_none_or(|day| day.must_read_for(value));
                wanted.extend(places(counts, dimension).filter(unsure));
            }
        }
        wanted
    }

    /// Takes in what the table says of a place.
    pub(crate) fn learn(&mut self, place: Place, values: Vec<String>) {
        if self.days.len() >= MOST_DAYS && !self.days.contains_key(&place) {
            self.days.clear();
        }
        let day = self.days.entry(place).or_default();
        day.values.extend(values.into_iter().filter(|value| value != OTHER));
        day.at_last_reading = day.values.len();
    }

    /// The contribution as it is counted: values beyond the limit of one of its days become `…other`. Those of `bounded`
    /// dimensions are few by nature, and never do: while an attribute is counted anew by bands, its day may still be full
    /// of what it was counted as before.
    pub(crate) fn capped(&mut self, counts: &Contribution, bounded: &BTreeSet<String>) -> Contribution {
        let mut values: Vec<(String, String)> = Vec::with_capacity(counts.values.len());
        for (dimension, value) in &counts.values {
            if bounded.contains(dimension) {
                values.push((dimension.clone(), value.clone()));
                continue;
            }
            let places: Vec<Place> = places(counts, dimension).collect();
            let taken = places.iter().all(|place| self.days.get(place).is_none_or(|day| day.takes(value)));
            if taken {
                for place in places {
                    self.days.entry(place).or_default().values.insert(value.clone());
                }
            }
            values.push((dimension.clone(), if taken { value.clone() } else { OTHER.to_owned() }));
        }
        values.sort();
        values.dedup();
        Contribution { values, ..counts.clone() }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use model::Timestamp;

    use super::*;

    const DAY: Date = date(2026, 11, 21);

    fn delivered(values: &[&str]) -> Contribution {
        Contribution {
            born: Timestamp::from_millis(1),
            campaign: CampaignId::default_campaign(),
            sent_on: Some(DAY),
            delivered: true,
            bounced: false,
            complained: false,
            response: None,
            values: values.iter().map(|value| ("product".to_owned(), (*value).to_owned())).collect(),
            said: Vec::new(),
        }
    }

    fn place() -> Place {
        Place { campaign: CampaignId::default_campaign(), dimension: "product".to_owned(), day: DAY }
    }

    #[test]
    fn the_first_values_of_a_day_keep_their_names() {
        let (mut known, none) = (Known::default(), BTreeSet::new());
        known.learn(place(), (0..MAX_VALUES_A_DAY - 1).map(|nth| nth.to_string()).chain([OTHER.to_owned()]).collect());
        assert_eq!(known.capped(&delivered(&["new"]), &none).values, delivered(&["new"]).values);
        assert_eq!(known.capped(&delivered(&["late", "0", "later"]), &none).values, delivered(&["0", OTHER]).values);
        assert_eq!(known.capped(&delivered(&["new"]), &none).values, delivered(&["new"]).values, "what is in stays in");
        let bands = BTreeSet::from(["product".to_owned()]);
        assert_eq!(
            known.capped(&delivered(&["late"]), &bands).values,
            delivered(&["late"]).values,
            "a band is never other"
        );
    }

    #[test]
    fn a_day_is_read_for_the_first_value_and_again_when_it_grew_or_filled() {
        let mut known = Known::default();
        let wants = |known: &Known, value: &str| !known.wanted([(&delivered(&[value]), &BTreeSet::new())]).is_empty();
        assert!(wants(&known, "a"));
        known.learn(place(), vec!["a".to_owned()]);
        assert!(!wants(&known, "a") && !wants(&known, "b"));
        for nth in 0..READ_AGAIN_AFTER {
            known.capped(&delivered(&[&nth.to_string()]), &BTreeSet::new());
        }
        assert!(!wants(&known, "a") && wants(&known, "b"));
        known.learn(place(), (0..MAX_VALUES_A_DAY).map(|nth| nth.to_string()).collect());
        assert!(!wants(&known, "b"), "a day that was full when it was read stays so");
    }

    #[test]
    fn nothing_is_read_for_what_is_not_counted_in_groups() {
        let bounced = Contribution { delivered: false, ..delivered(&["a"]) };
        assert!(Known::default().wanted([(&bounced, &BTreeSet::new())]).is_empty());
    }
}
