//! A campaign: what is asked of whom and when.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::civil::{Time, Weekday};
use serde::{Deserialize, Serialize};

use crate::brand::Brand;
use crate::email::Email;
use crate::experiment::Experiment;
use crate::id::CampaignId;
use crate::language::Language;
use crate::next_step::NextSteps;
use crate::notice::filled;
use crate::reason::Reasons;
use crate::score::Group;
use crate::sending::WarmUp;
use crate::sms::Sms;
use crate::task::TaskKind;
use crate::texts::{Filling, Part, Texts};
use crate::theme::Theme;

/// What is asked of whom and when. Every value has been checked; see `manage` for the reading.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Campaign {
    /// Its name.
    pub id: CampaignId,
    /// Who asks: the company's name as contacts know it.
    pub company: String,
    /// The From of its mails.
    pub sender: Sender,
    /// Where answers to a mail go, if not to the sender.
    pub reply_to: Option<Email>,
    /// Whether a reply to its mails is an answer, where there is a domain to reply to. Nothing said: unless answers to a mail
    /// go somewhere of their own.
    #[serde(default)]
    pub replies: Option<bool>,
    /// The question, if not the standard one: for every language `texts` has no other for.
    pub question: Option<String>,
    /// The language of a contact whose own we do not speak.
    pub language: Language,
    /// IANA name of the zone whose days its numbers are counted in.
    pub time_zone: String,
    /// The milestone a completion percentage stands for.
    pub milestone: String,
    /// The completion percentage (0 to 100) from which on a survey is made.
    pub threshold: u8,
    /// When mails may go out, in the contact's zone; at any time if absent.
    pub hours: Option<Hours>,
    /// Days (0 to 3650) between two asks of one contact.
    pub limit_days: u16,
    /// Days (0 to 3650) a survey may be put off for that.
    pub max_defer_days: u16,
    /// When the steps after the invite are due.
    pub cadence: Cadence,
    /// What becomes of a mail whose fate nobody knows.
    pub on_unknown: OnUnknown,
    /// Days (1 to 3650) a survey is kept, from its sending on.
    pub retention_days: u16,
    /// What account managers are asked to do, and by when.
    #[serde(default)]
    pub tasks: Tasks,
    /// Who hears of an answer, and when.
    #[serde(default)]
    pub alerts: Alerts,
    /// What contacts hear after their answer.
    #[serde(default)]
    pub thanks: Thanks,
    /// How a batch of triggers is sent.
    #[serde(default)]
    pub batch: Batch,
    /// The bands its numeric attributes are counted in.
    #[serde(default)]
    pub bands: Bands,
    /// How many mails a day it sends at first; as many as there are if absent.
    #[serde(default)]
    pub warm_up: Option<WarmUp>,
    /// Its own words, by language.
    #[serde(default)]
    pub texts: Texts,
    /// What it tries out.
    #[serde(default)]
    pub experiment: Option<Experiment>,
    /// What its comments are about, the most important first.
    #[serde(default)]
    pub themes: Vec<Theme>,
    /// How it looks and who speaks in it.
    #[serde(default)]
    pub brand: Brand,
    /// How it asks who has a phone number and no address; not at all if absent.
    #[serde(default)]
    pub sms: Option<Sms>,
    /// What can be ticked after the score.
    #[serde(default)]
    pub reasons: Reasons,
    /// Whether the page asks if the company may quote what was said, with the name.
    #[serde(default)]
    pub ask_to_quote: bool,
    /// Where the page of thanks leads next.
    #[serde(default)]
    pub next_step: NextSteps,
    /// Whether the page may save a score by itself while a person uses it; also whether it says that one has opened it.
    #[serde(default)]
    pub self_saving: bool,
}

/// Bands of numeric attributes: by attribute, the bounds between them, ascending. A bound belongs to the band above it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bands(BTreeMap<String, Vec<i64>>);

/// The bands of a campaign that has none.
pub static NO_BANDS: Bands = Bands(BTreeMap::new());

impl Bands {
    /// What stands where a banded attribute is no number.
    pub const NO_NUMBER: &str = "not a number";

    /// Takes the bounds of each attribute, ascending.
    pub fn new<N: Into<String>>(bounds: impl IntoIterator<Item = (N, Vec<i64>)>) -> Self {
        Self(bounds.into_iter().map(|(name, bounds)| (name.into(), bounds)).collect())
    }

