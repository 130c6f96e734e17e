//! What a reader may ask for: the parameters of a query string, read strictly.
//!
//! A misspelt parameter that is ignored gives a number that answers another question, so everything that
//! is not understood is an error that names it.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use host::Problem;
use host::problem::Kind;
pub(crate) use host::query::Parameters;
use jiff::ToSpan as _;
use jiff::civil::Date;
use model::campaign::Day;
use model::dimension::Answer;
use model::tally::OTHER;
use model::trigger::MAX_ATTRIBUTE_CHARS;
use model::{CampaignId, Sees};

/// The most days one query covers: ten years.
const MAX_DAYS: u16 = 3_660;

/// The days of a query that names none.
const DEFAULT_DAYS: u16 = 90;

/// A unit of the calendar; weeks begin on Monday.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Unit {
    /// The first day of the one a day lies in.
    pub(crate) fn start(self, day: Date) -> Date {
        let back = |days: i8| day.saturating_sub(i64::from(days).days());
        match self {
            Self::Day => day,
            Self::Week => back(day.weekday().to_monday_zero_offset()),
            Self::Month => day.first_of_month(),
            Self::Quarter => {
                let month = (day.month() - 1) / 3 * 3 + 1;
                Date::new(day.year(), month, 1).unwrap_or_else(|_| day.first_of_month())
            }
            Self::Year => day.first_of_year(),
        }
    }

    fn named(text: &str) -> Option<Self> {
        match text {
            "day" => Some(Self::Day),
            "week" => Some(Self::Week),
            "month" => Some(Self::Month),
            "quarter" => Some(Self::Quarter),
            "year" => Some(Self::Year),
            _ => None,
        }
    }
}

/// The days of a query, before anybody knows which day is today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Span {
    /// Today and the days before, so many in all.
    Last(u16),
    /// The unit of the calendar that today lies in, up to today.
    This(Unit),
    /// The whole one before it.
    Before(Unit),
    /// From one day to another, or to today; both are included.
    Between(Date, Option<Date>),
    /// So many days from one on, as far as there are any yet.
    From(Date, u16),
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
            Self::This(unit) => Days { from: unit.start(today), to: today },
            Self::Before(unit) => {
                let to = unit.start(today).saturating_sub(1.day());
                Days { from: unit.start(to), to }
            }
            Self::Between(from, to) => Days { from, to: to.unwrap_or(today).max(from) },
            Self::From(from, days) => {
                let last = from.saturating_add((i64::from(days) - 1).days());
                Days { from, to: last.min(today).max(from) }
            }
        }
    }

    /// The days these are compared with. A unit of the calendar is compared with the one before it, and what there is of
    /// today's with as many days of that, from its first one on: February with January, and Monday to Wednesday with the
    /// Monday to Wednesday before.
    pub(crate) fn compared(self, with: Compare, today: Date) -> Days {
        let days = self.days(today);
        match (self, with) {
            (Self::Before(unit), Compare::Previous) => Self::Before(unit).days(days.from),
            (Self::This(unit), Compare::Previous) => {
                let Days { from, to } = Self::Before(unit).days(today);
                Days { from, to: to.min(from.saturating_add((days.to - days.from).get_days().days())) }
            }
            _ => days.compared(with),
        }
    }
}

/// What a window is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compare {
    /// The same number of days just before; of the calendar, the unit before.
    Previous,
    /// The same days of the year before.
    YearBefore,
    /// So many days just before.
    Before(u16),
}

impl Compare {
    fn named(text: &str) -> Option<Self> {
        match text {
            "previous" => Some(Self::Previous),
            "year_before" => Some(Self::YearBefore),
            _ => None,
        }
    }

    /// The name in the API, if it has one: a day to look around is asked for by itself.
    pub(crate) const fn name(self) -> Option<&'static str> {
        match self {
            Self::Previous => Some("previous"),
            Self::YearBefore => Some("year_before"),
            Self::Before(_) => None,
        }
    }
}

