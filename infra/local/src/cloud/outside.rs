//! The calls to others, and somebody outside, who keeps what it is sent, so that a destination can be pointed at it.

use std::collections::BTreeMap;

use deliver::watch::Seen;
use rusqlite::params;
use serde::Serialize;

use super::{Cloud, Error, rfc3339};

/// How many calls are kept.
const KEPT: i64 = 1000;

/// A call that arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Received {
    /// When, RFC 3339.
    pub at: String,
    /// The name it was sent to.
    pub name: String,
    /// Its headers.
    pub headers: BTreeMap<String, String>,
    /// Its body.
    pub body: String,
}

/// A call that went out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Called {
    /// When it was answered, or given up; RFC 3339.
    pub at: String,
    /// The destination it was for.
    pub destination: String,
    /// The survey it was about.
    pub survey_id: String,
    /// Its method.
    pub method: String,
    /// Where it went, as far as that is no secret.
    pub place: String,
    /// The status it was answered with.
    pub status: Option<u16>,
    /// Why there was no answer.
    pub error: Option<String>,
}

impl Cloud {
    /// Keeps what is known of a call that went out.
    pub fn note_call(&self, seen: &Seen) -> Result<(), Error> {
        let (status, error) = match &seen.outcome {
            Ok(status) => (Some(*status), None),
            Err(error) => (None, Some(error.as_str())),
        };
        let (destination, survey) = (seen.destination.as_str(), seen.survey.to_string());
        let disk = self.inner.disk.lock();
        disk.prepare_cached(
            "INSERT INTO calls (at, destination, survey, method, place, status, error) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![self.now(), destination, survey, seen.method, seen.place, status, error])?;
        disk.prepare_cached("DELETE FROM calls WHERE seq <= (SELECT MAX(seq) FROM calls) - ?1")?.execute([KEPT])?;
        Ok(())
    }

    /// The calls that went out, oldest first.
    pub fn calls(&self) -> Result<Vec<Called>, Error> {
        let connection = self.inner.disk.lock();
        let mut statement = connection
            .prepare_cached("SELECT at, destination, survey, method, place, status, error FROM calls ORDER BY seq")?;
        let rows = statement.query_map([], |row| {
            Ok(Called {
                at: rfc3339(row.get(0)?),
                destination: row.get(1)?,
                survey_id: row.get(2)?,
                method: row.get(3)?,
                place: row.get(4)?,
                status: row.get(5)?,
                error: row.get(6)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Keeps a call.
    pub fn receive_outside(&self, name: &str, headers: &BTreeMap<String, String>, body: &str) -> Result<(), Error> {
        let headers = serde_json::to_string(headers)?;
        let disk = self.inner.disk.lock();
        disk.prepare_cached("INSERT INTO outside (at, name, headers, body) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![self.now(), name, headers, body])?;
        disk.prepare_cached("DELETE FROM outside WHERE seq <= (SELECT MAX(seq) FROM outside) - ?1")?.execute([KEPT])?;
        drop(disk);
        self.changed();
        Ok(())
    }

    /// The calls that arrived, oldest first.
    pub fn received_outside(&self) -> Result<Vec<Received>, Error> {
        let connection = self.inner.disk.lock();
        let mut statement = connection.prepare_cached("SELECT at, name, headers, body FROM outside ORDER BY seq")?;
        let rows =
            statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?, row.get(3)?)))?;
        rows.map(|row| {
            let (at, name, headers, body) = row?;
            Ok(Received { at: rfc3339(at), name, headers: serde_json::from_str(&headers)?, body })
        })
        .collect()
    }
}