    /// The attributes with bands, and the bounds of each.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[i64])> {
        self.0.iter().map(|(name, bounds)| (name.as_str(), bounds.as_slice()))
    }

    /// The band a value lies in; nothing if the attribute has no bands.
    #[must_use]
    pub fn band(&self, attribute: &str, value: &str) -> Option<String> {
        let bounds = self.0.get(attribute)?;
        let number = value.trim().parse::<f64>().ok().filter(|number| number.is_finite());
        let Some(number) = number else { return Some(Self::NO_NUMBER.to_owned()) };
        Some(Self::label(bounds, bounds.iter().filter(|bound| **bound as f64 <= number).count()))
    }

    /// All bands of an attribute, lowest first.
    #[must_use]
    pub fn labels(&self, attribute: &str) -> Vec<String> {
        let Some(bounds) = self.0.get(attribute) else { return Vec::new() };
        let labels = (0..=bounds.len()).map(|nth| Self::label(bounds, nth));
        labels.chain([Self::NO_NUMBER.to_owned()]).collect()
    }

    fn label(bounds: &[i64], nth: usize) -> String {
        match (nth.checked_sub(1).and_then(|below| bounds.get(below)), bounds.get(nth)) {
            (None, Some(above)) => format!("under {above}"),
            (Some(from), Some(above)) => format!("{from} to under {above}"),
            (Some(from), None) => format!("{from} and over"),
            (None, None) => Self::NO_NUMBER.to_owned(),
        }
    }
}

/// Working time: whole working hours, or whole working days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkingTime {
    /// Hours of the working day (1 to 999).
    Hours(u16),
    /// Working days (1 to 999): the same time of day, so many working days later.
    Days(u16),
}

/// The tasks of a campaign. A kind without a time is not opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tasks {
    /// Calling a detractor.
    pub recovery: Option<WorkingTime>,
    /// Asking a promoter for a referral.
    pub referral: Option<WorkingTime>,
    /// Asking a passive what would make it a 9.
    pub improve: Option<WorkingTime>,
    /// Following up where there is no answer; opened by the cadence's task step.
    pub non_response: Option<WorkingTime>,
    /// Finding the right address.
    pub bounced: Option<WorkingTime>,
    /// When account managers work, in the owner's zone.
    pub hours: Hours,
    /// Days on which they do not, at most 100.
    pub holidays: Vec<jiff::civil::Date>,
    /// The zones of owners who do not work in the campaign's: by lower-cased e-mail address, IANA names.
    pub zones: BTreeMap<String, String>,
    /// Who hears of what is overdue.
    pub manager: Option<Email>,
}

impl Tasks {
    /// How long there is for a task of that kind; nothing if none is opened.
    #[must_use]
    pub const fn time(&self, kind: TaskKind) -> Option<WorkingTime> {
        match kind {
            TaskKind::Recovery => self.recovery,
            TaskKind::Referral => self.referral,
            TaskKind::Improve => self.improve,
            TaskKind::NonResponse => self.non_response,
            TaskKind::Bounced => self.bounced,
        }
    }
}

impl Default for Tasks {
    fn default() -> Self {
        Self {
            recovery: Some(WorkingTime::Hours(8)),
            referral: Some(WorkingTime::Days(3)),
            improve: None,
            non_response: Some(WorkingTime::Days(2)),
            bounced: Some(WorkingTime::Days(2)),
            hours: Hours {
                from: Time::constant(9, 0, 0, 0),
                to: Time::constant(17, 0, 0, 0),
                days: Day::ALL[..5].to_vec(),
            },
            holidays: Vec::new(),
            zones: BTreeMap::new(),
            manager: None,
        }
    }
}

/// When somebody hears of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alert {
    /// At once.
    Instant,
    /// With the others of the day, in one letter.
    Digest,
    /// Not at all.
    Off,
}

/// The letters owners get about answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alerts {
    /// About detractors.
    pub detractor: Alert,
    /// About passives.
    pub passive: Alert,
    /// About promoters.
    pub promoter: Alert,
    /// When the digest of the day before goes out, in the campaign's zone; also when it is looked whether the score has
    /// dropped.
    pub digest_at: Time,
    /// Whether the manager hears of a sudden drop of the score.
    #[serde(default = "heard_of")]
    pub drop: bool,
}