impl Days {
    /// The days these are compared with, whatever the calendar says.
    fn compared(self, with: Compare) -> Self {
        match with {
            Compare::Previous => {
                let to = self.from.saturating_sub(1.day());
                Self { from: to.saturating_sub((self.to - self.from).get_days().days()), to }
            }
            // The end of February is its end in every year.
            Compare::YearBefore => {
                Self { from: self.from.saturating_sub(1.year()), to: self.to.saturating_sub(1.year()) }
            }
            Compare::Before(days) => {
                Self { from: self.from.saturating_sub(i64::from(days).days()), to: self.from.saturating_sub(1.day()) }
            }
        }
    }

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
    /// What the reader sees; the values say it as well.
    pub(crate) sees: Sees,
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
        Self { campaign: chosen, span, weekday, values, sees: Sees::All }
    }

    /// Whether an answer that counts on `day` has every value that is asked for; it may have several of a dimension.
    pub(crate) fn fits(&self, answer: &Answer<'_>, day: Date) -> bool {
        self.values.iter().all(|(dimension, value)| answer.groups(dimension, day).contains(value))
    }

    /// Refuses what surveys do not tell: which values a day had no room for is known to the tallies alone.
    ///
    /// # Errors
    /// `crossing`, and which filter it is.
    pub(crate) fn is_told_by_surveys(&self) -> Result<(), Problem> {
        let Some((dimension, _)) = self.values.iter().find(|(_, value)| *value == OTHER) else { return Ok(()) };
        let detail = format!(
            "`{OTHER}` is all values its day had no room for, and only counts know of them: ask for it alone, by day of answer \
             and with every response counted"
        );
        Err(Problem::new(Kind::Crossing, detail).of(format!("?filter.{dimension}")))
    }

    /// Leaves only what somebody sees. What an owner sees is a value of a dimension like any other, so every answer that
    /// knows filters knows this one.
    ///
    /// # Errors
    /// `wrong-scope` where another owner is asked for by name.
    pub(crate) fn narrow(&mut self, sees: &Sees) -> Result<(), Problem> {
        let Sees::Owned(own) = sees else { return Ok(()) };
        self.sees = sees.clone();
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

/// `90d`, `this_week` or `last_quarter`
fn window(text: &str) -> Option<Span> {
    let unit = |name| Unit::named(name).filter(|unit| *unit != Unit::Day);
    if let Some(name) = text.strip_prefix("this_") {
        return unit(name).map(Span::This);
    }
    if let Some(name) = text.strip_prefix("last_") {
        return unit(name).map(Span::Before);
    }
    let digits = text.strip_suffix('d')?;
    let plain = digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    digits.parse().ok().filter(|days| plain && (1..=MAX_DAYS).contains(days)).map(Span::Last)
}

const DAY: &str = "a day such as 2027-01-31";

fn span(parameters: &mut Parameters) -> Span {
    const WINDOW: &str = "a number of days from 1d to 3660d, such as 90d, or one of this_week, last_week, this_month, \
                          last_month, this_quarter, last_quarter, this_year, last_year";
    let window = parameters.read("window", WINDOW, window);
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
        None => window.unwrap_or(Span::Last(DEFAULT_DAYS)),
    }
}

/// The day an answer counts on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum By {
    /// Its own.
    #[default]
    Answer,
    /// That of the first mail.
    Sending,
}

impl By {
    fn named(text: &str) -> Option<Self> {
        [Self::Answer, Self::Sending].into_iter().find(|by| by.as_str() == text)
    }

    /// The name in the API.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Sending => "sending",
        }
    }
}

/// Which answers of a contact count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Per {
    /// All of them.
    #[default]
    Response,
    /// The latest in the window.
    Contact,
}

impl Per {
    fn named(text: &str) -> Option<Self> {
        [Self::Response, Self::Contact].into_iter().find(|per| per.as_str() == text)
    }

    /// The name in the API.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Response => "response",
            Self::Contact => "contact",
        }
    }
}

/// A question about the numbers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Question {
    pub(crate) selection: Selection,
    pub(crate) group_by: Option<String>,
    pub(crate) cross_by: Option<String>,
    pub(crate) by: By,
    pub(crate) per: Per,
    pub(crate) trend: Option<Unit>,
    pub(crate) compare: Option<Compare>,
    /// The day whose before and after are compared, group by group.
    pub(crate) around: Option<Date>,
    /// The wanted half-width of the interval, in points.
    pub(crate) precision: Option<f64>,
    /// Most answers to look at where tallies do not know.
    pub(crate) scan: usize,
}

/// Most answers one request looks at.
const MOST_SCANNED: RangeInclusive<usize> = 1..=50_000;

/// The steps an owner goes in.
const STEP_OF_AN_OWNER: usize = 5_000;

/// How many may be looked at. Where a request stops tells how much there is of all, so an owner chooses among few such places,
/// and cannot try one after the other.
pub(crate) fn in_large_steps(scan: usize, sees: &Sees) -> usize {
    if *sees == Sees::All { scan } else { scan.next_multiple_of(STEP_OF_AN_OWNER) }
}

