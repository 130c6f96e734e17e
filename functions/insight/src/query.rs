//! What a reader may ask for: the parameters of a query string, read strictly.
//!
//! A misspelt parameter that is ignored gives a number that answers another question, so everything that
//! is not understood is an error that names it.

use std::collections::BTreeMap;

use host::Problem;
use host::problem::Kind;
pub(crate) use host::query::Parameters;
use jiff::ToSpan as _;
use jiff::civil::Date;
use model::campaign::Day;
use model::trigger::MAX_ATTRIBUTE_CHARS;
use model::{CampaignId, Sees};

/// The most days one query covers: ten years.
const MAX_DAYS: u16 = 3_660;

/// The days of a query that names none.
const DEFAULT_DAYS: u16 = 90;

/// The days of a query, before anybody knows which day is today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Span {
    /// Today and the days before, so many in all.
    Last(u16),
    /// From one day to another, or to today; both are included.
    Between(Date, Option<Date>),
}

/// A first and a last day, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Days {
    /// The first day.
    pub(crate) from: Date,
    /// The last day.
    pub(crate) to: Date,
}

impl Span {
    /// The days meant, if today is `today`.
    pub(crate) fn days(self, today: Date) -> Days {
        match self {
            Self::Last(days) => Days { from: today.saturating_sub((i64::from(days) - 1).days()), to: today },
            Self::Between(from, to) => Days { from, to: to.unwrap_or(today).max(from) },
        }
    }
}

impl Days {
    /// Whether a day is one of them.
    pub(crate) fn contains(&self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }

    /// Every day, oldest first.
    pub(crate) fn iter(self) -> impl Iterator<Item = Date> {
        std::iter::successors(Some(self.from), |day| day.tomorrow().ok()).take_while(move |day| *day <= self.to)
    }
}

/// Which answers a reader means: by campaign, day and value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selection {
    /// One campaign, or all of them.
    pub(crate) campaign: Option<CampaignId>,
    /// The days.
    pub(crate) span: Span,
    /// One day of the week.
    pub(crate) weekday: Option<Day>,
    /// Values of other dimensions, by dimension.
    pub(crate) values: BTreeMap<String, String>,
}

impl Selection {
    /// Takes the parameters out that say it.
    pub(crate) fn take(parameters: &mut Parameters) -> Self {
        let campaign = |text: &str| text.parse().ok();
        let named = "a campaign id is 1 to 64 letters, digits, - and _";
        let mut chosen = parameters.read("campaign", named, campaign);
        let span = span(parameters);
        if let Some(filter) = parameters.read("filter.campaign", named, campaign) {
            if chosen.as_ref().is_some_and(|chosen| *chosen != filter) {
                parameters.wrong("filter.campaign", "contradicts `campaign`");
            }
            chosen = Some(filter);
        }
        let weekday = parameters.read("filter.weekday", "one of mon, tue, wed, thu, fri, sat, sun", |text| {
            Day::ALL.into_iter().find(|day| day.as_str() == text)
        });
        let names: Vec<_> = parameters.names().filter(|name| name.starts_with("filter.")).map(str::to_owned).collect();
        let values = names
            .into_iter()
            .filter_map(|name| {
                let value = parameters.take(&name)?;
                let dimension = name.strip_prefix("filter.")?.to_owned();
                if !is_name(&dimension) {
                    parameters.wrong(&name, "name a dimension, as in `filter.region=EMEA`");
                } else if value.is_empty() {
                    parameters.wrong(&name, "name a value, as in `filter.region=EMEA`");
                }
                Some((dimension, value))
            })
            .collect();
        Self { campaign: chosen, span, weekday, values }
    }

    /// Leaves only what somebody sees. What an owner sees is a value of a dimension like any other, so every answer that
    /// knows filters knows this one.
    ///
    /// # Errors
    /// `wrong-scope` where another owner is asked for by name.
    pub(crate) fn narrow(&mut self, sees: &Sees) -> Result<(), Problem> {
        let Sees::Owned(own) = sees else { return Ok(()) };
        match self.values.insert("owner".to_owned(), own.expose().to_owned()) {
            Some(other) if other != own.expose() => {
                Err(Problem::new(Kind::WrongScope, "an owner sees their own answers alone"))
            }
            _ => Ok(()),
        }
    }

    /// Whether a day is on the day of the week that is asked for, if one is.
    pub(crate) fn takes_weekday(&self, day: Date) -> bool {
        self.weekday.is_none_or(|weekday| weekday == Day::from(day.weekday()))
    }
}

fn span(parameters: &mut Parameters) -> Span {
    const DAY: &str = "a day such as 2027-01-31";
    let window = parameters.read("window", "a number of days from 1d to 3660d, such as 90d", |text| {
        let digits = text.strip_suffix('d')?;
        let plain = digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
        digits.parse().ok().filter(|days| plain && (1..=MAX_DAYS).contains(days))
    });
    let both = window.is_some();
    let from = parameters.read("from", DAY, day);
    let to_given = parameters.names().any(|name| name == "to");
    let to = parameters.read("to", DAY, day);
    match (from, to) {
        (None, Some(_)) => parameters.wrong("from", "`to` needs `from`"),
        (Some(from), Some(to)) if to < from => parameters.wrong("to", "lies before `from`"),
        (Some(from), Some(to)) if i64::from((to - from).get_days()) >= i64::from(MAX_DAYS) => {
            parameters.wrong("from", "at most 3660 days can be asked for at once");
        }
        _ => {}
    }
    if both && (from.is_some() || to_given) {
        parameters.wrong("window", "give either `window` or `from` and `to`");
    }
    match from {
        Some(from) => Span::Between(from, to),
        None => Span::Last(window.unwrap_or(DEFAULT_DAYS)),
    }
}