/// What campaigns say of drops that were stored before there was a choice.
const fn heard_of() -> bool {
    true
}

impl Default for Alerts {
    fn default() -> Self {
        Self {
            detractor: Alert::Instant,
            passive: Alert::Digest,
            promoter: Alert::Digest,
            digest_at: Time::constant(8, 0, 0, 0),
            drop: heard_of(),
        }
    }
}

impl Alerts {
    /// When somebody hears of an answer of that group.
    #[must_use]
    pub const fn of(&self, group: Group) -> Alert {
        match group {
            Group::Detractor => self.detractor,
            Group::Passive => self.passive,
            Group::Promoter => self.promoter,
        }
    }

    /// Whether any answer waits for the digest of its day.
    #[must_use]
    pub fn any_digest(&self) -> bool {
        [self.detractor, self.passive, self.promoter].contains(&Alert::Digest)
    }
}

/// The letter a contact gets after the answer, by group; none where there is no text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thanks {
    /// To detractors.
    pub detractor: Option<String>,
    /// To passives.
    pub passive: Option<String>,
    /// To promoters.
    pub promoter: Option<String>,
    /// Where reviews are written (`https`). Every group is shown it or none: asking promoters alone is review gating,
    /// which review sites and consumer law forbid.
    pub review_url: Option<String>,
}

impl Thanks {
    /// The words for a group.
    #[must_use]
    pub fn of(&self, group: Group) -> Option<&str> {
        match group {
            Group::Detractor => self.detractor.as_deref(),
            Group::Passive => self.passive.as_deref(),
            Group::Promoter => self.promoter.as_deref(),
        }
    }
}

/// How a batch of triggers is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// Seconds over which the first mails are spread; at once if absent.
    pub spread: Option<u32>,
    /// Percent (1 to 100) of the contacts that are asked.
    pub share: u8,
}

impl Default for Batch {
    fn default() -> Self {
        Self { spread: None, share: 100 }
    }
}

/// The From of a mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// The name people see.
    pub name: String,
    /// An address SES may send from.
    pub email: Email,
}

/// When mails may go out: from (inclusive) to (exclusive) on these days, in the contact's zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// The first minute.
    pub from: Time,
    /// The minute after the last.
    pub to: Time,
    /// The days, at least one.
    pub days: Vec<Day>,
}

/// A day of the week as the API writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Day {
    /// Monday.
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}

impl Day {
    /// The week, Monday first.
    pub const ALL: [Self; 7] = [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri, Self::Sat, Self::Sun];

    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mon => "mon",
            Self::Tue => "tue",
            Self::Wed => "wed",
            Self::Thu => "thu",
            Self::Fri => "fri",
            Self::Sat => "sat",
            Self::Sun => "sun",
        }
    }
}

impl From<Weekday> for Day {
    fn from(day: Weekday) -> Self {
        Self::ALL[usize::try_from(day.to_monday_zero_offset()).unwrap_or(0) % 7]
    }
}

/// How long after the invite was sent each further step is due. Absent steps do not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cadence {
    /// Seconds until the owner gets a task.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub task: Option<u32>,
    /// Seconds until the reminder.
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    pub remind: Option<u32>,
    /// Seconds until nothing more is done.
    #[serde(rename = "c")]
    pub close: u32,
}

impl Default for Cadence {
    fn default() -> Self {
        const DAY: u32 = 86_400;
        Self { task: Some(3 * DAY), remind: Some(7 * DAY), close: 14 * DAY }
    }
}

/// What becomes of a mail whose fate nobody knows an hour later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnUnknown {
    /// It is sent again once every event of SES has been read.
    #[default]
    Retry,
    /// It stays unknown for a person to look at.
    Hold,
}

