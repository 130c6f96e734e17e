//! Answers as a table, for people with a spreadsheet and no program: numbers stay numbers, and no text runs.
//!
//! The columns are those `npsloop import` reads, so that a table goes back in as it came out.

use csv::Writer;
use model::sheet::harmless;
use model::shown;

use crate::wire::ResponseWire;

/// The first row.
const COLUMNS: [&str; 32] = [
    "answered_at",
    "score",
    "group",
    "standing",
    "comment",
    "themes",
    "sentiment",
    "follow_up",
    "reasons",
    "may_quote",
    "answered_by",
    "channel",
    "door",
    "campaign",
    "milestone",
    "subject_type",
    "subject_id",
    "subject_name",
    "contact_email",
    "contact_name",
    "contact_id",
    "contact_phone",
    "owner_email",
    "owner_name",
    "owner_id",
    "agent_id",
    "agent_name",
    "account_id",
    "account_name",
    "imported_from",
    "survey_id",
    "attributes",
];

/// Writes a page of answers.
pub(crate) fn written(responses: &[ResponseWire]) -> Vec<u8> {
    let mut writer = Writer::from_writer(Vec::new());
    // Into memory nothing fails, and all rows have as many cells as the first.
    let rows = responses.iter().map(row);
    let first = COLUMNS.map(str::to_owned);
    for row in std::iter::once(first).chain(rows) {
        writer.write_record(&row).expect("a row is written into memory");
    }
    writer.into_inner().expect("a table is written into memory")
}

fn row(response: &ResponseWire) -> [String; COLUMNS.len()] {
    let text = |text: &str| harmless(text).into_owned();
    let some = |known: Option<&String>| known.map(|known| text(known)).unwrap_or_default();
    let owner = response.owner.as_ref();
    let of_owner = |part: fn(&shown::Person) -> &Option<String>| some(owner.and_then(|owner| part(owner).as_ref()));
    let of = |who: &Option<shown::Named>, part: fn(&shown::Named) -> &Option<String>| {
        some(who.as_ref().and_then(|who| part(who).as_ref()))
    };
    let attributes = serde_json::to_string(&response.attributes).unwrap_or_default();
    [
        response.answered_at.clone(),
        response.score.to_string(),
        response.group.to_owned(),
        response.standing.to_owned(),
        some(response.comment.as_ref()),
        response.themes.join(";"),
        response.sentiment.unwrap_or_default().to_owned(),
        response.follow_up.to_string(),
        response.reasons.join(";"),
        response.may_quote.to_string(),
        response.answered_by.unwrap_or_default().to_owned(),
        response.channel.to_owned(),
        some(response.door.as_ref()),
        text(&response.campaign),
        text(&response.milestone),
        text(&response.subject.r#type),
        text(&response.subject.id),
        some(response.subject.name.as_ref()),
        some(response.contact.email.as_ref()),
        some(response.contact.name.as_ref()),
        some(response.contact.id.as_ref()),
        some(response.contact.phone.as_ref()),
        of_owner(|owner| &owner.email),
        of_owner(|owner| &owner.name),
        of_owner(|owner| &owner.id),
        of(&response.agent, |agent| &agent.id),
        of(&response.agent, |agent| &agent.name),
        of(&response.account, |account| &account.id),
        of(&response.account, |account| &account.name),
        some(response.imported_from.as_ref()),
        response.survey_id.clone(),
        attributes,
    ]
}
