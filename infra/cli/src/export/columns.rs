//! The columns of a file, and what a row has in them.

use serde_json::Value;

use super::What;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A text.
    Text,
    /// Texts that are no sentences, written with `;` between them.
    List,
    /// An object, written as JSON.
    Json,
    /// A whole number.
    Number,
    /// Yes or no.
    Flag,
    /// An instant.
    Time,
}

/// A column: its name, what it holds, and where in a row that is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pointer: &'static str,
}

const fn column(name: &'static str, kind: Kind, pointer: &'static str) -> Column {
    Column { name, kind, pointer }
}

/// Whom and what it is about; the names are those `npsloop import` reads.
const WHO: [Column; 18] = [
    column("campaign", Kind::Text, "/campaign"),
    column("milestone", Kind::Text, "/milestone"),
    column("subject_type", Kind::Text, "/subject/type"),
    column("subject_id", Kind::Text, "/subject/id"),
    column("subject_name", Kind::Text, "/subject/name"),
    column("contact_email", Kind::Text, "/contact/email"),
    column("contact_name", Kind::Text, "/contact/name"),
    column("contact_id", Kind::Text, "/contact/id"),
    column("contact_phone", Kind::Text, "/contact/phone"),
    column("owner_email", Kind::Text, "/owner/email"),
    column("owner_name", Kind::Text, "/owner/name"),
    column("owner_id", Kind::Text, "/owner/id"),
    column("agent_id", Kind::Text, "/agent/id"),
    column("agent_name", Kind::Text, "/agent/name"),
    column("account_id", Kind::Text, "/account/id"),
    column("account_name", Kind::Text, "/account/name"),
    column("imported_from", Kind::Text, "/imported_from"),
    column("survey_id", Kind::Text, "/survey_id"),
];

/// What was said.
const SAID: [Column; 13] = [
    column("answered_at", Kind::Time, "/answered_at"),
    column("score", Kind::Number, "/score"),
    column("group", Kind::Text, "/group"),
    column("standing", Kind::Text, "/standing"),
    column("comment", Kind::Text, "/comment"),
    column("themes", Kind::List, "/themes"),
    column("sentiment", Kind::Text, "/sentiment"),
    column("follow_up", Kind::Flag, "/follow_up"),
    column("reasons", Kind::List, "/reasons"),
    column("may_quote", Kind::Flag, "/may_quote"),
    column("answered_by", Kind::Text, "/answered_by"),
    column("channel", Kind::Text, "/channel"),
    column("door", Kind::Text, "/door"),
];

/// What became of a survey.
const BECAME: [Column; 10] = [
    column("state", Kind::Text, "/state"),
    column("created_at", Kind::Time, "/created_at"),
    column("send_at", Kind::Time, "/send_at"),
    column("sent_at", Kind::Time, "/sent_at"),
    column("delivered_at", Kind::Time, "/delivered_at"),
    column("bounced_at", Kind::Time, "/bounced_at"),
    column("reminded_at", Kind::Time, "/reminded_at"),
    column("opened_at", Kind::Time, "/opened_at"),
    column("unsubscribed_at", Kind::Time, "/unsubscribed_at"),
    column("ended_at", Kind::Time, "/ended_at"),
];

/// All fields to group by, in one.
pub(super) const ATTRIBUTES: Column = column("attributes", Kind::Json, "/attributes");

/// The columns of a file but [`ATTRIBUTES`].
pub(super) fn columns(what: What) -> Vec<Column> {
    match what {
        What::Responses => [&SAID[..], &WHO].concat(),
        What::Surveys => [&BECAME[..], &SAID, &WHO].concat(),
    }
}

/// The texts of a list in one, as fields that take several values have it; nothing if there are none.
pub(super) fn joined(value: &Value) -> Option<String> {
    let texts: Vec<&str> = value.as_array()?.iter().filter_map(Value::as_str).collect();
    (!texts.is_empty()).then(|| texts.join(";"))
}

impl Column {
    /// What a row has there; `null` if nothing.
    pub(super) fn of<'row>(&self, row: &'row Value) -> &'row Value {
        row.pointer(self.pointer).unwrap_or(&Value::Null)
    }
}