impl Campaign {
    /// The campaign `id` with every default.
    #[must_use]
    pub fn new(id: CampaignId, company: &str, sender: Sender) -> Self {
        Self {
            id,
            company: company.to_owned(),
            sender,
            reply_to: None,
            replies: None,
            question: None,
            language: Language::En,
            time_zone: "UTC".to_owned(),
            milestone: "completion".to_owned(),
            threshold: 100,
            hours: None,
            limit_days: 90,
            max_defer_days: 180,
            cadence: Cadence::default(),
            on_unknown: OnUnknown::Retry,
            retention_days: 400,
            tasks: Tasks::default(),
            alerts: Alerts::default(),
            thanks: Thanks::default(),
            batch: Batch::default(),
            bands: Bands::default(),
            warm_up: None,
            texts: Texts::default(),
            experiment: None,
            themes: Vec::new(),
            brand: Brand::default(),
            sms: None,
            reasons: Reasons::default(),
            ask_to_quote: false,
            next_step: NextSteps::default(),
            self_saving: false,
        }
    }

    /// The least time between two asks of one contact.
    #[must_use]
    pub fn limit(&self) -> Duration {
        crate::time::DAY * u32::from(self.limit_days)
    }

    /// The longest a survey may be put off.
    #[must_use]
    pub fn max_defer(&self) -> Duration {
        crate::time::DAY * u32::from(self.max_defer_days)
    }

    /// Whether a reply to its mails is an answer, where there is a domain to reply to.
    #[must_use]
    pub fn takes_replies(&self) -> bool {
        self.replies.unwrap_or(self.reply_to.is_none())
    }

    /// Who hears of a sudden drop of the score, if anybody does.
    #[must_use]
    pub fn hears_of_drops(&self) -> Option<&Email> {
        self.tasks.manager.as_ref().filter(|_| self.alerts.drop)
    }

    /// The question in the campaign's own words, and the language they are in; none if it asks the measure's own.
    ///
    /// A campaign with a question of its own asks everybody that: the measure's question is another one.
    #[must_use]
    pub fn own_question(&self, language: Language) -> Option<(String, Language)> {
        let here =
            self.texts.filled(language, Part::Question, &Filling::of(&self.company)).map(|text| (text, language));
        here.or_else(|| self.question.clone().map(|text| (text, self.language)))
    }

    /// The words a contact is thanked with after an answer of that group, and the language they are in.
    #[must_use]
    pub fn own_thanks(&self, group: Group, language: Language) -> Option<(&str, Language)> {
        let here = self.texts.get(language, Part::thanks(group)).map(|text| (text, language));
        here.or_else(|| self.thanks.of(group).map(|text| (text, self.language)))
    }

    /// Where the page leads after a score of that group: what stands on the button, the language that is in, and the address.
    #[must_use]
    pub fn own_next_step(&self, group: Group, language: Language) -> Option<(String, Language, &str)> {
        let step = self.next_step.of(group)?;
        let with = Filling::of(&self.company);
        let here = self.texts.filled(language, Part::next_step(group), &with).map(|text| (text, language));
        let (text, language) = here.unwrap_or_else(|| (filled(&step.text, &with), self.language));
        Some((text, language, &step.url))
    }

    /// The same, filled in for a contact.
    #[must_use]
    pub fn thanks_to(&self, name: Option<&str>, group: Group, language: Language) -> Option<(String, Language)> {
        let (text, language) = self.own_thanks(group, language)?;
        Some((filled(text, &Filling { name, ..Filling::of(&self.company) }), language))
    }
}

#[cfg(test)]
mod tests {
    use super::Bands;

    #[test]
    fn a_bound_belongs_to_the_band_above_it() {
        let bands = Bands::new([("lifetime_value", vec![0, 10_000, 100_000]), ("seats", vec![10])]);
        for (value, band) in [
            ("-1", "under 0"),
            ("-0.01", "under 0"),
            ("0", "0 to under 10000"),
            ("-0", "0 to under 10000"),
            ("9999.99", "0 to under 10000"),
            (" 10000 ", "10000 to under 100000"),
            ("1e5", "100000 and over"),
            ("9007199254740993", "100000 and over"),
            ("12.000", "0 to under 10000"),
            ("12,000", "not a number"),
            ("", "not a number"),
            ("NaN", "not a number"),
            ("inf", "not a number"),
            ("many", "not a number"),
        ] {
            assert_eq!(bands.band("lifetime_value", value).as_deref(), Some(band), "{value}");
        }
        assert_eq!(bands.band("region", "7"), None);
        assert_eq!(bands.labels("seats"), ["under 10", "10 and over", "not a number"]);
        assert!(bands.labels("region").is_empty());
    }
}
