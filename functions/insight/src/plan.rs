//! Which rows of tallies answer a question, if they can.
//!
//! Rows are kept by campaign, day and one dimension. So a campaign and a weekday cross with everything, and any two other
//! dimensions do not: what asks for them is answered from the answers themselves ([`crate::answers`]).

use jiff::civil::Date;
use model::CampaignId;
use model::campaign::Day;
use model::dimension;
use model::tally::OTHER;

use crate::query::{By, Per, Question};

/// The dimension whose rows are the totals.
pub(crate) const TOTAL: &str = "campaign";

/// The dimension of the mail an answer came after.
pub(crate) const MAIL: &str = "mail";

/// What is told apart.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Axis {
    /// Campaigns.
    Campaign,
    /// Days of the week.
    Weekday,
    /// The values of a dimension.
    Values(String),
}

impl Axis {
    fn of(dimension: &str) -> Self {
        match dimension {
            "campaign" => Self::Campaign,
            "weekday" => Self::Weekday,
            _ => Self::Values(dimension.to_owned()),
        }
    }

    fn values(&self) -> Option<&str> {
        match self {
            Self::Values(dimension) => Some(dimension),
            Self::Campaign | Self::Weekday => None,
        }
    }

    /// The value of a row here, given the day it counts on.
    fn value<'a>(&self, campaign: &'a CampaignId, value: &'a str, day: Date) -> &'a str {
        match self {
            Self::Campaign => campaign.as_str(),
            Self::Weekday => Day::from(day.weekday()).as_str(),
            Self::Values(_) => value,
        }
    }
}

/// What is known of answers beside their scores.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Knows {
    /// How many surveys were sent.
    pub(crate) sent: bool,
    /// How many arrived.
    pub(crate) delivered: bool,
    /// How many of those were answered.
    pub(crate) answered: bool,
    /// How many have a comment.
    pub(crate) commented: bool,
}

impl Knows {
    /// What rows of a dimension know.
    fn rows(dimension: &str) -> Self {
        Self {
            sent: dimension == TOTAL,
            // When a mail arrived has no place in what is known with the answer alone.
            delivered: !dimension::is_of_answers(dimension),
            answered: true,
            commented: dimension == TOTAL,
        }
    }

    /// What answers know: nothing of surveys without one.
    pub(crate) const ANSWERS: Self = Self { sent: false, delivered: false, answered: false, commented: true };

    /// The same of a group: comments are counted in the whole alone.
    pub(crate) const fn of_a_group(self) -> Self {
        Self { commented: false, ..self }
    }
}

/// Where a number of a row belongs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place<'a> {
    /// Whether it is part of the whole.
    pub(crate) whole: bool,
    /// The group it is part of.
    pub(crate) group: Option<&'a str>,
    /// The group within a group it is part of.
    pub(crate) crossed: Option<(&'a str, &'a str)>,
}

/// Which rows are read, and how they are told apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// The dimension whose rows add up to the whole, and the one value of it that is meant.
    whole: (String, Option<String>),
    group: Option<Axis>,
    cross: Option<Axis>,
}

impl Plan {
    /// Finds the rows that answer a question, if there are such.
    pub(crate) fn new(question: &Question) -> Option<Self> {
        if question.by != By::Answer || question.per != Per::Response {
            return None;
        }
        Self::rows(question, question.group_by.as_deref(), question.cross_by.as_deref())
    }

    /// The rows that tell first answers from late ones.
    pub(crate) fn of_mails(question: &Question) -> Option<Self> {
        Self::rows(question, Some(MAIL), None).filter(|plan| plan.whole.1.is_none())
    }

    fn rows(question: &Question, group_by: Option<&str>, cross_by: Option<&str>) -> Option<Self> {
        let (group, cross) = (group_by.map(Axis::of), cross_by.map(Axis::of));
        let mut filters = question.selection.values.iter();
        let whole = match (filters.next(), filters.next()) {
            (Some(_), Some(_)) => return None,
            (Some((dimension, value)), None) => (dimension.clone(), Some(value.clone())),
            (None, _) => (TOTAL.to_owned(), None),
        };
        let axes = [&group, &cross].into_iter().flatten().filter_map(Axis::values);
        let filtered = whole.1.as_ref().map(|_| whole.0.as_str());
        let mut needed: Vec<&str> = axes.chain(filtered).collect();
        needed.dedup();
        let known = needed.len() <= 1 && needed.iter().all(|dimension| dimension::is_counted(dimension));
        known.then_some(Self { whole, group, cross })
    }

