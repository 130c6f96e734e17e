//! Every key of both tables. Nothing else in the project spells one.

use jiff::civil::Date;
use model::link::Purpose;
use model::tally::Row;
use model::{CampaignId, ContactKey, Survey, SurveyId, Timestamp};

/// Parts of a day's open surveys, so that no partition is hot.
pub const OPEN_SHARDS: u8 = 8;

/// Parts of a day's responses.
pub const ANSWERED_SHARDS: u8 = 4;

/// Parts of every row of tallies.
pub const TALLY_SHARDS: u8 = 8;

/// The sort key of a survey item.
pub const SURVEY: &str = "S";

/// The sort key of a comment item and of a contact item.
pub const COMMENT: &str = "C";

/// The partition of campaigns, API keys and signing keys.
pub const CONFIG: &str = "config";

/// The sort key of a marker.
pub const MARKER: &str = "M";

/// The partition of a survey and its comment.
#[must_use]
pub fn survey(id: SurveyId) -> String {
    format!("S#{id}")
}

/// The survey of a partition, if it is one.
#[must_use]
pub fn survey_of(pk: &str) -> Option<SurveyId> {
    pk.strip_prefix("S#")?.parse().ok()
}

/// The partition of a contact; also the key of their surveys in the `contact` index.
#[must_use]
pub fn contact(key: &ContactKey) -> String {
    format!("C#{}", key.as_str())
}

/// The key of a subject's surveys in the `lookup` index.
#[must_use]
pub fn subject(kind: &str, id: &str) -> String {
    format!("J#{}#{kind}#{id}", kind.len())
}

/// The key of a contact in the `lookup` index, by the id the CRM gave them.
#[must_use]
pub fn crm_id(id: &str) -> String {
    format!("I#{id}")
}

/// The key of an open survey in the `open` index; absent once it has ended.
#[must_use]
pub fn open_day(survey: &Survey) -> Option<String> {
    let day = survey.send_at.day_in(&jiff::tz::TimeZone::UTC);
    survey.state.is_open().then(|| format!("O#{day}#{}", survey.id.shard(OPEN_SHARDS)))
}

/// The day of sending of a key in the `open` index.
#[must_use]
pub fn day_of_open(key: &str) -> Option<Date> {
    key.strip_prefix("O#")?.split('#').next()?.parse().ok()
}

/// The key of the responses of a campaign and day in the `answered` index.
#[must_use]
pub fn answered_on(campaign: &CampaignId, day: Date, shard: u8) -> String {
    format!("R#{campaign}#{day}#{shard}")
}

/// The sort key of a response in the `answered` index: by time.
#[must_use]
pub fn answered_key(at: Timestamp, id: SurveyId) -> String {
    format!("{:013}#{id}", at.as_millis())
}

/// The sort key of a campaign.
#[must_use]
pub fn campaign(id: &CampaignId) -> String {
    format!("campaign#{:08x}", u32::from_be_bytes(id.hash()))
}

/// The sort key of a signing key.
#[must_use]
pub fn signing(purpose: Purpose) -> String {
    format!("signing#{}", purpose.as_str())
}

/// The sort key of an API key.
#[must_use]
pub fn api_key(id: &str) -> String {
    format!("apikey#{id}")
}

/// The partition of a marker.
#[must_use]
pub fn marker(id: SurveyId) -> String {
    format!("M#{id}")
}

/// The partition of a dimension's tallies.
#[must_use]
pub fn tally(campaign: &CampaignId, dimension: &str, shard: u8) -> String {
    format!("Y#{campaign}#{dimension}#{shard}")
}

/// The sort key of a row of tallies.
#[must_use]
pub fn tally_row(row: &Row) -> String {
    format!("{}#{}", row.day, row.value)
}

/// The day and value of a row of tallies.
#[must_use]
pub fn day_and_value(sk: &str) -> Option<(Date, &str)> {
    let (day, value) = sk.split_once('#')?;
    Some((day.parse().ok()?, value))
}
