//! Somebody outside: keeps what it is sent, so that a destination can be pointed at it.

use std::collections::BTreeMap;

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

impl Cloud {
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
