//! Every key of both tables. Nothing else in the project spells one.

use jiff::civil::Date;
use model::link::{DoorClaims, Purpose};
use model::notice::NoticeId;
use model::tally::Row;
use model::{CampaignId, ContactKey, DestinationId, Nurture, SourceId, Survey, SurveyId, Timestamp};
use sha2::{Digest, Sha256};

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

/// The partition of campaigns, API keys, signing keys and named documents.
pub const CONFIG: &str = "config";

/// The kind of the documents that are sources.
pub const SOURCE: &str = "source";

/// The kind of the documents that are destinations.
pub const DESTINATION: &str = "destination";

/// The kind of the documents that say whether a campaign may send.
pub const SENDING: &str = "sending";

/// The kind of the documents that say which templates a campaign has.
pub const TEMPLATES: &str = "templates";

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

/// Whether a partition is one of the surveys table: a survey's or a contact's.
#[must_use]
pub fn is_of_surveys(pk: &str) -> bool {
    pk.starts_with("S#") || pk.starts_with("C#")
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

/// The sort key of a named document in the configuration; with an empty id, what those of the kind begin with.
#[must_use]
pub fn document(kind: &str, id: &str) -> String {
    format!("{kind}#{id}")
}

/// The partition of a campaign's templates; the sort key is the letter, with the language it is for if it is for one.
#[must_use]
pub fn templates(campaign: &CampaignId) -> String {
    format!("template#{campaign}")
}

/// The partition of a source's refusals; the sort key is the record.
#[must_use]
pub fn refused(source: &SourceId) -> String {
    format!("X#{source}")
}

/// The sort key of a refused record; those without an id share one.
#[must_use]
pub fn refused_record(record: Option<&str>) -> String {
    record.map_or_else(|| "?".to_owned(), |record| format!("#{record}"))
}

/// The partition of a marker.
#[must_use]
pub fn marker(id: SurveyId) -> String {
    format!("{MARKERS}{id}")
}

/// The sort key of what was counted for an earlier life of a survey, one that was erased: its count stays.
#[must_use]
pub fn earlier_marker(born: Timestamp) -> String {
    format!("{MARKER}#{:013}", born.as_millis())
}

/// What the partitions of markers begin with.
pub const MARKERS: &str = "M#";

/// What the partitions of tallies begin with.
pub const TALLIES: &str = "Y#";

/// The partition of a dimension's tallies.
#[must_use]
pub fn tally(campaign: &CampaignId, dimension: &str, shard: u8) -> String {
    format!("{TALLIES}{campaign}#{dimension}#{shard}")
}

/// The campaign, dimension and shard of a partition of tallies.
#[must_use]
pub fn tally_of(pk: &str) -> Option<(CampaignId, &str, u8)> {
    let (campaign, rest) = pk.strip_prefix(TALLIES)?.split_once('#')?;
    let (dimension, shard) = rest.rsplit_once('#')?;
    Some((campaign.parse().ok()?, dimension, shard.parse().ok()?))
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

/// Parts of every list of the ledger, so that no partition is hot.
pub const LIST_SHARDS: u8 = 4;

/// The sort key of what stands alone in its partition of the ledger's lists: health and cards.
pub const ONLY: &str = "-";

/// The sort key of whatever is listed by time: the first are the soonest.
#[must_use]
pub fn listed_at(at: Timestamp, id: &str) -> String {
    format!("{:013}#{id}", at.as_millis().max(0))
}

/// The time of a place in a list.
#[must_use]
pub fn time_listed(place: &str) -> Option<Timestamp> {
    Some(Timestamp::from_millis(place.split_once('#')?.0.parse().ok()?))
}

/// The partition of a score card, by a name it is asked for by; the sort key is [`ONLY`].
#[must_use]
pub fn card(name: &model::card::Name) -> String {
    match name {
        model::card::Name::Contact(key) => format!("K#{}", key.as_str()),
        model::card::Name::CrmId(id) => format!("K#I#{id}"),
        model::card::Name::Phone(phone) => format!("K#P#{}", phone.expose()),
    }
}

/// The partition of a survey's tasks; the sort key is the kind.
#[must_use]
pub fn tasks(id: SurveyId) -> String {
    format!("T#{id}")
}

/// A list of tasks: open ones of which somebody hears once they are due, by when that is; done ones by when they were
/// completed. Every other open one is on a [`quiet_task_list`].
#[must_use]
pub fn task_list(status: model::TaskStatus, shard: u8) -> String {
    format!("task#{}#{shard}", status.as_str())
}

/// A list of open tasks of which nobody is to hear, or has heard already: whoever looks for what is overdue need not
/// look at them.
#[must_use]
pub fn quiet_task_list(shard: u8) -> String {
    format!("task#quiet#{shard}")
}

/// What stands for an owner in keys, by a lower-cased address or the id the CRM gave them; no key holds an address.
#[must_use]
pub fn owner(name: &str) -> String {
    let digest = Sha256::digest(name.to_lowercase().as_bytes());
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// The tasks of an owner.
#[must_use]
pub fn owned_by(owner: &str, status: model::TaskStatus) -> String {
    format!("W#{owner}#{}", status.as_str())
}

/// The partition of what an owner with this id goes by otherwise; the sort key is [`ONLY`].
#[must_use]
pub fn owner_alias(owner: &str) -> String {
    format!("W#{owner}")
}

/// The partition of a contact's places on the nurture list; the sort key is the survey.
#[must_use]
pub fn nurture(contact: &ContactKey) -> String {
    format!("N#{}", contact.as_str())
}

/// One of the nurture lists.
#[must_use]
pub fn nurture_list(list: Nurture, shard: u8) -> String {
    format!("nurture#{}#{shard}", list.as_str())
}

/// The partition of what was told of a survey; the sort key is the destination.
#[must_use]
pub fn deliveries(id: SurveyId) -> String {
    format!("D#{id}")
}

/// The survey of a partition of deliveries, if it is one.
#[must_use]
pub fn deliveries_of(pk: &str) -> Option<SurveyId> {
    pk.strip_prefix("D#")?.parse().ok()
}

/// Deliveries that will be tried again, by when.
#[must_use]
pub fn retry_list(shard: u8) -> String {
    format!("retry#{shard}")
}

/// Deliveries that will not be tried again by themselves.
#[must_use]
pub fn failed_list(shard: u8) -> String {
    format!("failed#{shard}")
}

/// The partition of how a destination fares.
#[must_use]
pub fn health(id: &DestinationId) -> String {
    format!("H#{id}")
}

/// The partition of a letter; the sort key is its name there.
#[must_use]
pub fn notice(id: &NoticeId) -> String {
    shelf(&id.shelf)
}

/// The partition of a shelf of letters.
#[must_use]
pub fn shelf(shelf: &str) -> String {
    format!("L#{shelf}")
}

/// Letters that are to be looked after if nothing has become of them, by when.
#[must_use]
pub fn letter_list(id: &NoticeId) -> String {
    letter_shard(letter_part(id))
}

/// One part of that list.
#[must_use]
pub fn letter_shard(shard: u8) -> String {
    format!("letter#{shard}")
}

/// Letters that did not arrive or never will go out, by when that was known.
#[must_use]
pub fn lost_letter_list(id: &NoticeId) -> String {
    lost_letter_shard(letter_part(id))
}

/// One part of that list.
#[must_use]
pub fn lost_letter_shard(shard: u8) -> String {
    format!("letter#lost#{shard}")
}

fn letter_part(id: &NoticeId) -> u8 {
    id.to_string().bytes().fold(0_u8, u8::wrapping_add) % LIST_SHARDS
}

/// The shelf of letters of a partition, if it is one.
#[must_use]
pub fn shelf_of(pk: &str) -> Option<&str> {
    pk.strip_prefix("L#")
}

/// The partition of one of the company's people: who they are under [`ONLY`], their passes, their sessions, and how
/// often they asked for a letter.
#[must_use]
pub fn person(key: &ContactKey) -> String {
    format!("U#{}", key.as_str())
}

/// The person of a partition, if it is one's.
#[must_use]
pub fn person_of(pk: &str) -> Option<ContactKey> {
    ContactKey::parse(pk.strip_prefix("U#")?)
}

/// A list of the company's people, by when they were made known.
#[must_use]
pub fn people_list(key: &ContactKey) -> String {
    let sum = key.as_str().bytes().fold(0_u8, u8::wrapping_add);
    people_shard(sum % LIST_SHARDS)
}

/// One part of that list.
#[must_use]
pub fn people_shard(shard: u8) -> String {
    format!("people#{shard}")
}

/// The sort key of a pass: what signs somebody in once.
#[must_use]
pub fn pass(hash: &str) -> String {
    format!("{PASS}{hash}")
}

/// The sort key of a session.
#[must_use]
pub fn session(hash: &str) -> String {
    format!("{SESSION}{hash}")
}

/// What the sort keys of passes begin with.
pub const PASS: &str = "pass#";

/// What the sort keys of sessions begin with.
pub const SESSION: &str = "session#";

/// The sort key of how often an address asked for a letter in a window of time.
#[must_use]
pub fn asked(window: i64) -> String {
    format!("asked#{window}")
}

/// The partition of how many mails a campaign sent on a day; the sort key is [`ONLY`].
#[must_use]
pub fn mails_on(campaign: &CampaignId, day: Date) -> String {
    format!("P#{campaign}#{day}")
}

/// The partition of all jobs of a kind; the sort key is the name, by time.
#[must_use]
pub fn jobs(kind: model::JobKind) -> String {
    format!("job#{}", kind.as_str())
}

/// The partition of a piece of what a job has added up so far; the sort key is the revision it was written under.
#[must_use]
pub fn job_piece(job: &model::JobId, nth: u32) -> String {
    format!("job#sums#{job}#{nth}")
}

/// The partition of one part of how often all together asked for letters to sign in; the sort key is [`ONLY`].
#[must_use]
pub fn asked_by_all(window: i64, part: u8) -> String {
    format!("Q#{window}#{part}")
}

/// The partition of how often was asked for letters to sign in from a place; the sort key is [`ONLY`].
#[must_use]
pub fn asked_from(place: &str) -> String {
    format!("Q#from#{place}")
}

/// The partition of a campaign's doors, by the hash of its name as links have it.
#[must_use]
pub fn doors(campaign: [u8; 4]) -> String {
    format!("door#{:08x}", u32::from_be_bytes(campaign))
}

/// The sort key of a door, by the hash of its name.
#[must_use]
pub fn door(door: [u8; 6]) -> String {
    door.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The partition of how many came through a door in an hour; the sort key is [`ONLY`].
#[must_use]
pub fn passed(claims: &DoorClaims, hour: i64) -> String {
    format!("Q#{}#{}#{hour}", doors(claims.campaign), door(claims.door))
}

/// The partition of how many came through a door from one place in a minute; the sort key is [`ONLY`]. The place is veiled.
#[must_use]
pub fn passed_from(claims: &DoorClaims, place: &str) -> String {
    format!("Q#{}#{}#from#{place}", doors(claims.campaign), door(claims.door))
}

/// The partition of how many letters to try out were asked for, for all or for one address; the sort key is [`ONLY`].
#[must_use]
pub fn tests_asked(window: i64, to: Option<&ContactKey>) -> String {
    format!("Q#test#{window}#{}", to.map_or("all", ContactKey::as_str))
}