fn day(text: &str) -> Option<Date> {
    let written_out = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    text.parse().ok().filter(|day: &Date| written_out && (1970..=9000).contains(&day.year()))
}

/// Whether a text can be the name of a dimension.
pub(crate) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= MAX_ATTRIBUTE_CHARS && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(query: &[(&str, &str)]) -> Parameters {
        Parameters::new(query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    fn selection(query: &[(&str, &str)]) -> Result<Selection, Vec<String>> {
        let mut parameters = parameters(query);
        let selection = Selection::take(&mut parameters);
        parameters.finish().map(|()| selection).map_err(|faults| faults.into_iter().map(|fault| fault.name).collect())
    }

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn nothing_asked_is_ninety_days_of_everything() {
        let all = selection(&[]).unwrap();
        assert_eq!(all, Selection { campaign: None, span: Span::Last(90), weekday: None, values: BTreeMap::new() });
        let days = all.span.days(date("2027-03-31"));
        assert_eq!((days.from, days.to), (date("2027-01-01"), date("2027-03-31")));
        assert_eq!(days.iter().count(), 90);
    }

    #[test]
    fn days_are_named_or_counted_back() {
        for (query, from, to) in [
            (&[("window", "1d")][..], "2027-03-31", "2027-03-31"),
            (&[("window", "3660d")], "2017-03-24", "2027-03-31"),
            (&[("from", "2027-02-01"), ("to", "2027-02-28")], "2027-02-01", "2027-02-28"),
            (&[("from", "2027-02-01"), ("to", "2027-02-01")], "2027-02-01", "2027-02-01"),
            (&[("from", "2027-03-01")], "2027-03-01", "2027-03-31"),
        ] {
            let days = selection(query).unwrap().span.days(date("2027-03-31"));
            assert_eq!((days.from, days.to), (date(from), date(to)), "{query:?}");
        }
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (query, names) in [
            (&[("windows", "90d")][..], &["windows"][..]),
            (&[("window", "90")], &["window"]),
            (&[("window", "0d")], &["window"]),
            (&[("window", "07d")], &["window"]),
            (&[("window", "-7d")], &["window"]),
            (&[("window", "+7d")], &["window"]),
            (&[("window", "3661d")], &["window"]),
            (&[("window", "")], &["window"]),
            (&[("window", "7d"), ("window", "30d")], &["window"]),
            (&[("from", "2027-02-30")], &["from"]),
            (&[("from", "2027-02-01T00:00")], &["from"]),
            (&[("from", "20270201")], &["from"]),
            (&[("to", "2027-02-01")], &["from"]),
            (&[("from", "2027-02-02"), ("to", "2027-02-01")], &["to"]),
            (&[("from", "2007-02-02"), ("to", "2027-02-01")], &["from"]),
            (&[("window", "7d"), ("from", "2027-02-01")], &["window"]),
            (&[("campaign", "")], &["campaign"]),
            (&[("campaign", "a/b")], &["campaign"]),
            (&[("campaign", "a"), ("filter.campaign", "b")], &["filter.campaign"]),
            (&[("filter.weekday", "someday")], &["filter.weekday"]),
            (&[("filter.", "x")], &["filter."]),
            (&[("filter.region", "")], &["filter.region"]),
            (&[("filter.region", "a"), ("filter.region", "b")], &["filter.region"]),
            (&[("Filter.region", "a"), ("limit", "5")], &["Filter.region", "limit"]),
        ] {
            assert_eq!(selection(query).unwrap_err(), names, "{query:?}");
        }
    }

    #[test]
    fn an_owner_asks_about_their_own_answers_alone() {
        let own = Sees::Owned(model::Email::parse("sam@company.example").unwrap());
        let narrowed = |query: &[(&str, &str)], sees: &Sees| {
            let mut some = selection(query).unwrap();
            some.narrow(sees).map(|()| some.values).map_err(|problem| problem.kind())
        };
        let sams = BTreeMap::from([("owner".to_owned(), "sam@company.example".to_owned())]);
        assert_eq!(narrowed(&[], &own), Ok(sams.clone()));
        assert_eq!(narrowed(&[("filter.owner", "sam@company.example")], &own), Ok(sams));
        assert_eq!(narrowed(&[("filter.owner", "mina@company.example")], &own), Err(Kind::WrongScope));
        assert_eq!(narrowed(&[], &Sees::All), Ok(BTreeMap::new()));
    }

    #[test]
    fn filters_find_their_place() {
        let some = selection(&[
            ("filter.campaign", "spring"),
            ("filter.weekday", "mon"),
            ("filter.team", "EMEA/DACH"),
            ("filter.a.b", "c"),
        ])
        .unwrap();
        assert_eq!(some.campaign.as_ref().map(CampaignId::as_str), Some("spring"));
        assert_eq!(some.weekday, Some(Day::Mon));
        assert_eq!(some.values["team"], "EMEA/DACH");
        assert_eq!(some.values["a.b"], "c");
        assert!(some.takes_weekday(date("2027-03-29")) && !some.takes_weekday(date("2027-03-30")));
    }
}
