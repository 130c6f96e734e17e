//! EventBridge: an event bus that keeps what was put on it.

use rusqlite::params;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Cloud, Error, Refusal, rfc3339};

/// The largest event, in bytes.
const MAX_EVENT: usize = 256 * 1024;

/// An event that was put on a bus.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BusEvent {
    /// Its id.
    pub id: String,
    /// When it came, RFC 3339.
    pub at: String,
    /// The bus.
    pub bus: String,
    /// Who put it there.
    pub source: String,
    /// What kind of event it is.
    #[serde(rename = "detail-type")]
    pub detail_type: String,
    /// What it says.
    pub detail: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutEvents {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    source: Option<String>,
    detail_type: Option<String>,
    detail: Option<String>,
    event_bus_name: Option<String>,
}

impl Entry {
    /// What the real one says of an entry it does not take.
    fn flaw(&self) -> Option<(&'static str, &'static str)> {
        let missing = |value: &Option<String>| value.as_deref().is_none_or(str::is_empty);
        if missing(&self.source) {
            return Some(("InvalidArgument", "Parameter Source is not valid. Reason: Source is a required argument."));
        }
        if missing(&self.detail_type) {
            return Some((
                "InvalidArgument",
                "Parameter DetailType is not valid. Reason: DetailType is a required argument.",
            ));
        }
        let detail = self.detail.as_deref().unwrap_or_default();
        if !serde_json::from_str::<Value>(detail).is_ok_and(|detail| detail.is_object()) {
            return Some(("MalformedDetail", "Detail is malformed."));
        }
        None
    }

    fn size(&self) -> usize {
        [&self.source, &self.detail_type, &self.detail].into_iter().flatten().map(String::len).sum()
    }
}

impl Cloud {
    pub(super) fn events_api(&self, operation: &str, body: &[u8]) -> Result<Value, Refusal> {
        if operation != "PutEvents" {
            return Err(Refusal::bad("InvalidAction", format!("the local cloud does not know {operation}")));
        }
        let request: PutEvents =
            serde_json::from_slice(body).map_err(|error| Refusal::bad("ValidationException", error.to_string()))?;
        if !(1..=10).contains(&request.entries.len()) {
            return Err(Refusal::bad("ValidationException", "Entries must have length between 1 and 10."));
        }
        if request.entries.iter().map(Entry::size).sum::<usize>() > MAX_EVENT {
            return Err(Refusal::bad(
                "ValidationException",
                "Total size of the entries in the request is over the limit.",
            ));
        }
        let now = self.now();
        let mut failed = 0;
        let mut answers = Vec::new();
        for entry in &request.entries {
            if let Some((code, message)) = entry.flaw() {
                failed += 1;
                answers.push(json!({"ErrorCode": code, "ErrorMessage": message}));
                continue;
            }
            let text = |value: &Option<String>, default: &str| value.clone().unwrap_or_else(|| default.to_owned());
            let id = {
                let disk = self.inner.disk.lock();
                disk.prepare_cached("INSERT INTO events (at, bus, source, kind, detail) VALUES (?1, ?2, ?3, ?4, ?5)")?
                    .insert(params![
                    now,
                    text(&entry.event_bus_name, "default"),
                    text(&entry.source, ""),
                    text(&entry.detail_type, ""),
                    text(&entry.detail, "{}"),
                ])?
            };
            answers.push(json!({"EventId": event_id(id)}));
        }
        self.changed();
        Ok(json!({"FailedEntryCount": failed, "Entries": answers}))
    }

    /// What was put on the buses, oldest first.
    pub fn events(&self) -> Result<Vec<BusEvent>, Error> {
        let connection = self.inner.disk.lock();
        let mut statement =
            connection.prepare_cached("SELECT seq, at, bus, source, kind, detail FROM events ORDER BY seq")?;
        let rows = statement.query_map([], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get::<_, String>(5)?))
        })?;
        rows.map(|row| {
            let (seq, at, bus, source, detail_type, detail) = row?;
            let detail = serde_json::from_str(&detail)?;
            Ok(BusEvent { id: event_id(seq), at: rfc3339(at), bus, source, detail_type, detail })
        })
        .collect()
    }
}

fn event_id(seq: i64) -> String {
    format!("00000000-0000-4000-9000-{seq:012x}")
}
