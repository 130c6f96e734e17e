//! A campaign: what is asked of whom and when.

use std::time::Duration;

use jiff::civil::{Time, Weekday};
use serde::{Deserialize, Serialize};

use crate::email::Email;
use crate::id::CampaignId;
use crate::language::Language;

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
    /// The question, if not the standard one.
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

    /// The question in the words of the campaign, or the measure's own.
    #[must_use]
    pub fn question(&self) -> String {
        self.question
            .clone()
            .unwrap_or_else(|| format!("How likely are you to recommend {} to a friend or colleague?", self.company))
    }
}