    /// The dimension whose values are compared, if one is.
    fn compared(&self) -> Option<&str> {
        [&self.group, &self.cross].into_iter().flatten().find_map(Axis::values)
    }

    /// The dimensions to read.
    pub(crate) fn dimensions(&self) -> Vec<&str> {
        let compared = self.compared().filter(|dimension| *dimension != self.whole.0);
        std::iter::once(self.whole.0.as_str()).chain(compared).collect()
    }

    /// Whether a row may have answers in it that are asked for, and not say so: a day keeps so many values of a dimension, and
    /// those beyond are one.
    pub(crate) fn hides(&self, dimension: &str, value: &str) -> bool {
        let (filtered, only) = &self.whole;
        dimension == filtered && value == OTHER && only.as_deref().is_some_and(|only| only != OTHER)
    }

    /// Where a number belongs, given its row and the day it counts on.
    pub(crate) fn place<'a>(&self, campaign: &'a CampaignId, dimension: &str, value: &'a str, day: Date) -> Place<'a> {
        let only = self.whole.1.as_deref();
        let whole = dimension == self.whole.0 && only.is_none_or(|only| only == value);
        let among = |axis: Option<&Axis>| match axis.and_then(Axis::values) {
            Some(compared) => compared == dimension && within(dimension, only, value),
            None => whole,
        };
        let of = |axis: &Option<Axis>| axis.as_ref().map(|axis| axis.value(campaign, value, day));
        let group = of(&self.group).filter(|_| among(self.group.as_ref()));
        // Groups that are crossed come from the rows of the one dimension that has values, whichever it is.
        let axes = [self.group.as_ref(), self.cross.as_ref()];
        let valued = axes.into_iter().flatten().find(|axis| axis.values().is_some());
        let crossed = of(&self.group).zip(of(&self.cross)).filter(|_| among(valued));
        Place { whole, group, crossed }
    }

    /// What is known of the whole.
    pub(crate) fn whole_knows(&self) -> Knows {
        Knows::rows(&self.whole.0)
    }

    /// What is known of a group.
    pub(crate) fn group_knows(&self) -> Knows {
        Knows::rows(self.group.as_ref().and_then(Axis::values).unwrap_or(&self.whole.0)).of_a_group()
    }

    /// What is known of a group within a group.
    pub(crate) fn crossed_knows(&self) -> Knows {
        Knows::rows(self.compared().unwrap_or(&self.whole.0)).of_a_group()
    }
}

/// Whether a value is worth comparing where only one value is asked for: it is that, or lies below it on a path. Only
/// attributes have paths; the id of an agent may have a slash in it and be one value all the same.
pub(crate) fn within(dimension: &str, only: Option<&str>, value: &str) -> bool {
    let below = |only: &str| value.strip_prefix(only).is_some_and(|rest| rest.starts_with('/'));
    only.is_none_or(|only| value == only || (dimension::attribute(dimension).is_some() && below(only)))
}

#[cfg(test)]
mod tests {
    use super::{OTHER, Place, Plan};
    use crate::query::{Parameters, Question};

    pub(crate) fn question(query: &[(&str, &str)]) -> Question {
        let pairs = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Question::take(&mut Parameters::new(pairs.collect()))
    }

    #[test]
    fn rows_know_one_dimension_with_values() {
        for (query, dimensions) in [
            (&[] as &[(&str, &str)], Some(&["campaign"][..])),
            (&[("group_by", "owner")], Some(&["campaign", "owner"])),
            (&[("group_by", "mail")], Some(&["campaign", "mail"])),
            (&[("group_by", "theme")], Some(&["campaign", "theme"])),
            (&[("filter.theme", "price"), ("group_by", "sentiment")], None),
            (&[("filter.team", "EMEA")], Some(&["team"])),
            (&[("filter.team", "EMEA"), ("group_by", "team")], Some(&["team"])),
            (&[("filter.team", "EMEA"), ("group_by", "weekday")], Some(&["team"])),
            (&[("filter.team", "EMEA"), ("filter.weekday", "mon"), ("group_by", "team")], Some(&["team"])),
            (&[("filter.campaign", "a"), ("group_by", "owner")], Some(&["campaign", "owner"])),
            (&[("group_by", "owner"), ("cross_by", "weekday")], Some(&["campaign", "owner"])),
            (&[("group_by", "campaign"), ("cross_by", "team")], Some(&["campaign", "team"])),
            (&[("group_by", "campaign"), ("cross_by", "weekday")], Some(&["campaign"])),
            (&[("filter.team", "EMEA"), ("group_by", "campaign"), ("cross_by", "weekday")], Some(&["team"])),
            (&[("filter.team", "EMEA"), ("group_by", "owner")], None),
            (&[("filter.team", "EMEA"), ("group_by", "weekday"), ("cross_by", "owner")], None),
            (&[("filter.team", "EMEA"), ("filter.owner", "sam")], None),
            (&[("group_by", "owner"), ("cross_by", "team")], None),
            (&[("filter.hour", "09"), ("group_by", "owner")], None),
            (&[("group_by", "account")], None),
            (&[("filter.milestone", "renewal")], None),
            (&[("by", "sending")], None),
            (&[("per", "contact")], None),
        ] {
            let plan = Plan::new(&question(query));
            assert_eq!(plan.as_ref().map(Plan::dimensions), dimensions.map(<[&str]>::to_vec), "{query:?}");
        }
    }