impl Question {
    /// What is asked of a selection by itself.
    pub(crate) fn of(selection: Selection) -> Self {
        Self {
            selection,
            group_by: None,
            cross_by: None,
            by: By::Answer,
            per: Per::Response,
            trend: None,
            compare: None,
            around: None,
            precision: None,
            scan: *MOST_SCANNED.end(),
        }
    }

    /// Takes the parameters out that say it.
    pub(crate) fn take(parameters: &mut Parameters) -> Self {
        let around = Around::take(parameters);
        let mut question = Self::of(Selection::take(parameters));
        question.group_by = dimension(parameters, "group_by");
        question.cross_by = dimension(parameters, "cross_by");
        match (&question.group_by, &question.cross_by) {
            (None, Some(_)) => parameters.wrong("cross_by", "needs `group_by`"),
            (Some(one), Some(other)) if one == other => {
                parameters.wrong("cross_by", "name another dimension than in `group_by`");
            }
            _ => {}
        }
        question.take_basis(parameters);
        let trend = |text: &str| Unit::named(text).filter(|unit| matches!(unit, Unit::Day | Unit::Week | Unit::Month));
        question.trend = parameters.read("trend", "one of day, week, month", trend);
        question.compare = parameters.read("compare", "one of previous, year_before", Compare::named);
        if let Some(Around { day, days, before }) = around {
            if question.compare.is_some() {
                parameters.wrong("compare", "`around` compares with the days before");
            }
            question.selection.span = Span::From(day, days);
            question.compare = Some(Compare::Before(before));
            question.around = Some(day);
        }
        question.precision = parameters.read("precision", "a number of points from 0.1 to 100, such as 5", precision);
        question.scan = scan(parameters);
        question
    }

    /// Leaves only what somebody sees.
    ///
    /// # Errors
    /// `wrong-scope` where another owner is asked for by name.
    pub(crate) fn narrow(&mut self, sees: &Sees) -> Result<(), Problem> {
        self.selection.narrow(sees)?;
        self.scan = in_large_steps(self.scan, sees);
        Ok(())
    }

    /// Takes the parameters out that say which answers count, and on which day.
    pub(crate) fn take_basis(&mut self, parameters: &mut Parameters) {
        self.by = parameters.read("by", "one of answer, sending", By::named).unwrap_or_default();
        self.per = parameters.read("per", "one of response, contact", Per::named).unwrap_or_default();
    }
}

/// A day, and how many days from it on are compared with how many before it.
struct Around {
    day: Date,
    days: u16,
    before: u16,
}

/// The days after and before a day where nobody says how many.
const AROUND_DAYS: u16 = 30;

impl Around {
    /// Takes the parameters out that say it, if one does.
    fn take(parameters: &mut Parameters) -> Option<Self> {
        let named: Vec<&str> = ["window", "from", "to"]
            .into_iter()
            .filter(|window| parameters.names().any(|name| name == *window))
            .collect();
        let asked = parameters.names().any(|name| name == "around");
        let around = parameters.read("around", DAY, day);
        let count = |text: &str| text.parse().ok().filter(|days| (1..=MAX_DAYS).contains(days));
        let days = parameters.read("days", "a number of days from 1 to 3660", count);
        let before = parameters.read("before", "a number of days from 1 to 3660", count);
        for (name, given) in [("days", days), ("before", before)] {
            if given.is_some() && !asked {
                parameters.wrong(name, "needs `around`");
            }
        }
        for name in named.into_iter().filter(|_| asked) {
            parameters.wrong(name, "give either `around` or a window");
        }
        let days = days.unwrap_or(AROUND_DAYS);
        around.map(|day| Self { day, days, before: before.unwrap_or(days) })
    }
}

/// Takes out the most answers that may be looked at.
pub(crate) fn scan(parameters: &mut Parameters) -> usize {
    let scan = |text: &str| text.parse().ok().filter(|most| MOST_SCANNED.contains(most));
    let most = parameters.read("scan", "a number of answers from 1 to 50000", scan);
    most.unwrap_or(*MOST_SCANNED.end())
}

/// Takes out the name of a dimension.
pub(crate) fn dimension(parameters: &mut Parameters, name: &str) -> Option<String> {
    parameters
        .read(name, "name a dimension, such as `owner` or `region`", |text| is_name(text).then(|| text.to_owned()))
}

fn precision(text: &str) -> Option<f64> {
    let plain = text.len() <= 6 && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    text.parse().ok().filter(|points| plain && (0.1..=100.0).contains(points))
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
mod tests;