    #[test]
    fn only_attributes_have_paths() {
        let below = |dimension| super::within(dimension, Some("7"), "7/2");
        assert!(below("team") && below("attributes.agent") && !below("agent") && !below("owner"));
        assert!(super::within("agent", Some("7"), "7") && !super::within("team", Some("7"), "72"));
    }

    #[test]
    fn what_a_day_had_no_room_for_is_not_known_by_its_name() {
        let hides = |query: &[(&str, &str)], dimension: &str, value: &str| {
            Plan::new(&question(query)).unwrap().hides(dimension, value)
        };
        let sam = [("filter.owner", "sam"), ("group_by", "owner")];
        assert!(hides(&sam, "owner", OTHER) && !hides(&sam, "owner", "kim"));
        assert!(!hides(&[("filter.owner", OTHER)], "owner", OTHER), "these are asked for");
        assert!(!hides(&[("group_by", "owner")], "owner", OTHER), "and stand there as a group of their own");
    }

    #[test]
    fn late_answers_are_told_apart_where_only_campaigns_and_weekdays_are_chosen() {
        assert!(Plan::of_mails(&question(&[("filter.weekday", "mon"), ("group_by", "owner")])).is_some());
        assert!(Plan::of_mails(&question(&[("filter.team", "EMEA")])).is_none());
        assert!(Plan::of_mails(&question(&[("filter.mail", "first")])).is_none());
    }

    #[test]
    fn a_row_belongs_to_the_whole_to_a_group_or_to_both() {
        let campaign = "a".parse().unwrap();
        let monday = "2027-03-01".parse().unwrap();
        let total = ("campaign", "a");
        let team = ("team", "EMEA/DACH");
        let nothing = Place::default();
        for (query, row, place) in [
            (&[] as &[(&str, &str)], total, Place { whole: true, ..nothing }),
            (&[("group_by", "team")], total, Place { whole: true, ..nothing }),
            (&[("group_by", "team")], team, Place { group: Some("EMEA/DACH"), ..nothing }),
            (&[("group_by", "weekday")], total, Place { whole: true, group: Some("mon"), ..nothing }),
            (&[("filter.team", "EMEA")], team, nothing),
            (&[("filter.team", "EMEA"), ("group_by", "team")], team, Place { group: Some("EMEA/DACH"), ..nothing }),
            (&[("filter.team", "EME"), ("group_by", "team")], team, nothing),
            (
                &[("group_by", "campaign"), ("cross_by", "weekday")],
                total,
                Place { whole: true, group: Some("a"), crossed: Some(("a", "mon")) },
            ),
            // A path has several rows for one answer: the campaign's own sum must not come from them.
            (
                &[("group_by", "campaign"), ("cross_by", "team")],
                total,
                Place { whole: true, group: Some("a"), ..nothing },
            ),
            (
                &[("group_by", "campaign"), ("cross_by", "team")],
                team,
                Place { crossed: Some(("a", "EMEA/DACH")), ..nothing },
            ),
            (
                &[("group_by", "team"), ("cross_by", "weekday")],
                team,
                Place { group: Some("EMEA/DACH"), crossed: Some(("EMEA/DACH", "mon")), ..nothing },
            ),
        ] {
            let plan = Plan::new(&question(query)).unwrap();
            assert_eq!(plan.place(&campaign, row.0, row.1, monday), place, "{query:?} {row:?}");
        }
    }
}
